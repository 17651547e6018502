// SPDX-License-Identifier: LGPL-2.1-only
/*
 * An address whose page-table entry somebody was changing as it was read may have a page
 * again some microseconds later, or some milliseconds. So it is asked anew for a while.
 */
#include <errno.h>
#include <sched.h>
#include <time.h>

#include "internal.h"

/* Microseconds between two tries, at first and at most. */
#define FIRST_PAUSE 20
#define LONGEST_PAUSE 2000

int v2p_set_retry(struct v2p *handle, unsigned int milliseconds)
{
	V2P_CALL(call, handle);

	if (call.error)
		return call.error;
	if (milliseconds > V2P_MAX_RETRY)
		return v2p_fail(handle, -EINVAL, "more than %d milliseconds", V2P_MAX_RETRY);
	handle->retry = milliseconds;
	return 0;
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * UINT64_C(1000000) + time.tv_nsec / 1000;
}

/* Who is at it may need this processor; after that, it takes longer, perhaps. */
void v2p_pause(unsigned int tries)
{
	const unsigned int doublings = tries < 8 ? tries : 8;
	unsigned int length = FIRST_PAUSE << doublings;
	struct timespec time = { 0 };

	if (!tries) {
		sched_yield();
		return;
	}
	if (length > LONGEST_PAUSE)
		length = LONGEST_PAUSE;
	time.tv_nsec = length * 1000L;
	nanosleep(&time, NULL);
}

bool v2p_retry(const struct v2p *handle, struct v2p_retry *retry)
{
	if (!handle->retry)
		return false;
	if (!retry->end)
		retry->end = now() + handle->retry * UINT64_C(1000);
	else if (now() >= retry->end)
		return false;
	v2p_pause(retry->tries++);
	return true;
}
