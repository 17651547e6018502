// SPDX-License-Identifier: GPL-2.0

#include <linux/build_bug.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/time64.h>

#include <uapi/linux/v2p_ioctl.h>

#include "aspace.h"
#include "extent.h"
#include "handle-arrays.h"
#include "handle-internal.h"
#include "target.h"
#include "trace.h"

/* What is answered at a time: few extents on the stack, else as many as fit into this. */
#define SMALL_BYTES	512
#define PIECE_BYTES	SZ_16K

/*
 * Calls of v2p_extent_walk() after which an ioctl ends: signals, and the freezer, wait for
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

#define OUT(_member)	offsetof(struct v2p_ioctl_extents, _member)

/* Does the walk write it? Some it writes whether they are asked for or not. */
static __always_inline bool is_written(const struct v2p_ioctl_extents *request,
				       const struct v2p_out_array *array)
{
	return array->out == OUT(out_physical) || array->out == OUT(out_flags) ||
	       array->out == OUT(out_page_shift) || v2p_out_wanted(request, array);
}

/* Bytes of the buffer for an extent. */
static size_t element_bytes(const struct v2p_ioctl_extents *request)
{
	size_t bytes = 0;
	unsigned int i;

	_Pragma("GCC unroll 16")
	for (i = 0; i < ARRAY_SIZE(arrays); i++)
		if (is_written(request, &arrays[i]))
			bytes += arrays[i].element;
	return bytes;
}

static void place_arrays(const struct v2p_ioctl_extents *request,
			 struct v2p_extent_arrays *out, size_t count, void *pos)
{
	unsigned int i;

	_Pragma("GCC unroll 16")
	for (i = 0; i < ARRAY_SIZE(arrays); i++)
		if (is_written(request, &arrays[i]))
			pos = v2p_out_place(&arrays[i], count, out, pos);
	out->more = out->swap_offset || out->swap_type || out->level || out->memory_type ||
		    out->protection_key;
}

static int copy_arrays(const struct v2p_ioctl_extents *request,
		       const struct v2p_extent_arrays *out, u64 done)
{
	unsigned int i;

	_Pragma("GCC unroll 16")
	for (i = 0; i < ARRAY_SIZE(arrays); i++)
		if (v2p_out_wanted(request, &arrays[i]) &&
		    v2p_out_copy(&arrays[i], request, out, done, out->count))
			return -EFAULT;
	return 0;
}

/* Fills @out, or as much of it as there is. */
static int walk(struct v2p_handle *handle, struct v2p_extent_range *range,
		struct v2p_extent_arrays *out)
{
	int err = v2p_aspace_get(&handle->aspace, NULL);

	if (err)
		return err;
	err = v2p_extent_walk(&handle->aspace, range, out);
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

static size_t extents_in(size_t bytes, size_t element)
{
	return (bytes - v2p_out_padding(ARRAY_SIZE(arrays))) / element;
}

/*
 * Few extents are all that most ranges have. Where there are more, memory is allocated, to be
 * freed in any case.
 */
static int grow(struct buffer *buffer, size_t element)
{
	buffer->size = extents_in(PIECE_BYTES, element);
	buffer->place = kmalloc(PIECE_BYTES, GFP_KERNEL_ACCOUNT);
	return buffer->place ? 0 : -ENOMEM;
}

/* A piece of the answer. */
static int answer_piece(struct v2p_handle *handle, struct v2p_ioctl_extents *request,
			struct v2p_extent_range *range, const struct buffer *buffer, u64 left)
{
	const bool holes = range->filter.states & BIT(V2P_STATUS_NONE);
	struct v2p_extent_arrays out = { .room = min_t(u64, left, buffer->size) };
	int err;

	place_arrays(request, &out, buffer->size, buffer->place);
	err = walk(handle, range, &out);
	if (!err)
		err = copy_arrays(request, &out, request->count);
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
	const size_t element = element_bytes(request);
	u64 small[SMALL_BYTES / sizeof(u64)] __uninitialized;
	struct buffer buffer = { small, extents_in(SMALL_BYTES, element) };
	const u64 total = request->count;
	const u64 first = request->next;
	unsigned int walks;
	int err = 0;

	request->count = 0;
	for (walks = 0; !err && !request->done && !range->changing; walks++) {
		if (request->count == total || (walks >= MAX_WALKS && request->next != first))
			break;
		if (walks == 1)
			err = grow(&buffer, element);
		if (!err)
			err = answer_piece(handle, request, range, &buffer,
					   total - request->count);
	}
	if (buffer.place != small)
		kfree(buffer.place);
	return err;
}

static int parse_range(const struct v2p_ioctl_extents *request,
		       const struct v2p_aspace *aspace, struct v2p_extent_range *range)
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
		},
		.retry = stop ? STOP_RETRY : 0,
		/* Who asks for it knows it. */
		.known.states = request->known_states | request->states,
		.known.flags = request->known_flags | flags,
		.merge = request->options & V2P_OPTION_MERGE,
		.swap = request->out_swap_offset || request->out_swap_type,
	};
	if (range->next < aspace->first || range->last > aspace->last ||
	    range->next > range->last)
		return -EINVAL;
	return 0;
}

long v2p_handle_extents(struct v2p_handle *handle, void __user *argument)
{
	struct v2p_ioctl_extents __user *theirs = argument;
	struct v2p_ioctl_extents request;
	struct v2p_extent_range range;
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
	err = parse_range(&request, &handle->aspace, &range);
	if (err)
		request.count = 0;
	else
		err = answer(handle, &request, &range);
	if (err)
		trace_v2p_result(V2P_CMD_MAP, handle->aspace.kind, handle->pid, 0, err);
	if (put_user(request.next, &theirs->next) ||
	    put_user(request.done, &theirs->done) ||
	    put_user(request.changing, &theirs->changing) ||
	    put_user(request.count, &theirs->count))
		return -EFAULT;
	return err;
}
