// SPDX-License-Identifier: GPL-2.0

#include "tables.h"

/* The lowest level from @level up whose cached table serves this address. */
static __always_inline unsigned int cached_level(const struct v2p_walk_cache *cache,
						 unsigned int level, u64 address)
{
	_Pragma("GCC unroll 2")
	for (; !v2p_is_cached(cache, level, address); level++)
		;
	return level;
}

void v2p_record_step(struct v2p_walk_steps *steps, const u64 *entryp,
		     unsigned int level, u64 entry, u64 address)
{
	steps->steps[steps->count++] = (struct v2p_walk_step) {
		.physical = __pa(entryp),
		.entry = entry,
		.index = v2p_table_index(level, address),
		.level = level,
		.flags = level != V2P_LEVEL_PTE && v2p_arch_entry_table(entry) ?
				v2p_arch_table_flags(entry) : 0,
	};
}

/*
 * The part of v2p_walk_down() that is seldom needed: to the table two levels above that
 * of V2P_LEVEL_PTE.
 */
enum v2p_walk_result v2p_walk_from_top(struct v2p_walk_cache *cache,
				       enum v2p_aspace_kind kind, u64 address,
				       struct v2p_leaf *leaf,
				       struct v2p_walk_steps *steps)
{
	const unsigned int to = v2p_level_above(v2p_level_above(V2P_LEVEL_PTE));
	const unsigned int start = cached_level(cache, to, address);
	enum v2p_walk_result result;
	unsigned int level;

	/* The last recheck of the cached tables that are replaced now. */
	if (!v2p_recheck_cached(cache, kind))
		return V2P_WALK_RETRY;

	/* Unrolled, so that what depends on the level alone is a constant. */
	_Pragma("GCC unroll 4")
	for (level = V2P_ARCH_TOP_LEVEL; level > V2P_LEVEL_PTE; level--) {
		if (level > start || level <= to || v2p_arch_level_folded(level))
			continue;
		result = v2p_walk_cached_level(cache, kind, level, address, leaf, steps);
		if (result != V2P_WALK_TABLE)
			return result;
	}
	return V2P_WALK_TABLE;
}
