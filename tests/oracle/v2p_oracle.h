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

/**
 * struct v2p_oracle_dma_device - the device that memory is mapped for
 * @name: out: its name on the PCI bus
 */
struct v2p_oracle_dma_device {
	char name[V2P_ORACLE_NAME_SIZE];
};

/* All that follows fails with ENODEV where there is none, or nobody drives it. */
#define V2P_ORACLE_DMA_DEVICE _IOR('V', 5, struct v2p_oracle_dma_device)

/**
 * enum v2p_oracle_dma - how memory is mapped for a device
 * @V2P_ORACLE_DMA_PAGES: dma_map_page() of memory in one piece
 * @V2P_ORACLE_DMA_COHERENT: dma_alloc_coherent()
 * @V2P_ORACLE_DMA_SCATTER: dma_map_sgtable() of single pages in no order
 * @V2P_ORACLE_DMA_FRAME_0: dma_map_resource() of physical address 0
 */
enum v2p_oracle_dma {
	V2P_ORACLE_DMA_PAGES,
	V2P_ORACLE_DMA_COHERENT,
	V2P_ORACLE_DMA_SCATTER,
	V2P_ORACLE_DMA_FRAME_0,
};

/**
 * enum v2p_oracle_direction - what the device may do with it; of coherent memory, both always
 * @V2P_ORACLE_DMA_BOTH: DMA_BIDIRECTIONAL
 * @V2P_ORACLE_DMA_READ: DMA_TO_DEVICE
 * @V2P_ORACLE_DMA_WRITE: DMA_FROM_DEVICE
 */
enum v2p_oracle_direction {
	V2P_ORACLE_DMA_BOTH,
	V2P_ORACLE_DMA_READ,
	V2P_ORACLE_DMA_WRITE,
};

/**
 * struct v2p_oracle_dma_map - memory for the device
 * @kind: in: how it is mapped
 * @direction: in: what for
 * @length: in: whole pages, at most 2 MiB
 * @id: out: its number
 *
 * It is unmapped when it is told so, when the file is closed, or when the driver leaves the device.
 */
struct v2p_oracle_dma_map {
	__u32 kind;
	__u32 direction;
	__u64 length;
	__u32 id;
	__u32 pad;
};

#define V2P_ORACLE_DMA_MAP _IOWR('V', 6, struct v2p_oracle_dma_map)
/* Fails with ENOENT where that is not mapped. */
#define V2P_ORACLE_DMA_UNMAP _IOW('V', 7, __u32)

/**
 * struct v2p_oracle_dma_piece - what the device finds at some of its addresses
 * @id: in: of the mapping
 * @index: in: which piece; they are numbered from 0 without a gap, and in order
 * @iova: out: the device's address
 * @physical: out: physical address
 * @length: out: in bytes
 */
struct v2p_oracle_dma_piece {
	__u32 id;
	__u32 index;
	__u64 iova;
	__u64 physical;
	__u64 length;
};

/* Fails with ENOENT past the last piece, or where that is not mapped. */
#define V2P_ORACLE_DMA_PIECE _IOWR('V', 8, struct v2p_oracle_dma_piece)

/*
 * Maps and unmaps parts of 2 MiB of memory without an end, until the file is closed or the driver
 * leaves the device. Fails with EBUSY where that is being done.
 */
#define V2P_ORACLE_DMA_CHURN _IO('V', 9)

/**
 * struct v2p_oracle_dma_slot - a part of what is being mapped and unmapped
 * @index: in: which one; they are numbered from 0 without a gap
 * @changes: out: how often what follows has changed; where it has not in between, it held meanwhile
 * @iova: out: the device's address
 * @physical: out: physical address
 * @length: out: in bytes; 0 where nothing is told of it
 * @pool: out: physical address of all memory that is mapped and unmapped
 */
struct v2p_oracle_dma_slot {
	__u32 index;
	__u32 changes;
	__u64 iova;
	__u64 physical;
	__u64 length;
	__u64 pool;
};

/* Fails with ENOENT past the last slot. */
#define V2P_ORACLE_DMA_SLOT _IOWR('V', 10, struct v2p_oracle_dma_slot)

/**
 * struct v2p_oracle_in_mask - whether a CPU is waited for before page tables are freed
 * @cpu: in: the CPU
 * @looks: in: how often to look
 * @seen: out: how often it was in mm_cpumask() of the process that asks
 */
struct v2p_oracle_in_mask {
	__u32 cpu;
	__u32 looks;
	__u32 seen;
	__u32 pad;
};

#define V2P_ORACLE_IN_MASK _IOWR('V', 11, struct v2p_oracle_in_mask)

#endif /* V2P_ORACLE_H */
