// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of several entries that are moved or have failed: the kernel writes the same value, with
 * the first frame, into all entries of theirs. What is told is the frame behind the address.
 */
#include "fake-tables.h"
#include "tap.h"

#include "../../module/aspace.h"
#include "../../module/extent.h"
#include "../../module/walk.h"

#define ENTRIES	16
#define FRAME	0x12340ULL

static u64 soft(unsigned int type, u64 pfn)
{
	return pfn << 6 | type << 1;
}

/* A block of entries at one level, and the frame that is expected of each. */
static u64 values[ENTRIES], expected[ENTRIES];

static void clear(void)
{
	memset(values, 0, sizeof(values));
	memset(expected, 0, sizeof(expected));
}

static u64 ask(const struct v2p_aspace *aspace, u64 address, bool *same)
{
	u64 physical, swap_offset, alone, virtual[1], length[1], in_extent[1] = { 0 };
	u8 status, page_shift;
	u32 flags;
	u64 two[2] = { address, address };
	u64 twice[2], offsets[2];
	u8 states[2];
	struct v2p_translation_arrays out = {
		.status = &status, .physical = &physical, .swap_offset = &swap_offset,
	};
	struct v2p_extent_range range = {
		.next = address, .last = address,
		.filter = { U32_MAX, 0, 0, U32_MAX, U64_MAX, NULL }, .swap = true,
	};
	struct v2p_extent_arrays extents = {
		.virtual = virtual, .physical = &physical, .length = length, .flags = &flags,
		.status = &status, .page_shift = &page_shift, .swap_offset = in_extent,
		.more = true, .room = 1,
	};
	bool changing;

	v2p_translate_addresses(aspace, &address, 1, &out, &changing);
	alone = swap_offset;
	out = (struct v2p_translation_arrays) {
		.status = states, .physical = twice, .swap_offset = offsets,
	};
	v2p_translate_addresses(aspace, two, 2, &out, &changing);
	v2p_extent_walk(aspace, &range, &extents);
	*same = alone == offsets[0] && alone == offsets[1] && alone == in_extent[0];
	return alone;
}

static void test(const struct v2p_aspace *aspace, unsigned int level, const char *what)
{
	const u64 base = (u64)ENTRIES << (span(level) + 2);
	unsigned int i, wrong = 0, unlike = 0;
	bool same;

	for (i = 0; i < ENTRIES; i++)
		set_entry(__pa(aspace->root), level, base + ((u64)i << span(level)), values[i]);
	for (i = 0; i < ENTRIES; i++) {
		/* Of the last page of what the entry spans. */
		const u64 more = BIT_ULL(span(level)) - 1;

		if (!expected[i])
			continue;
		wrong += ask(aspace, base + ((u64)i << span(level)) + more, &same) !=
			 expected[i] + (more >> fake.page_shift);
		unlike += !same;
	}
	ok(!wrong && !unlike, "%s, level %u: %s: %u wrong, %u unlike", fake.name, level, what,
	   wrong, unlike);
}

static void test_level(const struct v2p_aspace *aspace, unsigned int level)
{
	/* Frames that one entry spans, and all. */
	const u64 each = BIT_ULL(span(level) - fake.page_shift), all = each * ENTRIES;
	const u64 first = all * FRAME;
	unsigned int i;

	clear();
	for (i = 0; i < ENTRIES; i++) {
		values[i] = soft(FAKE_HWPOISON, first);
		expected[i] = first + (fake.block ? i * each : 0);
	}
	test(aspace, level, "a page that failed");

	/* set_huge_pte_at() has come to the second. */
	clear();
	values[0] = soft(FAKE_MIGRATION, first);
	values[1] = values[0];
	expected[0] = first;
	expected[1] = first + (fake.block ? each : 0);
	test(aspace, level, "a page that begins to be moved");

	clear();
	for (i = 0; i < ENTRIES; i++) {
		values[i] = soft(FAKE_MIGRATION, first + (i ^ 5) * each);
		expected[i] = first + (i ^ 5) * each;
	}
	test(aspace, level, "pages of one entry that are moved");

	clear();
	values[7] = soft(FAKE_HWPOISON, first);
	expected[7] = first;
	values[8] = soft(FAKE_POISON_MARKER, 0);
	test(aspace, level, "one among holes");

	clear();
	for (i = 0; i < ENTRIES; i++)
		values[i] = frame((first + i * each) << fake.page_shift) |
			    FAKE_PRESENT | FAKE_LEAF | FAKE_CONT;
	values[9] = soft(FAKE_MIGRATION, first);
	expected[9] = first + (fake.block == FAKE_CONT ? 9 * each : 0);
	if (fake.block != FAKE_NAPOT)
		test(aspace, level, "the others are the page still");
	/* Others are another page. */
	values[9] = soft(FAKE_MIGRATION, first + all);
	expected[9] = first + all;
	test(aspace, level, "the others are another page");
}

int main(void)
{
	unsigned int i;

	for (i = 0; i < FAKE_ARCHES; i++) {
		struct v2p_aspace aspace = {};
		struct mm_struct mm = {};
		u64 root;

		fake = fake_arches[i];
		aspace = fake_process(&mm);
		root = __pa(mm.pgd);
		test_level(&aspace, V2P_LEVEL_PTE);
		memory_used = root;
		new_table(V2P_LEVEL_PGD);
		if (fake.bits[V2P_LEVEL_PMD])
			test_level(&aspace, V2P_LEVEL_PMD);
	}
	return tap_end();
}
