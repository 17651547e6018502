// SPDX-License-Identifier: GPL-2.0
/* Questions for extents that the wire refuses, and those that it just does not. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <unistd.h>

#include "fixture.h"
#include "wire_fixture.h"

/* A question for extents, by do and by dump. */
static int ask_map(bool dump)
{
	if (!dump)
		return wire_ask(&wire);
	return wire_dump(&wire) ? wire.error : wire_next(&wire);
}

/* Kernel 6.1 lets a dump begin that is refused, and its end names no attribute. */
#define EXPECT_MAP_REFUSED(dump, error, some, where) do { \
	EXPECT_EQ(-(error), ask_map(dump)); \
	EXPECT_NE(NULL, strstr(wire.words, some)) { \
		TH_LOG("\"%s\"", wire.words); \
	} \
	EXPECT_EQ(wire.ended ? 0 : (where), wire.bad); \
	EXPECT_EQ(0, wire.reply_length); \
} while (0)

/* Where the attributes of a question for a process's range stand. */
enum { PID_AT = NLMSG_HDRLEN + GENL_HDRLEN, START_AT = PID_AT + 8, SIZE_AT = START_AT + 12 };

TEST_F(wire, ranges_that_are_none)
{
	const uint64_t lower_half = 1ULL << (self->virtual_bits - 1);
	const uint64_t end = lower_half - ARCH_BEYOND_USER;
	const struct {
		bool kernel;
		uint64_t start, size;
		uint32_t bad;
		const char *words;
	} ranges[] = {
		{ false, 0, 0, SIZE_AT, "empty" },
		{ false, 4096, 0, SIZE_AT, "empty" },
		{ false, 4096, -4095ULL, SIZE_AT, "ends outside" },
		{ false, 4096, -4096ULL, SIZE_AT, "ends outside" },
		{ false, 4096, -1ULL, SIZE_AT, "ends outside" },
		{ false, 0, end + 4096, SIZE_AT, "ends outside" },
		{ false, 0, end + 1, SIZE_AT, "ends outside" },
		{ false, end - 1, 2, SIZE_AT, "ends outside" },
		{ false, end, 1, START_AT, "begins outside" },
		{ false, lower_half, 1, START_AT, "begins outside" },
		{ false, -1ULL, 1, START_AT, "begins outside" },
		{ false, ARCH_NOWHERE, -1ULL, START_AT, "begins outside" },
		{ true, 0, 0, START_AT - 4, "begins outside" },
		{ true, -lower_half - 1, 2, START_AT - 4, "begins outside" },
		{ true, -1ULL, 2, SIZE_AT - 4, "ends outside" },
		{ true, -4096ULL, 4097, SIZE_AT - 4, "ends outside" },
		{ true, -lower_half, lower_half + 1, SIZE_AT - 4, "ends outside" },
		{ true, -lower_half, 0, SIZE_AT - 4, "empty" },
	};
	unsigned int i;

	for (i = 0; i < 2 * sizeof(ranges) / sizeof(*ranges); i++) {
		wire_begin_map(&wire, ranges[i / 2].kernel ? 0 : getpid());
		wire_put_range(&wire, ranges[i / 2].start, ranges[i / 2].size);
		EXPECT_MAP_REFUSED(i % 2, EINVAL, ranges[i / 2].words, ranges[i / 2].bad);
	}
}

/* The longest and the shortest that there are. */
TEST_F(wire, ranges_that_just_are)
{
	const uint64_t lower_half = 1ULL << (self->virtual_bits - 1);
	const uint64_t end = lower_half - ARCH_BEYOND_USER;
	uint64_t next;

	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, end - 1, 1);
	EXPECT_EQ(0, wire_ask(&wire));
	EXPECT_TRUE(wire_get_next(&wire, &next));
	EXPECT_EQ(end, next);
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, 0, end);
	EXPECT_EQ(0, wire_ask(&wire));
	wire_begin_map(&wire, 0);
	wire_put_range(&wire, -1ULL, 1);
	EXPECT_EQ(0, wire_ask(&wire));
	EXPECT_TRUE(wire_get_next(&wire, &next));
	EXPECT_EQ(0, next);
	wire_begin_map(&wire, 0);
	wire_put_range(&wire, -lower_half, lower_half);
	EXPECT_EQ(0, wire_ask(&wire));

	/* A start without a size, and a size without a start. */
	wire_begin_map(&wire, getpid());
	wire_put_u64(&wire, V2P_A_START, end - 1);
	EXPECT_EQ(0, wire_ask(&wire));
	EXPECT_TRUE(wire_get_next(&wire, &next));
	EXPECT_EQ(end, next);
	wire_begin_map(&wire, getpid());
	wire_put_u64(&wire, V2P_A_SIZE, 1);
	EXPECT_EQ(0, wire_ask(&wire));
	EXPECT_TRUE(wire_get_next(&wire, &next));
	EXPECT_EQ(1, next);
}

static bool is_done(void)
{
	size_t length;

	return wire_get(&wire, V2P_A_DONE, &length) && !length;
}

/* Message by message, until it says so. Returns how many, or 0 where it never does. */
static unsigned int ask_until_done(pid_t pid, uint64_t start, uint64_t *next)
{
	unsigned int messages;

	*next = start;
	for (messages = 1; messages < 10000; messages++) {
		wire_begin_map(&wire, pid);
		wire_put_u64(&wire, V2P_A_START, *next);
		if (wire_ask(&wire) || !wire_get_next(&wire, next))
			break;
		if (is_done())
			return messages;
	}
	return 0;
}

TEST_F(wire, a_range_that_is_done)
{
	const size_t size = 4096 * PAGE_SIZE;
	char *const area = map_small(size);
	unsigned int messages = 0, done = 0;
	uint64_t next;
	int ret;

	/* Extents enough for several messages, all of one page. */
	read_all(area, size);
	EXPECT_LT(4, ask_until_done(getpid(), 0, &next));
	wire_begin_map(&wire, getpid());
	wire_put_u64(&wire, V2P_A_START, next);
	EXPECT_REFUSED(EINVAL, "outside");
	EXPECT_EQ(1, ask_until_done(0, -PAGE_SIZE, &next));
	EXPECT_EQ(0, next);

	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)area, size);
	EXPECT_EQ(0, wire_ask(&wire));
	EXPECT_FALSE(is_done());
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)area, PAGE_SIZE);
	EXPECT_EQ(0, wire_ask(&wire));
	EXPECT_TRUE(is_done());
	/* Nothing is found in it. */
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)area, size);
	wire_put_u32(&wire, V2P_A_STATES, 1 << V2P_STATUS_DEVICE);
	EXPECT_EQ(0, wire_ask(&wire));
	EXPECT_TRUE(is_done());

	/* The last message of a dump, and no other. */
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)area, size);
	ASSERT_EQ(0, wire_dump(&wire));
	while ((ret = wire_next(&wire)) == 1) {
		messages++;
		EXPECT_EQ(0, done);
		done += is_done();
	}
	EXPECT_EQ(0, ret);
	EXPECT_LT(1, messages);
	EXPECT_EQ(1, done);
	munmap(area, size);
}

TEST_F(wire, extents_of_nobody)
{
	unsigned int dump;

	for (dump = 0; dump < 2; dump++) {
		wire_begin(&wire, V2P_CMD_MAP);
		EXPECT_MAP_REFUSED(dump, EINVAL, "target", 0);
		wire_begin_map(&wire, getpid());
		wire_put(&wire, V2P_A_KERNEL, NULL, 0);
		EXPECT_MAP_REFUSED(dump, EINVAL, "target", 0);
		wire_begin_map(&wire, 0x7fffffff);
		EXPECT_MAP_REFUSED(dump, ESRCH, "no such process", PID_AT);
		wire_begin_map(&wire, 2);
		EXPECT_MAP_REFUSED(dump, EINVAL, "kernel thread", PID_AT);
	}
}

TEST_F(wire, filters_that_are_none)
{
	enum { FLAGS = __builtin_popcount(V2P_FLAG_MASK) };
	static const struct {
		uint16_t attribute;
		unsigned int first;
	} masks[] = {
		{ V2P_A_STATES, __V2P_STATUS_MAX },
		{ V2P_A_WITH_FLAGS, FLAGS },
		{ V2P_A_WITHOUT_FLAGS, FLAGS },
		{ V2P_A_MEMORY_TYPES, __V2P_MEMORY_TYPE_MAX },
	};
	unsigned int i, bit;

	for (i = 0; i < 2 * sizeof(masks) / sizeof(*masks); i++)
		for (bit = masks[i / 2].first; bit < 32; bit++) {
			wire_begin_map(&wire, getpid());
			wire_put_u32(&wire, masks[i / 2].attribute, 1u << bit);
			EXPECT_MAP_REFUSED(i % 2, EINVAL, "", START_AT);
		}
	/* Every page-shift may be asked for, and no status at all. */
	wire_begin_map(&wire, getpid());
	wire_put_u64(&wire, V2P_A_PAGE_SHIFTS, -1ULL);
	wire_put_u32(&wire, V2P_A_STATES, 0);
	EXPECT_EQ(0, wire_ask(&wire));
}

/* Pairs of an address and a length, of which something is wrong. */
TEST_F(wire, memory_that_is_none)
{
	enum { BYTES = 16 * V2P_MAX_PHYSICAL_RANGES, MANY = 1500 };
	static uint64_t pairs[2 * MANY];
	static const struct {
		uint64_t pairs[6];
		unsigned int bytes;
		const char *words;
	} cases[] = {
		{ {}, 0, "1 to 64 pairs" }, { { 1 }, 1, "1 to 64 pairs" },
		{ { 1 }, 8, "1 to 64 pairs" }, { { 1, 1 }, 15, "1 to 64 pairs" },
		{ { 1, 1 }, 17, "1 to 64 pairs" }, { { 1, 1, 2 }, 24, "1 to 64 pairs" },
		{ { 1, 0 }, 16, "is empty" }, { { 0, 0 }, 16, "is empty" },
		{ { 1, 1, 5, 0 }, 32, "is empty" },
		{ { -1ULL, 2 }, 16, "ends behind" }, { { 2, -1ULL }, 16, "ends behind" },
		{ { 1, 1, -5ULL, 6 }, 32, "ends behind" },
		{ { 5, 1, 4, 1 }, 32, "not in order" }, { { 5, 1, 5, 1 }, 32, "not in order" },
		{ { 5, 2, 6, 1 }, 32, "overlap" }, { { 1, -1ULL, 0, 1 }, 32, "overlap" },
		{ { 5, 1, 9, 1, 7, 1 }, 48, "not in order" },
	};
	unsigned int i;

	for (i = 0; i < 2 * sizeof(cases) / sizeof(*cases); i++) {
		wire_begin_map(&wire, getpid());
		wire_put(&wire, V2P_A_PHYSICAL_RANGES, cases[i / 2].pairs, cases[i / 2].bytes);
		EXPECT_MAP_REFUSED(i % 2, EINVAL, cases[i / 2].words, START_AT);
	}
	for (i = 0; i < MANY; i++) {
		pairs[2 * i] = i * 4096;
		pairs[2 * i + 1] = 4096;
	}
	for (i = 0; i < 2; i++) {
		wire_begin_map(&wire, getpid());
		wire_put(&wire, V2P_A_PHYSICAL_RANGES, pairs, BYTES + 16);
		EXPECT_MAP_REFUSED(i, EINVAL, "1 to 64 pairs", START_AT);
		wire_begin_map(&wire, getpid());
		wire_put(&wire, V2P_A_PHYSICAL_RANGES, pairs, sizeof(pairs));
		EXPECT_MAP_REFUSED(i, EINVAL, "1 to 64 pairs", START_AT);
	}
	/* As many as can be, side by side; and the last byte that there is. */
	wire_begin_map(&wire, getpid());
	wire_put(&wire, V2P_A_PHYSICAL_RANGES, pairs, BYTES);
	EXPECT_EQ(0, wire_ask(&wire));
	wire_begin_map(&wire, getpid());
	wire_put(&wire, V2P_A_PHYSICAL_RANGES, (uint64_t[]) { 0, -1ULL, -1ULL, 1 }, 32);
	EXPECT_EQ(0, wire_ask(&wire));
	/* Of nobody's memory, it is not even looked at. */
	wire_begin(&wire, V2P_CMD_MAP);
	wire_put(&wire, V2P_A_PHYSICAL_RANGES, pairs, 1);
	EXPECT_MAP_REFUSED(false, EINVAL, "target", 0);
}

TEST_F(wire, extents_with_unknown_attributes)
{
	static const uint16_t attributes[] = { V2P_A_MAX + 1, 200, V2P_A_PHYSICAL, V2P_A_NEXT,
					       V2P_A_LENGTH, V2P_A_VIRTUAL, V2P_A_LEVEL,
					       V2P_A_CHANGING };
	const char bytes[9] = {};
	unsigned int i, dump;

	for (dump = 0; dump < 2; dump++) {
		for (i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
			wire_begin_map(&wire, getpid());
			wire_put_u64(&wire, attributes[i], 0);
			EXPECT_MAP_REFUSED(dump, EINVAL, "ttribute", wire.bad);
		}
		wire_begin_map(&wire, getpid());
		wire_put(&wire, V2P_A_START, bytes, 7);
		EXPECT_GT(0, ask_map(dump));
		wire_begin_map(&wire, getpid());
		wire_put(&wire, V2P_A_SIZE, bytes, 4);
		EXPECT_GT(0, ask_map(dump));
		wire_begin_map(&wire, getpid());
		wire_put(&wire, V2P_A_STATES, bytes, 3);
		EXPECT_GT(0, ask_map(dump));
		wire_begin_map(&wire, getpid());
		wire_put(&wire, V2P_A_MERGE, bytes, 1);
		EXPECT_GT(0, ask_map(dump));
		wire_begin_map(&wire, getpid());
		wire_put_u32(&wire, V2P_A_RETRY, 30001);
		EXPECT_MAP_REFUSED(dump, ERANGE, "", START_AT);
	}
}

/* A socket has one dump at a time; what else is asked on it is answered. */
TEST_F(wire, two_dumps_at_once)
{
	unsigned int refused = 0, answers = 0, others = 0;
	const size_t size = 16 * HUGE_SIZE;
	char *area = map_small(size);
	size_t length;
	int ret;

	read_all(area, size);
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)area, size);
	ASSERT_EQ(0, wire_dump(&wire));
	ASSERT_EQ(0, wire_dump(&wire));
	while ((ret = wire_next(&wire))) {
		if (ret == 1) {
			if (wire_get(&wire, V2P_A_NEXT, &length))
				answers++;
			else if (wire_get(&wire, V2P_A_MODULE_VERSION, &length))
				others++;
			continue;
		}
		ASSERT_EQ(-EBUSY, ret);
		refused++;
		wire_begin(&wire, V2P_CMD_INFO);
		wire_send(&wire);
	}
	EXPECT_EQ(1, refused);
	EXPECT_LT(1, answers);
	EXPECT_EQ(1, others);

	/* And one after the other. */
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)area, 1);
	ASSERT_EQ(0, wire_dump(&wire));
	EXPECT_EQ(1, wire_next(&wire));
	EXPECT_EQ(0, wire_next(&wire));
	munmap(area, size);
}

TEST_HARNESS_MAIN
