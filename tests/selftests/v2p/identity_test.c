// SPDX-License-Identifier: GPL-2.0
/* What tells an address space from any other that its pid had or will have. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fields.h"
#include "fixture.h"

struct identity {
	uint64_t numbers[2];
};

static bool identify(pid_t pid, struct identity *identity)
{
	const void *data;
	size_t length;

	if (translate(pid, pid ? &wire : NULL, V2P_FIELD_IDENTITY))
		return false;
	data = wire_get(&wire, V2P_A_IDENTITY, &length);
	if (!data || length != sizeof(*identity))
		return false;
	memcpy(identity, data, length);
	return true;
}

static bool is_same(const struct identity *a, const struct identity *b)
{
	return !memcmp(a, b, sizeof(*a));
}

V2P_TEST(a_pid_that_comes_again)
{
	struct identity first, again, next, mine;
	size_t length;
	pid_t pid;

	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_TRUE(identify(getpid(), &mine));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		pause();
		_exit(0);
	}
	ASSERT_TRUE(identify(pid, &first));
	ASSERT_TRUE(identify(pid, &again));
	EXPECT_TRUE(is_same(&first, &again));
	EXPECT_FALSE(is_same(&first, &mine));
	kill(pid, SIGKILL);
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	ASSERT_EQ(-ESRCH, translate(pid, &wire, V2P_FIELD_IDENTITY));

	next.numbers[0] = fork_as(pid);
	if (!next.numbers[0]) {
		pause();
		_exit(0);
	}
	ASSERT_EQ(pid, (pid_t)next.numbers[0]);
	ASSERT_TRUE(identify(pid, &next));
	EXPECT_FALSE(is_same(&first, &next));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);

	/* Only where it is asked for; and the kernel is always the same. */
	ASSERT_EQ(0, translate(getpid(), &wire, V2P_FIELD_MASK & ~V2P_FIELD_IDENTITY));
	EXPECT_EQ(NULL, wire_get(&wire, V2P_A_IDENTITY, &length));
	ASSERT_TRUE(identify(0, &again));
	EXPECT_EQ(0, again.numbers[0] | again.numbers[1]);
}

static void *say_tid(void *told)
{
	const pid_t tid = syscall(SYS_gettid);

	if (write(*(int *)told, &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	pause();
	return NULL;
}

V2P_TEST(threads_are_of_one_process)
{
	struct identity mine, theirs;
	pthread_t thread;
	int pipes[2];
	pid_t tid;

	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_EQ(0, pipe(pipes));
	ASSERT_EQ(0, pthread_create(&thread, NULL, say_tid, &pipes[1]));
	ASSERT_EQ(sizeof(tid), read(pipes[0], &tid, sizeof(tid)));
	ASSERT_TRUE(identify(getpid(), &mine));
	ASSERT_TRUE(identify(tid, &theirs));
	EXPECT_TRUE(is_same(&mine, &theirs));
	pthread_cancel(thread);
	pthread_join(thread, NULL);
}

/* Executes this very program, which does the same, until it is killed. */
static void exec_for_ever(void)
{
	execl("/proc/self/exe", "identity_test", "exec-for-ever", NULL);
	_exit(1);
}

V2P_TEST(a_process_that_executes_programs)
{
	static struct identity seen[40];
	unsigned int i, j, count = 1;
	struct identity now;
	pid_t pid;

	ASSERT_EQ(0, wire_open(&wire));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		sleep(1);
		exec_for_ever();
	}
	ASSERT_TRUE(identify(pid, &seen[0]));
	for (i = 0; count < ARRAY_SIZE(seen); i++) {
		ASSERT_GT(1000000, i);
		if (!identify(pid, &now)) {
			/* Its old memory has gone, and it has no other yet. */
			ASSERT_EQ(-ESRCH, wire.error);
			continue;
		}
		EXPECT_EQ(seen[0].numbers[0], now.numbers[0]);
		if (is_same(&seen[count - 1], &now))
			continue;
		/* What was left behind never comes again. */
		for (j = 0; j + 1 < count; j++)
			EXPECT_FALSE(is_same(&seen[j], &now));
		seen[count++] = now;
	}
	TH_LOG("%u questions, %u identities", i, count);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void __attribute__((constructor)) begin(int count, char **arguments)
{
	if (count == 2 && !strcmp(arguments[1], "exec-for-ever")) {
		usleep(1000);
		exec_for_ever();
	}
}

TEST_HARNESS_MAIN
