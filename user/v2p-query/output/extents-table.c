// SPDX-License-Identifier: GPL-2.0
/* A table of extents, with columns of fixed widths. */
#include "base/line.h"
#include "base/text.h"
#include "output/describe.h"
#include "output/writer.h"

/* Widths of columns. */
enum columns { PHYSICAL = 27, BYTES = 15, LENGTH = 6, SIZE = 4, FLAGS = 48 };

/* The last column is that of mappings, which the kernel does not have. */
static void end_line(const struct output *output, struct line *line, const char *flags,
		     const char *mapping)
{
	if (!target_is_kernel(output->target)) {
		line_left(line, flags, FLAGS);
		flags = mapping;
	}
	line_end(line, flags);
}

static void begin(struct output *output)
{
	struct line line;

	line.used = 0;
	line_left(&line, "VIRTUAL", text_range_width(target_is_kernel(output->target)));
	line_left(&line, "PHYSICAL", PHYSICAL);
	line_right(&line, "BYTES", BYTES);
	line_right(&line, "LENGTH", LENGTH);
	line_left(&line, "SIZE", SIZE);
	end_line(output, &line, "FLAGS", "MAPPING");
}

static void print_extent(struct output *output, const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;
	const bool mapped = extent->status == V2P_STATUS_MAPPED;
	char length[TEXT_SIZE], flags[DESCRIPTION];
	struct line line;

	line.used = 0;
	line_range(&line, extent->address, extent->length,
		   text_range_width(target_is_kernel(output->target)));
	if (mapped)
		line_range(&line, extent->physical, extent->length, PHYSICAL);
	else
		line_left(&line, text_status(extent->status), PHYSICAL);
	line_decimal(&line, extent->length, BYTES);
	text_size(length, extent->length, TEXT_SHORT);
	line_right(&line, length, LENGTH);
	line_left(&line, mapped ? text_known_page_size(extent->page_shift) : "-", SIZE);
	describe(flags, extent, NULL);
	end_line(output, &line, flags, piece->mapping ? mapping_name(piece->mapping) : "-");
}

const struct writer extents_table = {
	.fields = WRITER_EXTENT_FIELDS & ~V2P_FIELD_LEVEL,
	.with_mappings = true,
	.begin = begin,
	.extent = print_extent,
};
