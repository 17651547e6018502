// SPDX-License-Identifier: GPL-2.0
/* A table of the owners of physical memory, and behind it how many there are. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/line.h"
#include "base/text.h"
#include "base/utf8.h"
#include "output/describe.h"
#include "output/owners.h"

/* Widths of columns. */
enum columns { PHYSICAL = 15, LENGTH = 6, PID = 7, COMM = 15, VIRTUAL = 18, SIZE = 4, FLAGS = 48 };

static void begin(struct output *output)
{
	struct line line;

	/* The columns are the same for each process. */
	if (output->turns)
		return;
	line.used = 0;
	line_left(&line, "PHYSICAL", PHYSICAL);
	line_right(&line, "LENGTH", LENGTH);
	line_right(&line, "PID", PID);
	line_left(&line, "COMM", COMM);
	line_left(&line, "VIRTUAL", VIRTUAL);
	line_left(&line, "SIZE", SIZE);
	line_left(&line, "FLAGS", FLAGS);
	line_end(&line, "MAPPING");
}

/* Whose the extent is: the columns PID and COMM. */
static void add_owner(struct line *line, const struct output *output)
{
	char comm[64];

	if (target_is_kernel(output->target)) {
		line_right(line, "-", PID);
		line_left(line, "(kernel)", COMM);
		return;
	}
	line_decimal(line, target_pid(output->target), PID);
	snprintf(comm, sizeof(comm), "%s", *output->comm ? output->comm : "-");
	utf8_make_printable(comm);
	line_left(line, comm, COMM);
}

/* What is in a page without being mapped has its status in front. */
static void add_flags(struct line *line, const struct v2p_extent *extent)
{
	char flags[DESCRIPTION + 32];
	size_t used = 0;

	if (extent->status != V2P_STATUS_MAPPED)
		used = sprintf(flags, "%s,", text_status(extent->status));
	describe(flags + used, extent, NULL);
	line_left(line, flags, FLAGS);
}

static void print_extent(struct output *output, const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;
	char text[TEXT_SIZE];
	struct line line;

	line.used = 0;
	line_hex(&line, extent_frame(output, extent), PHYSICAL);
	text_size(text, extent->length, TEXT_SHORT);
	line_right(&line, text, LENGTH);
	add_owner(&line, output);
	line_hex(&line, extent->address, VIRTUAL);
	text_page_size(text, extent->page_shift, TEXT_SHORT);
	line_left(&line, text, SIZE);
	add_flags(&line, extent);
	line_end(&line, piece->mapping ? mapping_name(piece->mapping) : "-");
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void print_found(struct output *output, const struct physical *physical)
{
	const struct v2p_physical_range *range = &physical->range;
	char text[TEXT_RANGE];

	(void)output;
	if (range->length == 1)
		text_hex(text, range->start);
	else
		text_range(text, range->start, range->length);
	printf("%s: %" PRIu64 " mapping%s by processes found", text, physical->mappings,
	       plural(physical->mappings));
	if (physical->counted == PHYSICAL_NOT_COUNTED)
		puts("; the kernel does not tell how many there are");
	else
		printf(", of %" PRIu64 " that the kernel counts\n", physical->counted);
}

static void print_quiet(struct output *output, const struct piece *piece)
{
	struct line line;

	line.used = 0;
	if (target_is_kernel(output->target))
		line_text(&line, "kernel");
	else
		line_put_decimal(&line, target_pid(output->target));
	line_text(&line, " ");
	line_put_hex(&line, piece->extent.address);
	line_text(&line, "\n");
	line_write(&line);
}

const struct writer owners_table = {
	.fields = WRITER_EXTENT_FIELDS & ~V2P_FIELD_LEVEL,
	.with_comm = true,
	.with_mappings = true,
	.begin = begin,
	.extent = print_extent,
	.found = print_found,
};

const struct writer owners_quiet = {
	.fields = V2P_FIELD_PHYSICAL | V2P_FIELD_SWAP,
	.extent = print_quiet,
};
