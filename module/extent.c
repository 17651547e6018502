// SPDX-License-Identifier: GPL-2.0
/*
 * Most pages are like the one before them: they follow in physical memory, or at
 * least their entries differ in nothing else. Both are seen from the raw entries,
 * which then need not be decoded.
 */

#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "arch/arch.h"
#include "changing.h"
#include "entry.h"
#include "extent.h"
#include "space.h"
#include "tables.h"

/* Most stretches at a time. */
#define SLICE	256

/* The kernel's entries are read such that memory which has gone does no harm. */
#define KERNEL_STRETCH	(STRETCH / 4)

/* An entry that has to be decoded takes as long as so many others. */
#define DECODED	8

/* Flags that end no extent. */
#define TOUCHED_FLAGS (V2P_FLAG_ACCESSED | V2P_FLAG_DIRTY | V2P_FLAG_SOFT_DIRTY)

static bool is_wanted(const struct extent_filter *filter, const struct extent *e)
{
	if (!(filter->states & BIT(e->status)))
		return false;
	if (e->status != V2P_STATUS_NONE && !(filter->page_shifts & BIT_ULL(e->page_shift)))
		return false;
	return (e->flags & filter->with_flags) == filter->with_flags &&
	       !(e->flags & filter->without_flags);
}

static bool extends(const struct extent_range *range, const struct extent *e)
{
	const struct extent *open = &range->open;

	if (open->status != e->status || open->virtual + open->length != e->virtual)
		return false;
	if (e->status == V2P_STATUS_MAPPED && open->physical + open->length != e->physical)
		return false;
	if ((open->flags ^ e->flags) & V2P_FLAG_CHANGING)
		return false;
	return range->merge ||
	       (open->page_shift == e->page_shift &&
		!((open->flags ^ e->flags) & ~TOUCHED_FLAGS));
}

static void put(struct extent_arrays *out, const struct extent *e)
{
	unsigned int i = out->count++;

	out->virtual[i] = e->virtual;
	out->physical[i] = e->physical;
	out->length[i] = e->length;
	out->flags[i] = e->flags;
	out->status[i] = e->status;
	out->page_shift[i] = e->page_shift;
}

bool extent_close(struct extent_range *range, struct extent_arrays *out)
{
	if (!range->open.length)
		return true;
	if (out->count == out->room)
		return false;
	put(out, &range->open);
	range->open.length = 0;
	return true;
}

/* Returns false where there is no room to end the extent before it. */
static bool add(struct extent_range *range, struct extent_arrays *out,
		const struct extent *e)
{
	struct extent *open = &range->open;

	if (open->length && extends(range, e)) {
		open->flags = (open->flags & e->flags) |
			      ((open->flags | e->flags) & TOUCHED_FLAGS);
		open->page_shift = min(open->page_shift, e->page_shift);
		open->length += e->length;
		return true;
	}
	if (!extent_close(range, out))
		return false;
	*open = *e;
	return true;
}

static u32 touched_flags(bool kernel, u64 entry)
{
	u32 flags = arch_touched_flags(entry);

	return kernel ? flags & ~ENTRY_USER_ONLY_FLAGS : flags;
}

/**
 * struct scan - entries of one table
 * @at: the next
 * @end: behind the last that is to be looked at
 * @whole: behind the last of which the range has all
 */
struct scan {
	const u64 *at;
	const u64 *end;
	const u64 *whole;
};

/*
 * Goes on behind a page that is the open extent, over pages alike of which none follows
 * the one before it, each the end of an extent. Returns how many there are.
 */
static __always_inline unsigned int
scan_scattered(struct extent *open, u64 *next, const struct extent_arrays *out,
	       unsigned int begin, const u64 *at, unsigned int most, bool kernel,
	       unsigned int level)
{
	const u64 physical_bits = arch_leaf_physical_bits(level);
	u64 *const virtual = out->virtual + begin;
	u64 *const physical = out->physical + begin;
	u64 *const length = out->length + begin;
	u32 *const flags = out->flags + begin;
	unsigned int count, i;

	for (count = 0; count < most; count++) {
		const u64 entry = read_entry(kernel, at + count);
		const u64 change = entry ^ *next;

		if (!change || change & ~physical_bits)
			break;
		*next = arch_leaf_next(level, entry);
		physical[count] = open->physical;
		open->physical = entry & physical_bits;
	}
	_Pragma("GCC unroll 8")
	for (i = 0; i < count; i++) {
		virtual[i] = open->virtual;
		open->virtual += BIT_ULL(arch_level_shift(level));
		length[i] = open->length;
		flags[i] = open->flags;
	}
	return count;
}

/*
 * Goes on behind a page that is the end of the open extent, over entries that
 * differ from its in nothing but the physical address and how they were touched.
 * This is where the time goes, so it keeps what it does in registers.
 */
static __always_inline void scan_alike(struct extent_range *range,
				       struct extent_arrays *out, struct scan *scan,
				       bool kernel, unsigned int level, u64 entry,
				       const struct extent *page)
{
	const unsigned int shift = arch_level_shift(level);
	const u64 physical_bits = arch_leaf_physical_bits(level);
	const u32 untouched = page->flags & ~TOUCHED_FLAGS;
	const unsigned int begin = out->count;
	const unsigned int room = out->room;
	u64 *const virtual = out->virtual;
	u64 *const physical = out->physical;
	u64 *const length = out->length;
	u32 *const flags = out->flags;
	struct extent open = range->open;
	u64 expected = arch_leaf_next(level, entry);
	u32 page_flags = page->flags;
	const u64 *const whole = scan->whole;
	const u64 *at = scan->at;
	unsigned int i = begin;

	while (at < whole) {
		const u64 *const following = at;
		unsigned int scattered;
		u64 change;

		do {
			entry = read_entry(kernel, at);
			change = entry ^ expected;
			expected = arch_leaf_next(level, entry);
		} while (!change && ++at < whole);
		open.length += (u64)(at - following) << shift;
		if (!change)
			break;

		if (unlikely(change & ~physical_bits)) {
			if (change & ~physical_bits & ~(u64)ARCH_TOUCHED_BITS)
				break;
			page_flags = untouched | touched_flags(kernel, entry);
			if (!(change & physical_bits)) {
				open.flags |= page_flags & TOUCHED_FLAGS;
				open.length += BIT_ULL(shift);
				at++;
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
		open.physical = entry & physical_bits;
		open.length = BIT_ULL(shift);
		open.flags = page_flags;
		at++;

		/* Larger ones come in pairs and more, too often for this to be worth while. */
		if (level != V2P_LEVEL_PTE)
			continue;
		scattered = scan_scattered(&open, &expected, out, i, at,
					   min_t(u64, whole - at, room - i),
					   kernel, level);
		at += scattered;
		i += scattered;
	}

	if (i > begin) {
		/* The first one may be merged of several kinds. */
		out->status[begin] = open.status;
		out->page_shift[begin] = open.page_shift;
		open.page_shift = page->page_shift;
		memset(out->status + begin + 1, open.status, i - begin - 1);
		memset(out->page_shift + begin + 1, open.page_shift, i - begin - 1);
		out->count = i;
	}
	range->open = open;
	range->next += (u64)(at - scan->at) << shift;
	scan->at = at;
}

/* Registers of their own for what is most frequent. */
static noinline void scan_user_pages(struct extent_range *range,
				     struct extent_arrays *out, struct scan *scan,
				     u64 entry, const struct extent *page)
{
	scan_alike(range, out, scan, false, V2P_LEVEL_PTE, entry, page);
}

static noinline void scan_user_huge_pages(struct extent_range *range,
					  struct extent_arrays *out, struct scan *scan,
					  u64 entry, const struct extent *page)
{
	scan_alike(range, out, scan, false, V2P_LEVEL_PMD, entry, page);
}

static noinline void scan_pages(struct extent_range *range, struct extent_arrays *out,
				struct scan *scan, bool kernel, unsigned int level,
				u64 entry, const struct extent *page)
{
	if (!kernel && level == V2P_LEVEL_PTE)
		scan_user_pages(range, out, scan, entry, page);
	else if (!kernel && level == V2P_LEVEL_PMD)
		scan_user_huge_pages(range, out, scan, entry, page);
	else
		scan_alike(range, out, scan, kernel, level, entry, page);
}

static __always_inline bool are_empty(const u64 *at, unsigned int count)
{
	u64 all = 0;
	unsigned int i;

	_Pragma("GCC unroll 16")
	for (i = 0; i < count; i++) {
		/* Nothing but whether it is 0 is made of what is read. */
		all |= data_race(at[i]);
	}
	return !all;
}

static __always_inline const u64 *skip_empty(bool kernel, const u64 *at, const u64 *end)
{
	/* Much of a sparse address space is this. */
	while (!kernel && end - at >= 16 && are_empty(at, 16))
		at += 16;
	while (at < end && !read_entry(kernel, at))
		at++;
	return at;
}

/* Are entries that were found empty so for a moment only, perhaps? See changing.h. */
static noinline bool is_changing(struct mm_struct *mm, unsigned int level, const u64 *at,
				 const u64 *behind, u64 above_entry)
{
	struct change_watch watch;

	if (!change_watch_begin(&watch, mm, level, at, above_entry))
		return false;
	/* The first of one may have bits of an erratum. */
	if (!arch_entry_none(read_entry(false, at)) ||
	    skip_empty(false, at + 1, behind) < behind)
		return true;
	return change_watch_end(&watch);
}

/* Is it too early to take such entries as they are? */
static bool is_to_look_again(struct extent_range *range)
{
	u64 now;

	if (!range->retry)
		return false;
	now = ktime_get_mono_fast_ns();
	if (!range->give_up)
		range->give_up = now + range->retry;
	return now < range->give_up;
}

/* The extent of one entry, or of a hole, cut to the range. */
static struct extent read_piece(const struct extent_range *range, bool kernel,
				unsigned int level, u64 entry, u64 span)
{
	struct translation t = {};
	struct extent e;

	entry_decode(kernel, level, entry, range->next, &t);
	e = (struct extent) {
		.virtual = range->next,
		.physical = t.physical,
		.length = span - offset_in(range->next, arch_level_shift(level)),
		.flags = t.flags,
		.status = t.status,
		.page_shift = t.status == V2P_STATUS_NONE ? 0 : t.page_shift,
	};
	if (e.length - 1 > range->last - e.virtual)
		e.length = range->last - e.virtual + 1;
	return e;
}

/* Is the next entry of a page that differs in no more than scan_alike() allows? */
static __always_inline bool goes_on_alike(const struct scan *scan, bool kernel,
					  unsigned int level, u64 entry)
{
	const u64 alike = arch_leaf_physical_bits(level) | ARCH_TOUCHED_BITS;

	return scan->at < scan->whole && !((read_entry(kernel, scan->at) ^ entry) & ~alike);
}

/* To decode one more entry, which is the next, leaves time for fewer behind it. */
static __always_inline void charge_decoded(struct scan *scan)
{
	scan->end -= min_t(u64, scan->end - scan->at, DECODED) - 1;
	scan->whole = min(scan->whole, scan->end);
}

/*
 * Goes through the entries of a table, of which the first is @entry, until one
 * holds a table, or there is no room, or a hole is to be looked at again. Returns
 * false for the latter two. @mm: whose, NULL for the kernel's; @above_entry: what holds
 * it, if it is of the lowest level.
 */
static __always_inline bool scan_table(struct extent_range *range,
				       struct extent_arrays *out, struct scan *scan,
				       struct mm_struct *mm, u64 above_entry,
				       unsigned int level, u64 entry)
{
	const bool kernel = !mm;
	const unsigned int shift = arch_level_shift(level);
	const u32 filtered = range->filter.with_flags | range->filter.without_flags;
	/* Without holes in the answer, or another look, the result would go nowhere. */
	const bool judge = !kernel &&
		(range->retry || range->filter.states & BIT(V2P_STATUS_NONE));

	for (;;) {
		const u64 *behind = scan->at + 1;
		struct extent piece;
		bool wanted;

		if (!entry)
			behind = skip_empty(kernel, behind, scan->end);
		piece = read_piece(range, kernel, level, entry,
				   (u64)(behind - scan->at) << shift);
		if (judge && piece.status == V2P_STATUS_NONE &&
		    is_changing(mm, level, scan->at, behind, above_entry)) {
			range->changing = is_to_look_again(range);
			if (range->changing)
				return false;
			range->marked = true;
			piece.flags |= V2P_FLAG_CHANGING;
		}
		wanted = is_wanted(&range->filter, &piece);
		if (wanted && !add(range, out, &piece))
			return false;
		range->next += piece.length;
		scan->at = behind;

		if (wanted && arch_entry_present(entry) && !(filtered & TOUCHED_FLAGS) &&
		    goes_on_alike(scan, kernel, level, entry))
			scan_pages(range, out, scan, kernel, level, entry, &piece);

		if (scan->at == scan->end)
			return true;
		entry = read_entry(kernel, scan->at);
		if (level != V2P_LEVEL_PTE && arch_entry_table(entry))
			return true;
		charge_decoded(scan);
	}
}

/*
 * From one way down on, what is left of the table that it ends in. Takes what it
 * did off @budget. Returns false where there is no room, or where it has to be
 * done anew.
 */
static __always_inline bool walk_table(struct extent_range *range,
				       struct extent_arrays *out,
				       struct cursor *cursor, struct mm_struct *mm,
				       unsigned int *budget)
{
	const struct extent_range before = *range;
	const bool kernel = !mm;
	const unsigned int count = out->count;
	unsigned int level, shift, left;
	struct found found;
	struct table table;
	struct scan scan;
	const u64 *at;
	bool room, same;
	u64 ahead;

	switch (descend(cursor, kernel, range->next, &found, &table, NULL)) {
	case OUTCOME_ENTRY:
		level = found.level;
		at = found.at;
		break;
	case OUTCOME_TABLE:
		level = V2P_LEVEL_PTE;
		at = entry_at(table.entries, V2P_LEVEL_PTE, range->next);
		found.entry = read_entry(kernel, at);
		break;
	default:
		return false;
	}

	shift = arch_level_shift(level);
	ahead = (range->last >> shift) - (range->next >> shift) + 1;
	left = BIT(arch_level_bits(level)) -
	       offset_in(range->next >> shift, arch_level_bits(level));
	left = min3((u64)left, ahead, (u64)*budget);
	scan = (struct scan) { .at = at, .end = at + left };
	scan.whole = scan.end;
	if (left == ahead && offset_in(range->last + 1, shift))
		scan.whole--;

	if (level == V2P_LEVEL_PTE) {
		room = scan_table(range, out, &scan, mm, table.above_entry, V2P_LEVEL_PTE,
				  found.entry);
		same = hangs_there(&table, kernel) && parents_in_place(cursor, kernel);
	} else {
		room = scan_table(range, out, &scan, mm, 0, level, found.entry);
		same = in_place(cursor, kernel, level);
	}
	if (!same) {
		*range = before;
		out->count = count;
		return false;
	}
	range->walked = scan.at - at == ahead;
	*budget -= left - (scan.end - scan.at);
	*budget -= min(*budget, DESCENT);
	return room;
}

int extent_walk(const struct space *space, struct extent_range *range,
		struct extent_arrays *out)
{
	unsigned int slice = SLICE;
	struct cursor cursor __uninitialized;
	int err = 0;

	range->changing = false;
	while (!err && !range->walked && !range->changing && out->count < out->room &&
	       slice--) {
		struct stretch stretch = begin_stretch(space, &cursor);
		unsigned int budget = space->mm ? STRETCH : KERNEL_STRETCH;
		bool go_on = true;

		while (go_on && !range->walked && budget)
			go_on = space->mm ?
				walk_table(range, out, &cursor, space->mm, &budget) :
				walk_table(range, out, &cursor, NULL, &budget);
		err = end_stretch(space, stretch);
	}
	if (range->walked)
		extent_close(range, out);
	return err;
}
