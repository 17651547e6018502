/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_IOVA_ENTRY_H
#define V2P_IOVA_ENTRY_H

#include <linux/bits.h>
#include <linux/types.h>

#include <uapi/linux/v2p.h>

/* Tables of all IOMMUs that are known here have 512 entries. */
#define V2P_IOVA_TABLE_BITS	9
#define V2P_IOVA_TABLE_ENTRIES	BIT(V2P_IOVA_TABLE_BITS)

/* Of any table entry, what it points to. */
#define V2P_IOVA_ADDRESS	GENMASK_ULL(51, 12)

/* What an entry spans, as a power of two; @level is one of V2P_LEVEL_PTE to V2P_LEVEL_LEVEL_6. */
static inline unsigned int v2p_iova_shift(unsigned int level)
{
	return 12 + V2P_IOVA_TABLE_BITS * level;
}

static inline unsigned int v2p_iova_index(unsigned int level, u64 address)
{
	return (address >> v2p_iova_shift(level)) & (V2P_IOVA_TABLE_ENTRIES - 1);
}

/* The flags of what a device may read or write; not for what it may neither. */
static inline u32 v2p_iova_rights(bool read, bool write)
{
	return V2P_FLAG_PRESENT | (write ? V2P_FLAG_WRITE : 0) |
	       (write && !read ? V2P_FLAG_WRITE_ONLY : 0);
}

/**
 * enum v2p_iova_what - what an entry is
 * @V2P_IOVA_NONE: empty, or such that the IOMMU refuses it
 * @V2P_IOVA_TABLE: it points to a table
 * @V2P_IOVA_PAGE: it maps a page
 */
enum v2p_iova_what {
	V2P_IOVA_NONE,
	V2P_IOVA_TABLE,
	V2P_IOVA_PAGE,
};

/**
 * struct v2p_iova_entry - an entry, decoded
 * @what: what it is
 * @below: of the table that it points to, enum v2p_level
 * @shift: size of the page that it maps, as a power of two; may be larger than what the entry
 *	spans, as several may map one page
 * @flags: enum v2p_flag
 * @physical: address of the table, or of the first byte of the page
 */
struct v2p_iova_entry {
	enum v2p_iova_what what;
	u8 below;
	u8 shift;
	u32 flags;
	u64 physical;
};

/**
 * v2p_iova_decode() - decode an entry of a page table
 * @format: enum v2p_table_format
 * @marks: the IOMMU marks what is accessed and dirty, in a format that leaves that open
 * @level: of the table, enum v2p_level
 * @entry: its value
 * @e: set
 */
void v2p_iova_decode(u8 format, bool marks, unsigned int level, u64 entry,
		     struct v2p_iova_entry *e);

#endif /* V2P_IOVA_ENTRY_H */
