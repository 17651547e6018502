// SPDX-License-Identifier: LGPL-2.1-only
#include <errno.h>
#include <string.h>

#include "internal.h"

static const struct v2p_sized sized = V2P_SIZED(v2p_arrays, protection_key);
static const struct v2p_sized sized_one = V2P_SIZED(v2p_translation, node);

/* Addresses in an ioctl: as many are looked at again where one was being changed. */
#define SPACE_BATCH 4096

/* Addresses in a message for whose answer, with all that the tables say, one page is enough. */
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
 * @identify: the answers are to say whose they are, as there are several
 * @identified: one has
 * @identity: which
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
	bool identify;
	bool identified;
	uint64_t identity[2];
};

static bool is_space(const struct job *job)
{
	return job->target->kind == V2P_TARGET_SPACE;
}

static size_t batch_at(const struct job *job, size_t start)
{
	size_t left = job->count - start;

	return left < job->batch ? left : job->batch;
}

/* What an answer is to tell. */
static inline uint32_t fields_of(const struct v2p_arrays *arrays)
{
#define FIELD(field, type, member, bits) | (arrays->member ? (field) : 0)
	return 0 V2P_TRANSLATE_ARRAYS(FIELD);
#undef FIELD
}

/* Returns how many vectors that makes. */
static inline __attribute__((always_inline))
size_t init_request(struct v2p *handle, const struct v2p_target *target, uint32_t fields,
		    const uint64_t *addresses, size_t count, struct v2p_request *request,
		    struct iovec vectors[2])
{
	v2p_request_init(handle, request, V2P_CMD_TRANSLATE);
	v2p_target_put(target, request);
	v2p_request_put_known(request);
	/* The kernel's default. */
	if (fields != V2P_FIELD_PHYSICAL)
		v2p_request_put(request, V2P_A_FIELDS, &fields, sizeof(fields));
	return v2p_request_put_array(request, V2P_A_VIRTUAL, addresses,
				     count * sizeof(*addresses), vectors);
}

/* One message, and its answer. */
static inline __attribute__((always_inline))
int ask_message(struct v2p *handle, const struct v2p_target *target, uint32_t fields,
		const uint64_t *addresses, size_t count, const struct v2p_arrays *arrays,
		struct v2p_aside *aside)
{
	struct v2p_request request;
	struct v2p_answer answer;
	struct iovec vectors[2];
	size_t parts = init_request(handle, target, fields, addresses, count, &request, vectors);
	int ret;

	ret = v2p_send(handle, vectors, parts);
	if (!ret)
		ret = v2p_receive(handle, handle->seq, V2P_CMD_TRANSLATE, &answer);
	if (!ret)
		ret = v2p_arrays_parse(handle, &answer, arrays, 0, count, aside);
	if (ret)
		v2p_drain(handle);
	return ret;
}

/* Including whose the answers are, where that has to be known. */
static uint32_t fields_for(const struct job *job)
{
	return job->fields | (job->identify ? V2P_FIELD_IDENTITY : 0);
}

/* A pid is looked up anew for each message: it may be another process by then. */
static int check_identity(struct v2p *handle, struct job *job, const struct v2p_aside *aside)
{
	if (!job->identify)
		return 0;
	if (!aside->identified)
		return v2p_fail_malformed(handle, "identity");
	if (!job->identified)
		memcpy(job->identity, aside->identity, sizeof(job->identity));
	job->identified = true;
	if (memcmp(job->identity, aside->identity, sizeof(job->identity)))
		return v2p_fail(handle, -ESRCH,
				"the process ended, or executed another program, between two parts of the answer");
	return 0;
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

		count += init_request(handle, job->target, fields_for(job),
				      job->addresses + start, size, &requests[i],
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
		struct v2p_aside aside;
		int ret;

		ret = v2p_receive(handle, seq, V2P_CMD_TRANSLATE, &answer);
		if (!ret)
			ret = v2p_arrays_parse(handle, &answer, job->arrays, job->done, size,
					       &aside);
		if (!ret)
			ret = check_identity(handle, job, &aside);
		if (ret) {
			v2p_drain(handle);
			return ret;
		}
		if (aside.changing && job->changing == job->changing_end)
			job->changing = job->done;
		job->done += size;
		if (aside.changing)
			job->changing_end = job->done;
		if (seq++ == last)
			return 0;
	}
}

/*
 * @count addresses that are asked anew, where each stands in the job, and what is said of
 * them: arrays as in struct v2p_arrays.
 */
struct again {
	size_t count;
	size_t index[SMALL_BATCH];
	uint64_t address[SMALL_BATCH];
#define ARRAY(field, type, member, bits) uint##bits##_t member[SMALL_BATCH];
	V2P_TRANSLATE_ARRAYS(ARRAY)
#undef ARRAY
};

static int ask_again(struct v2p *handle, struct job *job, struct again *again,
		     const struct v2p_arrays *arrays)
{
	struct v2p_aside aside;
	int ret;

	if (is_space(job))
		return v2p_space_translate(handle, job->target, again->address, again->count,
					   arrays, &aside.changing);
	ret = ask_message(handle, job->target, fields_for(job) | V2P_FIELD_FLAGS, again->address,
			  again->count, arrays, &aside);
	return ret ? ret : check_identity(handle, job, &aside);
}

/* The flags are always asked for: they tell which are still being changed. */
static int ask_once_more(struct v2p *handle, struct job *job, struct again *again)
{
	const struct v2p_arrays *wanted = job->arrays;
#define ARRAY(field, type, member, bits) .member = wanted->member ? again->member : NULL,
	struct v2p_arrays arrays = { V2P_TRANSLATE_ARRAYS(ARRAY) };
#undef ARRAY

	arrays.flags = again->flags;
	return ask_again(handle, job, again, &arrays);
}

static void put_back(const struct job *job, const struct again *again, size_t i)
{
	const struct v2p_arrays *arrays = job->arrays;
	size_t to = again->index[i];

#define ARRAY(field, type, member, bits) \
	if (arrays->member) \
		arrays->member[to] = again->member[i];
	V2P_TRANSLATE_ARRAYS(ARRAY)
#undef ARRAY
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

/* A batch of addresses, by an ioctl. */
static int ask_space(struct v2p *handle, struct job *job)
{
	const struct v2p_arrays *whole = job->arrays;
#define ARRAY(field, type, member, bits) .member = whole->member ? whole->member + job->done : NULL,
	const struct v2p_arrays part = { V2P_TRANSLATE_ARRAYS(ARRAY) };
#undef ARRAY
	const size_t size = batch_at(job, job->done);
	bool changing;
	int ret = v2p_space_translate(handle, job->target, job->addresses + job->done, size,
				      &part, &changing);

	if (ret)
		return ret;
	if (changing)
		job->changing = job->done;
	job->done += size;
	if (changing)
		job->changing_end = job->done;
	return 0;
}

/* So many addresses as fit into the window. */
static int ask_window(struct v2p *handle, struct job *job)
{
	uint32_t first = handle->seq + 1;
	int ret;

	if (is_space(job))
		return ask_space(handle, job);
	ret = send_window(handle, job);
	return ret ? ret : receive_window(handle, job, first);
}

/*
 * From now on each answer has to be of the same address space. One that was given before
 * did not say of which: it is asked anew.
 */
static void begin_to_identify(struct job *job)
{
	if (job->identify || !v2p_target_has_pid(job->target))
		return;
	job->identify = true;
	job->done = job->changing = job->changing_end = 0;
}

/* Memory is fragmented: no room for a large reply, but perhaps for small ones. */
static bool is_memory_short(int ret, size_t count)
{
	return ret == -ENOMEM && count > SMALL_BATCH;
}

/* Replies were larger than thought: one at a time always fits. */
static bool is_room_short(const struct v2p *handle, int ret)
{
	return ret == -ENOBUFS && handle->window > 1;
}

static int run(struct v2p *handle, struct job *job)
{
	while (job->done < job->count || job->changing != job->changing_end) {
		int ret = 0;

		/* After an error, what is being changed may be all that is left. */
		if (job->changing == job->changing_end)
			ret = ask_window(handle, job);
		if (!ret && job->changing != job->changing_end) {
			if (handle->retry)
				begin_to_identify(job);
			ret = ask_changing(handle, job);
		}
		if (is_memory_short(ret, batch_at(job, job->done))) {
			job->batch = SMALL_BATCH;
			begin_to_identify(job);
			continue;
		}
		if (is_room_short(handle, ret)) {
			handle->window = 1;
			continue;
		}
		if (ret)
			return ret;
	}
	/* One that asking anew has overcome. */
	if (handle->error[0])
		v2p_clear_error(handle);
	return 0;
}

/*
 * As most are: no more than an ioctl or a message, of which nothing has to be asked again.
 * @changing: set where it is because of what is being changed
 */
static inline __attribute__((always_inline))
bool is_answered_at_once(struct v2p *handle, const struct v2p_target *target,
			 const uint64_t *addresses, size_t count,
			 const struct v2p_arrays *arrays, bool *changing, int *ret)
{
	const bool space = target->kind == V2P_TARGET_SPACE;
	struct v2p_aside aside;

	/* 0 before the module was asked. */
	if (count > (space ? SPACE_BATCH : handle->batch))
		return false;
	*ret = v2p_target_check(handle, target);
	if (*ret)
		return true;
	if (space)
		*ret = v2p_space_translate(handle, target, addresses, count, arrays, changing);
	else
		*ret = ask_message(handle, target, fields_of(arrays), addresses, count,
				   arrays, &aside);
	if (!space && !*ret)
		*changing = aside.changing;
	/* What run() asks once more, and in smaller parts. */
	if (*ret)
		return !is_memory_short(*ret, count) && !is_room_short(handle, *ret);
	return !*changing || !handle->retry;
}

static __attribute__((noinline))
int translate_in_parts(struct v2p *handle, const struct v2p_target *target,
		       const uint64_t *addresses, size_t count,
		       const struct v2p_arrays *arrays, bool *changing)
{
	struct job job = {
		.target = target,
		.addresses = addresses,
		.count = count,
		.arrays = arrays,
	};
	int ret;

	ret = v2p_target_check(handle, target);
	if (!ret && !is_space(&job))
		ret = v2p_learn_batch(handle);
	if (ret)
		return ret;
	job.fields = fields_of(arrays);
	job.batch = is_space(&job) ? SPACE_BATCH : handle->batch;
	if (count > job.batch || *changing)
		begin_to_identify(&job);
	ret = run(handle, &job);
	*changing = job.unsettled;
	return ret;
}

/* @unsettled: set where some address is still being changed; or NULL */
static inline __attribute__((always_inline))
int translate(struct v2p *handle, const struct v2p_target *target, const uint64_t *addresses,
	      size_t count, const struct v2p_arrays *arrays, bool *unsettled)
{
	bool changing = false;
	int ret;

	if (!is_answered_at_once(handle, target, addresses, count, arrays, &changing, &ret))
		ret = translate_in_parts(handle, target, addresses, count, arrays, &changing);
	if (unsettled)
		*unsettled = changing;
	return ret;
}

int v2p_translate_within(struct v2p *handle, const struct v2p_target *target,
			 const uint64_t *addresses, size_t count,
			 const struct v2p_arrays *arrays, bool *unsettled)
{
	return translate(handle, target, addresses, count, arrays, unsettled);
}

int v2p_translate(struct v2p *handle, struct v2p_target target,
		  const uint64_t *addresses, size_t count,
		  const struct v2p_arrays *arrays)
{
	struct v2p_arrays ours;
	V2P_CALL_OF(call, handle, &target);
	int ret = call.error;

	if (ret || !count)
		return ret;
	ret = v2p_sized_read(handle, &sized, &ours, arrays);
	if (ret)
		return ret;
	if (!addresses || !ours.status)
		return v2p_fail(handle, -EINVAL, "no addresses, or no place for their status");
	return translate(handle, &target, addresses, count, &ours, NULL);
}

int v2p_translate_one(struct v2p *handle, struct v2p_target target, uint64_t address,
		      struct v2p_translation *translation)
{
	struct v2p_translation ours = { 0 };
	const struct v2p_arrays arrays = v2p_arrays_of(&ours);
	V2P_CALL_OF(call, handle, &target);
	int ret = call.error;

	if (!ret)
		ret = v2p_sized_check(handle, &sized_one, translation);
	if (!ret)
		ret = translate(handle, &target, &address, 1, &arrays, NULL);
	if (!ret)
		v2p_sized_write(&sized_one, &ours, translation);
	return ret;
}
