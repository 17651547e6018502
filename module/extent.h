/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_EXTENT_H
#define V2P_EXTENT_H

#include <linux/types.h>

#include "known.h"

struct v2p_aspace;
struct v2p_frames;

/**
 * struct v2p_extent - a run that is contiguous in virtual and in physical memory
 * @virtual: virtual address of its first byte
 * @physical: physical address of its first byte; 0 unless @status is V2P_STATUS_MAPPED
 * @length: in bytes
 * @flags: enum v2p_flag
 * @status: enum v2p_status
 * @page_shift: size of its pages, as a power of two; 0 for a hole
 * @swap_type: of its first page, as in struct v2p_translation
 * @level: likewise; 0 for a hole
 * @memory_type: enum v2p_memory_type
 * @protection_key: of its first page
 * @page_kind: enum v2p_page_kind of all its pages, if that is asked for
 * @node: that all its pages are of, likewise; NUMA_NO_NODE if there is none
 * @swap_offset: of its first page, as in struct v2p_translation
 */
struct v2p_extent {
	u64 virtual;
	u64 physical;
	u64 length;
	u32 flags;
	u8 status;
	u8 page_shift;
	u8 swap_type;
	u8 level;
	u8 memory_type;
	u8 protection_key;
	u8 page_kind;
	s16 node;
	u64 swap_offset;
};

/**
 * struct v2p_extent_filter - which pages to report
 * @states: a bit for each wanted enum v2p_status
 * @with_flags: flags that a page must have
 * @without_flags: flags that a page must not have
 * @page_shifts: a bit for each wanted page size; not applied to holes
 * @memory_types: a bit for each wanted enum v2p_memory_type
 * @frames: only what is in this memory; NULL for all
 */
struct v2p_extent_filter {
	u32 states;
	u32 with_flags;
	u32 without_flags;
	u32 memory_types;
	u64 page_shifts;
	const struct v2p_frames *frames;
};

/**
 * struct v2p_extent_range - a range of addresses, and how far it is walked
 * @next: first address that is not walked yet; 0 after the highest address there is
 * @last: last address of the range
 * @filter: which pages to report
 * @known: what is reported as it is, beyond the base
 * @merge: extents go on across different page sizes, flags, memory types and keys
 * @swap: extents that are not mapped are contiguous in the swap offset, too
 * @by_page: an extent is of one node, and of pages of one kind, whichever of these have an array
 * @user_kinds: not what a page is that the process has no longer, for who may not ask about any
 * @retry: for how long a hole with V2P_FLAG_CHANGING is not reported but walked again,
 *	in nanoseconds from the first such hole on; 0 to report it
 * @deadline: when that time is over; 0 before the first such hole
 * @changing: the last call ended before such a hole, at @next
 * @reported_changing: such a hole was reported
 * @walked: the range is walked to its end
 * @open: an extent that may go on at @next; its length is 0 if there is none
 */
struct v2p_extent_range {
	u64 next;
	u64 last;
	struct v2p_extent_filter filter;
	u64 retry;
	u64 deadline;
	struct v2p_known known;
	bool merge;
	bool swap;
	bool by_page;
	bool user_kinds;
	bool changing;
	bool reported_changing;
	bool walked;
	struct v2p_extent open;
};

/* The fields of the arrays that are never NULL: written whether they are asked for or not. */
#define V2P_EXTENT_FIELDS (V2P_FIELD_PHYSICAL | V2P_FIELD_PAGE_SHIFT | V2P_FIELD_FLAGS)

/**
 * struct v2p_extent_arrays - where extents are written to
 * @virtual: array of this member of struct v2p_extent
 * @physical: likewise
 * @length: likewise
 * @flags: likewise
 * @status: likewise
 * @page_shift: likewise
 * @swap_offset: likewise, or NULL, as are all that follow
 * @swap_type: likewise
 * @level: likewise
 * @memory_type: likewise
 * @protection_key: likewise
 * @node: likewise; V2P_NO_NODE for NUMA_NO_NODE
 * @page_kind: likewise
 * @more: some of these are not NULL
 * @count: number of extents that were written
 * @room: number of extents that fit
 */
struct v2p_extent_arrays {
	u64 *virtual;
	u64 *physical;
	u64 *length;
	u32 *flags;
	u8 *status;
	u8 *page_shift;
	u64 *swap_offset;
	u8 *swap_type;
	u8 *level;
	u8 *memory_type;
	u8 *protection_key;
	u32 *node;
	u8 *page_kind;
	bool more;
	unsigned int count;
	unsigned int room;
};

/**
 * v2p_extent_walk() - the next extents of a range
 * @aspace: address space, not of V2P_ASPACE_USER_ROOT (halves.h)
 * @range: where to go on
 * @out: where the extents go
 *
 * Walks until the range ends, @out is full or a bounded amount of work is done, so it
 * may return with few extents or none. The last extent may stay open. All is reported
 * when @range->walked is set and no extent is open. Where it stops at a hole that is
 * being changed it does not wait: calling it again is up to the caller. May sleep.
 *
 * Return: 0, or -EINTR if the caller is being killed.
 */
int v2p_extent_walk(const struct v2p_aspace *aspace, struct v2p_extent_range *range,
		    struct v2p_extent_arrays *out);

/**
 * v2p_extent_close() - report the open extent, if there is one
 * @range: the range
 * @out: where the extent goes
 *
 * Return: false if there is no room for it.
 */
bool v2p_extent_close(struct v2p_extent_range *range, struct v2p_extent_arrays *out);

#endif /* V2P_EXTENT_H */
