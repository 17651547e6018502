// SPDX-License-Identifier: LGPL-2.1-only
/* One call on a handle at a time, from its beginning to its end. */
#include "internal.h"

_Thread_local const struct v2p *v2p_refused;

/* Where a call needs a connection, and there is none, or none any more. */
int v2p_connect_again(struct v2p *handle)
{
	if (handle->stale) {
		int ret = v2p_reconnect(handle);

		if (ret)
			return ret;
	}
	if (!handle->sock) {
		v2p_forget_refusal(handle);
		/* The error of v2p_open() stays: it says why nothing else can work. */
		return handle->error[0] ? -ENOTCONN :
		       v2p_fail(handle, -ENOTCONN, "there is no connection to the v2p module");
	}
	v2p_clear_error(handle);
	return 0;
}

/* What is in use is freed by who uses it. */
void v2p_close(struct v2p *handle)
{
	if (handle && !(atomic_fetch_or(&handle->use, V2P_CLOSED) & V2P_IN_USE))
		v2p_free(handle);
}
