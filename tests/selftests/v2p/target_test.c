// SPDX-License-Identifier: GPL-2.0
/* Whom one may ask: processes, threads, namespaces; and what is no target. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "extents.h"
#include "fixture.h"
#include "compat32.h"

#define PAGES 16
#define SIZE (PAGES * PAGE_SIZE)

V2P_TEST(self)
{
	char *area = map_small(SIZE);
	struct seen seen;

	fill(area, SIZE);
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MAPPED]);
}

V2P_TEST(another_process)
{
	char *area = map_small(SIZE);
	struct child child;
	struct asked other;
	struct seen seen;

	if (child_start(&child)) {
		fill(area, SIZE);
		child_done(&child);
		_exit(0);
	}
	ASSERT_TRUE(child_wait(&child));
	other = (struct asked) { self->self.v2p, child.pid, pagemap_open(child.pid) };
	ASSERT_TRUE(matches_pagemap(&other, area, SIZE, 1, &seen));
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MAPPED]);
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_NONE]);
	child_end(&child);
}

static void *say_tid(void *argument)
{
	const struct child *child = argument;
	pid_t tid = syscall(SYS_gettid);

	if (write(child->to, &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	pause();
	return NULL;
}

/* A process with a second thread; its id, and whether the first one stays. */
static pid_t start_threads(struct child *child, bool leader_stays)
{
	pthread_t thread;
	pid_t tid;

	if (child_start(child)) {
		pthread_create(&thread, NULL, say_tid, child);
		if (!leader_stays)
			syscall(SYS_exit, 0);
		pause();
		_exit(0);
	}
	return read(child->from, &tid, sizeof(tid)) == sizeof(tid) ? tid : -1;
}

V2P_TEST(a_thread_of_another_process)
{
	char *area = map_small(SIZE);
	struct child child;
	struct asked other;
	struct seen seen;
	pid_t tid;

	fill(area, SIZE);
	tid = start_threads(&child, true);
	ASSERT_LT(0, tid);
	ASSERT_NE(child.pid, tid);
	other = (struct asked) { self->self.v2p, tid, pagemap_open(child.pid) };
	ASSERT_TRUE(matches_pagemap(&other, area, SIZE, 1, &seen));
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MAPPED]);
	child_end(&child);
}

static bool is_dead(pid_t pid)
{
	char path[32], text[256];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	return !read_file(path, text, sizeof(text)) && strstr(text, ") Z ");
}

V2P_TEST(a_thread_that_outlives_the_first)
{
	char *area = map_small(SIZE);
	struct child child;
	struct asked other;
	struct seen seen;
	unsigned int i;
	pid_t tid;

	fill(area, SIZE);
	tid = start_threads(&child, false);
	ASSERT_LT(0, tid);
	for (i = 0; i < 1000 && !is_dead(child.pid); i++)
		usleep(10 * 1000);
	ASSERT_TRUE(is_dead(child.pid));
	other = (struct asked) { self->self.v2p, tid, pagemap_open(tid) };
	ASSERT_TRUE(matches_pagemap(&other, area, SIZE, 1, &seen));
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MAPPED]);
	/* The process goes on, so its own id is as good. */
	other.pid = child.pid;
	ASSERT_TRUE(matches_pagemap(&other, area, SIZE, 1, &seen));
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MAPPED]);
	child_end(&child);
}

/* What v2p says of a pid; *words are those of the kernel. */
static int ask_pid(struct v2p *v2p, pid_t pid, const char **words)
{
	uint64_t physical;
	int err = v2p_virtual_to_physical(v2p, v2p_pid(pid), (uintptr_t)&physical, &physical);

	*words = v2p_error(v2p);
	return err;
}

static void become_compat32(const struct child *child, int memory)
{
	if (dup2(memory, 0) == 0 && dup2(child->to, 1) == 1 &&
	    personality(ADDR_LIMIT_3GB) != -1)
		execl("./compat32", "compat32", NULL);
	_exit(errno);
}

/* What the kernel notes as the end of an address space at exec is not where it ends. */
V2P_TEST(a_32_bit_process_that_grows)
{
	const int memory = memfd_create("memory", 0);
	const struct v2p_range whole = { .size = sizeof(whole), .length = V2P_TO_THE_END };
	struct v2p_translation ours, theirs;
	struct extents list = {};
	struct child child;
	char *page;
	int status;

#ifndef __x86_64__
	SKIP(return, "the program for 32 bits is x86's");
#endif
	ASSERT_EQ(0, ftruncate(memory, PAGE_SIZE));
	page = mmap(NULL, PAGE_SIZE, RW, MAP_SHARED, memory, 0);
	*page = 1;
	ASSERT_EQ(0, mlock(page, PAGE_SIZE));
	if (child_start(&child))
		become_compat32(&child, memory);
	close(memory);
	if (!child_wait(&child)) {
		ASSERT_EQ(child.pid, waitpid(child.pid, &status, WNOHANG));
		ASSERT_EQ(ENOEXEC, WEXITSTATUS(status));
		SKIP(return, "the kernel is built without IA32_EMULATION");
	}

	ASSERT_ASK(page, &ours);
	ASSERT_EQ(V2P_STATUS_MAPPED, ours.status);
	ASSERT_TRUE(ask(&(struct asked) { self->self.v2p, child.pid, -1 },
			(void *)COMPAT32_ADDRESS, &theirs));
	EXPECT_EQ(V2P_STATUS_MAPPED, theirs.status);
	EXPECT_EQ(ours.physical, theirs.physical);
	ASSERT_EQ(0, extents_map(self->self.v2p, v2p_pid(child.pid), &whole, &list));
	EXPECT_NE(NULL, extents_find(&list, COMPAT32_ADDRESS));
	child_end(&child);
}

V2P_TEST(kernel_thread)
{
	const char *words;

	EXPECT_EQ(-EINVAL, ask_pid(self->self.v2p, 2, &words));
	EXPECT_NE(NULL, strstr(words, "kernel thread")) {
		TH_LOG("%s", words);
	}
}

V2P_TEST(zombie)
{
	const char *words;
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	ASSERT_EQ(0, waitid(P_PID, pid, NULL, WEXITED | WNOWAIT));
	EXPECT_EQ(-ESRCH, ask_pid(self->self.v2p, pid, &words));
	EXPECT_NE(NULL, strstr(words, "exited")) {
		TH_LOG("%s", words);
	}
	waitpid(pid, NULL, 0);
	EXPECT_EQ(-ESRCH, ask_pid(self->self.v2p, pid, &words));
	EXPECT_NE(NULL, strstr(words, "no such process")) {
		TH_LOG("%s", words);
	}
}

V2P_TEST(no_such_process)
{
	static const pid_t pids[] = { 0, -1, INT_MAX, INT_MIN, 4194304 };
	const char *words;
	unsigned int i;

	for (i = 0; i < sizeof(pids) / sizeof(*pids); i++) {
		int err = ask_pid(self->self.v2p, pids[i], &words);

		EXPECT_TRUE(err == -ESRCH || err == -EINVAL) {
			TH_LOG("pid %d: %d, %s", pids[i], err, words);
		}
		EXPECT_STRNE("", words);
	}
}

/* An error is forgotten by the next call. */
V2P_TEST(an_error_does_not_stick)
{
	const char *words;

	EXPECT_NE(0, ask_pid(self->self.v2p, 2, &words));
	EXPECT_EQ(0, ask_pid(self->self.v2p, getpid(), &words));
	EXPECT_STREQ("", words);
}

/* Runs as the first process of a namespace; returns the step that failed. */
static int ask_in_pid_namespace(void *argument)
{
	struct asked me = *(const struct asked *)argument, other = me;
	char *area = map_small(SIZE);
	const char *words;
	struct child child;
	struct seen seen;

	if (getpid() != 1)
		return 1;
	me.pid = 1;
	me.pagemap = open("/proc/self/pagemap", O_RDONLY);
	fill(area, SIZE);
	if (!matches_pagemap(&me, area, SIZE, 1, &seen) || seen.status[V2P_STATUS_MAPPED] != PAGES)
		return 2;
	if (child_start(&child)) {
		fill(area, SIZE);
		me.pagemap = open("/proc/self/pagemap", O_RDONLY);
		me.pid = getpid();
		if (!matches_pagemap(&me, area, SIZE, 1, &seen))
			_exit(1);
		child_done(&child);
		_exit(0);
	}
	if (!child_wait(&child))
		return 3;
	if (child.pid != 2 || ask_pid(me.v2p, 2, &words))
		return 4;
	/* Who asks from outside has another number for us. */
	if (ask_pid(me.v2p, other.pid, &words) != -ESRCH)
		return 5;
	child_end(&child);
	return 0;
}

static int enter_pid_namespace(void *argument)
{
	if (unshare(CLONE_NEWPID))
		return 100;
	return in_child(ask_in_pid_namespace, argument);
}

V2P_TEST(pid_namespace)
{
	EXPECT_EQ(0, in_child(enter_pid_namespace, &self->self));
}

/* The family is there in every one, not only in the first. */
static int ask_in_net_namespace(void *argument)
{
	struct asked me = { .pid = getpid(), .pagemap = pagemap_open(getpid()) };
	char *area = map_small(SIZE);
	struct seen seen;

	if (unshare(CLONE_NEWNET))
		return 1;
	if (v2p_open(&me.v2p))
		return 2;
	fill(area, SIZE);
	if (!matches_pagemap(&me, area, SIZE, 1, &seen) || seen.status[V2P_STATUS_MAPPED] != PAGES)
		return 3;
	v2p_close(me.v2p);
	return 0;
}

V2P_TEST(net_namespace)
{
	EXPECT_EQ(0, in_child(ask_in_net_namespace, NULL));
}

TEST_HARNESS_MAIN
