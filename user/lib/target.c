// SPDX-License-Identifier: LGPL-2.1-only
#include "internal.h"

/* What is refused of every kind but a device, of which nothing else is known. */
static int fail(struct v2p *handle, const struct v2p_target *target)
{
	switch (target->kind) {
	case 0:
		return v2p_fail(handle, -EINVAL,
				"the target is of no kind: make it with v2p_pid(), v2p_kernel(), v2p_space(), v2p_user_root() or v2p_device()");
	case V2P_TARGET_SPACE:
		if (target->id > INT_MAX)
			return v2p_fail(handle, -EBADF,
					"the descriptor of the address space is not open");
		break;
	case V2P_TARGET_PID:
	case V2P_TARGET_KERNEL:
	case V2P_TARGET_USER_ROOT:
	case V2P_TARGET_DEVICE:
		break;
	default:
		return v2p_fail(handle, -EINVAL, "this libv2p does not know targets of kind %u",
				target->kind);
	}
	return v2p_fail(handle, -EINVAL,
			"the target has what this libv2p does not know for its kind");
}

static bool has_reserved(const struct v2p_target *target)
{
	uint64_t used = 0;
	unsigned int i;

	for (i = 0; i < sizeof(target->reserved) / sizeof(*target->reserved); i++)
		used |= target->reserved[i];
	return used;
}

static int check_device(struct v2p *handle, const struct v2p_target *target)
{
	const bool has_pasid = target->flags & V2P_TARGET_PASID;
	char whole[V2P_DEVICE_NAME_SIZE];

	if (target->flags & ~V2P_TARGET_PASID || (target->id && !has_pasid) ||
	    has_reserved(target))
		return fail(handle, target);
	if (target->id > V2P_MAX_PASID)
		return v2p_fail(handle, -EINVAL, "a PASID is at most %u", V2P_MAX_PASID);
	if (v2p_device_name(target->name, whole))
		return v2p_fail(handle, -EINVAL,
				"a device is named by its bus and its name, such as pci/0000:03:00.0 or platform/NAME; of a PCI device, 03:00.0 will do");
	return 0;
}

int v2p_target_check_more(struct v2p *handle, const struct v2p_target *target)
{
	return target->kind == V2P_TARGET_DEVICE ? check_device(handle, target) :
						   fail(handle, target);
}

/* After v2p_target_check(). */
void v2p_target_put_device(const struct v2p_target *target, struct v2p_request *request)
{
	const uint32_t pasid = target->id;
	char whole[V2P_DEVICE_NAME_SIZE];

	/* Whoever has changed the name since is told by the module that there is none such. */
	if (v2p_device_name(target->name, whole))
		*whole = '\0';
	v2p_request_put_text(request, V2P_A_DEVICE, whole);
	if (target->flags & V2P_TARGET_PASID)
		v2p_request_put(request, V2P_A_PASID, &pasid, sizeof(pasid));
}
