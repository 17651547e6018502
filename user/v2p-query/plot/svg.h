/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of an SVG share. */
#ifndef PLOT_SVG_H
#define PLOT_SVG_H

#include "plot/picture.h"

/* In pixels. */
#define SVG_WIDTH 1000
#define SVG_MARGIN 16
/* Of figures at the right. */
#define SVG_FIGURES (SVG_WIDTH - 8)

/* A row's bars grow upwards from its base; the mark of huge pages is below it. */
#define SVG_BAR 9
#define SVG_MARK 2

#define SVG_PAPER "#fff"
#define SVG_INK "#212529"
#define SVG_QUIET "#6c757d"
/* Memory in which nothing is. */
#define SVG_EMPTY "#e9ecef"
/* How much of a colour the part of a cell has that is not mapped. */
#define SVG_TINT ".5"

/* Text of any kind, as XML wants it. */
void svg_put(FILE *out, const char *text);

/* Words at a place; or that end there, or have their middle there. */
void svg_word(FILE *out, int x, int y, const char *colour, const char *text);
void svg_word_end(FILE *out, int x, int y, const char *colour, const char *text);
void svg_word_middle(FILE *out, int x, int y, const char *colour, const char *text);

void svg_rect(FILE *out, int x, int y, int width, int height, const char *colour);

/* The memory itself, from @y on. Returns where it ends. */
int svg_draw_memory(FILE *out, const struct plot *plot, int y);

#endif /* PLOT_SVG_H */
