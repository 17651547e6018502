/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_MACHINE_H
#define V2P_MACHINE_H

#include <linux/types.h>

#include <uapi/linux/v2p.h>

#define MACHINE_MAX_LEVELS	__V2P_LEVEL_MAX

/**
 * struct machine_level - one level of the page tables
 * @level: enum v2p_level
 * @shift: span of one entry, as a power of two
 * @bits: width of the index into a table
 */
struct machine_level {
	u8 level;
	u8 shift;
	u8 bits;
};

/**
 * struct machine - the page tables of this machine
 * @arch: name of the processor's architecture
 * @features: enum v2p_feature
 * @physical_bits: width of a physical address
 * @virtual_bits: width of a virtual address, both halves together
 * @count: levels in use
 * @levels: the levels in use, top level first
 */
struct machine {
	const char *arch;
	u32 features;
	u8 physical_bits;
	u8 virtual_bits;
	u8 count;
	struct machine_level levels[MACHINE_MAX_LEVELS];
};

/** machine_describe() - the page tables of this machine */
void machine_describe(struct machine *machine);

#endif /* V2P_MACHINE_H */
