// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "base/text.h"
#include "output/cells.h"
#include "output/summary.h"

static unsigned int first_level(const struct v2p_info *info)
{
	return info->level_count > TEXT_PAGE_LEVELS ? info->level_count - TEXT_PAGE_LEVELS : 0;
}

/* Bytes in pages of this level: of its entries' size, or of contiguous runs of them. */
static uint64_t bytes_of_level(const struct v2p_info *info, unsigned int level,
			       const struct stats *stats)
{
	unsigned int shift = info->levels[level].shift;
	unsigned int end = level > first_level(info) ? info->levels[level - 1].shift : 64;
	uint64_t bytes = 0;

	for (; shift < end && shift < 64; shift++)
		bytes += stats->by_shift[shift];
	return bytes;
}

static void write_bytes(struct line *line, uint64_t bytes, unsigned int width)
{
	char text[TEXT_SIZE];

	text_size_or_dash(text, bytes, TEXT_SHORT);
	line_right(line, text, width);
}

/**
 * struct list - "none 4K, swapped 8K"
 */
struct list {
	char text[1024];
	size_t used;
};

static void list_absent(void *data, const char *status, uint64_t amount)
{
	struct list *list = data;
	char bytes[TEXT_SIZE];

	text_size(bytes, amount, TEXT_SHORT);
	if (list->used < sizeof(list->text))
		list->used += snprintf(list->text + list->used, sizeof(list->text) - list->used,
				       "%s%s %s", list->used ? ", " : "", status, bytes);
}

static void write_virtual(struct line *line, const struct cells *cells, unsigned int width)
{
	if (cells->sums->is_total)
		line_left(line, "-", width);
	else
		line_hex(line, cells->sums->start, width);
}

static void write_virtual_range(struct line *line, const struct cells *cells, unsigned int width)
{
	const struct summary_row *sums = cells->sums;

	if (sums->is_total)
		line_left(line, "-", width);
	else
		line_range(line, sums->start, sums->end - sums->start, width);
}

static void write_size(struct line *line, const struct cells *cells, unsigned int width)
{
	write_bytes(line, cells->sums->stats->size, width);
}

static void write_mapped(struct line *line, const struct cells *cells, unsigned int width)
{
	write_bytes(line, cells->sums->stats->mapped, width);
}

static void head_page_sizes(struct line *line, const struct output *output, unsigned int width)
{
	const struct v2p_info *info = output->info;
	char size[TEXT_SIZE];
	unsigned int i;

	for (i = info->level_count; i-- > first_level(info);) {
		text_page_size(size, info->levels[i].shift, TEXT_SHORT);
		line_right(line, size, width);
	}
}

static void write_page_sizes(struct line *line, const struct cells *cells, unsigned int width)
{
	const struct v2p_info *info = cells->output->info;
	unsigned int i;

	for (i = info->level_count; i-- > first_level(info);)
		write_bytes(line, bytes_of_level(info, i, cells->sums->stats), width);
}

static void write_swapped(struct line *line, const struct cells *cells, unsigned int width)
{
	write_bytes(line, cells->sums->stats->by_status[V2P_STATUS_SWAPPED], width);
}

static void write_not_mapped(struct line *line, const struct cells *cells, unsigned int width)
{
	struct list list = { "-", 0 };

	absent_each(cells->sums->stats->by_status, list_absent, &list);
	line_left(line, list.text, width);
}

/* "thp=4M,ordinary=12K" */
static void add_share(struct list *list, const char *word, uint64_t amount)
{
	char bytes[TEXT_SIZE];

	text_size(bytes, amount, TEXT_SHORT);
	if (amount && list->used < sizeof(list->text))
		list->used += snprintf(list->text + list->used, sizeof(list->text) - list->used,
				       "%s%s=%s", list->used ? "," : "", word, bytes);
}

static void write_nodes(struct line *line, const struct cells *cells, unsigned int width)
{
	const struct stats *stats = cells->sums->stats;
	struct list list = { "-", 0 };
	char word[TEXT_NUMBER + 1] = "N";
	unsigned int i;

	for (i = 0; i < stats->nodes; i++) {
		text_decimal(word + 1, i);
		add_share(&list, word, stats->by_node[i]);
	}
	line_left(line, list.text, width);
}

static void write_kinds(struct line *line, const struct cells *cells, unsigned int width)
{
	struct list list = { "-", 0 };
	unsigned int i;

	for (i = 0; i < __V2P_PAGE_KIND_MAX; i++)
		add_share(&list, text_page_kind(i), cells->sums->stats->by_kind[i]);
	line_left(line, list.text, width);
}

static void write_extents(struct line *line, const struct cells *cells, unsigned int width)
{
	line_decimal(line, cells->sums->stats->extents, width);
}

static void write_largest(struct line *line, const struct cells *cells, unsigned int width)
{
	write_bytes(line, cells->sums->stats->largest, width);
}

static const struct column virtual = {
	.name = "virtual", .about = "first address", .width = 14, .kernel_width = 18,
	.write = write_virtual,
};

static const struct column virtual_range = {
	.name = "virtual-range", .about = "first and end address", .width = TEXT_RANGE_WIDTH,
	.kernel_width = TEXT_KERNEL_RANGE_WIDTH, .write = write_virtual_range,
};

static const struct column size = {
	.name = "size", .about = "all of it", .width = 6, .right = true, .write = write_size,
};

static const struct column mapped = {
	.name = "mapped", .about = "what has a physical page", .width = 6, .right = true,
	.write = write_mapped,
};

static const struct column page_sizes = {
	.name = "page-sizes", .about = "the same by the sizes of pages, a column each", .width = 6,
	.write = write_page_sizes, .head = head_page_sizes,
};

static const struct column swapped = {
	.name = "swapped", .about = "what is in swap", .width = 7, .right = true,
	.write = write_swapped,
};

static const struct column not_mapped = {
	.name = "not-mapped", .about = "what has no physical page, by status", .width = 24,
	.write = write_not_mapped,
};

static const struct column nodes = {
	.name = "node", .about = "what is mapped, by NUMA node", .width = 16,
	.fields = V2P_FIELD_NODE, .write = write_nodes,
};

static const struct column kinds = {
	.name = "kind", .about = "what is mapped, by what the kernel uses pages for", .width = 24,
	.fields = V2P_FIELD_PAGE_KIND, .write = write_kinds,
};

static const struct column extents = {
	.name = "extents", .about = "runs of physical memory", .width = 7, .right = true,
	.write = write_extents,
};

static const struct column largest = {
	.name = "largest", .about = "length of the largest of them", .width = 7, .right = true,
	.write = write_largest,
};

static const struct column *const columns[] = {
	&column_pid, &column_comm, &virtual, &virtual_range, &size, &mapped, &page_sizes, &swapped,
	&not_mapped, &extents, &largest, &nodes, &kinds, &column_mapping, &column_region, NULL,
};
COLUMNS_FIT(columns);

const struct table summary_columns = {
	.columns = columns,
	.usual = "virtual,size,mapped,page-sizes,swapped,extents,mapping",
	.of_kernel = "virtual,size,mapped,page-sizes,extents,largest,region",
	.of_device = "virtual,size,mapped,page-sizes,extents,largest",
	.of_many = "pid,size,mapped,page-sizes,swapped,extents,comm",
};

static void begin(struct output *output)
{
	summary_begin(output);
	/* The columns are the same for each of several processes. */
	if (!output->turns)
		columns_head(&output->columns, output);
}

static void print(const struct output *output, const struct summary_row *row)
{
	const struct cells cells = { .output = output, .sums = row };

	columns_row(&output->columns, &cells);
}

static void write_total(struct line *line, const struct cells *cells, unsigned int width)
{
	(void)cells;
	cell_name(line, "total", width);
}

static void write_total_right(struct line *line, const struct cells *cells, unsigned int width)
{
	(void)cells;
	line_right(line, "total", width);
}

static void write_nothing(struct line *line, const struct cells *cells, unsigned int width)
{
	(void)cells;
	cell_name(line, NULL, width);
}

static void write_nothing_right(struct line *line, const struct cells *cells, unsigned int width)
{
	(void)cells;
	line_right(line, "-", width);
}

/* What a row is of, rather than a sum. */
static bool is_label(const struct column *column)
{
	return column == &column_pid || column == &column_comm || column == &virtual ||
	       column == &virtual_range || column == &column_mapping || column == &column_region;
}

/* The first label that is shown says "total"; none of the others is of several processes. */
static void print_total(const struct output *output, const struct summary_row *row)
{
	const struct cells cells = { .output = output, .sums = row };
	struct columns chosen = output->columns;
	bool said = false;
	size_t i;

	for (i = 0; i < chosen.count; i++) {
		struct shown_column *shown = &chosen.list[i];
		const bool right = shown->column->right;

		if (!is_label(shown->column))
			continue;
		if (!said)
			shown->write = right ? write_total_right : write_total;
		else if (row->is_of_all)
			shown->write = right ? write_nothing_right : write_nothing;
		said = true;
	}
	columns_row(&chosen, &cells);
}

static void print_row(const struct output *output, const struct summary *summary)
{
	const struct summary_row row = {
		.stats = &summary->row,
		.start = summary->start,
		.end = summary->end,
		.mapping = summary->mapping,
	};

	print(output, &row);
}

static void take(struct output *output, const struct piece *piece)
{
	summary_take(output, piece, print_row);
}

static enum exit_status end(struct output *output, const char *error)
{
	struct summary *summary = output->state;
	const struct summary_row total = { .stats = &summary->total, .is_total = true };

	/* Neither the last row nor the total is complete: leave them out. */
	if (error)
		return EXIT_OK;
	summary_end(output, print_row);
	summary_add(summary);
	/* Of several processes, this is the row of one. */
	if (output->many)
		print(output, &total);
	else
		print_total(output, &total);
	return EXIT_OK;
}

static void end_all(struct output *output, const char *error)
{
	const struct summary *summary = output->state;
	const struct summary_row total = {
		.stats = &summary->all, .is_total = true, .is_of_all = true,
	};

	(void)error;
	print_total(output, &total);
}

const struct writer summary_table = {
	.fields = V2P_FIELD_PAGE_SHIFT,
	.with_mappings = true,
	.table = &summary_columns,
	.open = summary_open,
	.begin = begin,
	.extent = take,
	.end = end,
	.end_all = end_all,
	.close = summary_close,
};
