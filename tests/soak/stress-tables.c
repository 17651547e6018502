// SPDX-License-Identifier: GPL-2.0
/* Page tables that are freed, used for something else, and hung elsewhere. */
#include <unistd.h>

#include "arch.h"
#include "stressors.h"

#define BLOCKS 8
#define STILL 5

/* In a block: what stays, what is never touched, and gaps, which come and go. */
static const unsigned int still_at[STILL] = { 0, 1, 97, 300, 511 };
static const unsigned int never_at[] = { 98, 299 };
static const struct { unsigned int first, count; } gaps[] = {
	{ 2, 95 }, { 99, 200 }, { 301, 210 },
};

/* Memory that a freed table may become, and what it then says to who reads it as one. */
#define GARBAGE_PAGES 128
static const uint64_t garbage[] = { ARCH_LEAF_ENTRY, ARCH_TABLE_ENTRY };
#define GARBAGE (THERE + 4 * GIANT_SIZE)

/* Tables that are freed at once, and a page of each that is never touched. */
#define FREED 64
#define FREED_STEP (512 / FREED * HUGE_SIZE)
#define LATE (500 * PAGE_SIZE)

/* Every other block has nothing that stays, so that its table goes. */
static char *block(unsigned int i)
{
	return HERE + i * HUGE_SIZE;
}

/* A page in each of so many gigabytes: the tables are so large that entries are prefetched. */
#define SPARSE 600

static bool grow_tables(void)
{
	char *area = mmap(NULL, SPARSE * GIANT_SIZE, RW, ANON | MAP_NORESERVE, -1, 0);
	size_t i;

	if (area == MAP_FAILED)
		return false;
	madvise(area, SPARSE * GIANT_SIZE, MADV_NOHUGEPAGE);
	for (i = 0; i < SPARSE; i++)
		area[i * GIANT_SIZE] = 1;
	return true;
}

static bool set_up_mapping(struct stressor *stressor)
{
	unsigned int i, k;

	if (!map_room(HERE, BLOCKS * HUGE_SIZE) ||
	    !map_room(GARBAGE, GARBAGE_PAGES * PAGE_SIZE) || !grow_tables())
		return fail(stressor, "no room");
	for (i = 0; i < BLOCKS; i++) {
		for (k = 0; k < STILL && !(i % 2); k++)
			if (!put_frame(stressor, block(i) + still_at[k] * PAGE_SIZE,
				       i * STILL + k, RULE_STILL))
				return false;
		for (k = 0; k < 2; k++)
			if (!add_place(stressor, block(i) + never_at[k] * PAGE_SIZE, 0,
				       RULE_NEVER))
				return false;
	}
	for (i = 0; i < FREED; i++)
		if (!add_place(stressor, THERE + i * FREED_STEP + LATE, 0, RULE_NEVER))
			return false;
	return add_area(stressor, HERE, BLOCKS * HUGE_SIZE) &&
	       add_area(stressor, THERE, GIANT_SIZE);
}

static void scatter_garbage(void)
{
	unsigned int i;

	for (i = 0; i < GARBAGE_PAGES * PAGE_SIZE; i += sizeof(garbage[0]))
		*(volatile uint64_t *)(GARBAGE + i) = garbage[i / PAGE_SIZE % 2];
	madvise(GARBAGE, GARBAGE_PAGES * PAGE_SIZE, MADV_DONTNEED);
}

static void change_gap(unsigned int *random)
{
	const unsigned int g = random_below(random, 3);
	char *gap = block(random_below(random, BLOCKS)) + gaps[g].first * PAGE_SIZE;
	const size_t size = gaps[g].count * PAGE_SIZE;

	switch (random_below(random, 4)) {
	case 0:
		munmap(gap, size);
		break;
	case 1:
		map_room(gap, size);
		touch(gap, size / 8);
		break;
	case 2:
		mprotect(gap, size, random_below(random, 2) ? PROT_READ : RW);
		break;
	case 3:
		madvise(gap, size, MADV_DONTNEED);
		break;
	}
}

static void free_tables(unsigned int *random)
{
	char *lone = block(random_below(random, BLOCKS / 2) * 2 + 1);
	unsigned int i;

	map_room(lone, HUGE_SIZE);
	*lone = 1;
	map_room(THERE, GIANT_SIZE);
	for (i = 0; i < FREED; i++)
		THERE[i * FREED_STEP] = 1;
	munmap(THERE, GIANT_SIZE);
	munmap(lone, HUGE_SIZE);
	scatter_garbage();
}

static void change_mappings(struct stressor *stressor, unsigned int *random)
{
	if (random_below(random, 2))
		change_gap(random);
	else
		free_tables(random);
}

const struct kind mapping = {
	"mapping and unmapping", set_up_mapping, change_mappings, NULL, 20,
};

/* A gigabyte, of which some pages are pinned, goes to and fro, whole or in parts. */

#define PINNED 32
#define STEP (512 / PINNED * HUGE_SIZE)
#define MOVE (MREMAP_MAYMOVE | MREMAP_FIXED)

/*
 * Only ever touched while the table is here, and there; late in it, so that who goes
 * through it is long on the way.
 */
#define ONLY_HERE (500 * PAGE_SIZE)
#define ONLY_THERE (501 * PAGE_SIZE)

static bool set_up_moving(struct stressor *stressor)
{
	unsigned int i;

	if (!map_room(HERE, GIANT_SIZE) || !grow_tables())
		return fail(stressor, "no room");
	for (i = 0; i < PINNED; i++) {
		char *page = HERE + i * STEP;
		uint64_t physical;

		if (!pin(stressor, page, RULE_IF_THERE))
			return false;
		physical = physical_of(page);
		if (!add_place(stressor, THERE + i * STEP, physical, RULE_IF_THERE) ||
		    !add_place(stressor, page + ONLY_THERE, 0, RULE_NEVER) ||
		    !add_place(stressor, THERE + i * STEP + ONLY_HERE, 0, RULE_NEVER))
			return false;
	}
	return add_area(stressor, HERE, GIANT_SIZE) && add_area(stressor, THERE, GIANT_SIZE);
}

static void touch_each(char *from, size_t size)
{
	size_t i;

	for (i = 0; i < size; i += STEP)
		from[i] = 1;
}

static void forget_each(char *from, size_t size)
{
	size_t i;

	for (i = 0; i < size; i += STEP)
		madvise(from + i, PAGE_SIZE, MADV_DONTNEED);
}

static bool there_and_back(size_t at, size_t size, unsigned int rest)
{
	char *here = HERE + at, *there = THERE + at;

	forget_each(here + ONLY_HERE, size);
	if (mremap(here, size, size, MOVE, there) != there)
		return false;
	touch_each(there + ONLY_THERE, size);
	usleep(rest);
	forget_each(there + ONLY_THERE, size);
	if (mremap(there, size, size, MOVE, here) != here)
		return false;
	touch_each(here + ONLY_HERE, size);
	return true;
}

static void move(struct stressor *stressor, unsigned int *random)
{
	size_t at = 0, size = GIANT_SIZE;

	if (random_below(random, 2)) {
		at = random_below(random, PINNED) * STEP;
		size = STEP;
	}
	if (!there_and_back(at, size, random_below(random, 3000)))
		fail(stressor, "mremap");
}

const struct kind moving = { "moving whole tables", set_up_moving, move, NULL, 20 };
