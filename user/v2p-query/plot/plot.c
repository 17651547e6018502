// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/terminal.h"
#include "base/utf8.h"
#include "plot/file.h"
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

enum exit_status plot_open(struct plot **plot, const char *path, const char *subject,
			   const char *iomem)
{
	struct plot *new = calloc(1, sizeof(*new));
	enum exit_status status;
	int error;

	*plot = new;
	if (!new)
		return complain(EXIT_TROUBLE, "no memory for a picture");
	new->path = strdup(path);
	new->subject = strdup(subject);
	if (plot_mappings_init(&new->mappings) || !new->path || !new->subject)
		return complain(EXIT_TROUBLE, "no memory for a picture");
	utf8_make_printable(new->subject);

	if (!strcmp(path, "-"))
		new->width = terminal_width();
	else if ((status = plot_file_check(path)) != EXIT_OK)
		return status;
	if (!iomem)
		iomem = "/proc/iomem";
	error = ram_load(&new->ram, iomem);
	if (error)
		return complain_of_ram(iomem, error);
	if (lay_out(new))
		return complain(EXIT_TROUBLE, "no memory for a picture");
	return EXIT_OK;
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

static enum exit_status write_svg(const struct plot *plot)
{
	char *text = NULL;
	size_t length;
	FILE *svg = open_memstream(&text, &length);
	enum exit_status status = EXIT_OK;

	if (!svg || plot_draw_svg(svg, plot))
		status = complain(EXIT_TROUBLE, "no memory for a picture");
	if (svg && fclose(svg) && status == EXIT_OK)
		status = complain(EXIT_TROUBLE, "no memory for a picture");
	if (status == EXIT_OK)
		status = plot_file_write(plot->path, text, length);
	free(text);
	return status;
}

enum exit_status plot_finish(struct plot *plot)
{
	size_t i;

	if (keep_largest(plot))
		return complain(EXIT_TROUBLE, "no memory for a picture");
	for (i = PLOT_OTHERS + 1; i < plot->mappings.count; i++)
		utf8_make_printable(plot->mappings.list[i].name);
	if (!plot->width)
		return write_svg(plot);
	plot_draw_blocks(stdout, plot, terminal_has_colour() && terminal_has_utf8());
	return EXIT_OK;
}

void plot_free(struct plot *plot)
{
	if (!plot)
		return;
	plot_grid_free(&plot->grid);
	ram_free(&plot->ram);
	plot_mappings_free(&plot->mappings);
	free(plot->subject);
	free(plot->path);
	free(plot);
}
