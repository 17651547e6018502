// SPDX-License-Identifier: GPL-2.0

#include <linux/minmax.h>

#include "arch/arch.h"
#include "regions.h"

/*
 * As long as a region can be, it may not be on this machine: the next one then begins before its
 * end. Each begins where it is said to.
 */
unsigned int v2p_regions_get(struct v2p_region_range ranges[V2P_MAX_REGIONS])
{
	const unsigned int count = v2p_arch_regions(ranges);
	unsigned int i;

	for (i = 1; i < count; i++)
		ranges[i - 1].last = min(ranges[i - 1].last, ranges[i].start - 1);
	return count;
}
