/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_ENTRY_H
#define V2P_ENTRY_H

#include <linux/types.h>

#include <uapi/linux/v2p.h>

#include "arch/arch.h"
#include "aspace.h"
#include "levels.h"

/* Where v2p_aspace_user_entries() is not true, the bits of these mean something else. */
#define V2P_USER_ONLY_FLAGS (V2P_FLAG_SOFT_DIRTY | V2P_FLAG_UFFD_WP | V2P_FLAG_SPECIAL)

/**
 * struct v2p_translation - what a leaf entry says of an address
 * @physical: physical address; 0 unless @status is V2P_STATUS_MAPPED
 * @entry: raw value of the entry
 * @swap_offset: offset in the swap area, or page frame number, as @status tells
 * @flags: enum v2p_flag
 * @status: enum v2p_status
 * @page_shift: what the entry spans, as a power of two
 * @swap_type: number of the swap area
 * @level: enum v2p_level, of the entry
 * @memory_type: enum v2p_memory_type; 0 unless @status is V2P_STATUS_MAPPED
 * @protection_key: likewise 0, and where there are none
 *
 * Each member has a netlink attribute of its name.
 */
struct v2p_translation {
	u64 physical;
	u64 entry;
	u64 swap_offset;
	u32 flags;
	u8 status;
	u8 page_shift;
	u8 swap_type;
	u8 level;
	u8 memory_type;
	u8 protection_key;
};

/**
 * v2p_entry_decode() - decode a leaf entry
 * @kind: the kind of address space that it is an entry of
 * @level: its level
 * @entry: its value, which points to no table
 * @address: an address in its span
 * @t: zeroed; filled in
 */
void v2p_entry_decode(enum v2p_aspace_kind kind, unsigned int level, u64 entry,
		      u64 address, struct v2p_translation *t);

void v2p_entry_find_frame_in_block(enum v2p_aspace_kind kind, unsigned int level,
				   const u64 *entryp, u64 address, struct v2p_translation *t);

/**
 * v2p_entry_find_frame() - the frame behind an address, of an entry that maps no page
 * @kind: the kind of address space that it is an entry of
 * @level: its level
 * @entryp: where it stands; call before the v2p_irqoff_end() of the walk that found it
 * @address: an address in its span
 * @t: what it was decoded to; the frame is corrected where the entry is one of several that
 *	stand for a page, and all have the frame of the first
 */
static __always_inline void v2p_entry_find_frame(enum v2p_aspace_kind kind,
						 unsigned int level, const u64 *entryp,
						 u64 address, struct v2p_translation *t)
{
	/* No code where there are no such pages. */
	if (v2p_arch_softleaf_block_shift(level) && v2p_aspace_user_entries(kind) &&
	    t->status != V2P_STATUS_MAPPED)
		v2p_entry_find_frame_in_block(kind, level, entryp, address, t);
}

/**
 * v2p_entry_same_attrs() - would a leaf entry be decoded to the same as another
 * @level: its level
 * @entry: its value, which points to no table
 * @t: what another entry of the same kind of address space was decoded to, or zeroed
 *
 * Return: true if it is present, and all but @entry and @physical of a translation are the same.
 * Most entries differ from the one before in nothing else.
 */
static __always_inline bool v2p_entry_same_attrs(unsigned int level, u64 entry,
						 const struct v2p_translation *t)
{
	return t->status == V2P_STATUS_MAPPED && t->level == level &&
	       v2p_arch_entry_present(entry) &&
	       v2p_arch_same_attrs(v2p_arch_leaf_format(level), entry, entry ^ t->entry);
}

/* Of a present leaf entry; faster than v2p_entry_decode(). */
static __always_inline u64 v2p_entry_physical(unsigned int level, u64 entry, u64 address)
{
	return v2p_arch_present_physical(v2p_arch_leaf_format(level), entry) |
	       v2p_offset_in(address, v2p_arch_leaf_own_shift(level, entry));
}

/**
 * v2p_entry_decode_next() - decode a leaf entry after another, which it may resemble
 * @kind: the kind of address space that both are entries of
 * @level: its level
 * @entry: its value, which points to no table
 * @address: an address in its span
 * @t: what the entry before was decoded to, or zeroed; filled in
 */
static __always_inline void v2p_entry_decode_next(enum v2p_aspace_kind kind,
						  unsigned int level, u64 entry, u64 address,
						  struct v2p_translation *t)
{
	if (v2p_entry_same_attrs(level, entry, t)) {
		t->entry = entry;
		t->physical = v2p_entry_physical(level, entry, address);
		return;
	}
	*t = (struct v2p_translation) {};
	v2p_entry_decode(kind, level, entry, address, t);
}

#endif /* V2P_ENTRY_H */
