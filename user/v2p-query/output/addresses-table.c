// SPDX-License-Identifier: GPL-2.0
/* A table of addresses. Columns have fixed widths, so that rows can be written one by one. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "output/describe.h"
#include "output/writer.h"

#define COLUMNS "%-18s  %-18s  %-4s  %-5s  "

static void begin(struct output *output)
{
	printf(COLUMNS "%-48s  %s\n", "VIRTUAL", "PHYSICAL", "SIZE", "LEVEL", "FLAGS",
	       target_is_kernel(output->target) ? "SYMBOL" : "MAPPING");
}

static void print_row(struct output *output, const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;
	const struct v2p_extent answer = row_extent(row);
	char virtual[20], physical[20], size[TEXT_SIZE] = "-", flags[DESCRIPTION];
	const char *level = NULL, *name;

	snprintf(virtual, sizeof(virtual), "0x%" PRIx64, row->address);
	if (row_has_page(row)) {
		snprintf(physical, sizeof(physical), "0x%" PRIx64, translation->physical);
		text_page_size(size, translation->page_shift, TEXT_SHORT);
	} else {
		snprintf(physical, sizeof(physical), "%s", row_status(row));
	}
	if (row->label->freed) {
		strcpy(flags, "-");
	} else {
		if (translation->status != V2P_STATUS_INVALID)
			level = v2p_level_name(translation->level);
		describe(flags, &answer, row->swap_file);
	}

	printf(COLUMNS "%-48s  ", virtual, physical, size, level ? level : "-", flags);
	name = target_is_kernel(output->target) ? row->label->name : row->mapping;
	utf8_print(name ? name : "-");
	putchar('\n');
}

const struct writer addresses_table = {
	.fields = WRITER_ADDRESS_FIELDS,
	.with_mappings = true,
	.begin = begin,
	.address = print_row,
};
