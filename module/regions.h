/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_REGIONS_H
#define V2P_REGIONS_H

#include <linux/types.h>

#include <uapi/linux/v2p.h>

/* As many as any architecture has. */
#define V2P_MAX_REGIONS	16

/**
 * struct v2p_region_range - a part of the kernel's addresses
 * @region: what it is for
 * @start: its first address
 * @last: its last address
 */
struct v2p_region_range {
	enum v2p_region region;
	u64 start;
	u64 last;
};

/**
 * v2p_regions_get() - what the kernel's addresses are for
 * @ranges: filled in, in the order of addresses; none reaches into the next
 *
 * Return: how many they are.
 */
unsigned int v2p_regions_get(struct v2p_region_range ranges[V2P_MAX_REGIONS]);

#endif /* V2P_REGIONS_H */
