// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/range.h"
#include "output/summary.h"

enum exit_status summary_open(struct output *output)
{
	struct summary *summary = calloc(1, sizeof(*summary));

	output->state = summary;
	return summary ? EXIT_OK : complain(EXIT_TROUBLE, "out of memory");
}

void summary_begin(struct output *output)
{
	struct summary *summary = output->state;

	*summary = (struct summary){
		.first = output->range->start,
		.last = range_last(output->range),
		.all = summary->all,
	};
}

void summary_close(struct output *output)
{
	free(output->state);
}

/* As most machines have few nodes. */
static void clear(struct stats *stats)
{
	memset(stats->by_node, 0, stats->nodes * sizeof(*stats->by_node));
	memset(stats, 0, offsetof(struct stats, by_node));
}

/* What was not asked for is 0, and not shown. */
static void add_page(struct stats *stats, const struct v2p_extent *extent)
{
	const bool known = extent->page_kind < __V2P_PAGE_KIND_MAX;

	stats->by_kind[known ? extent->page_kind : V2P_PAGE_KIND_UNKNOWN] += extent->length;
	if (extent->node >= SUMMARY_NODES)
		return;
	stats->by_node[extent->node] += extent->length;
	if (stats->nodes <= extent->node)
		stats->nodes = extent->node + 1;
}

static void add(struct stats *stats, const struct v2p_extent *extent)
{
	stats->by_status[extent->status] += extent->length;
	if (extent->status != V2P_STATUS_MAPPED)
		return;
	stats->mapped += extent->length;
	stats->by_shift[extent->page_shift % 64] += extent->length;
	stats->extents++;
	if (extent->length > stats->largest)
		stats->largest = extent->length;
	add_page(stats, extent);
}

/*
 * Holes are not asked for, as most of them are in no mapping. Within a mapping, what no extent
 * covers is none, unless a filter kept it back.
 */
static void add_none(struct summary *summary, const struct v2p_range *filter)
{
	uint64_t none = summary->row.size;
	unsigned int i;

	if (!summary->mapping || filter->states || filter->page_shifts || filter->with_flags ||
	    filter->without_flags || filter->memory_types)
		return;
	for (i = 0; i < 256; i++)
		none -= summary->row.by_status[i];
	summary->row.by_status[V2P_STATUS_NONE] += none;
	summary->total.by_status[V2P_STATUS_NONE] += none;
}

void summary_end(const struct output *output, summary_print *print)
{
	struct summary *summary = output->state;

	/* There is no row yet. */
	if (summary->start == summary->end)
		return;
	summary->row.size = summary->end - summary->start;
	summary->total.size += summary->row.size;
	add_none(summary, output->range);
	/* Without mappings, or names of the kernel's regions, only the total is shown. */
	if ((!target_is_process(output->target) && !output->regions) || output->many)
		return;
	print(output, summary);
	summary->rows++;
}

/* The row of a mapping covers the part of it that is in the range. */
static void begin_row(struct summary *summary, const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;
	const struct mapping *mapping = piece->mapping;

	clear(&summary->row);
	summary->mapping = mapping;
	summary->start = extent->address;
	summary->end = extent->address + extent->length;
	if (!mapping)
		return;
	summary->start = mapping->start > summary->first ? mapping->start : summary->first;
	summary->end = mapping->end - 1 < summary->last ? mapping->end : summary->last + 1;
}

/* Outside of mappings, adjacent extents share a row. */
static bool goes_on(const struct summary *summary, const struct piece *piece)
{
	return summary->mapping == piece->mapping &&
	       (piece->mapping || summary->end == piece->extent.address);
}

void summary_take(const struct output *output, const struct piece *piece, summary_print *print)
{
	struct summary *summary = output->state;
	const struct v2p_extent *extent = &piece->extent;

	if (!goes_on(summary, piece)) {
		summary_end(output, print);
		begin_row(summary, piece);
	}
	if (!piece->mapping)
		summary->end = extent->address + extent->length;
	add(&summary->row, extent);
	add(&summary->total, extent);
}

void summary_add(struct summary *summary)
{
	const struct stats *total = &summary->total;
	struct stats *all = &summary->all;
	unsigned int i;

	all->size += total->size;
	all->mapped += total->mapped;
	all->extents += total->extents;
	if (total->largest > all->largest)
		all->largest = total->largest;
	for (i = 0; i < 64; i++)
		all->by_shift[i] += total->by_shift[i];
	for (i = 0; i < ABSENT_STATUSES; i++)
		all->by_status[i] += total->by_status[i];
	for (i = 0; i < __V2P_PAGE_KIND_MAX; i++)
		all->by_kind[i] += total->by_kind[i];
	for (i = 0; i < total->nodes; i++)
		all->by_node[i] += total->by_node[i];
	if (all->nodes < total->nodes)
		all->nodes = total->nodes;
}
