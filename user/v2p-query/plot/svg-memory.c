// SPDX-License-Identifier: GPL-2.0
/* The rows of memory in an SVG. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "plot/svg.h"
#include "plot/words.h"

#define LEFT 164
#define CELL 3
#define RIGHT (LEFT + PLOT_SVG_COLUMNS * CELL)

/* From one row to the next, down to its base, and what a hole between them takes. */
#define ROW 13
#define BASE 10
#define GAP 18
/* No font's letters of this size are wider, on the average. */
#define LETTER 8

/**
 * struct layer - something that is drawn in many cells
 * @paint: how it is painted
 * @look: how high it is in a cell, or 0
 * @mapping: for which mapping, where that matters
 * @base: where it stands in a row
 */
struct layer {
	const char *paint;
	unsigned int (*look)(const struct plot_cell *cell, size_t mapping);
	size_t mapping;
	int base;
};

static unsigned int look_memory(const struct plot_cell *cell, size_t mapping)
{
	(void)mapping;
	return cell->ram ? SVG_BAR : 0;
}

static unsigned int look_huge(const struct plot_cell *cell, size_t mapping)
{
	(void)mapping;
	return plot_cell_huge(cell) ? SVG_MARK : 0;
}

static unsigned int look_mapping(const struct plot_cell *cell, size_t mapping)
{
	return cell->bytes && plot_cell_mapping(cell) == mapping ? SVG_BAR : 0;
}

/* No less than two pixels, which can be seen. */
static unsigned int look_fill(const struct plot_cell *cell, size_t mapping)
{
	return look_mapping(cell, mapping) ? 1 + plot_cell_fill(cell, SVG_BAR - 1) : 0;
}

static int row_y(const struct plot *plot, size_t number, int top)
{
	size_t i;

	for (i = 0; i <= number; i++)
		top += plot_row_gap(&plot->grid, i) ? GAP : 0;
	return top + number * ROW;
}

static void draw_row(FILE *out, const struct plot_grid *grid, const struct plot_row *row, int y,
		     const struct layer *layer)
{
	size_t from, to;

	for (from = 0; from < grid->columns; from = to) {
		unsigned int height = layer->look(&row->cells[from], layer->mapping);

		/* Neighbours that look the same are drawn as one. */
		to = from + 1;
		while (to < grid->columns &&
		       layer->look(&row->cells[to], layer->mapping) == height)
			to++;
		if (height)
			fprintf(out, "M%zu %dh%zuv-%uh-%zuz", LEFT + CELL * from, y + layer->base,
				CELL * (to - from), height, CELL * (to - from));
	}
}

/* One path for all cells: it is short, and has one title. */
static void draw_layer(FILE *out, const struct plot *plot, int top, const struct layer *layer)
{
	size_t i;

	fprintf(out, "<path %s d=\"", layer->paint);
	for (i = 0; i < plot->grid.row_count; i++)
		draw_row(out, &plot->grid, &plot->grid.rows[i], row_y(plot, i, top), layer);
	fputs("\"/>\n", out);
}

static void draw_cells(FILE *out, const struct plot *plot, int top)
{
	const struct plot_mappings *mappings = &plot->mappings;
	struct layer memory = { "fill=\"" SVG_EMPTY "\"", look_memory, 0, BASE };
	struct layer huge = { "", look_huge, 0, BASE + SVG_MARK };
	size_t i;

	fputs("<g shape-rendering=\"crispEdges\">\n", out);
	draw_layer(out, plot, top, &memory);
	for (i = 0; i < mappings->count; i++) {
		struct layer tint = { "opacity=\"" SVG_TINT "\"", look_mapping, i, BASE };
		struct layer fill = { "", look_fill, i, BASE };

		if (!mappings->list[i].bytes)
			continue;
		fputs("<g><title>", out);
		svg_put(out, plot_name(&mappings->list[i]));
		fprintf(out, "</title><g fill=\"%s\">\n", plot_inks[i].svg);
		draw_layer(out, plot, top, &tint);
		draw_layer(out, plot, top, &fill);
		fputs("</g></g>\n", out);
	}
	fputs("<g><title>huge pages</title>", out);
	draw_layer(out, plot, top, &huge);
	fputs("</g>\n</g>\n", out);
}

/* Where the memory of another node begins: a line over the row, and whose it is. */
static void draw_node(FILE *out, const struct plot *plot, const struct node_start *start, int top)
{
	const struct plot_grid *grid = &plot->grid;
	size_t i;

	for (i = 0; i < grid->row_count; i++) {
		const struct plot_row *row = &grid->rows[i];
		const int y = row_y(plot, i, top) + BASE;
		int x;

		if (!plot_row_has(grid, row, start->address))
			continue;
		x = LEFT + CELL * ((start->address - row->start) / grid->cell_size);
		fprintf(out, "<g><title>node %u from 0x%" PRIx64 "</title>"
			"<path stroke=\"%s\" d=\"M%d.5 %dv%d\"/>"
			"<text x=\"%d\" y=\"%d\" font-size=\"9\" stroke=\"%s\" stroke-width=\"3\" "
			"paint-order=\"stroke\">node %u</text></g>\n", start->node, start->address,
			SVG_INK, x, y - SVG_BAR - 1, ROW, x + 3, y - 1, SVG_PAPER, start->node);
	}
}

static void draw_axis(FILE *out, const struct plot *plot, int y)
{
	int i;

	for (i = 0; i < 4; i++) {
		int x = LEFT + i * (RIGHT - LEFT) / 4;
		char offset[PLOT_WORD], tick[PLOT_WORD + 1];

		text_size(offset, plot->grid.row_size / 4 * i, TEXT_LONG);
		snprintf(tick, sizeof(tick), "+%s", offset);
		svg_word(out, x, y, SVG_QUIET, i ? tick : "+0");
		fprintf(out, "<path stroke=\"%s\" d=\"M%d.5 %dv5\"/>\n", SVG_QUIET, x, y + 3);
	}
	svg_word_end(out, SVG_FIGURES, y, SVG_QUIET, "mapped");
}

static void draw_labels(FILE *out, const struct plot *plot, size_t number, int y)
{
	const struct plot_grid *grid = &plot->grid;
	const struct plot_row *row = &grid->rows[number];
	uint64_t bytes = plot_row_bytes(grid, row);
	char text[PLOT_WORD];

	snprintf(text, sizeof(text), "0x%" PRIx64, row->start);
	fputs("<g font-family=\"monospace\" font-size=\"10\">", out);
	svg_word_end(out, LEFT - 70, y, SVG_QUIET, text);
	fputs("</g>\n", out);
	plot_address(text, row->start, grid->row_size);
	svg_word_end(out, LEFT - 8, y, SVG_INK, text);
	if (!bytes)
		return;
	text_size(text, bytes, TEXT_LONG);
	svg_word_end(out, SVG_FIGURES, y, SVG_INK, text);
}

static void draw_gap(FILE *out, const struct plot *plot, size_t number, int y)
{
	uint64_t end = plot->grid.rows[number].start;
	uint64_t gap = plot_row_gap(&plot->grid, number);
	char size[PLOT_WORD], sentence[PLOT_SENTENCE];
	int dashes;

	text_size(size, gap, TEXT_LONG);
	snprintf(sentence, sizeof(sentence), "0x%" PRIx64 " to 0x%" PRIx64 ": %s without memory",
		 end - gap, end, size);
	dashes = (RIGHT - LEFT - (int)strlen(sentence) * LETTER) / 2;
	fprintf(out, "<path fill=\"none\" stroke=\"%s\" stroke-dasharray=\"2 4\" "
		"d=\"M%d %d.5h%dM%d %d.5h-%d\"/>\n", SVG_QUIET, LEFT, y - 8, dashes, RIGHT, y - 8,
		dashes);
	svg_word_middle(out, (LEFT + RIGHT) / 2, y - 4, SVG_QUIET, sentence);
}

/* Where it is does not fit with the rest; how much of what does, by the rows' measure. */
static int draw_outside(FILE *out, const struct plot *plot, int y)
{
	const struct plot_mappings *mappings = &plot->mappings;
	uint64_t whole = plot_total(plot).outside;
	double x = LEFT, bytes_in_row = whole > plot->grid.row_size ? whole : plot->grid.row_size;
	char text[PLOT_WORD];
	size_t i;

	if (!whole)
		return y;
	y += 8;
	for (i = 0; i < mappings->count; i++) {
		double width = mappings->list[i].outside / bytes_in_row * (RIGHT - LEFT);

		if (!mappings->list[i].outside)
			continue;
		/* Something that can be seen. */
		if (width < 2)
			width = 2;
		fprintf(out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\">"
			"<title>", x, y + BASE - SVG_BAR, width, SVG_BAR, plot_inks[i].svg);
		svg_put(out, plot_name(&mappings->list[i]));
		fprintf(out, ": %" PRIu64 " bytes outside of memory</title></rect>\n",
			mappings->list[i].outside);
		x += width;
	}
	svg_word_end(out, LEFT - 8, y + BASE, SVG_INK, "outside of memory");
	text_size(text, whole, TEXT_LONG);
	svg_word_end(out, SVG_FIGURES, y + BASE, SVG_INK, text);
	return y + ROW;
}

int svg_draw_memory(FILE *out, const struct plot *plot, int y)
{
	const struct plot_grid *grid = &plot->grid;
	int top = y + 10;
	size_t i;

	draw_axis(out, plot, y);
	draw_cells(out, plot, top);
	for (i = 0; i < grid->row_count; i++) {
		y = row_y(plot, i, top);
		if (plot_row_gap(grid, i))
			draw_gap(out, plot, i, y);
		draw_labels(out, plot, i, y + BASE);
	}
	for (i = 0; i < plot->nodes.count; i++)
		draw_node(out, plot, &plot->nodes.list[i], top);
	return draw_outside(out, plot, y + ROW);
}
