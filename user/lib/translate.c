// SPDX-License-Identifier: LGPL-2.1-only
#include <errno.h>

#include "internal.h"

static const struct v2p_sized sized = V2P_SIZED(v2p_arrays, swap_offset);

/* Addresses in a message for whose answer, with all fields, one page is enough. */
#define SMALL_BATCH 100

/**
 * struct job - one v2p_translate()
 * @target: whom to ask
 * @addresses: virtual addresses
 * @count: how many
 * @arrays: where the answers go
 * @fields: enum v2p_field, which of the arrays there are
 * @batch: most addresses in a message
 * @done: addresses that are answered
 * @changing: the first of those among which some are that were being changed
 * @changing_end: what is behind the last of them
 * @unsettled: some of these are still being changed, as far as was asked
 * @retry: for these
 */
struct job {
	const struct v2p_target *target;
	const uint64_t *addresses;
	size_t count;
	const struct v2p_arrays *arrays;
	uint32_t fields;
	size_t batch;
	size_t done;
	size_t changing;
	size_t changing_end;
	bool unsettled;
	struct v2p_retry retry;
};

static size_t batch_at(const struct job *job, size_t start)
{
	size_t left = job->count - start;

	return left < job->batch ? left : job->batch;
}

/* As many requests as fit into the window, in one system call. */
static int send_window(struct v2p *handle, const struct job *job)
{
	struct v2p_request requests[V2P_WINDOW_LIMIT];
	struct iovec vectors[2 * V2P_WINDOW_LIMIT];
	size_t start = job->done;
	size_t count = 0;
	unsigned int i;

	for (i = 0; i < handle->window && start < job->count; i++) {
		size_t size = batch_at(job, start);

		v2p_request_init(handle, &requests[i], V2P_CMD_TRANSLATE);
		v2p_target_put(job->target, &requests[i]);
		/* The kernel's default. */
		if (job->fields != V2P_FIELD_PHYSICAL)
			v2p_request_put(&requests[i], V2P_A_FIELDS, &job->fields,
					sizeof(job->fields));
		count += v2p_request_put_array(&requests[i], V2P_A_VIRTUAL,
					       job->addresses + start,
					       size * sizeof(*job->addresses),
					       &vectors[count]);
		start += size;
	}
	return v2p_send(handle, vectors, count);
}

static int receive_window(struct v2p *handle, struct job *job, uint32_t seq)
{
	uint32_t last = handle->seq;

	for (;;) {
		size_t size = batch_at(job, job->done);
		struct v2p_answer answer;
		bool changing;
		int ret;

		ret = v2p_receive(handle, seq, V2P_CMD_TRANSLATE, &answer);
		if (!ret)
			ret = v2p_arrays_parse(handle, &answer, job->arrays, job->done, size,
					       &changing);
		if (ret) {
			v2p_drain(handle);
			return ret;
		}
		if (changing && job->changing == job->changing_end)
			job->changing = job->done;
		job->done += size;
		if (changing)
			job->changing_end = job->done;
		if (seq++ == last)
			return 0;
	}
}

/**
 * struct again - addresses that are asked anew, and what is said of them
 * @count: how many
 * @index: where each stands in the job
 * @address: each address
 * @physical: as in struct v2p_arrays, like all that follow
 * @entry: likewise
 * @swap_offset: likewise
 * @flags: likewise
 * @status: likewise
 * @page_shift: likewise
 * @swap_type: likewise
 */
struct again {
	size_t count;
	size_t index[SMALL_BATCH];
	uint64_t address[SMALL_BATCH];
	uint64_t physical[SMALL_BATCH];
	uint64_t entry[SMALL_BATCH];
	uint64_t swap_offset[SMALL_BATCH];
	uint32_t flags[SMALL_BATCH];
	uint8_t status[SMALL_BATCH];
	uint8_t page_shift[SMALL_BATCH];
	uint8_t swap_type[SMALL_BATCH];
};

/* The flags are always asked for: they tell which are still being changed. */
static int ask_once_more(struct v2p *handle, const struct job *job, struct again *again)
{
	const uint32_t fields = job->fields | V2P_FIELD_FLAGS;
	const struct v2p_arrays *wanted = job->arrays;
	const struct v2p_arrays arrays = {
		.status = again->status,
		.physical = wanted->physical ? again->physical : NULL,
		.page_shift = wanted->page_shift ? again->page_shift : NULL,
		.flags = again->flags,
		.entry = wanted->entry ? again->entry : NULL,
		.swap_type = wanted->swap_type ? again->swap_type : NULL,
		.swap_offset = wanted->swap_offset ? again->swap_offset : NULL,
	};
	struct v2p_request request;
	struct v2p_answer answer;
	struct iovec vectors[2];
	bool changing;
	size_t count;
	int ret;

	v2p_request_init(handle, &request, V2P_CMD_TRANSLATE);
	v2p_target_put(job->target, &request);
	v2p_request_put(&request, V2P_A_FIELDS, &fields, sizeof(fields));
	count = v2p_request_put_array(&request, V2P_A_VIRTUAL, again->address,
				      again->count * sizeof(*again->address), vectors);
	ret = v2p_send(handle, vectors, count);
	if (!ret)
		ret = v2p_receive(handle, handle->seq, V2P_CMD_TRANSLATE, &answer);
	if (!ret)
		ret = v2p_arrays_parse(handle, &answer, &arrays, 0, again->count, &changing);
	if (ret)
		v2p_drain(handle);
	return ret;
}

static void put_back(const struct job *job, const struct again *again, size_t i)
{
	const struct v2p_arrays *arrays = job->arrays;
	size_t to = again->index[i];

	arrays->status[to] = again->status[i];
	if (arrays->physical)
		arrays->physical[to] = again->physical[i];
	if (arrays->page_shift)
		arrays->page_shift[to] = again->page_shift[i];
	if (arrays->flags)
		arrays->flags[to] = again->flags[i];
	if (arrays->entry)
		arrays->entry[to] = again->entry[i];
	if (arrays->swap_type)
		arrays->swap_type[to] = again->swap_type[i];
	if (arrays->swap_offset)
		arrays->swap_offset[to] = again->swap_offset[i];
}

/* Each once at least, and those that are still being changed as long as there is time. */
static int settle(struct v2p *handle, struct job *job, struct again *again)
{
	do {
		size_t i, left = 0;
		int ret = ask_once_more(handle, job, again);

		if (ret)
			return ret;
		for (i = 0; i < again->count; i++) {
			put_back(job, again, i);
			if (!(again->flags[i] & V2P_FLAG_CHANGING))
				continue;
			again->index[left] = again->index[i];
			again->address[left++] = again->address[i];
		}
		again->count = left;
	} while (again->count && v2p_retry(handle, &job->retry));
	job->unsettled |= again->count;
	return 0;
}

/* Where flags were not asked for, it may be any that is none. */
static bool may_be_changing(const struct v2p_arrays *arrays, size_t i)
{
	return arrays->status[i] == V2P_STATUS_NONE &&
	       (!arrays->flags || arrays->flags[i] & V2P_FLAG_CHANGING);
}

/* Asks anew, and no more than these, the addresses that were being changed. */
static int ask_changing(struct v2p *handle, struct job *job)
{
	struct again again;
	size_t i = job->changing;

	job->unsettled |= !handle->retry && job->changing != job->changing_end;
	while (handle->retry && i < job->changing_end) {
		int ret = 0;

		for (again.count = 0; i < job->changing_end && again.count < SMALL_BATCH &&
					again.count < job->batch; i++) {
			if (!may_be_changing(job->arrays, i))
				continue;
			again.index[again.count] = i;
			again.address[again.count++] = job->addresses[i];
		}
		if (again.count)
			ret = settle(handle, job, &again);
		if (ret)
			return ret;
	}
	job->changing = job->changing_end = 0;
	return 0;
}

/* So many addresses as fit into the window. */
static int ask_window(struct v2p *handle, struct job *job)
{
	uint32_t first = handle->seq + 1;
	int ret = send_window(handle, job);

	return ret ? ret : receive_window(handle, job, first);
}

static int run(struct v2p *handle, struct job *job)
{
	while (job->done < job->count || job->changing != job->changing_end) {
		int ret = 0;

		/* After an error, what is being changed may be all that is left. */
		if (job->changing == job->changing_end)
			ret = ask_window(handle, job);
		if (!ret)
			ret = ask_changing(handle, job);
		/* Memory is fragmented: no room for a large reply. */
		if (ret == -ENOMEM && batch_at(job, job->done) > SMALL_BATCH) {
			job->batch = SMALL_BATCH;
			continue;
		}
		/* Replies were larger than thought: one at a time always fits. */
		if (ret == -ENOBUFS && handle->window > 1) {
			handle->window = 1;
			continue;
		}
		if (ret)
			return ret;
	}
	v2p_clear_error(handle);
	return 0;
}

/* @unsettled: set where some address is still being changed; or NULL */
int v2p_translate_within(struct v2p *handle, const struct v2p_target *target,
			 const uint64_t *addresses, size_t count,
			 const struct v2p_arrays *arrays, bool *unsettled)
{
	struct job job = {
		.target = target,
		.addresses = addresses,
		.count = count,
		.arrays = arrays,
	};
	int ret;

	ret = v2p_target_check(handle, target);
	if (!ret)
		ret = v2p_learn_batch(handle);
	if (ret)
		return ret;
	job.fields = v2p_arrays_fields(arrays);
	job.batch = handle->batch;
	ret = run(handle, &job);
	if (unsettled)
		*unsettled = job.unsettled;
	return ret;
}

int v2p_translate(struct v2p *handle, struct v2p_target target,
		  const uint64_t *addresses, size_t count,
		  const struct v2p_arrays *arrays)
{
	struct v2p_arrays ours;
	V2P_CALL(call, handle);
	int ret = call.error;

	if (ret || !count)
		return ret;
	ret = v2p_sized_read(handle, &sized, &ours, arrays);
	if (ret)
		return ret;
	if (!addresses || !ours.status)
		return v2p_fail(handle, -EINVAL, "no addresses, or no place for their status");
	return v2p_translate_within(handle, &target, addresses, count, &ours, NULL);
}
