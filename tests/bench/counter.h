/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Instructions executed, on a machine whose clock counts them (QEMU's -icount shift=0). arm64's
 * timer ticks once for 16 of them, in the QEMU that we count with.
 */
#ifndef COUNTER_H
#define COUNTER_H

#include <stdint.h>

static inline uint64_t counter_read(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
	uint64_t ticks;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r" (ticks));
	return ticks * 16;
#else
#error "how does this processor tell the time?"
#endif
}

/* The fewest instructions of some rounds, after a first: what is more was an interrupt's. */
uint64_t counter_least(void (*run)(const void *), const void *data);

/* Ends the program where the clock counts anything else. */
void counter_check(void);

#endif /* COUNTER_H */
