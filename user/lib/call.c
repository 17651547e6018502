// SPDX-License-Identifier: LGPL-2.1-only
/* One call on a handle at a time, from its beginning to its end. */
#include <errno.h>
#include <stdatomic.h>

#include "internal.h"

enum { IN_USE = 1, CLOSED = 2 };

/*
 * The handle that this thread was refused last. Whoever uses it writes its text: to
 * write another there would be a race.
 */
static _Thread_local const struct v2p *refused
	__attribute__((tls_model("initial-exec")));

bool v2p_is_refused(const struct v2p *handle)
{
	return refused == handle;
}

void v2p_forget_refusal(const struct v2p *handle)
{
	if (refused == handle)
		refused = NULL;
}

/* @target: that is asked, or NULL */
static int prepare(struct v2p *handle, const struct v2p_target *target)
{
	const bool connected = !target || target->kind != V2P_TARGET_SPACE;

	if (connected && handle->stale) {
		int ret = v2p_reconnect(handle);

		if (ret)
			return ret;
	}
	if (connected && !handle->sock) {
		v2p_forget_refusal(handle);
		/* The error of v2p_open() stays: it says why nothing else can work. */
		return handle->error[0] ? -ENOTCONN :
		       v2p_fail(handle, -ENOTCONN, "there is no connection to the v2p module");
	}
	v2p_clear_error(handle);
	return 0;
}

struct v2p_call v2p_begin(struct v2p *handle, const struct v2p_target *target)
{
	unsigned int unused = 0;

	if (!handle)
		return (struct v2p_call){ .error = -EINVAL };
	if (!atomic_compare_exchange_strong_explicit(&handle->use, &unused, IN_USE,
						     memory_order_acquire,
						     memory_order_relaxed)) {
		refused = handle;
		return (struct v2p_call){ .error = -EBUSY };
	}
	return (struct v2p_call){ .handle = handle, .error = prepare(handle, target) };
}

void v2p_end(struct v2p_call *call)
{
	struct v2p *handle = call->handle;

	if (handle && atomic_exchange_explicit(&handle->use, 0, memory_order_acq_rel) & CLOSED)
		v2p_free(handle);
}

/* What is in use is freed by who uses it. */
void v2p_close(struct v2p *handle)
{
	if (handle && !(atomic_fetch_or(&handle->use, CLOSED) & IN_USE))
		v2p_free(handle);
}
