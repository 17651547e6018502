/* SPDX-License-Identifier: GPL-2.0 */
/* The words that every way to draw a picture shares. */
#ifndef PLOT_WORDS_H
#define PLOT_WORDS_H

#include <wchar.h>

#include "plot/picture.h"

#define PLOT_WORD 32
#define PLOT_SENTENCE 512

/* An address that is a multiple of @step: "48 MiB", "6.5 GiB"; one unit for one step. */
void plot_address(char text[PLOT_WORD], uint64_t address, uint64_t step);

/* "35%", "<1%", ">99%"; all and nothing are just that */
void plot_percent(char text[PLOT_WORD], uint64_t part, uint64_t whole);

/* A mapping's name in the legend. */
const char *plot_name(const struct plot_mapping *mapping);

/* Columns of the legend behind the name. */
#define PLOT_FIGURES 5

/**
 * struct plot_figures - what the legend says of a mapping
 * @text: of each column
 * @words: the same, as columns are drawn
 */
struct plot_figures {
	char text[PLOT_FIGURES][PLOT_WORD];
	const char *words[PLOT_FIGURES];
};

/* Mapped, its share of @whole, on huge pages, extents, the longest of them. */
void plot_figures(struct plot_figures *figures, const struct plot_mapping *mapping,
		  uint64_t whole);

/* All mappings as one. */
struct plot_mapping plot_total(const struct plot *plot);

/* What it comes to, in one line. */
void plot_summary(char text[PLOT_SENTENCE], const struct plot *plot);

/* What is not in memory, in one line; "" for nothing. */
void plot_absent(char text[PLOT_SENTENCE], const struct plot *plot);

/* How wide a character is, in any unit. */
typedef unsigned int plot_width_fn(wchar_t character);

/* In columns of a terminal. */
plot_width_fn plot_columns;

/* How wide the first bytes of a text are, which is UTF-8. */
size_t plot_text_width(const char *text, size_t length, plot_width_fn *width);

/* The end of it that is no wider than @most. */
const char *plot_tail(const char *text, size_t most, plot_width_fn *width);

#endif /* PLOT_WORDS_H */
