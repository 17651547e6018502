// SPDX-License-Identifier: GPL-2.0
/*
 * Processes end, or execute another program, while they are asked: all of an answer
 * or an error, and nothing in between.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arch.h"
#include "concurrent.h"
#include "extents.h"
#include "fixture.h"

static pid_t start_short_life(void)
{
	pid_t pid = fork();

	if (!pid) {
		usleep(getpid() % 7 * 300);
		_exit(0);
	}
	return pid;
}

/* An answer or ESRCH, whatever the moment; the last reference is not v2p's. */
V2P_TEST(exiting)
{
	const time_t start = time(NULL);
	unsigned long answers = 0, gone = 0;
	uint64_t physical;

	while (keep_asking(start, answers && gone)) {
		pid_t pid = start_short_life();
		int err;

		do {
			err = v2p_virtual_to_physical(self->self.v2p, v2p_pid(pid),
						      (uintptr_t)&self->info, &physical);
			answers += !err || err == -ENXIO;
		} while (!err || err == -ENXIO);
		ASSERT_EQ(-ESRCH, err) {
			TH_LOG("%s", v2p_error(self->self.v2p));
		}
		gone++;
		ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	}
	EXPECT_LT(0, answers);
	EXPECT_LT(0, gone);
}

/* For a moment of each exec, the kernel has a process without a size. */
V2P_TEST(executing)
{
	const uint64_t virtual[] = {
		(uintptr_t)&self->info, kernel_symbol("_stext"), ARCH_NOWHERE,
	};
	unsigned long answers = 0;
	struct child child;
	time_t start;
	uint8_t status[3];
	const struct v2p_arrays arrays = { .size = sizeof(arrays), .status = status };

	ASSERT_LT(0, virtual[1]);
	run_on(1);
	if (child_start(&child)) {
		char *const argv[] = { "sh", "-c", "exec sh -c \"$0\" \"$0\"",
				       "exec sh -c \"$0\" \"$0\"", NULL };

		run_on(0);
		say_ready(&child);
		execvp("sh", argv);
		_exit(1);
	}
	ASSERT_TRUE(child_wait(&child));
	start = time(NULL);
	while (keep_asking(start, answers > 10)) {
		int err = v2p_translate(self->self.v2p, v2p_pid(child.pid), virtual, 3,
					&arrays);

		ASSERT_TRUE(!err || err == -ESRCH) {
			TH_LOG("%d %s", err, v2p_error(self->self.v2p));
		}
		if (err)
			continue;
		ASSERT_EQ(V2P_STATUS_INVALID, status[1]) {
			TH_LOG("the kernel's own address, after %lu answers", answers);
		}
		ASSERT_EQ(V2P_STATUS_INVALID, status[2]) {
			TH_LOG("a non-canonical address, after %lu answers", answers);
		}
		answers++;
	}
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	EXPECT_LT(10, answers);
	child_end(&child);
}

/* One page everywhere, so that the answer is long. */
#define LONG_SIZE (64 * HUGE_SIZE)

static void start_long(struct child *child)
{
	if (child_start(child)) {
		map_room(HERE, LONG_SIZE);
		read_all(HERE, LONG_SIZE);
		child_done(child);
		pause();
		_exit(0);
	}
}

/**
 * struct ending - how a process ends while its extents are taken
 * @child: the process
 * @end: what ends it
 * @taken: extents taken
 * @next: where the next is to be
 * @wrong: extents that were not what they must be
 */
struct ending {
	struct child *child;
	void (*end)(struct child *child);
	unsigned long taken;
	uint64_t next;
	unsigned long wrong;
};

static int take_and_end(const struct v2p_extent *extent, void *data)
{
	struct ending *ending = data;

	if (!ending->taken++)
		ending->end(ending->child);
	ending->wrong += extent->address != ending->next || extent->length != PAGE_SIZE ||
			 extent->status != V2P_STATUS_MAPPED;
	ending->next = extent_end(extent);
	return 0;
}

static void kill_it(struct child *child)
{
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
}

static void end_in_the_middle(struct v2p *v2p, struct child *child,
			      void (*end)(struct child *child), struct ending *ending,
			      int *err)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = (uintptr_t)HERE, .length = LONG_SIZE,
	};

	*ending = (struct ending) { .child = child, .end = end, .next = range.start };
	*err = v2p_map(v2p, v2p_pid(child->pid), &range, take_and_end, ending);
}

V2P_TEST(exit_in_the_middle)
{
	struct ending ending;
	struct child child;
	int err;

	start_long(&child);
	ASSERT_TRUE(child_wait(&child));
	end_in_the_middle(self->self.v2p, &child, kill_it, &ending, &err);
	EXPECT_EQ(-ESRCH, err);
	EXPECT_NE(NULL, strstr(v2p_error(self->self.v2p), "ended")) {
		TH_LOG("%s", v2p_error(self->self.v2p));
	}
	EXPECT_LT(1, ending.taken);
	EXPECT_GT(LONG_SIZE / PAGE_SIZE, ending.taken);
	EXPECT_EQ(0, ending.wrong);
	/* The handle is none the worse for it. */
	EXPECT_EQ(0, v2p_get_info(self->self.v2p, &self->info));
}

/* The process goes on, but what was asked is gone: it closes its end in exec. */
static void let_it_exec(struct child *child)
{
	char byte;

	if (write(child->to, "", 1) == 1 && read(child->from, &byte, 1) != 0)
		abort();
}

V2P_TEST(exec_in_the_middle)
{
	struct ending ending;
	struct child child;
	int err;

	if (child_start(&child)) {
		map_room(HERE, LONG_SIZE);
		read_all(HERE, LONG_SIZE);
		fcntl(child.to, F_SETFD, FD_CLOEXEC);
		child_done(&child);
		execlp("sleep", "sleep", "60", NULL);
		_exit(1);
	}
	ASSERT_TRUE(child_wait(&child));
	end_in_the_middle(self->self.v2p, &child, let_it_exec, &ending, &err);
	EXPECT_EQ(-ESRCH, err);
	EXPECT_LT(1, ending.taken);
	EXPECT_GT(LONG_SIZE / PAGE_SIZE, ending.taken);
	EXPECT_EQ(0, ending.wrong);
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	child_end(&child);
}

/* Whenever it ends: all of its extents or an error, and nothing in between. */
V2P_TEST(exit_at_any_time)
{
	const struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	const time_t start = time(NULL);
	unsigned long whole = 0, gone = 0;
	static struct extents list;

	while (keep_asking(start, whole && gone)) {
		pid_t pid = fork();
		int err;

		if (!pid) {
			usleep(getpid() % 7 * 300);
			_exit(0);
		}
		do {
			err = extents_map(self->self.v2p, v2p_pid(pid), &range, &list);
			whole += !err;
		} while (!err);
		ASSERT_EQ(-ESRCH, err) {
			TH_LOG("%d %s", err, v2p_error(self->self.v2p));
		}
		gone++;
		ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	}
	TH_LOG("%lu answers, %lu ends", whole, gone);
	EXPECT_LT(0, whole);
	EXPECT_LT(0, gone);
}

/* The first change of a whole address space is the one that its exec makes. */
V2P_TEST(exec_at_any_time)
{
	const struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	unsigned long whole = 0, gone = 0;
	static struct extents list;
	struct child child;
	time_t start;

	run_on(1);
	if (child_start(&child)) {
		char *const argv[] = { "sh", "-c", "exec sh -c \"$0\" \"$0\"",
				       "exec sh -c \"$0\" \"$0\"", NULL };

		run_on(0);
		say_ready(&child);
		execvp("sh", argv);
		_exit(1);
	}
	ASSERT_TRUE(child_wait(&child));
	for (start = time(NULL); keep_asking(start, whole);) {
		int err = extents_map(self->self.v2p, v2p_pid(child.pid), &range, &list);

		ASSERT_TRUE(!err || err == -ESRCH) {
			TH_LOG("%d %s", err, v2p_error(self->self.v2p));
		}
		whole += !err;
		gone += err != 0;
	}
	TH_LOG("%lu answers, %lu ends", whole, gone);
	EXPECT_LT(0, whole);
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	child_end(&child);
}

TEST_HARNESS_MAIN
