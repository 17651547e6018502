// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "compared.h"

static unsigned long *counts;
static pid_t program;

void compared(enum compared_with oracle, unsigned long count)
{
	__atomic_fetch_add(&counts[oracle], count, __ATOMIC_RELAXED);
}

static void print(void)
{
	if (getpid() == program)
		printf("# compared: pagemap=%lu kernel=%lu monitor=%lu\n",
		       counts[COMPARED_PAGEMAP], counts[COMPARED_KERNEL],
		       counts[COMPARED_MONITOR]);
}

static void __attribute__((constructor)) start(void)
{
	counts = mmap(NULL, COMPARED_COUNT * sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counts == MAP_FAILED)
		abort();
	program = getpid();
	atexit(print);
}
