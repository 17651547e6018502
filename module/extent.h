/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_EXTENT_H
#define V2P_EXTENT_H

#include <linux/types.h>

struct space;

/**
 * struct extent - a run that is contiguous in virtual and in physical memory
 * @virtual: its first address
 * @physical: where that is; 0 unless @status is V2P_STATUS_MAPPED
 * @length: bytes
 * @flags: enum v2p_flag
 * @status: enum v2p_status
 * @page_shift: size of its pages, as a power of two; 0 for a hole
 */
struct extent {
	u64 virtual;
	u64 physical;
	u64 length;
	u32 flags;
	u8 status;
	u8 page_shift;
};

/**
 * struct extent_filter - which pages are wanted
 * @states: a bit for each wanted enum v2p_status
 * @with_flags: flags that a page must have
 * @without_flags: flags that it must not have
 * @page_shifts: a bit for each wanted size, of what is no hole
 */
struct extent_filter {
	u32 states;
	u32 with_flags;
	u32 without_flags;
	u64 page_shifts;
};

/**
 * struct extent_range - a range that is walked piece by piece
 * @next: first address that is still to be walked; 0 behind the highest of all
 * @last: last address of the range
 * @filter: which pages are wanted
 * @merge: neither page size nor flags end an extent
 * @retry: nanoseconds, from the first hole on that has V2P_FLAG_CHANGING, in which such
 *	a hole is not taken as it is
 * @give_up: when that time is over; 0 before the first
 * @changing: @next is such a hole, the last walk ended there
 * @marked: such a hole was taken as it is
 * @walked: the range is walked to its end
 * @open: an extent that may go on at @next; of length 0 if there is none
 */
struct extent_range {
	u64 next;
	u64 last;
	struct extent_filter filter;
	u64 retry;
	u64 give_up;
	bool merge;
	bool changing;
	bool marked;
	bool walked;
	struct extent open;
};

/**
 * struct extent_arrays - where extents go
 * @virtual: array of that member of struct extent
 * @physical: likewise
 * @length: likewise
 * @flags: likewise
 * @status: likewise
 * @page_shift: likewise
 * @count: how many have gone there
 * @room: how many fit
 */
struct extent_arrays {
	u64 *virtual;
	u64 *physical;
	u64 *length;
	u32 *flags;
	u8 *status;
	u8 *page_shift;
	unsigned int count;
	unsigned int room;
};

/**
 * extent_walk() - extents of a range, as many as there is room for
 * @space: address space
 * @range: where it goes on
 * @out: where the extents go
 *
 * Does a bounded amount of work, so that it may return with few extents or none. It
 * waits for nothing: the caller looks again at a hole that it ended at.
 * The last one may stay open. All is done when @range is walked, and has none open.
 * May sleep between stretches of the page tables.
 *
 * Return: 0, or -EINTR when the caller is being killed.
 */
int extent_walk(const struct space *space, struct extent_range *range,
		struct extent_arrays *out);

/**
 * extent_close() - end the extent that may go on
 * @range: the range
 * @out: where it goes
 *
 * Return: false where there is no room for it.
 */
bool extent_close(struct extent_range *range, struct extent_arrays *out);

#endif /* V2P_EXTENT_H */
