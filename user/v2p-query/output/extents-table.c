// SPDX-License-Identifier: GPL-2.0
/* A table of extents, with columns of fixed widths. */
#include "base/text.h"
#include "output/cells.h"
#include "output/writer.h"

static void write_virtual_range(struct line *line, const struct cells *cells, unsigned int width)
{
	line_range(line, cells->answer->address, cells->answer->length, width);
}

static void write_physical_range(struct line *line, const struct cells *cells, unsigned int width)
{
	if (cells->instead)
		line_left(line, cells->instead, width);
	else
		line_range(line, cells->answer->physical, cells->answer->length, width);
}

static const struct column virtual_range = {
	.name = "virtual-range", .about = "first and end virtual address", .width = TEXT_RANGE_WIDTH,
	.kernel_width = TEXT_KERNEL_RANGE_WIDTH, .write = write_virtual_range,
};

static const struct column physical_range = {
	.name = "physical-range", .about = "first and end physical address, or why there is none",
	.width = 27, .fields = V2P_FIELD_PHYSICAL, .write = write_physical_range,
};

static const struct column *const columns[] = {
	&column_pid, &column_comm, &column_virtual, &virtual_range, &column_physical,
	&physical_range, &column_bytes, &column_length, &column_status, &column_size,
	&column_level, &column_flags, &column_flags_long, &column_memory_type,
	&column_protection_key, &column_node, &column_kind, &column_mapping, &column_region, NULL,
};
COLUMNS_FIT(columns);

const struct table extents_columns = {
	.columns = columns,
	.usual = "virtual-range,physical,length,size,flags,mapping",
	.of_kernel = "virtual,physical,length,size,flags,region",
	.of_many = "pid,virtual,physical,length,size,flags,mapping",
	.of_device = "virtual-range,physical,length,size,flags",
	.of_user_root = "virtual,physical,length,size,flags,mapping",
};

const struct writer extents_table = {
	.fields = V2P_FIELD_PHYSICAL,
	.table = &extents_columns,
	.begin = columns_begin,
	.extent = columns_extent,
};
