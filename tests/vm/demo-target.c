// SPDX-License-Identifier: GPL-2.0
/*
 * The process that the demo looks at: writes its argument to its heap, its
 * stack and a huge page, says where, and waits for its end.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HUGE_PAGE (2UL << 20)

/* Somewhere in the middle, so that the offset in the huge page is seen to count. */
#define HUGE_OFFSET 0x12345

/* 6.1 has it, Debian 12's libc does not name it. */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static char *huge_page(void)
{
	uintptr_t start;
	char *area;

	area = mmap(NULL, 2 * HUGE_PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (area == MAP_FAILED)
		return NULL;
	start = ((uintptr_t)area + HUGE_PAGE - 1) & -HUGE_PAGE;
	memset((void *)start, 1, HUGE_PAGE);
	if (madvise((void *)start, HUGE_PAGE, MADV_COLLAPSE))
		return NULL;
	return (char *)start;
}

int main(int argc, char **argv)
{
	char stack[64], *heap, *huge;

	if (argc != 2 || strlen(argv[1]) >= sizeof(stack)) {
		fprintf(stderr, "usage: demo-target TEXT\n");
		return 2;
	}
	heap = malloc(sizeof(stack));
	huge = huge_page();
	if (!heap || !huge) {
		perror("demo-target");
		return 1;
	}
	huge += HUGE_OFFSET;
	strcpy(stack, argv[1]);
	strcpy(heap, argv[1]);
	strcpy(huge, argv[1]);
	printf("heap=%p\nstack=%p\nhuge=%p\ncode=%p\n", (void *)heap, (void *)stack,
	       (void *)huge, (void *)(uintptr_t)main);
	fflush(stdout);
	pause();
	return 0;
}
