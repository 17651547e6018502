// SPDX-License-Identifier: GPL-2.0
/*
 * Every allocation of every operation fails once, one after the other: what is
 * asked is then refused for want of memory or answered rightly, and nothing else. In
 * the end neither the target's memory nor the module is held by anybody.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <linux/v2p_ioctl.h>

#include "concurrent.h"
#include "extents.h"
#include "fixture.h"
#include "kernel_memory.h"
#include "oracle.h"
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
static struct child target;
static uint64_t physical;
static uint64_t kernel_virtual, kernel_physical;
static long huge_pages, users;

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

/*
 * Whom to ask: what is at THERE is contiguous, and only its first half writable. That its
 * memory is freed is seen by the hugetlb page.
 */
static void be_target(void)
{
	char *huge = mmap(NULL, HUGE_SIZE, RW, ANON | MAP_HUGETLB, -1, 0);

	if (huge == MAP_FAILED)
		_exit(1);
	fill(huge, HUGE_SIZE);
	/* A page that is everywhere: each of its places is an extent of its own. */
	map_room(HERE, RANGE);
	read_all(HERE, RANGE);
	map_room(THERE, HUGE_SIZE);
	make_huge(THERE, HUGE_SIZE);
	if (mlock(THERE, HUGE_SIZE) || keep_small(THERE, HUGE_SIZE) ||
	    mprotect(THERE + HUGE_SIZE / 2, HUGE_SIZE / 2, PROT_READ))
		_exit(1);
	fill(THERE, HUGE_SIZE / 2);
	child_done(&target);
	pause();
	_exit(0);
}

FIXTURE_SETUP(fault)
{
	int pagemap;

	if (access("/proc/thread-self/fail-nth", F_OK) || !prepare_faults("failslab") ||
	    !prepare_faults("fail_page_alloc"))
		SKIP(return, "the kernel is built without FAILSLAB and FAIL_PAGE_ALLOC");
	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR);
	ASSERT_LE(0, fail_nth);

	ASSERT_TRUE(switch_moving_off());
	huge_pages = meminfo("HugePages_Free");
	if (child_start(&target))
		be_target();
	ASSERT_TRUE(child_wait(&target));
	ASSERT_EQ(huge_pages - 1, meminfo("HugePages_Free"));
	pagemap = pagemap_open(target.pid);
	physical = (pagemap_entry(pagemap, THERE) & PM_FRAME) * PAGE_SIZE;
	close(pagemap);
	ASSERT_NE(0, physical);
	ASSERT_EQ(0, wire_open(&wire));
	users = module_users();
	ASSERT_LE(0, users);
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

	if (pread(fail_nth, text, sizeof(text) - 1, 0) <= 0 || !arm(0))
		return -EIO;
	return !strtoul(text, NULL, 10);
}

/* ---- Operations: 0 with the right answer, 1 with a wrong one, or a negative errno */

static int info(void)
{
	size_t length;
	int error = wire_info(&wire);

	return error ? error : !wire_get(&wire, V2P_A_MAX_BATCH, &length);
}

/* Asks, and wants so many physical addresses, all of them the same. */
static int ask_for(size_t count, uint64_t expected)
{
	const uint64_t *found;
	size_t length, i;
	int error = wire_ask(&wire);

	if (error)
		return error;
	found = wire_get(&wire, V2P_A_PHYSICAL, &length);
	if (!found || length != count * sizeof(*found))
		return 1;
	for (i = 0; i < count; i++)
		if (memcmp(found + i, &expected, sizeof(expected)))
			return 1;
	return 0;
}

static int one_address(void)
{
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put_u32(&wire, V2P_A_PID, target.pid);
	wire_put_u64(&wire, V2P_A_VIRTUAL, (uintptr_t)THERE);
	return ask_for(1, physical);
}

static int many_addresses(void)
{
	static uint64_t addresses[ADDRESSES];
	size_t i;

	for (i = 0; i < ADDRESSES; i++)
		addresses[i] = (uintptr_t)THERE;
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put_u32(&wire, V2P_A_PID, target.pid);
	wire_put_u32(&wire, V2P_A_FIELDS, V2P_FIELD_MASK);
	wire_put(&wire, V2P_A_VIRTUAL, addresses, sizeof(addresses));
	return ask_for(ADDRESSES, physical);
}

static int kernel_address(void)
{
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put(&wire, V2P_A_KERNEL, NULL, 0);
	wire_put_u64(&wire, V2P_A_VIRTUAL, kernel_virtual);
	return ask_for(1, kernel_physical);
}

static int walk(void)
{
	wire_begin(&wire, V2P_CMD_WALK);
	wire_put_u32(&wire, V2P_A_PID, target.pid);
	wire_put_u64(&wire, V2P_A_ADDRESS, (uintptr_t)THERE);
	return ask_for(1, physical);
}

static int map_at_once(void)
{
	wire_begin_map(&wire, target.pid);
	wire_put_range(&wire, (uintptr_t)THERE, PAGE_SIZE);
	return ask_for(1, physical);
}

static int map_filtered(void)
{
	wire_begin_map(&wire, target.pid);
	wire_put_range(&wire, (uintptr_t)THERE, HUGE_SIZE);
	wire_put_u32(&wire, V2P_A_STATES, 1u << V2P_STATUS_MAPPED);
	wire_put_u64(&wire, V2P_A_PAGE_SHIFTS, PAGE_SIZE);
	wire_put_u32(&wire, V2P_A_WITH_FLAGS, V2P_FLAG_WRITE);
	wire_put_u32(&wire, V2P_A_WITHOUT_FLAGS, V2P_FLAG_EXEC);
	return ask_for(1, physical);
}

static int map_frames(void)
{
	const uint64_t ranges[] = { physical, PAGE_SIZE };

	wire_begin_map(&wire, target.pid);
	wire_put_range(&wire, (uintptr_t)THERE, HUGE_SIZE);
	wire_put(&wire, V2P_A_PHYSICAL_RANGES, ranges, sizeof(ranges));
	return ask_for(1, physical);
}

/* Sends the request as a dump, and reads all of it into extents. */
static int read_dump(void)
{
	int ret = wire_dump(&wire);

	if (ret)
		return ret;
	extents.count = 0;
	while ((ret = wire_next(&wire)) == 1)
		if (!extents_of_message(&wire, &extents))
			return 1;
	return ret;
}

static int map_frames_in_parts(void)
{
	const uint64_t ranges[] = { physical, PAGE_SIZE };
	int ret;

	wire_begin_map(&wire, target.pid);
	wire_put(&wire, V2P_A_PHYSICAL_RANGES, ranges, sizeof(ranges));
	ret = read_dump();
	return ret ? ret : extents.count != 1 || extents.at[0].physical != physical;
}

static int map_merged(void)
{
	wire_begin_map(&wire, target.pid);
	wire_put_range(&wire, (uintptr_t)THERE, HUGE_SIZE);
	wire_put(&wire, V2P_A_MERGE, NULL, 0);
	return ask_for(1, physical);
}

static int map_in_parts(void)
{
	int ret;

	wire_begin_map(&wire, target.pid);
	wire_put_range(&wire, (uintptr_t)HERE, RANGE);
	ret = read_dump();
	return ret ? ret : !extents_same(&expected, &extents);
}

static int per_cpu(void)
{
	size_t length;
	int error;

	wire_begin(&wire, V2P_CMD_PER_CPU);
	error = wire_ask(&wire);
	return error ? error : !wire_get(&wire, V2P_A_PER_CPU_OFFSETS, &length);
}

static int page(void)
{
	size_t length;
	const uint8_t *status;
	int error;

	wire_begin(&wire, V2P_CMD_PAGE);
	wire_put_u64(&wire, V2P_A_PHYSICAL, physical);
	error = wire_ask(&wire);
	status = wire_get(&wire, V2P_A_PAGE_STATUS, &length);
	return error ? error : !status || *status != V2P_PAGE_STATUS_ONLINE;
}

static int many_pages(void)
{
	static uint64_t many[V2P_MAX_PAGES];
	size_t length;
	int error;

	wire_begin(&wire, V2P_CMD_PAGE);
	wire_put(&wire, V2P_A_PHYSICAL, many, sizeof(many));
	error = wire_ask(&wire);
	return error ? error : !wire_get(&wire, V2P_A_PAGE_STATUS, &length) ||
			       length != V2P_MAX_PAGES;
}

static int regions(void)
{
	size_t length;
	int error;

	wire_begin(&wire, V2P_CMD_REGIONS);
	error = wire_ask(&wire);
	return error ? error : !wire_get(&wire, V2P_A_REGION, &length);
}

/*
 * It may be the acknowledgement that gets no memory: then the answer is lost, and nobody knows
 * of its descriptor.
 */
static void close_spaces(void)
{
	char path[32], name[32];
	int fd;

	for (fd = 3; fd < 100; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		memset(name, 0, sizeof(name));
		if (readlink(path, name, sizeof(name) - 1) > 0 && strstr(name, "[v2p]"))
			close(fd);
	}
}

/* Returns a descriptor of the target's address space, or an error. */
static int open_target(void)
{
	const uint32_t *found;
	size_t length;
	int ret;

	wire_begin(&wire, V2P_CMD_OPEN);
	wire_put_u32(&wire, V2P_A_PID, target.pid);
	ret = wire_ask(&wire);
	if (ret) {
		close_spaces();
		return ret;
	}
	found = wire_get(&wire, V2P_A_FD, &length);
	return found ? (int)*found : -ENODATA;
}

/* Opens an address space and asks by that. */
static int opened(int (*ask)(int fd))
{
	const int fd = open_target();
	int ret;

	if (fd < 0)
		return fd;
	ret = ask(fd);
	close(fd);
	return ret;
}

static int translate_by(int fd)
{
	static uint64_t addresses[ADDRESSES], all[ADDRESSES];
	static uint8_t status[ADDRESSES];
	struct v2p_ioctl_translate request = {
		.size = sizeof(request), .count = ADDRESSES,
		.addresses = (uintptr_t)addresses, .out_status = (uintptr_t)status,
		.out_physical = (uintptr_t)all,
	};
	size_t i;

	for (i = 0; i < ADDRESSES; i++)
		addresses[i] = (uintptr_t)THERE;
	if (ioctl(fd, V2P_IOCTL_TRANSLATE, &request))
		return -errno;
	for (i = 0; i < ADDRESSES; i++)
		if (status[i] != V2P_STATUS_MAPPED || all[i] != physical)
			return 1;
	return request.count != ADDRESSES;
}

static int extents_by(int fd)
{
	static uint64_t virtual[ADDRESSES], length[ADDRESSES];
	static uint8_t status[ADDRESSES];
	const struct v2p_ioctl_physical_range all = { 0, UINT64_MAX };
	struct v2p_ioctl_extents request = {
		.size = sizeof(request), .count = ADDRESSES,
		.physical_ranges = (uintptr_t)&all, .physical_range_count = 1,
		.next = (uintptr_t)HERE, .last = (uintptr_t)HERE + RANGE - 1,
		.out_virtual = (uintptr_t)virtual, .out_length = (uintptr_t)length,
		.out_status = (uintptr_t)status,
	};
	size_t i;

	if (ioctl(fd, V2P_IOCTL_EXTENTS, &request))
		return -errno;
	for (i = 0; i < ADDRESSES; i++)
		if (virtual[i] != (uintptr_t)HERE + i * PAGE_SIZE || length[i] != PAGE_SIZE)
			return 1;
	return request.count != ADDRESSES;
}

static int open_and_translate(void)
{
	return opened(translate_by);
}

static int open_and_map(void)
{
	return opened(extents_by);
}

/* What the ioctls allocate, alone. */
static int space;

static int translate_by_space(void)
{
	return translate_by(space);
}

static int map_by_space(void)
{
	return extents_by(space);
}

static int connection(void)
{
	struct wire other;
	int error = wire_open(&other);

	if (other.fd >= 0)
		wire_close(&other);
	return error;
}

/* ENOBUFS is netlink's word for it, ENFILE that of who makes a file. */
static bool is_want_of_memory(int (*operation)(void), int error)
{
	return error == -ENOMEM || error == -ENOBUFS ||
	       (error == -ENFILE && (operation == connection ||
				     operation == open_and_translate ||
				     operation == open_and_map));
}

/* Answers of which parts were lost are not waited for. */
static int reconnect(void)
{
	wire_close(&wire);
	return wire_open(&wire);
}

static bool huge_pages_are(long count)
{
	return meminfo("HugePages_Free") == count;
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
		EXPECT_TRUE(!error || (failed && is_want_of_memory(operation, error))) {
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

	close_spaces();
	child_end(&target);
	EXPECT_TRUE(soon(huge_pages_are, huge_pages)) {
		TH_LOG("the target's memory is held");
	}
	EXPECT_TRUE(soon(users_are, users)) {
		TH_LOG("%ld use the module, %ld did", module_users(), users);
	}
}

FAULT_TEST(info) { fail_each(_metadata, info); }
FAULT_TEST(one_address) { fail_each(_metadata, one_address); }
FAULT_TEST(many_addresses) { fail_each(_metadata, many_addresses); }
FAULT_TEST(walk) { fail_each(_metadata, walk); }
FAULT_TEST(map_at_once) { fail_each(_metadata, map_at_once); }
FAULT_TEST(map_filtered) { fail_each(_metadata, map_filtered); }
FAULT_TEST(map_frames) { fail_each(_metadata, map_frames); }
FAULT_TEST(map_frames_in_parts) { fail_each(_metadata, map_frames_in_parts); }
FAULT_TEST(map_merged) { fail_each(_metadata, map_merged); }
FAULT_TEST(per_cpu) { fail_each(_metadata, per_cpu); }
FAULT_TEST(page) { fail_each(_metadata, page); }
FAULT_TEST(many_pages) { fail_each(_metadata, many_pages); }
FAULT_TEST(regions) { fail_each(_metadata, regions); }
FAULT_TEST(open_and_translate) { fail_each(_metadata, open_and_translate); }
FAULT_TEST(open_and_map) { fail_each(_metadata, open_and_map); }
FAULT_TEST(translate_by_space)
{
	space = open_target();
	ASSERT_LE(0, space);
	fail_each(_metadata, translate_by_space);
}

FAULT_TEST(map_by_space)
{
	space = open_target();
	ASSERT_LE(0, space);
	fail_each(_metadata, map_by_space);
}

FAULT_TEST(connection) { fail_each(_metadata, connection); }

FAULT_TEST(kernel_address)
{
	const int oracle = oracle_open();
	struct v2p_oracle_region region;

	ASSERT_TRUE(oracle_region(oracle, 0, &region));
	kernel_virtual = region.start;
	ASSERT_EQ(0, oracle_truth(oracle, 0, kernel_virtual, &kernel_physical));
	close(oracle);
	fail_each(_metadata, kernel_address);
}

FAULT_TEST(map_in_parts)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = (uintptr_t)HERE, .length = RANGE,
	};
	struct v2p *v2p;

	ASSERT_EQ(0, v2p_open(&v2p));
	ASSERT_EQ(0, extents_map(v2p, v2p_pid(target.pid), &range, &expected));
	v2p_close(v2p);
	EXPECT_LT(1000, expected.count);
	fail_each(_metadata, map_in_parts);
}

TEST_HARNESS_MAIN
