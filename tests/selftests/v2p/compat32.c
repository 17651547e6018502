// SPDX-License-Identifier: GPL-2.0
/*
 * A 32-bit program whose address space grows after its exec: started with
 * ADDR_LIMIT_3GB, it lifts that limit, maps the first page of the file 0 above it,
 * says so to the file 1, and waits. Without any library, which would have to be a
 * 32-bit one.
 */
#include "compat32.h"

enum { NR_WRITE = 4, NR_PAUSE = 29, NR_MMAP = 90, NR_PERSONALITY = 136 };
enum { PROT_READ = 1, MAP_SHARED = 1, MAP_FIXED = 0x10 };

static long call(long number, long a, long b, long c)
{
	long result;

	asm volatile("int $0x80" : "=a" (result)
		     : "a" (number), "b" (a), "c" (b), "d" (c) : "memory");
	return result;
}

void _start(void)
{
	static const unsigned long mapping[] = {
		COMPAT32_ADDRESS, 4096, PROT_READ, MAP_SHARED | MAP_FIXED, 0, 0,
	};

	call(NR_PERSONALITY, 0, 0, 0);
	if (call(NR_MMAP, (long)mapping, 0, 0) == (long)COMPAT32_ADDRESS)
		call(NR_WRITE, 1, COMPAT32_ADDRESS, 1);
	for (;;)
		call(NR_PAUSE, 0, 0, 0);
}
