// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges of which only what lies in some physical memory is asked for. That is hardly
 * anything most of the time: what counts is how fast the other entries are passed over.
 */

#include <linux/minmax.h>

#include "arch/arch.h"
#include "extent-internal.h"
#include "extent-list.h"
#include "extent.h"
#include "frames.h"
#include "levels.h"
#include "page-run.h"

/* Entries that are tested one behind the other, before it is looked at what they were. */
#define BLOCK		8

/* To look for the range that an address may be in takes as long as to test this many. */
#define LOOKUP_COST	4
/* So does all else that is done with a page that is in one, beside what it takes to decode it. */
#define FOUND_COST	4

/**
 * struct search - what is looked for in a table
 * @test: for its entries
 * @by_parts: for v2p_frames_may_have()
 * @kind: the kind of address space
 * @level: of the table
 * @empty: entries that are zero have to be looked at, too
 */
struct search {
	struct v2p_frames_test test;
	bool by_parts;
	enum v2p_aspace_kind kind;
	unsigned int level;
	bool empty;
};

static __always_inline u64 entries_left(const struct v2p_scan *scan)
{
	return scan->end - scan->entryp;
}

static __always_inline bool may_have(const struct search *search, u64 entry)
{
	return v2p_frames_may_have(&search->test, search->by_parts, entry);
}

/*
 * Returns how many entries of a block, from its first on, map pages that lie elsewhere; some
 * may do so that are not counted.
 */
static __always_inline unsigned int count_elsewhere(const struct search *search,
						    const u64 *entryp)
{
	u64 all = U64_MAX;
	unsigned int i;

	/* Of one that maps no page, nothing is known: it is not present. */
	_Pragma("GCC unroll 8")
	for (i = 0; i < BLOCK; i++) {
		const u64 entry = v2p_read_entry(search->kind, entryp + i);

		all &= entry;
		if (may_have(search, entry))
			break;
	}
	return v2p_arch_entry_present(all) ? i : 0;
}

/* It maps a page that lies elsewhere. */
static __always_inline bool is_elsewhere(const struct search *search, struct v2p_scan *scan,
					 u64 entry)
{
	const struct v2p_frames_range *range;
	u64 first, last;

	/* What is not present is decoded: it may be inverted, or tell of a frame otherwise. */
	if (!v2p_arch_entry_present(entry) ||
	    (search->level != V2P_LEVEL_PTE && v2p_arch_entry_table(entry)))
		return false;
	if (!may_have(search, entry))
		return true;

	v2p_charge(scan, LOOKUP_COST);
	first = v2p_arch_leaf_physical(search->level, entry);
	last = first + (BIT_ULL(v2p_arch_leaf_own_shift(search->level, entry)) - 1);
	range = v2p_frames_find(search->test.frames, first);
	return !range || range->first > last;
}

/*
 * From the next entry, which is @entry, to one that has to be looked at, and that is set. Returns
 * false if there is none.
 */
static __always_inline bool skip_elsewhere(struct v2p_extent_range *range,
					   struct v2p_scan *scan, const struct search *search,
					   u64 *entry)
{
	const u64 *const begin = scan->entryp;
	unsigned int singly = 0;
	bool found = false;

	for (;;) {
		if (!*entry && !search->empty) {
			scan->entryp++;
			if (!singly)
				scan->entryp = v2p_skip_zero(search->kind, scan->entryp, scan->end);
		} else if (is_elsewhere(search, scan, *entry)) {
			scan->entryp++;
		} else {
			found = true;
			break;
		}
		while (search->level == V2P_LEVEL_PTE && !singly && entries_left(scan) >= BLOCK) {
			const unsigned int count = count_elsewhere(search, scan->entryp);

			scan->entryp += count;
			singly = BLOCK - count;
		}
		if (!entries_left(scan))
			break;
		*entry = v2p_read_entry(search->kind, scan->entryp);
		if (singly)
			singly--;
	}
	if (scan->entryp > begin)
		range->next += v2p_length_of_entries(range, search->level, scan->entryp - begin);
	return found;
}

/*
 * Of what has no page the frame is that in swap_offset, if there is one. A status that is
 * added has to be looked at here.
 */
static bool get_physical(const struct v2p_extent *e, u64 *physical)
{
	switch (e->status) {
	case V2P_STATUS_MAPPED:
		*physical = e->physical;
		return true;
	case V2P_STATUS_POISONED:
		/* The content was lost, and not with the frame that it was in. */
		if (!e->swap_offset)
			return false;
		break;
	case V2P_STATUS_MIGRATING:
	case V2P_STATUS_DEVICE:
		break;
	default:
		return false;
	}
	*physical = (e->swap_offset << PAGE_SHIFT) + v2p_offset_in(e->virtual, PAGE_SHIFT);
	return true;
}

/* Report what begins at the next address, and go on behind it. */
static enum v2p_taken add(struct v2p_extent_range *range, struct v2p_extent_arrays *out,
			  struct v2p_scan *scan, const struct v2p_extent *e)
{
	struct v2p_page_run run = V2P_NO_PAGE_RUN;

	if (unlikely(range->by_page))
		return v2p_extent_add_pages(range, out, scan, &run, e);
	if (!v2p_add(range, out, e))
		return V2P_TAKEN_NO_ROOM;
	range->next += e->length;
	return V2P_TAKEN_ALL;
}

enum v2p_taken v2p_extent_take_frames(struct v2p_extent_range *range,
				      struct v2p_extent_arrays *out, struct v2p_scan *scan,
				      const struct v2p_extent *e, u64 physical)
{
	const u64 last = physical + (e->length - 1);
	const struct v2p_frames_range *part;
	struct v2p_extent found = *e;
	enum v2p_taken taken;

	for (;;) {
		part = v2p_frames_find(range->filter.frames, physical);
		if (!part || part->first > last) {
			range->next += last - physical + 1;
			return V2P_TAKEN_ALL;
		}
		if (part->first > physical) {
			range->next += part->first - physical;
			physical = part->first;
		}
		found.virtual = range->next;
		found.length = min(last, part->last) - physical + 1;
		if (found.status == V2P_STATUS_MAPPED)
			found.physical = physical;
		else
			found.swap_offset = physical >> PAGE_SHIFT;
		taken = add(range, out, scan, &found);
		if (taken != V2P_TAKEN_ALL)
			return taken;
		if (part->last >= last)
			return V2P_TAKEN_ALL;
		physical = part->last + 1;
		v2p_charge(scan, V2P_DECODE_COST);
		if (scan->excess > scan->budget)
			return V2P_TAKEN_SOME;
	}
}

/* Is the next entry that of the page which goes on where that of @entry ends? */
static bool goes_on(const struct v2p_scan *scan, const struct search *search, u64 entry)
{
	const u64 next = v2p_arch_leaf_next(search->level, entry);

	/* There may be no such entry: what is not present is none. */
	return scan->entryp < scan->whole_end && v2p_arch_entry_present(next) &&
	       v2p_read_entry(search->kind, scan->entryp) == next;
}

/*
 * Pages behind that of @entry, which the open extent ends with, as long as each goes on where
 * the one before it ends, and is in the same range as a whole.
 */
static void take_contiguous(struct v2p_extent_range *range, struct v2p_scan *scan,
			    const struct search *search, u64 entry)
{
	const unsigned int shift = v2p_arch_level_shift(search->level);
	const u64 physical = range->open.physical + range->open.length - 1;
	const u64 *const begin = scan->entryp;
	u64 most, length;

	most = (v2p_frames_find(search->test.frames, physical)->last - physical) >> shift;
	while (scan->entryp - begin < most && goes_on(scan, search, entry)) {
		entry = v2p_arch_leaf_next(search->level, entry);
		scan->entryp++;
	}
	length = (u64)(scan->entryp - begin) << shift;
	range->open.length += length;
	range->next += length;
}

static enum v2p_taken take_page(struct v2p_extent_range *range, struct v2p_extent_arrays *out,
				struct v2p_scan *scan, const struct search *search, u64 entry,
				const struct v2p_extent *e)
{
	const u32 filtered = range->filter.with_flags | range->filter.without_flags;
	enum v2p_taken taken;
	u64 physical;

	if (!v2p_is_wanted(&range->filter, e) || !get_physical(e, &physical)) {
		range->next += e->length;
		scan->entryp++;
		return V2P_TAKEN_ALL;
	}
	taken = v2p_extent_take_frames(range, out, scan, e, physical);
	if (taken != V2P_TAKEN_ALL)
		return taken;
	scan->entryp++;
	v2p_charge(scan, FOUND_COST);

	if (v2p_arch_entry_present(entry) && !(filtered & V2P_EXTENT_AD_FLAGS) &&
	    !range->by_page && range->open.virtual + range->open.length == range->next &&
	    goes_on(scan, search, entry))
		take_contiguous(range, scan, search, entry);
	return V2P_TAKEN_ALL;
}

/* Returns false if the walk has to stop for holes that are being changed. */
static bool pass_hole(struct v2p_extent_range *range, struct v2p_scan *scan,
		      const struct search *search, struct mm_struct *mm, u64 parent_val,
		      const u64 *end)
{
	if (search->empty &&
	    v2p_is_changing(mm, search->level, scan->entryp, end, parent_val)) {
		range->changing = v2p_should_retry(range);
		if (range->changing)
			return false;
		range->reported_changing = true;
	}
	range->next += v2p_length_of_entries(range, search->level, end - scan->entryp);
	scan->entryp = end;
	return true;
}

/* Look at an entry that points to no table. */
static noinline enum v2p_taken take_entry(struct v2p_extent_range *range,
					  struct v2p_extent_arrays *out, struct v2p_scan *scan,
					  const struct search *search, struct mm_struct *mm,
					  u64 parent_val, u64 entry)
{
	const u64 *end = scan->entryp + 1;
	struct v2p_extent extent;
	enum v2p_taken taken;

	if (entry)
		extent = v2p_decode_extent(range, scan->decoded, search->kind, search->level,
					   scan->entryp, entry);
	else
		end = v2p_skip_zero(search->kind, end, scan->end);
	if (!entry || extent.status == V2P_STATUS_NONE)
		taken = pass_hole(range, scan, search, mm, parent_val, end) ? V2P_TAKEN_ALL :
									      V2P_TAKEN_NO_ROOM;
	else
		taken = take_page(range, out, scan, search, entry, &extent);
	v2p_charge(scan, V2P_DECODE_COST);
	return taken;
}

static __always_inline bool scan_for(struct v2p_extent_range *range,
				     struct v2p_extent_arrays *out, struct v2p_scan *scan,
				     enum v2p_aspace_kind kind, struct mm_struct *mm,
				     u64 parent_val, unsigned int level, bool by_parts,
				     u64 entry)
{
	const struct search search = {
		.test = v2p_frames_test(range->filter.frames, level),
		.by_parts = by_parts,
		.kind = kind,
		.level = level,
		/* Nobody would see the result if holes are not walked again. */
		.empty = v2p_aspace_user_entries(kind) && range->retry,
	};
	/* Of what a pointer is passed on to, the compiler keeps nothing in registers. */
	const struct search passed = search;

	while (skip_elsewhere(range, scan, &search, &entry)) {
		enum v2p_taken taken;

		if (level != V2P_LEVEL_PTE && v2p_arch_entry_table(entry))
			break;
		taken = take_entry(range, out, scan, &passed, mm, parent_val, entry);
		if (taken != V2P_TAKEN_ALL)
			return taken == V2P_TAKEN_SOME;
		if (!entries_left(scan))
			break;
		entry = v2p_read_entry(kind, scan->entryp);
	}
	return true;
}

/* The most frequent cases are functions of their own, for the sake of registers. */
static noinline bool scan_user_ptes(struct v2p_extent_range *range,
				    struct v2p_extent_arrays *out, struct v2p_scan *scan,
				    struct mm_struct *mm, u64 parent_val, u64 entry)
{
	return scan_for(range, out, scan, V2P_ASPACE_PROCESS, mm, parent_val, V2P_LEVEL_PTE,
			false, entry);
}

static noinline bool scan_user_ptes_by_parts(struct v2p_extent_range *range,
					     struct v2p_extent_arrays *out,
					     struct v2p_scan *scan, struct mm_struct *mm,
					     u64 parent_val, u64 entry)
{
	return scan_for(range, out, scan, V2P_ASPACE_PROCESS, mm, parent_val, V2P_LEVEL_PTE,
			true, entry);
}

bool v2p_extent_scan_frames(struct v2p_extent_range *range, struct v2p_extent_arrays *out,
			    struct v2p_scan *scan, enum v2p_aspace_kind kind,
			    struct mm_struct *mm, u64 parent_val, unsigned int level, u64 entry)
{
	const bool by_parts = level == V2P_LEVEL_PTE && range->filter.frames->count > 1;

	if (kind != V2P_ASPACE_PROCESS || level != V2P_LEVEL_PTE)
		return scan_for(range, out, scan, kind, mm, parent_val, level, by_parts, entry);
	return by_parts ? scan_user_ptes_by_parts(range, out, scan, mm, parent_val, entry) :
			  scan_user_ptes(range, out, scan, mm, parent_val, entry);
}
