// SPDX-License-Identifier: LGPL-2.1-only
/* What people do with the extents of a range. */
#include <errno.h>

#include "internal.h"

/**
 * struct list - extents that are kept
 * @extents: the caller's array
 * @size: elements that fit into it
 * @count: how many extents there were
 */
struct list {
	struct v2p_extent *extents;
	size_t size;
	size_t count;
};

static int keep(const struct v2p_extent *extent, void *data)
{
	struct list *list = data;

	if (list->count < list->size)
		list->extents[list->count] = *extent;
	list->count++;
	return 0;
}

ssize_t v2p_map_array(struct v2p *handle, struct v2p_target target,
		      const struct v2p_range *range, struct v2p_extent *extents, size_t size)
{
	struct list list = { .extents = extents, .size = size };
	struct v2p_range ours;
	V2P_CALL_OF(call, handle, &target);
	int ret = call.error;

	if (ret)
		return ret;
	if (!extents && size)
		return v2p_fail(handle, -EINVAL, "no place for the extents");
	ret = v2p_range_read(handle, &ours, range);
	if (ret)
		return ret;
	/* It would have no data. */
	ours.progress = NULL;
	ret = v2p_map_within(handle, &target, &ours, keep, &list);
	return ret ? ret : (ssize_t)list.count;
}

/**
 * struct run - what a range has to be
 * @start: its first address
 * @length: its bytes
 * @page_shift: of the smallest page that it may have
 * @physical: of its first byte
 * @is_one: it is one run on such pages
 */
struct run {
	uint64_t start;
	uint64_t length;
	uint64_t physical;
	unsigned int page_shift;
	bool is_one;
};

enum { STOP = 1 };

/* The first extent decides: there is one, or the range is none. */
static int judge(const struct v2p_extent *extent, void *data)
{
	struct run *run = data;

	run->is_one = extent->address == run->start && extent->length == run->length &&
		      extent->page_shift >= run->page_shift;
	run->physical = extent->physical;
	return run->is_one ? 0 : STOP;
}

int v2p_is_contiguous(struct v2p *handle, struct v2p_target target, uint64_t address,
		      uint64_t length, unsigned int page_shift, uint64_t *physical)
{
	const struct v2p_range range = {
		.start = address, .length = length, .states = 1U << V2P_STATUS_MAPPED,
		.fields = V2P_FIELD_PHYSICAL | V2P_FIELD_PAGE_SHIFT, .merge = 1,
	};
	struct run run = { .start = address, .length = length, .page_shift = page_shift };
	V2P_CALL_OF(call, handle, &target);
	int ret = call.error;

	if (!ret && length == V2P_TO_THE_END)
		ret = v2p_fail(handle, -EINVAL, "a range that is to be contiguous has a length");
	if (!ret)
		ret = v2p_map_within(handle, &target, &range, judge, &run);
	if (ret < 0)
		return ret;
	if (run.is_one && physical)
		*physical = run.physical;
	return run.is_one;
}
