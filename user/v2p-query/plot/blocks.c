// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/terminal.h"
#include "base/text.h"
#include "plot/picture.h"
#include "plot/words.h"

/* In front of each row: an address, and two blanks. */
#define LABEL 12
#define FEWEST_COLUMNS 16
#define MOST_COLUMNS 512

/* The columns of the legend: the colour, the name, and as many figures as fit. */
#define COLOUR 4
#define SHORTEST_NAME 12
static const unsigned int figure_widths[PLOT_FIGURES] = { 10, 5, 10, 9, 10 };

/* Rows take turns, or they would run together. */
static const char *const grounds[2] = { "\033[48;5;236m", "\033[48;5;234m" };

size_t plot_blocks_columns(unsigned int width)
{
	unsigned int columns = width > LABEL ? width - LABEL : 0;

	if (columns < FEWEST_COLUMNS)
		return FEWEST_COLUMNS;
	return columns < MOST_COLUMNS ? columns : MOST_COLUMNS;
}

/* The narrowest that there is something for. */
static size_t width_of(const struct plot *plot)
{
	return plot->width > LABEL + FEWEST_COLUMNS ? plot->width : LABEL + FEWEST_COLUMNS;
}

static void dim(FILE *out, bool colour, const char *text)
{
	fprintf(out, colour ? TERMINAL_DIM "%s" TERMINAL_PLAIN "\n" : "%s\n", text);
}

/* In as many lines as it takes; @look is how it looks, "" for as usual. */
static void draw_sentence(FILE *out, const struct plot *plot, const char *look, const char *text)
{
	size_t used = 0;

	fputs(look, out);
	while (*text) {
		size_t length = strcspn(text, " ");
		size_t columns = plot_text_width(text, length, plot_columns);

		if (used && used + 1 + columns > width_of(plot)) {
			fputc('\n', out);
			used = 0;
		}
		fprintf(out, "%s%.*s", used ? " " : "", (int)length, text);
		used += columns + (used != 0);
		text += length + strspn(text + length, " ");
	}
	fprintf(out, "%s\n", *look ? TERMINAL_PLAIN : "");
}

static void draw_axis(FILE *out, const struct plot *plot, bool colour)
{
	const struct plot_grid *grid = &plot->grid;
	char line[LABEL + MOST_COLUMNS + PLOT_WORD];
	size_t used = 0;
	int i;

	for (i = 0; i < 4; i++) {
		uint64_t offset = grid->row_size / 4 * i;
		size_t column = LABEL + offset / grid->cell_size;
		char text[PLOT_WORD];

		text_size(text, offset, TEXT_LONG);
		if (used >= column || (i && column + 1 + strlen(text) > width_of(plot)))
			continue;
		used += sprintf(line + used, "%*s+%s", (int)(column - used), "", i ? text : "0");
	}
	dim(out, colour, line);
}

/* Letters: a dot is memory that is not mapped. */
static void draw_letter(FILE *out, const struct plot_cell *cell)
{
	const struct plot_ink *ink = &plot_inks[plot_cell_mapping(cell)];

	if (!cell->ram)
		fputc(' ', out);
	else if (!cell->bytes)
		fputc('.', out);
	else
		fputc(plot_cell_huge(cell) ? ink->huge : ink->small, out);
}

/* Blocks: as high as the cell is full, and shaded where its pages are huge. */
static void draw_block(FILE *out, const struct plot_cell *cell, const char *ground)
{
	static const char *const heights[] = { " ", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const shades[] = { " ", "░", "▒", "▓" };

	fputs(cell->ram ? ground : TERMINAL_PLAIN, out);
	if (cell->bytes)
		fprintf(out, "\033[38;5;%um", plot_inks[plot_cell_mapping(cell)].terminal);
	fputs(plot_cell_huge(cell) ? shades[plot_cell_fill(cell, 3)] :
				     heights[plot_cell_fill(cell, 7)], out);
}

static void draw_gap(FILE *out, const struct plot *plot, size_t number, bool colour)
{
	uint64_t end = plot->grid.rows[number].start;
	uint64_t gap = plot_row_gap(&plot->grid, number);
	char size[PLOT_WORD], line[LABEL + 4 * PLOT_WORD];
	int used;

	text_size(size, gap, TEXT_LONG);
	used = snprintf(line, sizeof(line),
			"%*s-- 0x%" PRIx64 " to 0x%" PRIx64 ": %s without memory --", LABEL, "",
			end - gap, end, size);
	if ((size_t)used > width_of(plot))
		snprintf(line, sizeof(line), "-- %s without memory --", size);
	dim(out, colour, line);
}

/* Above a row in which the memory of another node begins. */
static void draw_nodes(FILE *out, const struct plot *plot, const struct plot_row *row, bool colour)
{
	const struct nodes *nodes = &plot->nodes;
	char line[LABEL + 2 * PLOT_WORD];
	size_t i;

	for (i = 0; i < nodes->count; i++) {
		if (!plot_row_has(&plot->grid, row, nodes->list[i].address))
			continue;
		snprintf(line, sizeof(line), "%*s-- node %u from 0x%" PRIx64 " --", LABEL, "",
			 nodes->list[i].node, nodes->list[i].address);
		dim(out, colour, line);
	}
}

static void draw_rows(FILE *out, const struct plot *plot, bool colour)
{
	const struct plot_grid *grid = &plot->grid;
	size_t number, column;

	for (number = 0; number < grid->row_count; number++) {
		const struct plot_row *row = &grid->rows[number];
		char label[PLOT_WORD];

		if (plot_row_gap(grid, number))
			draw_gap(out, plot, number, colour);
		draw_nodes(out, plot, row, colour);
		plot_address(label, row->start, grid->row_size);
		fprintf(out, "%*s  ", LABEL - 2, label);
		for (column = 0; column < grid->columns; column++)
			if (colour)
				draw_block(out, &row->cells[column], grounds[number % 2]);
			else
				draw_letter(out, &row->cells[column]);
		fputs(colour ? TERMINAL_PLAIN "\n" : "\n", out);
	}
}

/* Where it is does not fit with the rest; how much of what does, by the rows' measure. */
static void draw_outside(FILE *out, const struct plot *plot, bool colour)
{
	const struct plot_mappings *mappings = &plot->mappings;
	const struct plot_grid *grid = &plot->grid;
	uint64_t whole = plot_total(plot).outside, done = 0;
	double bytes_in_row = whole > grid->row_size ? whole : grid->row_size;
	size_t i, column = 0;

	if (!whole)
		return;
	fprintf(out, "%*s  ", LABEL - 2, "outside");
	for (i = 0; i < mappings->count; i++) {
		size_t end;

		if (!mappings->list[i].outside)
			continue;
		done += mappings->list[i].outside;
		end = done / bytes_in_row * grid->columns + 0.5;
		/* Something that can be seen. */
		if (end <= column)
			end = column + 1;
		for (; column < end && column < grid->columns; column++)
			if (colour)
				fprintf(out, "\033[38;5;%um█", plot_inks[i].terminal);
			else
				fputc(plot_inks[i].small, out);
	}
	fputs(colour ? TERMINAL_PLAIN "\n" : "\n", out);
}

/* Padding counts columns, where printf would count bytes. */
static void draw_name(FILE *out, const char *name, size_t width)
{
	static const char cut[] = "...";
	size_t columns = plot_text_width(name, strlen(name), plot_columns);

	if (columns > width) {
		fputs(cut, out);
		width -= strlen(cut);
		name = plot_tail(name, width, plot_columns);
		columns = plot_text_width(name, strlen(name), plot_columns);
	}
	fprintf(out, "%s%*s", name, (int)(width - columns), "");
}

/* The first ones, where not all fit beside a name. */
static void draw_figures(FILE *out, const struct plot *plot,
			 const char *const figures[PLOT_FIGURES])
{
	size_t used = COLOUR + SHORTEST_NAME, i;

	for (i = 0; i < PLOT_FIGURES; i++) {
		used += figure_widths[i];
		if (used <= width_of(plot))
			fprintf(out, " %*s", (int)figure_widths[i] - 1, figures[i]);
	}
}

static void draw_legend_row(FILE *out, const struct plot *plot, size_t number, size_t name_width,
			    bool colour)
{
	const struct plot_mapping *mapping = &plot->mappings.list[number];
	const struct plot_ink *ink = &plot_inks[number];
	struct plot_figures figures;

	plot_figures(&figures, mapping, plot_total(plot).bytes);
	if (colour)
		fprintf(out, "\033[38;5;%um██" TERMINAL_PLAIN "  ", ink->terminal);
	else
		fprintf(out, "%c%c  ", ink->small, ink->huge);
	draw_name(out, plot_name(mapping), name_width);
	draw_figures(out, plot, figures.words);
	fputc('\n', out);
}

/* As wide as the names need, and the terminal allows. */
static size_t find_name_width(const struct plot *plot)
{
	const struct plot_mappings *mappings = &plot->mappings;
	size_t i, width = SHORTEST_NAME, room = width_of(plot) - COLOUR;

	for (i = 0; i < PLOT_FIGURES && room >= SHORTEST_NAME + figure_widths[i]; i++)
		room -= figure_widths[i];
	for (i = PLOT_OTHERS + 1; i < mappings->count; i++) {
		const char *name = mappings->list[i].name;
		size_t columns = plot_text_width(name, strlen(name), plot_columns);

		if (columns > width)
			width = columns;
	}
	return width < room ? width : room;
}

static void draw_legend(FILE *out, const struct plot *plot, bool colour)
{
	static const char *const heads[PLOT_FIGURES] = { "mapped", "", "on huge", "extents",
							 "longest" };
	const struct plot_mappings *mappings = &plot->mappings;
	size_t i, name_width = find_name_width(plot);

	fprintf(out, "%s%*s", colour ? TERMINAL_DIM : "", COLOUR + (int)name_width, "");
	draw_figures(out, plot, heads);
	fputs(colour ? TERMINAL_PLAIN "\n" : "\n", out);
	for (i = PLOT_OTHERS + 1; i < mappings->count; i++)
		draw_legend_row(out, plot, i, name_width, colour);
	if (mappings->list[PLOT_OTHERS].extents)
		draw_legend_row(out, plot, PLOT_OTHERS, name_width, colour);
}

static void draw_key(FILE *out, const struct plot *plot, bool colour)
{
	char size[PLOT_WORD], line[PLOT_SENTENCE];

	text_size(size, plot->grid.cell_size, TEXT_LONG);
	snprintf(line, sizeof(line),
		 colour ? "A cell is %s: as high as it is mapped, shaded for huge pages" :
			  "A letter is %s: a capital for huge pages, . is not mapped, blank no memory",
		 size);
	draw_sentence(out, plot, colour ? TERMINAL_DIM : "", line);
}

static void draw_title(FILE *out, const struct plot *plot, bool colour)
{
	char sentence[PLOT_SENTENCE];

	draw_sentence(out, plot, colour ? TERMINAL_STRONG : "", plot->subject);
	plot_summary(sentence, plot);
	draw_sentence(out, plot, "", sentence);
	plot_absent(sentence, plot);
	if (*sentence)
		draw_sentence(out, plot, "", sentence);
}

void plot_draw_blocks(FILE *out, const struct plot *plot, bool colour)
{
	draw_title(out, plot, colour);
	fputc('\n', out);
	draw_axis(out, plot, colour);
	draw_rows(out, plot, colour);
	draw_outside(out, plot, colour);
	fputc('\n', out);
	draw_legend(out, plot, colour);
	fputc('\n', out);
	draw_key(out, plot, colour);
}
