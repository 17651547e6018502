// SPDX-License-Identifier: GPL-2.0

#include "tables.h"

/* The lowest level from V2P_LEVEL_PUD up whose cached table serves this address. */
static __always_inline unsigned int cached_level(const struct v2p_walk_cache *cache,
						 u64 address)
{
	unsigned int level;

	_Pragma("GCC unroll 2")
	for (level = V2P_LEVEL_PUD; level < V2P_ARCH_TOP_LEVEL; level++)
		if (cache->tags[level] == v2p_tag(level, address))
			break;
	return level;
}

void v2p_record_step(struct v2p_walk_steps *steps, const u64 *entryp,
		     unsigned int level, u64 entry)
{
	steps->steps[steps->count++] = (struct v2p_walk_step) {
		.physical = __pa(entryp),
		.entry = entry,
		.index = v2p_offset_in((unsigned long)entryp / sizeof(*entryp),
				       v2p_arch_level_bits(level)),
		.level = level,
		.flags = level != V2P_LEVEL_PTE && v2p_arch_entry_table(entry) ?
				v2p_arch_table_flags(entry) : 0,
	};
}

/* The part of v2p_walk_down() above the PUD table. */
enum v2p_walk_result v2p_walk_to_pud_table(struct v2p_walk_cache *cache,
					   enum v2p_aspace_kind kind, u64 address,
					   struct v2p_leaf *leaf,
					   struct v2p_walk_steps *steps)
{
	const unsigned int start = cached_level(cache, address);
	enum v2p_walk_result result;
	unsigned int level;

	/* The last recheck of the cached tables that are replaced now. */
	if (!v2p_recheck_cached(cache, kind))
		return V2P_WALK_RETRY;

	/* Unrolled, so that what depends on the level alone is a constant. */
	_Pragma("GCC unroll 2")
	for (level = V2P_ARCH_TOP_LEVEL; level > V2P_LEVEL_PUD; level--) {
		if (level > start || v2p_arch_level_folded(level))
			continue;
		result = v2p_walk_level(cache, kind, level, address, leaf, steps);
		if (result != V2P_WALK_TABLE)
			return result;
	}
	return V2P_WALK_TABLE;
}
