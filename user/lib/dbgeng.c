// SPDX-License-Identifier: LGPL-2.1-only
/* The two calls that a user of the Windows debugger engine knows. */
#include <errno.h>

#include "internal.h"

static int fail_not_mapped(struct v2p *handle, uint8_t status, bool changing)
{
	const char *name = v2p_status_name(status);

	return v2p_fail(handle, -ENXIO, "no physical page backs the address (%s%s)",
			name ? name : "unknown status",
			changing ? ", but it is being changed" : "");
}

int v2p_virtual_to_physical(struct v2p *handle, struct v2p_target target,
			    uint64_t address, uint64_t *physical)
{
	uint64_t answer;
	bool changing = false;
	uint8_t status;
	const struct v2p_arrays arrays = { .status = &status, .physical = &answer };
	V2P_CALL_OF(call, handle, &target);
	int ret;

	if (call.error)
		return call.error;
	ret = v2p_translate_within(handle, &target, &address, 1, &arrays, &changing);
	if (ret)
		return ret;
	if (status != V2P_STATUS_MAPPED)
		return fail_not_mapped(handle, status, changing);
	if (!physical)
		return v2p_fail(handle, -EINVAL, "no place for the answer");
	*physical = answer;
	return 0;
}

int v2p_translation_physical_offsets(struct v2p *handle, struct v2p_target target,
				     uint64_t address, uint64_t *offsets,
				     size_t size)
{
	V2P_CALL_OF(call, handle, &target);
	struct v2p_walk walk;
	unsigned int i;
	int ret;

	if (call.error)
		return call.error;
	ret = v2p_walk_within(handle, &target, address, &walk);
	if (ret)
		return ret;
	if (walk.translation.status != V2P_STATUS_MAPPED)
		return fail_not_mapped(handle, walk.translation.status,
				       walk.translation.flags & V2P_FLAG_CHANGING);
	if (!offsets && size)
		return v2p_fail(handle, -EINVAL, "no place for the answer");

	for (i = 0; i < walk.step_count && i < size; i++)
		offsets[i] = walk.steps[i].entry_physical;
	if (walk.step_count < size)
		offsets[walk.step_count] = walk.translation.physical;
	return walk.step_count + 1;
}
