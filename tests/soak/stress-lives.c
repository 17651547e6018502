// SPDX-License-Identifier: GPL-2.0
/* Address spaces that come and go. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stressors.h"

#define FRAMES 16
#define PINNED 8
#define COPIED 64

/*
 * In the first room frames that stay, every third page; in the second, pages that
 * parent and child share for good or till one writes.
 */
static bool set_up_room(struct stressor *stressor, enum rule rule)
{
	unsigned int i;

	if (!map_room(HERE, HUGE_SIZE) || !map_room(THERE, HUGE_SIZE))
		return fail(stressor, "no room");
	for (i = 0; i < FRAMES; i++) {
		char *page = HERE + 3 * i * PAGE_SIZE;

		if (!put_frame(stressor, page, i, rule) ||
		    !add_place(stressor, page + PAGE_SIZE, 0, RULE_NEVER))
			return false;
	}
	return add_area(stressor, HERE, HUGE_SIZE) && add_area(stressor, THERE, HUGE_SIZE);
}

static bool set_up_forking(struct stressor *stressor)
{
	unsigned int i;

	if (!set_up_room(stressor, RULE_STILL))
		return false;
	for (i = 0; i < PINNED; i++)
		if (!pin(stressor, THERE + i * PAGE_SIZE, RULE_STAYS))
			return false;
	touch(THERE + PINNED * PAGE_SIZE, COPIED * PAGE_SIZE);
	return true;
}

static void live_and_die(unsigned int random)
{
	char *more = THERE + GIANT_SIZE;
	unsigned int i;

	touch(THERE + PINNED * PAGE_SIZE, COPIED / 2 * PAGE_SIZE);
	/* Many tables, so that taking it all down takes its time. */
	if (random_below(&random, 2) && map_room(more, GIANT_SIZE))
		for (i = 0; i < 512; i += 4)
			more[i * HUGE_SIZE] = 1;
	usleep(random_below(&random, 5000));
	_exit(0);
}

static void fork_and_write(struct stressor *stressor, unsigned int *random)
{
	pid_t child = fork();

	if (!child)
		live_and_die(*random);
	if (child < 0) {
		fail(stressor, "fork");
		return;
	}
	__atomic_store_n(&stressor->child, child, __ATOMIC_SEQ_CST);
	touch(THERE + (PINNED + COPIED / 2) * PAGE_SIZE, COPIED / 2 * PAGE_SIZE);
	waitpid(child, NULL, 0);
	__atomic_store_n(&stressor->child, 0, __ATOMIC_SEQ_CST);
}

const struct kind forking = { "forking and exiting", set_up_forking, fork_and_write, NULL, 5 };

/* All of it is gone at the exec, and comes back soon after. */
static bool set_up_executing(struct stressor *stressor)
{
	return set_up_room(stressor, RULE_IF_THERE);
}

static void execute(struct stressor *stressor, unsigned int *random)
{
	char fd[24], index[24];

	snprintf(fd, sizeof(fd), "%d", shared_fd);
	snprintf(index, sizeof(index), "%td", stressor - shared->stressors);
	usleep(random_below(random, 5000));
	execl("/proc/self/exe", "churn", "--again", fd, index, NULL);
	fail(stressor, "exec");
}

const struct kind executing = { "executing", set_up_executing, execute, NULL, 5 };
