// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "base/utf8.h"
#include "output/summary.h"

/* Usual width of a column; longer text moves the next one. */
#define NOT_MAPPED 24
#define PID 7

static int range_width(const struct output *output)
{
	return text_range_width(target_has_kernel(output->target));
}

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

static void print_bytes(uint64_t bytes)
{
	char text[TEXT_SIZE];

	text_size_or_dash(text, bytes, TEXT_SHORT);
	printf("  %6s", text);
}

static void begin(struct output *output)
{
	const struct v2p_info *info = output->info;
	unsigned int i;

	summary_begin(output);
	/* The columns are the same for each of several processes. */
	if (output->turns)
		return;
	if (output->many)
		printf("%*s", PID, "PID");
	else
		printf("%-*s", range_width(output), "VIRTUAL");
	printf("  %6s  %6s", "SIZE", "MAPPED");
	for (i = info->level_count; i-- > first_level(info);) {
		char size[TEXT_SIZE];

		text_page_size(size, info->levels[i].shift, TEXT_SHORT);
		printf("  %6s", size);
	}
	printf("  %8s  %7s  ", "EXTENTS", "LARGEST");
	if (target_is_kernel(output->target) && !output->regions)
		puts("NOT MAPPED");
	else
		printf("%-*s  %s\n", NOT_MAPPED, "NOT MAPPED",
		       output->many ? "COMM" : output->regions ? "REGION" : "MAPPING");
}

/**
 * struct list - "none 4K, swapped 8K"
 */
struct list {
	char text[512];
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

static void print_not_mapped(const struct stats *stats, int width)
{
	struct list list = { "-", 0 };

	absent_each(stats->by_status, list_absent, &list);
	printf("  %-*s", width, list.text);
}

/* @width: of the last column */
static void print_stats(const struct output *output, const struct stats *stats, int width)
{
	const struct v2p_info *info = output->info;
	char largest[TEXT_SIZE];
	unsigned int i;

	print_bytes(stats->size);
	print_bytes(stats->mapped);
	for (i = info->level_count; i-- > first_level(info);)
		print_bytes(bytes_of_level(info, i, stats));
	text_size_or_dash(largest, stats->largest, TEXT_SHORT);
	printf("  %8" PRIu64 "  %7s", stats->extents, largest);
	print_not_mapped(stats, width);
}

static void print_row(const struct output *output, const struct summary *summary)
{
	char range[TEXT_RANGE];

	text_range(range, summary->start, summary->end - summary->start);
	printf("%-*s", range_width(output), range);
	print_stats(output, &summary->row, NOT_MAPPED);
	fputs("  ", stdout);
	utf8_print(summary->mapping ? mapping_name(summary->mapping) : "-");
	putchar('\n');
}

static void take(struct output *output, const struct piece *piece)
{
	summary_take(output, piece, print_row);
}

static enum exit_status end(struct output *output, const char *error)
{
	struct summary *summary = output->state;

	/* Neither the last row nor the total is complete: leave them out. */
	if (error)
		return EXIT_OK;
	summary_end(output, print_row);
	summary_add(summary);
	if (output->many) {
		printf("%*d", PID, target_pid(output->target));
		print_stats(output, &summary->total, NOT_MAPPED);
		fputs("  ", stdout);
		utf8_print(*output->comm ? output->comm : "-");
	} else {
		printf("%-*s", range_width(output), "total");
		print_stats(output, &summary->total, 0);
	}
	putchar('\n');
	return EXIT_OK;
}

static void end_all(struct output *output, const char *error)
{
	const struct summary *summary = output->state;

	(void)error;

	printf("%*s", PID, "total");
	print_stats(output, &summary->all, 0);
	putchar('\n');
}

const struct writer summary_table = {
	.fields = V2P_FIELD_PAGE_SHIFT,
	.with_mappings = true,
	.open = summary_open,
	.begin = begin,
	.extent = take,
	.end = end,
	.end_all = end_all,
	.close = summary_close,
};
