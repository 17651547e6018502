// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shared.h"

struct shared *shared;

void shared_find(int fd)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		abort();
}

int shared_make(void)
{
	/* Stays open over an exec. */
	int fd = memfd_create("churn", 0);

	if (fd < 0 || ftruncate(fd, sizeof(*shared)))
		abort();
	shared_find(fd);
	return fd;
}

bool shared_is_stopped(void)
{
	return __atomic_load_n(&shared->stop, __ATOMIC_RELAXED);
}

struct stressor *shared_focus(void)
{
	return &shared->stressors[__atomic_load_n(&shared->focus, __ATOMIC_RELAXED)];
}

void count(struct stressor *stressor, enum count what, unsigned long n)
{
	if (n)
		__atomic_fetch_add(&stressor->counts[what], n, __ATOMIC_RELAXED);
}

bool add_place(struct stressor *stressor, const void *address, uint64_t physical,
	       enum rule rule)
{
	unsigned int i = stressor->place_count;

	if (i == MAX_PLACES)
		return fail(stressor, "too many places");
	for (; i && stressor->places[i - 1].address > (uintptr_t)address; i--)
		stressor->places[i] = stressor->places[i - 1];
	stressor->places[i] = (struct place) { (uintptr_t)address, physical, rule };
	stressor->place_count++;
	return true;
}

bool add_area(struct stressor *stressor, const void *start, uint64_t length)
{
	if (stressor->area_count == MAX_AREAS)
		return fail(stressor, "too many areas");
	stressor->areas[stressor->area_count++] = (struct area) { (uintptr_t)start, length };
	return true;
}

static bool end_as(struct stressor *stressor, enum state state, const char *format, va_list args)
{
	vsnprintf(stressor->why, sizeof(stressor->why), format, args);
	__atomic_store_n(&stressor->state, state, __ATOMIC_RELEASE);
	return false;
}

bool skip(struct stressor *stressor, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	end_as(stressor, STATE_SKIPPED, format, args);
	va_end(args);
	return false;
}

bool fail(struct stressor *stressor, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	end_as(stressor, STATE_FAILED, format, args);
	va_end(args);
	return false;
}

void report(struct stressor *stressor, const char *format, ...)
{
	unsigned int i = __atomic_fetch_add(&stressor->counts[COUNT_WRONG], 1,
					    __ATOMIC_RELAXED);
	va_list args;

	if (i >= MAX_REPORTS)
		return;
	va_start(args, format);
	vsnprintf(stressor->reports[i], sizeof(stressor->reports[i]), format, args);
	va_end(args);
}
