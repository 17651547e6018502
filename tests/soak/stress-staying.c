// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that is there all the time, and whose entries are emptied all the time: by
 * collapses, by khugepaged, by mprotect() and by migration. Of what nothing is ever
 * taken away, no answer is none without the mark that it is being changed.
 */
#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "files.h"
#include "stressors.h"

/* Two huge pages, and small ones elsewhere. */
#define SIZE (2 * HUGE_SIZE)
#define PAGES 256
#define PLACES 32

static char *small(unsigned int page)
{
	return THERE + page * PAGE_SIZE;
}

static bool set_up_staying(struct stressor *stressor)
{
	unsigned int i;

	if (access("/sys/kernel/mm/transparent_hugepage", F_OK))
		return skip(stressor, "the kernel is built without TRANSPARENT_HUGEPAGE");
	if (mmap(HERE, SIZE, RW, ANON | MAP_FIXED, -1, 0) != HERE ||
	    !map_room(THERE, PAGES * PAGE_SIZE))
		return fail(stressor, "no room");
	madvise(HERE, SIZE, MADV_HUGEPAGE);
	touch(HERE, SIZE);
	touch(THERE, PAGES * PAGE_SIZE);
	for (i = 0; i < PLACES; i++)
		if (!add_place(stressor, HERE + i * (SIZE / PLACES), 0, RULE_THERE) ||
		    !add_place(stressor, small(i * (PAGES / PLACES)), 0, RULE_THERE))
			return false;
	return add_area(stressor, HERE, SIZE) && add_area(stressor, THERE, PAGES * PAGE_SIZE);
}

/* Small pages where a huge one was, or where there were some before. */
static void split(char *huge, unsigned int *random)
{
	char *page = huge + random_below(random, 512) * PAGE_SIZE;

	mprotect(page, PAGE_SIZE, PROT_READ);
	mprotect(page, PAGE_SIZE, RW);
}

static void protect(unsigned int *random)
{
	const unsigned int first = random_below(random, PAGES);
	const size_t length = (1 + random_below(random, PAGES - first)) * PAGE_SIZE;

	mprotect(small(first), length, PROT_READ);
	mprotect(small(first), length, PROT_NONE);
	mprotect(small(0), PAGES * PAGE_SIZE, RW);
}

/* Where there is another node. */
static void move(void)
{
	static int node;
	void *pages[PAGES];
	int nodes[PAGES], status[PAGES];
	unsigned int i;

	node = !node;
	for (i = 0; i < PAGES; i++) {
		pages[i] = small(i);
		nodes[i] = node;
	}
	syscall(SYS_move_pages, 0, (long)PAGES, pages, nodes, status, MPOL_MF_MOVE);
}

/* Enough of it that who asks often comes while it is at it. */
static void stay(struct stressor *stressor, unsigned int *random)
{
	unsigned int i;

	for (i = 0; i < 16; i++) {
		char *huge = HERE + random_below(random, 2) * HUGE_SIZE;

		split(huge, random);
		/* At times it is khugepaged that is to come. */
		if (random_below(random, 8))
			stressor->effects += !madvise(huge, HUGE_SIZE, MADV_COLLAPSE);
		protect(random);
	}
	move();
}

const struct kind staying = {
	"staying where entries are emptied", set_up_staying, stay, "collapses", 2,
	.huge = true,
};
