/* SPDX-License-Identifier: GPL-2.0 */
/* The extents that v2p answers a range with, and what they must be like. */
#ifndef EXTENTS_H
#define EXTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <v2p.h>

#include "wire.h"

/* What ends no extent. */
#define TOUCHED_FLAGS (V2P_FLAG_ACCESSED | V2P_FLAG_DIRTY | V2P_FLAG_SOFT_DIRTY)

#define ALL_STATES ((1u << __V2P_STATUS_MAX) - 1)

/**
 * struct extents - a list of extents
 * @at: the extents; never freed, so that a list can be used anew
 * @count: how many
 * @room: how many fit
 */
struct extents {
	struct v2p_extent *at;
	size_t count;
	size_t room;
};

void extents_add(struct extents *list, const struct v2p_extent *extent);

/* Adds an extent, or what is alike and follows the last one to that. */
void extents_glue(struct extents *list, const struct v2p_extent *extent, bool merge);

/* Those of a message of the wire. False, printed, where it holds none that are whole. */
bool extents_of_message(const struct wire *wire, struct extents *list);

/*
 * Asks v2p_map(), returns what it returns. The list, emptied first, is in order,
 * nothing is in it twice, no two neighbours could be one extent, and the range holds
 * all: 1 is returned, and the first fault printed, where that is not so.
 */
int extents_map(struct v2p *v2p, struct v2p_target target, const struct v2p_range *range,
		struct extents *list);

/* The same extents; the first difference is printed. */
bool extents_same(const struct extents *expected, const struct extents *found);

/* Forgets what may change while nobody does anything: the kernel ages pages. */
void extents_forget_touched(struct extents *list);

/* The one that holds an address, or NULL. */
const struct v2p_extent *extents_find(const struct extents *list, uint64_t address);

static inline uint64_t extent_end(const struct v2p_extent *extent)
{
	return extent->address + extent->length;
}

uint64_t extents_bytes(const struct extents *list);

#endif /* EXTENTS_H */
