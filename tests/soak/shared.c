// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "board.h"

struct board *board;

void board_find(int fd)
{
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (board == MAP_FAILED)
		abort();
}

int board_make(void)
{
	/* Stays open over an exec. */
	int fd = memfd_create("churn", 0);

	if (fd < 0 || ftruncate(fd, sizeof(*board)))
		abort();
	board_find(fd);
	return fd;
}

bool board_is_stopped(void)
{
	return __atomic_load_n(&board->stop, __ATOMIC_RELAXED);
}

struct victim *board_focus(void)
{
	return &board->victims[__atomic_load_n(&board->focus, __ATOMIC_RELAXED)];
}

void count(struct victim *victim, enum count what, unsigned long n)
{
	if (n)
		__atomic_fetch_add(&victim->counts[what], n, __ATOMIC_RELAXED);
}

bool add_place(struct victim *victim, const void *address, uint64_t physical,
	       enum rule rule)
{
	unsigned int i = victim->place_count;

	if (i == MAX_PLACES)
		return fail(victim, "too many places");
	for (; i && victim->places[i - 1].address > (uintptr_t)address; i--)
		victim->places[i] = victim->places[i - 1];
	victim->places[i] = (struct place) { (uintptr_t)address, physical, rule };
	victim->place_count++;
	return true;
}

bool add_area(struct victim *victim, const void *start, uint64_t length)
{
	if (victim->area_count == MAX_AREAS)
		return fail(victim, "too many areas");
	victim->areas[victim->area_count++] = (struct area) { (uintptr_t)start, length };
	return true;
}

static bool end_as(struct victim *victim, enum state state, const char *format, va_list args)
{
	vsnprintf(victim->why, sizeof(victim->why), format, args);
	__atomic_store_n(&victim->state, state, __ATOMIC_RELEASE);
	return false;
}

bool skip(struct victim *victim, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	end_as(victim, STATE_SKIPPED, format, args);
	va_end(args);
	return false;
}

bool fail(struct victim *victim, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	end_as(victim, STATE_FAILED, format, args);
	va_end(args);
	return false;
}

void report(struct victim *victim, const char *format, ...)
{
	unsigned int i = __atomic_fetch_add(&victim->counts[COUNT_WRONG], 1,
					    __ATOMIC_RELAXED);
	va_list args;

	if (i >= MAX_REPORTS)
		return;
	va_start(args, format);
	vsnprintf(victim->reports[i], sizeof(victim->reports[i]), format, args);
	va_end(args);
}
