// SPDX-License-Identifier: GPL-2.0

#include <linux/minmax.h>
#include <linux/slab.h>

#include <uapi/linux/v2p_ioctl.h>

#include "answers.h"
#include "aspace.h"
#include "entry.h"
#include "handle-arrays.h"
#include "handle-internal.h"
#include "known.h"
#include "spaces.h"
#include "steps.h"
#include "target.h"
#include "trace.h"
#include "walk.h"

/* Addresses that one ioctl answers at most: signals, and the freezer, wait for its end. */
#define MAX_ADDRESSES	65536

static const struct v2p_out_array arrays[] = {
#define ARRAY(...) \
	V2P_OUT_ARRAY(struct v2p_translation_arrays, struct v2p_ioctl_translate, __VA_ARGS__),
	V2P_TRANSLATE_ARRAYS(ARRAY)
#undef ARRAY
};

static __always_inline int copy_addresses(u64 *to, const u64 __user *from, size_t count)
{
	if (count == 1)
		return get_user(*to, from);
	return copy_from_user(to, from, count * sizeof(u64)) ? -EFAULT : 0;
}

/* @buffer has room for @size addresses and their answers. */
static __always_inline int answer(struct v2p_handle *handle,
				  struct v2p_ioctl_translate *request, u32 fields,
				  void *buffer, size_t size)
{
	const struct v2p_known known = { request->known_states, request->known_flags };
	const u64 __user *addresses = u64_to_user_ptr(request->addresses);
	const u64 total = min_t(u64, request->count, MAX_ADDRESSES);
	struct v2p_translation_arrays out = {};
	u64 *const virtual = buffer;
	int err;

	v2p_out_place(arrays, ARRAY_SIZE(arrays), fields, &out, virtual + size, size);
	request->count = 0;
	while (request->count < total) {
		const u64 done = request->count;
		const size_t count = min_t(u64, total - done, size);
		bool changing;

		err = copy_addresses(virtual, addresses + done, count);
		if (err)
			return err;
		trace_v2p_request(V2P_CMD_TRANSLATE, handle->aspace.kind, handle->pid,
				  *virtual, count);
		err = v2p_aspace_get(&handle->aspace, NULL);
		if (err)
			return err;
		err = v2p_aspace_translate(&handle->aspace, virtual, count, &out, &changing);
		v2p_aspace_put(&handle->aspace);
		if (err)
			return err;
		if (unlikely(fields & V2P_PAGE_FIELDS))
			err = v2p_answers_add_pages(&out, count,
						    v2p_handle_user_kinds(&handle->aspace));
		if (err)
			return err;
		v2p_answers_restrict(&known, &out, count);
		err = v2p_out_copy(arrays, ARRAY_SIZE(arrays), fields, request, &out, done,
				   count);
		if (err)
			return err;
		request->changing |= changing;
		request->count += count;
		if (trace_v2p_result_enabled())
			trace_v2p_result(V2P_CMD_TRANSLATE, handle->aspace.kind, handle->pid,
					 v2p_answers_mapped(&out, count), 0);
	}
	return 0;
}

static __always_inline int translate(struct v2p_handle *handle,
				     struct v2p_ioctl_translate *request, u32 fields)
{
	const size_t padding = v2p_out_padding(ARRAY_SIZE(arrays));
	const size_t element = sizeof(u64) +
			       v2p_out_element(arrays, ARRAY_SIZE(arrays), fields);
	u64 small[V2P_OUT_SMALL / sizeof(u64)] __uninitialized;
	size_t size = (sizeof(small) - padding) / element;
	void *buffer = small;
	int err;

	if (request->count > size) {
		size = min_t(u64, request->count, (V2P_OUT_PIECE - padding) / element);
		buffer = kmalloc(size * element + padding, GFP_KERNEL_ACCOUNT);
		if (!buffer) {
			request->count = 0;
			return -ENOMEM;
		}
	}
	err = answer(handle, request, fields, buffer, size);
	if (buffer != small)
		kfree(buffer);
	return err;
}

/* All but what most ask for, which is known when this is compiled. */
static noinline int translate_fields(struct v2p_handle *handle,
				     struct v2p_ioctl_translate *request, u32 fields)
{
	return translate(handle, request, fields);
}

/* What an ioctl sets in its argument. */
static __always_inline int put_result(struct v2p_ioctl_translate __user *theirs,
				      const struct v2p_ioctl_translate *request)
{
	const size_t end = offsetofend(struct v2p_ioctl_translate, count);

	if (!user_write_access_begin(theirs, end))
		return -EFAULT;
	unsafe_put_user(request->changing, &theirs->changing, fault);
	unsafe_put_user(request->count, &theirs->count, fault);
	user_write_access_end();
	return 0;
fault:
	user_write_access_end();
	return -EFAULT;
}

long v2p_handle_translate(struct v2p_handle *handle, void __user *argument)
{
	struct v2p_ioctl_translate request __uninitialized;
	u32 fields;
	int err;

	err = v2p_handle_copy_request(&request, sizeof(request),
				      offsetofend(struct v2p_ioctl_translate,
						  out_protection_key), argument);
	if (err)
		return err;
	if (!request.count)
		return -EINVAL;

	request.changing = 0;
	fields = v2p_answers_needed(v2p_out_fields(arrays, ARRAY_SIZE(arrays), &request));
	err = fields == V2P_FIELD_PHYSICAL ?
		translate(handle, &request, V2P_FIELD_PHYSICAL) :
		translate_fields(handle, &request, fields);
	if (err)
		trace_v2p_result(V2P_CMD_TRANSLATE, handle->aspace.kind, handle->pid, 0, err);
	return put_result(argument, &request) ? -EFAULT : err;
}

static int copy_steps(struct v2p_ioctl_walk *request, const struct v2p_known *known,
		      const struct v2p_walk_steps *steps)
{
	struct v2p_ioctl_step __user *to = u64_to_user_ptr(request->out_steps);
	unsigned int i;

	for (i = 0; i < min(steps->count, request->count); i++) {
		const struct v2p_walk_step *step = &steps->steps[i];
		const struct v2p_ioctl_step out = {
			.entry_physical = step->physical,
			.entry = step->entry,
			.index = step->index,
			.flags = v2p_known_flags(known, step->flags),
			.level = step->level,
		};

		if (copy_to_user(to + i, &out, sizeof(out)))
			return -EFAULT;
	}
	return 0;
}

long v2p_handle_walk(struct v2p_handle *handle, void __user *argument)
{
	const size_t first = offsetofend(struct v2p_ioctl_walk, reserved);
	struct v2p_ioctl_walk request __uninitialized;
	struct v2p_walk_steps steps __uninitialized;
	struct v2p_translation t;
	struct v2p_known known;
	int err;

	err = v2p_handle_copy_request(&request, sizeof(request), first, argument);
	if (err)
		return err;
	/* Memory of one's own does not make it one's business where the page tables are. */
	if (handle->own)
		return -EPERM;
	trace_v2p_request(V2P_CMD_WALK, handle->aspace.kind, handle->pid, request.address, 1);

	err = v2p_aspace_get(&handle->aspace, NULL);
	if (!err) {
		err = v2p_aspace_walk(&handle->aspace, request.address, &steps, &t);
		v2p_aspace_put(&handle->aspace);
	}
	trace_v2p_result(V2P_CMD_WALK, handle->aspace.kind, handle->pid,
			 !err && t.status == V2P_STATUS_MAPPED, err);
	if (err)
		return err;

	known = (struct v2p_known) { request.known_states, request.known_flags };
	err = copy_steps(&request, &known, &steps);
	if (err)
		return err;
	request = (struct v2p_ioctl_walk) {
		.size = request.size,
		.known_states = request.known_states,
		.known_flags = request.known_flags,
		.count = steps.count,
		.address = request.address,
		.out_steps = request.out_steps,
		.root = steps.root,
		.physical = t.physical,
		.entry = t.entry,
		.swap_offset = t.swap_offset,
		.flags = v2p_known_flags(&known, t.flags),
		.status = v2p_known_status(&known, t.status),
		.page_shift = t.page_shift,
		.level = t.level,
		.memory_type = t.memory_type,
		.protection_key = t.protection_key,
		.swap_type = t.swap_type,
	};
	/* Of a later version, no more than the caller knows. */
	return copy_to_user(argument, &request, first) ? -EFAULT : 0;
}
