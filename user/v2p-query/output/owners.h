/* SPDX-License-Identifier: GPL-2.0 */
/* What those share who tell of the owners of physical memory. */
#ifndef OWNERS_H
#define OWNERS_H

#include "output/writer.h"

/* Where the memory is that an extent leads to; or led to, where its status tells of a frame. */
static inline uint64_t extent_frame(const struct output *output, const struct v2p_extent *extent)
{
	const uint64_t page = UINT64_C(1) << output->info->page_shift;

	if (extent->status == V2P_STATUS_MAPPED)
		return extent->physical;
	return extent->swap_offset * page + extent->address % page;
}

/* What was asked that an extent has the memory of, where a device's address was; or NULL. */
const struct physical *owners_asked(const struct output *output, const struct v2p_extent *extent);

#endif /* OWNERS_H */
