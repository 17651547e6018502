/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_PATH_H
#define V2P_PATH_H

#include <linux/types.h>

#include <uapi/linux/v2p.h>

/**
 * struct table_step - one entry on the way to an address
 * @physical: where the entry itself stands
 * @entry: its raw value
 * @index: its position in its table
 * @flags: enum v2p_flag
 * @level: enum v2p_level
 */
struct table_step {
	phys_addr_t physical;
	u64 entry;
	u32 index;
	u32 flags;
	u8 level;
};

/**
 * struct table_path - the whole way to an address
 * @root: physical address of the top-level table
 * @count: entries read; 0 where the address is invalid
 * @steps: the entries, top level first
 */
struct table_path {
	phys_addr_t root;
	unsigned int count;
	struct table_step steps[__V2P_LEVEL_MAX];
};

#endif /* V2P_PATH_H */
