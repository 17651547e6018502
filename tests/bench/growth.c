// SPDX-License-Identifier: GPL-2.0
/* What else the cost could grow with: it must be the number of addresses, and nothing else. */
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "counter.h"

#define MOST_ADDRESSES	1000000
#define MOST_PROCESSES	1000
#define SPACE_PAGES	256
#define NAP_NS		100000

static struct v2p *v2p;
static uint64_t *addresses;
static struct v2p_arrays arrays;

/* Free memory at its lowest, as seen from time to time. */
static atomic_ulong free_kib;

static unsigned long free_now(void)
{
	struct sysinfo info;

	if (sysinfo(&info))
		die("sysinfo failed");
	return info.freeram * info.mem_unit / KIB;
}

static void *watch(void *stop)
{
	const struct timespec nap = { .tv_nsec = NAP_NS };
	atomic_ulong *least = &free_kib;

	while (!atomic_load((atomic_bool *)stop)) {
		unsigned long now = free_now();

		if (now < atomic_load(least))
			atomic_store(least, now);
		nanosleep(&nap, NULL);
	}
	return NULL;
}

/* The kernel's memory, and this process's, that a batch takes at its height. */
static unsigned long kib_taken(size_t count)
{
	const struct sched_param first = { .sched_priority = 1 };
	atomic_bool stop = false;
	unsigned long before;
	pthread_t watcher;

	if (pthread_create(&watcher, NULL, watch, &stop) ||
	    pthread_setschedparam(watcher, SCHED_FIFO, &first))
		die("no thread to watch the memory");
	/* The thread itself takes some. */
	ask(v2p, v2p_pid(getpid()), addresses, 1, 1, &arrays);
	usleep(10000);
	before = free_now();
	atomic_store(&free_kib, before);
	ask(v2p, v2p_pid(getpid()), addresses, count, count, &arrays);
	atomic_store(&stop, true);
	pthread_join(watcher, NULL);
	return before - atomic_load(&free_kib);
}

/* So many addresses in all that a tick in between does not count. */
static size_t calls_of(size_t count)
{
	return count < 1000 ? 1000 / count : 1;
}

static void ask_batch(const void *data)
{
	const size_t *count = data;
	size_t i;

	for (i = 0; i < calls_of(*count); i++)
		ask(v2p, v2p_pid(getpid()), addresses, *count, *count, &arrays);
}

static double per_address(size_t count)
{
	return (double)counter_least(ask_batch, &count) / count / calls_of(count);
}

static void batches(void)
{
	const char *area = small_pages(AREA);
	size_t count;

	scattered(addresses, MOST_ADDRESSES, area, AREA);
	for (count = 1; count <= MOST_ADDRESSES; count *= 10)
		printf("{\"table\": \"growth\", \"of\": \"addresses\", \"size\": %zu, "
		       "\"instructions\": %.2f, \"kib\": %lu}\n",
		       count, per_address(count), kib_taken(count));
}

/* As many pages, further and further apart. */
static void spaces(void)
{
	uint64_t size;

	for (size = MIB; size <= TIB; size *= 4) {
		const char *area = sparse_pages(size, SPACE_PAGES);
		size_t i;

		for (i = 0; i < SPACE_PAGES; i++)
			addresses[i] = (uintptr_t)area + i * (size / SPACE_PAGES);
		shuffle(addresses, SPACE_PAGES);
		printf("{\"table\": \"growth\", \"of\": \"address space\", \"size\": %" PRIu64
		       ", \"instructions\": %.2f}\n", size, per_address(SPACE_PAGES));
		all_mapped(&arrays, SPACE_PAGES, "an address space");
	}
}

static pid_t start_process(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static pid_t pids[MOST_PROCESSES];

static void ask_processes(const void *data)
{
	const size_t *count = data;
	const uint64_t address = (uintptr_t)&v2p;
	size_t i;

	for (i = 0; i < *count; i++)
		ask(v2p, v2p_pid(pids[i]), &address, 1, 1, &arrays);
}

/* One address of each process. */
static void processes(void)
{
	size_t started = 0, count, i;

	for (count = 1; count <= MOST_PROCESSES; count *= 10) {
		for (; started < count; started++) {
			pids[started] = start_process();
			if (pids[started] < 0)
				die("cannot start a process");
		}
		/* They have something to do first. */
		usleep(100000);
		printf("{\"table\": \"growth\", \"of\": \"processes\", \"size\": %zu, "
		       "\"instructions\": %.2f}\n", count,
		       (double)counter_least(ask_processes, &count) / count);
		all_mapped(&arrays, 1, "another process");
	}
	for (i = 0; i < started; i++)
		kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
}

int main(void)
{
	counter_check();
	v2p = open_v2p();
	addresses = memory(MOST_ADDRESSES * sizeof(*addresses));
	arrays = plain_arrays(MOST_ADDRESSES);
	/* First, as long as there is little that their start has to copy. */
	processes();
	spaces();
	batches();
	return 0;
}
