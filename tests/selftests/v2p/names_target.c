// SPDX-License-Identifier: GPL-2.0
/*
 * A process for v2p-query to look at: with "threads" one whose first thread has exited,
 * with "swap" one that has a page of its own and a shared one swapped out. Prints where
 * they are, as shell assignments, and stays until its standard input ends.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pagemap.h"

static void *stay(void *unused)
{
	char byte;

	_exit(read(0, &byte, 1) < 0);
	return unused;
}

static char *map_page(int flags)
{
	char *page = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
	unsigned int i;

	if (page == MAP_FAILED)
		exit(1);
	/* Such that it does not compress to nothing. */
	for (i = 0; i < PAGE_SIZE; i++)
		page[i] = random();
	return page;
}

static bool is_present(int fd, const char *page)
{
	uint64_t entry;

	if (pread(fd, &entry, sizeof(entry), (uintptr_t)page / PAGE_SIZE * 8) != sizeof(entry))
		exit(1);
	return entry & PM_PRESENT;
}

static void page_out(char *page)
{
	int fd = open("/proc/self/pagemap", O_RDONLY), i;

	for (i = 0; i < 1000 && is_present(fd, page); i++) {
		madvise(page, PAGE_SIZE, MADV_PAGEOUT);
		usleep(10000);
	}
	if (is_present(fd, page))
		exit(1);
	close(fd);
}

int main(int argc, char **argv)
{
	char *page = map_page(MAP_PRIVATE), *shared;
	pthread_t thread;

	if (argc == 2 && !strcmp(argv[1], "threads")) {
		if (mlock(page, PAGE_SIZE) || pthread_create(&thread, NULL, stay, NULL))
			return 1;
		printf("TARGET=%d PAGE=0x%" PRIxPTR "\n", getpid(), (uintptr_t)page);
		fflush(stdout);
		pthread_exit(NULL);
	}
	shared = map_page(MAP_SHARED);
	page_out(page);
	page_out(shared);
	printf("TARGET=%d PAGE=0x%" PRIxPTR " SHARED=0x%" PRIxPTR "\n", getpid(), (uintptr_t)page,
	       (uintptr_t)shared);
	fflush(stdout);
	stay(NULL);
	return 1;
}
