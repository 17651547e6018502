// SPDX-License-Identifier: LGPL-2.1-only
#include "internal.h"

/* What v2p_target_check() has refused. */
int v2p_target_fail(struct v2p *handle, const struct v2p_target *target)
{
	switch (target->kind) {
	case 0:
		return v2p_fail(handle, -EINVAL,
				"the target is of no kind: make it with v2p_pid(), v2p_kernel(), v2p_space() or v2p_user_root()");
	case V2P_TARGET_SPACE:
		if (target->id > INT_MAX)
			return v2p_fail(handle, -EBADF,
					"the descriptor of the address space is not open");
		break;
	case V2P_TARGET_PID:
	case V2P_TARGET_KERNEL:
	case V2P_TARGET_USER_ROOT:
		break;
	default:
		return v2p_fail(handle, -EINVAL, "this libv2p does not know targets of kind %u",
				target->kind);
	}
	return v2p_fail(handle, -EINVAL,
			"the target has what this libv2p does not know for its kind");
}
