// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges of which it is asked what the pages are that back them: an extent is of one node then,
 * and of pages of one kind. So each entry is decoded, and each page is looked at, but where
 * many are known to be alike.
 */

#include <linux/minmax.h>
#include <linux/numa.h>

#include "arch/arch.h"
#include "extent-internal.h"
#include "extent-list.h"
#include "extent.h"
#include "levels.h"
#include "page-run.h"

/* To look at a page takes as long as to read this many entries. */
#define LOOK_COST	20

/* Adds an extent, of which all pages are alike. Returns false if there is no room. */
static bool add_alike(struct v2p_extent_range *range, struct v2p_extent_arrays *out,
		      const struct v2p_extent *e)
{
	const struct v2p_extent *open = &range->open;

	if (open->length && (open->node != e->node || open->page_kind != e->page_kind) &&
	    !v2p_close(range, out))
		return false;
	if (!v2p_add(range, out, e))
		return false;
	range->next += e->length;
	return true;
}

enum v2p_taken v2p_extent_add_pages(struct v2p_extent_range *range,
				    struct v2p_extent_arrays *out, struct v2p_scan *scan,
				    struct v2p_page_run *run, const struct v2p_extent *e)
{
	const u64 last = e->physical + (e->length - 1);
	struct v2p_extent part = *e;

	part.node = NUMA_NO_NODE;
	part.page_kind = V2P_PAGE_KIND_UNKNOWN;
	if (e->status != V2P_STATUS_MAPPED)
		return add_alike(range, out, &part) ? V2P_TAKEN_ALL : V2P_TAKEN_NO_ROOM;

	for (;;) {
		if (!v2p_page_run_has(run, part.physical))
			v2p_charge(scan, LOOK_COST * v2p_page_run_read(run, part.physical, last,
								       out->page_kind));
		part.length = min(last, run->last) - part.physical + 1;
		if (out->node)
			part.node = run->node;
		if (out->page_kind)
			part.page_kind = range->user_kinds ? v2p_page_run_user_kind(run) :
							     run->kind;
		if (!add_alike(range, out, &part))
			return V2P_TAKEN_NO_ROOM;
		if (run->last >= last)
			return V2P_TAKEN_ALL;
		part.virtual += part.length;
		part.physical += part.length;
		if (scan->excess > scan->budget)
			return V2P_TAKEN_SOME;
	}
}

bool v2p_extent_scan_pages(struct v2p_extent_range *range, struct v2p_extent_arrays *out,
			   struct v2p_scan *scan, enum v2p_aspace_kind kind,
			   struct mm_struct *mm, u64 parent_val, unsigned int level, u64 entry)
{
	const bool watched = v2p_is_hole_watched(range, kind);
	struct v2p_page_run run = V2P_NO_PAGE_RUN;

	for (;;) {
		const u64 *end = scan->entryp + 1;
		struct v2p_extent extent;

		if (!entry) {
			end = v2p_skip_zero(kind, end, scan->end);
			extent = v2p_hole(range, level, end - scan->entryp);
		} else {
			extent = v2p_decode_extent(range, scan->decoded, kind, level,
						   scan->entryp, entry);
		}
		if (extent.status == V2P_STATUS_NONE &&
		    !v2p_finish_hole(range, &extent, watched, mm, level, scan->entryp, end,
				     parent_val))
			return false;
		if (v2p_is_wanted(&range->filter, &extent)) {
			const enum v2p_taken taken =
				v2p_extent_add_pages(range, out, scan, &run, &extent);

			if (taken != V2P_TAKEN_ALL)
				return taken == V2P_TAKEN_SOME;
		} else {
			range->next += extent.length;
		}
		if (extent.flags & V2P_FLAG_CHANGING)
			range->reported_changing = true;
		scan->entryp = end;
		if (scan->entryp == scan->end)
			return true;
		entry = v2p_read_entry(kind, scan->entryp);
		if (level != V2P_LEVEL_PTE && v2p_arch_entry_table(entry))
			return true;
		v2p_charge(scan, V2P_DECODE_COST);
	}
}
