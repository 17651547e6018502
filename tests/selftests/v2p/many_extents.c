// SPDX-License-Identifier: GPL-2.0
/*
 * A process of as many extents as it is told, and hardly any memory: each page is the
 * one zero page. Prints a line when they are there, and stays until its standard input ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pagemap.h"
#include "thp.h"

int main(int argc, char **argv)
{
	size_t size = argc == 2 ? strtoul(argv[1], NULL, 10) * PAGE_SIZE : 0;
	char *area = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char byte;

	if (area == MAP_FAILED || keep_small(area, size) ||
	    madvise(area, size, MADV_POPULATE_READ))
		return 1;
	puts("ready");
	fflush(stdout);
	return read(0, &byte, 1) < 0;
}
