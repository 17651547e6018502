/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RANDOM_H
#define RANDOM_H

/* The same numbers for the same seed; xorshift, whose state must not be 0. */
static inline unsigned int random_next(unsigned int *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static inline unsigned int random_below(unsigned int *state, unsigned int limit)
{
	return limit ? random_next(state) % limit : 0;
}

#endif /* RANDOM_H */
