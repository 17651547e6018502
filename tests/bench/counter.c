// SPDX-License-Identifier: GPL-2.0
#include "common.h"
#include "counter.h"

#define LOOPS	10000000UL
#define ROUNDS	5

/* As short as possible on the processor at hand; its instructions are counted by hand. */
static uint64_t loop(unsigned long loops)
{
#if defined(__x86_64__)
	__asm__ volatile("1: dec %0; jnz 1b" : "+r" (loops));
	return 2 * LOOPS;
#else
#error "a loop of known length, please"
#endif
}

void counter_check(void)
{
	uint64_t start = counter_read();
	uint64_t wanted = loop(LOOPS);
	uint64_t counted = counter_read() - start;

	/* A few ticks come in between. */
	if (counted < wanted || counted > wanted + wanted / 50)
		die("the clock does not count instructions: %lu for %lu", counted, wanted);
}

uint64_t counter_least(void (*run)(const void *), const void *data)
{
	uint64_t least = UINT64_MAX;
	unsigned int round;

	run(data);
	for (round = 0; round < ROUNDS; round++) {
		uint64_t start = counter_read();
		uint64_t counted;

		run(data);
		counted = counter_read() - start;
		if (counted < least)
			least = counted;
	}
	return least;
}
