// SPDX-License-Identifier: GPL-2.0
/* Address spaces that come and go. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "victims.h"

#define FRAMES 16
#define PINNED 8
#define COPIED 64

/*
 * In the first room frames that stay, every third page; in the second, pages that
 * parent and child share for good or till one writes.
 */
static bool set_up_room(struct victim *victim, enum rule rule)
{
	unsigned int i;

	if (!map_room(HERE, HUGE_SIZE) || !map_room(THERE, HUGE_SIZE))
		return fail(victim, "no room");
	for (i = 0; i < FRAMES; i++) {
		char *page = HERE + 3 * i * PAGE_SIZE;

		if (!put_frame(victim, page, i, rule) ||
		    !add_place(victim, page + PAGE_SIZE, 0, RULE_NEVER))
			return false;
	}
	return add_area(victim, HERE, HUGE_SIZE) && add_area(victim, THERE, HUGE_SIZE);
}

static bool set_up_forking(struct victim *victim)
{
	unsigned int i;

	if (!set_up_room(victim, RULE_STILL))
		return false;
	for (i = 0; i < PINNED; i++)
		if (!pin(victim, THERE + i * PAGE_SIZE, RULE_STAYS))
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

static void fork_and_write(struct victim *victim, unsigned int *random)
{
	pid_t child = fork();

	if (!child)
		live_and_die(*random);
	if (child < 0) {
		fail(victim, "fork");
		return;
	}
	__atomic_store_n(&victim->child, child, __ATOMIC_SEQ_CST);
	touch(THERE + (PINNED + COPIED / 2) * PAGE_SIZE, COPIED / 2 * PAGE_SIZE);
	waitpid(child, NULL, 0);
	__atomic_store_n(&victim->child, 0, __ATOMIC_SEQ_CST);
}

const struct kind forking = { "forking and exiting", set_up_forking, fork_and_write, NULL, 5 };

/* All of it is gone at the exec, and comes back soon after. */
static bool set_up_executing(struct victim *victim)
{
	return set_up_room(victim, RULE_IF_THERE);
}

static void execute(struct victim *victim, unsigned int *random)
{
	char fd[24], index[24];

	snprintf(fd, sizeof(fd), "%d", board_fd);
	snprintf(index, sizeof(index), "%td", victim - board->victims);
	usleep(random_below(random, 5000));
	execl("/proc/self/exe", "churn", "--again", fd, index, NULL);
	fail(victim, "exec");
}

const struct kind executing = { "executing", set_up_executing, execute, NULL, 5 };
