// SPDX-License-Identifier: GPL-2.0
/*
 * Most pages are like the page before: physically contiguous with it, or at least
 * mapped with the same attributes. The raw entries tell, so that only few of them have
 * to be decoded.
 */

#include <linux/minmax.h>
#include <linux/string.h>

#include "arch/arch.h"
#include "aspace.h"
#include "extent-internal.h"
#include "extent-list.h"
#include "extent.h"
#include "levels.h"
#include "tables.h"

/* How often interrupts are switched off in one call at most. */
#define MAX_SECTIONS	256

/* To read an entry of the kernel takes an exception where memory has gone. */
#define KERNEL_BUDGET	(V2P_IRQOFF_BUDGET / 4)

bool v2p_extent_close(struct v2p_extent_range *range, struct v2p_extent_arrays *out)
{
	return v2p_close(range, out);
}

static u32 ad_flags(enum v2p_aspace_kind kind, u64 entry)
{
	u32 flags = v2p_arch_ad_flags(entry);

	return v2p_aspace_user_entries(kind) ? flags : flags & ~V2P_USER_ONLY_FLAGS;
}

/*
 * Go on after a page that is the open extent, as long as pages have its attributes and
 * none is physically contiguous with the page before, so that each closes an extent.
 * Returns how many there are.
 */
static __always_inline unsigned int
scan_discontiguous(struct v2p_extent *open, u64 *next, const struct v2p_extent_arrays *out,
		   unsigned int begin, const u64 *entryp, unsigned long most,
		   enum v2p_aspace_kind kind, unsigned int level)
{
	const struct v2p_arch_leaf_format format = v2p_arch_leaf_format(level);
	u64 *const virtual = out->virtual + begin;
	u64 *const physical = out->physical + begin;
	u64 *const length = out->length + begin;
	u32 *const flags = out->flags + begin;
	unsigned long count, i;

	_Pragma("GCC unroll 4")
	for (count = 0; count < most; count++) {
		const u64 entry = v2p_read_entry(kind, entryp + count);
		const u64 change = entry ^ *next;

		if (!change || !v2p_arch_same_attrs(format, entry, change))
			break;
		*next = v2p_arch_leaf_next(level, entry);
		physical[count] = open->physical;
		open->physical = v2p_arch_present_physical(format, entry);
	}
	_Pragma("GCC unroll 8")
	for (i = 0; i < count; i++) {
		virtual[i] = open->virtual;
		open->virtual += BIT_ULL(v2p_arch_level_shift(level));
		length[i] = open->length;
		flags[i] = open->flags;
	}
	return count;
}

/*
 * Go on after a page at the end of the open extent, as long as entries differ from its
 * entry (@entry) in the physical address and in the accessed, dirty and soft-dirty bits
 * only. Most of the time of a walk is spent here, so the state is kept in registers.
 */
static __always_inline void scan_same_attrs(struct v2p_extent_range *range,
					    struct v2p_extent_arrays *out,
					    struct v2p_scan *scan,
					    enum v2p_aspace_kind kind,
					    unsigned int level, u64 entry,
					    const struct v2p_extent *page)
{
	const unsigned int shift = v2p_arch_level_shift(level);
	const struct v2p_arch_leaf_format format = v2p_arch_leaf_format(level);
	const u32 attr_flags = page->flags & ~V2P_EXTENT_AD_FLAGS;
	const unsigned int begin = out->count;
	const unsigned int room = out->room;
	u64 *const virtual = out->virtual;
	u64 *const physical = out->physical;
	u64 *const length = out->length;
	u32 *const flags = out->flags;
	struct v2p_extent open = range->open;
	u64 expected = v2p_arch_leaf_next(level, entry);
	u32 page_flags = page->flags;
	const u64 *const end = scan->whole_end;
	const u64 *entryp = scan->entryp;
	unsigned int i = begin;
	unsigned int count;

	while (entryp < end) {
		const u64 *const contiguous = entryp;
		u64 change;

		do {
			entry = v2p_read_entry(kind, entryp);
			change = entry ^ expected;
			expected = v2p_arch_leaf_next(level, entry);
		} while (!change && ++entryp < end);
		open.length += (u64)(entryp - contiguous) << shift;
		if (!change)
			break;

		if (unlikely(!v2p_arch_same_attrs(format, entry, change))) {
			if (!v2p_arch_same_but_ad(format, entry, change))
				break;
			page_flags = attr_flags | ad_flags(kind, entry);
			if (v2p_arch_present_physical(format, entry) ==
			    open.physical + open.length) {
				open.flags |= page_flags & V2P_EXTENT_AD_FLAGS;
				open.length += BIT_ULL(shift);
				entryp++;
				continue;
			}
		}
		if (i == room)
			break;
		virtual[i] = open.virtual;
		physical[i] = open.physical;
		length[i] = open.length;
		flags[i] = open.flags;
		i++;
		open.virtual += open.length;
		open.physical = v2p_arch_present_physical(format, entry);
		open.length = BIT_ULL(shift);
		open.flags = page_flags;
		entryp++;

		/* Huge pages are seldom all discontiguous: it would not pay. */
		if (level != V2P_LEVEL_PTE)
			continue;
		count = scan_discontiguous(&open, &expected, out, i, entryp,
					   min_t(u64, end - entryp, room - i),
					   kind, level);
		entryp += count;
		i += count;
	}

	if (i > begin) {
		/* The first extent may be merged of several page sizes, levels and memory types. */
		out->status[begin] = open.status;
		out->page_shift[begin] = open.page_shift;
		memset(out->status + begin + 1, open.status, i - begin - 1);
		memset(out->page_shift + begin + 1, page->page_shift, i - begin - 1);
		if (out->more) {
			v2p_store_more(out, begin, &range->open);
			for (count = begin + 1; count < i; count++)
				v2p_store_more(out, count, page);
		}
		open.page_shift = page->page_shift;
		open.level = page->level;
		open.memory_type = page->memory_type;
		open.protection_key = page->protection_key;
		out->count = i;
	}
	range->open = open;
	range->next += (u64)(entryp - scan->entryp) << shift;
	scan->entryp = entryp;
}

/* The most frequent cases are functions of their own, for the sake of registers. */
static noinline void scan_user_ptes(struct v2p_extent_range *range,
				    struct v2p_extent_arrays *out, struct v2p_scan *scan,
				    u64 entry, const struct v2p_extent *page)
{
	scan_same_attrs(range, out, scan, V2P_ASPACE_PROCESS, V2P_LEVEL_PTE, entry, page);
}

static noinline void scan_user_pmds(struct v2p_extent_range *range,
				    struct v2p_extent_arrays *out, struct v2p_scan *scan,
				    u64 entry, const struct v2p_extent *page)
{
	scan_same_attrs(range, out, scan, V2P_ASPACE_PROCESS, V2P_LEVEL_PMD, entry, page);
}

static noinline void scan_pages(struct v2p_extent_range *range,
				struct v2p_extent_arrays *out, struct v2p_scan *scan,
				enum v2p_aspace_kind kind, unsigned int level,
				u64 entry, const struct v2p_extent *page)
{
	if (kind == V2P_ASPACE_PROCESS && level == V2P_LEVEL_PTE)
		scan_user_ptes(range, out, scan, entry, page);
	else if (kind == V2P_ASPACE_PROCESS && level == V2P_LEVEL_PMD)
		scan_user_pmds(range, out, scan, entry, page);
	else
		scan_same_attrs(range, out, scan, kind, level, entry, page);
}

/* Does scan_same_attrs() have anything to go on with after @entry? */
static __always_inline bool next_has_same_attrs(const struct v2p_scan *scan,
						enum v2p_aspace_kind kind,
						unsigned int level, u64 entry)
{
	return scan->entryp < scan->whole_end &&
	       v2p_arch_same_but_ad(v2p_arch_leaf_format(level), entry,
				    v2p_read_entry(kind, scan->entryp) ^ entry);
}

/* As v2p_charge(), but the next entry itself is read instead of one of these. */
static __always_inline void charge_decode(struct v2p_scan *scan)
{
	scan->end -= min_t(u64, scan->end - scan->entryp, V2P_DECODE_COST) - 1;
	scan->whole_end = min(scan->whole_end, scan->end);
}

/*
 * Go through entries of a table, the first of which is @entry, until one points to a
 * table. Returns false if the walk has to stop before that: there is no room, or a
 * hole is to be walked again. @mm is that of the address space; @parent_val is the value
 * of the parent entry, of a PTE table only.
 */
static __always_inline bool scan_table(struct v2p_extent_range *range,
				       struct v2p_extent_arrays *out, struct v2p_scan *scan,
				       enum v2p_aspace_kind kind, struct mm_struct *mm,
				       u64 parent_val, unsigned int level, u64 entry)
{
	const u32 filtered = range->filter.with_flags | range->filter.without_flags;
	const bool check_changing = v2p_is_hole_watched(range, kind);

	for (;;) {
		const u64 *end = scan->entryp + 1;
		struct v2p_extent extent;
		bool wanted;

		if (!entry) {
			end = v2p_skip_zero(kind, end, scan->end);
			extent = v2p_hole(range, level, end - scan->entryp);
		} else {
			extent = v2p_decode_extent(range, scan->decoded, kind, level,
						   scan->entryp, entry);
		}
		if (extent.status == V2P_STATUS_NONE &&
		    !v2p_finish_hole(range, &extent, check_changing, mm, level, scan->entryp,
				     end, parent_val))
			return false;
		wanted = v2p_is_wanted(&range->filter, &extent);
		if (wanted && !v2p_add(range, out, &extent))
			return false;
		if (extent.flags & V2P_FLAG_CHANGING)
			range->reported_changing = true;
		range->next += extent.length;
		scan->entryp = end;

		if (wanted && v2p_arch_entry_present(entry) && !(filtered & V2P_EXTENT_AD_FLAGS) &&
		    next_has_same_attrs(scan, kind, level, entry))
			scan_pages(range, out, scan, kind, level, entry, &extent);

		if (scan->entryp == scan->end)
			return true;
		entry = v2p_read_entry(kind, scan->entryp);
		if (level != V2P_LEVEL_PTE && v2p_arch_entry_table(entry))
			return true;
		charge_decode(scan);
	}
}

static __always_inline bool scan_either(struct v2p_extent_range *range,
					struct v2p_extent_arrays *out, struct v2p_scan *scan,
					enum v2p_aspace_kind kind, struct mm_struct *mm,
					u64 parent_val, unsigned int level, u64 entry)
{
	if (unlikely(range->filter.frames))
		return v2p_extent_scan_frames(range, out, scan, kind, mm, parent_val, level,
					      entry);
	if (unlikely(range->by_page))
		return v2p_extent_scan_pages(range, out, scan, kind, mm, parent_val, level,
					     entry);
	return scan_table(range, out, scan, kind, mm, parent_val, level, entry);
}

/*
 * Walk down to the next address, and go through the rest of the table that the walk
 * ends in. Subtracts what was read from @budget. Returns false if there is no room, or
 * if the same has to be walked again.
 */
static __always_inline bool walk_table(struct v2p_extent_range *range,
				       struct v2p_extent_arrays *out,
				       struct v2p_walk_cache *cache,
				       struct v2p_translation *decoded,
				       enum v2p_aspace_kind kind, struct mm_struct *mm,
				       unsigned int *budget)
{
	/* What is read changes these, and counts only if the tables were in their places. */
	const struct v2p_extent open = range->open;
	const bool reported_changing = range->reported_changing;
	const u64 next = range->next;
	const unsigned int count = out->count;
	unsigned int level, shift, left;
	struct v2p_leaf leaf;
	struct v2p_table table;
	struct v2p_scan scan;
	const u64 *entryp;
	bool room, valid;
	u64 ahead;

	switch (v2p_walk_down(cache, kind, range->next, &leaf, &table, NULL)) {
	case V2P_WALK_LEAF:
		level = leaf.level;
		entryp = leaf.entryp;
		break;
	case V2P_WALK_TABLE:
		level = V2P_LEVEL_PTE;
		entryp = v2p_entry_offset(table.entries, V2P_LEVEL_PTE, range->next);
		leaf.entry = v2p_read_entry(kind, entryp);
		break;
	default:
		return false;
	}

	shift = v2p_arch_level_shift(level);
	ahead = (range->last >> shift) - (range->next >> shift) + 1;
	left = BIT(v2p_arch_level_bits(level)) - v2p_table_index(level, range->next);
	left = min3((u64)left, ahead, (u64)*budget);
	scan = (struct v2p_scan) {
		.entryp = entryp, .end = entryp + left, .decoded = decoded,
		.budget = *budget - left,
	};
	scan.whole_end = scan.end;
	if (left == ahead && v2p_offset_in(range->last + 1, shift))
		scan.whole_end--;

	if (level == V2P_LEVEL_PTE) {
		room = scan_either(range, out, &scan, kind, mm, table.parent_val,
				   V2P_LEVEL_PTE, leaf.entry);
		valid = v2p_recheck_parent(&table, kind) &&
			v2p_recheck_cached(cache, kind);
	} else {
		room = scan_either(range, out, &scan, kind, mm, 0, level, leaf.entry);
		valid = v2p_recheck_from(cache, kind, level);
	}
	if (!valid) {
		range->open = open;
		range->reported_changing = reported_changing;
		range->next = next;
		range->changing = false;
		out->count = count;
		return false;
	}
	range->walked = scan.entryp - entryp == ahead;
	*budget -= min_t(u64, *budget, left - (scan.end - scan.entryp) + scan.excess +
				       V2P_DESCENT_COST);
	return room;
}

int v2p_extent_walk(const struct v2p_aspace *aspace, struct v2p_extent_range *range,
		    struct v2p_extent_arrays *out)
{
	unsigned int sections = MAX_SECTIONS;
	struct v2p_walk_cache cache __uninitialized;
	struct v2p_translation decoded = {};
	int err = 0;

	range->changing = false;
	while (!err && !range->walked && !range->changing && out->count < out->room &&
	       sections--) {
		struct v2p_irqoff irqoff = v2p_irqoff_begin(aspace, &cache);
		const bool kernel = aspace->kind == V2P_ASPACE_KERNEL;
		unsigned int budget = kernel ? KERNEL_BUDGET : V2P_IRQOFF_BUDGET;
		bool go_on = true;

		while (go_on && !range->walked && budget)
			go_on = kernel ?
				walk_table(range, out, &cache, &decoded,
					   V2P_ASPACE_KERNEL, NULL, &budget) :
				walk_table(range, out, &cache, &decoded,
					   V2P_ASPACE_PROCESS, aspace->mm, &budget);
		err = v2p_irqoff_end(aspace, irqoff);
	}
	/* What cannot grow is told now, however far away the next is. */
	if (range->walked || range->open.virtual + range->open.length != range->next)
		v2p_close(range, out);
	return err;
}
