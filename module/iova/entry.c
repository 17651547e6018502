// SPDX-License-Identifier: GPL-2.0
/*
 * The entries of IOMMUs' page tables. An entry that its specification reserves makes the IOMMU
 * refuse the device's request: it is none.
 */

#include <linux/bitops.h>
#include <linux/mem_encrypt.h>

#include "entry.h"

/* Several formats may map pages of these levels. */
static bool is_large(unsigned int level)
{
	return level == V2P_LEVEL_PMD || level == V2P_LEVEL_PUD;
}

/* What all formats but AMD's own have in common: a bit tells a page from a table. */
static void set_target(unsigned int level, u64 entry, struct v2p_iova_entry *e)
{
	const u64 large = BIT_ULL(7);

	if (level == V2P_LEVEL_PTE || (is_large(level) && entry & large)) {
		e->what = V2P_IOVA_PAGE;
		e->shift = v2p_iova_shift(level);
		e->physical = entry & V2P_IOVA_ADDRESS & -BIT_ULL(e->shift);
	} else if (!(entry & large)) {
		e->what = V2P_IOVA_TABLE;
		e->below = level - 1;
		e->physical = entry & V2P_IOVA_ADDRESS;
	}
}

/* Intel's VT-d specification, "Second-Stage Paging Entries". */
static void decode_vtd_second(bool marks, unsigned int level, u64 entry,
			      struct v2p_iova_entry *e)
{
	const u64 read = BIT_ULL(0), write = BIT_ULL(1), accessed = BIT_ULL(8),
		  dirty = BIT_ULL(9);

	if (!(entry & (read | write)))
		return;
	set_target(level, entry, e);
	e->flags = v2p_iova_rights(entry & read, entry & write);
	if (marks && entry & accessed)
		e->flags |= V2P_FLAG_ACCESSED;
	if (marks && e->what == V2P_IOVA_PAGE && entry & dirty)
		e->flags |= V2P_FLAG_DIRTY;
}

/*
 * Those of the processor: VT-d's "First-Stage Paging Entries", and what AMD's IOMMU
 * specification calls guest page tables. Whoever may use a page may read it.
 */
static void decode_x86(unsigned int level, u64 entry, struct v2p_iova_entry *e)
{
	const u64 present = BIT_ULL(0), write = BIT_ULL(1), user = BIT_ULL(2),
		  accessed = BIT_ULL(5), dirty = BIT_ULL(6);

	if (!(entry & present))
		return;
	set_target(level, entry, e);
	e->flags = v2p_iova_rights(true, entry & write);
	if (entry & user)
		e->flags |= V2P_FLAG_USER;
	if (entry & accessed)
		e->flags |= V2P_FLAG_ACCESSED;
	if (e->what == V2P_IOVA_PAGE && entry & dirty)
		e->flags |= V2P_FLAG_DIRTY;
}

/* The size of a page is told by the lowest bit of its address that is 0, which is half of it. */
static unsigned int amd_v1_page_shift(u64 entry)
{
	const u64 zeros = ~entry & V2P_IOVA_ADDRESS;

	return zeros ? __ffs64(zeros) + 1 : 64;
}

/*
 * AMD's IOMMU specification, "I/O Page Tables for Host Translations". An entry names the level
 * of the table that it points to, which may be lower than the next; or a page of the size that
 * its level spans; or one of the size that the lowest bit of the address tells that is 0, in
 * all of as many entries as it takes.
 */
static void decode_amd_v1(bool marks, unsigned int level, u64 entry, struct v2p_iova_entry *e)
{
	const u64 present = BIT_ULL(0), accessed = BIT_ULL(5), dirty = BIT_ULL(6),
		  read = BIT_ULL(61), write = BIT_ULL(62);
	const unsigned int next = (entry >> 9) & 7, own_size = 0, other_size = 7;

	/* With neither right, nobody may use what it points to. */
	if (!(entry & present) || !(entry & (read | write)))
		return;
	e->flags = v2p_iova_rights(entry & read, entry & write);
	if (next != own_size && next != other_size) {
		/* Levels are counted from 1 there, and from 0 here. */
		if (next > level)
			return;
		e->what = V2P_IOVA_TABLE;
		e->below = next - 1;
		e->physical = entry & V2P_IOVA_ADDRESS;
		return;
	}

	e->shift = next == own_size ? v2p_iova_shift(level) : amd_v1_page_shift(entry);
	/* A page that this level can map, by one of its entries or by several. */
	if (e->shift < v2p_iova_shift(level) || e->shift >= v2p_iova_shift(level + 1) ||
	    e->shift > 51)
		return;
	e->what = V2P_IOVA_PAGE;
	e->physical = entry & V2P_IOVA_ADDRESS & -BIT_ULL(e->shift);
	if (e->shift > v2p_iova_shift(level))
		e->flags |= V2P_FLAG_CONTIGUOUS;
	if (marks && entry & accessed)
		e->flags |= V2P_FLAG_ACCESSED;
	if (marks && entry & dirty)
		e->flags |= V2P_FLAG_DIRTY;
}

void v2p_iova_decode(u8 format, bool marks, unsigned int level, u64 entry,
		     struct v2p_iova_entry *e)
{
	/* The kernel's drivers set the bit of memory encryption in all that they point to. */
	const u64 encrypted = entry ^ __sme_clr(entry);

	*e = (struct v2p_iova_entry) {};
	entry ^= encrypted;
	switch (format) {
	case V2P_TABLE_FORMAT_VTD_SECOND_STAGE:
		decode_vtd_second(marks, level, entry, e);
		break;
	case V2P_TABLE_FORMAT_VTD_FIRST_STAGE:
	case V2P_TABLE_FORMAT_AMD_V2:
		decode_x86(level, entry, e);
		break;
	case V2P_TABLE_FORMAT_AMD_V1:
		decode_amd_v1(marks, level, entry, e);
		break;
	}
	if (e->what == V2P_IOVA_NONE)
		e->flags = 0;
	else if (encrypted)
		e->flags |= V2P_FLAG_ENCRYPTED;
}
