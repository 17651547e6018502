// SPDX-License-Identifier: GPL-2.0
/*
 * A reader stops in the middle of a long answer, or goes away. It keeps the module
 * loaded, but neither memory nor the process that it asked for.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <linux/netlink.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "caps.h"
#include "concurrent.h"
#include "extents.h"
#include "fixture.h"
#include "kernel_memory.h"
#include "wire.h"

/* So many extents, of one page that is everywhere, that the answer is long. */
#define LONG_SIZE (64 * HUGE_SIZE)

static struct wire wire;

FIXTURE(reader)
{
	struct child child;
	long users;
};

/* Whom to ask; it must not keep the reader's socket open. */
static bool start_target(struct child *child)
{
	if (!child_start(child))
		return false;
	wire_close(&wire);
	return true;
}

static void start_long(struct child *child)
{
	if (start_target(child)) {
		map_room(HERE, LONG_SIZE);
		read_all(HERE, LONG_SIZE);
		child_done(child);
		pause();
		_exit(0);
	}
}

FIXTURE_SETUP(reader)
{
	ASSERT_EQ(0, wire_open(&wire));
	self->users = module_users();
	ASSERT_LE(0, self->users);
	start_long(&self->child);
	ASSERT_TRUE(child_wait(&self->child));
}

FIXTURE_TEARDOWN(reader)
{
	child_end(&self->child);
	wire_close(&wire);
}

#define READER_TEST(name) TEST_F_TIMEOUT(reader, name, PATIENCE)

/* Asks for a long answer, and takes a little of it. */
static bool read_some(pid_t pid)
{
	wire_begin_map(&wire, pid);
	wire_put_range(&wire, (uintptr_t)HERE, LONG_SIZE);
	return !wire_dump(&wire) && wire_next(&wire) == 1 && wire_next(&wire) == 1;
}

/* Its other end. 0, or a negative errno. */
static int read_rest(unsigned int *messages)
{
	int ret;

	for (*messages = 0; (ret = wire_next(&wire)) == 1; (*messages)++)
		;
	return ret;
}

READER_TEST(takes_its_time)
{
	unsigned int messages;

	ASSERT_TRUE(read_some(self->child.pid));
	EXPECT_EQ(self->users + 1, module_users());
	usleep(300 * 1000);
	EXPECT_EQ(0, read_rest(&messages));
	EXPECT_LT(5, messages);
	EXPECT_TRUE(soon(users_are, self->users));
}

READER_TEST(closes_its_socket)
{
	ASSERT_TRUE(read_some(self->child.pid));
	EXPECT_EQ(self->users + 1, module_users());
	wire_close(&wire);
	EXPECT_TRUE(soon(users_are, self->users));
	ASSERT_EQ(0, wire_open(&wire));
}

READER_TEST(closes_its_socket_with_nothing_read)
{
	wire_begin_map(&wire, self->child.pid);
	wire_put_range(&wire, (uintptr_t)HERE, LONG_SIZE);
	ASSERT_EQ(0, wire_dump(&wire));
	EXPECT_EQ(self->users + 1, module_users());
	wire_close(&wire);
	EXPECT_TRUE(soon(users_are, self->users));
	ASSERT_EQ(0, wire_open(&wire));
}

/* Asks, over and over, for all there is. */
static void read_for_ever(const struct child *child, pid_t pid)
{
	unsigned int messages;

	for (;;) {
		wire_begin_map(&wire, pid);
		if (wire_dump(&wire))
			_exit(1);
		say_ready(child);
		if (read_rest(&messages))
			_exit(1);
	}
}

/* At some time or other, be it in the middle of a message. */
READER_TEST(is_killed)
{
	unsigned int i;

	wire_close(&wire);
	for (i = 0; i < 40; i++) {
		struct child reader;

		if (child_start(&reader)) {
			if (wire_open(&wire))
				_exit(1);
			read_for_ever(&reader, i % 2 ? self->child.pid : 0);
		}
		ASSERT_TRUE(child_wait(&reader));
		usleep(i * 997 % 20000);
		ASSERT_EQ(0, waitpid(reader.pid, NULL, WNOHANG));
		child_end(&reader);
	}
	EXPECT_TRUE(soon(users_are, self->users));
	ASSERT_EQ(0, wire_open(&wire));
}

/* None is kept at hand for anybody. */
static long free_huge_pages(void)
{
	return meminfo("HugePages_Free");
}

/* A target's memory is free as soon as it is gone, whoever has asked for it. */
READER_TEST(stalls_while_its_target_exits)
{
	const long before = free_huge_pages();
	unsigned int messages;
	struct child child;

	ASSERT_LE(16, before);
	if (start_target(&child)) {
		char *area = mmap(THERE, 16 * HUGE_SIZE, RW,
				  ANON | MAP_FIXED | MAP_HUGETLB, -1, 0);

		if (area == MAP_FAILED)
			_exit(1);
		fill(area, 16 * HUGE_SIZE);
		map_room(HERE, LONG_SIZE);
		read_all(HERE, LONG_SIZE);
		child_done(&child);
		pause();
		_exit(0);
	}
	ASSERT_TRUE(child_wait(&child));
	ASSERT_EQ(before - 16, free_huge_pages());
	ASSERT_TRUE(read_some(child.pid));
	child_end(&child);
	EXPECT_EQ(before, free_huge_pages());
	/* All that while, the dump was under way. */
	EXPECT_EQ(self->users + 1, module_users());
	EXPECT_EQ(-ESRCH, read_rest(&messages));
	EXPECT_NE(NULL, strstr(wire.words, "ended")) {
		TH_LOG("%s", wire.words);
	}
	EXPECT_TRUE(soon(users_are, self->users));
}

/*
 * A part is made while the one before it is received. So one more comes, of memory that
 * has gone, and nothing that was made after that; the library says so at its end.
 */
READER_TEST(reads_what_was_made_before_its_target_ended)
{
	const uint8_t *status;
	size_t length;

	ASSERT_TRUE(read_some(self->child.pid));
	child_end(&self->child);
	EXPECT_EQ(1, wire_next(&wire));
	status = wire_get(&wire, V2P_A_STATUS, &length);
	ASSERT_NE(NULL, status);
	EXPECT_LT(100, length);
	EXPECT_EQ(V2P_STATUS_MAPPED, status[0]);
	EXPECT_EQ(V2P_STATUS_MAPPED, status[length - 1]);
	EXPECT_EQ(-ESRCH, wire_next(&wire));
	EXPECT_TRUE(soon(users_are, self->users));
	start_long(&self->child);
	ASSERT_TRUE(child_wait(&self->child));
}

/**
 * struct last - what the target of a v2p_map() goes through
 * @child: the target
 * @end: it is ended by the extent that ends there, which is the last
 */
struct last {
	struct child *child;
	uint64_t end;
};

static int end_at_last(const struct v2p_extent *extent, void *data)
{
	struct last *last = data;

	if (extent->address + extent->length == last->end)
		child_end(last->child);
	return 0;
}

READER_TEST(library_says_that_its_target_ended)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = (uintptr_t)HERE, .length = LONG_SIZE,
	};
	struct last last = { .child = &self->child, .end = (uintptr_t)HERE + LONG_SIZE };
	struct v2p *v2p;

	ASSERT_EQ(0, v2p_open(&v2p));
	EXPECT_EQ(-ESRCH, v2p_map(v2p, v2p_pid(self->child.pid), &range, end_at_last, &last));
	EXPECT_NE(NULL, strstr(v2p_error(v2p), "process")) {
		TH_LOG("%s", v2p_error(v2p));
	}
	v2p_close(v2p);
	start_long(&self->child);
	ASSERT_TRUE(child_wait(&self->child));
}

/* Its memory is another from then on; the dump does not go on with that. */
READER_TEST(stalls_while_its_target_executes)
{
	char *const argv[] = { "sleep", "60", NULL };
	unsigned int messages;
	struct child child;

	if (start_target(&child)) {
		map_room(HERE, LONG_SIZE);
		read_all(HERE, LONG_SIZE);
		child_done(&child);
		/* Its end of the pipe closes when it has happened. */
		fcntl(child.to, F_SETFD, FD_CLOEXEC);
		execvp(argv[0], argv);
		_exit(1);
	}
	ASSERT_TRUE(child_wait(&child));
	ASSERT_TRUE(read_some(child.pid));
	ASSERT_FALSE(child_next(&child));
	EXPECT_EQ(-ESRCH, read_rest(&messages));
	EXPECT_NE(NULL, strstr(wire.words, "ended")) {
		TH_LOG("%s", wire.words);
	}
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	child_end(&child);
	EXPECT_TRUE(soon(users_are, self->users));
}

/* For a child: many requests in one call, each of which goes through all of a range. */
static void ask_many(const struct child *child, unsigned int count)
{
	static char requests[4096];
	struct nlmsghdr *const request = (void *)wire.request;
	size_t length = 0;

	if (wire_open(&wire))
		_exit(1);
	map_room(HERE, LONG_SIZE);
	read_all(HERE, LONG_SIZE);
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)HERE, LONG_SIZE);
	wire_put_u32(&wire, V2P_A_STATES, 1u << V2P_STATUS_DEVICE);
	request->nlmsg_len = wire.length;
	request->nlmsg_flags = NLM_F_REQUEST;
	for (; count--; length += wire.length)
		memcpy(requests + length, request, wire.length);
	child_done(child);
	if (send(wire.fd, requests, length, 0) != (ssize_t)length)
		_exit(2);
	_exit(0);
}

static long processor_time(clockid_t clock)
{
	struct timespec time = {};

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static long microseconds(const struct timeval *time)
{
	return time->tv_sec * 1000000 + time->tv_usec;
}

/*
 * Microseconds of the processor's that one call takes with as many requests as are
 * answered in one, of a reader that is killed after so many, or -1.
 */
static long cost_until_killed(long most)
{
	struct child reader;
	struct rusage usage;
	clockid_t clock;
	long begun;
	int status;

	if (child_start(&reader))
		ask_many(&reader, V2P_MAX_IN_A_SEND);
	if (!child_wait(&reader) || clock_getcpuclockid(reader.pid, &clock))
		return -1;
	begun = processor_time(clock);
	say_ready(&reader);
	while (processor_time(clock) < begun + most &&
	       !child_has_ended(&reader))
		usleep(50);
	kill(reader.pid, SIGKILL);
	if (wait4(reader.pid, &status, 0, &usage) != reader.pid)
		return -1;
	close(reader.to);
	close(reader.from);
	return microseconds(&usage.ru_utime) + microseconds(&usage.ru_stime) - begun;
}

#define ATTEMPTS 40

/* Who is killed does not take the rest of what it asked for to end; once is enough. */
READER_TEST(is_killed_in_a_long_call)
{
	long whole, killed, least = LONG_MAX;
	unsigned int i;

	wire_close(&wire);
	whole = cost_until_killed(LONG_MAX / 2);
	ASSERT_LT(0, whole);
	for (i = 0; i < ATTEMPTS && least > whole / 2; i++) {
		killed = cost_until_killed(whole / 8);
		ASSERT_LE(0, killed);
		least = killed < least ? killed : least;
	}
	TH_LOG("%ld us for a call, %ld us for one that was killed, the %u. time", whole, least, i);
	EXPECT_GE(whole / 2, least);
	ASSERT_EQ(0, wire_open(&wire));
}

#define NAMESPACES "/proc/sys/user/max_user_namespaces"

/* For a child: another program, with extents for many parts, in a namespace if it gets one. */
static void run_in_namespace(const struct child *child)
{
	if (!become_nobody() || unshare(CLONE_NEWUSER) || dup2(child->from, STDIN_FILENO) < 0 ||
	    dup2(child->to, STDOUT_FILENO) < 0)
		_exit(1);
	execl("./many_extents", "many_extents", "20000", NULL);
	_exit(1);
}

static struct child in_namespace;

/* A namespace goes some time after its last process. */
static bool starts_in_namespace(long unused)
{
	if (child_start(&in_namespace))
		run_in_namespace(&in_namespace);
	if (child_wait(&in_namespace))
		return true;
	child_end(&in_namespace);
	return false;
}

/*
 * What hangs on the address space lasts as long as an abandoned dump of it, its user
 * namespace among it where that is the address space's, and no longer.
 */
READER_TEST(keeps_the_user_namespace_no_longer_than_its_dump)
{
	struct child first;
	bool kept = true;
	unsigned int i;
	char before[32];

	ASSERT_EQ(0, read_file(NAMESPACES, before, sizeof(before)));
	ASSERT_EQ(0, write_file(NAMESPACES, "1"));
	ASSERT_TRUE(soon(starts_in_namespace, 0));
	first = in_namespace;
	EXPECT_FALSE(starts_in_namespace(0));
	wire_begin_map(&wire, first.pid);
	EXPECT_EQ(0, wire_dump(&wire));
	EXPECT_EQ(self->users + 1, module_users());
	child_end(&first);
	/* What is free at once is seen so in this time. */
	for (i = 0; kept && i < 50; i++) {
		usleep(10 * 1000);
		kept = !starts_in_namespace(0);
	}
	TH_LOG("the namespace of a process that has ended is %s", kept ? "kept" : "free");
	wire_close(&wire);
	ASSERT_EQ(0, wire_open(&wire));
	if (kept)
		EXPECT_TRUE(soon(starts_in_namespace, 0));
	child_end(&in_namespace);
	EXPECT_EQ(0, write_file(NAMESPACES, before));
}

static bool mms_are_at_most(long count)
{
	return kernel_objects("mm_struct ") <= count;
}

/* Neither the process's nor the dump's own memory is left behind. */
READER_TEST(leaves_nothing_behind)
{
	const unsigned int rounds = 400;
	long before = kernel_objects("mm_struct ");
	unsigned int i;

	if (before < 0)
		SKIP(return, "the kernel counts its objects nowhere");
	if (has_kasan())
		SKIP(return, "KASAN keeps what was freed, for a time");
	for (i = 0; i < rounds; i++) {
		struct child child;

		if (start_target(&child)) {
			child_done(&child);
			pause();
			_exit(0);
		}
		ASSERT_TRUE(child_wait(&child));
		wire_begin_map(&wire, child.pid);
		ASSERT_EQ(0, wire_dump(&wire));
		if (i % 2)
			child_end(&child);
		wire_close(&wire);
		if (!(i % 2))
			child_end(&child);
		ASSERT_EQ(0, wire_open(&wire));
	}
	EXPECT_TRUE(soon(users_are, self->users));
	/* Some are kept at hand for the next process. */
	EXPECT_TRUE(soon(mms_are_at_most, before + rounds / 4)) {
		TH_LOG("%ld before, %ld after", before, kernel_objects("mm_struct "));
	}
}

/* Another process may go on with a socket: it was asked when the dump began. */
READER_TEST(hands_over)
{
	unsigned int messages;
	pid_t other;
	int status;

	ASSERT_TRUE(read_some(self->child.pid));
	other = fork();
	if (!other)
		_exit(read_rest(&messages) || messages < 5);
	ASSERT_EQ(other, waitpid(other, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_TRUE(soon(users_are, self->users));
}

/* Not while it is in use; right after, it can. */
READER_TEST(and_the_module_goes)
{
	bool gone = false;
	unsigned int i;

	ASSERT_TRUE(read_some(self->child.pid));
	EXPECT_EQ(-EWOULDBLOCK, unload_module("v2p"));
	EXPECT_EQ(1, wire_next(&wire));
	wire_close(&wire);
	for (i = 0; i < 500 && !gone; i++) {
		gone = !unload_module("v2p");
		usleep(10 * 1000);
	}
	EXPECT_TRUE(gone);
	ASSERT_TRUE(load_module("v2p"));
	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_TRUE(read_some(self->child.pid));
}

TEST_HARNESS_MAIN
