// SPDX-License-Identifier: GPL-2.0
/* The memory that callers can make the kernel spend, and who is charged for it. */
#include <errno.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "kernel_memory.h"
#include "resource.h"

/*
 * The most that a message takes, with what surrounds its bytes: a translation of
 * V2P_NETLINK_MAX_BATCH addresses with all fields, and a part of a dump.
 */
#define LARGEST_MESSAGE (65 * 1024)
#define LARGEST_PART (33 * 1024)

/* Bytes that wait in a socket, with what surrounds them, and the bytes that may. */
static bool queued(int fd, size_t *bytes, size_t *room)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t length = sizeof(info);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &length))
		return false;
	*bytes = info[SK_MEMINFO_RMEM_ALLOC];
	*room = info[SK_MEMINFO_RCVBUF];
	return true;
}

static bool anonymous_is_at_most(long kib)
{
	return meminfo("AnonPages") <= kib;
}

static bool slab_is_at_most(long kib)
{
	return meminfo("Slab") <= kib;
}

#define KEPT_HUGE 16
#define KEPT_SMALL (8 * HUGE_SIZE)

/* For a child: has memory of all kinds. */
static void have_memory(const struct child *child)
{
	char *huge = mmap(NULL, KEPT_HUGE * HUGE_SIZE, RW, ANON | MAP_HUGETLB, -1, 0);
	char *small = map_small(KEPT_SMALL);

	if (huge == MAP_FAILED || !small)
		_exit(1);
	fill(huge, KEPT_HUGE * HUGE_SIZE);
	fill(small, KEPT_SMALL);
	map_room(HERE, LONG_SIZE);
	read_all(HERE, LONG_SIZE);
	child_done(child);
	pause();
	_exit(0);
}

/* A dump on a socket of its own, of which one message is read. Returns the socket. */
static int abandon_dump(pid_t pid)
{
	if (wire_open(&wire))
		return -1;
	begin_long(&wire, pid);
	if (!wire_dump(&wire) && wire_next(&wire) == 1)
		return wire.fd;
	wire_close(&wire);
	return -1;
}

/**
 * struct round - a thousand dumps that were abandoned
 * @slab: the kernel's memory meanwhile, in KiB
 * @objects: what the kernel had of small objects after it
 * @waiting: bytes that waited in all sockets
 * @most: bytes that waited in one
 * @room: bytes that may
 */
struct round {
	long slab;
	long objects;
	size_t waiting;
	size_t most;
	size_t room;
};

/* Whether the target's memory went with it, while a thousand were reading of it. */
static bool abandon_a_thousand(struct round *round)
{
	const long users = module_users(), huge = meminfo("HugePages_Free");
	const long anonymous = meminfo("AnonPages");
	static int sockets[SOCKETS];
	bool good = true;
	struct child child;
	unsigned int i;
	size_t bytes = 0;

	if (child_start(&child))
		have_memory(&child);
	if (!child_wait(&child) || meminfo("HugePages_Free") != huge - KEPT_HUGE ||
	    meminfo("AnonPages") < anonymous + (long)(KEPT_SMALL / 1024) / 2)
		return false;
	for (i = 0; i < SOCKETS; i++) {
		sockets[i] = abandon_dump(child.pid);
		good &= sockets[i] >= 0 && queued(sockets[i], &bytes, &round->room);
		round->most = bytes > round->most ? bytes : round->most;
		round->waiting += bytes;
	}
	good &= module_users() == users + SOCKETS;
	round->slab = meminfo("Slab");
	child_end(&child);

	good &= soon(anonymous_is_at_most, anonymous + KEPT_SMALL / 1024 / 8);
	good &= meminfo("HugePages_Free") == huge;
	good &= module_users() == users + SOCKETS;
	if (!good)
		printf("# AnonPages %ld, then %ld; HugePages_Free %ld, then %ld; users %ld, then %ld\n",
		       anonymous, meminfo("AnonPages"), huge, meminfo("HugePages_Free"),
		       users, module_users());

	for (i = 0; i < SOCKETS; i++)
		if (sockets[i] >= 0)
			close(sockets[i]);
	good &= soon(users_are, users);
	round->objects = kernel_objects("kmalloc-cg-");
	return good;
}

V2P_TEST(a_thousand_abandoned_dumps)
{
	struct round first = {}, next = {};
	const long before = meminfo("Slab");
	long slab;

	if (has_kasan())
		SKIP(return, "KASAN keeps what was freed, for a time");
	ASSERT_TRUE(raise_limit());
	ASSERT_TRUE(abandon_a_thousand(&first));
	slab = meminfo("Slab");
	ASSERT_TRUE(abandon_a_thousand(&next));
	TH_LOG("Slab: %ld kB before, %ld kB meanwhile, %ld kB after it, %ld kB after it again",
	       before, first.slab, slab, meminfo("Slab"));
	TH_LOG("waiting: %zu bytes, at most %zu of %zu in a socket; objects after it: %ld, %ld",
	       next.waiting, next.most, next.room, first.objects, next.objects);
	/* At least a message waits, in memory that is its reader's socket's. */
	EXPECT_LT(0, next.most);
	EXPECT_GE(next.room + LARGEST_MESSAGE, next.most);
	/* A quarter of the messages, or half of the dumps, would show. */
	EXPECT_TRUE(soon(slab_is_at_most, slab + 8 * SOCKETS));
	if (first.objects >= 0)
		EXPECT_GE(first.objects + SOCKETS / 2, next.objects);
}

/* A question for so many addresses, with all fields. */
static void begin_translate(unsigned int count)
{
	static uint64_t addresses[2048];
	unsigned int i;

	for (i = 0; i < count; i++)
		addresses[i] = (uintptr_t)&wire;
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put_u32(&wire, V2P_A_FIELDS, V2P_FIELD_MASK);
	wire_put(&wire, V2P_A_VIRTUAL, addresses, count * sizeof(addresses[0]));
}

/* It is asked, but no answer is taken. */
static int send_translate(unsigned int count)
{
	begin_translate(count);
	return wire_send(&wire);
}

static uint32_t max_batch(void)
{
	const uint32_t *batch;
	size_t length;

	batch = wire_info(&wire) ? NULL : wire_get(&wire, V2P_A_MAX_BATCH, &length);
	return batch ? *batch : 0;
}

V2P_TEST(the_largest_answers)
{
	size_t translation, part, room;
	uint32_t batch;

	ASSERT_EQ(0, wire_open(&wire));
	batch = max_batch();
	ASSERT_LT(0, batch);
	ASSERT_EQ(0, send_translate(batch));
	ASSERT_TRUE(queued(wire.fd, &translation, &room));
	ASSERT_EQ(1, wire_next(&wire));
	map_room(HERE, LONG_SIZE);
	read_all(HERE, LONG_SIZE);
	begin_long(&wire, getpid());
	/* The first part is as small as the reader's buffer was before. */
	ASSERT_EQ(0, wire_dump(&wire));
	ASSERT_EQ(1, wire_next(&wire));
	ASSERT_EQ(1, wire_next(&wire));
	ASSERT_TRUE(queued(wire.fd, &part, &room));
	TH_LOG("bytes: %zu of a translation, %zu of a dump, %zu may wait", translation, part,
	       room);
	EXPECT_LT(8 * 1024, translation);
	EXPECT_GE(LARGEST_MESSAGE, translation);
	EXPECT_LT(8 * 1024, part);
	EXPECT_GE(LARGEST_PART, part);
	wire_close(&wire);
}

/* Who takes no answers is refused more; those that wait are right, and then it goes on. */
V2P_TEST(unread_answers)
{
	unsigned int answers = 0, refused = 0;
	size_t bytes, room, length, most = 0;
	const uint8_t *status;
	uint32_t batch;
	unsigned int i;
	int ret;

	ASSERT_EQ(0, wire_open(&wire));
	batch = max_batch();
	for (i = 0; i < 200; i++) {
		ret = send_translate(batch);
		ASSERT_TRUE(!ret || ret == -ENOBUFS);
		ASSERT_TRUE(queued(wire.fd, &bytes, &room));
		most = bytes > most ? bytes : most;
	}
	EXPECT_GE(room + LARGEST_MESSAGE, most);
	for (i = 0; i < 400 && queued(wire.fd, &bytes, &room); i++) {
		ret = bytes ? wire_next(&wire) : 0;
		if (ret == -ENOBUFS) {
			refused++;
			continue;
		}
		if (ret != 1)
			break;
		status = wire_get(&wire, V2P_A_STATUS, &length);
		ASSERT_NE(NULL, status);
		ASSERT_EQ(batch, length);
		EXPECT_EQ(V2P_STATUS_MAPPED, status[0]);
		EXPECT_EQ(V2P_STATUS_MAPPED, status[batch - 1]);
		answers++;
	}
	EXPECT_EQ(0, ret);
	TH_LOG("%u answers waited, %zu bytes of %zu", answers, most, room);
	EXPECT_LT(0, answers);
	EXPECT_GT(200, answers);
	EXPECT_LT(0, refused);
	ret = wire_translate_pid(&wire, getpid(), (uintptr_t)&wire);
	if (ret == -ENOBUFS)
		ret = wire_translate_pid(&wire, getpid(), (uintptr_t)&wire);
	EXPECT_EQ(0, ret);
	EXPECT_TRUE(is_mapped(&wire));
	wire_close(&wire);
}

/* A memory cgroup of our own, in a hierarchy that only we see. */
#define GROUPS "/tmp/v2p-groups"
#define GROUP GROUPS "/v2p"

static bool make_group(void)
{
	mkdir(GROUPS, 0700);
	if (mount("none", GROUPS, "cgroup2", 0, NULL))
		return false;
	if (write_file(GROUPS "/cgroup.subtree_control", "+memory") ||
	    (mkdir(GROUP, 0700) && errno != EEXIST)) {
		umount(GROUPS);
		return false;
	}
	return true;
}

static void remove_group(void)
{
	rmdir(GROUP);
	umount(GROUPS);
}

/* Of the kernel's small objects, what the group is charged with. */
static long charged(void)
{
	static char text[16384];
	const char *at;

	if (read_file(GROUP "/memory.stat", text, sizeof(text)))
		return -1;
	at = strstr(text, "slab_unreclaimable ");
	return at ? atol(at + strlen("slab_unreclaimable ")) : -1;
}

static bool charged_at_least(long bytes)
{
	return charged() >= bytes;
}

/* What a dump keeps between its messages: struct dump, which has the words of an error. */
#define DUMP_BYTES 128
/* And the memory that it looks for: struct v2p_frames. */
#define FRAMES_BYTES 3072

/* @argument: physical memory that is looked for, or NULL */
static int charge_dumps(void *argument)
{
	const long each = DUMP_BYTES + (argument ? FRAMES_BYTES : 0);
	static int sockets[SOCKETS];
	size_t bytes, room, waiting = 0;
	long before = 0, after;
	unsigned int i;

	if (write_file(GROUP "/cgroup.procs", "0") || !raise_limit())
		return 10;
	map_room(HERE, LONG_SIZE);
	read_all(HERE, LONG_SIZE);
	for (i = 0; i < SOCKETS; i++) {
		if (wire_open(&wire))
			return 11;
		sockets[i] = wire.fd;
	}
	/* Counts may lag by two seconds. */
	do {
		after = before;
		usleep(2500 * 1000);
		before = charged();
	} while (before != after);
	for (i = 0; i < SOCKETS; i++) {
		wire.fd = sockets[i];
		begin_long(&wire, getpid());
		if (argument)
			wire_put(&wire, V2P_A_PHYSICAL_RANGES, argument, 2 * sizeof(uint64_t));
		if (wire_dump(&wire) || !queued(wire.fd, &bytes, &room))
			return 12;
		waiting += bytes;
	}
	if (!soon(charged_at_least, before + SOCKETS * each))
		return 13;
	printf("# charged: %ld bytes before, %ld with %u dumps, of which %zu bytes wait\n", before,
	       charged(), SOCKETS, waiting);
	fflush(stdout);
	return waiting <= SOCKETS * (room + LARGEST_PART) ? 0 : 14;
}

/* What a descriptor keeps: a struct file and what goes with it. */
#define SPACE_BYTES 256

static int charge_spaces(void *argument)
{
	struct v2p *v2p;
	long before;
	unsigned int i;

	if (write_file(GROUP "/cgroup.procs", "0") || !raise_limit() || v2p_open(&v2p))
		return 30;
	/* Counts may lag by two seconds. */
	usleep(2500 * 1000);
	before = charged();
	for (i = 0; i < SOCKETS; i++)
		if (v2p_space_open(v2p, v2p_pid(getpid())) < 0)
			return 31;
	if (!soon(charged_at_least, before + SOCKETS * SPACE_BYTES))
		return 32;
	printf("# charged: %ld bytes before, %ld with %u descriptors\n", before, charged(), SOCKETS);
	fflush(stdout);
	return 0;
}

/* In so many sockets so many answers wait, or what fills half of one. */
#define UNREAD 25
#define UNREAD_EACH 40

/* All memory that the group is charged with. */
static long charged_in_all(void)
{
	char text[32];

	return read_file(GROUP "/memory.current", text, sizeof(text)) ? -1 : atol(text);
}

static void ask_translate(void)
{
	begin_translate(10);
}

static void ask_large_translate(void)
{
	begin_translate(1024);
}

static void ask_walk(void)
{
	wire_begin(&wire, V2P_CMD_WALK);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put_u64(&wire, V2P_A_ADDRESS, (uintptr_t)HERE);
}

static void ask_map_of_a_page(void)
{
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)HERE, PAGE_SIZE);
}

static void ask_map_of_many(void)
{
	begin_long(&wire, getpid());
}

/* There may be much, but is not. */
static void ask_map_of_nothing(void)
{
	begin_long(&wire, getpid());
	wire_put_u32(&wire, V2P_A_STATES, 1U << V2P_STATUS_DEVICE);
}

static void ask_info(void)
{
	wire_begin(&wire, V2P_CMD_INFO);
}

static const struct question {
	const char *name;
	void (*ask)(void);
} questions[] = {
	{ "translations", ask_translate },
	{ "large translations", ask_large_translate },
	{ "walks", ask_walk },
	{ "maps of a page", ask_map_of_a_page },
	{ "maps of many extents", ask_map_of_many },
	{ "maps of nothing", ask_map_of_nothing },
	{ "info", ask_info },
};

static bool leave_unread(const struct question *question, size_t *waiting)
{
	size_t bytes = 0, room = 1;
	unsigned int i;

	if (wire_open(&wire))
		return false;
	for (i = 0; i < UNREAD_EACH && bytes < room / 2 + 1; i++) {
		question->ask();
		if (wire_send(&wire) || !queued(wire.fd, &bytes, &room))
			return false;
	}
	*waiting += bytes;
	return true;
}

static int charge_answers(void *argument)
{
	const struct question *question = argument;
	long before, after;
	size_t waiting = 0;
	unsigned int i;

	printf("# %s that nobody reads\n", question->name);
	if (write_file(GROUP "/cgroup.procs", "0") || !raise_limit())
		return 20;
	map_room(HERE, LONG_SIZE);
	read_all(HERE, LONG_SIZE);
	/* What a first question alone takes is not counted. */
	if (!leave_unread(question, &waiting))
		return 21;
	waiting = 0;
	before = charged_in_all();
	for (i = 0; i < UNREAD; i++)
		if (!leave_unread(question, &waiting))
			return 22;
	after = charged_in_all();
	printf("# charged: %ld bytes before, %ld with %zu bytes of answers that wait\n",
	       before, after, waiting);
	fflush(stdout);
	/* What was charged beforehand for what may come next is a little. */
	return waiting > UNREAD * UNREAD_EACH * 256 && after - before >= (long)waiting / 5 * 4 ?
	       0 : 23;
}

/*
 * The group is charged for answers, and for what a dump or a descriptor keeps. The parts of a dump are
 * made by netlink itself, and are not the group's in any kernel so far, but the socket's:
 * it takes no more than its buffer.
 */
V2P_TEST(a_memory_cgroup_is_charged)
{
	uint64_t everything[] = { 0, UINT64_MAX };
	unsigned int i;

	if (!make_group())
		SKIP(return, "the kernel has no memory cgroups");
	EXPECT_EQ(0, in_child(charge_dumps, NULL));
	EXPECT_EQ(0, in_child(charge_dumps, everything));
	EXPECT_EQ(0, in_child(charge_spaces, NULL));
	for (i = 0; i < ARRAY_SIZE(questions); i++)
		EXPECT_EQ(0, in_child(charge_answers, (void *)&questions[i]));
	remove_group();
}

TEST_HARNESS_MAIN
