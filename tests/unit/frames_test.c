// SPDX-License-Identifier: GPL-2.0
/*
 * The module's search for physical memory in page tables, compiled as a program: every kind
 * of entry, in tables of any form. What it finds is compared with what a walk over a list of
 * all pages finds, page by page and range by range.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fake-tables.h"
#include "tap.h"

#include "../../module/aspace.h"
#include "../../module/extent.h"
#include "../../module/frames.h"
#include "../../module/spaces.h"

#define USED	(V2P_FLAG_ACCESSED | V2P_FLAG_DIRTY)

/**
 * struct entry - one of the list
 * @virtual: first address
 * @physical: of what its frame is, or U64_MAX where it has none
 * @flags: enum v2p_flag
 * @status: enum v2p_status
 * @level: enum v2p_level
 * @shift: of its page
 */
struct entry {
	u64 virtual;
	u64 physical;
	u32 flags;
	u8 status;
	u8 level;
	u8 shift;
};

#define MOST	40000

static struct entry entries[MOST];
static unsigned int entry_count;

/* Few frames, so that many entries have the same ones. */
static u64 some_frame(unsigned int level)
{
	const u64 frames = level == V2P_LEVEL_PTE ? 3000 : 4;
	const u64 base = any(4) ? 0 : 1ULL << 33;

	return base + (1ULL << 31) + (any(frames) << span(level));
}

/* Of a softleaf: its type, and whether it has a frame. */
static u64 soft(struct entry *entry, u64 physical)
{
	static const struct {
		unsigned int type;
		u8 status;
		bool frame;
	} kinds[] = {
		{ FAKE_SWAP + 3, V2P_STATUS_SWAPPED, false },
		{ FAKE_POISON_MARKER, V2P_STATUS_POISONED, false },
		{ FAKE_GUARD, V2P_STATUS_GUARD, false },
		{ FAKE_DEVICE, V2P_STATUS_DEVICE, true },
		{ FAKE_HWPOISON, V2P_STATUS_POISONED, true },
		{ FAKE_MIGRATION, V2P_STATUS_MIGRATING, true },
	};
	const unsigned int kind = any(sizeof(kinds) / sizeof(*kinds));

	entry->flags = 0;
	entry->status = kinds[kind].status;
	if (!kinds[kind].frame)
		entry->physical = U64_MAX;
	/* The offset of what is swapped looks like a frame that may be asked for. */
	return physical >> fake.page_shift << 6 | kinds[kind].type << 1;
}

static void add_entry(u64 root, u64 virtual, unsigned int level, u64 physical, bool block)
{
	const u64 bits = FAKE_LEAF | (any(3) ? 0 : FAKE_WRITE) | (any(4) ? 0 : FAKE_ACCESSED) |
			 (any(4) ? 0 : FAKE_DIRTY);
	u64 value = bits | FAKE_PRESENT | frame(physical) | (block ? fake.block : 0);
	struct entry entry = {
		.virtual = virtual, .physical = physical, .status = V2P_STATUS_MAPPED,
		.level = level, .shift = span(level),
	};
	const unsigned int kind = any(12);

	if (block) {
		entry.shift += 4;
		if (fake.block == FAKE_NAPOT)
			value = FAKE_LEAF | FAKE_PRESENT | FAKE_NAPOT | BIT_ULL(fake.pfn_bit + 3) |
				frame(physical & -(16ULL << fake.page_shift));
	} else if (!kind) {
		value = FAKE_PROTNONE | bits | (~frame(physical) & ~FAKE_PROTNONE &
						-BIT_ULL(fake.pfn_bit));
	}
	entry.flags = v2p_arch_leaf_flags(level, value);
	if (kind == 1 && !block)
		value = soft(&entry, physical);
	assert(entry_count < MOST);
	set_entry(root, level, virtual, value);
	entries[entry_count++] = entry;
}

/* Runs of entries, some contiguous in physical memory, some with holes between them. */
static void make_entries(u64 root, u64 first)
{
	const u64 last = first + (BIT_ULL(fake_virtual_bits() - 1) - 1);
	u64 virtual = first + (any(1000) << fake.page_shift);
	unsigned int run;

	entry_count = 0;
	for (run = 0; run < 40; run++) {
		unsigned int level = V2P_LEVEL_PTE, count = 1 + any(60), sparse = any(4), i;
		const bool contiguous = any(2);
		bool block;
		u64 physical;

		if (!any(3))
			do
				level = any(V2P_LEVEL_P4D);
			while (!fake.bits[level] || span(level) > 36);
		block = level == V2P_LEVEL_PTE && fake.block && !any(3);
		if (level > V2P_LEVEL_PTE)
			count = 1 + any(4);
		else if (!any(3))
			count = 1 + any(1500);
		if (block)
			count = (count + 15) & ~15U;
		virtual += any(3) ? any(200) << fake.page_shift : any(1 << 14) << span(level);
		virtual = (virtual + BIT_ULL(span(level) + 4) - 1) & -BIT_ULL(span(level) + 4);
		if (virtual < first || virtual > last ||
		    last - virtual < ((u64)count + 1) << span(level))
			break;
		physical = some_frame(level) & -BIT_ULL(span(level) + (block ? 4 : 0));
		for (i = 0; i < count; i++, virtual += BIT_ULL(span(level))) {
			if (i && (contiguous || (block && i % 16)))
				physical += BIT_ULL(span(level));
			else if (i)
				physical = some_frame(level) &
					   -BIT_ULL(span(level) + (block ? 4 : 0));
			if (block || sparse || any(3))
				add_entry(root, virtual, level, physical, block);
		}
	}
	/* The very last page. */
	add_entry(root, last - (BIT_ULL(fake.page_shift) - 1), V2P_LEVEL_PTE,
		  some_frame(V2P_LEVEL_PTE), false);
}

/**
 * struct pair - a range, as it is asked for
 */
struct pair {
	u64 start;
	u64 length;
};

static struct pair pairs[V2P_MAX_PHYSICAL_RANGES];
static unsigned int pair_count;

/* Around what is mapped: in order, some side by side, some of a byte, some of many pages. */
static void make_pairs(void)
{
	const unsigned int want = any(3) ? 1 + any(4) : 1 + any(V2P_MAX_PHYSICAL_RANGES);
	const u64 page = BIT_ULL(fake.page_shift);
	const bool far = any(2);
	u64 at = any(8) ? entries[any(entry_count)].physical & -page : 0;

	if (at == -page)
		at = 1ULL << 31;
	for (pair_count = 0; pair_count < want; pair_count++) {
		struct pair *pair = &pairs[pair_count];

		switch (any(6)) {
		case 0:
			at += any(page);
			break;
		case 1:
			at += any(3000) * page;
			break;
		case 2:
			at += far ? any(1ULL << 31) : any(20) * page;
			break;
		case 3:
			at = (at + page - 1) & -page;
			break;
		}
		pair->start = at;
		pair->length = any(4) ? page : any(2) ? 1 + any(page) : 1 + any(500 * page);
		at += pair->length;
	}
	if (!any(8) && pairs[pair_count - 1].start)
		pairs[pair_count - 1].length = -pairs[pair_count - 1].start;
}

/* ---- What is right */

struct found {
	u64 virtual;
	u64 physical;
	u64 length;
	u64 swap_offset;
	u32 flags;
	u8 status;
	u8 shift;
	u8 level;
};

static struct found right[16 * MOST], got[16 * MOST];

/* Does one go on where the other ends? */
static bool is_one(const struct found *a, const struct found *b, const struct v2p_extent_range *range)
{
	if (a->virtual + a->length != b->virtual || a->status != b->status)
		return false;
	if (a->status == V2P_STATUS_MAPPED ?
	    a->physical + a->length != b->physical :
	    range->swap && a->swap_offset + (b->virtual >> fake.page_shift) -
			   (a->virtual >> fake.page_shift) != b->swap_offset)
		return false;
	return range->merge || (a->shift == b->shift && a->level == b->level &&
				!((a->flags ^ b->flags) & ~USED));
}

static unsigned int glue(unsigned int count, const struct found *found,
			 const struct v2p_extent_range *range)
{
	struct found *last = count ? &right[count - 1] : NULL;

	if (!last || !is_one(last, found, range)) {
		assert(count < 16 * MOST);
		right[count] = *found;
		return count + 1;
	}
	last->length += found->length;
	last->flags = (last->flags & found->flags) | ((last->flags | found->flags) & USED);
	last->shift = min(last->shift, found->shift);
	last->level = min(last->level, found->level);
	return count;
}

static bool is_wanted(const struct entry *entry, const struct v2p_extent_filter *filter)
{
	return filter->states & BIT(entry->status) && filter->page_shifts & BIT_ULL(entry->shift) &&
	       (entry->flags & filter->with_flags) == filter->with_flags &&
	       !(entry->flags & filter->without_flags);
}

static unsigned int find_all(const struct v2p_extent_range *range)
{
	unsigned int i, k, count = 0;

	for (i = 0; i < entry_count; i++) {
		const struct entry *entry = &entries[i];
		u64 first = max(entry->virtual, range->next);
		u64 last = min(entry->virtual + (BIT_ULL(span(entry->level)) - 1), range->last);

		if (first > last || entry->physical == U64_MAX || !is_wanted(entry, &range->filter))
			continue;
		for (k = 0; k < pair_count; k++) {
			const u64 begin = entry->physical + (first - entry->virtual);
			const u64 end = begin + (last - first);
			const u64 from = max(begin, pairs[k].start);
			const u64 to = min(end, pairs[k].start + (pairs[k].length - 1));
			struct found found = {
				.virtual = first + (from - begin), .length = to - from + 1,
				.flags = entry->flags, .status = entry->status,
				.shift = entry->shift, .level = entry->level,
			};

			if (from > to)
				continue;
			if (entry->status == V2P_STATUS_MAPPED)
				found.physical = from;
			else
				found.swap_offset = from >> fake.page_shift;
			count = glue(count, &found, range);
		}
	}
	return count;
}

/* ---- What the module finds */

#define ROOM	100

static struct v2p_frames *make_frames(void)
{
	struct v2p_frames *frames = v2p_frames_alloc();

	memcpy(v2p_frames_pairs(frames), pairs, pair_count * sizeof(*pairs));
	assert(v2p_frames_init(frames, pair_count) == V2P_FRAMES_GOOD);
	return frames;
}

/* With as much room at a time as it happens to be. Returns how many there are. */
static unsigned int ask_all(const struct v2p_aspace *aspace, struct v2p_extent_range *range)
{
	u64 virtual[ROOM], physical[ROOM], length[ROOM], swap_offset[ROOM];
	u8 status[ROOM], page_shift[ROOM], level[ROOM];
	unsigned int i, count = 0, calls = 0;
	u32 flags[ROOM];

	while (!(range->walked && !range->open.length)) {
		struct v2p_extent_arrays out = {
			.virtual = virtual, .physical = physical, .length = length,
			.flags = flags, .status = status, .page_shift = page_shift,
			.swap_offset = swap_offset, .level = level, .more = true,
			.room = any(3) ? ROOM : 1 + any(3),
		};
		const u64 next = range->next;

		v2p_aspace_extents(aspace, range, &out);
		/* It gets on, whatever it finds. */
		assert(range->walked || out.count || range->next != next || range->changing);
		assert(++calls < 1000000);
		if (range->changing)
			fake_now++;
		for (i = 0; i < out.count; i++)
			got[count++] = (struct found) {
				.virtual = virtual[i], .physical = physical[i],
				.length = length[i], .flags = flags[i], .status = status[i],
				.shift = page_shift[i], .level = level[i],
				.swap_offset = swap_offset[i],
			};
	}
	return count;
}

static bool same(unsigned int wanted, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < wanted || i < count; i++) {
		const struct found *a = &right[i], *b = &got[i];

		if (i < wanted && i < count && a->virtual == b->virtual &&
		    a->physical == b->physical && a->length == b->length &&
		    a->flags == b->flags && a->status == b->status && a->shift == b->shift &&
		    a->level == b->level && a->swap_offset == b->swap_offset)
			continue;
		printf("# %u of %u, %u: %#llx -> %#llx + %#llx status %u flags %#x offset %#llx, not "
		       "%#llx -> %#llx + %#llx status %u flags %#x offset %#llx\n", i, wanted,
		       count, (unsigned long long)b->virtual, (unsigned long long)b->physical,
		       (unsigned long long)b->length, b->status, b->flags,
		       (unsigned long long)b->swap_offset, (unsigned long long)a->virtual,
		       (unsigned long long)a->physical, (unsigned long long)a->length, a->status,
		       a->flags, (unsigned long long)a->swap_offset);
		return false;
	}
	return true;
}

static struct v2p_extent_range some_range(const struct v2p_aspace *aspace)
{
	struct v2p_extent_range range = {
		.next = aspace->first, .last = aspace->last,
		.filter = {
			.states = ~(u32)BIT(V2P_STATUS_NONE), .page_shifts = U64_MAX,
			.memory_types = U32_MAX,
		},
		.merge = any(2),
		.swap = any(2),
		.retry = any(2) ? 3 : 0,
	};

	if (any(2)) {
		range.next = entries[any(entry_count)].virtual + any(2) * any(1 << 14);
		if (any(2))
			range.last = range.next + any(aspace->last - range.next + 1ULL ?: 1);
	}
	if (!any(4))
		range.filter.states = any(1 << V2P_STATUS_INVALID);
	if (!any(4))
		range.filter.with_flags = any(2) ? V2P_FLAG_WRITE : V2P_FLAG_ACCESSED;
	if (!any(4))
		range.filter.without_flags = any(2) ? V2P_FLAG_DIRTY : V2P_FLAG_WRITE;
	if (!any(4))
		range.filter.page_shifts = BIT_ULL(fake.page_shift);
	return range;
}

#define ROUNDS	150

static void test_aspace(const struct v2p_aspace *aspace, const char *whose, u64 root)
{
	unsigned int round, wrong = 0, pieces = 0, waited = 0;

	fake_most_reads = 0;
	for (round = 0; round < ROUNDS; round++) {
		struct v2p_extent_range range;
		struct v2p_frames *frames;
		unsigned int wanted, count, i;

		if (round % 10 == 0) {
			memory_used = root;
			new_table(V2P_LEVEL_PGD);
			make_entries(root, aspace->first);
			/* What is not present is nothing to the kernel. */
			for (i = 0; aspace->kind == V2P_ASPACE_KERNEL && i < entry_count; i++)
				if (!(entries[i].flags & V2P_FLAG_PRESENT))
					entries[i].physical = U64_MAX;
		}
		make_pairs();
		range = some_range(aspace);
		range.filter.frames = frames = make_frames();
		wanted = find_all(&range);
		fake_now = 0;
		fake_changing = range.retry && any(4) == 0;
		count = ask_all(aspace, &range);
		wrong += !same(wanted, count);
		/* Where all is being changed, it has been waited for. */
		wrong += fake_changing && v2p_aspace_user_entries(aspace->kind) &&
			 fake_now != 3 && range.reported_changing;
		waited += fake_changing && range.reported_changing;
		fake_changing = false;
		pieces += count;
		v2p_frames_free(frames);
	}
	ok(!wrong && pieces > ROUNDS, "%s, %s: %u searches, %u extents, %u wrong", fake.name, whose,
	   ROUNDS, pieces, wrong);
	/* What is tested in blocks, and again singly, is read twice. */
	/* An entry of a part in which something may be is read again. */
	ok(fake_most_reads <= (aspace->kind == V2P_ASPACE_KERNEL ? 300 : 1200),
	   "%s, %s: %u entries in a section", fake.name, whose, fake_most_reads);
	/* A hole in which the page may be that is looked for. */
	ok(!!waited == v2p_aspace_user_entries(aspace->kind),
	   "%s, %s: what is being changed was waited for in %u", fake.name, whose, waited);
}

/* ---- The ranges themselves */

static enum v2p_frames_fault judge(const struct pair *list, unsigned int count)
{
	struct v2p_frames *frames = v2p_frames_alloc();
	enum v2p_frames_fault fault;

	memcpy(v2p_frames_pairs(frames), list, count * sizeof(*list));
	fault = v2p_frames_init(frames, count);
	v2p_frames_free(frames);
	return fault;
}

static void test_faults(void)
{
	static const struct {
		struct pair list[3];
		unsigned int count;
		enum v2p_frames_fault fault;
	} cases[] = {
		{ { { 0, 1 } }, 1, V2P_FRAMES_GOOD },
		{ { { U64_MAX, 1 } }, 1, V2P_FRAMES_GOOD },
		{ { { 0, U64_MAX } }, 1, V2P_FRAMES_GOOD },
		{ { { 1, U64_MAX } }, 1, V2P_FRAMES_GOOD },
		{ { { 5, 5 }, { 10, 5 } }, 2, V2P_FRAMES_GOOD },
		{ { { 5, 5 }, { 10, 5 }, { U64_MAX, 1 } }, 3, V2P_FRAMES_GOOD },
		{ { { 0, 0 } }, 1, V2P_FRAMES_EMPTY },
		{ { { 5, 5 }, { 10, 0 } }, 2, V2P_FRAMES_EMPTY },
		{ { { U64_MAX, 2 } }, 1, V2P_FRAMES_TOO_LONG },
		{ { { 2, U64_MAX } }, 1, V2P_FRAMES_TOO_LONG },
		{ { { U64_MAX, U64_MAX } }, 1, V2P_FRAMES_TOO_LONG },
		{ { { 5, 5 }, { 9, 5 } }, 2, V2P_FRAMES_NO_ORDER },
		{ { { 5, 5 }, { 5, 5 } }, 2, V2P_FRAMES_NO_ORDER },
		{ { { 5, 5 }, { 0, 5 } }, 2, V2P_FRAMES_NO_ORDER },
		{ { { 5, 5 }, { 20, 5 }, { 12, 2 } }, 3, V2P_FRAMES_NO_ORDER },
		{ { { 1, U64_MAX }, { 0, 1 } }, 2, V2P_FRAMES_NO_ORDER },
	};
	unsigned int i, wrong = 0;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (judge(cases[i].list, cases[i].count) != cases[i].fault && !wrong++)
			ok(false, "case %u", i);
	ok(!wrong, "%u lists of ranges, good and bad", i);
}

/* The quick test passes all that is in a range, and hardly anything else. */
static void test_quick(void)
{
	const unsigned int pages = 1 << 18;
	unsigned int i, passed = 0, missed = 0;
	struct v2p_frames_test test;
	struct v2p_frames *frames;

	for (pair_count = 0; pair_count < V2P_MAX_PHYSICAL_RANGES; pair_count++)
		pairs[pair_count] = (struct pair) {
			(1ULL << 32) + (pair_count * (pages / 64ULL + 1) << fake.page_shift),
			BIT_ULL(fake.page_shift),
		};
	frames = make_frames();
	test = v2p_frames_test(frames, V2P_LEVEL_PTE);
	for (i = 0; i < pages; i++) {
		const u64 physical = (1ULL << 32) + ((u64)i << fake.page_shift);
		const struct v2p_frames_range *range = v2p_frames_find(frames, physical);
		const bool may = v2p_frames_may_have(&test, true, FAKE_PRESENT | FAKE_LEAF |
							   frame(physical));

		passed += may;
		missed += !may && range && range->first <= physical;
	}
	ok(!missed && passed < pages / 16, "%s: of %u pages, the quick test passes %u", fake.name,
	   pages, passed);
	v2p_frames_free(frames);
}

int main(void)
{
	unsigned int i;

	srandom(1);
	fake = fake_arches[0];
	test_faults();
	for (i = 0; i < FAKE_ARCHES; i++) {
		struct v2p_aspace aspace = {};
		struct mm_struct mm = {};
		u64 root;

		fake = fake_arches[i];
		test_quick();
		root = only_table();
		mm.pgd = __va(root);
		aspace = (struct v2p_aspace) {
			.kind = V2P_ASPACE_PROCESS, .mm = &mm, .root = __va(root),
			.last = BIT_ULL(fake_virtual_bits() - 1) - 1,
		};
		test_aspace(&aspace, "a process", root);

		fake_kernel_root = root;
		aspace = (struct v2p_aspace) {
			.kind = V2P_ASPACE_KERNEL, .first = -BIT_ULL(fake_virtual_bits() - 1),
			.last = U64_MAX,
		};
		test_aspace(&aspace, "the kernel", root);
	}
	return tap_end();
}
