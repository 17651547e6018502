// SPDX-License-Identifier: GPL-2.0
/* A table of addresses. Columns have fixed widths, so that rows can be written one by one. */
#include "base/line.h"
#include "base/text.h"
#include "output/describe.h"
#include "output/writer.h"

/* Their widths, but for the last one. */
enum columns { VIRTUAL = 18, PHYSICAL = 18, SIZE = 4, LEVEL = 5, FLAGS = 48, REGION = 14 };

static void begin(struct output *output)
{
	struct line line;

	line.used = 0;
	line_left(&line, "VIRTUAL", VIRTUAL);
	line_left(&line, "PHYSICAL", PHYSICAL);
	line_left(&line, "SIZE", SIZE);
	line_left(&line, "LEVEL", LEVEL);
	line_left(&line, "FLAGS", FLAGS);
	if (output->regions)
		line_left(&line, "REGION", REGION);
	line_end(&line, target_is_kernel(output->target) ? "SYMBOL" : "MAPPING");
}

/* The columns LEVEL and FLAGS. */
static void add_entry(struct line *line, const struct row *row, const struct v2p_extent *answer)
{
	char flags[DESCRIPTION];
	const char *level = NULL;

	if (row->label->freed) {
		line_left(line, "-", LEVEL);
		line_left(line, "-", FLAGS);
		return;
	}
	if (answer->status != V2P_STATUS_INVALID)
		level = v2p_level_name(answer->level);
	line_left(line, level ? level : "-", LEVEL);
	describe(flags, answer, row->swap_file);
	line_left(line, flags, FLAGS);
}

/* The columns from SIZE to FLAGS. */
static void add_page(struct line *line, const struct row *row, const struct v2p_extent *answer)
{
	static struct line_parts known;
	const uint64_t key = page_key(answer);
	const size_t begin = line->used;
	char size[TEXT_SIZE];

	if (line_known(line, &known, key))
		return;
	text_page_size(size, answer->page_shift, TEXT_SHORT);
	line_left(line, size, SIZE);
	add_entry(line, row, answer);
	line_keep(line, &known, key, begin);
}

static void print_row(struct output *output, const struct row *row)
{
	const struct v2p_extent answer = row_extent(row);
	const char *name = row_symbol(row);
	struct line line;

	line.used = 0;
	line_hex(&line, row->address, VIRTUAL);
	if (row_has_page(row)) {
		line_hex(&line, row->translation.physical, PHYSICAL);
		add_page(&line, row, &answer);
	} else {
		line_left(&line, row_status(row), PHYSICAL);
		line_left(&line, "-", SIZE);
		add_entry(&line, row, &answer);
	}

	if (output->regions)
		line_left(&line, row->mapping ? row->mapping : "-", REGION);
	else if (row->mapping)
		name = row->mapping;
	line_end(&line, name ? name : "-");
}

const struct writer addresses_table = {
	.fields = WRITER_ADDRESS_FIELDS,
	.with_mappings = true,
	.begin = begin,
	.address = print_row,
};
