// SPDX-License-Identifier: GPL-2.0
/* Entries that map no page, and stand for one of several: v2p_arch_softleaf_block_shift(). */

#include <linux/bits.h>
#include <linux/pfn.h>

#include "arch/arch.h"
#include "aspace.h"
#include "entry.h"
#include "levels.h"
#include "tables.h"

/* Does another entry of a block say that it is a page which begins at @frame? */
static bool is_of_block(unsigned int level, u64 entry, u64 other, u64 frame)
{
	const unsigned int shift = v2p_arch_leaf_shift(level, other);

	if (!v2p_arch_entry_present(other))
		return other == entry;
	return v2p_arch_entry_leaf(level, other) && shift > v2p_arch_level_shift(level) &&
	       PHYS_PFN(v2p_arch_leaf_physical(level, other) & -BIT_ULL(shift)) == frame;
}

/*
 * set_huge_pte_at() gives all entries of a contiguous hugetlb page the same value, one after
 * the other, and clears them likewise. Those of other pages have frames of their own, so that
 * one that is not the first of its block seldom has a frame that such a page may begin at. If
 * it has, the others of the block tell. (Unless all others are just being cleared, and this
 * one is the last of them, for the instant between the two.)
 */
void v2p_entry_find_frame_in_block(enum v2p_aspace_kind kind, unsigned int level,
				   const u64 *entryp, u64 address, struct v2p_translation *t)
{
	const unsigned int shift = v2p_arch_level_shift(level);
	const unsigned int count = BIT(v2p_arch_softleaf_block_shift(level));
	const unsigned int index = v2p_offset_in(address >> shift,
						 v2p_arch_softleaf_block_shift(level));
	const u64 frame = t->swap_offset - PHYS_PFN(v2p_offset_in(address, shift));
	const u64 frames = PHYS_PFN((u64)count << shift);
	unsigned int i;

	if (t->status != V2P_STATUS_MIGRATING &&
	    (t->status != V2P_STATUS_POISONED || !t->swap_offset))
		return;
	if (!index || frame & (frames - 1))
		return;
	for (i = 0; i < count; i++) {
		if (i != index &&
		    is_of_block(level, t->entry, v2p_read_entry(kind, entryp - index + i), frame)) {
			t->swap_offset += PHYS_PFN((u64)index << shift);
			return;
		}
	}
}
