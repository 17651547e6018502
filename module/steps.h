/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_STEPS_H
#define V2P_STEPS_H

#include <linux/types.h>

#include <uapi/linux/v2p.h>

/**
 * struct v2p_walk_step - one entry of a page-table walk
 * @physical: physical address of the entry itself
 * @entry: its raw value
 * @index: its index in its table
 * @flags: enum v2p_flag
 * @level: enum v2p_level
 */
struct v2p_walk_step {
	phys_addr_t physical;
	u64 entry;
	u32 index;
	u32 flags;
	u8 level;
};

/**
 * struct v2p_walk_steps - all entries of a page-table walk
 * @root: physical address of the top-level table
 * @count: entries read; 0 where the address is invalid
 * @steps: the entries, top level first
 */
struct v2p_walk_steps {
	phys_addr_t root;
	unsigned int count;
	struct v2p_walk_step steps[__V2P_LEVEL_MAX];
};

#endif /* V2P_STEPS_H */
