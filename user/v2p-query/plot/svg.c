// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"
#include "plot/svg.h"
#include "plot/words.h"

#define LEGEND_ROW 18
/* From the colour to the figures, in hundredths of the letters' height. */
#define NAME_ROOM 3700
#define SAMPLE (3 * SVG_BAR)

/* Of no font in particular, but not less than in any usual one. */
static unsigned int estimate_width(wchar_t character)
{
	/* From the first of the East's scripts on, whatever its width is elsewhere. */
	if (character >= 0x1100)
		return 130;
	if (character >= 0x80 || wcschr(L"MWmw@%", character))
		return 100;
	if (wcschr(L"fijlrtI.,:;|!'/\\()[]- ", character))
		return 42;
	return character >= 'A' && character <= 'Z' ? 76 : 64;
}

static int draw_title(FILE *out, const struct plot *plot)
{
	char sentence[PLOT_SENTENCE];
	int y = 34;

	fprintf(out, "<text x=\"%d\" y=\"%d\" font-size=\"20\" font-weight=\"bold\">", SVG_MARGIN, y);
	svg_put(out, plot->subject);
	fputs(" in physical memory</text>\n", out);
	plot_summary(sentence, plot);
	svg_word(out, SVG_MARGIN, y += 22, SVG_INK, sentence);
	plot_absent(sentence, plot);
	if (*sentence)
		svg_word(out, SVG_MARGIN, y += 18, SVG_INK, sentence);
	return y + 26;
}

static void draw_columns(FILE *out, int y, const char *colour,
			 const char *const columns[PLOT_FIGURES])
{
	static const int places[PLOT_FIGURES] = { 600, 660, 760, 850, SVG_FIGURES };
	size_t i;

	for (i = 0; i < PLOT_FIGURES; i++)
		if (*columns[i])
			svg_word_end(out, places[i], y, colour, columns[i]);
}

static void draw_legend_row(FILE *out, int y, const struct plot_mapping *mapping,
			    const char *colour, uint64_t whole)
{
	struct plot_figures figures;
	const char *name = plot_name(mapping);
	const char *tail = plot_tail(name, NAME_ROOM, estimate_width);

	plot_figures(&figures, mapping, whole);
	fputs("<g><title>", out);
	svg_put(out, name);
	fprintf(out, ": %" PRIu64 " bytes</title>\n", mapping->bytes);
	svg_rect(out, SVG_MARGIN, y - 11, 12, 12, colour);
	fprintf(out, "<text x=\"%d\" y=\"%d\" clip-path=\"url(#names)\">%s", SVG_MARGIN + 20, y,
		tail == name ? "" : "…");
	svg_put(out, tail);
	fputs("</text>\n", out);
	draw_columns(out, y, SVG_INK, figures.words);
	fputs("</g>\n", out);
}

static int draw_legend(FILE *out, const struct plot *plot, int y)
{
	static const char *const heads[PLOT_FIGURES] = { "mapped", "", "on huge pages", "extents",
					     "longest run" };
	const struct plot_mappings *mappings = &plot->mappings;
	uint64_t whole = plot_total(plot).bytes;
	size_t i;

	draw_columns(out, y, SVG_QUIET, heads);
	for (i = PLOT_OTHERS + 1; i < mappings->count; i++)
		draw_legend_row(out, y += LEGEND_ROW, &mappings->list[i], plot_inks[i].svg, whole);
	if (mappings->list[PLOT_OTHERS].extents)
		draw_legend_row(out, y += LEGEND_ROW, &mappings->list[PLOT_OTHERS],
				plot_inks[PLOT_OTHERS].svg, whole);
	return y + LEGEND_ROW + 10;
}

/* A cell, wider than in the picture. */
static void draw_sample(FILE *out, int x, int y, const char *colour, const char *words)
{
	svg_rect(out, x, y - SVG_BAR, SAMPLE, SVG_BAR, colour);
	svg_word(out, x + SAMPLE + 8, y, SVG_QUIET, words);
}

/* Cells of all heights, from one that is nearly empty to a full one. */
static void draw_heights(FILE *out, int x, int y)
{
	int i;

	fputs("<g shape-rendering=\"crispEdges\"><g opacity=\"" SVG_TINT "\">\n", out);
	svg_rect(out, x, y - SVG_BAR, SAMPLE, SVG_BAR, plot_inks[1].svg);
	fputs("</g>\n", out);
	for (i = 0; i < SVG_BAR; i++)
		svg_rect(out, x + i * 3, y - (i + 1), 3, i + 1, plot_inks[1].svg);
	fputs("</g>\n", out);
}

static int draw_key(FILE *out, const struct plot *plot, int y)
{
	char size[PLOT_WORD], sentence[PLOT_SENTENCE];

	text_size(size, plot->grid.cell_size, TEXT_LONG);
	snprintf(sentence, sizeof(sentence), "a cell is %s, its solid part is what is mapped", size);
	draw_heights(out, SVG_MARGIN, y);
	svg_word(out, SVG_MARGIN + SAMPLE + 8, y, SVG_QUIET, sentence);

	draw_sample(out, 470, y, plot_inks[1].svg, "huge pages");
	svg_rect(out, 470, y, SAMPLE, SVG_MARK, SVG_INK);
	draw_sample(out, 610, y, SVG_EMPTY, "the rest of the memory");
	draw_sample(out, 824, y, SVG_EMPTY, "no memory");
	svg_rect(out, 825, y - SVG_BAR + 1, SAMPLE - 2, SVG_BAR - 2, SVG_PAPER);
	return y + 34;
}

static int draw_body(FILE *out, const struct plot *plot)
{
	int y = draw_title(out, plot);

	y = draw_legend(out, plot, y);
	y = draw_key(out, plot, y);
	fputs("<g font-size=\"11\">\n", out);
	y = svg_draw_memory(out, plot, y);
	fputs("</g>\n", out);
	return y + SVG_MARGIN;
}

int plot_draw_svg(FILE *out, const struct plot *plot)
{
	char *body = NULL;
	size_t length;
	FILE *stream = open_memstream(&body, &length);
	int height;

	if (!stream)
		return -ENOMEM;
	/* How high it is shows when all is drawn. */
	height = draw_body(stream, plot);
	if (fclose(stream)) {
		free(body);
		return -ENOMEM;
	}
	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\" fill=\"%s\">\n"
		"<title>", SVG_WIDTH, height, SVG_WIDTH, height, SVG_INK);
	svg_put(out, plot->subject);
	fprintf(out, " in physical memory</title>\n"
		"<clipPath id=\"names\"><rect width=\"530\" height=\"%d\"/></clipPath>\n", height);
	svg_rect(out, 0, 0, SVG_WIDTH, height, SVG_PAPER);
	fwrite(body, 1, length, out);
	fputs("</svg>\n", out);
	free(body);
	return 0;
}
