/* SPDX-License-Identifier: GPL-2.0 */
/* What tests share that ask a process while it works. */
#ifndef CONCURRENT_H
#define CONCURRENT_H

#include <sched.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "fixture.h"

#define SECONDS 2

#define HERE ((char *)ARCH_HERE)
#define THERE ((char *)ARCH_THERE)

/* Who asks and who is asked run at once, if there are two processors. */
static inline void run_on(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

/* For a child: small pages at an address, of which none is there yet. */
static inline void map_room(char *address, size_t size)
{
	if (mmap(address, size, RW, ANON | MAP_FIXED | MAP_NORESERVE, -1, 0) != address ||
	    keep_small(address, size))
		_exit(1);
}

/* For a child: goes on. */
static inline void say_ready(const struct child *child)
{
	if (write(child->to, "", 1) != 1)
		_exit(1);
}

/* The kernel itself moves nothing and hides nothing, then. */
static inline bool switch_moving_off(void)
{
	write_file("/proc/sys/kernel/numa_balancing", "0");
	return !write_file("/proc/sys/vm/compact_unevictable_allowed", "0") &&
	       (!has_thp() ||
		!write_file("/sys/kernel/mm/transparent_hugepage/khugepaged/defrag", "0"));
}

static inline bool time_is_left(time_t start)
{
	return time(NULL) - start < SECONDS;
}

/* The same, and on a busy host as long as it takes to see what is to be seen. */
static inline bool keep_asking(time_t start, bool seen)
{
	return time_is_left(start) || (!seen && time(NULL) - start < PATIENCE / 2);
}

#endif /* CONCURRENT_H */
