// SPDX-License-Identifier: GPL-2.0

#include <linux/prefetch.h>

#include "arch/arch.h"
#include "arrays.h"
#include "aspace.h"
#include "levels.h"
#include "prefetch.h"
#include "tables.h"

/* Loads that most processors can wait for at the same time. */
#define GROUP	16U

/* Fewer addresses than this are not worth it. */
#define LEAST	16U

/**
 * struct group - addresses whose tables are descended side by side
 * @count: number of addresses
 * @addresses: the addresses, each in another PTE table than the one before
 * @tables: what each has come to
 */
struct group {
	unsigned int count;
	u64 addresses[GROUP];
	struct v2p_table tables[GROUP];
};

/*
 * From a table of @level to the one below. Returns false where there is none. What is followed
 * is rechecked before, as in a walk that counts. Others come in between, so that a table that
 * processes share (hugetlb, huge_pmd_unshare()) has more time to go than in such a walk: it is
 * read as the kernel's tables are, and what faults is no entry.
 */
static __always_inline bool descend(struct v2p_walk_cache *cache, struct v2p_table *table,
				    unsigned int level, u64 address)
{
	const u64 *entryp = v2p_entry_offset(table->entries, level, address);
	const u64 entry = v2p_read_entry(V2P_ASPACE_KERNEL, entryp);

	return v2p_arch_entry_table(entry) &&
	       (level == V2P_ARCH_TOP_LEVEL || v2p_recheck_parent(table, V2P_ASPACE_KERNEL)) &&
	       v2p_follow(cache, table, V2P_ASPACE_PROCESS, entryp, entry);
}

/* Descends to @below, and drops the addresses that have no table there. */
static __always_inline void descend_all(struct v2p_walk_cache *cache, struct group *group,
					unsigned int level, unsigned int below)
{
	unsigned int i, left = 0;

	for (i = 0; i < group->count; i++) {
		const u64 address = group->addresses[i];
		struct v2p_table table = group->tables[i];

		if (!descend(cache, &table, level, address))
			continue;
		prefetch(v2p_entry_offset(table.entries, below, address));
		group->addresses[left] = address;
		group->tables[left++] = table;
	}
	group->count = left;
}

static void prefetch_group(struct v2p_walk_cache *cache, struct group *group)
{
	unsigned int level, below;

	_Pragma("GCC unroll 4")
	for (level = V2P_ARCH_TOP_LEVEL; level > V2P_LEVEL_PTE; level--) {
		if (v2p_arch_level_folded(level))
			continue;
		_Pragma("GCC unroll 4")
		for (below = level - 1; v2p_arch_level_folded(below); below--)
			;
		descend_all(cache, group, level, below);
	}
}

void v2p_prefetch_entries(struct v2p_walk_cache *cache, const struct v2p_aspace *aspace,
			  const u64 *virtual, unsigned int count, unsigned int budget)
{
	const unsigned int lowest = v2p_level_above(V2P_LEVEL_PTE);
	const unsigned int shift = v2p_arch_level_shift(lowest);
	const unsigned int scattered = budget / (V2P_DESCENT_COST + 1);
	const unsigned int end = min(count, budget);
	u64 before = V2P_NO_TAG;
	unsigned int i = 0, all;
	struct group group;

	/* Side by side, many are in one table, which is loaded for the first of them. */
	if (end < LEAST || v2p_read_u64(virtual) >> shift ==
			   v2p_read_u64(virtual + LEAST - 1) >> shift)
		return;

	for (all = 0; i < end && all < scattered; all += GROUP) {
		const unsigned int most = min(GROUP, scattered - all);

		group.count = 0;
		for (; i < end && group.count < most; i++) {
			const u64 address = v2p_arch_user_address(v2p_read_u64(virtual + i));

			if (address >> shift == before || address < aspace->first ||
			    address > aspace->last)
				continue;
			before = address >> shift;
			group.addresses[group.count] = address;
			group.tables[group.count++] = cache->tables[V2P_ARCH_TOP_LEVEL];
		}
		prefetch_group(cache, &group);
	}
}
