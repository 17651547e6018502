// SPDX-License-Identifier: GPL-2.0

#include "halves.h"
#include "iova/iova.h"
#include "spaces.h"

int v2p_other_translate(const struct v2p_aspace *aspace, const u64 *virtual,
			unsigned int count, const struct v2p_translation_arrays *out,
			bool *changing)
{
	if (aspace->kind == V2P_ASPACE_DEVICE)
		return v2p_iova_translate(aspace->iova, virtual, count, out, changing);
	return v2p_halves_translate(aspace, virtual, count, out, changing);
}

int v2p_other_walk(const struct v2p_aspace *aspace, u64 address,
		   struct v2p_walk_steps *steps, struct v2p_translation *t)
{
	if (aspace->kind == V2P_ASPACE_DEVICE)
		return v2p_iova_walk(aspace->iova, address, steps, t);
	return v2p_halves_walk(aspace, address, steps, t);
}

int v2p_other_extents(const struct v2p_aspace *aspace, struct v2p_extent_range *range,
		      struct v2p_extent_arrays *out)
{
	if (aspace->kind == V2P_ASPACE_DEVICE)
		return v2p_iova_extents(aspace->iova, range, out);
	return v2p_halves_extents(aspace, range, out);
}
