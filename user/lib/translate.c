// SPDX-License-Identifier: LGPL-2.1-only
#include <errno.h>

#include "internal.h"

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
 */
struct job {
	struct v2p_target target;
	const uint64_t *addresses;
	size_t count;
	const struct v2p_arrays *arrays;
	uint32_t fields;
	size_t batch;
	size_t done;
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
		v2p_request_put_target(&requests[i], job->target);
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
		int ret;

		ret = v2p_receive(handle, seq, V2P_CMD_TRANSLATE, &answer);
		if (!ret)
			ret = v2p_arrays_parse(handle, &answer, job->arrays, job->done, size);
		if (ret) {
			v2p_drain(handle);
			return ret;
		}
		job->done += size;
		if (seq++ == last)
			return 0;
	}
}

static int run(struct v2p *handle, struct job *job)
{
	while (job->done < job->count) {
		uint32_t first = handle->seq + 1;
		int ret;

		ret = send_window(handle, job);
		if (!ret)
			ret = receive_window(handle, job, first);
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

int v2p_translate_within(struct v2p *handle, struct v2p_target target,
			 const uint64_t *addresses, size_t count,
			 const struct v2p_arrays *arrays)
{
	struct job job = {
		.target = target,
		.addresses = addresses,
		.count = count,
		.arrays = arrays,
	};
	int ret;

	if (!count)
		return 0;
	if (!addresses || !arrays || !arrays->status)
		return v2p_fail(handle, -EINVAL, "no addresses, or no place for their status");
	job.fields = v2p_arrays_fields(arrays);

	ret = v2p_learn_batch(handle);
	if (ret)
		return ret;
	job.batch = handle->batch;
	return run(handle, &job);
}

int v2p_translate(struct v2p *handle, struct v2p_target target,
		  const uint64_t *addresses, size_t count,
		  const struct v2p_arrays *arrays)
{
	V2P_CALL(call, handle);

	return call.error ? call.error :
	       v2p_translate_within(handle, target, addresses, count, arrays);
}
