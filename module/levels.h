/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Levels of the page tables, which are those of enum v2p_level that are not folded. The
 * top level and V2P_LEVEL_PTE never are. A level that is folded has no tables: what the
 * kernel calls its entries are those of the next level above.
 */
#ifndef V2P_LEVELS_H
#define V2P_LEVELS_H

#include <linux/bits.h>
#include <linux/types.h>

#include "arch/arch.h"

/* Those of a processor at most; an IOMMU may have more. */
#define V2P_LEVELS	(V2P_LEVEL_PGD + 1)

static __always_inline u64 v2p_offset_in(u64 address, unsigned int shift)
{
	return address & (BIT_ULL(shift) - 1);
}

/* What a table spans, as a power of two. */
static __always_inline unsigned int v2p_table_shift(unsigned int level)
{
	return v2p_arch_level_shift(level) + v2p_arch_level_bits(level);
}

static __always_inline unsigned int v2p_table_index(unsigned int level, u64 address)
{
	return v2p_offset_in(address >> v2p_arch_level_shift(level),
			     v2p_arch_level_bits(level));
}

static __always_inline unsigned int v2p_level_below(unsigned int level)
{
	do
		level--;
	while (v2p_arch_level_folded(level));
	return level;
}

static __always_inline unsigned int v2p_level_above(unsigned int level)
{
	do
		level++;
	while (level < V2P_ARCH_TOP_LEVEL && v2p_arch_level_folded(level));
	return level;
}

/* The entries of this level are what the kernel calls a pud, or of a lower level. */
static __always_inline bool v2p_level_up_to_pud(unsigned int level)
{
	return level <= V2P_LEVEL_PUD || v2p_level_below(level) < V2P_LEVEL_PUD;
}

#endif /* V2P_LEVELS_H */
