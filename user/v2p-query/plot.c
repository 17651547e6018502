// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plot-file.h"
#include "plot-picture.h"
#include "plot.h"
#include "text.h"

#define USUAL_WIDTH 80

static unsigned int terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return USUAL_WIDTH;
	return size.ws_col;
}

static bool terminal_has_colour(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) && term && strcmp(term, "dumb") &&
	       !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static int lay_out(struct plot *plot)
{
	if (plot->width)
		return plot_grid_init(&plot->grid, &plot->ram, plot_blocks_columns(plot->width),
				      PLOT_BLOCKS_ROWS);
	return plot_grid_init(&plot->grid, &plot->ram, PLOT_SVG_COLUMNS, PLOT_SVG_ROWS);
}

static enum status complain_of_ram(const char *iomem, int error)
{
	if (error == -EACCES)
		return complain(STATUS_TROUBLE,
				"%s hides where the machine's memory is: run it as root", iomem);
	if (error == -ENODATA)
		return complain(STATUS_TROUBLE, "%s lists no memory to draw", iomem);
	return complain(STATUS_TROUBLE, "%s: %s", iomem, strerror(-error));
}

enum status plot_open(struct plot **plot, const char *path, const char *subject,
		      const char *iomem)
{
	struct plot *new = calloc(1, sizeof(*new));
	enum status status;
	int error;

	*plot = new;
	if (!new)
		return complain(STATUS_TROUBLE, "no memory for a picture");
	plot_mappings_init(&new->mappings);
	new->path = strdup(path);
	new->subject = strdup(subject);
	if (!new->path || !new->subject)
		return complain(STATUS_TROUBLE, "no memory for a picture");
	text_make_printable(new->subject);

	if (!strcmp(path, "-"))
		new->width = terminal_width();
	else if ((status = plot_file_check(path)) != STATUS_MAPPED)
		return status;
	if (!iomem)
		iomem = "/proc/iomem";
	error = ram_load(&new->ram, iomem);
	if (error)
		return complain_of_ram(iomem, error);
	if (lay_out(new))
		return complain(STATUS_TROUBLE, "no memory for a picture");
	return STATUS_MAPPED;
}

/* Keeps no more mappings than @count, whose numbers are then their ranks. */
static void keep_largest(struct plot *plot, size_t count)
{
	size_t moved[PLOT_MAPPINGS];

	plot_mappings_keep(&plot->mappings, count, moved);
	plot_grid_renumber(&plot->grid, moved);
}

static size_t mapping_of(struct plot *plot, const char *name)
{
	/* Half of the names go when there are too many, so that it happens seldom. */
	if (plot->mappings.count == PLOT_MAPPINGS)
		keep_largest(plot, PLOT_MAPPINGS / 2);
	return plot_mappings_find(&plot->mappings, name && *name ? name : "(no name)");
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
		if (extent->status != V2P_STATUS_NONE && extent->status < PLOT_STATUSES)
			plot->absent[extent->status] += extent->length;
		return;
	}
	number = mapping_of(plot, mapping);
	more.outside = plot_grid_add(&plot->grid, &plot->ram, range, number, more.huge);
	plot_mapping_add(&plot->mappings.list[number], &more);
}

static enum status write_svg(const struct plot *plot)
{
	char *text = NULL;
	size_t length;
	FILE *svg = open_memstream(&text, &length);
	enum status status = STATUS_MAPPED;

	if (!svg || plot_draw_svg(svg, plot))
		status = complain(STATUS_TROUBLE, "no memory for a picture");
	if (svg && fclose(svg) && status == STATUS_MAPPED)
		status = complain(STATUS_TROUBLE, "no memory for a picture");
	if (status == STATUS_MAPPED)
		status = plot_file_write(plot->path, text, length);
	free(text);
	return status;
}

enum status plot_finish(struct plot *plot)
{
	size_t i;

	keep_largest(plot, PLOT_COLOURS);
	for (i = PLOT_OTHERS + 1; i < plot->mappings.count; i++)
		text_make_printable(plot->mappings.list[i].name);
	if (!plot->width)
		return write_svg(plot);
	plot_draw_blocks(stdout, plot, terminal_has_colour());
	return STATUS_MAPPED;
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
