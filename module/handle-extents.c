// SPDX-License-Identifier: GPL-2.0

#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/time64.h>

#include <uapi/linux/v2p_ioctl.h>

#include "aspace.h"
#include "extent.h"
#include "frames.h"
#include "handle-arrays.h"
#include "handle-internal.h"
#include "spaces.h"
#include "target.h"
#include "trace.h"

/*
 * Calls of v2p_aspace_extents() after which an ioctl ends: signals, and the freezer, wait for
 * that. But it has to get on, be there a single extent that takes longer.
 */
#define MAX_WALKS	8

/* Longer than an ioctl walks: it ends at the first hole that is being changed. */
#define STOP_RETRY	(3600ULL * NSEC_PER_SEC)

#define KNOWN_OPTIONS	(V2P_OPTION_MERGE | V2P_OPTION_STOP_AT_CHANGING)

static const struct v2p_out_array arrays[] = {
#define ARRAY(...) \
	V2P_OUT_ARRAY(struct v2p_extent_arrays, struct v2p_ioctl_extents, __VA_ARGS__),
	V2P_MAP_ARRAYS(ARRAY)
#undef ARRAY
};

/* Fills @out, or as much of it as there is. */
static int walk(struct v2p_handle *handle, struct v2p_extent_range *range,
		struct v2p_extent_arrays *out)
{
	int err = v2p_aspace_get(&handle->aspace, NULL);

	if (err)
		return err;
	err = v2p_aspace_extents(&handle->aspace, range, out);
	v2p_aspace_put(&handle->aspace);
	return err;
}

static bool has_changing(const struct v2p_extent_arrays *out)
{
	u32 flags = 0;
	unsigned int i;

	for (i = 0; i < out->count; i++)
		flags |= out->flags[i];
	return flags & V2P_FLAG_CHANGING;
}

/**
 * struct buffer - where the walk writes a piece of the arrays
 * @place: its memory
 * @size: extents that it has room for
 */
struct buffer {
	void *place;
	size_t size;
};

static size_t extents_in(size_t bytes, u32 fields)
{
	return (bytes - v2p_out_padding(ARRAY_SIZE(arrays))) /
	       v2p_out_element(arrays, ARRAY_SIZE(arrays), fields);
}

/*
 * Few extents are all that most ranges have. Where there are more, memory is allocated, to be
 * freed in any case.
 */
static int grow(struct buffer *buffer, u32 fields)
{
	buffer->size = extents_in(V2P_OUT_PIECE, fields);
	buffer->place = kmalloc(V2P_OUT_PIECE, GFP_KERNEL_ACCOUNT);
	return buffer->place ? 0 : -ENOMEM;
}

/* A piece of the answer. */
static int answer_piece(struct v2p_handle *handle, struct v2p_ioctl_extents *request,
			u32 fields, struct v2p_extent_range *range,
			const struct buffer *buffer, u64 left)
{
	const bool holes = range->filter.states & BIT(V2P_STATUS_NONE);
	struct v2p_extent_arrays out = {
		.more = fields & ~V2P_EXTENT_FIELDS, .room = min_t(u64, left, buffer->size),
	};
	int err;

	v2p_out_place(arrays, ARRAY_SIZE(arrays), fields, &out, buffer->place, buffer->size);
	err = walk(handle, range, &out);
	if (!err)
		err = v2p_out_copy(arrays, ARRAY_SIZE(arrays), fields, request, &out,
				   request->count, out.count);
	if (err)
		return err;
	/* What goes on to grow is told by the next ioctl, from its beginning. */
	request->count += out.count;
	request->next = range->open.length ? range->open.virtual : range->next;
	request->done = range->walked && !range->open.length;
	request->changing |= range->changing || (holes && has_changing(&out));
	trace_v2p_result(V2P_CMD_MAP, handle->aspace.kind, handle->pid, out.count, 0);
	return 0;
}

static int answer(struct v2p_handle *handle, struct v2p_ioctl_extents *request,
		  struct v2p_extent_range *range)
{
	const u32 fields = V2P_EXTENT_FIELDS |
			   v2p_out_fields(arrays, ARRAY_SIZE(arrays), request);
	u64 small[V2P_OUT_SMALL / sizeof(u64)] __uninitialized;
	struct buffer buffer = { small, extents_in(sizeof(small), fields) };
	const u64 total = request->count;
	const u64 first = range->next;
	unsigned int walks;
	int err = 0;

	request->count = 0;
	for (walks = 0; !err && !request->done && !range->changing; walks++) {
		if (request->count == total || (walks >= MAX_WALKS && request->next != first))
			break;
		if (walks == 1)
			err = grow(&buffer, fields);
		if (!err)
			err = answer_piece(handle, request, fields, range, &buffer,
					   total - request->count);
	}
	if (buffer.place != small)
		kfree(buffer.place);
	return err;
}

/* Sets @frames, to be freed. */
static noinline int read_frames(const struct v2p_ioctl_extents *request,
				struct v2p_frames **frames)
{
	const void __user *const ranges = u64_to_user_ptr(request->physical_ranges);
	const u64 count = request->physical_range_count;
	int err = -EINVAL;

	/* Ranges without a number are not all memory. */
	if (!count || count > V2P_MAX_PHYSICAL_RANGES)
		return -EINVAL;
	*frames = v2p_frames_alloc();
	if (!*frames)
		return -ENOMEM;
	if (copy_from_user(v2p_frames_pairs(*frames), ranges,
			   count * sizeof(struct v2p_ioctl_physical_range)))
		err = -EFAULT;
	else if (v2p_frames_init(*frames, count) == V2P_FRAMES_GOOD)
		return 0;
	v2p_frames_free(*frames);
	*frames = NULL;
	return err;
}

static int parse_range(const struct v2p_ioctl_extents *request,
		       const struct v2p_aspace *aspace, const struct v2p_frames *frames,
		       struct v2p_extent_range *range)
{
	const u32 flags = request->with_flags | request->without_flags;
	const bool stop = request->options & V2P_OPTION_STOP_AT_CHANGING;

	if (request->options & ~KNOWN_OPTIONS ||
	    request->states & ~(BIT(__V2P_STATUS_MAX) - 1) || flags & ~V2P_FLAG_MASK ||
	    request->memory_types & ~(BIT(__V2P_MEMORY_TYPE_MAX) - 1))
		return -EINVAL;
	*range = (struct v2p_extent_range) {
		.next = request->next ?: aspace->first,
		.last = request->last == U64_MAX ? aspace->last : request->last,
		.filter = {
			.states = request->states ?: V2P_DEFAULT_STATES,
			.with_flags = request->with_flags,
			.without_flags = request->without_flags,
			.memory_types = request->memory_types ?: U32_MAX,
			.page_shifts = request->page_shifts ?: U64_MAX,
			.frames = frames,
		},
		.retry = stop ? STOP_RETRY : 0,
		/* Who asks for it knows it. */
		.known.states = request->known_states | request->states,
		.known.flags = request->known_flags | flags,
		.merge = request->options & V2P_OPTION_MERGE,
		.swap = request->out_swap_offset || request->out_swap_type,
		.by_page = request->out_node || request->out_page_kind,
		.user_kinds = v2p_handle_user_kinds(aspace),
	};
	if (!v2p_aspace_has(aspace, range->next) || !v2p_aspace_has(aspace, range->last) ||
	    range->next > range->last)
		return -EINVAL;
	return 0;
}

long v2p_handle_extents(struct v2p_handle *handle, void __user *argument)
{
	struct v2p_ioctl_extents __user *theirs = argument;
	struct v2p_ioctl_extents request __uninitialized;
	struct v2p_extent_range range;
	struct v2p_frames *frames = NULL;
	int err;

	err = v2p_handle_copy_request(&request, sizeof(request),
				      offsetofend(struct v2p_ioctl_extents,
						  out_protection_key), argument);
	if (err)
		return err;
	if (!request.count)
		return -EINVAL;
	trace_v2p_request(V2P_CMD_MAP, handle->aspace.kind, handle->pid, request.next, 0);

	request.done = 0;
	request.changing = 0;
	if (unlikely(request.physical_ranges || request.physical_range_count))
		err = read_frames(&request, &frames);
	if (!err)
		err = parse_range(&request, &handle->aspace, frames, &range);
	if (err)
		request.count = 0;
	else
		err = answer(handle, &request, &range);
	v2p_frames_free(frames);
	if (err)
		trace_v2p_result(V2P_CMD_MAP, handle->aspace.kind, handle->pid, 0, err);
	if (put_user(request.next, &theirs->next) ||
	    put_user(request.done, &theirs->done) ||
	    put_user(request.changing, &theirs->changing) ||
	    put_user(request.count, &theirs->count))
		return -EFAULT;
	return err;
}
