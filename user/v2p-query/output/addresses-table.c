// SPDX-License-Identifier: GPL-2.0
/* A table of addresses. Columns have fixed widths, so that rows can be written one by one. */
#include "base/line.h"
#include "base/text.h"
#include "output/describe.h"
#include "output/writer.h"

/* Their widths, but for the last one. */
enum columns { VIRTUAL = 18, PHYSICAL = 18, SIZE = 4, LEVEL = 5, FLAGS = 48 };

static void begin(struct output *output)
{
	struct line line;

	line.used = 0;
	line_left(&line, "VIRTUAL", VIRTUAL);
	line_left(&line, "PHYSICAL", PHYSICAL);
	line_left(&line, "SIZE", SIZE);
	line_left(&line, "LEVEL", LEVEL);
	line_left(&line, "FLAGS", FLAGS);
	line_end(&line, target_is_kernel(output->target) ? "SYMBOL" : "MAPPING");
}

/* The columns LEVEL and FLAGS. */
static void add_entry(struct line *line, const struct row *row)
{
	const struct v2p_extent answer = row_extent(row);
	char flags[DESCRIPTION];
	const char *level = NULL;

	if (row->label->freed) {
		line_left(line, "-", LEVEL);
		line_left(line, "-", FLAGS);
		return;
	}
	if (row->translation.status != V2P_STATUS_INVALID)
		level = v2p_level_name(row->translation.level);
	line_left(line, level ? level : "-", LEVEL);
	describe(flags, &answer, row->swap_file);
	line_left(line, flags, FLAGS);
}

static void print_row(struct output *output, const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;
	const char *name;
	struct line line;

	line.used = 0;
	line_hex(&line, row->address, VIRTUAL);
	if (row_has_page(row)) {
		line_hex(&line, translation->physical, PHYSICAL);
		line_left(&line, text_known_page_size(translation->page_shift), SIZE);
	} else {
		line_left(&line, row_status(row), PHYSICAL);
		line_left(&line, "-", SIZE);
	}
	add_entry(&line, row);

	name = target_is_kernel(output->target) ? row->label->name : row->mapping;
	line_end(&line, name ? name : "-");
}

const struct writer addresses_table = {
	.fields = WRITER_ADDRESS_FIELDS,
	.with_mappings = true,
	.begin = begin,
	.address = print_row,
};
