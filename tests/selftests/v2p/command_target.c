// SPDX-License-Identifier: GPL-2.0
/*
 * A process for v2p-query to look at, which has mapped the given file once. Prints
 * where its memory lies, as shell assignments, and stays until its standard input
 * ends.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pagemap.h"

static int map_file(const char *path)
{
	const volatile char *file = mmap(NULL, PAGE_SIZE, PROT_READ, MAP_PRIVATE,
					 open(path, O_RDONLY), 0);

	return file != MAP_FAILED && *file ? 0 : -1;
}

int main(int argc, char **argv)
{
	char *page = mmap(NULL, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t entry;
	pid_t zombie;
	char byte;
	int fd;

	madvise(page, 2 * PAGE_SIZE, MADV_NOHUGEPAGE);
	if (page == MAP_FAILED || mlock(page, PAGE_SIZE) || argc != 2 || map_file(argv[1]))
		return 1;
	strcpy(page, "v2p");
	fd = open("/proc/self/pagemap", O_RDONLY);
	if (pread(fd, &entry, sizeof(entry), (uintptr_t)page / PAGE_SIZE * 8) != sizeof(entry))
		return 1;
	zombie = fork();
	if (!zombie)
		_exit(0);
	waitid(P_PID, zombie, NULL, WEXITED | WNOWAIT);

	printf("PID=%d ZOMBIE=%d PAGE=0x%" PRIxPTR " PHYSICAL=0x%" PRIx64
	       " EMPTY=0x%" PRIxPTR " STACK=0x%" PRIxPTR "\n",
	       getpid(), zombie, (uintptr_t)page, (entry & PM_FRAME) * PAGE_SIZE,
	       (uintptr_t)page + PAGE_SIZE, (uintptr_t)&entry);
	fflush(stdout);
	return read(0, &byte, 1) < 0;
}
