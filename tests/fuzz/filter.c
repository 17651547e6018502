// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stddef.h>

#include <linux/v2p.h>

#include "answer.h"
#include "filter.h"

enum {
	STATES = (1 << __V2P_STATUS_MAX) - 1,
	MEMORY_TYPES = (1 << __V2P_MEMORY_TYPE_MAX) - 1,
	OPTIONS = V2P_OPTION_MERGE | V2P_OPTION_STOP_AT_CHANGING,
};

/**
 * struct list - ranges of physical memory
 * @count: how many
 * @bad: they are not allowed
 */
struct list {
	size_t count;
	bool bad;
	struct v2p_ioctl_physical_range ranges[V2P_MAX_PHYSICAL_RANGES];
};

static const struct list lists[] = {
	{ 1, false, { { 0, UINT64_MAX } } },
	{ 1, false, { { 1, 1ULL << 30 } } },
	{ 2, false, { { 0x100000, 0x1000000 }, { 0x10000000, 0x4001 } } },
	{ 3, false, { { 0, 1 }, { 0x8000000, 0x8000000 }, { UINT64_MAX, 1 } } },
	{ 3, false, { { 0x4000000, 0x1000 }, { 0x4001000, 0x1000 }, { 0x4003000, 7 } } },
	{ V2P_MAX_PHYSICAL_RANGES, false, {
#define FOUR(n) { (n) << 24, 0x100000 }, { ((n) + 1) << 24, 0x1fff }, \
		{ ((n) + 2) << 24, 1 }, { ((n) + 3) << 24, 0x1000000 }
#define SIXTEEN(n) FOUR(n), FOUR((n) + 4), FOUR((n) + 8), FOUR((n) + 12)
		SIXTEEN(0ULL), SIXTEEN(16ULL), SIXTEEN(32ULL), SIXTEEN(48ULL)
	} },
	{ 1, true, { { 5, 0 } } },
	{ 2, true, { { 0x2000, 0x1000 }, { 0x1000, 0x1000 } } },
	{ 2, true, { { 0x2000, 0x1000 }, { 0x2fff, 1 } } },
	{ 2, true, { { 0x2000, 0x1000 }, { UINT64_MAX, 2 } } },
};

/* The list that a request names, as far as it has so many; NULL where it names none of these. */
static const struct list *list_of(const struct v2p_ioctl_extents *request)
{
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (request->physical_ranges == (uintptr_t)lists[i].ranges)
			return &lists[i];
	return NULL;
}

static void put_list(struct v2p_ioctl_extents *request, struct random *random)
{
	const struct list *list = &RANDOM_OF(random, lists);

	while (list->bad)
		list = &RANDOM_OF(random, lists);
	request->physical_ranges = (uintptr_t)list->ranges;
	request->physical_range_count = 1 + random_below(random, list->count);
}

static void break_list(struct v2p_ioctl_extents *request, struct random *random)
{
	static const uint64_t counts[] = { 0, 1, 2, 3, 64, 65, 1 << 20, 1ULL << 32,
					   1ULL << 60, UINT64_MAX };
	static const uint64_t pointers[] = { 0, 1, 4096, 1ULL << 63, UINT64_MAX - 7 };

	put_list(request, random);
	if (one_in(random, 2))
		request->physical_range_count = RANDOM_OF(random, counts);
	if (one_in(random, 3))
		request->physical_ranges = RANDOM_OF(random, pointers);
	else if (one_in(random, 2))
		request->physical_ranges = (uintptr_t)(&RANDOM_OF(random, lists))->ranges;
}

static int list_error(const struct v2p_ioctl_extents *request)
{
	const struct list *list = list_of(request);

	if (!request->physical_ranges && !request->physical_range_count)
		return 0;
	if (!request->physical_range_count ||
	    request->physical_range_count > V2P_MAX_PHYSICAL_RANGES)
		return EINVAL;
	if (!list)
		return EFAULT;
	/* What stands behind them is empty. */
	if (request->physical_range_count > list->count)
		return EINVAL;
	return list->bad && request->physical_range_count == list->count ? EINVAL : 0;
}

static uint32_t few_flags(struct random *random)
{
	return random_number(random) & random_number(random) & random_number(random) &
	       V2P_FLAG_MASK;
}

void filter_make(struct v2p_ioctl_extents *request, struct random *random)
{
	if (one_in(random, 2))
		request->options = random_below(random, OPTIONS + 1);
	if (one_in(random, 3))
		request->states = random_below(random, STATES + 1);
	if (one_in(random, 8))
		request->page_shifts = random_number(random);
	if (one_in(random, 8))
		request->with_flags = few_flags(random);
	if (one_in(random, 8))
		request->without_flags = few_flags(random);
	if (one_in(random, 8))
		request->memory_types = random_below(random, MEMORY_TYPES + 1);
	if (one_in(random, 4))
		put_list(request, random);
}

void filter_break(struct v2p_ioctl_extents *request, struct random *random)
{
	uint32_t *const members[] = { &request->options, &request->states,
				      &request->memory_types, &request->with_flags,
				      &request->without_flags };
	uint32_t *member = RANDOM_OF(random, members);

	if (one_in(random, 3)) {
		break_list(request, random);
		return;
	}
	*member ^= one_in(random, 2) ? 1U << random_below(random, 32) : random_number(random);
}

int filter_error(const struct v2p_ioctl_extents *request)
{
	const int error = list_error(request);

	if (error)
		return error;
	return request->options & ~OPTIONS || request->states & ~STATES ||
	       request->memory_types & ~MEMORY_TYPES ||
	       (request->with_flags | request->without_flags) & ~V2P_FLAG_MASK ? EINVAL : 0;
}

bool filter_is_one(const struct v2p_ioctl_extents *request)
{
	return request->states || request->memory_types || request->page_shifts ||
	       request->with_flags || request->without_flags || request->physical_ranges;
}

/* Of what is mapped, all of it lies in one of the ranges, or in several side by side. */
static bool is_in_list(const struct v2p_ioctl_extents *request, uint64_t physical,
		       uint64_t length)
{
	const struct list *list = list_of(request);
	uint64_t i;

	for (i = 0; i < request->physical_range_count && length; i++) {
		const uint64_t offset = physical - list->ranges[i].start;
		uint64_t in;

		if (offset >= list->ranges[i].length)
			continue;
		in = list->ranges[i].length - offset;
		in = in < length ? in : length;
		physical += in;
		length -= in;
	}
	return !length;
}

bool filter_passes(const struct v2p_ioctl_extents *request, const struct answer *answer,
		   unsigned int index)
{
	const uint32_t states = request->states ?: V2P_DEFAULT_STATES;
	const uint64_t status = answer_u64(answer, V2P_A_STATUS, index);

	if (!(states >> status & 1))
		return false;
	if (request->physical_ranges && status == V2P_STATUS_MAPPED &&
	    answer->attributes[V2P_A_PHYSICAL] &&
	    !is_in_list(request, answer_u64(answer, V2P_A_PHYSICAL, index),
			answer_u64(answer, V2P_A_LENGTH, index)))
		return false;
	if (request->physical_ranges && (status == V2P_STATUS_NONE ||
					 status == V2P_STATUS_SWAPPED ||
					 status == V2P_STATUS_GUARD))
		return false;
	/* Of pages that differ, an extent has what they have in common, or none of it. */
	if (request->options & V2P_OPTION_MERGE)
		return true;
	if (answer->attributes[V2P_A_FLAGS]) {
		const uint64_t flags = answer_u64(answer, V2P_A_FLAGS, index);

		if ((flags & request->with_flags) != request->with_flags ||
		    flags & request->without_flags)
			return false;
	}
	if (answer->attributes[V2P_A_PAGE_SHIFT] && request->page_shifts &&
	    status != V2P_STATUS_NONE &&
	    !(request->page_shifts >> answer_u64(answer, V2P_A_PAGE_SHIFT, index) & 1))
		return false;
	return !answer->attributes[V2P_A_MEMORY_TYPE] || !request->memory_types ||
	       request->memory_types >> answer_u64(answer, V2P_A_MEMORY_TYPE, index) & 1;
}
