// SPDX-License-Identifier: GPL-2.0
/* The wire itself: what it refuses, and in which words. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/klog.h>
#include <unistd.h>

#include "fixture.h"
#include "wire.h"

#define SYSLOG_ACTION_READ_ALL 3

static struct wire wire;

FIXTURE(wire)
{
	uint32_t max_batch;
};

FIXTURE_SETUP(wire)
{
	const uint32_t *max_batch;
	size_t length;

	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_EQ(0, wire_info(&wire));
	max_batch = wire_get(&wire, V2P_A_MAX_BATCH, &length);
	ASSERT_NE(NULL, max_batch);
	self->max_batch = *max_batch;
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
	wire_put_u32(&wire, V2P_A_FIELDS, 31);
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
	};
	const uint64_t virtual[3] = { (uintptr_t)&wire, 0, -1ULL };
	uint32_t fields;
	unsigned int i;
	size_t length;

	for (fields = 0; fields < 32; fields++) {
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

	for (bit = 5; bit < 32; bit++) {
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
