// SPDX-License-Identifier: GPL-2.0

#include "tables.h"

/* Lowest level whose table, known from an address before, leads here as well. */
static __always_inline unsigned int known_level(const struct cursor *cursor,
						u64 address)
{
	unsigned int level;

	_Pragma("GCC unroll 2")
	for (level = V2P_LEVEL_PUD; level < ARCH_TOP_LEVEL; level++)
		if (cursor->spans[level] == span_of(level, address))
			break;
	return level;
}

void record_step(struct table_path *path, const u64 *at, unsigned int level, u64 entry)
{
	path->steps[path->count++] = (struct table_step) {
		.physical = __pa(at),
		.entry = entry,
		.index = offset_in((unsigned long)at / sizeof(*at),
				   arch_level_bits(level)),
		.level = level,
		.flags = level != V2P_LEVEL_PTE && arch_entry_table(entry) ?
				arch_table_flags(entry) : 0,
	};
}

/* The part of descend() above the table of level PUD, from what is known on. */
enum outcome descend_to_pud(struct cursor *cursor, bool kernel, u64 address,
			    struct found *found, struct table_path *path)
{
	const unsigned int start = known_level(cursor, address);
	enum outcome outcome;
	unsigned int level;

	if (!parents_in_place(cursor, kernel))
		return OUTCOME_RETRY;

	/* Unrolled, so that what depends on the level alone is a constant. */
	_Pragma("GCC unroll 2")
	for (level = ARCH_TOP_LEVEL; level > V2P_LEVEL_PUD; level--) {
		if (level > start || arch_level_folded(level))
			continue;
		outcome = step_down(cursor, kernel, level, address, found, path);
		if (outcome != OUTCOME_TABLE)
			return outcome;
	}
	return OUTCOME_TABLE;
}
