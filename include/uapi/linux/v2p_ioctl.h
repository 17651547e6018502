/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * The ioctls of a descriptor that the operation open of the netlink family gives (see
 * linux/v2p.h). It stands for one address space: the kernel's, or that of a process, until
 * the last of those that share it has exited or executed a program. Whoever holds it may ask
 * by it, be it a child that has inherited it: it answers for the process that was opened.
 *
 * Each ioctl takes a pointer to a structure that begins with its size, which the caller sets
 * to what he was built with, zeroing what he does not use. Members are added at the end, and
 * what they mean where they are 0 is what was meant before there were any: a module that does
 * not know them refuses, with E2BIG, what is not 0 there. Pointers are 64 bits wide, also in a
 * program of 32 bits.
 *
 * Statuses, flags, memory types and levels are those of linux/v2p.h, which says how they grow:
 * known_states and known_flags are its known-states and known-flags.
 *
 * Errors of all of them: ENOTTY for an unknown ioctl; EINVAL for a size that is smaller than
 * any version's, or a number that is not allowed; E2BIG for what the module does not know;
 * EFAULT for a pointer to memory that is not there; ESRCH where the address space is gone;
 * EPERM for the kernel's while the kernel is locked down in confidentiality mode; ENOMEM;
 * EINTR where the caller is being killed. ENOTTY, E2BIG, EFAULT of the structure itself and
 * EINVAL of its size leave the structure as it was.
 */
#ifndef _UAPI_LINUX_V2P_IOCTL_H
#define _UAPI_LINUX_V2P_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define V2P_IOCTL_TYPE		0xD2

#define V2P_IOCTL_TRANSLATE	_IO(V2P_IOCTL_TYPE, 0)
#define V2P_IOCTL_WALK		_IO(V2P_IOCTL_TYPE, 1)
#define V2P_IOCTL_EXTENTS	_IO(V2P_IOCTL_TYPE, 2)

/**
 * struct v2p_ioctl_translate - addresses to physical addresses
 * @size: sizeof(struct v2p_ioctl_translate)
 * @known_states: statuses beyond V2P_BASE_STATES that may be answered
 * @known_flags: flags beyond V2P_BASE_FLAGS that may be answered
 * @changing: set to 1 where an answer has V2P_FLAG_CHANGING, be flags asked for or not; else 0
 * @count: how many addresses, at least one; set to how many are answered. They may be fewer
 *	than there are, also without an error, as one ioctl does a bounded amount of work: go on
 *	behind them. After an error it may be 0
 * @addresses: pointer to them, __u64 each
 * @out_status: pointer to an array that is filled with an element for each address, __u8;
 *	required. The content of its elements from @count on is undefined after an error.
 *	That is so of the arrays below, too, which may be 0
 * @out_physical: __u64; means something only where the status is V2P_STATUS_MAPPED
 * @out_page_shift: __u8
 * @out_flags: __u32
 * @out_entry: __u64
 * @out_swap_type: __u8
 * @out_swap_offset: __u64
 * @out_level: __u8
 * @out_memory_type: __u8
 * @out_protection_key: __u8
 * @out_node: __u32
 * @out_page_kind: __u8
 *
 * What the elements mean is what those of the operation translate do.
 */
struct v2p_ioctl_translate {
	__u32 size;
	__u32 known_states;
	__u32 known_flags;
	__u32 changing;
	__aligned_u64 count;
	__aligned_u64 addresses;
	__aligned_u64 out_status;
	__aligned_u64 out_physical;
	__aligned_u64 out_page_shift;
	__aligned_u64 out_flags;
	__aligned_u64 out_entry;
	__aligned_u64 out_swap_type;
	__aligned_u64 out_swap_offset;
	__aligned_u64 out_level;
	__aligned_u64 out_memory_type;
	__aligned_u64 out_protection_key;
	__aligned_u64 out_node;
	__aligned_u64 out_page_kind;
};

/**
 * struct v2p_ioctl_step - one entry on the way to an address
 * @entry_physical: where the entry itself stands
 * @entry: its raw value
 * @index: its position in its table
 * @flags: enum v2p_flag
 * @level: enum v2p_level
 * @reserved: set to 0
 */
struct v2p_ioctl_step {
	__aligned_u64 entry_physical;
	__aligned_u64 entry;
	__u32 index;
	__u32 flags;
	__u8 level;
	__u8 reserved[23];
};

/**
 * struct v2p_ioctl_walk - every entry on the way to an address, and where it is in memory
 * @size: sizeof(struct v2p_ioctl_walk)
 * @known_states: as in struct v2p_ioctl_translate, like all that has the same name
 * @known_flags: likewise
 * @count: how many elements @out_steps has; set to how many steps there are, of which no more
 *	than that are written: 0 where the address is invalid
 * @address: the address
 * @out_steps: pointer to an array of struct v2p_ioctl_step, top level first
 * @root: set to the physical address of the top-level table
 * @physical: set, as all that follow, to what is known of the address
 * @entry: likewise
 * @swap_offset: likewise
 * @flags: likewise
 * @status: likewise
 * @page_shift: likewise
 * @level: likewise
 * @memory_type: likewise
 * @protection_key: likewise
 * @swap_type: likewise
 * @reserved: set to 0
 *
 * EPERM by a descriptor that was opened as a member of the group own_group.
 */
struct v2p_ioctl_walk {
	__u32 size;
	__u32 known_states;
	__u32 known_flags;
	__u32 count;
	__aligned_u64 address;
	__aligned_u64 out_steps;
	__aligned_u64 root;
	__aligned_u64 physical;
	__aligned_u64 entry;
	__aligned_u64 swap_offset;
	__u32 flags;
	__u8 status;
	__u8 page_shift;
	__u8 level;
	__u8 memory_type;
	__u8 protection_key;
	__u8 swap_type;
	__u8 reserved[6];
};

/**
 * enum v2p_ioctl_option - bits of @options in struct v2p_ioctl_extents
 * @V2P_OPTION_MERGE: only contiguity counts, as merge in the operation map
 * @V2P_OPTION_STOP_AT_CHANGING: return at a hole that is being changed, instead of telling of
 *	it. As long as it is, that may be without an extent and with the same @next: wait, and
 *	after some time ask without this
 */
enum v2p_ioctl_option {
	V2P_OPTION_MERGE = 1,
	V2P_OPTION_STOP_AT_CHANGING = 2,
};

/**
 * struct v2p_ioctl_physical_range - physical memory that is looked for
 * @start: physical address of its first byte
 * @length: bytes
 */
struct v2p_ioctl_physical_range {
	__aligned_u64 start;
	__aligned_u64 length;
};

/**
 * struct v2p_ioctl_extents - what backs a range of addresses
 * @size: sizeof(struct v2p_ioctl_extents)
 * @known_states: as in struct v2p_ioctl_translate
 * @known_flags: likewise
 * @options: enum v2p_ioctl_option
 * @next: first address of the range, or 0 for the lowest of the address space; set to where to
 *	go on. An extent is told when all of it is known, so this may be the beginning of one
 * @last: last address of the range, or ~0 for the highest of the address space
 * @states: wanted statuses, a bit for each; 0 for V2P_DEFAULT_STATES
 * @memory_types: wanted memory types, a bit for each; 0 for all
 * @with_flags: only pages that have all of these flags
 * @without_flags: only pages that have none of these flags
 * @page_shifts: wanted sizes of pages, a bit (1 << page shift) for each; 0 for all
 * @done: set to 1 where the range is walked to its end, and all of it is told; else 0
 * @changing: set to 1 where V2P_OPTION_STOP_AT_CHANGING led to the return, or an extent that is
 *	told has V2P_FLAG_CHANGING; else 0
 * @count: how many elements the arrays have, at least one; set to how many are written. They
 *	may be few, or none, before the range is @done: one ioctl does a bounded amount of work,
 *	but for an extent that takes more
 * @out_virtual: pointer to an array, __u64: virtual address of the first byte of each extent
 * @out_length: likewise, __u64: bytes
 * @out_status: likewise, __u8. These three are required, those below may be 0
 * @out_physical: __u64
 * @out_swap_offset: __u64
 * @out_flags: __u32
 * @out_page_shift: __u8
 * @out_swap_type: __u8
 * @out_level: __u8
 * @out_memory_type: __u8
 * @out_protection_key: __u8
 * @physical_ranges: pointer to an array of struct v2p_ioctl_physical_range: only what lies in
 *	them, as physical-ranges in the operation map; 0 for all memory
 * @physical_range_count: how many elements it has, at most V2P_MAX_PHYSICAL_RANGES; 0 for all
 *	memory, together with @physical_ranges only
 * @out_node: __u32: as the other arrays, which may be 0
 * @out_page_kind: __u8
 *
 * What the extents are, and their elements mean, is what those of the operation map do. The
 * content of the arrays from @count on is undefined. After an error @count and @next say what
 * has been told till then.
 */
struct v2p_ioctl_extents {
	__u32 size;
	__u32 known_states;
	__u32 known_flags;
	__u32 options;
	__aligned_u64 next;
	__aligned_u64 last;
	__u32 states;
	__u32 memory_types;
	__u32 with_flags;
	__u32 without_flags;
	__aligned_u64 page_shifts;
	__u32 done;
	__u32 changing;
	__aligned_u64 count;
	__aligned_u64 out_virtual;
	__aligned_u64 out_length;
	__aligned_u64 out_status;
	__aligned_u64 out_physical;
	__aligned_u64 out_swap_offset;
	__aligned_u64 out_flags;
	__aligned_u64 out_page_shift;
	__aligned_u64 out_swap_type;
	__aligned_u64 out_level;
	__aligned_u64 out_memory_type;
	__aligned_u64 out_protection_key;
	__aligned_u64 physical_ranges;
	__aligned_u64 physical_range_count;
	__aligned_u64 out_node;
	__aligned_u64 out_page_kind;
};

#endif /* _UAPI_LINUX_V2P_IOCTL_H */
