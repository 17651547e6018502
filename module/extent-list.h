/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Extents that are found, one after the other: which are one, and where they are written to.
 * These functions are static, so that the compiler sees what a call of them leaves alone.
 */
#ifndef V2P_EXTENT_LIST_H
#define V2P_EXTENT_LIST_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/stddef.h>

#include "extent.h"

/* Flags whose changes do not end an extent. */
#define V2P_EXTENT_AD_FLAGS (V2P_FLAG_ACCESSED | V2P_FLAG_DIRTY | V2P_FLAG_SOFT_DIRTY)

/* Does the swap offset go on, in pages? Where nothing is encoded, it is 0 for all. */
static bool v2p_swap_contiguous(const struct v2p_extent *open, const struct v2p_extent *e)
{
	const u64 pages = (e->virtual >> PAGE_SHIFT) - (open->virtual >> PAGE_SHIFT);

	if (open->swap_type != e->swap_type)
		return false;
	return !open->swap_offset ? !e->swap_offset :
				    open->swap_offset + pages == e->swap_offset;
}

static bool v2p_can_merge(const struct v2p_extent_range *range, const struct v2p_extent *e)
{
	const struct v2p_extent *open = &range->open;

	if (open->status != e->status || open->virtual + open->length != e->virtual)
		return false;
	if (e->status == V2P_STATUS_MAPPED && open->physical + open->length != e->physical)
		return false;
	if ((open->flags ^ e->flags) & V2P_FLAG_CHANGING)
		return false;
	if (range->swap && !v2p_swap_contiguous(open, e))
		return false;
	return range->merge ||
	       (open->page_shift == e->page_shift && open->level == e->level &&
		open->memory_type == e->memory_type &&
		open->protection_key == e->protection_key &&
		!((open->flags ^ e->flags) & ~V2P_EXTENT_AD_FLAGS));
}

/* What is not asked for most of the time. */
static noinline void v2p_store_more(const struct v2p_extent_arrays *out, unsigned int i,
				    const struct v2p_extent *e)
{
	if (out->swap_offset)
		out->swap_offset[i] = e->swap_offset;
	if (out->swap_type)
		out->swap_type[i] = e->swap_type;
	if (out->level)
		out->level[i] = e->level;
	if (out->memory_type)
		out->memory_type[i] = e->memory_type;
	if (out->protection_key)
		out->protection_key[i] = e->protection_key;
	if (out->node)
		out->node[i] = e->node;
	if (out->page_kind)
		out->page_kind[i] = e->page_kind;
}

static void v2p_store(struct v2p_extent_arrays *out, const struct v2p_extent *e)
{
	/* An array that neither function fills would leak uninitialized memory. */
	static_assert(offsetof(struct v2p_extent_arrays, more) == 13 * sizeof(void *));

	unsigned int i = out->count++;

	out->virtual[i] = e->virtual;
	out->physical[i] = e->physical;
	out->length[i] = e->length;
	out->flags[i] = e->flags;
	out->status[i] = e->status;
	out->page_shift[i] = e->page_shift;
	if (out->more)
		v2p_store_more(out, i, e);
}

/* Report the open extent, if there is one. Returns false if there is no room for it. */
static bool v2p_close(struct v2p_extent_range *range, struct v2p_extent_arrays *out)
{
	if (!range->open.length)
		return true;
	if (out->count == out->room)
		return false;
	v2p_store(out, &range->open);
	range->open.length = 0;
	return true;
}

/*
 * Report an extent, behind all others, or make the open one longer by it. Returns false if
 * there is no room to close the open extent.
 */
static bool v2p_add(struct v2p_extent_range *range, struct v2p_extent_arrays *out,
		    const struct v2p_extent *e)
{
	struct v2p_extent *open = &range->open;

	if (open->length && v2p_can_merge(range, e)) {
		open->flags = (open->flags & e->flags) |
			      ((open->flags | e->flags) & V2P_EXTENT_AD_FLAGS);
		open->page_shift = min(open->page_shift, e->page_shift);
		open->level = min(open->level, e->level);
		if (open->memory_type != e->memory_type)
			open->memory_type = V2P_MEMORY_TYPE_UNSPECIFIED;
		open->length += e->length;
		return true;
	}
	if (!v2p_close(range, out))
		return false;
	*open = *e;
	return true;
}

#endif /* V2P_EXTENT_LIST_H */
