// SPDX-License-Identifier: GPL-2.0
#include "plot/palette.h"

/*
 * Okabe and Ito's colours, which colour-blind people tell apart. On white paper a dark red
 * stands for their yellow, which is too pale there, and on dark ground white for black. The
 * first is all others'.
 */
const struct plot_ink plot_inks[PLOT_COLOURS + 1] = {
	{ "#707070", 242, 'x', 'X' }, { "#0072b2", 33, 'a', 'A' },  { "#e69f00", 214, 'b', 'B' },
	{ "#009e73", 36, 'c', 'C' },  { "#cc79a7", 175, 'd', 'D' }, { "#d55e00", 166, 'e', 'E' },
	{ "#882255", 227, 'f', 'F' }, { "#000000", 255, 'g', 'G' }, { "#56b4e9", 117, 'h', 'H' },
};
