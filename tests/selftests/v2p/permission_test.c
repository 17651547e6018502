// SPDX-License-Identifier: GPL-2.0
/*
 * What who_may_ask.txt has no place for: who has no right learns nothing, neither from
 * what an error is nor from a dump, and the library says what is missing.
 */
#include <errno.h>

#include "caps.h"
#include "fixture.h"
#include "wire.h"

static struct wire wire;

/* What is wrong with a request is for those who may ask. */
static void put_nothing(void)
{
}

static void put_both_targets(void)
{
	wire_put(&wire, V2P_A_KERNEL, NULL, 0);
}

static void put_no_address(void)
{
	wire_put(&wire, V2P_A_VIRTUAL, NULL, 0);
}

static void put_too_many_addresses(void)
{
	static const uint64_t addresses[2048];

	wire_put(&wire, V2P_A_VIRTUAL, addresses, sizeof(addresses));
}

static void put_empty_range(void)
{
	wire_put_range(&wire, 0, 0);
}

static void put_range_outside(void)
{
	wire_put_range(&wire, -PAGE_SIZE, PAGE_SIZE);
}

static const struct {
	uint8_t command;
	void (*put)(void);
	int error;
} malformed[] = {
	{ V2P_CMD_TRANSLATE, put_nothing, -EINVAL },
	{ V2P_CMD_TRANSLATE, put_both_targets, -EINVAL },
	{ V2P_CMD_TRANSLATE, put_no_address, -EINVAL },
	{ V2P_CMD_TRANSLATE, put_too_many_addresses, -E2BIG },
	{ V2P_CMD_WALK, put_nothing, -EINVAL },
	{ V2P_CMD_WALK, put_both_targets, -EINVAL },
	{ V2P_CMD_MAP, put_both_targets, -EINVAL },
	{ V2P_CMD_MAP, put_empty_range, -EINVAL },
	{ V2P_CMD_MAP, put_range_outside, -EINVAL },
};

static int malformed_as(bool nobody)
{
	unsigned int wrong = 0;
	unsigned int i;

	if (wire_open(&wire) || (nobody && !become_nobody()))
		return 255;
	for (i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		const int error = nobody ? -EPERM : malformed[i].error;

		wire_begin(&wire, malformed[i].command);
		wire_put_u32(&wire, V2P_A_PID, 1);
		malformed[i].put();
		if (wire_ask(&wire) == error && (!nobody || !wire.bad))
			continue;
		wrong++;
		printf("# request %u: %d (%s) instead of %d\n", i, wire.error, wire.words,
		       error);
	}
	return wrong;
}

static int malformed_as_root(void *unused)
{
	return malformed_as(false);
}

static int malformed_as_nobody(void *unused)
{
	return malformed_as(true);
}

TEST(the_right_comes_before_what_is_asked)
{
	EXPECT_EQ(0, in_child(malformed_as_root, NULL));
	EXPECT_EQ(0, in_child(malformed_as_nobody, NULL));
}

/* A dump is asked for once, and answered to whoever reads on: as a descriptor. */
static int right_dropped_in_a_dump(void *unused)
{
	unsigned int messages = 0;
	const size_t size = 16 * HUGE_SIZE;
	char *area = map_small(size);
	int ret;

	if (wire_open(&wire))
		return 10;
	read_all(area, size);
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)area, size);
	if (wire_dump(&wire) || wire_next(&wire) != 1)
		return 12;
	if (!become_nobody())
		return 11;
	while ((ret = wire_next(&wire)) == 1)
		messages++;
	if (ret || messages < 4)
		return 13;
	return wire_translate_pid(&wire, getpid(), 0) == -EPERM ? 0 : 14;
}

TEST(the_right_is_asked_for_when_a_dump_begins)
{
	EXPECT_EQ(0, in_child(right_dropped_in_a_dump, NULL));
}

static int library_without_right(void *unused)
{
	struct v2p_info info = { .size = sizeof(info) };
	uint64_t physical;
	struct v2p *v2p;

	if (!become_nobody() || v2p_open(&v2p))
		return 10;
	if (v2p_get_info(v2p, &info) || !info.max_batch)
		return 11;
	if (v2p_virtual_to_physical(v2p, v2p_pid(getpid()), 0, &physical) != -EPERM)
		return 12;
	return strstr(v2p_error(v2p), "CAP_SYS_ADMIN") ? 0 : 13;
}

TEST(the_library_without_the_right)
{
	EXPECT_EQ(0, in_child(library_without_right, NULL));
}

TEST_HARNESS_MAIN
