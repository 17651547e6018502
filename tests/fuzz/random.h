/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers that a seed decides: splitmix64. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_number(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline uint32_t random_below(struct random *random, uint32_t limit)
{
	return (random_number(random) >> 32) * limit >> 32;
}

static inline bool one_in(struct random *random, uint32_t count)
{
	return !random_below(random, count);
}

#define RANDOM_OF(random, array) \
	((array)[random_below(random, sizeof(array) / sizeof((array)[0]))])

#endif /* RANDOM_H */
