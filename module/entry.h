/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_ENTRY_H
#define V2P_ENTRY_H

#include <linux/bits.h>
#include <linux/types.h>

#include <uapi/linux/v2p.h>

/* What a user's entry records in bits that mean something else in the kernel. */
#define ENTRY_USER_ONLY_FLAGS (V2P_FLAG_SOFT_DIRTY | V2P_FLAG_UFFD_WP | V2P_FLAG_SPECIAL)

static __always_inline u64 offset_in(u64 address, unsigned int shift)
{
	return address & (BIT_ULL(shift) - 1);
}

/**
 * struct translation - what an entry says of an address
 * @physical: where it is; 0 unless @status is V2P_STATUS_MAPPED
 * @entry: the entry's value
 * @swap_offset: page of a swap area, or page frame number, as @status says
 * @flags: enum v2p_flag
 * @status: enum v2p_status
 * @page_shift: what the entry spans, as a power of two
 * @swap_type: number of the swap area
 *
 * Each goes into the attribute of the same name.
 */
struct translation {
	u64 physical;
	u64 entry;
	u64 swap_offset;
	u32 flags;
	u8 status;
	u8 page_shift;
	u8 swap_type;
};

/**
 * entry_decode() - what an entry says of an address
 * @kernel: it is one of the kernel's
 * @level: its level
 * @entry: its value, which holds no table
 * @address: an address that it is for
 * @t: zeroed; filled in
 */
void entry_decode(bool kernel, unsigned int level, u64 entry, u64 address,
		  struct translation *t);

#endif /* V2P_ENTRY_H */
