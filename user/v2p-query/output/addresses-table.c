// SPDX-License-Identifier: GPL-2.0
/* A table of addresses. Columns have fixed widths, so that rows can be written one by one. */
#include "base/text.h"
#include "output/cells.h"
#include "output/writer.h"

static void write_entry(struct line *line, const struct cells *cells, unsigned int width)
{
	if (cells->answer->status == V2P_STATUS_INVALID)
		line_left(line, "-", width);
	else
		line_hex(line, cells->row->translation.entry, width);
}

/* A symbol tells more than the mapping that it is in. */
static void write_mapping(struct line *line, const struct cells *cells, unsigned int width)
{
	const struct row *row = cells->row;
	const char *name = row_symbol(row) ? row_symbol(row) : row->mapping;

	cell_name(line, target_is_kernel(cells->output->target) ? NULL : name, width);
}

static void write_symbol(struct line *line, const struct cells *cells, unsigned int width)
{
	cell_name(line, row_symbol(cells->row), width);
}

static void write_time(struct line *line, const struct cells *cells, unsigned int width)
{
	char text[TEXT_TIME];

	text_time(text, cells->row->time, TEXT_SHORT);
	line_left(line, text, width);
}

/* As column_physical has it. */
static void write_from(struct line *line, const struct cells *cells, unsigned int width)
{
	const struct v2p_translation *before = cells->row->before;

	if (!before)
		line_left(line, "-", width);
	else if (before->status != V2P_STATUS_MAPPED)
		line_left(line, text_status(before->status), width);
	else
		line_hex(line, before->physical, width);
}

static const struct column entry = {
	.name = "entry", .about = "raw entry", .width = 18, .fields = V2P_FIELD_ENTRY,
	.write = write_entry,
};

static const struct column mapping = {
	.name = "mapping", .about = "mapping that it lies in, or its symbol", .width = 20, .ends_row = true,
	.with_mappings = true, .with_symbols = true, .write = write_mapping,
};

static const struct column symbol = {
	.name = "symbol", .about = "symbol that was given, or with --symbols that it is in",
	.width = 20, .ends_row = true, .with_symbols = true,
	.write = write_symbol,
};

static const struct column time_of = {
	.name = "time", .about = "when it was seen", .width = 12, .write = write_time,
};

static const struct column from = {
	.name = "from", .about = "physical address before the change, or why there was none",
	.width = 14, .fields = V2P_FIELD_PHYSICAL, .write = write_from,
};

#define COLUMNS \
	&column_virtual, &column_physical, &column_status, &column_size, &column_level, \
	&column_flags, &column_flags_long, &column_memory_type, &column_protection_key, &entry, \
	&column_node, &column_kind, &mapping, &column_region, &symbol, &column_pid, &column_comm, NULL

static const struct column *const columns[] = { COLUMNS };
COLUMNS_FIT(columns);

static const struct column *const columns_of_watch[] = { &time_of, &from, COLUMNS };
COLUMNS_FIT(columns_of_watch);

const struct table addresses_columns = {
	.columns = columns,
	.usual = "virtual,physical,size,level,flags,mapping",
	.of_kernel = "virtual,physical,size,flags,region,symbol",
	.of_device = "virtual,physical,size,level,flags",
};

const struct table watch_columns = {
	.columns = columns_of_watch,
	.usual = "time,virtual,from,physical,size,mapping",
	.of_kernel = "time,virtual,from,physical,size,region,symbol",
	.of_device = "time,virtual,from,physical,size,flags",
};

static void begin(struct output *output)
{
	columns_head(&output->columns, output);
}

static void print_row(struct output *output, const struct row *row)
{
	struct v2p_extent answer = row_extent(row);
	const struct cells cells = {
		.output = output,
		.answer = &answer,
		.instead = row_has_page(row) ? NULL : row_status(row),
		.swap_file = row->swap_file,
		.row = row,
	};

	answer.address = row->address;
	answer.physical = row->translation.physical;
	/* Nothing is true of what is there now. */
	if (row->label->freed)
		answer = (struct v2p_extent){
			.address = row->address, .status = V2P_STATUS_INVALID,
		};
	columns_row(&output->columns, &cells);
}

const struct writer addresses_table = {
	.fields = V2P_FIELD_PHYSICAL,
	.table = &addresses_columns,
	.begin = begin,
	.address = print_row,
};

const struct writer watch_table = {
	.fields = V2P_FIELD_PHYSICAL,
	.table = &watch_columns,
	.begin = begin,
	.address = print_row,
};
