/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/v2p_oracle: right answers for kernel addresses, and mappings of known
 * frames. For v2p's tests only.
 */
#ifndef V2P_ORACLE_H
#define V2P_ORACLE_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define V2P_ORACLE_NAME_SIZE 24

/**
 * struct v2p_oracle_region - a region of kernel addresses the oracle knows
 * @index: in: which one; they are numbered from 0 without a gap
 * @page_shift: out: size of the mapping where the oracle made it so, or 0
 * @start: out: first address
 * @length: out: in bytes
 * @name: out: kind of memory; several regions may share it
 */
struct v2p_oracle_region {
	__u32 index;
	__u32 page_shift;
	__u64 start;
	__u64 length;
	char name[V2P_ORACLE_NAME_SIZE];
};

/**
 * struct v2p_oracle_truth - what backs an address
 * @index: in: the region it lies in
 * @address: in: virtual address
 * @physical: out: physical address
 */
struct v2p_oracle_truth {
	__u32 index;
	__u32 pad;
	__u64 address;
	__u64 physical;
};

/* Fails with ENOENT past the last region. */
#define V2P_ORACLE_REGION _IOWR('V', 0, struct v2p_oracle_region)
/* Fails with ENXIO where nothing is mapped. */
#define V2P_ORACLE_TRUTH _IOWR('V', 1, struct v2p_oracle_truth)

/**
 * enum v2p_oracle_mapping - what mmap() of the device gives
 * @V2P_ORACLE_PFNMAP: VM_PFNMAP of single frames of memory in no order
 * @V2P_ORACLE_WC: VM_IO, device addresses, write-combining
 * @V2P_ORACLE_UC: VM_IO, device addresses, uncached
 * @V2P_ORACLE_MIXEDMAP: VM_MIXEDMAP of pages in no order
 * @V2P_ORACLE_HUGE: VM_PFNMAP of one huge page, from the first touch on
 *
 * The mapping's offset is this number times V2P_ORACLE_MAPPING_SIZE.
 */
enum v2p_oracle_mapping {
	V2P_ORACLE_PFNMAP,
	V2P_ORACLE_WC,
	V2P_ORACLE_UC,
	V2P_ORACLE_MIXEDMAP,
	V2P_ORACLE_HUGE,
};

#define V2P_ORACLE_MAPPING_SIZE (64ULL << 20)

/**
 * struct v2p_oracle_frame - what a mapping of the device maps
 * @offset: in: file offset
 * @physical: out: physical address
 */
struct v2p_oracle_frame {
	__u64 offset;
	__u64 physical;
};

/* Fails with EOPNOTSUPP where the kernel cannot make such a mapping. */
#define V2P_ORACLE_FRAME _IOWR('V', 2, struct v2p_oracle_frame)

/**
 * struct v2p_oracle_take - pages that go into the oracle's own memory
 * @start: in: their address
 * @pages: in: at most 64
 */
struct v2p_oracle_take {
	__u64 start;
	__u32 pages;
	__u32 pad;
};

/*
 * Makes the pages device-private, until they are touched. Fails with EOPNOTSUPP
 * where the kernel has no such memory.
 */
#define V2P_ORACLE_TAKE _IOW('V', 3, struct v2p_oracle_take)

/* What v2p_oracle_number, a per-CPU variable of the module, holds for CPU 0. */
#define V2P_ORACLE_NUMBER 0x7632702d63707500ULL

/**
 * struct v2p_oracle_per_cpu - where a CPU has its own of a per-CPU variable
 * @name: in: the variable, one of some
 * @cpu: in: whose
 * @address: out: virtual address
 * @physical: out: physical address
 * @value: out: its first bytes
 */
struct v2p_oracle_per_cpu {
	char name[V2P_ORACLE_NAME_SIZE];
	__u32 cpu;
	__u32 pad;
	__u64 address;
	__u64 physical;
	__u64 value;
};

/* Fails with ENOENT for an unknown variable, with ENXIO where there can be no such CPU. */
#define V2P_ORACLE_PER_CPU _IOWR('V', 4, struct v2p_oracle_per_cpu)

#endif /* V2P_ORACLE_H */
