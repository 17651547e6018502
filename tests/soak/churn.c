// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that change their memory in all ways that move it or its page tables,
 * and others that ask v2p about them without pause. What is known of the memory is
 * verified in every answer.
 *
 * It goes on until SECONDS are over and each way of changing and of asking has been seen
 * as often as that time should allow: no machine is too slow for it, within reason.
 *
 *	churn SECONDS [SEED]
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "reader.h"
#include "files.h"
#include "oracle.h"
#include "verify.h"
#include "stressors.h"
#include "tap.h"

#define MAX_READERS 16
/* Time that all processes may take to set up, or to end: to clear 1 GiB is much. */
#define PATIENCE 180
/* Seconds more than it should take until all has been seen. */
#define LONGEST_DELAY 600
/* Seconds for which one stressor is looked at before the next is, at most. */
#define LONGEST_FOCUS 5

static const struct kind *const kinds[] = {
	&mapping, &moving, &forking, &executing, &collapsing, &shared_collapsing, &hugetlb,
	&giant, &staying, &migrating, &compacting, &swapping, &hinting, &merging, &poisoning,
	&kernel,
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))
_Static_assert(KINDS <= MAX_STRESSORS, "the shared memory has too little room");

static const char *const way_names[WAYS] = {
	"batches", "batches with every field", "batches again and again", "walks", "maps in one message", "dumps",
	"dumps of all", "comparisons with pagemap",
};

static pid_t stressors[KINDS], readers[MAX_READERS];
static unsigned int reader_count;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static pid_t start(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		abort();
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static void start_stressors(unsigned int seed)
{
	const double deadline = now() + PATIENCE;
	unsigned int i;

	for (i = 0; i < KINDS; i++) {
		stressors[i] = start();
		if (!stressors[i])
			stressor_run(kinds[i], &shared->stressors[i], seed + i);
	}
	for (i = 0; i < KINDS; i++)
		while (now() < deadline &&
		       __atomic_load_n(&shared->stressors[i].state, __ATOMIC_ACQUIRE) ==
		       STATE_STARTING)
			usleep(10000);
}

/* As many as there are processors, and one more: so some are always at it. */
static void start_readers(unsigned int seed)
{
	const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned int i;

	reader_count = cpus + 1 < MAX_READERS ? cpus + 1 : MAX_READERS;
	for (i = 0; i < reader_count; i++) {
		readers[i] = start();
		if (!readers[i])
			read_forever((seed + i) * 2 + 1);
	}
	printf("# %ld processors, %zu stressors, %u readers, seed %u\n", cpus, KINDS,
	       reader_count, seed);
}

/* Returns how many of some processes did not end by themselves and in peace. */
static unsigned int reap(const pid_t *pids, unsigned int n, double deadline)
{
	unsigned int i, bad = 0;

	for (i = 0; i < n; i++) {
		pid_t ended = 0;
		int status = 0;

		while (!(ended = waitpid(pids[i], &status, WNOHANG)) && now() < deadline)
			usleep(10000);
		if (!ended) {
			kill(pids[i], SIGKILL);
			waitpid(pids[i], &status, 0);
		}
		if (!ended || status)
			printf("# process %d: %s, status %#x\n", pids[i],
			       ended ? "ended" : "did not end", status);
		bad += !ended || status;
	}
	return bad;
}

static bool has_died(pid_t pid)
{
	siginfo_t info = {};

	return !waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid;
}

static bool an_asker_died(void)
{
	unsigned int i;

	for (i = 0; i < reader_count; i++)
		if (has_died(readers[i]))
			return true;
	return false;
}

/* Of what stock kernels show in a time, KASAN's show this part, and some things only by luck. */
#define SLOW	20

/* Says in @lack what has yet to be seen of a stressor in @seconds, if anything. */
static bool is_seen(const struct kind *kind, const struct stressor *stressor, double seconds,
		    char lack[80])
{
	const unsigned long least = kind->least * seconds / 60;
	/* Those that exec have their memory for a small part of the time alone. */
	const unsigned long least_known = 2 * seconds;

	lack[0] = '\0';
	if (stressor->turn / 2 < least)
		snprintf(lack, 80, "fewer than %lu turns", least);
	else if (kind->effect && !stressor->effects)
		snprintf(lack, 80, "no %s", kind->effect);
	else if (stressor->counts[COUNT_RIGHT] < least_known)
		snprintf(lack, 80, "fewer than %lu right addresses", least_known);
	else if (!stressor->kernel && stressor->counts[COUNT_SETTLED] < least_known)
		snprintf(lack, 80, "fewer than %lu answers as pagemap", least_known);
	else if (kind->huge && !stressor->counts[COUNT_HUGE])
		snprintf(lack, 80, "no huge page");
	return !lack[0];
}

static bool all_ways_used(double seconds)
{
	const unsigned long least = seconds > 10 ? seconds / 10 : 1;
	unsigned int i;

	for (i = 0; i < WAYS; i++)
		if (shared->ways[i] < least)
			return false;
	return true;
}

/* Or no more is to be seen. */
static bool all_is_seen(double seconds)
{
	unsigned int i;
	char lack[80];

	for (i = 0; i < KINDS; i++)
		if (shared->stressors[i].state == STATE_WORKING && !has_died(stressors[i]) &&
		    !is_seen(kinds[i], &shared->stressors[i], seconds, lack))
			return false;
	return all_ways_used(seconds);
}

/* Until @seconds have passed, and what is expected of so many was seen. */
static void wait_for_the_end(double seconds, double expected)
{
	const double begin = now();
	double period = seconds / KINDS / 2, passed = 0;

	if (period > LONGEST_FOCUS)
		period = LONGEST_FOCUS;
	while (!an_asker_died() &&
	       (passed < seconds || (passed < seconds + LONGEST_DELAY && !all_is_seen(expected)))) {
		__atomic_store_n(&shared->focus, (unsigned long)(passed / period) % KINDS,
				 __ATOMIC_RELAXED);
		usleep(50000);
		passed = now() - begin;
	}
	__atomic_store_n(&shared->stop, true, __ATOMIC_SEQ_CST);
	printf("# after %.0f s\n", passed);
}

static void judge(const struct kind *kind, const struct stressor *stressor, double seconds)
{
	const unsigned long *counts = stressor->counts;
	bool enough = false;
	unsigned int i;
	char lack[80] = "";

	if (stressor->state == STATE_SKIPPED) {
		ok_skip(kind->name, stressor->why);
		return;
	}
	printf("# %s: %lu turns; %lu answers: %lu right, %lu away, %lu marked, %lu rightly nothing, %lu as pagemap, %lu of huge pages; %lu of processes that were gone; %lu wrong\n",
	       kind->name, stressor->turn / 2, counts[COUNT_ANSWERS], counts[COUNT_RIGHT],
	       counts[COUNT_AWAY], counts[COUNT_MARKED], counts[COUNT_NOTHING],
	       counts[COUNT_SETTLED],
	       counts[COUNT_HUGE], counts[COUNT_GONE], counts[COUNT_WRONG]);
	for (i = 0; i < counts[COUNT_WRONG] && i < MAX_REPORTS; i++)
		printf("# %s: WRONG: %s\n", kind->name, stressor->reports[i]);
	if (kind->effect)
		printf("# %s: %lu %s\n", kind->name, stressor->effects, kind->effect);
	if (stressor->state != STATE_WORKING)
		printf("# %s: %s\n", kind->name, stressor->why[0] ? stressor->why : "never began");
	else if (!is_seen(kind, stressor, seconds, lack))
		printf("# %s: %s\n", kind->name, lack);
	else
		enough = true;
	if (lack[0] && !counts[COUNT_WRONG] && has_kasan())
		ok_skip(kind->name, "nothing was wrong, but not enough was seen: this kernel is slow");
	else
		ok(enough && !counts[COUNT_WRONG], "%s", kind->name);
}

static void sum_up(double seconds, unsigned int dead_readers, unsigned int dead_stressors)
{
	unsigned long totals[COUNTS] = {};
	unsigned int i, k;

	for (i = 0; i < KINDS; i++) {
		judge(kinds[i], &shared->stressors[i], seconds);
		for (k = 0; k < COUNTS; k++)
			totals[k] += shared->stressors[i].counts[k];
	}
	for (i = 0; i < WAYS; i++)
		printf("# %lu %s\n", shared->ways[i], way_names[i]);
	ok(all_ways_used(seconds), "every way of asking was used");
	ok(!dead_readers, "all who asked lived to the end");
	ok(!dead_stressors, "all who were asked about lived to the end");
	printf("# churned: translations=%lu right-address=%lu rightly-nothing=%lu as-pagemap=%lu marked=%lu wrong=%lu\n",
	       totals[COUNT_ANSWERS], totals[COUNT_RIGHT], totals[COUNT_NOTHING],
	       totals[COUNT_SETTLED], totals[COUNT_MARKED], totals[COUNT_WRONG]);
}

int main(int argc, char **argv)
{
	double seconds, expected;
	unsigned int seed, dead_readers;

	if (argc == 4 && !strcmp(argv[1], "--again"))
		stressor_come_back(atoi(argv[2]), atoi(argv[3]));
	if (argc < 2 || argc > 3 || atof(argv[1]) <= 0) {
		fprintf(stderr, "usage: churn SECONDS [SEED]\n");
		return 2;
	}
	seconds = atof(argv[1]);
	seed = argc > 2 ? strtoul(argv[2], NULL, 0) : (unsigned long)time(NULL);
	shared_fd = shared_make();
	tap_plan(KINDS + 3);
	/* Ids of processes that ended are not to come back while they are asked about. */
	write_file("/proc/sys/kernel/pid_max", "4194304");
	if (!verify_start() || oracle_open() < 0) {
		printf("Bail out! no oracle, or no memory in /proc/iomem\n");
		return 1;
	}
	start_stressors(seed);
	start_readers(seed);
	__atomic_store_n(&shared->go, true, __ATOMIC_RELEASE);
	expected = has_kasan() ? seconds / SLOW : seconds;
	wait_for_the_end(seconds, expected);
	dead_readers = reap(readers, reader_count, now() + PATIENCE);
	sum_up(expected, dead_readers, reap(stressors, KINDS, now() + PATIENCE));
	return tap_end();
}
