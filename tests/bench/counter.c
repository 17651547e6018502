// SPDX-License-Identifier: GPL-2.0
#include "common.h"
#include "counter.h"

#define LOOPS	10000000UL
#define ROUNDS	3

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

/* As short as possible on the processor at hand: two instructions a round. */
static void loop(const void *unused)
{
	unsigned long loops = LOOPS;

	(void)unused;
#if defined(__x86_64__)
	__asm__ volatile("1: dec %0; jnz 1b" : "+r" (loops));
#elif defined(__aarch64__)
	__asm__ volatile("1: subs %0, %0, #1; b.ne 1b" : "+r" (loops) : : "cc");
#else
#error "a loop of known length, please"
#endif
}

void counter_check(void)
{
	const uint64_t wanted = 2 * LOOPS;
	/* The least: what the program before has left behind may be cleaned up meanwhile. */
	const uint64_t counted = counter_least(loop, NULL);

	/* A few ticks come in between. */
	if (counted < wanted || counted > wanted + wanted / 50)
		die("the clock does not count instructions: %lu for %lu", counted, wanted);
}
