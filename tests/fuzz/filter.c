// SPDX-License-Identifier: GPL-2.0
#include <linux/v2p.h>

#include "answer.h"
#include "filter.h"

enum {
	STATES = (1 << __V2P_STATUS_MAX) - 1,
	MEMORY_TYPES = (1 << __V2P_MEMORY_TYPE_MAX) - 1,
	OPTIONS = V2P_OPTION_MERGE | V2P_OPTION_STOP_AT_CHANGING,
};

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
}

void filter_break(struct v2p_ioctl_extents *request, struct random *random)
{
	uint32_t *const members[] = { &request->options, &request->states,
				      &request->memory_types, &request->with_flags,
				      &request->without_flags };
	uint32_t *member = RANDOM_OF(random, members);

	*member ^= one_in(random, 2) ? 1U << random_below(random, 32) : random_number(random);
}

bool filter_is_allowed(const struct v2p_ioctl_extents *request)
{
	return !(request->options & ~OPTIONS) && !(request->states & ~STATES) &&
	       !(request->memory_types & ~MEMORY_TYPES) &&
	       !((request->with_flags | request->without_flags) & ~V2P_FLAG_MASK);
}

bool filter_is_one(const struct v2p_ioctl_extents *request)
{
	return request->states || request->memory_types || request->page_shifts ||
	       request->with_flags || request->without_flags;
}

bool filter_passes(const struct v2p_ioctl_extents *request, const struct answer *answer,
		   unsigned int index)
{
	const uint32_t states = request->states ?: V2P_DEFAULT_STATES;
	const uint64_t status = answer_u64(answer, V2P_A_STATUS, index);

	if (!(states >> status & 1))
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
