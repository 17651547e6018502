/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_MACHINE_H
#define V2P_MACHINE_H

#include <linux/types.h>

#include <uapi/linux/v2p.h>

#include "levels.h"

/**
 * struct v2p_machine_level - one level of the page tables
 * @level: enum v2p_level
 * @shift: what one entry spans, as a power of two
 * @bits: width of the index into a table
 */
struct v2p_machine_level {
	u8 level;
	u8 shift;
	u8 bits;
};

/**
 * struct v2p_machine - page-table format of this machine
 * @arch: name of the architecture
 * @features: enum v2p_feature
 * @physical_bits: width of a physical address
 * @virtual_bits: width of a virtual address, both halves together
 * @count: levels that are not folded
 * @levels: these levels, top level first
 */
struct v2p_machine {
	const char *arch;
	u32 features;
	u8 physical_bits;
	u8 virtual_bits;
	u8 count;
	struct v2p_machine_level levels[V2P_LEVELS];
};

/**
 * v2p_machine_describe() - describe the page-table format of this machine
 * @machine: filled in
 */
void v2p_machine_describe(struct v2p_machine *machine);

#endif /* V2P_MACHINE_H */
