// SPDX-License-Identifier: GPL-2.0
/* Huge pages: tables that a collapse takes away, pages without a last table. */
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "thp.h"
#include "stressors.h"

#ifndef MAP_HUGE_2MB
#define MAP_HUGE_2MB (21 << 26)
#define MAP_HUGE_1GB (30 << 26)
#endif

#define KHUGEPAGED "/sys/kernel/mm/transparent_hugepage/khugepaged/"

/* Blocks 0 and 1 collapse and split; what is pinned in block 2 forbids it. */
#define BLOCKS 3
#define PINNED 8

static bool set_up_collapsing(struct stressor *stressor)
{
	char *pinned = HERE + 2 * HUGE_SIZE;
	unsigned int i;

	if (!has_thp())
		return skip(stressor, NO_THP);
	write_file(KHUGEPAGED "scan_sleep_millisecs", "10");
	write_file(KHUGEPAGED "alloc_sleep_millisecs", "10");
	if (mmap(HERE, BLOCKS * HUGE_SIZE, RW, ANON | MAP_FIXED, -1, 0) != HERE)
		return fail(stressor, "no room");
	madvise(pinned, HUGE_SIZE, MADV_NOHUGEPAGE);
	for (i = 0; i < PINNED; i++)
		if (!pin(stressor, pinned + i * 61 * PAGE_SIZE, RULE_STAYS))
			return false;
	madvise(HERE, BLOCKS * HUGE_SIZE, MADV_HUGEPAGE);
	return add_area(stressor, HERE, BLOCKS * HUGE_SIZE);
}

static void split(char *huge, unsigned int *random)
{
	char *page = huge + random_below(random, 512) * PAGE_SIZE;

	switch (random_below(random, 3)) {
	case 0:
		madvise(page, PAGE_SIZE, MADV_DONTNEED);
		*(volatile char *)page = 1;
		break;
	case 1:
		mprotect(page, PAGE_SIZE, PROT_READ);
		mprotect(page, PAGE_SIZE, RW);
		break;
	case 2:
		madvise(huge, HUGE_SIZE, MADV_DONTNEED);
		touch(huge, 8 * PAGE_SIZE);
		break;
	}
}

static void collapse_or_split(struct stressor *stressor, unsigned int *random)
{
	char *huge = HERE + random_below(random, 2) * HUGE_SIZE;

	stressor->effects += !madvise(huge, HUGE_SIZE, MADV_COLLAPSE);
	if (random_below(random, 4) == 0)
		madvise(HERE + 2 * HUGE_SIZE, HUGE_SIZE, MADV_COLLAPSE);
	split(huge, random);
}

const struct kind collapsing = {
	"collapsing and splitting", set_up_collapsing, collapse_or_split, "collapses", 5,
	.huge = true,
};

/*
 * A file mapped twice, and by a child: a collapse of it takes the tables away from
 * under all of them. What is pinned in block 2 forbids that, there.
 */
#define SIZE (BLOCKS * HUGE_SIZE)

static int file;

static void read_pinned(const char *mapping)
{
	unsigned int i;

	for (i = 0; i < PINNED; i++)
		(void)*(const volatile char *)(mapping + 2 * HUGE_SIZE + i * 61 * PAGE_SIZE);
}

static bool set_up_shared(struct stressor *stressor)
{
	unsigned int i;
	pid_t child;

	if (!has_thp())
		return skip(stressor, NO_THP);
	file = memfd_create("collapsing", MFD_CLOEXEC);
	if (file < 0 || ftruncate(file, SIZE) ||
	    mmap(HERE, SIZE, RW, MAP_SHARED | MAP_FIXED, file, 0) != HERE ||
	    mmap(THERE, SIZE, RW, MAP_SHARED | MAP_FIXED, file, 0) != THERE)
		return fail(stressor, "no file");
	for (i = 0; i < PINNED; i++) {
		const size_t at = 2 * HUGE_SIZE + i * 61 * PAGE_SIZE;

		/* What is unmapped of a file comes back when somebody touches it. */
		if (!pin(stressor, HERE + at, RULE_IF_THERE) ||
		    !add_place(stressor, THERE + at, physical_of(HERE + at), RULE_IF_THERE))
			return false;
	}
	child = fork();
	if (!child) {
		for (;;) {
			touch(HERE, HUGE_SIZE);
			read_pinned(HERE);
			usleep(2000);
			if (shared_is_stopped() || getppid() == 1)
				_exit(0);
		}
	}
	stressor->child = child;
	return add_place(stressor, HERE + SIZE, 0, RULE_NEVER) &&
	       add_place(stressor, THERE - PAGE_SIZE, 0, RULE_NEVER) &&
	       add_area(stressor, HERE, SIZE) && add_area(stressor, THERE, SIZE);
}

static void collapse_file(struct stressor *stressor, unsigned int *random)
{
	const unsigned int page = random_below(random, 1024);

	touch(THERE, HUGE_SIZE / 4);
	read_pinned(HERE);
	read_pinned(THERE);
	if (random_below(random, 2))
		touch(HERE, 2 * HUGE_SIZE);
	stressor->effects += !madvise(HERE, HUGE_SIZE, MADV_COLLAPSE);
	if (random_below(random, 2))
		stressor->effects += !madvise(THERE + HUGE_SIZE, HUGE_SIZE, MADV_COLLAPSE);
	if (random_below(random, 4) == 0)
		madvise(THERE + 2 * HUGE_SIZE, HUGE_SIZE, MADV_COLLAPSE);
	if (random_below(random, 3) == 0)
		fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			  page * PAGE_SIZE, PAGE_SIZE);
	else if (random_below(random, 8) == 0)
		fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 2 * HUGE_SIZE);
}

const struct kind shared_collapsing = {
	"collapsing a shared file", set_up_shared, collapse_file, "collapses", 5,
	.huge = true,
};

/* Pages of 2 MiB: two stay, one goes to and fro, others come and go. */
#define HUGETLB (ANON | MAP_HUGETLB | MAP_FIXED)
#define STAYING 2

static bool map_hugetlb(char *address, size_t size, int page_size)
{
	return mmap(address, size, RW, HUGETLB | page_size, -1, 0) == address;
}

static bool set_up_hugetlb(struct stressor *stressor)
{
	char *moved = HERE + GIANT_SIZE;
	unsigned int i, k;

	if (!map_hugetlb(HERE, STAYING * HUGE_SIZE, MAP_HUGE_2MB) ||
	    !map_hugetlb(moved, HUGE_SIZE, MAP_HUGE_2MB))
		return skip(stressor, "the kernel has no hugetlb pages of 2 MiB");
	touch(HERE, STAYING * HUGE_SIZE);
	*moved = 1;
	for (i = 0; i < STAYING; i++)
		for (k = 0; k < 8; k++) {
			char *page = HERE + i * HUGE_SIZE + k * 73 * PAGE_SIZE;

			if (!add_place(stressor, page, physical_of(page), RULE_STILL))
				return false;
		}
	return add_place(stressor, moved, physical_of(moved), RULE_IF_THERE) &&
	       add_place(stressor, THERE, physical_of(moved), RULE_IF_THERE) &&
	       add_place(stressor, moved + HUGE_SIZE, 0, RULE_NEVER) &&
	       add_area(stressor, HERE, 8 * HUGE_SIZE);
}

static void change_hugetlb(struct stressor *stressor, unsigned int *random)
{
	char *moved = HERE + GIANT_SIZE, *other = HERE + STAYING * HUGE_SIZE;

	switch (random_below(random, 3)) {
	case 0:
		if (mremap(moved, HUGE_SIZE, HUGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED,
			   THERE) != THERE ||
		    mremap(THERE, HUGE_SIZE, HUGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED,
			   moved) != moved)
			fail(stressor, "mremap");
		break;
	case 1:
		if (map_hugetlb(other, 2 * HUGE_SIZE, MAP_HUGE_2MB)) {
			*other = 1;
			mprotect(other, 2 * HUGE_SIZE, PROT_NONE);
			munmap(other, 2 * HUGE_SIZE);
		}
		break;
	case 2:
		if (map_room(other, 2 * HUGE_SIZE)) {
			touch(other, 4 * PAGE_SIZE);
			munmap(other, 2 * HUGE_SIZE);
		}
		break;
	}
}

const struct kind hugetlb = {
	"huge pages of hugetlb", set_up_hugetlb, change_hugetlb, NULL, 10, .huge = true,
};

/* The one page of 1 GiB is switched off and on, shared with a child, and unmapped. */
static bool set_up_giant(struct stressor *stressor)
{
	unsigned int i;

	if (!map_hugetlb(HERE, GIANT_SIZE, MAP_HUGE_1GB))
		return skip(stressor, "the kernel found no page of 1 GiB at boot");
	*HERE = 1;
	for (i = 0; i < 16; i++) {
		char *page = HERE + i * 17777 % (1 << 18) * PAGE_SIZE;

		if (!add_place(stressor, page, physical_of(page), RULE_IF_THERE))
			return false;
	}
	return add_place(stressor, HERE + GIANT_SIZE, 0, RULE_NEVER) &&
	       add_area(stressor, HERE, GIANT_SIZE);
}

static void change_giant(struct stressor *stressor, unsigned int *random)
{
	pid_t child;

	switch (random_below(random, 3)) {
	case 0:
		mprotect(HERE, GIANT_SIZE, PROT_NONE);
		break;
	case 1:
		mprotect(HERE, GIANT_SIZE, RW);
		break;
	case 2:
		child = fork();
		if (!child) {
			usleep(random_below(random, 2000));
			munmap(HERE, GIANT_SIZE);
			_exit(0);
		}
		__atomic_store_n(&stressor->child, child, __ATOMIC_SEQ_CST);
		waitpid(child, NULL, 0);
		__atomic_store_n(&stressor->child, 0, __ATOMIC_SEQ_CST);
		break;
	}
}

const struct kind giant = { "a page of 1 GiB", set_up_giant, change_giant, NULL, 10 };
