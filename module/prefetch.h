/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_PREFETCH_H
#define V2P_PREFETCH_H

#include <linux/sizes.h>
#include <linux/types.h>

struct v2p_aspace;
struct v2p_walk_cache;

/*
 * Page tables of this size, which map 2 GiB of small pages, do not fit into the cache that
 * most processors have for themselves: nearly every table that is read comes from farther
 * away. Where they fit, prefetching takes longer than it saves (make bench-model).
 */
#define V2P_PREFETCH_TABLES	SZ_4M

/**
 * v2p_prefetch_entries() - have the entries of addresses loaded, many at a time
 * @cache: of the section with interrupts off that this is called in
 * @aspace: a process's
 * @virtual: addresses, not necessarily aligned in memory
 * @count: number of addresses
 * @budget: entries that the section may read; of more addresses than it gets to with that,
 *	no more are looked at
 *
 * A walk waits for one entry after the other. Walks of different addresses need not wait for
 * each other: this descends the tables of several side by side, and only asks for the last
 * entry of each to be loaded. It decides nothing: the walk that follows reads all entries
 * again, and rechecks them. What it reads is not counted in @budget: up to 7 entries for each
 * of as many scattered addresses as the section gets to.
 */
void v2p_prefetch_entries(struct v2p_walk_cache *cache, const struct v2p_aspace *aspace,
			  const u64 *virtual, unsigned int count, unsigned int budget);

#endif /* V2P_PREFETCH_H */
