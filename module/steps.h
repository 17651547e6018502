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
 * @shift: of a device's page table, what the entry spans, as a power of two; else 0
 */
struct v2p_walk_step {
	phys_addr_t physical;
	u64 entry;
	u32 index;
	u32 flags;
	u8 level;
	u8 shift;
};

/* Of a device's walk: the tables of devices and of their PASIDs, and six levels of pages. */
#define V2P_MOST_STEPS	12

/**
 * struct v2p_walk_steps - all entries of a page-table walk
 * @root: physical address of the top-level table
 * @count: entries read; 0 where the address is invalid, but for those of a device's tables
 * @translation: enum v2p_device_translation; of a device only
 * @format: enum v2p_table_format; likewise
 * @steps: the entries, top level first
 */
struct v2p_walk_steps {
	phys_addr_t root;
	unsigned int count;
	u8 translation;
	u8 format;
	struct v2p_walk_step steps[V2P_MOST_STEPS];
};

#endif /* V2P_STEPS_H */
