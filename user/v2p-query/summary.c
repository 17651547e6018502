// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "summary.h"

enum status summary_prepare(const struct session *session, void **state)
{
	(void)session;
	*state = calloc(1, sizeof(struct summary));
	return *state ? STATUS_MAPPED : complain(STATUS_TROUBLE, "out of memory");
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
}

void summary_end(const struct session *session, struct summary *summary, summary_print *print)
{
	/* Nothing was taken yet. */
	if (summary->start == summary->end)
		return;
	summary->row.size = summary->end - summary->start;
	summary->total.size += summary->row.size;
	/* What the kernel maps has no names to tell apart. */
	if (session->options->target.kernel)
		return;
	print(session, summary);
	summary->rows++;
}

static void begin_row(struct summary *summary, const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;

	memset(&summary->row, 0, sizeof(summary->row));
	summary->mapping = piece->mapping;
	summary->start = piece->mapping ? piece->mapping->start : extent->address;
	summary->end = piece->mapping ? piece->mapping->end : extent->address + extent->length;
}

/* Outside of mappings, what touches each other is one row. */
static bool goes_on(const struct summary *summary, const struct piece *piece)
{
	return summary->mapping == piece->mapping &&
	       (piece->mapping || summary->end == piece->extent.address);
}

void summary_take(const struct session *session, struct summary *summary,
		  const struct piece *piece, summary_print *print)
{
	const struct v2p_extent *extent = &piece->extent;

	if (!goes_on(summary, piece)) {
		summary_end(session, summary, print);
		begin_row(summary, piece);
	}
	if (!piece->mapping)
		summary->end = extent->address + extent->length;
	add(&summary->row, extent);
	add(&summary->total, extent);
}
