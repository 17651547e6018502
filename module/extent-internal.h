/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared by what goes through the entries of a table for extents. As in extent-list.h, what is
 * called often is static.
 */
#ifndef V2P_EXTENT_INTERNAL_H
#define V2P_EXTENT_INTERNAL_H

#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/types.h>

#include "arch/arch.h"
#include "aspace.h"
#include "changing.h"
#include "entry.h"
#include "extent.h"
#include "levels.h"
#include "tables.h"

struct v2p_page_run;

/* To decode an entry takes as long as to read this many. */
#define V2P_DECODE_COST	10

/**
 * struct v2p_scan - entries of one table that are being read
 * @entryp: the next entry
 * @end: after the last entry to read
 * @whole_end: after the last entry whose span is all within the range
 * @decoded: for v2p_entry_decode_next()
 * @budget: how many entries may be read beside those up to @end, at first, before interrupts are on
 *	again
 * @excess: what was charged when there were no entries any more
 */
struct v2p_scan {
	const u64 *entryp;
	const u64 *end;
	const u64 *whole_end;
	struct v2p_translation *decoded;
	unsigned int budget;
	unsigned int excess;
};

/**
 * enum v2p_taken - how far an entry was looked at
 * @V2P_TAKEN_ALL: to its end, where the next entry begins
 * @V2P_TAKEN_SOME: to the next address, in its span; there is no budget left
 * @V2P_TAKEN_NO_ROOM: to the next address, where an extent begins that there is no room for
 */
enum v2p_taken {
	V2P_TAKEN_ALL,
	V2P_TAKEN_SOME,
	V2P_TAKEN_NO_ROOM,
};

/* Something took as long as to read @cost entries: fewer are read behind the next. */
static inline void v2p_charge(struct v2p_scan *scan, unsigned int cost)
{
	const u64 left = scan->end - scan->entryp;
	const unsigned int fewer = left ? min_t(u64, left - 1, cost) : 0;

	scan->end -= fewer;
	scan->whole_end = min(scan->whole_end, scan->end);
	scan->excess += cost - fewer;
}

static __always_inline bool v2p_all_zero(const u64 *entryp, unsigned int count)
{
	u64 all = 0;
	unsigned int i;

	_Pragma("GCC unroll 16")
	for (i = 0; i < count; i++) {
		/* A torn read does no harm: all that counts is whether it is 0. */
		all |= data_race(entryp[i]);
	}
	return !all;
}

static __always_inline const u64 *v2p_skip_zero(enum v2p_aspace_kind kind, const u64 *entryp,
						const u64 *end)
{
	/* Most entries of a sparse address space. */
	while (v2p_aspace_tables_held(kind) && V2P_ARCH_TABLES_HELD && end - entryp >= 16 &&
	       v2p_all_zero(entryp, 16))
		entryp += 16;
	while (entryp < end && !v2p_read_entry(kind, entryp))
		entryp++;
	return entryp;
}

/* Bytes from the next address to the end of @count entries, clipped to the range. */
static __always_inline u64 v2p_length_of_entries(const struct v2p_extent_range *range,
						 unsigned int level, u64 count)
{
	const unsigned int shift = v2p_arch_level_shift(level);
	const u64 length = (count << shift) - v2p_offset_in(range->next, shift);

	return min(length - 1, range->last - range->next) + 1;
}

/* Is it to be reported, wherever in physical memory it is? */
static bool v2p_is_wanted(const struct v2p_extent_filter *filter, const struct v2p_extent *e)
{
	if (!(filter->states & BIT(e->status)))
		return false;
	if (e->status != V2P_STATUS_NONE && !(filter->page_shifts & BIT_ULL(e->page_shift)))
		return false;
	return (e->flags & filter->with_flags) == filter->with_flags &&
	       !(e->flags & filter->without_flags) &&
	       filter->memory_types & BIT(e->memory_type);
}

/*
 * Entries of a process were none, from @entryp to @end, all but the first zero: may somebody
 * be changing them? See changing.h. @parent_val is the value of the parent entry, of a PTE
 * table only.
 */
static noinline bool v2p_is_changing(struct mm_struct *mm, unsigned int level,
				     const u64 *entryp, const u64 *end, u64 parent_val)
{
	struct v2p_change_watch watch;

	if (!v2p_change_watch_begin(&watch, mm, level, entryp, parent_val))
		return false;
	/* The first may be none without being zero (an erratum), the others are zero. */
	if (!v2p_arch_entry_none(v2p_read_entry(V2P_ASPACE_PROCESS, entryp)) ||
	    v2p_skip_zero(V2P_ASPACE_PROCESS, entryp + 1, end) < end)
		return true;
	return v2p_change_watch_end(&watch);
}

/* Is there time left to walk a changing hole again, instead of reporting it? */
static bool v2p_should_retry(struct v2p_extent_range *range)
{
	u64 now;

	if (!range->retry)
		return false;
	now = ktime_get_mono_fast_ns();
	if (!range->deadline)
		range->deadline = now + range->retry;
	return now < range->deadline;
}

/* Nobody would see the result if holes are neither reported nor walked again. */
static __always_inline bool v2p_is_hole_watched(const struct v2p_extent_range *range,
						enum v2p_aspace_kind kind)
{
	return v2p_aspace_user_entries(kind) &&
	       (range->retry || range->filter.states & BIT(V2P_STATUS_NONE));
}

/* Entries that are zero need not be decoded. */
static __always_inline struct v2p_extent v2p_hole(const struct v2p_extent_range *range,
						  unsigned int level, u64 count)
{
	return (struct v2p_extent) {
		.virtual = range->next,
		.length = v2p_length_of_entries(range, level, count),
	};
}

/*
 * Entries were none, as for v2p_is_changing(), which make @hole. Returns false if the walk has
 * to stop, because it is to be walked again. @watched: v2p_is_hole_watched().
 */
static __always_inline bool v2p_finish_hole(struct v2p_extent_range *range,
					    struct v2p_extent *hole, bool watched,
					    struct mm_struct *mm, unsigned int level,
					    const u64 *entryp, const u64 *end, u64 parent_val)
{
	/* A hole may be of entries of several levels. */
	hole->page_shift = 0;
	hole->level = 0;
	if (watched && v2p_is_changing(mm, level, entryp, end, parent_val)) {
		range->changing = v2p_should_retry(range);
		if (range->changing)
			return false;
		hole->flags |= V2P_FLAG_CHANGING;
	}
	return true;
}

/* What an entry, in the span of which is the next address, says of what begins there. */
static __maybe_unused struct v2p_extent
v2p_decode_extent(const struct v2p_extent_range *range, struct v2p_translation *t,
		  enum v2p_aspace_kind kind, unsigned int level, const u64 *entryp, u64 entry)
{
	v2p_entry_decode_next(kind, level, entry, range->next, t);
	v2p_entry_find_frame(kind, level, entryp, range->next, t);
	return (struct v2p_extent) {
		.virtual = range->next,
		.physical = t->physical,
		.length = v2p_length_of_entries(range, level, 1),
		.flags = v2p_known_flags(&range->known, t->flags),
		.status = v2p_known_status(&range->known, t->status),
		.page_shift = t->page_shift,
		.swap_type = t->swap_type,
		.level = t->level,
		.memory_type = t->memory_type,
		.protection_key = t->protection_key,
		.swap_offset = t->swap_offset,
	};
}

/*
 * Go through entries of a table, the first of which is @entry, for pages in the memory that is
 * asked for, until one points to a table or there is no budget left. Returns false if the walk
 * has to stop before that: there is no room, or a hole is to be walked again. @mm is that of
 * the address space; @parent_val is that of v2p_is_changing().
 */
bool v2p_extent_scan_frames(struct v2p_extent_range *range, struct v2p_extent_arrays *out,
			    struct v2p_scan *scan, enum v2p_aspace_kind kind,
			    struct mm_struct *mm, u64 parent_val, unsigned int level, u64 entry);

/*
 * Report the parts of @e, which is at @physical, that are in the memory that is asked for, as a
 * page may be larger than several ranges of it, and go on behind it.
 */
enum v2p_taken v2p_extent_take_frames(struct v2p_extent_range *range,
				      struct v2p_extent_arrays *out, struct v2p_scan *scan,
				      const struct v2p_extent *e, u64 physical);

/*
 * Go through entries of a table, likewise, where extents are to be of pages that are alike
 * (@range->by_page).
 */
bool v2p_extent_scan_pages(struct v2p_extent_range *range, struct v2p_extent_arrays *out,
			   struct v2p_scan *scan, enum v2p_aspace_kind kind,
			   struct mm_struct *mm, u64 parent_val, unsigned int level, u64 entry);

/*
 * Report a part of what one entry maps, which begins at the next address, as extents of pages
 * that are alike, and go on behind it. @run: of the page before, or V2P_NO_PAGE_RUN.
 */
enum v2p_taken v2p_extent_add_pages(struct v2p_extent_range *range,
				    struct v2p_extent_arrays *out, struct v2p_scan *scan,
				    struct v2p_page_run *run, const struct v2p_extent *e);

#endif /* V2P_EXTENT_INTERNAL_H */
