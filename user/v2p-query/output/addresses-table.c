// SPDX-License-Identifier: GPL-2.0
/* A table of addresses. Columns have fixed widths, so that rows can be written one by one. */
#include "output/cells.h"
#include "output/writer.h"

static void write_entry(struct line *line, const struct cells *cells, unsigned int width)
{
	if (cells->answer->status == V2P_STATUS_INVALID)
		line_left(line, "-", width);
	else
		line_hex(line, cells->row->translation.entry, width);
}

/* With --user-root, an address may be in a symbol of the kernel instead. */
static void write_mapping(struct line *line, const struct cells *cells, unsigned int width)
{
	const struct row *row = cells->row;
	const char *name = row->mapping ? row->mapping : row_symbol(row);

	cell_name(line, target_is_kernel(cells->output->target) ? NULL : name, width);
}

static void write_symbol(struct line *line, const struct cells *cells, unsigned int width)
{
	cell_name(line, row_symbol(cells->row), width);
}

static const struct column entry = {
	.name = "entry", .about = "raw entry", .width = 18, .fields = V2P_FIELD_ENTRY,
	.write = write_entry,
};

static const struct column mapping = {
	.name = "mapping", .about = "mapping that it lies in", .width = 20, .ends_row = true,
	.with_mappings = true, .with_symbols = true, .write = write_mapping,
};

static const struct column symbol = {
	.name = "symbol", .about = "kernel symbol that was given, or with --symbols the nearest",
	.width = 20, .ends_row = true, .with_symbols = true,
	.write = write_symbol,
};

static const struct column *const columns[] = {
	&column_virtual, &column_physical, &column_status, &column_size, &column_level,
	&column_flags, &column_flags_long, &column_memory_type, &column_protection_key, &entry,
	&column_node, &column_kind, &mapping, &column_region, &symbol, &column_pid, &column_comm, NULL,
};
COLUMNS_FIT(columns);

const struct table addresses_columns = {
	.columns = columns,
	.usual = "virtual,physical,size,level,flags,mapping",
	.of_kernel = "virtual,physical,size,flags,region,symbol",
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
