/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_WALK_H
#define V2P_WALK_H

#include <linux/types.h>

#include <uapi/linux/v2p.h>

#define WALK_MAX_LEVELS	(V2P_LEVEL_PGD + 1)

struct mm_struct;

/**
 * struct walk_space - an address space
 * @mm: of a process, with a reference on its users; NULL for the kernel's own,
 *	whose root is read from the processor
 * @first: lowest valid address
 * @last: highest valid address
 */
struct walk_space {
	struct mm_struct *mm;
	u64 first;
	u64 last;
};

/**
 * struct walk_arrays - where translations go
 *
 * One element per address; the meaning of each is that of the attribute of the
 * same name. Only @status may not be NULL.
 */
struct walk_arrays {
	u8 *status;
	u64 *physical;
	u8 *page_shift;
	u32 *flags;
	u64 *entry;
	u8 *swap_type;
	u64 *swap_offset;
};

/**
 * struct walk_step - one entry on the way to an address
 * @physical: where the entry itself stands
 * @entry: its raw value
 * @index: its position in its table
 * @flags: enum v2p_flag
 * @level: enum v2p_level
 */
struct walk_step {
	phys_addr_t physical;
	u64 entry;
	u32 index;
	u32 flags;
	u8 level;
};

/**
 * struct walk_path - the whole way to an address
 * @root: physical address of the top-level table
 * @count: entries read; 0 where the address is invalid
 * @steps: the entries, top level first
 */
struct walk_path {
	phys_addr_t root;
	unsigned int count;
	struct walk_step steps[WALK_MAX_LEVELS];
};

/**
 * struct walk_level - one level of the page tables
 * @level: enum v2p_level
 * @shift: span of one entry, as a power of two
 * @bits: width of the index into a table
 */
struct walk_level {
	u8 level;
	u8 shift;
	u8 bits;
};

/**
 * struct walk_machine - the page tables of this machine
 * @arch: name of the processor's architecture
 * @features: enum v2p_feature
 * @physical_bits: width of a physical address
 * @virtual_bits: width of a virtual address, both halves together
 * @count: levels in use
 * @levels: the levels in use, top level first
 */
struct walk_machine {
	const char *arch;
	u32 features;
	u8 physical_bits;
	u8 virtual_bits;
	u8 count;
	struct walk_level levels[WALK_MAX_LEVELS];
};

/** walk_init() - learn of the processor; before anything else */
void walk_init(void);

/** walk_describe() - the page tables of this machine */
void walk_describe(struct walk_machine *machine);

/** walk_kernel_space() - the kernel's own address space */
struct walk_space walk_kernel_space(void);

/**
 * walk_translate() - translate addresses
 * @space: address space
 * @virtual: addresses, not necessarily aligned
 * @count: how many
 * @out: where the answers go
 *
 * May sleep between stretches of addresses.
 *
 * Return: 0, or -EINTR when the caller is being killed.
 */
int walk_translate(const struct walk_space *space, const u64 *virtual,
		   unsigned int count, const struct walk_arrays *out);

/**
 * walk_path() - every entry on the way to an address
 * @space: address space
 * @address: the address
 * @path: where the entries go
 * @out: where the translation goes, arrays of one
 *
 * Return: 0, or -EINTR when the caller is being killed.
 */
int walk_path(const struct walk_space *space, u64 address,
	      struct walk_path *path, const struct walk_arrays *out);

#endif /* V2P_WALK_H */
