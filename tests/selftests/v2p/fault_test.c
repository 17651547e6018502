// SPDX-License-Identifier: GPL-2.0
/*
 * Every allocation of every operation fails once, one after the other: what is
 * asked is then refused for want of memory or answered rightly, and nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "concurrent.h"
#include "extents.h"
#include "fixture.h"
#include "wire.h"

/* More allocations than any operation has. */
#define MOST 1000

/* An operation that got through so often, whichever was to fail, has no more. */
#define ENOUGH 3

#define ADDRESSES 1024
#define RANGE (32 * HUGE_SIZE)

static struct wire wire;
static struct extents expected, extents;
static int fail_nth = -1;
static char *page;
static uint64_t frame;

FIXTURE(fault)
{
};

/* Of all kinds of memory, quietly, and only for who asks for it by fail-nth. */
static bool prepare_faults(const char *kind)
{
	static const char *const settings[][2] = {
		{ "ignore-gfp-wait", "N" }, { "ignore-gfp-highmem", "N" },
		{ "min-order", "0" }, { "cache-filter", "N" }, { "verbose", "0" },
	};
	char path[96];
	unsigned int i;

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s", kind);
	if (access(path, F_OK))
		return false;
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", kind, settings[i][0]);
		if (!access(path, F_OK) && write_file(path, settings[i][1]))
			return false;
	}
	return true;
}

FIXTURE_SETUP(fault)
{
	int pagemap;

	prepare_faults("fail_usercopy");
	if (access("/proc/thread-self/fail-nth", F_OK) || !prepare_faults("failslab") ||
	    !prepare_faults("fail_page_alloc"))
		SKIP(return, "the kernel is built without FAILSLAB and FAIL_PAGE_ALLOC");
	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR);
	ASSERT_LE(0, fail_nth);

	page = map_small(PAGE_SIZE);
	*page = 1;
	ASSERT_EQ(0, mlock(page, PAGE_SIZE));
	pagemap = pagemap_open(getpid());
	frame = pagemap_entry(pagemap, page) & PM_FRAME;
	close(pagemap);
	/* A page that is everywhere: each of its places is an extent of its own. */
	map_room(HERE, RANGE);
	read_all(HERE, RANGE);
	ASSERT_EQ(0, wire_open(&wire));
}

FIXTURE_TEARDOWN(fault)
{
	if (fail_nth < 0)
		return;
	wire_close(&wire);
	close(fail_nth);
}

#define FAULT_TEST(name) TEST_F_TIMEOUT(fault, name, PATIENCE)

/* The nth allocation of this thread from now on is to fail; 0 for none. */
static bool arm(unsigned int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	return pwrite(fail_nth, text, length, 0) == length;
}

/* Returns whether one has failed, or a negative errno. */
static int disarm(void)
{
	char text[16] = "";

	ssize_t length = pread(fail_nth, text, sizeof(text) - 1, 0);

	if (length < 0 && errno == EFAULT)
		/* What was to fail was this. */
		text[0] = '1';
	else if (length <= 0)
		return -EIO;
	/* It may be the first of these two that fails. */
	return !arm(0) && !arm(0) ? -EIO : !strtoul(text, NULL, 10);
}

/* ---- Operations: 0 with the right answer, 1 with a wrong one, or a negative errno */

static int info(void)
{
	size_t length;
	int error = wire_info(&wire);

	return error ? error : !wire_get(&wire, V2P_A_MAX_BATCH, &length);
}

static int is_right(size_t count)
{
	size_t length, i;
	const uint64_t *physical = wire_get(&wire, V2P_A_PHYSICAL, &length);

	if (!physical || length != count * sizeof(*physical))
		return 1;
	for (i = 0; i < count; i++) {
		uint64_t one;

		memcpy(&one, physical + i, sizeof(one));
		if (one != frame * PAGE_SIZE)
			return 1;
	}
	return 0;
}

static int one_address(void)
{
	int error = wire_translate_pid(&wire, getpid(), (uintptr_t)page);

	return error ? error : is_right(1);
}

static int many_addresses(void)
{
	static uint64_t addresses[ADDRESSES];
	size_t i;
	int error;

	for (i = 0; i < ADDRESSES; i++)
		addresses[i] = (uintptr_t)page;
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put_u32(&wire, V2P_A_FIELDS, V2P_FIELD_PHYSICAL | V2P_FIELD_PAGE_SHIFT |
		     V2P_FIELD_FLAGS | V2P_FIELD_ENTRY | V2P_FIELD_SWAP);
	wire_put(&wire, V2P_A_VIRTUAL, addresses, sizeof(addresses));
	error = wire_ask(&wire);
	return error ? error : is_right(ADDRESSES);
}

static int walk(void)
{
	int error;

	wire_begin(&wire, V2P_CMD_WALK);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put_u64(&wire, V2P_A_ADDRESS, (uintptr_t)page);
	error = wire_ask(&wire);
	return error ? error : is_right(1);
}

static int map_at_once(void)
{
	int error;

	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)page, PAGE_SIZE);
	error = wire_ask(&wire);
	return error ? error : is_right(1);
}

static int map_in_parts(void)
{
	int ret;

	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)HERE, RANGE);
	ret = wire_dump(&wire);
	if (ret)
		return ret;
	extents.count = 0;
	while ((ret = wire_next(&wire)) == 1)
		if (!extents_of_message(&wire, &extents))
			return 1;
	return ret ? ret : !extents_same(&expected, &extents);
}

static int connection(void)
{
	struct wire other;
	int error = wire_open(&other);

	if (other.fd >= 0)
		wire_close(&other);
	return error;
}

/* The kernel cannot take what is asked, or has no memory for it or for its answer. */
static bool is_want_of_memory(int error)
{
	/* The last is what socket() says of a file that it has no memory for. */
	return error == -ENOMEM || error == -ENOBUFS || error == -EFAULT || error == -ENFILE;
}

/* Answers of which parts were lost are not waited for. */
static int reconnect(void)
{
	wire_close(&wire);
	return wire_open(&wire);
}

static void fail_each(struct __test_metadata *_metadata, int (*operation)(void))
{
	unsigned int nth, faults = 0, refused = 0, through = 0;

	ASSERT_EQ(0, operation());
	for (nth = 1; nth < MOST && through < ENOUGH; nth++) {
		int error, failed;

		ASSERT_TRUE(arm(nth));
		error = operation();
		failed = disarm();
		ASSERT_LE(0, failed);
		through = failed ? 0 : through + 1;
		faults += failed;
		refused += error != 0;
		EXPECT_TRUE(!error || (failed && is_want_of_memory(error))) {
			TH_LOG("allocation %u failed: %d %s", nth, error, wire.words);
		}
		ASSERT_EQ(0, reconnect());
		EXPECT_EQ(0, operation()) {
			TH_LOG("after allocation %u had failed: %s", nth, wire.words);
		}
	}
	TH_LOG("%u allocations failed, %u times the operation did", faults, refused);
	EXPECT_GT(MOST, nth);
	EXPECT_LT(0, refused);
}

FAULT_TEST(info) { fail_each(_metadata, info); }
FAULT_TEST(one_address) { fail_each(_metadata, one_address); }
FAULT_TEST(many_addresses) { fail_each(_metadata, many_addresses); }
FAULT_TEST(walk) { fail_each(_metadata, walk); }
FAULT_TEST(map_at_once) { fail_each(_metadata, map_at_once); }
FAULT_TEST(connection) { fail_each(_metadata, connection); }

FAULT_TEST(map_in_parts)
{
	const struct v2p_range range = { .start = (uintptr_t)HERE, .size = RANGE };
	struct v2p *v2p;

	ASSERT_EQ(0, v2p_open(&v2p));
	ASSERT_EQ(0, extents_map(v2p, v2p_pid(getpid()), &range, &expected));
	v2p_close(v2p);
	EXPECT_LT(1000, expected.count);
	fail_each(_metadata, map_in_parts);
}

TEST_HARNESS_MAIN
