// SPDX-License-Identifier: GPL-2.0
/*
 * A process for v2p-query to look at. Prints where its memory lies, as shell
 * assignments, and stays until its standard input ends.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pagemap.h"

int main(void)
{
	char *page = mmap(NULL, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t entry;
	pid_t zombie;
	char byte;
	int fd;

	madvise(page, 2 * PAGE_SIZE, MADV_NOHUGEPAGE);
	if (page == MAP_FAILED || mlock(page, PAGE_SIZE))
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
