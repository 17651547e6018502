/* SPDX-License-Identifier: GPL-2.0 */
/* What a picture is drawn from, and the ways to draw it. */
#ifndef PLOT_PICTURE_H
#define PLOT_PICTURE_H

#include <stdbool.h>
#include <stdio.h>

#include <v2p.h>

#include "base/absent.h"
#include "plot/grid.h"
#include "plot/mappings.h"
#include "plot/nodes.h"
#include "plot/palette.h"
#include "plot/ram.h"

/**
 * struct plot - all that was added
 * @path: the file that the picture goes to, or NULL
 * @file: the same, open; or NULL for standard output
 * @width: columns of the terminal, or 0 for an SVG
 * @subject: whose memory it is
 * @ram: the machine's memory
 * @nodes: which of its nodes has which of it
 * @grid: the same in cells
 * @mappings: by now no more than there are colours, in order of size
 * @absent: bytes that are nowhere in physical memory, by status
 */
struct plot {
	char *path;
	FILE *file;
	unsigned int width;
	char *subject;
	struct ram ram;
	struct nodes nodes;
	struct plot_grid grid;
	struct plot_mappings mappings;
	uint64_t absent[ABSENT_STATUSES];
};

/* The grid of each way. */
#define PLOT_SVG_COLUMNS 256
#define PLOT_SVG_ROWS 64
#define PLOT_BLOCKS_ROWS 32
size_t plot_blocks_columns(unsigned int width);

/* 0 or -ENOMEM. */
int plot_draw_svg(FILE *out, const struct plot *plot);

/* In characters, of which each is a cell: Unicode's blocks in @colour, or else letters. */
void plot_draw_blocks(FILE *out, const struct plot *plot, bool colour);

#endif /* PLOT_PICTURE_H */
