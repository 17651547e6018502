// SPDX-License-Identifier: LGPL-2.1-only
#include <errno.h>
#include <limits.h>

#include "internal.h"

int v2p_target_check(struct v2p *handle, const struct v2p_target *target)
{
	uint64_t unused = target->flags;
	unsigned int i;

	for (i = 0; i < sizeof(target->reserved) / sizeof(*target->reserved); i++)
		unused |= target->reserved[i];

	switch (target->kind) {
	case 0:
		return v2p_fail(handle, -EINVAL,
				"the target is of no kind: make it with v2p_pid(), v2p_kernel(), v2p_space() or v2p_user_root()");
	case V2P_TARGET_PID:
	case V2P_TARGET_USER_ROOT:
		unused |= target->id >> 32;
		break;
	case V2P_TARGET_KERNEL:
		unused |= target->id;
		break;
	case V2P_TARGET_SPACE:
		if (target->id > INT_MAX)
			return v2p_fail(handle, -EBADF,
					"the descriptor of the address space is not open");
		break;
	default:
		return v2p_fail(handle, -EINVAL, "this libv2p does not know targets of kind %u",
				target->kind);
	}
	if (unused || target->name)
		return v2p_fail(handle, -EINVAL,
				"the target has what this libv2p does not know for its kind");
	return 0;
}

/* Not of a space, which is not asked by a message. */
void v2p_target_put(const struct v2p_target *target, struct v2p_request *request)
{
	const uint32_t pid = target->id;

	switch (target->kind) {
	case V2P_TARGET_USER_ROOT:
		v2p_request_put(request, V2P_A_USER_ROOT, NULL, 0);
		/* fall through */
	case V2P_TARGET_PID:
		v2p_request_put(request, V2P_A_PID, &pid, sizeof(pid));
		break;
	case V2P_TARGET_KERNEL:
		v2p_request_put(request, V2P_A_KERNEL, NULL, 0);
		break;
	}
}
