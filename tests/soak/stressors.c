// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "stressors.h"

/* Microseconds between two turns. */
#define LONGEST_REST 200000

int shared_fd;

static bool add_common_places(struct stressor *stressor)
{
	static uint64_t text;

	if (!text)
		text = kernel_symbol("_stext");
	return text ? add_place(stressor, (void *)ARCH_NOWHERE, 0, RULE_INVALID) &&
		      add_place(stressor, (void *)text, 0, RULE_INVALID) :
		      fail(stressor, "the kernel does not say where it is");
}

static unsigned int microseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000u + time.tv_nsec / 1000;
}

static void work(const struct kind *kind, struct stressor *stressor, unsigned int seed)
{
	unsigned int random = seed * 2 + 1;

	while (!shared_is_stopped()) {
		const unsigned int before = microseconds();
		unsigned int rest;

		__atomic_fetch_add(&stressor->turn, 1, __ATOMIC_SEQ_CST);
		kind->turn(stressor, &random);
		__atomic_fetch_add(&stressor->turn, 1, __ATOMIC_SEQ_CST);
		/* Long enough to be asked about in between, and by turns not at all. */
		rest = microseconds() - before;
		if (shared_focus() != stressor)
			usleep(random_below(&random, LONGEST_REST));
		else if (random_below(&random, 2))
			usleep(random_below(&random, rest < LONGEST_REST ? rest : LONGEST_REST));
	}
	_exit(0);
}

void stressor_run(const struct kind *kind, struct stressor *stressor, unsigned int seed)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	stressor->kernel = kind == &kernel;
	if (!kind->set_up(stressor) || (!stressor->kernel && !add_common_places(stressor)))
		_exit(0);
	if (!stressor->kernel)
		stressor->pid = getpid();
	__atomic_store_n(&stressor->state, STATE_READY, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&shared->go, __ATOMIC_ACQUIRE) && !shared_is_stopped())
		usleep(1000);
	__atomic_store_n(&stressor->state, STATE_WORKING, __ATOMIC_RELEASE);
	work(kind, stressor, seed);
	_exit(0);
}

void stressor_come_back(int fd, unsigned int index)
{
	struct stressor *stressor, again = {};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	shared_fd = fd;
	shared_find(fd);
	stressor = &shared->stressors[index];
	/* The same as before: the shared memory, which is being read, knows it. */
	if (!executing.set_up(&again)) {
		fail(stressor, "after an exec: %s", again.why);
		_exit(0);
	}
	__atomic_fetch_add(&stressor->turn, 1, __ATOMIC_SEQ_CST);
	usleep(LONGEST_REST / 4 + stressor->turn * 7919 % LONGEST_REST);
	work(&executing, stressor, getpid() + stressor->turn);
	_exit(0);
}
