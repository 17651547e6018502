/* SPDX-License-Identifier: GPL-2.0 */
/* A picture of where something lives in physical memory. */
#ifndef PLOT_H
#define PLOT_H

#include <v2p.h>

#include "base/complain.h"
#include "output/writer.h"

struct plot;

/**
 * plot_open() - begin a picture
 * @plot: set to the new picture, to be given to plot_free() in every case
 * @path: the SVG to write; "-" for blocks of text on standard output, NULL for an SVG there
 * @subject: whose memory it shows, for the title: "process 199 (bash)"
 * @iomem: where the machine's memory is listed; NULL for /proc/iomem
 * @system: where it is told on which node that is; NULL for /sys/devices/system
 *
 * The file is created or truncated now, so that what keeps it from being written is known
 * before there is something to draw.
 *
 * Return: EXIT_OK, or EXIT_TROUBLE after a complaint.
 */
enum exit_status plot_open(struct plot **plot, const char *path, const char *subject,
			   const char *iomem, const char *system);

/**
 * plot_add() - one more extent, in any order
 * @extent: of any status; only what is mapped has a place in the picture
 * @mapping: the name of what it lies in, or NULL; extents that share a name
 *	share a colour
 *
 * Memory used grows with the names, not with the extents.
 */
void plot_add(struct plot *plot, const struct v2p_extent *extent, const char *mapping);

/**
 * plot_finish() - write the picture
 *
 * Standard output is not flushed.
 *
 * Return: EXIT_OK, or EXIT_TROUBLE after a complaint.
 */
enum exit_status plot_finish(struct plot *plot);

/* Forget the picture, finished or not; NULL is fine. */
void plot_free(struct plot *plot);

/* The same as a way to write extents, to the path of the output. */
extern const struct writer extents_plot;

#endif /* PLOT_H */
