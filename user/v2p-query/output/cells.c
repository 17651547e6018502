// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "output/cells.h"
#include "output/describe.h"
#include "output/summary.h"
#include "output/writer.h"

void cell_name_within(struct line *line, const char *name, unsigned int width)
{
	char copy[DESCRIPTION];

	snprintf(copy, sizeof(copy), "%s", name);
	utf8_make_printable(copy);
	line_left(line, copy, width);
}

static void write_pid(struct line *line, const struct cells *cells, unsigned int width)
{
	if (target_is_process(cells->output->target))
		line_decimal(line, target_pid(cells->output->target), width);
	else
		line_right(line, "-", width);
}

static void write_comm(struct line *line, const struct cells *cells, unsigned int width)
{
	const struct output *output = cells->output;
	const char *comm = *output->comm ? output->comm : NULL;

	cell_name(line, target_is_kernel(output->target) ? "(kernel)" : comm, width);
}

static void write_virtual(struct line *line, const struct cells *cells, unsigned int width)
{
	line_hex(line, cells->answer->address, width);
}

static void write_physical(struct line *line, const struct cells *cells, unsigned int width)
{
	if (cells->instead)
		line_left(line, cells->instead, width);
	else
		line_hex(line, cells->answer->physical, width);
}

static void write_status(struct line *line, const struct cells *cells, unsigned int width)
{
	line_left(line, cells->instead ? cells->instead : text_status(V2P_STATUS_MAPPED), width);
}

static void write_bytes(struct line *line, const struct cells *cells, unsigned int width)
{
	line_decimal(line, cells->answer->length, width);
}

static void write_length(struct line *line, const struct cells *cells, unsigned int width)
{
	char text[TEXT_SIZE];

	text_size(text, cells->answer->length, TEXT_SHORT);
	line_right(line, text, width);
}

static void write_size(struct line *line, const struct cells *cells, unsigned int width)
{
	char text[TEXT_SIZE] = "-";

	if (cells->answer->status == V2P_STATUS_MAPPED)
		text_page_size(text, cells->answer->page_shift, TEXT_SHORT);
	line_left(line, text, width);
}

static void write_level(struct line *line, const struct cells *cells, unsigned int width)
{
	const struct v2p_extent *answer = cells->answer;
	const char *level = NULL;

	if (answer->status != V2P_STATUS_INVALID)
		level = v2p_level_name(answer->level);
	line_left(line, level ? level : "-", width);
}

static void write_flags(struct line *line, const struct cells *cells, unsigned int width)
{
	char text[DESCRIPTION];

	describe(text, cells->answer, cells->swap_file, DESCRIBE_LETTERS);
	line_left(line, text, width);
}

static void write_flags_long(struct line *line, const struct cells *cells, unsigned int width)
{
	char text[DESCRIPTION];

	describe(text, cells->answer, cells->swap_file, DESCRIBE_WORDS);
	line_left(line, text, width);
}

static void write_memory_type(struct line *line, const struct cells *cells, unsigned int width)
{
	const char *type = text_memory_type(cells->answer->memory_type);

	line_left(line, type ? type : "-", width);
}

static void write_protection_key(struct line *line, const struct cells *cells, unsigned int width)
{
	char text[TEXT_NUMBER] = "-";

	if (cells->answer->status == V2P_STATUS_MAPPED)
		text_decimal(text, cells->answer->protection_key);
	line_right(line, text, width);
}

/* There is none where no page is, nor of what is no memory that the kernel manages. */
static void write_node(struct line *line, const struct cells *cells, unsigned int width)
{
	if (cells->instead || cells->answer->node == V2P_NO_NODE)
		line_right(line, "-", width);
	else
		line_decimal(line, cells->answer->node, width);
}

static void write_kind(struct line *line, const struct cells *cells, unsigned int width)
{
	line_left(line, cells->instead ? "-" : text_page_kind(cells->answer->page_kind), width);
}

const char *cells_place(const struct cells *cells)
{
	const struct mapping *mapping;

	if (cells->row)
		return cells->row->mapping;
	mapping = cells->piece ? cells->piece->mapping : cells->sums->mapping;
	return mapping ? mapping_name(mapping) : NULL;
}

static void write_mapping(struct line *line, const struct cells *cells, unsigned int width)
{
	const bool kernel = target_is_kernel(cells->output->target);

	cell_name(line, kernel ? NULL : cells_place(cells), width);
}

/* An older module does not tell of the kernel's. */
static void write_region(struct line *line, const struct cells *cells, unsigned int width)
{
	const bool kernel = target_is_kernel(cells->output->target);

	cell_name(line, kernel ? cells_place(cells) : NULL, width);
}

const struct column column_pid = {
	.name = "pid", .about = "the process", .width = 7, .right = true, .write = write_pid,
};

const struct column column_comm = {
	.name = "comm", .about = "the name of the process", .width = 15, .ends_row = true,
	.with_comm = true, .write = write_comm,
};

const struct column column_virtual = {
	.name = "virtual", .about = "virtual address", .width = 14, .kernel_width = 18,
	.write = write_virtual,
};

const struct column column_physical = {
	.name = "physical", .about = "physical address, or why there is none", .width = 14,
	.fields = V2P_FIELD_PHYSICAL, .write = write_physical,
};

const struct column column_status = {
	.name = "status", .about = "mapped, or why there is no physical page", .width = 9,
	.write = write_status,
};

const struct column column_bytes = {
	.name = "bytes", .about = "length in bytes", .width = 15, .right = true,
	.of = COLUMN_OF_LENGTH, .write = write_bytes,
};

const struct column column_length = {
	.name = "length", .about = "length, rounded down", .width = 6, .right = true,
	.of = COLUMN_OF_LENGTH, .write = write_length,
};

const struct column column_size = {
	.name = "size", .about = "size of the page, as it is mapped", .width = 4,
	.of = COLUMN_OF_PAGE, .fields = V2P_FIELD_PAGE_SHIFT, .write = write_size,
};

const struct column column_level = {
	.name = "level", .about = "level of the page tables", .width = 5, .of = COLUMN_OF_PAGE,
	.fields = V2P_FIELD_LEVEL, .write = write_level,
};

const struct column column_flags = {
	.name = "flags", .about = "flags, a letter each; what is special", .width = 9,
	.kernel_width = 11, .of = COLUMN_OF_PAGE, .fields = CELLS_FLAGS_FIELDS, .write = write_flags,
};

const struct column column_flags_long = {
	.name = "flags-long", .about = "the same in words", .width = 48, .of = COLUMN_OF_PAGE,
	.fields = CELLS_FLAGS_FIELDS, .write = write_flags_long,
};

const struct column column_memory_type = {
	.name = "memory-type", .about = "memory type", .width = 11, .of = COLUMN_OF_PAGE,
	.fields = V2P_FIELD_MEMORY_TYPE, .write = write_memory_type,
};

const struct column column_protection_key = {
	.name = "protection-key", .about = "protection key", .width = 14, .right = true,
	.of = COLUMN_OF_PAGE, .fields = V2P_FIELD_PROTECTION_KEY, .write = write_protection_key,
};

const struct column column_node = {
	.name = "node", .about = "NUMA node that the page is on", .width = 4, .right = true,
	.fields = V2P_FIELD_NODE, .write = write_node,
};

const struct column column_kind = {
	.name = "kind", .about = "what the kernel uses the page for: thp, hugetlb, ...", .width = 9,
	.fields = V2P_FIELD_PAGE_KIND, .write = write_kind,
};

const struct column column_mapping = {
	.name = "mapping", .about = "mapping that it lies in", .width = 20, .ends_row = true,
	.with_mappings = true, .write = write_mapping,
};

const struct column column_region = {
	.name = "region", .about = "the kernel's region that it lies in", .width = 14,
	.ends_row = true, .with_regions = true, .write = write_region,
};
