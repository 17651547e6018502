/* SPDX-License-Identifier: GPL-2.0 */
/* Is an answer one that there may be? */
#ifndef VERIFY_H
#define VERIFY_H

#include <v2p.h>

#include "shared.h"

/* What answers were, to be added to the counts of a stressor all at once. */
struct sums {
	unsigned long counts[COUNTS];
};

void sums_add(const struct sums *sums, struct stressor *stressor);

/* Learns where the machine has memory. */
bool verify_start(void);

/*
 * One answer: what holds for any, and what is known of its place, which may be NULL.
 * The address may be any byte of the place's page. Where only status and physical
 * address were asked for, the page shift and the flags are 0: then by a handle that asks
 * anew for as long as it takes, so that what is being changed is not among the answers.
 */
void verify_answer(struct stressor *stressor, struct sums *sums, const char *way,
		   uint64_t address, const struct place *place,
		   const struct v2p_translation *answer);

void verify_walk(struct stressor *stressor, struct sums *sums, uint64_t address,
		 const struct place *place, const struct v2p_walk *walk);

/**
 * struct mapping - extents of a range being verified
 * @stressor: whose
 * @sums: what they were
 * @way: for reports
 * @range: what was asked for
 * @next: end of the last extent
 * @place: index of the next place
 * @count: extents seen
 */
struct mapping {
	struct stressor *stressor;
	struct sums sums;
	const char *way;
	struct v2p_range range;
	uint64_t next;
	unsigned int place;
	unsigned int count;
};

void mapping_start(struct mapping *mapping, struct stressor *stressor, const char *way,
		   const struct v2p_range *range);
/* Stops where it does not come to an end: a kernel with KASAN has one page for terabytes. */
v2p_extent_fn mapping_take;
/* After the last extent; not where the process ended before, nor where it was stopped. */
void mapping_end(struct mapping *mapping);

#endif /* VERIFY_H */
