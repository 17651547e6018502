// SPDX-License-Identifier: GPL-2.0
/* A table of extents, with columns of fixed widths. */
#include "base/line.h"
#include "base/text.h"
#include "output/describe.h"
#include "output/writer.h"

static void print_cells(const struct output *output, const char *virtual,
			const char *physical, const char *bytes, const char *length,
			const char *size, const char *flags, const char *mapping)
{
	const bool kernel = target_is_kernel(output->target);
	struct line line;

	line.used = 0;
	line_left(&line, virtual, text_range_width(kernel));
	line_left(&line, physical, 27);
	line_right(&line, bytes, 15);
	line_right(&line, length, 6);
	line_left(&line, size, 4);
	if (!kernel)
		line_left(&line, flags, 48);
	line_end(&line, kernel ? flags : mapping);
}

static void begin(struct output *output)
{
	print_cells(output, "VIRTUAL", "PHYSICAL", "BYTES", "LENGTH", "SIZE", "FLAGS", "MAPPING");
}

static void print_extent(struct output *output, const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;
	char virtual[TEXT_RANGE], pages[TEXT_RANGE], bytes[TEXT_NUMBER], length[TEXT_SIZE];
	char size[TEXT_SIZE] = "-", flags[DESCRIPTION];
	const char *physical = pages;

	text_range(virtual, extent->address, extent->length);
	if (extent->status == V2P_STATUS_MAPPED) {
		text_range(pages, extent->physical, extent->length);
		text_page_size(size, extent->page_shift, TEXT_SHORT);
	} else {
		physical = text_status(extent->status);
	}
	text_decimal(bytes, extent->length);
	text_size(length, extent->length, TEXT_SHORT);
	describe(flags, extent, NULL);
	print_cells(output, virtual, physical, bytes, length, size, flags,
		    piece->mapping ? mapping_name(piece->mapping) : "-");
}

const struct writer extents_table = {
	.fields = WRITER_EXTENT_FIELDS & ~V2P_FIELD_LEVEL,
	.with_mappings = true,
	.begin = begin,
	.extent = print_extent,
};
