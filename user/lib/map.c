// SPDX-License-Identifier: LGPL-2.1-only
/*
 * Ranges. The kernel walks on when a part of its answer is received, so that the
 * answer to a request may be of any length. To give it up is to disconnect. Each part
 * is made as the one before it is received: the process may have ended since.
 */
#include <errno.h>
#include <string.h>

#include "internal.h"

static const struct v2p_sized sized = V2P_SIZED(v2p_range, progress);

/**
 * struct dump - one request of a v2p_map()
 * @handle: on which
 * @target: whom to ask
 * @range: what is asked
 * @take: given each extent
 * @data: for @take and the range's progress()
 * @seq: sequence number of the request
 * @physical_at: where in it the ranges of physical memory stand
 * @parts: of the answer, that were received
 * @tries: messages in a row that ended before a hole that is being changed
 * @ended: the kernel has said its last word
 */
struct dump {
	struct v2p *handle;
	const struct v2p_target *target;
	const struct v2p_range *range;
	v2p_extent_fn *take;
	void *data;
	uint32_t seq;
	uint32_t physical_at;
	unsigned int parts;
	unsigned int tries;
	bool ended;
};

#define DEFAULT_FIELDS (V2P_FIELD_PHYSICAL | V2P_FIELD_PAGE_SHIFT | V2P_FIELD_FLAGS)

static uint32_t fields_of(const struct dump *dump)
{
	return dump->range->fields ? dump->range->fields : DEFAULT_FIELDS;
}

static void put_number(struct v2p_request *request, uint16_t type, uint32_t number)
{
	if (number)
		v2p_request_put(request, type, &number, sizeof(number));
}

/* 0 where they are those of the kernel, which do not grow. */
static uint32_t default_states(void)
{
	return V2P_EXTENT_STATES == V2P_DEFAULT_STATES ? 0 : V2P_EXTENT_STATES;
}

static void put_range(struct v2p_request *request, const struct v2p_range *range)
{
	if (range->start || range->length != V2P_TO_THE_END)
		v2p_request_put(request, V2P_A_START, &range->start, sizeof(range->start));
	if (range->length != V2P_TO_THE_END)
		v2p_request_put(request, V2P_A_SIZE, &range->length, sizeof(range->length));
	put_number(request, V2P_A_STATES, range->states ? range->states : default_states());
	if (range->page_shifts)
		v2p_request_put(request, V2P_A_PAGE_SHIFTS, &range->page_shifts,
				sizeof(range->page_shifts));
	put_number(request, V2P_A_WITH_FLAGS, range->with_flags);
	put_number(request, V2P_A_WITHOUT_FLAGS, range->without_flags);
	put_number(request, V2P_A_MEMORY_TYPES, range->memory_types);
	put_number(request, V2P_A_FIELDS, range->fields);
	if (range->merge)
		v2p_request_put(request, V2P_A_MERGE, NULL, 0);
}

/* Returns how many vectors that makes. */
static size_t init_request(struct v2p *handle, struct dump *dump, struct v2p_request *request,
			   struct iovec vectors[2])
{
	const struct v2p_range *range = dump->range;

	v2p_request_init(handle, request, V2P_CMD_MAP);
	v2p_target_put(dump->target, request);
	v2p_request_put_known(request);
	put_range(request, range);
	/* It is the kernel that tells when the time is over: it looks again itself. */
	put_number(request, V2P_A_RETRY, handle->retry);
	dump->seq = handle->seq;
	dump->physical_at = request->length;
	handle->bad = 0;
	if (range->physical)
		return v2p_request_put_array(request, V2P_A_PHYSICAL_RANGES, range->physical,
					     range->physical_count * sizeof(*range->physical),
					     vectors);
	vectors[0] = (struct iovec){ .iov_base = request->bytes, .iov_len = request->length };
	return 1;
}

/*
 * A module that does not know the attribute has refused it: the library has looked at it. Of a
 * descriptor nothing is asked by attributes, and there is no @physical_at.
 */
static int explain(struct v2p *handle, const struct dump *dump, int error)
{
	if (error != -EINVAL || !dump->physical_at || !dump->range->physical ||
	    handle->bad != dump->physical_at)
		return error;
	return v2p_fail_physical(handle);
}

static int send_request(struct v2p *handle, struct dump *dump)
{
	struct v2p_request request;
	struct iovec vectors[2];
	const size_t count = init_request(handle, dump, &request, vectors);

	v2p_request_dump(&request);
	dump->ended = false;
	return v2p_send(handle, vectors, count);
}

static bool is_uniform(const unsigned char *array, size_t size, size_t count)
{
	return !memcmp(array, array + size, (count - 1) * size);
}

/* What stands for an extent in the arrays, as far as they were asked for. */
static inline void read_extent(struct v2p_extent *extent, const struct v2p_extents *arrays,
			       size_t i)
{
#define READ(field, type, member, bits) \
	if (arrays->member) \
		memcpy(&extent->member, arrays->member + i * ((bits) / 8), (bits) / 8);
	V2P_MAP_ARRAYS(READ)
#undef READ
}

enum how { ANY_FIELDS, DEFAULT, DEFAULT_OF_ONE_KIND };

/* @arrays is copied, so that the compiler sees that the callback leaves it alone. */
static inline __attribute__((always_inline)) int
take_each(const struct dump *dump, const struct v2p_extents arrays, enum how how)
{
	v2p_extent_fn *take = dump->take;
	void *data = dump->data;
	struct v2p_extent extent = { 0 };
	size_t i;

	for (i = 0; i < arrays.count; i++) {
		int ret;

		if (how == ANY_FIELDS) {
			read_extent(&extent, &arrays, i);
		} else {
			memcpy(&extent.address, arrays.address + i * 8, 8);
			memcpy(&extent.physical, arrays.physical + i * 8, 8);
			memcpy(&extent.length, arrays.length + i * 8, 8);
		}
		if (how == DEFAULT || (how == DEFAULT_OF_ONE_KIND && !i)) {
			memcpy(&extent.flags, arrays.flags + i * 4, 4);
			extent.status = arrays.status[i];
			extent.page_shift = arrays.page_shift[i];
		}
		ret = take(&extent, data);
		if (ret)
			return ret;
	}
	return 0;
}

/* Where there are many extents, most are of one kind. */
static int take_extents(const struct dump *dump, const struct v2p_extents *extents)
{
	size_t count = extents->count;

	if (!count)
		return 0;
	if (fields_of(dump) != DEFAULT_FIELDS)
		return take_each(dump, *extents, ANY_FIELDS);
	if (is_uniform(extents->flags, 4, count) && is_uniform(extents->status, 1, count) &&
	    is_uniform(extents->page_shift, 1, count))
		return take_each(dump, *extents, DEFAULT_OF_ONE_KIND);
	return take_each(dump, *extents, DEFAULT);
}

static int take_message(struct v2p *handle, struct dump *dump, const struct nlmsghdr *head)
{
	struct v2p_extents extents;
	struct v2p_answer answer;
	int ret;

	ret = v2p_check_answer(handle, head, V2P_CMD_MAP, &answer);
	/* A dump that had no memory for its first message goes on all the same. */
	if (head->nlmsg_type == NLMSG_ERROR && ret != -ENOBUFS)
		dump->ended = true;
	if (!ret)
		ret = v2p_extents_parse(handle, &answer, fields_of(dump), &extents);
	if (!ret)
		ret = take_extents(dump, &extents);
	/* 0 is the end of the address space. */
	if (!ret && dump->range->progress && extents.next)
		dump->range->progress(extents.next, dump->data);
	if (!ret && extents.changing)
		v2p_pause(dump->tries++);
	else
		dump->tries = 0;
	return ret;
}

/* Several messages may share one. */
static int take_datagram(struct v2p *handle, struct dump *dump, size_t length)
{
	const unsigned char *bytes = handle->reply;
	int ret = 0;

	while (length) {
		const struct nlmsghdr *head = (const struct nlmsghdr *)bytes;
		size_t step;

		if (length < sizeof(*head) || head->nlmsg_len < sizeof(*head) ||
		    head->nlmsg_len > length)
			return ret ? ret : v2p_fail_malformed(handle, "a wrong length");
		if (head->nlmsg_seq != dump->seq || head->nlmsg_pid != handle->port) {
			/* An answer to nothing that was asked here is nobody's. */
		} else if (head->nlmsg_type == NLMSG_DONE) {
			dump->ended = true;
			return ret ? ret : v2p_fail_done(handle, head);
		} else if (!ret) {
			ret = take_message(handle, dump, head);
		}
		step = NLMSG_ALIGN(head->nlmsg_len);
		if (step > length)
			step = length;
		bytes += step;
		length -= step;
	}
	return ret;
}

/* The rest of an answer that is not read to its end. */
static void give_up_rest(struct dump **dump)
{
	if (!(*dump)->ended)
		v2p_disconnect((*dump)->handle);
}

static int receive_parts(struct v2p *handle, struct dump *dump)
{
	/* Also where an exception comes out of a callback. */
	__attribute__((cleanup(give_up_rest))) struct dump *unread = dump;
	int ret;

	(void)unread;
	do {
		size_t length;

		ret = v2p_receive_datagram(handle, &length);
		if (!ret)
			ret = take_datagram(handle, dump, length);
		dump->parts++;
	} while (!ret && !dump->ended);
	return ret;
}

/* Whoever may not ask any more has been answered all the same. */
static int check_process_lives(struct v2p *handle, const struct dump *dump)
{
	struct v2p_request request;
	struct v2p_answer answer;
	int ret;

	v2p_request_init(handle, &request, V2P_CMD_TRANSLATE);
	v2p_target_put(dump->target, &request);
	v2p_request_put(&request, V2P_A_VIRTUAL, &dump->range->start,
			sizeof(dump->range->start));
	ret = v2p_ask(handle, &request, V2P_CMD_TRANSLATE, &answer);
	return ret == -ESRCH ? ret : 0;
}

static int ask_in_parts(struct v2p *handle, struct dump *dump)
{
	int ret = send_request(handle, dump);

	if (!ret)
		ret = receive_parts(handle, dump);
	if (!ret && dump->parts > 1 && v2p_target_has_pid(dump->target))
		ret = check_process_lives(handle, dump);
	return ret;
}

/*
 * Most ranges fit into one message, which costs less than a dump. Where this one does
 * not, nothing is taken and @rest is set: a dump sees one address space to its end,
 * whatever becomes of the pid.
 */
static int ask_at_once(struct v2p *handle, struct dump *dump, bool *rest)
{
	const struct v2p_range *range = dump->range;
	struct v2p_extents extents;
	struct v2p_request request;
	struct v2p_answer answer;
	struct iovec vectors[2];
	const size_t count = init_request(handle, dump, &request, vectors);
	int ret = v2p_ask_by(handle, vectors, count, dump->seq, V2P_CMD_MAP, &answer);

	if (!ret)
		ret = v2p_extents_parse(handle, &answer, fields_of(dump), &extents);
	if (ret)
		return ret;

	*rest = extents.changing || extents.next - range->start != range->length;
	if (*rest)
		return 0;
	ret = take_extents(dump, &extents);
	if (!ret && range->progress && extents.next)
		range->progress(extents.next, dump->data);
	return ret;
}

/* The kernel keeps nothing between two ioctls: where to go on stands in @left. */
static int ask_space(struct v2p *handle, struct dump *dump)
{
	const uint32_t fields = fields_of(dump);
	struct v2p_range left = *dump->range;
	struct v2p_retry retry = { 0 };
	bool stop = handle->retry;
	bool done = false;
	int ret = v2p_space_check_range(handle, dump->target, &left, fields);

	if (ret)
		return ret;
	while (!done) {
		struct v2p_extents extents;

		ret = v2p_space_extents(handle, dump->target, &left, fields, stop, &extents,
					&done);
		if (!ret)
			ret = take_extents(dump, &extents);
		if (ret)
			return ret;
		if (dump->range->progress && extents.next)
			dump->range->progress(extents.next, dump->data);
		if (left.length != V2P_TO_THE_END)
			left.length -= extents.next - left.start;
		left.start = extents.next;
		if (stop && !done && extents.changing)
			stop = v2p_retry(handle, &retry);
	}
	return 0;
}

static int run(struct v2p *handle, struct dump *dump)
{
	bool rest = dump->target->kind != V2P_TARGET_SPACE;
	int ret = 0;

	if (!rest)
		ret = ask_space(handle, dump);
	/* The end of an address space would not be seen from one message. */
	else if (dump->range->length != V2P_TO_THE_END)
		ret = ask_at_once(handle, dump, &rest);
	if (!ret && rest)
		ret = ask_in_parts(handle, dump);
	if (ret)
		return explain(handle, dump, ret);
	v2p_clear_error(handle);
	return 0;
}

/* What the module would refuse, in its words. */
static int check_physical(struct v2p *handle, const struct v2p_range *range)
{
	const struct v2p_physical_range *physical = range->physical;
	const char *fault = NULL;
	size_t i;

	if (!physical && !range->physical_count)
		return 0;
	/* A list that is empty is not all memory. */
	if (!physical || !range->physical_count || range->physical_count > V2P_MAX_PHYSICAL_RANGES)
		return v2p_fail(handle, -EINVAL, "physical ranges are 1 to %u, and a pointer to them",
				V2P_MAX_PHYSICAL_RANGES);
	for (i = 0; !fault && i < range->physical_count; i++) {
		if (!physical[i].length)
			fault = "a physical range is empty";
		else if (physical[i].length - 1 > UINT64_MAX - physical[i].start)
			fault = "a physical range ends behind the highest address";
		else if (i && (physical[i].start < physical[i - 1].start ||
			       physical[i].start - physical[i - 1].start < physical[i - 1].length))
			fault = "physical ranges are not in order, or overlap";
	}
	return fault ? v2p_fail(handle, -EINVAL, "%s", fault) : 0;
}

int v2p_range_read(struct v2p *handle, struct v2p_range *ours, const struct v2p_range *range)
{
	int ret = v2p_sized_read(handle, &sized, ours, range);

	return ret ? ret : check_physical(handle, ours);
}

int v2p_map_within(struct v2p *handle, const struct v2p_target *target,
		   const struct v2p_range *range, v2p_extent_fn *take, void *data)
{
	struct dump dump = {
		.handle = handle, .target = target, .range = range, .take = take, .data = data,
	};
	int ret = v2p_target_check(handle, target);

	return ret ? ret : run(handle, &dump);
}

int v2p_map(struct v2p *handle, struct v2p_target target, const struct v2p_range *range,
	    v2p_extent_fn *take, void *data)
{
	struct v2p_range ours;
	V2P_CALL_OF(call, handle, &target);
	int ret = call.error;

	if (!ret)
		ret = v2p_range_read(handle, &ours, range);
	if (!ret && !take)
		ret = v2p_fail(handle, -EINVAL, "a function that takes the extents is required");
	return ret ? ret : v2p_map_within(handle, &target, &ours, take, data);
}
