// SPDX-License-Identifier: GPL-2.0
/* A table of addresses. Columns have fixed widths, so that rows can be written one by one. */
#include <string.h>

#include "base/line.h"
#include "base/text.h"
#include "output/describe.h"
#include "output/writer.h"

static void print_cells(const char *virtual, const char *physical, const char *size,
			const char *level, const char *flags, const char *name)
{
	struct line line;

	line.used = 0;
	line_left(&line, virtual, 18);
	line_left(&line, physical, 18);
	line_left(&line, size, 4);
	line_left(&line, level, 5);
	line_left(&line, flags, 48);
	line_end(&line, name);
}

static void begin(struct output *output)
{
	print_cells("VIRTUAL", "PHYSICAL", "SIZE", "LEVEL", "FLAGS",
		    target_is_kernel(output->target) ? "SYMBOL" : "MAPPING");
}

static void print_row(struct output *output, const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;
	const struct v2p_extent answer = row_extent(row);
	char virtual[TEXT_NUMBER], page[TEXT_NUMBER], size[TEXT_SIZE] = "-";
	char flags[DESCRIPTION];
	const char *physical, *level = NULL, *name;

	text_hex(virtual, row->address);
	if (row_has_page(row)) {
		text_hex(page, translation->physical);
		text_page_size(size, translation->page_shift, TEXT_SHORT);
		physical = page;
	} else {
		physical = row_status(row);
	}
	if (row->label->freed) {
		strcpy(flags, "-");
	} else {
		if (translation->status != V2P_STATUS_INVALID)
			level = v2p_level_name(translation->level);
		describe(flags, &answer, row->swap_file);
	}

	name = target_is_kernel(output->target) ? row->label->name : row->mapping;
	print_cells(virtual, physical, size, level ? level : "-", flags, name ? name : "-");
}

const struct writer addresses_table = {
	.fields = WRITER_ADDRESS_FIELDS,
	.with_mappings = true,
	.begin = begin,
	.address = print_row,
};
