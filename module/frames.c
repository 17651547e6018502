// SPDX-License-Identifier: GPL-2.0

#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "frames.h"

struct v2p_frames *v2p_frames_alloc(void)
{
	return kmalloc(sizeof(struct v2p_frames), GFP_KERNEL_ACCOUNT);
}

/* Those that begin where the one before ends are one with it. */
static enum v2p_frames_fault set_ranges(struct v2p_frames *frames, unsigned int count)
{
	struct v2p_frames_range *range = frames->ranges;
	unsigned int i;

	for (i = 0; i < count; i++) {
		const u64 first = frames->ranges[i].first;
		const u64 length = frames->ranges[i].last;

		if (!length)
			return V2P_FRAMES_EMPTY;
		if (length - 1 > U64_MAX - first)
			return V2P_FRAMES_TOO_LONG;
		if (i && first <= range->last)
			return V2P_FRAMES_NO_ORDER;
		if (i && first - 1 == range->last)
			range->last += length;
		else
			*(i ? ++range : range) = (struct v2p_frames_range) {
				.first = first, .last = first + (length - 1),
			};
	}
	frames->count = range - frames->ranges + 1;
	return V2P_FRAMES_GOOD;
}

static void set_parts(struct v2p_frames *frames)
{
	const u64 base = v2p_frames_base(frames, V2P_LEVEL_PTE);
	const u64 span = frames->ranges[frames->count - 1].last - base;
	unsigned int shift = v2p_arch_leaf_own_shift_most(V2P_LEVEL_PTE);
	unsigned int i;

	/* A page is in a single part: each begins where a page of the largest size may. */
	while (span >> shift >= V2P_FRAMES_PARTS)
		shift++;
	frames->part_shift = shift;
	memset(frames->parts, 0, sizeof(frames->parts));
	for (i = 0; i < frames->count; i++) {
		const u64 first = (frames->ranges[i].first - base) >> shift;
		const u64 last = (frames->ranges[i].last - base) >> shift;

		memset(frames->parts + first, 1, last - first + 1);
	}
}

enum v2p_frames_fault v2p_frames_init(struct v2p_frames *frames, unsigned int count)
{
	const enum v2p_frames_fault fault = set_ranges(frames, count);

	if (fault == V2P_FRAMES_GOOD)
		set_parts(frames);
	return fault;
}

const struct v2p_frames_range *v2p_frames_find(const struct v2p_frames *frames, u64 physical)
{
	unsigned int begin = 0, end = frames->count;

	while (begin < end) {
		const unsigned int middle = (begin + end) / 2;

		if (frames->ranges[middle].last < physical)
			begin = middle + 1;
		else
			end = middle;
	}
	return begin < frames->count ? &frames->ranges[begin] : NULL;
}
