/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/v2p.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_V2P_H
#define _UAPI_LINUX_V2P_H

#define V2P_FAMILY_NAME		"v2p"
#define V2P_FAMILY_VERSION	1

#define V2P_MAX_IN_A_SEND	16
#define V2P_MAX_PHYSICAL_RANGES	64
#define V2P_BASE_STATES		511
#define V2P_DEFAULT_STATES	254
#define V2P_BASE_FLAGS		32767

/**
 * enum v2p_status - What the page tables say of one address. That which means
 *   nothing is 0, so that what nobody wrote is no address.
 * @V2P_STATUS_NONE: no entry, be it while the kernel changes it, which the
 *   flag changing then tells
 * @V2P_STATUS_MAPPED: a page is there; only now does physical mean anything
 * @V2P_STATUS_SWAPPED: in a swap area (swap-type and swap-offset say where)
 * @V2P_STATUS_MIGRATING: the kernel is moving the page right now (swap-offset
 *   is its old frame)
 * @V2P_STATUS_POISONED: access raises SIGBUS: the memory failed (swap-offset
 *   is the frame behind the address; of a hugetlb page, which goes as a whole,
 *   another may be the one that failed), or its content was lost or marked as
 *   lost (swap-offset is 0)
 * @V2P_STATUS_GUARD: a guard region (MADV_GUARD_INSTALL), access raises
 *   SIGSEGV
 * @V2P_STATUS_MARKER: another marker of the kernel, such as userfaultfd's for
 *   an empty entry
 * @V2P_STATUS_DEVICE: device-private memory, or exclusive to a device
 *   (swap-offset is the frame)
 * @V2P_STATUS_INVALID: not canonical, or outside the target's address space
 */
enum v2p_status {
	V2P_STATUS_NONE,
	V2P_STATUS_MAPPED,
	V2P_STATUS_SWAPPED,
	V2P_STATUS_MIGRATING,
	V2P_STATUS_POISONED,
	V2P_STATUS_GUARD,
	V2P_STATUS_MARKER,
	V2P_STATUS_DEVICE,
	V2P_STATUS_INVALID,

	/* private: */
	__V2P_STATUS_MAX,
	V2P_STATUS_MAX = (__V2P_STATUS_MAX - 1)
};

/**
 * enum v2p_flag - What an entry allows and records, the same bits on every
 *   architecture. A translation has the flags of the entry it ended at; an
 *   entry above it can only take rights away.
 * @V2P_FLAG_PRESENT: the hardware would use this entry
 * @V2P_FLAG_WRITE: it may be written to
 * @V2P_FLAG_USER: user space may use it
 * @V2P_FLAG_EXEC: it may be executed
 * @V2P_FLAG_ACCESSED: it was used since the kernel last looked
 * @V2P_FLAG_DIRTY: it was written to
 * @V2P_FLAG_GLOBAL: the TLB keeps it when another address space is loaded
 * @V2P_FLAG_SOFT_DIRTY: written to since /proc/PID/clear_refs was told to
 *   forget it
 * @V2P_FLAG_UFFD_WP: write-protected for userfaultfd; together with protnone,
 *   on kernels that can, access-protected
 * @V2P_FLAG_PROTNONE: a page is there, access is switched off (PROT_NONE, NUMA
 *   hinting)
 * @V2P_FLAG_SPECIAL: not a page that the kernel manages for this process (the
 *   zero page, a device's memory); the huge zero page has it from Linux 6.18
 *   on, before which its entry is like that of any huge page
 * @V2P_FLAG_CONTIGUOUS: one of a run that the TLB may hold as one
 * @V2P_FLAG_ENCRYPTED: by the processor's memory encryption
 * @V2P_FLAG_CHANGING: Of an address of a process or of a device whose status
 *   is none: somebody was changing its page tables there, so that the entry
 *   may have been empty for that time only. Ask again.
 * @V2P_FLAG_WRITE_ONLY: it may be written to, and not read (a device's)
 */
enum v2p_flag {
	V2P_FLAG_PRESENT = 1,
	V2P_FLAG_WRITE = 2,
	V2P_FLAG_USER = 4,
	V2P_FLAG_EXEC = 8,
	V2P_FLAG_ACCESSED = 16,
	V2P_FLAG_DIRTY = 32,
	V2P_FLAG_GLOBAL = 64,
	V2P_FLAG_SOFT_DIRTY = 128,
	V2P_FLAG_UFFD_WP = 256,
	V2P_FLAG_PROTNONE = 512,
	V2P_FLAG_SPECIAL = 1024,
	V2P_FLAG_CONTIGUOUS = 2048,
	V2P_FLAG_ENCRYPTED = 4096,
	V2P_FLAG_CHANGING = 8192,
	V2P_FLAG_WRITE_ONLY = 16384,

	/* private: */
	V2P_FLAG_MASK = 32767,
};

/**
 * enum v2p_memory_type - How the processor caches a page, as its entry says;
 *   x86's MTRRs may make it stricter.
 * @V2P_MEMORY_TYPE_UNSPECIFIED: nothing is mapped, or the tables do not say
 * @V2P_MEMORY_TYPE_WB: write-back
 * @V2P_MEMORY_TYPE_WC: write-combining (arm64, RISC-V, not cacheable but
 *   normal memory)
 * @V2P_MEMORY_TYPE_WT: write-through
 * @V2P_MEMORY_TYPE_WP: write-protected
 * @V2P_MEMORY_TYPE_UC: uncached
 * @V2P_MEMORY_TYPE_UC_MINUS: uncached, that an MTRR may turn into
 *   write-combining
 * @V2P_MEMORY_TYPE_TAGGED: write-back, with allocation tags (arm64's MTE)
 * @V2P_MEMORY_TYPE_DEVICE: device memory (arm64), I/O (RISC-V)
 */
enum v2p_memory_type {
	V2P_MEMORY_TYPE_UNSPECIFIED,
	V2P_MEMORY_TYPE_WB,
	V2P_MEMORY_TYPE_WC,
	V2P_MEMORY_TYPE_WT,
	V2P_MEMORY_TYPE_WP,
	V2P_MEMORY_TYPE_UC,
	V2P_MEMORY_TYPE_UC_MINUS,
	V2P_MEMORY_TYPE_TAGGED,
	V2P_MEMORY_TYPE_DEVICE,

	/* private: */
	__V2P_MEMORY_TYPE_MAX,
	V2P_MEMORY_TYPE_MAX = (__V2P_MEMORY_TYPE_MAX - 1)
};

/**
 * enum v2p_field - Which arrays an answer has, besides status, and in that of
 *   map virtual and length.
 * @V2P_FIELD_PHYSICAL: the attribute physical
 * @V2P_FIELD_PAGE_SHIFT: the attribute page-shift
 * @V2P_FIELD_FLAGS: the attribute flags
 * @V2P_FIELD_ENTRY: the attribute entry; not in map
 * @V2P_FIELD_SWAP: the attributes swap-type and swap-offset
 * @V2P_FIELD_LEVEL: the attribute level
 * @V2P_FIELD_MEMORY_TYPE: the attribute memory-type
 * @V2P_FIELD_PROTECTION_KEY: the attribute protection-key
 * @V2P_FIELD_IDENTITY: the attribute identity; not in map
 * @V2P_FIELD_NODE: the attribute node
 * @V2P_FIELD_PAGE_KIND: the attribute page-kind
 */
enum v2p_field {
	V2P_FIELD_PHYSICAL = 1,
	V2P_FIELD_PAGE_SHIFT = 2,
	V2P_FIELD_FLAGS = 4,
	V2P_FIELD_ENTRY = 8,
	V2P_FIELD_SWAP = 16,
	V2P_FIELD_LEVEL = 32,
	V2P_FIELD_MEMORY_TYPE = 64,
	V2P_FIELD_PROTECTION_KEY = 128,
	V2P_FIELD_IDENTITY = 256,
	V2P_FIELD_NODE = 512,
	V2P_FIELD_PAGE_KIND = 1024,

	/* private: */
	V2P_FIELD_MASK = 2047,
};

/**
 * enum v2p_level - Levels of the page tables.
 * @V2P_LEVEL_PTE: the lowest, whose entries map pages
 * @V2P_LEVEL_PMD: the one above it
 * @V2P_LEVEL_PUD: the one above that
 * @V2P_LEVEL_P4D: in use where there are five
 * @V2P_LEVEL_PGD: the one that the processor starts at. Of a device's tables,
 *   levels are counted from pte up, wherever the IOMMU starts: there it is the
 *   fifth, and p4d the fourth
 * @V2P_LEVEL_LEVEL_6: the one above pgd, which AMD's IOMMU may have
 * @V2P_LEVEL_ROOT_TABLE: of a device's walk, the table of buses (VT-d); its
 *   entry points to a context table
 * @V2P_LEVEL_CONTEXT_TABLE: of a device's walk, the table of the devices on a
 *   bus (VT-d)
 * @V2P_LEVEL_DEVICE_TABLE: of a device's walk, the table of all devices (AMD)
 * @V2P_LEVEL_PASID_DIRECTORY: of a device's walk, a table of tables of its
 *   process address spaces (VT-d; AMD, where it may have several levels)
 * @V2P_LEVEL_PASID_TABLE: of a device's walk, the table of its process address
 *   spaces
 */
enum v2p_level {
	V2P_LEVEL_PTE,
	V2P_LEVEL_PMD,
	V2P_LEVEL_PUD,
	V2P_LEVEL_P4D,
	V2P_LEVEL_PGD,
	V2P_LEVEL_LEVEL_6,
	V2P_LEVEL_ROOT_TABLE,
	V2P_LEVEL_CONTEXT_TABLE,
	V2P_LEVEL_DEVICE_TABLE,
	V2P_LEVEL_PASID_DIRECTORY,
	V2P_LEVEL_PASID_TABLE,

	/* private: */
	__V2P_LEVEL_MAX,
	V2P_LEVEL_MAX = (__V2P_LEVEL_MAX - 1)
};

/**
 * enum v2p_feature - What the running kernel can put into an entry, and which
 *   targets it has.
 * @V2P_FEATURE_SOFT_DIRTY: the flag soft-dirty is kept
 * @V2P_FEATURE_UFFD_WP: the flag uffd-wp is kept
 * @V2P_FEATURE_POISON_MARKER: the status poisoned is also given without a
 *   frame
 * @V2P_FEATURE_GUARD: the status guard exists
 * @V2P_FEATURE_DEVICE_PRIVATE: the status device exists
 * @V2P_FEATURE_ENCRYPTION: memory encryption is active, the flag encrypted is
 *   given
 * @V2P_FEATURE_USER_ROOT: page-table isolation is on, there are targets with
 *   user-root
 */
enum v2p_feature {
	V2P_FEATURE_SOFT_DIRTY = 1,
	V2P_FEATURE_UFFD_WP = 2,
	V2P_FEATURE_POISON_MARKER = 4,
	V2P_FEATURE_GUARD = 8,
	V2P_FEATURE_DEVICE_PRIVATE = 16,
	V2P_FEATURE_ENCRYPTION = 32,
	V2P_FEATURE_USER_ROOT = 64,

	/* private: */
	V2P_FEATURE_MASK = 127,
};

/**
 * enum v2p_device_translation - What becomes of the addresses that a device
 *   uses. One that a client does not know is to be taken for unknown.
 * @V2P_DEVICE_TRANSLATION_UNKNOWN: none of what follows; no answer has it
 * @V2P_DEVICE_TRANSLATION_TABLES: the IOMMU translates them by page tables,
 *   which were read
 * @V2P_DEVICE_TRANSLATION_PASSTHROUGH: the IOMMU takes them for physical ones
 * @V2P_DEVICE_TRANSLATION_BLOCKED: the IOMMU refuses them all
 * @V2P_DEVICE_TRANSLATION_DIRECT: they are physical ones, as there is no IOMMU
 *   between the device and the memory, or it is switched off
 * @V2P_DEVICE_TRANSLATION_ASKED: the kernel's driver of the IOMMU was asked,
 *   as this module does not know its tables: what is mapped to physical
 *   address 0 is told as none, page-shift is that of the smallest page, and of
 *   flags there is only present
 */
enum v2p_device_translation {
	V2P_DEVICE_TRANSLATION_UNKNOWN,
	V2P_DEVICE_TRANSLATION_TABLES,
	V2P_DEVICE_TRANSLATION_PASSTHROUGH,
	V2P_DEVICE_TRANSLATION_BLOCKED,
	V2P_DEVICE_TRANSLATION_DIRECT,
	V2P_DEVICE_TRANSLATION_ASKED,

	/* private: */
	__V2P_DEVICE_TRANSLATION_MAX,
	V2P_DEVICE_TRANSLATION_MAX = (__V2P_DEVICE_TRANSLATION_MAX - 1)
};

/**
 * enum v2p_table_format - What a device's page tables are made of. One that a
 *   client does not know is to be taken for unknown.
 * @V2P_TABLE_FORMAT_UNKNOWN: none were read
 * @V2P_TABLE_FORMAT_VTD_SECOND_STAGE: of Intel's VT-d, its own
 * @V2P_TABLE_FORMAT_VTD_FIRST_STAGE: of Intel's VT-d, as those of the
 *   processor
 * @V2P_TABLE_FORMAT_AMD_V1: of AMD's IOMMU, its own
 * @V2P_TABLE_FORMAT_AMD_V2: of AMD's IOMMU, as those of the processor
 */
enum v2p_table_format {
	V2P_TABLE_FORMAT_UNKNOWN,
	V2P_TABLE_FORMAT_VTD_SECOND_STAGE,
	V2P_TABLE_FORMAT_VTD_FIRST_STAGE,
	V2P_TABLE_FORMAT_AMD_V1,
	V2P_TABLE_FORMAT_AMD_V2,

	/* private: */
	__V2P_TABLE_FORMAT_MAX,
	V2P_TABLE_FORMAT_MAX = (__V2P_TABLE_FORMAT_MAX - 1)
};

#define V2P_NO_NODE	4294967295
#define V2P_MAX_PAGES	512

/**
 * enum v2p_page_status - What the kernel has of a piece of physical memory of
 *   the size of the smallest page. That which means nothing is 0. One that a
 *   client does not know is to be taken for a record of which nothing else is
 *   known.
 * @V2P_PAGE_STATUS_NONE: it keeps no record of it: beyond all memory, in a
 *   hole, a device's registers, or memory that it leaves alone
 * @V2P_PAGE_STATUS_ONLINE: memory that it manages
 * @V2P_PAGE_STATUS_OFFLINE: memory that is plugged in, and switched off
 *   (memory hotplug)
 * @V2P_PAGE_STATUS_DEVICE: memory of a device that has records as memory has
 *   them (ZONE_DEVICE), such as pmem
 */
enum v2p_page_status {
	V2P_PAGE_STATUS_NONE,
	V2P_PAGE_STATUS_ONLINE,
	V2P_PAGE_STATUS_OFFLINE,
	V2P_PAGE_STATUS_DEVICE,

	/* private: */
	__V2P_PAGE_STATUS_MAX,
	V2P_PAGE_STATUS_MAX = (__V2P_PAGE_STATUS_MAX - 1)
};

/**
 * enum v2p_page_kind - What the kernel uses a page for. One that a client does
 *   not know is to be taken for unknown.
 * @V2P_PAGE_KIND_UNKNOWN: it cannot be told, such as of a page that is being
 *   given out or freed, or waits to be freed for real (on the list of a CPU)
 * @V2P_PAGE_KIND_ORDINARY: none of the others: a page by itself of a process
 *   or of the page cache, or some page of the kernel
 * @V2P_PAGE_KIND_THP: of a larger piece of a process's memory or of the page
 *   cache, of whatever size: a transparent huge page (the huge zero page is
 *   not told, and ordinary)
 * @V2P_PAGE_KIND_HUGETLB: of hugetlb's, in use or not
 * @V2P_PAGE_KIND_KSM: shared by processes in which it had the same content
 *   (KSM)
 * @V2P_PAGE_KIND_ZERO: the zero page
 * @V2P_PAGE_KIND_FREE: nobody's
 * @V2P_PAGE_KIND_SLAB: of the allocator for small objects of the kernel
 * @V2P_PAGE_KIND_PAGE_TABLE: a page table that the kernel has marked: those of
 *   the lowest two levels but the ones made at boot, and in later kernels
 *   (6.6, 6.16) of more levels
 * @V2P_PAGE_KIND_RESERVED: the kernel's image, what was set aside at boot,
 *   what firmware keeps; nothing that is given out by the page allocator
 * @V2P_PAGE_KIND_OFFLINE: not there at the moment, such as what a balloon has
 *   given back to the host
 * @V2P_PAGE_KIND_POISONED: its memory failed, and it is not used any more
 * @V2P_PAGE_KIND_FS_DAX: of a device with a file system on it that maps it
 *   directly, such as pmem
 * @V2P_PAGE_KIND_DEVICE: of a device that its driver hands out, such as pmem
 *   as a character device
 * @V2P_PAGE_KIND_DEVICE_PRIVATE: of a device, and the processor cannot reach
 *   it
 * @V2P_PAGE_KIND_DEVICE_COHERENT: of a device, and the processor can reach it
 *   as it does memory
 * @V2P_PAGE_KIND_PCI_P2PDMA: of a PCI device, for other devices
 * @V2P_PAGE_KIND_NO_RECORD: the kernel keeps no record of it, such as of a
 *   device's registers, or of a hole; told of virtual addresses, as of
 *   physical ones page-status says it
 */
enum v2p_page_kind {
	V2P_PAGE_KIND_UNKNOWN,
	V2P_PAGE_KIND_ORDINARY,
	V2P_PAGE_KIND_THP,
	V2P_PAGE_KIND_HUGETLB,
	V2P_PAGE_KIND_KSM,
	V2P_PAGE_KIND_ZERO,
	V2P_PAGE_KIND_FREE,
	V2P_PAGE_KIND_SLAB,
	V2P_PAGE_KIND_PAGE_TABLE,
	V2P_PAGE_KIND_RESERVED,
	V2P_PAGE_KIND_OFFLINE,
	V2P_PAGE_KIND_POISONED,
	V2P_PAGE_KIND_FS_DAX,
	V2P_PAGE_KIND_DEVICE,
	V2P_PAGE_KIND_DEVICE_PRIVATE,
	V2P_PAGE_KIND_DEVICE_COHERENT,
	V2P_PAGE_KIND_PCI_P2PDMA,
	V2P_PAGE_KIND_NO_RECORD,

	/* private: */
	__V2P_PAGE_KIND_MAX,
	V2P_PAGE_KIND_MAX = (__V2P_PAGE_KIND_MAX - 1)
};

/**
 * enum v2p_zone - The zone that the kernel keeps a page in. One that a client
 *   does not know is to be taken for unknown.
 * @V2P_ZONE_UNKNOWN: it cannot be told, as of what lies in a hole between
 *   memory
 * @V2P_ZONE_DMA: for devices that reach little memory (x86, below 16 MiB)
 * @V2P_ZONE_DMA32: for devices that reach 4 GiB
 * @V2P_ZONE_NORMAL: all other memory
 * @V2P_ZONE_HIGHMEM: not mapped by the kernel
 * @V2P_ZONE_MOVABLE: only for what can be moved elsewhere
 * @V2P_ZONE_DEVICE: memory of devices
 */
enum v2p_zone {
	V2P_ZONE_UNKNOWN,
	V2P_ZONE_DMA,
	V2P_ZONE_DMA32,
	V2P_ZONE_NORMAL,
	V2P_ZONE_HIGHMEM,
	V2P_ZONE_MOVABLE,
	V2P_ZONE_DEVICE,

	/* private: */
	__V2P_ZONE_MAX,
	V2P_ZONE_MAX = (__V2P_ZONE_MAX - 1)
};

/**
 * enum v2p_region - What a part of the kernel's addresses is for, whether
 *   anything is mapped there or not.
 * @V2P_REGION_UNSPECIFIED: none of what follows; no answer has it
 * @V2P_REGION_DIRECT_MAP: all of physical memory, in its order (arm64, RISC-V,
 *   the linear map)
 * @V2P_REGION_VMALLOC: what is mapped page by page (vmalloc, ioremap, stacks,
 *   the memory of per-CPU variables)
 * @V2P_REGION_VMEMMAP: a struct page for each page of physical memory
 * @V2P_REGION_KASAN: the shadow in which KASAN keeps which memory may be used
 * @V2P_REGION_TEXT: the kernel's own image, its code and its data
 * @V2P_REGION_MODULES: modules, and other code that came after boot (BPF,
 *   trampolines)
 * @V2P_REGION_FIXMAP: addresses that are given out when the kernel is compiled
 * @V2P_REGION_CPU_ENTRY_AREA: what a CPU needs to enter the kernel, as its
 *   stacks and descriptors (x86)
 * @V2P_REGION_ESPFIX: stacks for a return to 16-bit code (x86)
 * @V2P_REGION_LDT: a process's segments, where page-table isolation is on
 *   (x86)
 * @V2P_REGION_EFI: where the services of the firmware are called at, by page
 *   tables of their own (x86): the kernel's have nothing there
 * @V2P_REGION_PCI_IO: I/O ports of PCI devices (arm64, RISC-V)
 */
enum v2p_region {
	V2P_REGION_UNSPECIFIED,
	V2P_REGION_DIRECT_MAP,
	V2P_REGION_VMALLOC,
	V2P_REGION_VMEMMAP,
	V2P_REGION_KASAN,
	V2P_REGION_TEXT,
	V2P_REGION_MODULES,
	V2P_REGION_FIXMAP,
	V2P_REGION_CPU_ENTRY_AREA,
	V2P_REGION_ESPFIX,
	V2P_REGION_LDT,
	V2P_REGION_EFI,
	V2P_REGION_PCI_IO,

	/* private: */
	__V2P_REGION_MAX,
	V2P_REGION_MAX = (__V2P_REGION_MAX - 1)
};

enum {
	V2P_A_PID = 1,
	V2P_A_KERNEL,
	V2P_A_USER_ROOT,
	V2P_A_DEVICE,
	V2P_A_PASID,
	V2P_A_PAD,
	V2P_A_FIELDS,
	V2P_A_KNOWN_STATES,
	V2P_A_KNOWN_FLAGS,
	V2P_A_VIRTUAL,
	V2P_A_STATUS,
	V2P_A_PHYSICAL,
	V2P_A_PAGE_SHIFT,
	V2P_A_FLAGS,
	V2P_A_ENTRY,
	V2P_A_SWAP_TYPE,
	V2P_A_SWAP_OFFSET,
	V2P_A_LEVEL,
	V2P_A_MEMORY_TYPE,
	V2P_A_PROTECTION_KEY,
	V2P_A_IDENTITY,
	V2P_A_CHANGING,
	V2P_A_ADDRESS,
	V2P_A_ROOT,
	V2P_A_STEP,
	V2P_A_MODULE_VERSION,
	V2P_A_ARCH,
	V2P_A_BASE_PAGE_SHIFT,
	V2P_A_PAGING_LEVEL,
	V2P_A_PHYSICAL_BITS,
	V2P_A_VIRTUAL_BITS,
	V2P_A_FEATURES,
	V2P_A_MAX_BATCH,
	V2P_A_START,
	V2P_A_SIZE,
	V2P_A_STATES,
	V2P_A_PAGE_SHIFTS,
	V2P_A_WITH_FLAGS,
	V2P_A_WITHOUT_FLAGS,
	V2P_A_MEMORY_TYPES,
	V2P_A_MERGE,
	V2P_A_NEXT,
	V2P_A_LENGTH,
	V2P_A_CPU,
	V2P_A_CPUS,
	V2P_A_PER_CPU_OFFSETS,
	V2P_A_CPU_COUNT,
	V2P_A_DONE,
	V2P_A_RETRY,
	V2P_A_FD,
	V2P_A_PHYSICAL_RANGES,
	V2P_A_NODE,
	V2P_A_PAGE_KIND,
	V2P_A_PAGE_STATUS,
	V2P_A_ZONE,
	V2P_A_FOLIO_ORDER,
	V2P_A_FOLIO_INDEX,
	V2P_A_REFERENCES,
	V2P_A_FILE_DEVICE,
	V2P_A_FILE_INODE,
	V2P_A_FILE_OFFSET,
	V2P_A_REGION,
	V2P_A_DEVICE_TRANSLATION,
	V2P_A_TABLE_FORMAT,

	__V2P_A_MAX,
	V2P_A_MAX = (__V2P_A_MAX - 1)
};

enum {
	V2P_A_STEP_LEVEL = 1,
	V2P_A_STEP_INDEX,
	V2P_A_STEP_PAD,
	V2P_A_STEP_ENTRY_PHYSICAL,
	V2P_A_STEP_ENTRY,
	V2P_A_STEP_FLAGS,
	V2P_A_STEP_SHIFT,

	__V2P_A_STEP_MAX,
	V2P_A_STEP_MAX = (__V2P_A_STEP_MAX - 1)
};

enum {
	V2P_A_PAGING_LEVEL_LEVEL = 1,
	V2P_A_PAGING_LEVEL_SHIFT,
	V2P_A_PAGING_LEVEL_BITS,

	__V2P_A_PAGING_LEVEL_MAX,
	V2P_A_PAGING_LEVEL_MAX = (__V2P_A_PAGING_LEVEL_MAX - 1)
};

enum {
	V2P_CMD_INFO = 1,
	V2P_CMD_TRANSLATE,
	V2P_CMD_WALK,
	V2P_CMD_MAP,
	V2P_CMD_PER_CPU,
	V2P_CMD_OPEN,
	V2P_CMD_PAGE,
	V2P_CMD_REGIONS,

	__V2P_CMD_MAX,
	V2P_CMD_MAX = (__V2P_CMD_MAX - 1)
};

#endif /* _UAPI_LINUX_V2P_H */
