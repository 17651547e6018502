// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/terminal.h"
#include "base/utf8.h"
#include "plot/picture.h"
#include "plot/plot.h"

static int lay_out(struct plot *plot)
{
	if (plot->width)
		return plot_grid_init(&plot->grid, &plot->ram, plot_blocks_columns(plot->width),
				      PLOT_BLOCKS_ROWS);
	return plot_grid_init(&plot->grid, &plot->ram, PLOT_SVG_COLUMNS, PLOT_SVG_ROWS);
}

static enum exit_status complain_of_ram(const char *iomem, int error)
{
	if (error == -EACCES)
		return complain(EXIT_TROUBLE,
				"%s hides where the machine's memory is: run it as root", iomem);
	if (error == -ENODATA)
		return complain(EXIT_TROUBLE, "%s lists no memory to draw", iomem);
	return complain(EXIT_TROUBLE, "%s: %s", iomem, strerror(-error));
}

static enum exit_status complain_of_file(const struct plot *plot, int error)
{
	return complain(EXIT_TROUBLE, "cannot write %s: %s", plot->path, strerror(error));
}

static enum exit_status open_file(struct plot *plot, const char *path)
{
	plot->path = strdup(path);
	if (!plot->path)
		return complain(EXIT_TROUBLE, "no memory for a picture");
	plot->file = fopen(path, "we");
	return plot->file ? EXIT_OK : complain_of_file(plot, errno);
}

enum exit_status plot_open(struct plot **plot, const char *path, const char *subject,
			   const char *iomem, const char *system)
{
	struct plot *new = calloc(1, sizeof(*new));
	int error;

	*plot = new;
	if (!new)
		return complain(EXIT_TROUBLE, "no memory for a picture");
	new->subject = strdup(subject);
	if (plot_mappings_init(&new->mappings) || !new->subject)
		return complain(EXIT_TROUBLE, "no memory for a picture");
	utf8_make_printable(new->subject);

	if (path && !strcmp(path, "-"))
		new->width = terminal_width();
	if (!iomem)
		iomem = "/proc/iomem";
	error = ram_load(&new->ram, iomem);
	if (error)
		return complain_of_ram(iomem, error);
	if (lay_out(new) || nodes_load(&new->nodes, system ? system : "/sys/devices/system"))
		return complain(EXIT_TROUBLE, "no memory for a picture");
	return path && !new->width ? open_file(new, path) : EXIT_OK;
}

/* Those that get a colour; their numbers are then their ranks. */
static int keep_largest(struct plot *plot)
{
	size_t *moved = plot_mappings_keep(&plot->mappings, PLOT_COLOURS);

	if (!moved)
		return -ENOMEM;
	plot_grid_renumber(&plot->grid, moved);
	free(moved);
	return 0;
}

static bool is_huge(const struct v2p_extent *extent)
{
	return extent->page_shift < 64 && UINT64_C(1) << extent->page_shift > (uint64_t)getpagesize();
}

void plot_add(struct plot *plot, const struct v2p_extent *extent, const char *mapping)
{
	struct plot_mapping more = {
		.bytes = extent->length,
		.huge = is_huge(extent) ? extent->length : 0,
		.extents = 1,
		.longest = extent->length,
	};
	struct ram_range range = { extent->physical, extent->physical + extent->length };
	size_t number;

	if (extent->status != V2P_STATUS_MAPPED) {
		if (extent->status != V2P_STATUS_NONE)
			plot->absent[extent->status] += extent->length;
		return;
	}
	number = plot_mappings_find(&plot->mappings,
				    mapping && *mapping ? mapping : "(no name)");
	more.outside = plot_grid_add(&plot->grid, &plot->ram, range, number, more.huge);
	plot_mapping_add(&plot->mappings.list[number], &more);
}

static enum exit_status close_file(struct plot *plot)
{
	int failed = ferror(plot->file);

	failed |= fclose(plot->file);
	plot->file = NULL;
	return failed ? complain_of_file(plot, errno ? errno : EIO) : EXIT_OK;
}

enum exit_status plot_finish(struct plot *plot)
{
	size_t i;

	if (keep_largest(plot))
		return complain(EXIT_TROUBLE, "no memory for a picture");
	for (i = PLOT_OTHERS + 1; i < plot->mappings.count; i++)
		utf8_make_printable(plot->mappings.list[i].name);
	if (plot->width) {
		plot_draw_blocks(stdout, plot, terminal_has_colour() && terminal_has_utf8());
		return EXIT_OK;
	}
	errno = 0;
	if (plot_draw_svg(plot->file ? plot->file : stdout, plot))
		return complain(EXIT_TROUBLE, "no memory for a picture");
	return plot->file ? close_file(plot) : EXIT_OK;
}

void plot_free(struct plot *plot)
{
	if (!plot)
		return;
	if (plot->file)
		fclose(plot->file);
	plot_grid_free(&plot->grid);
	nodes_free(&plot->nodes);
	ram_free(&plot->ram);
	plot_mappings_free(&plot->mappings);
	free(plot->subject);
	free(plot->path);
	free(plot);
}
