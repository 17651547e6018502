// SPDX-License-Identifier: GPL-2.0
/*
 * Extents: cut, filtered, and merged. That they hold every page of every kind of memory
 * is compared where that memory is made (see matches_pagemap()).
 */

#include "map.h"

/*
 * Small pages that follow each other in physical memory: a huge page, split, and not to
 * be made one again by khugepaged.
 */
static char *map_contiguous(void)
{
	char *area = map_aligned(HUGE_SIZE, RW, ANON);
	size_t i;

	make_huge(area, HUGE_SIZE);
	if (mlock(area, HUGE_SIZE) || madvise(area, HUGE_SIZE, MADV_NOHUGEPAGE))
		return NULL;
	/* One of each run that may be a page of 64 KiB, so that none is. */
	for (i = 0; i < HUGE_SIZE; i += 16 * PAGE_SIZE)
		if (mprotect(area + i, PAGE_SIZE, PROT_READ) || mprotect(area + i, PAGE_SIZE, RW))
			return NULL;
	fill(area, HUGE_SIZE);
	return area;
}

V2P_TEST(contiguous_pages_are_one)
{
	char *area = map_contiguous();
	struct v2p_translation first;

	NEED_THP();
	ASSERT_NE(NULL, area);
	ASSERT_MAP(.start = (uintptr_t)area, .length = HUGE_SIZE);
	ASSERT_ASK(area, &first);
	ASSERT_EQ(PAGE_SHIFT, first.page_shift);
	ASSERT_EQ(1, found.count);
	EXPECT_EQ((uintptr_t)area, found.at[0].address);
	EXPECT_EQ(first.physical, found.at[0].physical);
	EXPECT_EQ(HUGE_SIZE, found.at[0].length);
	EXPECT_EQ(PAGE_SHIFT, found.at[0].page_shift);
}

V2P_TEST(cut_to_the_byte)
{
	char *small = map_contiguous();
	char *huge = map_aligned(HUGE_SIZE, RW, ANON);
	static const struct {
		uint64_t offset, size;
	} cuts[] = {
		{ 0, 1 }, { 1, 1 }, { PAGE_SIZE - 1, 1 }, { PAGE_SIZE - 1, 2 },
		{ 123, PAGE_SIZE }, { 123, 3 * PAGE_SIZE - 123 }, { 123, HUGE_SIZE - 123 },
		{ 0, HUGE_SIZE - 1 }, { HUGE_SIZE - 1, 1 }, { 5 * PAGE_SIZE, 7 * PAGE_SIZE + 5 },
	};
	struct v2p_translation first;
	unsigned int i, k;

	NEED_THP();
	ASSERT_NE(NULL, small);
	make_huge(huge, HUGE_SIZE);
	ASSERT_EQ(0, mlock(huge, HUGE_SIZE));
	for (i = 0; i < 2 * sizeof(cuts) / sizeof(*cuts); i++) {
		char *area = i % 2 ? huge : small;

		k = i / 2;
		ASSERT_ASK(area + cuts[k].offset, &first);
		ASSERT_EQ(i % 2 ? HUGE_SHIFT : PAGE_SHIFT, first.page_shift);
		ASSERT_MAP(.start = (uintptr_t)area + cuts[k].offset, .length = cuts[k].size);
		ASSERT_EQ(1, found.count);
		EXPECT_EQ((uintptr_t)area + cuts[k].offset, found.at[0].address);
		EXPECT_EQ(cuts[k].size, found.at[0].length);
		EXPECT_EQ(first.physical, found.at[0].physical);
		EXPECT_EQ(first.page_shift, found.at[0].page_shift);
	}
}

V2P_TEST(permissions_split_what_merging_joins)
{
	char *area = map_contiguous();
	const uint64_t start = (uintptr_t)area, third = 96 * PAGE_SIZE;

	NEED_THP();
	ASSERT_NE(NULL, area);
	/* Whole runs of 16 pages, which arm64 may make one for the TLB. */
	ASSERT_EQ(0, mprotect(area + third, third, PROT_READ));
	ASSERT_EQ(0, mprotect(area + 3 * third, third, PROT_NONE));
	ASSERT_MAP(.start = start, .length = HUGE_SIZE);
	ASSERT_EQ(5, found.count);
	EXPECT_EQ(third, found.at[1].length);
	EXPECT_EQ(V2P_FLAG_WRITE, (found.at[0].flags ^ found.at[1].flags) &
				  ~(TOUCHED_FLAGS | (ARCH_RUN_SHIFT ? V2P_FLAG_CONTIGUOUS : 0)));
	EXPECT_NE(0, found.at[3].flags & V2P_FLAG_PROTNONE);

	ASSERT_MAP(.start = start, .length = HUGE_SIZE, .merge = 1);
	ASSERT_EQ(1, found.count);
	EXPECT_EQ(HUGE_SIZE, found.at[0].length);
	EXPECT_EQ(0, found.at[0].flags & (V2P_FLAG_WRITE | V2P_FLAG_PRESENT |
					  V2P_FLAG_PROTNONE));

	/* What is filtered out between them keeps them apart. */
	ASSERT_MAP(.start = start, .length = HUGE_SIZE, .merge = 1,
		   .with_flags = V2P_FLAG_WRITE);
	ASSERT_EQ(3, found.count);
	ASSERT_MAP(.start = start, .length = HUGE_SIZE, .without_flags = V2P_FLAG_PRESENT);
	ASSERT_EQ(1, found.count);
	EXPECT_EQ(start + 3 * third, found.at[0].address);
}

/* Every 32nd page is touched, the first of them the seventh. */
#define TOUCHED (PER_TABLE / 32)

static void touch_some(char *area, char how)
{
	size_t at;

	for (at = 7 * PAGE_SIZE; at < HUGE_SIZE; at += 32 * PAGE_SIZE)
		if (how == 'w')
			area[at] = 1;
		else
			read_all(area + at, 1);
}

V2P_TEST(touched_pages_split_nothing)
{
	char *area = map_contiguous();
	const uint64_t start = (uintptr_t)area;

	NEED_THP();
	ASSERT_NE(NULL, area);
	ASSERT_EQ(0, munlock(area, HUGE_SIZE));
	ASSERT_EQ(0, madvise(area, HUGE_SIZE, MADV_COLD));
	touch_some(area, 'r');
	ASSERT_MAP(.start = start, .length = HUGE_SIZE);
	ASSERT_EQ(1, found.count);
	EXPECT_NE(0, found.at[0].flags & V2P_FLAG_ACCESSED);
	ASSERT_MAP(.start = start, .length = 7 * PAGE_SIZE);
	ASSERT_EQ(1, found.count);
	EXPECT_EQ(0, found.at[0].flags & V2P_FLAG_ACCESSED);

	/* Who asks for them gets each of them. */
	ASSERT_MAP(.start = start, .length = HUGE_SIZE, .with_flags = V2P_FLAG_ACCESSED);
	EXPECT_EQ(TOUCHED, found.count);
	EXPECT_EQ(TOUCHED * PAGE_SIZE, extents_bytes(&found));
	ASSERT_MAP(.start = start, .length = HUGE_SIZE, .without_flags = V2P_FLAG_ACCESSED);
	EXPECT_EQ(TOUCHED + 1, found.count);
	EXPECT_EQ(HUGE_SIZE - TOUCHED * PAGE_SIZE, extents_bytes(&found));
}

V2P_TEST(soft_dirty_splits_nothing)
{
	const uint32_t flag = V2P_FLAG_SOFT_DIRTY;
	char *area = map_contiguous();
	const uint64_t start = (uintptr_t)area;

	NEED_THP();
	if (!(self->info.features & V2P_FEATURE_SOFT_DIRTY))
		SKIP(return, "the kernel is built without MEM_SOFT_DIRTY");
	ASSERT_NE(NULL, area);
	/* The kernel then takes the right to write away, to see who does it. */
	ASSERT_EQ(0, write_file("/proc/self/clear_refs", "4"));
	touch_some(area, 'w');
	ASSERT_MAP(.start = start, .length = HUGE_SIZE, .merge = 1);
	ASSERT_EQ(1, found.count);
	EXPECT_EQ(flag, found.at[0].flags & flag);
	ASSERT_MAP(.start = start, .length = HUGE_SIZE, .with_flags = flag);
	EXPECT_EQ(TOUCHED, found.count);
	ASSERT_MAP(.start = start, .length = HUGE_SIZE, .without_flags = flag);
	EXPECT_EQ(TOUCHED + 1, found.count);
}

/* A hole is one extent, however the tables show it. */
V2P_TEST(holes)
{
	char *area = map_aligned(4 * HUGE_SIZE, RW, ANON);
	const uint64_t start = (uintptr_t)area;
	const uint32_t none = 1u << V2P_STATUS_NONE;

	madvise(area, 4 * HUGE_SIZE, MADV_NOHUGEPAGE);
	area[100 * PAGE_SIZE] = 1;
	area[3 * HUGE_SIZE + PAGE_SIZE] = 1;
	ASSERT_EQ(0, mlock(area + 100 * PAGE_SIZE, PAGE_SIZE));
	ASSERT_EQ(0, mlock(area + 3 * HUGE_SIZE + PAGE_SIZE, PAGE_SIZE));
	ASSERT_MAP(.start = start + 5, .length = 4 * HUGE_SIZE - 10, .states = none);
	ASSERT_EQ(3, found.count);
	EXPECT_EQ(start + 5, found.at[0].address);
	EXPECT_EQ(100 * PAGE_SIZE - 5, found.at[0].length);
	EXPECT_EQ(start + 101 * PAGE_SIZE, found.at[1].address);
	EXPECT_EQ(3 * HUGE_SIZE - 100 * PAGE_SIZE, found.at[1].length);
	EXPECT_EQ(start + 4 * HUGE_SIZE - 5, extent_end(&found.at[2]));

	/* A size of pages that is asked for is not one of holes. */
	ASSERT_MAP(.start = start, .length = 4 * HUGE_SIZE, .states = ALL_STATES,
		   .page_shifts = 1 << HUGE_SHIFT);
	EXPECT_EQ(3, found.count);
	ASSERT_MAP(.start = start, .length = 4 * HUGE_SIZE, .states = ALL_STATES,
		   .with_flags = V2P_FLAG_PRESENT);
	EXPECT_EQ(2, found.count);
}

static int take_some(const struct v2p_extent *extent, void *data)
{
	unsigned int *left = data;

	return --*left ? 0 : 42;
}

/* Who wants no more gets no more, and may ask anew. */
V2P_TEST(stopping)
{
	const size_t size = 16 * HUGE_SIZE;
	struct v2p_range range = { .size = sizeof(range), .length = size };
	struct v2p *v2p = self->self.v2p;
	char *area = map_small(size);
	unsigned int wanted, left;

	read_all(area, size);
	range.start = (uintptr_t)area;
	for (wanted = 1; wanted < size / PAGE_SIZE; wanted *= 2) {
		left = wanted;
		ASSERT_EQ(42, v2p_map(v2p, v2p_pid(getpid()), &range, take_some, &left));
		EXPECT_EQ(0, left);
		ASSERT_MAP(.start = range.start, .length = 10 * PAGE_SIZE);
		EXPECT_EQ(10, found.count);
	}
}

TEST_HARNESS_MAIN
