// SPDX-License-Identifier: GPL-2.0
/*
 * Ratios by the clock, with two processors: beside pagemap, with a second asker,
 * and what a process feels that is asked about without a pause. The sides of each
 * ratio take turns, in many short rounds, and the median of the rounds counts.
 */
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../lib/pagemap.h"
#include "common.h"

#define BATCH		1024
#define SINGLES		64
#define ROUNDS		81
#define ROUND_NS	40000000
#define FAULT_PAGES	1024

enum deed {
	IDLE,
	SPIN,		/* the processor works, and asks nothing */
	BY_V2P,
	BY_PAGEMAP,
	FAULT,
};

/*
 * What is shared with the processes that this one starts, by processor: what they
 * shall do, and how many addresses or faults they have done.
 */
static struct {
	_Alignas(64) _Atomic enum deed deed;
	_Alignas(64) atomic_ulong done;
	atomic_bool ready;
} *shared;

static struct v2p *v2p;
static int pagemap;
static struct v2p_target target;
static uint64_t random_pages[BATCH], next_pages[BATCH], entries[BATCH];
static struct v2p_arrays arrays;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static void sleep_round(void)
{
	const struct timespec nap = { .tv_nsec = ROUND_NS };

	nanosleep(&nap, NULL);
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), compare);
	return values[ROUNDS / 2];
}

static void print(const char *name, double ratio)
{
	printf("{\"table\": \"clock\", \"name\": \"%s\", \"ratio\": %.4f}\n", name, ratio);
}

/* ---- Beside pagemap */

static void read_entries(uint64_t address, size_t count)
{
	if (!pagemap_read(pagemap, address, entries, count))
		die("cannot read pagemap");
}

static void one_by_v2p(void)
{
	ask(v2p, target, random_pages, SINGLES, 1, &arrays);
}

static void one_by_pagemap(void)
{
	size_t i;

	for (i = 0; i < SINGLES; i++)
		read_entries(random_pages[i], 1);
}

static void scattered_by_v2p(void)
{
	ask(v2p, target, random_pages, BATCH, BATCH, &arrays);
}

static void scattered_by_pagemap(void)
{
	size_t i;

	for (i = 0; i < BATCH; i++)
		read_entries(random_pages[i], 1);
}

static void neighbours_by_v2p(void)
{
	ask(v2p, target, next_pages, BATCH, BATCH, &arrays);
}

static void neighbours_by_pagemap(void)
{
	read_entries(next_pages[0], BATCH);
}

/* The fastest of some goes: a busy host makes the others longer. */
static double duration(void (*run)(void))
{
	double least = 0;
	unsigned int i;

	for (i = 0; i < 5; i++) {
		double time = now();

		run();
		time = now() - time;
		if (!i || time < least)
			least = time;
	}
	return least;
}

static void beside_pagemap(const char *name, void (*own)(void), void (*other)(void))
{
	double ratios[ROUNDS];
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		double time = duration(own);

		ratios[i] = duration(other) / time;
	}
	print(name, median(ratios));
}

/* ---- Processes that do one thing or another */

static void count(unsigned int cpu, unsigned long done)
{
	atomic_fetch_add_explicit(&shared[cpu].done, done, memory_order_relaxed);
}

static void fault(unsigned int cpu, char *area)
{
	size_t i;

	for (i = 0; i < FAULT_PAGES; i++) {
		area[i * PAGE_SIZE] = 1;
		count(cpu, 1);
	}
	if (madvise(area, FAULT_PAGES * PAGE_SIZE, MADV_DONTNEED))
		die("madvise failed");
}

static void __attribute__((noreturn)) work(unsigned int cpu, char *faults)
{
	cpu_set_t cpus;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		die("no processor %u", cpu);
	v2p = open_v2p();
	atomic_store(&shared[cpu].ready, true);
	for (;;) {
		switch (atomic_load_explicit(&shared[cpu].deed, memory_order_relaxed)) {
		case IDLE:
			usleep(1000);
			break;
		case SPIN:
			break;
		case BY_V2P:
			neighbours_by_v2p();
			count(cpu, BATCH);
			break;
		case BY_PAGEMAP:
			neighbours_by_pagemap();
			count(cpu, BATCH);
			break;
		case FAULT:
			fault(cpu, faults);
			break;
		}
	}
}

static pid_t start_process(unsigned int cpu, char *faults)
{
	pid_t pid;

	atomic_store(&shared[cpu].ready, false);
	atomic_store(&shared[cpu].deed, IDLE);
	pid = fork();
	if (pid < 0)
		die("cannot start a process");
	if (!pid)
		work(cpu, faults);
	while (!atomic_load(&shared[cpu].ready)) {
		if (waitpid(pid, NULL, WNOHANG))
			die("a process ended");
		usleep(1000);
	}
	return pid;
}

static void end_process(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid ||
	    !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		die("a process ended too early");
}

/* What a process gets done in a while, each nanosecond. */
static double rate(unsigned int cpu)
{
	unsigned long done = atomic_load(&shared[cpu].done);
	double time = now();

	sleep_round();
	return (atomic_load(&shared[cpu].done) - done) / (now() - time);
}

static void set(enum deed first, enum deed second)
{
	atomic_store(&shared[0].deed, first);
	atomic_store(&shared[1].deed, second);
	/* What they were at ends first. */
	usleep(2000);
}

/* Both askers' work, against one's. They ask about this process. */
static void two_askers(void)
{
	pid_t askers[2] = { start_process(0, NULL), start_process(1, NULL) };
	double ratios[ROUNDS];
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		double one, two, time;
		unsigned long done;

		set(BY_V2P, IDLE);
		one = rate(0);
		set(BY_V2P, BY_V2P);
		done = atomic_load(&shared[1].done);
		time = now();
		two = rate(0);
		two += (atomic_load(&shared[1].done) - done) / (now() - time);
		ratios[i] = two / one;
	}
	print("throughput of two askers, against one", median(ratios));
	end_process(askers[0]);
	end_process(askers[1]);
}

/* Of the other processor, which works as much. */
static double undisturbed(void)
{
	set(FAULT, SPIN);
	return rate(0);
}

/* What a process feels of another that asks where its pages are, all the time. */
static void disturbance(char *faults)
{
	static const struct {
		enum deed deed;
		const char *name;
	} sides[] = {
		{ BY_V2P, "page faults while v2p scans, against undisturbed" },
		{ BY_PAGEMAP, "page faults while pagemap is read, against undisturbed" },
		/* How far from 1 the noise is. */
		{ SPIN, "page faults undisturbed, against undisturbed" },
	};
	double ratios[ARRAY_SIZE(sides)][ROUNDS];
	pid_t asked = start_process(0, faults), asker;
	unsigned int i, side;
	double before, after;

	target = v2p_pid(asked);
	pagemap = pagemap_open(asked);
	neighbours(next_pages, BATCH, faults, FAULT_PAGES * PAGE_SIZE);
	asker = start_process(1, NULL);
	before = undisturbed();
	for (i = 0; i < ROUNDS; i++) {
		for (side = 0; side < ARRAY_SIZE(sides); side++, before = after) {
			double disturbed;

			set(FAULT, sides[side].deed);
			disturbed = rate(0);
			after = undisturbed();
			ratios[side][i] = 2 * disturbed / (before + after);
		}
	}
	for (side = 0; side < ARRAY_SIZE(sides); side++)
		print(sides[side].name, median(ratios[side]));
	end_process(asker);
	end_process(asked);
}

int main(void)
{
	char *faults = untouched(FAULT_PAGES * PAGE_SIZE);
	char *area = small_pages(AREA);

	v2p = open_v2p();
	target = v2p_pid(getpid());
	pagemap = pagemap_open(getpid());
	shared = mmap(NULL, 2 * sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("no shared memory");
	arrays = plain_arrays(BATCH);
	scattered(random_pages, BATCH, area, AREA);
	neighbours(next_pages, BATCH, area, AREA);

	beside_pagemap("one address, against pagemap", one_by_v2p, one_by_pagemap);
	beside_pagemap("scattered, 1024, against pagemap", scattered_by_v2p, scattered_by_pagemap);
	beside_pagemap("neighbours, 1024, against pagemap", neighbours_by_v2p, neighbours_by_pagemap);
	two_askers();
	disturbance(faults);
	return 0;
}
