// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "victims.h"

/* Microseconds between two turns. */
#define LONGEST_REST 200000

int board_fd;

static bool add_common_places(struct victim *victim)
{
	static uint64_t text;

	if (!text)
		text = kernel_symbol("_stext");
	return text ? add_place(victim, (void *)(1UL << 56), 0, RULE_INVALID) &&
		      add_place(victim, (void *)text, 0, RULE_INVALID) :
		      fail(victim, "the kernel does not say where it is");
}

static unsigned int microseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000u + time.tv_nsec / 1000;
}

static void work(const struct kind *kind, struct victim *victim, unsigned int seed)
{
	unsigned int random = seed * 2 + 1;

	while (!board_is_stopped()) {
		const unsigned int before = microseconds();
		unsigned int rest;

		__atomic_fetch_add(&victim->turn, 1, __ATOMIC_SEQ_CST);
		kind->turn(victim, &random);
		__atomic_fetch_add(&victim->turn, 1, __ATOMIC_SEQ_CST);
		/* Long enough to be asked about in between, and by turns not at all. */
		rest = microseconds() - before;
		if (board_focus() != victim)
			usleep(random_below(&random, LONGEST_REST));
		else if (random_below(&random, 2))
			usleep(random_below(&random, rest < LONGEST_REST ? rest : LONGEST_REST));
	}
	_exit(0);
}

void victim_run(const struct kind *kind, struct victim *victim, unsigned int seed)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	victim->kernel = kind == &kernel;
	if (!kind->set_up(victim) || (!victim->kernel && !add_common_places(victim)))
		_exit(0);
	if (!victim->kernel)
		victim->pid = getpid();
	__atomic_store_n(&victim->state, STATE_READY, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&board->go, __ATOMIC_ACQUIRE) && !board_is_stopped())
		usleep(1000);
	__atomic_store_n(&victim->state, STATE_WORKING, __ATOMIC_RELEASE);
	work(kind, victim, seed);
	_exit(0);
}

void victim_come_back(int fd, unsigned int index)
{
	struct victim *victim, again = {};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	board_fd = fd;
	board_find(fd);
	victim = &board->victims[index];
	/* The same as before: the board, which is being read, knows it. */
	if (!executing.set_up(&again)) {
		fail(victim, "after an exec: %s", again.why);
		_exit(0);
	}
	__atomic_fetch_add(&victim->turn, 1, __ATOMIC_SEQ_CST);
	usleep(LONGEST_REST / 4 + victim->turn * 7919 % LONGEST_REST);
	work(&executing, victim, getpid() + victim->turn);
	_exit(0);
}
