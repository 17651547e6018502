// SPDX-License-Identifier: GPL-2.0
/* Which addresses have some physical memory: of any pages, of any range, in any parts. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <linux/v2p_ioctl.h>

#include "child.h"
#include "map.h"
#include "mosaic.h"
#include "oracle.h"
#include "space.h"
#include "wire.h"

#ifndef MADV_HWPOISON
#define MADV_HWPOISON 100
#endif

#define MOST V2P_MAX_PHYSICAL_RANGES

static struct v2p_physical_range physical[MOST];

static int by_start(const void *a, const void *b)
{
	const struct v2p_physical_range *one = a, *other = b;

	return one->start < other->start ? -1 : one->start > other->start;
}

/* In order, and cut where they overlap. Returns how many are left. */
static size_t sort_out(size_t count)
{
	size_t i, left = 0;

	qsort(physical, count, sizeof(*physical), by_start);
	for (i = 0; i < count; i++) {
		const struct v2p_physical_range range = physical[i];

		if (left && range.start - physical[left - 1].start < physical[left - 1].length)
			physical[left - 1].length = range.start - physical[left - 1].start;
		if (left && !physical[left - 1].length)
			left--;
		physical[left++] = range;
	}
	return left;
}

/* Around what some pages are in: single ones, many, or a few bytes. */
static size_t choose(const struct pages *pages, size_t most)
{
	size_t count = 1 + any() % most, i;

	for (i = 0; i < count; i++) {
		struct v2p_physical_range *range = &physical[i];
		const size_t page = any() % pages->count;

		range->start = pages->physical[page] ?: pages->swap_offset[page] * PAGE_SIZE;
		if (!range->start)
			range->start = any() % (1UL << 30) & -PAGE_SIZE;
		range->length = PAGE_SIZE;
		switch (any() % 6) {
		case 0:
			range->start += any() % PAGE_SIZE;
			range->length = 1 + any() % PAGE_SIZE;
			break;
		case 1:
			range->length = (1 + any() % 600) * PAGE_SIZE;
			break;
		case 2:
			range->length = 1 + any() % (4 * HUGE_SIZE);
			break;
		}
	}
	return sort_out(count);
}

V2P_TEST(any_memory)
{
	static struct pages pages;
	char *area = make_mosaic();
	struct v2p_range range = { .size = sizeof(range), .start = (uintptr_t)area,
				   .length = MOSAIC_SIZE };
	unsigned int i, answered = 0;

	ASSERT_NE(NULL, area);
	/* Those that move since then are fewer than those that stay. */
	ASSERT_TRUE(pages_read(self->self.v2p, v2p_pid(getpid()), NO_PAGEMAP, &range, &pages));
	for (i = 0; i < 200; i++) {
		const uint64_t offset = any() % 4 ? any() % (MOSAIC_SIZE - HUGE_SIZE) : 0;

		range = (struct v2p_range) {
			.size = sizeof(range), .start = (uintptr_t)area + offset,
			.length = 1 + any() % (MOSAIC_SIZE - offset), .merge = any() % 2,
			.physical = physical,
			.physical_count = choose(&pages, any() % 2 ? 2 : MOST),
		};
		if (any() % 4 == 0)
			range.states = any() % (ALL_STATES + 1);
		if (any() % 4 == 0)
			range.with_flags = any() % 2 ? V2P_FLAG_WRITE : V2P_FLAG_PROTNONE;
		if (any() % 4 == 0)
			range.without_flags = any() % 2 ? V2P_FLAG_DIRTY : V2P_FLAG_EXEC;
		if (any() % 4 == 0)
			range.page_shifts = 1UL << (any() % 2 ? PAGE_SHIFT : HUGE_SHIFT);
		ASSERT_TRUE(map_agrees(&self->self, &range)) {
			TH_LOG("try %u: %zu ranges, from 0x%lx + 0x%lx on", i,
			       range.physical_count, range.start, range.length);
		}
		answered += found.count > 0;
	}
	EXPECT_LT(50, answered);
}

/* Of a huge page a small one, at its own address; and a single byte. */
V2P_TEST(part_of_a_huge_page)
{
	char *area = map_aligned(HUGE_SIZE, RW, ANON);
	struct v2p_translation answer;
	unsigned int i;

	NEED_THP();
	make_huge(area, HUGE_SIZE);
	ASSERT_EQ(0, mlock(area, HUGE_SIZE));
	ASSERT_ASK(area, &answer);
	ASSERT_EQ(HUGE_SHIFT, answer.page_shift);
	physical[0] = (struct v2p_physical_range) {
		answer.physical + 77 * PAGE_SIZE, PAGE_SIZE,
	};
	ASSERT_MAP(.start = (uintptr_t)area, .length = HUGE_SIZE, .physical = physical,
		   .physical_count = 1);
	ASSERT_EQ(1, found.count);
	EXPECT_EQ((uintptr_t)area + 77 * PAGE_SIZE, found.at[0].address);
	EXPECT_EQ(PAGE_SIZE, found.at[0].length);
	EXPECT_EQ(HUGE_SHIFT, found.at[0].page_shift);

	for (i = 0; i < MOST; i++)
		physical[i] = (struct v2p_physical_range) { answer.physical + i * 4001, 1 };
	ASSERT_MAP(.start = (uintptr_t)area, .length = HUGE_SIZE, .physical = physical,
		   .physical_count = MOST);
	ASSERT_EQ(MOST, found.count);
	for (i = 0; i < MOST; i++)
		EXPECT_EQ((uintptr_t)area + i * 4001, found.at[i].address);
}

/* By ioctl, in so many extents at a time; in @list. */
static bool ask_in_parts(int fd, const struct v2p_range *range, size_t room, struct extents *list)
{
	uint64_t virtual[MOST * 2], length[MOST * 2], frames[MOST * 2];
	uint8_t status[MOST * 2], shift[MOST * 2];
	uint32_t flags[MOST * 2];
	struct v2p_ioctl_extents request = {
		.size = sizeof(request), .next = range->start,
		.last = range->start + range->length - 1,
		.out_virtual = (uintptr_t)virtual, .out_length = (uintptr_t)length,
		.out_status = (uintptr_t)status, .out_physical = (uintptr_t)frames,
		.out_flags = (uintptr_t)flags, .out_page_shift = (uintptr_t)shift,
		.physical_ranges = (uintptr_t)range->physical,
		.physical_range_count = range->physical_count,
	};
	size_t i;

	list->count = 0;
	do {
		const uint64_t before = request.next;

		request.count = room;
		if (ask_ioctl(fd, V2P_IOCTL_EXTENTS, &request) || request.count > room)
			return false;
		/* It gets on, be there extents or not. */
		if (!request.done && request.next == before && !request.count)
			return false;
		for (i = 0; i < request.count; i++)
			extents_glue(list, &(struct v2p_extent) {
				.address = virtual[i], .length = length[i], .status = status[i],
				.physical = frames[i], .flags = flags[i], .page_shift = shift[i],
			}, false);
	} while (!request.done);
	return true;
}

V2P_TEST(in_parts)
{
	static const size_t rooms[] = { 1, 2, 3, 15, MOST - 1, MOST, MOST * 2 };
	const int fd = open_space(&self->self, getpid());
	char *area = map_aligned(4 * HUGE_SIZE, RW, ANON);
	struct v2p_range range = { .size = sizeof(range), .start = (uintptr_t)area + 5,
				   .length = 4 * HUGE_SIZE - 10, .physical = physical };
	static struct extents parts;
	static struct pages pages;
	unsigned int i, k;

	ASSERT_LE(0, fd);
	make_huge(area, 4 * HUGE_SIZE);
	ASSERT_EQ(0, mlock(area, 4 * HUGE_SIZE));
	ASSERT_TRUE(pages_read(self->self.v2p, v2p_pid(getpid()), NO_PAGEMAP, &range, &pages));
	for (k = 0; k < 30; k++) {
		range.physical_count = choose(&pages, MOST);
		for (i = 0; i < sizeof(rooms) / sizeof(*rooms); i++) {
			ASSERT_TRUE(map_agrees(&self->self, &range));
			ASSERT_TRUE(ask_in_parts(fd, &range, rooms[i], &parts));
			extents_forget_touched(&found);
			extents_forget_touched(&parts);
			EXPECT_TRUE(extents_same(&found, &parts)) {
				TH_LOG("%zu at a time", rooms[i]);
			}
		}
	}
	close(fd);
}

static struct wire wire;

static void begin_search(pid_t pid, const struct v2p_range *range, uint64_t next)
{
	wire_begin_map(&wire, pid);
	wire_put_range(&wire, next, range->start + range->length - next);
	wire_put(&wire, V2P_A_PHYSICAL_RANGES, range->physical,
		 range->physical_count * sizeof(*range->physical));
}

/* By messages, of a dump or one after the other. Returns how many; 0, printed, for an error. */
static unsigned int ask_by_messages(const struct v2p_range *range, bool dump,
				    struct extents *list)
{
	const uint64_t end = range->start + range->length;
	uint64_t next = range->start, before;
	unsigned int messages = 0;
	int ret;

	list->count = 0;
	begin_search(getpid(), range, next);
	ret = dump ? wire_dump(&wire) : wire_ask(&wire);
	if (dump && !ret)
		ret = wire_next(&wire) - 1;
	while (!ret) {
		static struct extents part;
		size_t i;

		messages++;
		part.count = 0;
		before = next;
		if (!extents_of_message(&wire, &part) || !wire_get_next(&wire, &next) ||
		    next <= before)
			break;
		for (i = 0; i < part.count; i++)
			extents_glue(list, &part.at[i], false);
		if (dump) {
			ret = wire_next(&wire) - 1;
			if (ret == -1)
				return next == end ? messages : 0;
		} else {
			if (next == end)
				return messages;
			begin_search(getpid(), range, next);
			ret = wire_ask(&wire);
		}
	}
	printf("# %d %s, next 0x%lx\n", wire.error, wire.words, (unsigned long)next);
	return 0;
}

/* The zero page is everywhere, and nothing else is asked for; then a page that is nowhere. */
V2P_TEST(many_messages)
{
	const size_t size = 128 * 512 * PAGE_SIZE;
	static struct extents parts;
	char *area = map_small(size);
	struct v2p_range range = { .size = sizeof(range), .start = (uintptr_t)area,
				   .length = size, .physical = physical, .physical_count = 1 };
	struct v2p_translation answer;
	unsigned int dump;

	read_all(area, size);
	area[5 * PAGE_SIZE] = 1;
	ASSERT_ASK(area, &answer);
	physical[0] = (struct v2p_physical_range) { answer.physical, PAGE_SIZE };
	ASSERT_TRUE(map_agrees(&self->self, &range));
	EXPECT_EQ(size / PAGE_SIZE - 1, found.count);
	ASSERT_EQ(0, wire_open(&wire));
	for (dump = 0; dump < 2; dump++) {
		EXPECT_LT(10, ask_by_messages(&range, dump, &parts));
		extents_forget_touched(&found);
		extents_forget_touched(&parts);
		EXPECT_TRUE(extents_same(&found, &parts));
	}

	/* Each message does what it may, and gets on. */
	fill(area, size);
	physical[0] = (struct v2p_physical_range) { 1ULL << 51, PAGE_SIZE };
	for (dump = 0; dump < 2; dump++) {
		const unsigned int messages = ask_by_messages(&range, dump, &parts);

		EXPECT_LE(1, messages);
		EXPECT_GE(2, messages);
		EXPECT_EQ(0, parts.count);
	}
	wire_close(&wire);
}

/* Tables as far apart as can be, in none of which it is. */
V2P_TEST(nothing_in_many_tables)
{
	const size_t size = 512 * GIANT_SIZE;
	static struct extents parts;
	char *area = mmap(NULL, size, RW, ANON | MAP_NORESERVE, -1, 0);
	struct v2p_range range = { .size = sizeof(range), .start = (uintptr_t)area,
				   .length = size, .physical = physical, .physical_count = 1 };
	unsigned int dump;
	size_t at;

	ASSERT_NE(MAP_FAILED, area);
	madvise(area, size, MADV_NOHUGEPAGE);
	for (at = 0; at < size; at += GIANT_SIZE / 16)
		(void)*(volatile char *)(area + at);
	physical[0] = (struct v2p_physical_range) { 1, 1 };
	ASSERT_EQ(0, wire_open(&wire));
	for (dump = 0; dump < 2; dump++) {
		EXPECT_LT(0, ask_by_messages(&range, dump, &parts));
		EXPECT_EQ(0, parts.count);
	}
	wire_close(&wire);
	munmap(area, size);
}

/* MADV_HWPOISON also says by a signal what it has done. */
static void expect_signal(int signal)
{
}

/* Who is hit by a bad frame is the question: the entry that was changed for it tells. */
V2P_TEST(poisoned)
{
	char *area = map_small(16 * PAGE_SIZE);
	struct v2p_range range = { .size = sizeof(range), .start = (uintptr_t)area,
				   .length = 16 * PAGE_SIZE, .physical = physical,
				   .physical_count = 1, .fields = V2P_FIELD_SWAP };
	struct v2p_extent extent;
	struct v2p_translation before;

	signal(SIGBUS, expect_signal);
	fill(area, 16 * PAGE_SIZE);
	ASSERT_ASK(area + 7 * PAGE_SIZE, &before);
	if (madvise(area + 7 * PAGE_SIZE, PAGE_SIZE, MADV_HWPOISON)) {
		ASSERT_EQ(EINVAL, errno);
		SKIP(return, "the kernel is built without MEMORY_FAILURE");
	}
	physical[0] = (struct v2p_physical_range) { before.physical, PAGE_SIZE };
	ASSERT_EQ(1, v2p_map_array(self->self.v2p, v2p_pid(getpid()), &range, &extent, 1));
	EXPECT_EQ((uintptr_t)area + 7 * PAGE_SIZE, extent.address);
	EXPECT_EQ(PAGE_SIZE, extent.length);
	EXPECT_EQ(V2P_STATUS_POISONED, extent.status);
	EXPECT_EQ(before.physical / PAGE_SIZE, extent.swap_offset);
	physical[0] = (struct v2p_physical_range) { before.physical + 99, 1 };
	ASSERT_EQ(1, v2p_map_array(self->self.v2p, v2p_pid(getpid()), &range, &extent, 1));
	EXPECT_EQ((uintptr_t)area + 7 * PAGE_SIZE + 99, extent.address);
	/* Its neighbours, and its offset as if it were an address. */
	physical[0] = (struct v2p_physical_range) { before.physical / PAGE_SIZE, 1 };
	EXPECT_EQ(0, v2p_map_array(self->self.v2p, v2p_pid(getpid()), &range, &extent, 1));
	range.states = 1U << V2P_STATUS_MAPPED;
	physical[0] = (struct v2p_physical_range) { before.physical, PAGE_SIZE };
	EXPECT_EQ(0, v2p_map_array(self->self.v2p, v2p_pid(getpid()), &range, &extent, 1));
}

V2P_TEST(poisoned_hugetlb)
{
	struct v2p_range range = { .size = sizeof(range), .length = HUGE_SIZE,
				   .physical = physical, .physical_count = 1,
				   .fields = V2P_FIELD_SWAP | V2P_FIELD_PAGE_SHIFT };
	struct v2p_extent extent;
	struct v2p_translation before;
	char *area;

	signal(SIGBUS, expect_signal);
	area = mmap(NULL, HUGE_SIZE, RW, ANON | MAP_HUGETLB | (HUGE_SHIFT << 26), -1, 0);
	ASSERT_NE(MAP_FAILED, area);
	fill(area, HUGE_SIZE);
	ASSERT_ASK(area + 3 * PAGE_SIZE, &before);
	if (madvise(area, PAGE_SIZE, MADV_HWPOISON)) {
		ASSERT_EQ(EINVAL, errno);
		SKIP(return, "the kernel is built without MEMORY_FAILURE");
	}
	range.start = (uintptr_t)area;
	physical[0] = (struct v2p_physical_range) { before.physical, PAGE_SIZE };
	ASSERT_EQ(1, v2p_map_array(self->self.v2p, v2p_pid(getpid()), &range, &extent, 1));
	EXPECT_EQ((uintptr_t)area + 3 * PAGE_SIZE, extent.address);
	EXPECT_EQ(V2P_STATUS_POISONED, extent.status);
	EXPECT_EQ(HUGE_SHIFT, extent.page_shift);
	EXPECT_EQ(before.physical / PAGE_SIZE, extent.swap_offset);
}

V2P_TEST(device_private)
{
	struct v2p_range range = { .size = sizeof(range), .length = 8 * PAGE_SIZE,
				   .physical = physical, .physical_count = 1,
				   .fields = V2P_FIELD_SWAP };
	char *area = map_small(8 * PAGE_SIZE);
	const int oracle = oracle_open();
	struct v2p_translation answer;
	struct v2p_extent extent;
	int err;

	ASSERT_LE(0, oracle);
	fill(area, 8 * PAGE_SIZE);
	err = oracle_take(oracle, area, 4);
	if (err == -EOPNOTSUPP)
		SKIP(return, "the kernel is built without DEVICE_PRIVATE");
	ASSERT_EQ(0, err);
	ASSERT_ASK(area + 2 * PAGE_SIZE, &answer);
	ASSERT_EQ(V2P_STATUS_DEVICE, answer.status);
	range.start = (uintptr_t)area;
	physical[0] = (struct v2p_physical_range) { answer.swap_offset * PAGE_SIZE, PAGE_SIZE };
	ASSERT_EQ(1, v2p_map_array(self->self.v2p, v2p_pid(getpid()), &range, &extent, 1));
	EXPECT_EQ((uintptr_t)area + 2 * PAGE_SIZE, extent.address);
	EXPECT_EQ(answer.swap_offset, extent.swap_offset);
}

/**
 * struct owners - what v2p_owners() should find, and finds
 * @pids: processes, @count of them
 * @at: where each has the page
 * @found: how often it was found there
 * @others: extents of anybody else, or elsewhere
 */
struct owners {
	pid_t pids[4];
	uint64_t at[4];
	unsigned int count;
	unsigned int found[4];
	unsigned int others;
};

static int take_owner(pid_t pid, const struct v2p_extent *extent, void *data)
{
	struct owners *owners = data;
	unsigned int i;

	for (i = 0; i < owners->count; i++)
		if (owners->pids[i] == pid && owners->at[i] == extent->address &&
		    extent->length == PAGE_SIZE && extent->status == V2P_STATUS_MAPPED) {
			owners->found[i]++;
			return 0;
		}
	printf("# %d has it at 0x%lx + 0x%lx\n", pid, extent->address, extent->length);
	owners->others++;
	return 0;
}

/* A page of a file, that several have at addresses of their own, and some do not. */
V2P_TEST(owners_of_a_page)
{
	const int file = memfd_create("v2p", MFD_CLOEXEC);
	struct child children[4];
	struct owners owners = {};
	struct v2p_translation answer;
	unsigned int i;
	char *page;

	ASSERT_EQ(0, ftruncate(file, PAGE_SIZE));
	for (i = 0; i < 4; i++) {
		char *const at = (char *)0x10000000UL + i * HUGE_SIZE;

		if (child_start(&children[i])) {
			page = mmap(at, PAGE_SIZE, RW, MAP_SHARED | MAP_FIXED, file, 0);
			/* The last one has mapped it, and not touched. */
			if (i < 3)
				*page = 1;
			child_done(&children[i]);
			pause();
			_exit(0);
		}
		ASSERT_TRUE(child_wait(&children[i]));
		owners.pids[i] = children[i].pid;
		owners.at[i] = (uintptr_t)at;
	}
	page = mmap(NULL, PAGE_SIZE, RW, MAP_SHARED, file, 0);
	ASSERT_NE(MAP_FAILED, page);
	*page = 1;
	ASSERT_EQ(0, mlock(page, PAGE_SIZE));
	ASSERT_ASK(page, &answer);
	owners.pids[3] = getpid();
	owners.at[3] = (uintptr_t)page;
	owners.count = 4;
	physical[0] = (struct v2p_physical_range) { answer.physical, PAGE_SIZE };
	ASSERT_EQ(0, v2p_owners(self->self.v2p, physical, 1, take_owner, &owners)) {
		TH_LOG("%s", v2p_error(self->self.v2p));
	}
	EXPECT_EQ(0, owners.others);
	for (i = 0; i < 4; i++)
		EXPECT_EQ(1, owners.found[i]);

	/* Several ranges are one search; what ends meanwhile is no error. */
	memset(owners.found, 0, sizeof(owners.found));
	child_end(&children[0]);
	physical[0] = (struct v2p_physical_range) { answer.physical, PAGE_SIZE / 2 };
	physical[1] = (struct v2p_physical_range) { answer.physical + PAGE_SIZE / 2, PAGE_SIZE / 2 };
	physical[2] = (struct v2p_physical_range) { 1ULL << 51, 1 };
	EXPECT_EQ(0, v2p_owners(self->self.v2p, physical, 3, take_owner, &owners));
	EXPECT_EQ(0, owners.others + owners.found[0]);
	for (i = 1; i < 4; i++) {
		EXPECT_EQ(1, owners.found[i]);
		child_end(&children[i]);
	}
}

static int ask_by_foreign_ids(void *v2p)
{
	struct owners owners = {};

	return v2p_owners(v2p, physical, 1, take_owner, &owners) != -EXDEV || owners.others;
}

/* In a pid namespace with the /proc of another, whose ids are those of other processes. */
V2P_TEST(owners_by_the_proc_of_others)
{
	physical[0] = (struct v2p_physical_range) { 0, 1ULL << 40 };
	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	EXPECT_EQ(0, in_child(ask_by_foreign_ids, self->self.v2p));
}

/* What pagemap does not show. */
V2P_TEST(a_mapping_of_a_driver)
{
	enum { PAGES = 32 };
	const int oracle = oracle_open();
	char *area = oracle_map(oracle, V2P_ORACLE_PFNMAP, PAGES, RW);
	struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END,
				   .physical = physical, .physical_count = 1 };
	unsigned int i;

	ASSERT_NE(NULL, area);
	for (i = 0; i < PAGES; i++) {
		const uint64_t frame = oracle_frame(oracle, V2P_ORACLE_PFNMAP, i);
		struct v2p_extent extents[2];

		ASSERT_NE(0, frame);
		physical[0] = (struct v2p_physical_range) { frame, PAGE_SIZE };
		ASSERT_EQ(1, v2p_map_array(self->self.v2p, v2p_pid(getpid()), &range, extents, 2));
		EXPECT_EQ((uintptr_t)area + i * PAGE_SIZE, extents[0].address);
		EXPECT_EQ(frame, extents[0].physical);
	}
}

/* The direct map has all of it, by pages of any size. */
V2P_TEST(in_the_kernel)
{
	struct v2p_oracle_region region = {};
	const int oracle = oracle_open();
	struct v2p_range range = { .size = sizeof(range), .physical = physical,
				   .physical_count = 3 };
	struct v2p_extent extents[4];
	unsigned int i;

	for (i = 0; oracle_region(oracle, i, &region); i++)
		if (!strcmp(region.name, "direct-map"))
			break;
	ASSERT_EQ(0, strcmp(region.name, "direct-map"));
	range.start = region.start;
	range.length = region.length;
	for (i = 0; i < 40; i++) {
		const uint64_t offset = any() % (region.length - HUGE_SIZE) & -PAGE_SIZE;
		uint64_t first, k;

		if (v2p_virtual_to_physical(self->self.v2p, v2p_kernel(), region.start + offset,
					    &first))
			continue;
		physical[0] = (struct v2p_physical_range) { first, PAGE_SIZE };
		physical[1] = (struct v2p_physical_range) { first + 2 * PAGE_SIZE + 1, 1 };
		physical[2] = (struct v2p_physical_range) { UINT64_MAX, 1 };
		ASSERT_EQ(2, v2p_map_array(self->self.v2p, v2p_kernel(), &range, extents, 4));
		for (k = 0; k < 2; k++) {
			EXPECT_EQ(physical[k].start, extents[k].physical);
			EXPECT_EQ(region.start + offset + (physical[k].start - first),
				  extents[k].address);
			EXPECT_EQ(physical[k].length, extents[k].length);
		}
	}
}

TEST_HARNESS_MAIN
