/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much there is to read of a range: entries of page tables. Most addresses have no
 * tables, and those that have some lie far apart, so that addresses are no measure.
 */
#ifndef WORK_H
#define WORK_H

#include <stddef.h>
#include <stdint.h>

#include "commands/session.h"

/**
 * struct work - what is to be read
 * @parts: where something is, in order of address
 * @count: how many
 * @entries: of all of them
 */
struct work {
	struct work_part *parts;
	size_t count;
	uint64_t entries;
};

/**
 * work_measure() - find out where the tables are
 * @work: filled in, with nothing where it cannot be found out; to be freed in every case
 * @session: asked for as many addresses as there are tables, and no more than some
 *	hundred thousand
 * @range: which part of them
 */
void work_measure(struct work *work, const struct session *session,
		  const struct v2p_range *range);
void work_free(struct work *work);

/* Entries that have been read where the range is walked up to @next. */
uint64_t work_done(const struct work *work, uint64_t next);

#endif /* WORK_H */
