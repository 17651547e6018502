// SPDX-License-Identifier: GPL-2.0
/*
 * A process whose symbols are asked for. Prints each with its virtual and its physical address, as
 * pagemap has that, and stays until its standard input ends.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pagemap.h"

int filled[1000] = { 1 };
int zeroed[4000];

static __attribute__((noinline)) int of_this_file(void)
{
	return filled[0] + zeroed[0];
}

static int tell(const char *name, const volatile void *where)
{
	const uint64_t address = (uintptr_t)where;
	const int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry;

	/* Its page is there once it was touched. */
	*(const volatile char *)where;
	if (pread(fd, &entry, sizeof(entry), address / PAGE_SIZE * 8) != sizeof(entry))
		return 1;
	close(fd);
	printf("%s 0x%" PRIx64 " 0x%" PRIx64 "\n", name, address,
	       (entry & PM_FRAME) * PAGE_SIZE + address % PAGE_SIZE);
	return 0;
}

int main(void)
{
	char byte;

	zeroed[3999] = of_this_file();
	if (tell("main", (const void *)main) || tell("of_this_file", (const void *)of_this_file) ||
	    tell("filled", filled) || tell("zeroed+15996", &zeroed[3999]) ||
	    tell("libc.so.6:malloc", (const void *)malloc))
		return 1;
	fflush(stdout);
	return read(0, &byte, 1) < 0;
}
