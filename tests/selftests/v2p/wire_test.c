// SPDX-License-Identifier: GPL-2.0
/* The wire itself: what it refuses, and in which words. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/klog.h>
#include <sys/socket.h>
#include <unistd.h>

#include "concurrent.h"
#include "fixture.h"
#include "wire.h"

#define SYSLOG_ACTION_READ_ALL 3

static struct wire wire;

FIXTURE(wire)
{
	uint32_t max_batch;
	uint8_t virtual_bits;
};

FIXTURE_SETUP(wire)
{
	const uint8_t *virtual_bits;
	const uint32_t *max_batch;
	size_t length;

	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_EQ(0, wire_info(&wire));
	max_batch = wire_get(&wire, V2P_A_MAX_BATCH, &length);
	ASSERT_NE(NULL, max_batch);
	self->max_batch = *max_batch;
	virtual_bits = wire_get(&wire, V2P_A_VIRTUAL_BITS, &length);
	ASSERT_NE(NULL, virtual_bits);
	self->virtual_bits = *virtual_bits;
}

FIXTURE_TEARDOWN(wire)
{
	wire_close(&wire);
}

/* Refused with an error, and with words that hold some. */
#define EXPECT_REFUSED(error, some) do { \
	EXPECT_EQ(-(error), wire_ask(&wire)); \
	EXPECT_NE(NULL, strstr(wire.words, some)) { \
		TH_LOG("\"%s\"", wire.words); \
	} \
	EXPECT_EQ(0, wire.reply_length); \
} while (0)

TEST_F(wire, no_target)
{
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put_u64(&wire, V2P_A_VIRTUAL, 0);
	EXPECT_REFUSED(EINVAL, "target");
	wire_begin(&wire, V2P_CMD_WALK);
	wire_put_u64(&wire, V2P_A_ADDRESS, 0);
	EXPECT_REFUSED(EINVAL, "target");
}

TEST_F(wire, both_targets)
{
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put(&wire, V2P_A_KERNEL, NULL, 0);
	wire_put_u64(&wire, V2P_A_VIRTUAL, 0);
	EXPECT_REFUSED(EINVAL, "target");
}

TEST_F(wire, no_addresses)
{
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	EXPECT_REFUSED(EINVAL, "address");
	EXPECT_EQ(V2P_A_VIRTUAL, wire.missing);

	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put(&wire, V2P_A_VIRTUAL, NULL, 0);
	EXPECT_REFUSED(EINVAL, "address");

	wire_begin(&wire, V2P_CMD_WALK);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	EXPECT_REFUSED(EINVAL, "address");
	EXPECT_EQ(V2P_A_ADDRESS, wire.missing);
}

TEST_F(wire, addresses_cut_short)
{
	const char bytes[17] = {};
	size_t length;

	for (length = 1; length <= sizeof(bytes); length++) {
		if (length % 8 == 0)
			continue;
		wire_begin(&wire, V2P_CMD_TRANSLATE);
		wire_put_u32(&wire, V2P_A_PID, getpid());
		wire_put(&wire, V2P_A_VIRTUAL, bytes, length);
		EXPECT_REFUSED(EINVAL, "8 bytes");
		EXPECT_EQ(NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN + 4, wire.bad);
	}
}

TEST_F(wire, largest_batch)
{
	static uint64_t virtual[4096];
	const uint8_t *status;
	size_t length;

	ASSERT_LT(self->max_batch, sizeof(virtual) / sizeof(*virtual));
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put_u32(&wire, V2P_A_FIELDS, V2P_FIELD_MASK);
	wire_put(&wire, V2P_A_VIRTUAL, virtual, self->max_batch * 8);
	EXPECT_EQ(0, wire_ask(&wire));
	status = wire_get(&wire, V2P_A_STATUS, &length);
	ASSERT_NE(NULL, status);
	EXPECT_EQ(self->max_batch, length);

	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put(&wire, V2P_A_VIRTUAL, virtual, (self->max_batch + 1) * 8);
	EXPECT_REFUSED(E2BIG, "batch");
}

/* An answer has the arrays that were asked for, and no other. */
TEST_F(wire, fields)
{
	static const struct {
		uint32_t field;
		uint16_t attribute;
		size_t element;
	} arrays[] = {
		{ V2P_FIELD_PHYSICAL, V2P_A_PHYSICAL, 8 },
		{ V2P_FIELD_PAGE_SHIFT, V2P_A_PAGE_SHIFT, 1 },
		{ V2P_FIELD_FLAGS, V2P_A_FLAGS, 4 },
		{ V2P_FIELD_ENTRY, V2P_A_ENTRY, 8 },
		{ V2P_FIELD_SWAP, V2P_A_SWAP_TYPE, 1 },
		{ V2P_FIELD_SWAP, V2P_A_SWAP_OFFSET, 8 },
		{ V2P_FIELD_LEVEL, V2P_A_LEVEL, 1 },
		{ V2P_FIELD_MEMORY_TYPE, V2P_A_MEMORY_TYPE, 1 },
		{ V2P_FIELD_PROTECTION_KEY, V2P_A_PROTECTION_KEY, 1 },
	};
	const uint64_t virtual[3] = { (uintptr_t)&wire, 0, -1ULL };
	uint32_t fields;
	unsigned int i;
	size_t length;

	for (fields = 0; fields <= V2P_FIELD_MASK; fields++) {
		wire_begin(&wire, V2P_CMD_TRANSLATE);
		wire_put_u32(&wire, V2P_A_PID, getpid());
		wire_put_u32(&wire, V2P_A_FIELDS, fields);
		wire_put(&wire, V2P_A_VIRTUAL, virtual, sizeof(virtual));
		ASSERT_EQ(0, wire_ask(&wire));
		EXPECT_NE(NULL, wire_get(&wire, V2P_A_STATUS, &length));
		EXPECT_EQ(3, length);
		for (i = 0; i < sizeof(arrays) / sizeof(*arrays); i++) {
			bool wanted = fields & arrays[i].field;
			bool there = wire_get(&wire, arrays[i].attribute, &length);

			EXPECT_EQ(wanted, there);
			if (there)
				EXPECT_EQ(3 * arrays[i].element, length);
		}
		EXPECT_EQ(!!(fields & V2P_FIELD_IDENTITY),
			  !!wire_get(&wire, V2P_A_IDENTITY, &length));
	}
}

TEST_F(wire, default_fields)
{
	size_t length;

	ASSERT_EQ(0, wire_translate_pid(&wire, getpid(), (uintptr_t)&wire));
	EXPECT_NE(NULL, wire_get(&wire, V2P_A_STATUS, &length));
	EXPECT_NE(NULL, wire_get(&wire, V2P_A_PHYSICAL, &length));
	EXPECT_EQ(NULL, wire_get(&wire, V2P_A_FLAGS, &length));
	EXPECT_EQ(NULL, wire_get(&wire, V2P_A_ENTRY, &length));
}

TEST_F(wire, unknown_field)
{
	unsigned int bit;

	for (bit = __builtin_popcount(V2P_FIELD_MASK); bit < 32; bit++) {
		wire_begin(&wire, V2P_CMD_TRANSLATE);
		wire_put_u32(&wire, V2P_A_PID, getpid());
		wire_put_u32(&wire, V2P_A_FIELDS, 1u << bit);
		wire_put_u64(&wire, V2P_A_VIRTUAL, 0);
		EXPECT_REFUSED(EINVAL, "");
		EXPECT_NE(0, wire.bad);
	}
}

TEST_F(wire, unknown_attribute)
{
	static const uint16_t attributes[] = { V2P_A_MAX + 1, 200, V2P_A_PHYSICAL,
					       V2P_A_ADDRESS, V2P_A_STATUS };
	unsigned int i;

	for (i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
		wire_begin(&wire, V2P_CMD_TRANSLATE);
		wire_put_u32(&wire, V2P_A_PID, getpid());
		wire_put_u64(&wire, V2P_A_VIRTUAL, 0);
		wire_put_u64(&wire, attributes[i], 0);
		EXPECT_REFUSED(EINVAL, "ttribute");
	}
}

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
		{ false, 0, lower_half, SIZE_AT, "ends outside" },
		{ false, 0, lower_half - 4095, SIZE_AT, "ends outside" },
		{ false, lower_half - 4097, 2, SIZE_AT, "ends outside" },
		{ false, lower_half - 4096, 1, START_AT, "begins outside" },
		{ false, lower_half, 1, START_AT, "begins outside" },
		{ false, -1ULL, 1, START_AT, "begins outside" },
		{ false, 1ULL << 63, -1ULL, START_AT, "begins outside" },
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
	uint64_t next;

	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, lower_half - 4097, 1);
	EXPECT_EQ(0, wire_ask(&wire));
	EXPECT_TRUE(wire_get_next(&wire, &next));
	EXPECT_EQ(lower_half - 4096, next);
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, 0, lower_half - 4096);
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
	wire_put_u64(&wire, V2P_A_START, lower_half - 4097);
	EXPECT_EQ(0, wire_ask(&wire));
	EXPECT_TRUE(wire_get_next(&wire, &next));
	EXPECT_EQ(lower_half - 4096, next);
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
	const size_t size = 8 * HUGE_SIZE;
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

/* Sends the request behind so many others, in one send. Returns how it was answered. */
static int ask_behind(unsigned int others, uint16_t flags)
{
	static uint8_t room[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct genlmsghdr info = { .cmd = V2P_CMD_INFO, .version = 1 };
	const struct nlmsghdr head = {
		.nlmsg_len = NLMSG_LENGTH(sizeof(info)), .nlmsg_type = wire.family,
		.nlmsg_flags = NLM_F_REQUEST,
	};
	struct nlmsghdr *const request = (void *)wire.request;
	size_t length = 0;
	unsigned int i;
	int ret;

	request->nlmsg_len = wire.length;
	request->nlmsg_flags = NLM_F_REQUEST | flags;
	for (i = 0; i < others; i++, length += head.nlmsg_len) {
		memcpy(room + length, &head, sizeof(head));
		memcpy(room + length + NLMSG_HDRLEN, &info, sizeof(info));
	}
	memcpy(room + length, request, wire.length);
	length += wire.length;
	if (send(wire.fd, room, length, 0) != (ssize_t)length)
		return -EIO;
	/* What does no work is answered wherever it stands. */
	for (i = 0; i < others; i++)
		if (wire_next(&wire) != 1)
			return -EPROTO;
	wire.words[0] = '\0';
	while ((ret = wire_next(&wire)) == 1)
		;
	return ret;
}

TEST_F(wire, a_place_in_a_send)
{
	static const uint8_t commands[] = { V2P_CMD_TRANSLATE, V2P_CMD_WALK, V2P_CMD_MAP,
					    V2P_CMD_MAP };
	static const unsigned int late[] = { V2P_MAX_IN_A_SEND, V2P_MAX_IN_A_SEND + 1, 100 };
	unsigned int i, k;

	for (i = 0; i < sizeof(commands); i++) {
		const uint16_t flags = i == 3 ? NLM_F_DUMP : NLM_F_ACK;

		wire_begin(&wire, commands[i]);
		wire_put_u32(&wire, V2P_A_PID, getpid());
		if (commands[i] == V2P_CMD_TRANSLATE)
			wire_put_u64(&wire, V2P_A_VIRTUAL, (uintptr_t)&wire);
		else if (commands[i] == V2P_CMD_WALK)
			wire_put_u64(&wire, V2P_A_ADDRESS, (uintptr_t)&wire);
		else
			wire_put_range(&wire, (uintptr_t)&wire, 1);
		EXPECT_EQ(0, ask_behind(0, flags));
		EXPECT_EQ(0, ask_behind(V2P_MAX_IN_A_SEND - 1, flags));
		for (k = 0; k < sizeof(late) / sizeof(late[0]); k++) {
			EXPECT_EQ(-E2BIG, ask_behind(late[k], flags));
			/* Kernel 6.1 has no words for who is refused at the start of a dump. */
			if (flags == NLM_F_ACK || wire.words[0])
				EXPECT_STREQ("too many requests in one send", wire.words);
		}
	}
}

TEST_F(wire, attributes_of_a_wrong_size)
{
	const char bytes[9] = {};

	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put(&wire, V2P_A_PID, bytes, 3);
	wire_put_u64(&wire, V2P_A_VIRTUAL, 0);
	EXPECT_GT(0, wire_ask(&wire));
	wire_begin(&wire, V2P_CMD_WALK);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put(&wire, V2P_A_ADDRESS, bytes, 7);
	EXPECT_GT(0, wire_ask(&wire));
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put(&wire, V2P_A_KERNEL, bytes, 4);
	wire_put_u64(&wire, V2P_A_VIRTUAL, 0);
	EXPECT_GT(0, wire_ask(&wire));
}

/**
 * struct attribute - an attribute of a request
 * @command: of which
 * @type: which
 * @length: of what is in it; flags have nothing
 * @value: what is in it
 * @other: what is answered otherwise
 */
struct attribute {
	uint8_t command;
	uint16_t type;
	uint16_t length;
	uint64_t value;
	uint64_t other;
};

/* A request with all attributes but one, which it is for, and but flags. */
static void begin_without(const struct attribute *all, size_t count,
			  const struct attribute *one)
{
	size_t i;

	wire_begin(&wire, one->command);
	for (i = 0; i < count; i++) {
		if (all[i].command != one->command || &all[i] == one || !all[i].length ||
		    (one->type == V2P_A_KERNEL && all[i].type == V2P_A_PID))
			continue;
		wire_put(&wire, all[i].type, &all[i].value, all[i].length);
	}
}

/* What tells one answer from another, of pages that may be accessed meanwhile. */
struct answer {
	int64_t error;
	uint64_t length;
	uint64_t next;
	uint64_t physical;
};

static struct answer ask_for_answer(void)
{
	struct answer answer = { .error = wire_ask(&wire) };
	const void *physical;
	size_t length;

	answer.length = wire.reply_length;
	wire_get_next(&wire, &answer.next);
	physical = wire_get(&wire, V2P_A_PHYSICAL, &length);
	if (physical)
		memcpy(&answer.physical, physical, sizeof(answer.physical));
	return answer;
}

static bool is_same(const struct answer *a, const struct answer *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* The last of two attributes is the one that counts. */
static bool last_counts(const struct attribute *all, size_t count,
			const struct attribute *one)
{
	const uint64_t *const values[] = { &one->value, &one->other };
	struct answer once[2], twice[2];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		begin_without(all, count, one);
		wire_put(&wire, one->type, values[i], one->length);
		once[i] = ask_for_answer();
		begin_without(all, count, one);
		wire_put(&wire, one->type, values[!i], one->length);
		wire_put(&wire, one->type, values[i], one->length);
		twice[i] = ask_for_answer();
	}
	return is_same(&once[0], &twice[0]) && is_same(&once[1], &twice[1]) &&
	       is_same(&once[0], &once[1]) == !one->length;
}

TEST_F(wire, attributes_that_are_mangled)
{
	char *const area = map_small(3 * PAGE_SIZE);
	const uint64_t start = (uintptr_t)area;
	const uint32_t pid = getpid(), nobody = 0x7fffffff;
	const struct attribute attributes[] = {
		{ V2P_CMD_TRANSLATE, V2P_A_PID, 4, pid, nobody },
		{ V2P_CMD_TRANSLATE, V2P_A_KERNEL, 0 },
		{ V2P_CMD_TRANSLATE, V2P_A_FIELDS, 4, V2P_FIELD_PHYSICAL, V2P_FIELD_SWAP },
		{ V2P_CMD_TRANSLATE, V2P_A_VIRTUAL, 8, start, start + PAGE_SIZE },
		{ V2P_CMD_WALK, V2P_A_PID, 4, pid, nobody },
		{ V2P_CMD_WALK, V2P_A_KERNEL, 0 },
		{ V2P_CMD_WALK, V2P_A_ADDRESS, 8, start, start + PAGE_SIZE },
		{ V2P_CMD_MAP, V2P_A_PID, 4, pid, nobody },
		{ V2P_CMD_MAP, V2P_A_KERNEL, 0 },
		{ V2P_CMD_MAP, V2P_A_FIELDS, 4, V2P_FIELD_PHYSICAL, V2P_FIELD_SWAP },
		{ V2P_CMD_MAP, V2P_A_START, 8, start, start + PAGE_SIZE },
		{ V2P_CMD_MAP, V2P_A_SIZE, 8, 2 * PAGE_SIZE, PAGE_SIZE },
		{ V2P_CMD_MAP, V2P_A_STATES, 4, 1 << V2P_STATUS_MAPPED, 1 << V2P_STATUS_NONE },
		{ V2P_CMD_MAP, V2P_A_PAGE_SHIFTS, 8, PAGE_SIZE, HUGE_SIZE },
		{ V2P_CMD_MAP, V2P_A_WITH_FLAGS, 4, V2P_FLAG_PRESENT, V2P_FLAG_WRITE },
		{ V2P_CMD_MAP, V2P_A_WITHOUT_FLAGS, 4, V2P_FLAG_PROTNONE, V2P_FLAG_WRITE },
		{ V2P_CMD_MAP, V2P_A_MEMORY_TYPES, 4, 1 << V2P_MEMORY_TYPE_WB,
		  1 << V2P_MEMORY_TYPE_UC },
		{ V2P_CMD_MAP, V2P_A_MERGE, 0 },
		{ V2P_CMD_PER_CPU, V2P_A_CPU, 4, 0, 1 },
	};
	static const struct {
		int longer;
		uint16_t type;
		const char *words;
	} mangled[] = {
		{ -1, 0, "invalid attribute length" },
		{ 4, 0, "invalid attribute length" },
		{ 0, NLA_F_NESTED, "NLA_F_NESTED not expected" },
		{ 0, V2P_A_MAX + 1, "Unknown attribute type" },
	};
	const size_t count = sizeof(attributes) / sizeof(*attributes);
	unsigned int i, k;

	ASSERT_TRUE(switch_moving_off());
	fill(area, 3 * PAGE_SIZE);
	ASSERT_EQ(0, mlock(area, 3 * PAGE_SIZE));
	/* Of two pages, the second one is to be seen by its flags. */
	ASSERT_EQ(0, mprotect(area + PAGE_SIZE, PAGE_SIZE, PROT_READ));
	for (i = 0; i < count; i++) {
		const struct attribute *one = &attributes[i];
		const uint64_t data[2] = { one->value };

		for (k = 0; k < sizeof(mangled) / sizeof(*mangled); k++) {
			const char *words = mangled[k].words;
			int error = EINVAL;
			uint32_t at;

			if (one->length + mangled[k].longer < 0)
				continue;
			if (mangled[k].longer && !one->length) {
				words = "failed policy validation";
				error = ERANGE;
			} else if (mangled[k].longer && one->type == V2P_A_VIRTUAL) {
				words = "8 bytes";
			}
			begin_without(attributes, count, one);
			at = wire.length;
			wire_put(&wire, one->type + mangled[k].type, data,
				 one->length + mangled[k].longer);
			EXPECT_REFUSED(error, words);
			EXPECT_EQ(at, wire.bad) {
				TH_LOG("command %u, attribute %u, mangled by %u", one->command,
				       one->type, k);
			}
		}
		EXPECT_TRUE(last_counts(attributes, count, one)) {
			TH_LOG("command %u, attribute %u", one->command, one->type);
		}
	}
	munmap(area, 3 * PAGE_SIZE);
}

TEST_F(wire, unknown_command)
{
	static const uint8_t commands[] = { 0, V2P_CMD_MAX + 1, 100, 255 };
	unsigned int i;

	for (i = 0; i < sizeof(commands); i++) {
		wire_begin(&wire, commands[i]);
		EXPECT_EQ(-EOPNOTSUPP, wire_ask(&wire));
	}
}

TEST_F(wire, pids)
{
	static const uint32_t pids[] = { 0, 1u << 31, ~0u, 0x7fffffff };
	unsigned int i;

	for (i = 0; i < sizeof(pids) / sizeof(*pids); i++) {
		EXPECT_EQ(-ESRCH, wire_translate_pid(&wire, pids[i], 0));
		EXPECT_STREQ("no such process", wire.words);
		EXPECT_NE(0, wire.bad);
	}
	EXPECT_EQ(-EINVAL, wire_translate_pid(&wire, 2, 0));
	EXPECT_NE(NULL, strstr(wire.words, "kernel thread"));
}

TEST_F(wire, info_is_whole)
{
	static const uint16_t attributes[] = {
		V2P_A_MODULE_VERSION, V2P_A_ARCH, V2P_A_BASE_PAGE_SHIFT, V2P_A_PAGING_LEVEL,
		V2P_A_PHYSICAL_BITS, V2P_A_VIRTUAL_BITS, V2P_A_FEATURES, V2P_A_MAX_BATCH,
	};
	unsigned int i;
	size_t length;

	ASSERT_EQ(0, wire_info(&wire));
	for (i = 0; i < sizeof(attributes) / sizeof(*attributes); i++)
		EXPECT_NE(NULL, wire_get(&wire, attributes[i], &length)) {
			TH_LOG("attribute %u", attributes[i]);
		}
	EXPECT_STREQ("x86_64", wire_get(&wire, V2P_A_ARCH, &length));
	EXPECT_EQ(12, *(const uint8_t *)wire_get(&wire, V2P_A_BASE_PAGE_SHIFT, &length));
}

/* After all the refusals, and many answers: not a word about addresses in the log. */
TEST_F(wire, kernel_log)
{
	static char log[1 << 20];
	char *line, *save;
	int length;

	wire_translate_pid(&wire, getpid(), (uintptr_t)log);
	wire_translate_kernel(&wire, -1ULL);
	wire_translate_pid(&wire, 0, 0);
	wire_begin_map(&wire, getpid());
	wire_ask(&wire);
	length = klogctl(SYSLOG_ACTION_READ_ALL, log, sizeof(log) - 1);
	ASSERT_LT(0, length);
	log[length] = '\0';
	for (line = strtok_r(log, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (!strstr(line, "v2p: ") && !strstr(line, "[v2p]"))
			continue;
		/* The kernel's own words when a module is loaded. */
		EXPECT_TRUE(strstr(line, "taint") || strstr(line, "signature")) {
			TH_LOG("%s", line);
		}
	}
}

TEST_HARNESS_MAIN
