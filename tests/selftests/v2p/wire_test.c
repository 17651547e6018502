// SPDX-License-Identifier: GPL-2.0
/* The wire itself: what it refuses, and in which words. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/klog.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire_fixture.h"

#define SYSLOG_ACTION_READ_ALL 3

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

/* An answer has the arrays that were asked for, and no other: thousands of combinations. */
TEST_F_TIMEOUT(wire, fields, 300)
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
		{ V2P_FIELD_NODE, V2P_A_NODE, 4 },
		{ V2P_FIELD_PAGE_KIND, V2P_A_PAGE_KIND, 1 },
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
	EXPECT_STREQ(ARCH_NAME, wire_get(&wire, V2P_A_ARCH, &length));
	EXPECT_EQ(sysconf(_SC_PAGESIZE),
		  1 << *(const uint8_t *)wire_get(&wire, V2P_A_BASE_PAGE_SHIFT, &length));
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
