// SPDX-License-Identifier: GPL-2.0
/*
 * Extents of memory of many kinds, side by side: by any filter, in many messages, and
 * of a whole address space.
 */
#include <unistd.h>

#include "map.h"
#include "mosaic.h"
#include "wire.h"

static const struct v2p_range wishes[] = {
	{},
	{ .merge = 1 },
	{ .states = ALL_STATES },
	{ .states = ALL_STATES, .merge = 1 },
	{ .states = 1u << V2P_STATUS_NONE },
	{ .states = 1u << V2P_STATUS_MAPPED },
	{ .states = ALL_STATES & ~(1u << V2P_STATUS_MAPPED), .merge = 1 },
	{ .page_shifts = 1ULL << PAGE_SHIFT },
	{ .page_shifts = 1ULL << HUGE_SHIFT, .merge = 1 },
	{ .page_shifts = 1ULL << HUGE_SHIFT, .states = ALL_STATES },
	{ .page_shifts = 1ULL << GIANT_SHIFT },
	{ .with_flags = V2P_FLAG_WRITE },
	{ .with_flags = V2P_FLAG_WRITE | V2P_FLAG_DIRTY },
	{ .with_flags = V2P_FLAG_ACCESSED, .merge = 1 },
	{ .without_flags = V2P_FLAG_ACCESSED },
	{ .without_flags = V2P_FLAG_DIRTY, .states = ALL_STATES },
	{ .without_flags = V2P_FLAG_WRITE, .merge = 1 },
	{ .with_flags = V2P_FLAG_PRESENT, .without_flags = V2P_FLAG_EXEC },
	{ .with_flags = V2P_FLAG_PROTNONE },
	{ .with_flags = V2P_FLAG_UFFD_WP },
	{ .with_flags = V2P_FLAG_SPECIAL },
	{ .with_flags = V2P_FLAG_SOFT_DIRTY, .without_flags = V2P_FLAG_DIRTY },
	{ .with_flags = V2P_FLAG_WRITE, .without_flags = V2P_FLAG_WRITE },
};

#define WISHES (sizeof(wishes) / sizeof(*wishes))

V2P_TEST(every_wish)
{
	const bool wp = self->info.features & V2P_FEATURE_UFFD_WP;
	char *area = make_mosaic();
	unsigned int i, answered = 0;

	ASSERT_NE(NULL, area);
	for (i = 0; i < WISHES; i++) {
		struct v2p_range range = wishes[i];

		range.size = sizeof(range);
		range.start = (uintptr_t)area;
		range.length = MOSAIC_SIZE;
		ASSERT_TRUE(map_agrees(&self->self, &range)) {
			TH_LOG("wish %u", i);
		}
		answered += found.count > 0;
		if (!found.count)
			TH_LOG("nothing answers wish %u", i);
		if (range.states == ALL_STATES && !range.page_shifts && !range.without_flags)
			EXPECT_EQ(MOSAIC_SIZE, extents_bytes(&found));
	}
	/*
	 * All but giant pages, and what contradicts itself; and maybe soft-dirty pages, and those
	 * that were not accessed.
	 */
	EXPECT_LE(WISHES - 4 - !wp, answered);
	EXPECT_GE(WISHES - 2 - !wp, answered);
}

V2P_TEST(any_range_and_any_wish)
{
	char *area = make_mosaic();
	unsigned int i;

	ASSERT_NE(NULL, area);
	for (i = 0; i < 400; i++) {
		struct v2p_range range = wishes[any() % WISHES];
		uint64_t offset = any() % (MOSAIC_SIZE - 1), bits = any() % 25;

		/* Half of them begin with a page. */
		if (any() % 2)
			offset &= -PAGE_SIZE;
		range.size = sizeof(range);
		range.start = (uintptr_t)area + offset;
		range.length = 1 + any() % (1ULL << bits);
		if (range.length > MOSAIC_SIZE - offset)
			range.length = MOSAIC_SIZE - offset;
		if (any() % 4 == 0) {
			range.states = any() % (ALL_STATES + 1);
			range.merge = any() % 2;
		}
		ASSERT_TRUE(map_agrees(&self->self, &range)) {
			TH_LOG("try %u: 0x%lx + 0x%lx states 0x%x shifts 0x%lx with 0x%x without 0x%x merge %d",
			       i, range.start, range.length, range.states, range.page_shifts,
			       range.with_flags, range.without_flags, range.merge);
		}
	}
}

static struct wire wire;

/**
 * struct part - what one message of an answer said
 * @list: where its extents go
 * @merge: as was asked
 * @next: how far it goes
 * @messages: how many there were
 */
struct part {
	struct extents *list;
	bool merge;
	uint64_t next;
	unsigned int messages;
};

/* Each message goes on where the one before it ended, and does not go back. */
static bool take_message(struct part *part, bool closed)
{
	static struct extents message;
	const uint64_t before = part->next;
	size_t i;

	message.count = 0;
	if (!extents_of_message(&wire, &message) || !wire_get_next(&wire, &part->next))
		return false;
	for (i = 0; i < message.count; i++) {
		/* An extent of do ends where do ended; one of dump may have begun before. */
		if (part->next && extent_end(&message.at[i]) > part->next)
			return false;
		if (closed && message.at[i].address < before)
			return false;
		if (closed)
			extents_glue(part->list, &message.at[i], part->merge);
		else
			extents_add(part->list, &message.at[i]);
	}
	part->messages++;
	return !part->next || part->next >= before;
}

static void put_wish(const struct v2p_range *range)
{
	if (range->states)
		wire_put_u32(&wire, V2P_A_STATES, range->states);
	if (range->page_shifts)
		wire_put_u64(&wire, V2P_A_PAGE_SHIFTS, range->page_shifts);
	if (range->with_flags)
		wire_put_u32(&wire, V2P_A_WITH_FLAGS, range->with_flags);
	if (range->without_flags)
		wire_put_u32(&wire, V2P_A_WITHOUT_FLAGS, range->without_flags);
	if (range->merge)
		wire_put(&wire, V2P_A_MERGE, NULL, 0);
}

static bool dump_range(const struct v2p_range *range, struct part *part)
{
	int ret;

	part->list->count = 0;
	part->messages = 0;
	part->next = range->start;
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, range->start, range->length);
	put_wish(range);
	ret = wire_dump(&wire);
	if (ret)
		return false;
	while ((ret = wire_next(&wire)) == 1)
		if (!take_message(part, false))
			return false;
	return !ret && part->next == range->start + range->length;
}

static bool do_range(const struct v2p_range *range, struct part *part)
{
	const uint64_t end = range->start + range->length;
	unsigned int without_progress = 0;

	part->list->count = 0;
	part->messages = 0;
	part->next = range->start;
	while (part->next != end && without_progress < 1000) {
		const uint64_t before = part->next;

		wire_begin_map(&wire, getpid());
		wire_put_range(&wire, before, end - before);
		put_wish(range);
		if (wire_ask(&wire) || !take_message(part, true))
			return false;
		without_progress = part->next == before ? without_progress + 1 : 0;
	}
	return part->next == end;
}

static bool do_and_dump_agree(const struct asked *asked, const struct v2p_range *range,
			      struct part *by_do, struct part *by_dump)
{
	unsigned int attempt;

	/* Each is right by itself; the kernel may touch a page in between. */
	for (attempt = 0; attempt < 10; attempt++) {
		if (!map_agrees(asked, range) || !do_range(range, by_do) ||
		    !dump_range(range, by_dump)) {
			printf("# %d %s, next 0x%lx\n", wire.error, wire.words,
			       (unsigned long)by_dump->next);
			return false;
		}
		if (extents_same(&found, by_do->list) && extents_same(&found, by_dump->list))
			return true;
	}
	return false;
}

V2P_TEST(do_says_what_dump_says)
{
	static struct extents lists[2];
	char *area = make_mosaic();
	unsigned int i;

	ASSERT_NE(NULL, area);
	ASSERT_EQ(0, wire_open(&wire));
	for (i = 0; i < WISHES; i++) {
		struct v2p_range range = wishes[i];
		struct part by_do = { &lists[0], range.merge };
		struct part by_dump = { &lists[1], range.merge };

		range.size = sizeof(range);
		range.start = (uintptr_t)area + 77;
		range.length = MOSAIC_SIZE - 99;
		ASSERT_TRUE(do_and_dump_agree(&self->self, &range, &by_do, &by_dump)) {
			TH_LOG("wish %u", i);
		}
	}
	wire_close(&wire);
}

/* One page, mapped everywhere, so that each is an extent. */
V2P_TEST(many_messages)
{
	const size_t size = 128 * HUGE_SIZE;
	static struct extents lists[2];
	struct part by_do = { &lists[0] }, by_dump = { &lists[1] };
	char *area = map_small(size);
	struct v2p_range range = {
		.size = sizeof(range), .start = (uintptr_t)area, .length = size,
	};

	read_all(area, size);
	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_TRUE(do_and_dump_agree(&self->self, &range, &by_do, &by_dump));
	EXPECT_EQ(size / PAGE_SIZE, found.count);
	EXPECT_LT(found.count / 1000, by_do.messages);
	EXPECT_LT(10, by_dump.messages);
	wire_close(&wire);
}

/* Empty tables take time, too: one hole goes on through several messages. */
V2P_TEST(a_long_hole)
{
	static struct extents lists[2];
	struct part by_do = { &lists[0] }, by_dump = { &lists[1] };
	char *area = mmap(NULL, TABLES_SIZE, RW, ANON | MAP_NORESERVE, -1, 0);
	struct v2p_range range = {
		.size = sizeof(range),
		.start = (uintptr_t)area, .length = TABLES_SIZE, .states = ALL_STATES,
	};
	size_t at;

	ASSERT_NE(MAP_FAILED, area);
	keep_small(area, TABLES_SIZE);
	for (at = 0; at < TABLES_SIZE; at += HUGE_SIZE) {
		area[at] = 1;
		madvise(area + at, PAGE_SIZE, MADV_DONTNEED);
	}
	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_TRUE(do_and_dump_agree(&self->self, &range, &by_do, &by_dump));
	EXPECT_EQ(1, found.count);
	EXPECT_LT(1, by_do.messages);
	EXPECT_LT(1, by_dump.messages);
	range.states = 0;
	ASSERT_TRUE(do_and_dump_agree(&self->self, &range, &by_do, &by_dump));
	EXPECT_EQ(0, found.count);
	wire_close(&wire);
}

/* Ends of messages fall on all sorts of places. */
V2P_TEST(ends_of_messages)
{
	static struct extents lists[2];
	struct part by_do = { &lists[0] }, by_dump = { &lists[1] };
	const size_t size = 4 * HUGE_SIZE;
	char *area = map_small(size);
	struct v2p_range range;
	unsigned int i;
	size_t at;

	/* Pairs of pages that are one extent are rare: holes are not. */
	for (at = 0; at < size; at += PAGE_SIZE)
		if (any() % 3)
			area[at] = 1;
	ASSERT_EQ(0, wire_open(&wire));
	for (i = 0; i < 100; i++) {
		range = (struct v2p_range) {
			.size = sizeof(struct v2p_range),
			.start = (uintptr_t)area + i * 4001, .length = size - i * 5003,
			.states = i % 2 ? ALL_STATES : 0, .merge = i % 3 == 0,
		};
		by_do.merge = by_dump.merge = range.merge;
		ASSERT_TRUE(do_and_dump_agree(&self->self, &range, &by_do, &by_dump)) {
			TH_LOG("%u", i);
		}
	}
	wire_close(&wire);
}

/* All mappings of a process, and nothing but them. */
static bool expect_all(const struct asked *asked, const struct v2p_range *wish,
		       struct extents *expected)
{
	static char maps[256 * 1024];
	static struct pages pages;
	char path[32], *line;

	snprintf(path, sizeof(path), "/proc/%d/maps", asked->pid);
	if (read_file(path, maps, sizeof(maps)))
		return false;
	expected->count = 0;
	for (line = strtok(maps, "\n"); line; line = strtok(NULL, "\n")) {
		struct v2p_range range = *wish;
		unsigned long start, end;

		if (sscanf(line, "%lx-%lx", &start, &end) != 2)
			return false;
		/* In the kernel's half. */
		if (strstr(line, "[vsyscall]"))
			continue;
		range.start = start;
		range.length = end - start;
		if (!pages_read(asked->v2p, v2p_pid(asked->pid), NO_PAGEMAP, &range, &pages))
			return false;
		pages_to_extents(&pages, &range, expected);
	}
	return true;
}

V2P_TEST(whole_address_space)
{
	const uint64_t end = (1ULL << (self->info.virtual_bits - 1)) - ARCH_BEYOND_USER;
	const uint32_t none = 1u << V2P_STATUS_NONE;
	static struct extents expected;
	struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	struct child child;
	struct asked other;
	uint64_t bytes;

	if (child_start(&child)) {
		if (!make_mosaic())
			_exit(1);
		child_done(&child);
		_exit(0);
	}
	ASSERT_TRUE(child_wait(&child));
	other = (struct asked) { self->self.v2p, child.pid, NO_PAGEMAP };
	for (range.merge = 0; range.merge < 2; range.merge++) {
		ASSERT_TRUE(expect_all(&other, &range, &expected));
		ASSERT_EQ(0, extents_map(other.v2p, v2p_pid(other.pid), &range, &found));
		extents_forget_touched(&expected);
		extents_forget_touched(&found);
		EXPECT_TRUE(extents_same(&expected, &found));
		EXPECT_LT(100, found.count);
	}
	range.merge = 0;
	bytes = extents_bytes(&found);

	/* With its holes, it is all there is. */
	range.states = none;
	ASSERT_EQ(0, extents_map(other.v2p, v2p_pid(other.pid), &range, &found));
	EXPECT_EQ(end, bytes + extents_bytes(&found));
	range.states = ALL_STATES;
	ASSERT_EQ(0, extents_map(other.v2p, v2p_pid(other.pid), &range, &found));
	EXPECT_EQ(end, extents_bytes(&found));
	EXPECT_EQ(0, found.at[0].address);
	EXPECT_EQ(end, extent_end(&found.at[found.count - 1]));
	range = (struct v2p_range) { .size = sizeof(struct v2p_range), .length = end };
	ASSERT_EQ(0, extents_map(other.v2p, v2p_pid(other.pid), &range, &found));
	EXPECT_EQ(bytes, extents_bytes(&found));
	range = (struct v2p_range) {
		.size = sizeof(struct v2p_range), .start = 1, .length = V2P_TO_THE_END, .states = none,
	};
	ASSERT_EQ(0, extents_map(other.v2p, v2p_pid(other.pid), &range, &found));
	EXPECT_EQ(1, found.at[0].address);
	EXPECT_EQ(end - 1, bytes + extents_bytes(&found));
	child_end(&child);
}

TEST_HARNESS_MAIN
