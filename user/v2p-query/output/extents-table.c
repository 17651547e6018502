// SPDX-License-Identifier: GPL-2.0
/* A table of extents, with columns of fixed widths. */
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "base/utf8.h"
#include "output/describe.h"
#include "output/writer.h"

#define COLUMNS "%-*s  %-27s  %15s  %6s  %-4s  "

static void begin(struct output *output)
{
	printf(COLUMNS, text_range_width(target_is_kernel(output->target)), "VIRTUAL", "PHYSICAL",
	       "BYTES", "LENGTH", "SIZE");
	if (target_is_kernel(output->target))
		puts("FLAGS");
	else
		printf("%-48s  %s\n", "FLAGS", "MAPPING");
}

static void print_extent(struct output *output, const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;
	char virtual[TEXT_RANGE], physical[TEXT_RANGE], bytes[24], length[TEXT_SIZE];
	char size[TEXT_SIZE] = "-", flags[DESCRIPTION];

	text_range(virtual, extent->address, extent->length);
	if (extent->status == V2P_STATUS_MAPPED) {
		text_range(physical, extent->physical, extent->length);
		text_page_size(size, extent->page_shift, TEXT_SHORT);
	} else {
		snprintf(physical, sizeof(physical), "%s", text_status(extent->status));
	}
	snprintf(bytes, sizeof(bytes), "%" PRIu64, extent->length);
	text_size(length, extent->length, TEXT_SHORT);
	describe(flags, extent, NULL);

	printf(COLUMNS, text_range_width(target_is_kernel(output->target)), virtual, physical,
	       bytes, length, size);
	if (target_is_kernel(output->target)) {
		puts(flags);
		return;
	}
	printf("%-48s  ", flags);
	utf8_print(piece->mapping ? mapping_name(piece->mapping) : "-");
	putchar('\n');
}

const struct writer extents_table = {
	.fields = WRITER_EXTENT_FIELDS & ~V2P_FIELD_LEVEL,
	.with_mappings = true,
	.begin = begin,
	.extent = print_extent,
};
