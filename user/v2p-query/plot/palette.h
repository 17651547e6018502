/* SPDX-License-Identifier: GPL-2.0 */
/* What tells mappings apart. */
#ifndef PALETTE_H
#define PALETTE_H

/* More could not be told apart; all other mappings share one more. */
#define PLOT_COLOURS 8

/**
 * struct plot_ink - what one mapping looks like
 * @svg: its colour on white paper
 * @terminal: the same on dark ground, of the 256 that terminals know
 * @small: its letter where there is no colour, on small pages
 * @huge: mostly on huge pages
 */
struct plot_ink {
	const char *svg;
	unsigned char terminal;
	char small;
	char huge;
};

/* By place in the list of mappings. */
extern const struct plot_ink plot_inks[PLOT_COLOURS + 1];

#endif /* PALETTE_H */
