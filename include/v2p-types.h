/* SPDX-License-Identifier: LGPL-2.1-only */
/* What the functions of libv2p take and give. v2p.h includes it, and says how it grows. */
#ifndef V2P_TYPES_H
#define V2P_TYPES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/v2p.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Room for the levels of a page table on any processor. It does not grow. */
#define V2P_MAX_LEVELS 8
/** Room for the entries of a walk, be it a device's. It does not grow. */
#define V2P_MAX_STEPS 16

/**
 * enum v2p_target_kind - what a struct v2p_target names
 * @V2P_TARGET_PID: the process that a thread belongs to
 * @V2P_TARGET_KERNEL: the kernel
 * @V2P_TARGET_SPACE: an address space that v2p_space_open() has opened
 * @V2P_TARGET_USER_ROOT: that process, by the page table that user mode runs on
 * @V2P_TARGET_DEVICE: a device, by what its IOMMU makes of the addresses that it uses
 */
enum v2p_target_kind {
	V2P_TARGET_PID = 1,
	V2P_TARGET_KERNEL,
	V2P_TARGET_SPACE,
	V2P_TARGET_USER_ROOT,
	V2P_TARGET_DEVICE,
};

/**
 * enum v2p_target_flag - what is said of a struct v2p_target
 * @V2P_TARGET_PASID: V2P_TARGET_DEVICE: it has a PASID
 */
enum v2p_target_flag {
	V2P_TARGET_PASID = 1 << 0,
};

/** The highest number of a PASID. */
#define V2P_MAX_PASID 0xfffff

/** Room for the whole name of a device, with its '\0'. */
#define V2P_DEVICE_NAME_SIZE 128

/**
 * struct v2p_target - whose address space is asked
 * @kind: enum v2p_target_kind; 0 is none of them
 * @flags: enum v2p_target_flag
 * @id: V2P_TARGET_PID and V2P_TARGET_USER_ROOT: the thread's id, in the caller's pid
 *	namespace; V2P_TARGET_SPACE: the number of the descriptor; with V2P_TARGET_PASID: the
 *	PASID; else 0
 * @name: V2P_TARGET_DEVICE: the device, which has to stay as it is while the target is in use;
 *	else NULL
 * @reserved: 0
 *
 * Made with v2p_pid(), v2p_kernel(), v2p_space(), v2p_user_root(), v2p_device() or
 * v2p_device_pasid(). A call refuses, with -EINVAL, a kind that the library does not know, and
 * anything else than 0 in what that kind does not use.
 */
struct v2p_target {
	uint32_t kind;
	uint32_t flags;
	uint64_t id;
	const char *name;
	uint64_t reserved[4];
};

/**
 * struct v2p_level_info - one level of the page tables
 * @level: enum v2p_level
 * @shift: an entry of this level spans 1 << @shift bytes
 * @bits: a table of this level has 1 << @bits entries
 * @reserved: 0
 */
struct v2p_level_info {
	uint8_t level;
	uint8_t shift;
	uint8_t bits;
	uint8_t reserved[13];
};

/**
 * struct v2p_info - what the module and the machine can do
 * @size: sizeof(struct v2p_info), set by the caller
 * @module_version: version of the loaded module
 * @arch: processor architecture
 * @page_shift: the smallest page has 1 << @page_shift bytes
 * @physical_bits: width of a physical address
 * @virtual_bits: width of a virtual address, both halves together
 * @features: enum v2p_feature
 * @max_batch: most addresses in one message; v2p_translate() takes any number
 * @level_count: levels in use
 * @levels: the levels in use, top level first
 */
struct v2p_info {
	size_t size;
	char module_version[32];
	char arch[32];
	uint8_t page_shift;
	uint8_t physical_bits;
	uint8_t virtual_bits;
	uint32_t features;
	uint32_t max_batch;
	unsigned int level_count;
	struct v2p_level_info levels[V2P_MAX_LEVELS];
};

/**
 * struct v2p_arrays - where the answers go
 * @size: sizeof(struct v2p_arrays), set by the caller
 * @status: enum v2p_status, required
 * @physical: physical address in bytes; means something only where the status is
 *	V2P_STATUS_MAPPED (0 is a physical address)
 * @page_shift: the entry that the walk ended at spans 1 << page_shift bytes: the page where
 *	mapped, the hole where none; 0 where invalid
 * @flags: enum v2p_flag; the only one where none is V2P_FLAG_CHANGING
 * @entry: raw value of that entry, for people rather than for computing
 * @swap_type: swap area
 * @swap_offset: page in the swap area where swapped; page frame number where migrating,
 *	poisoned or device
 * @level: enum v2p_level, of that entry; 0 where invalid
 * @memory_type: enum v2p_memory_type, how the processor caches the page
 * @protection_key: number of the key (x86's) that may take further rights away where mapped;
 *	0 where there is none, but also a key
 * @node: number of the NUMA node that the memory at @physical is on; V2P_NO_NODE where that is
 *	not known, and where there is no such memory
 * @page_kind: enum v2p_page_kind, what the kernel uses that page for; V2P_PAGE_KIND_UNKNOWN
 *	where there is none. It is looked at behind the page tables: a page that was moved or
 *	freed in between may be of another kind by then
 *
 * Each points to as many elements as there are addresses, owned by the caller. An array that
 * is NULL is not asked for, and costs nothing; @swap_type and @swap_offset come from the same
 * question. A module that is older than @node and @page_kind refuses them with -EINVAL, and by
 * a descriptor with -E2BIG.
 */
struct v2p_arrays {
	size_t size;
	uint8_t *status;
	uint64_t *physical;
	uint8_t *page_shift;
	uint32_t *flags;
	uint64_t *entry;
	uint8_t *swap_type;
	uint64_t *swap_offset;
	uint8_t *level;
	uint8_t *memory_type;
	uint8_t *protection_key;
	uint32_t *node;
	uint8_t *page_kind;
};

/**
 * struct v2p_translation - the answer for one address
 * @size: sizeof(struct v2p_translation); in a struct v2p_walk set by the library
 * @physical: as in struct v2p_arrays, like all others
 * @entry: likewise
 * @swap_offset: likewise
 * @flags: likewise
 * @status: likewise
 * @page_shift: likewise
 * @level: likewise
 * @memory_type: likewise
 * @protection_key: likewise
 * @swap_type: likewise
 * @page_kind: likewise. Neither v2p_translate_one() nor a walk tells it, or @node, which are as
 *	if they were not known: they cost more than all else, and are asked for by v2p_translate()
 * @reserved: 0; room
 * @node: likewise
 */
struct v2p_translation {
	size_t size;
	uint64_t physical;
	uint64_t entry;
	uint64_t swap_offset;
	uint32_t flags;
	uint8_t status;
	uint8_t page_shift;
	uint8_t level;
	uint8_t memory_type;
	uint8_t protection_key;
	uint8_t swap_type;
	uint8_t page_kind;
	uint8_t reserved;
	uint32_t node;
};

/**
 * struct v2p_step - one entry on the way to an address
 * @entry_physical: where the entry itself stands
 * @entry: its raw value
 * @index: its position in its table
 * @flags: enum v2p_flag
 * @level: enum v2p_level
 * @shift: of a device, where the entry is of a page table: it spans 1 << @shift bytes; else 0
 * @reserved: 0
 */
struct v2p_step {
	uint64_t entry_physical;
	uint64_t entry;
	uint32_t index;
	uint32_t flags;
	uint8_t level;
	uint8_t shift;
	uint8_t reserved[22];
};

/**
 * struct v2p_walk - the whole way to an address
 * @size: sizeof(struct v2p_walk), set by the caller
 * @root: physical address of the top-level table
 * @step_count: entries read; 0 where the address is invalid
 * @device_translation: enum v2p_device_translation, what becomes of the addresses of a device;
 *	V2P_DEVICE_TRANSLATION_UNKNOWN of all else
 * @table_format: enum v2p_table_format, of a device likewise
 * @reserved: 0
 * @steps: the entries, top level first; of a device, those of the tables by which its IOMMU
 *	finds its page tables come before these
 * @translation: what they say
 */
struct v2p_walk {
	size_t size;
	uint64_t root;
	uint32_t step_count;
	uint8_t device_translation;
	uint8_t table_format;
	uint8_t reserved[26];
	struct v2p_step steps[V2P_MAX_STEPS];
	/* The last member: it may grow. */
	struct v2p_translation translation;
};

/**
 * struct v2p_extent - a run that is contiguous in virtual and in physical memory
 * @address: virtual address of its first byte
 * @physical: physical address of its first byte; means something only where the status is
 *	V2P_STATUS_MAPPED (0 is a physical address)
 * @length: bytes
 * @swap_offset: of its first page, as in struct v2p_arrays; an extent is contiguous in it too
 * @flags: enum v2p_flag; accessed, dirty and soft-dirty where some page in it has them
 * @status: enum v2p_status
 * @page_shift: it is mapped by pages of 1 << page_shift bytes; 0 where none
 * @level: enum v2p_level, of the entries; 0 where none
 * @memory_type: as in struct v2p_arrays
 * @protection_key: likewise
 * @swap_type: likewise
 * @page_kind: likewise: an extent for which that is asked is of pages of one kind
 * @reserved: 0
 * @node: likewise: an extent for which that is asked is of one node
 * @reserved2: 0
 *
 * What is not among the fields of the struct v2p_range is 0.
 */
struct v2p_extent {
	uint64_t address;
	uint64_t physical;
	uint64_t length;
	uint64_t swap_offset;
	uint32_t flags;
	uint8_t status;
	uint8_t page_shift;
	uint8_t level;
	uint8_t memory_type;
	uint8_t protection_key;
	uint8_t swap_type;
	uint8_t page_kind;
	uint8_t reserved;
	uint32_t node;
	uint8_t reserved2[16];
};

/**
 * struct v2p_physical_range - physical memory
 * @start: physical address of its first byte
 * @length: bytes
 */
struct v2p_physical_range {
	uint64_t start;
	uint64_t length;
};

/** A length that goes up to the target's highest address. */
#define V2P_TO_THE_END UINT64_MAX

/**
 * struct v2p_range - what v2p_map() is to look at, and for
 * @size: sizeof(struct v2p_range), set by the caller
 * @start: first address; 0 with @length V2P_TO_THE_END is the whole address space of any
 *	target
 * @length: bytes, or V2P_TO_THE_END; what is at its ends is cut to it
 * @page_shifts: wanted sizes of pages, a bit (1 << page shift) for each; 0 for all
 * @states: wanted statuses, a bit (1 << enum v2p_status) for each; 0 for all but
 *	V2P_STATUS_NONE
 * @with_flags: enum v2p_flag; only pages that have them all
 * @without_flags: enum v2p_flag; only pages that have none of them
 * @memory_types: wanted memory types, a bit (1 << enum v2p_memory_type) for each; 0 for all
 * @fields: enum v2p_field, what each extent tells besides address, length and status; 0 for
 *	physical, page shift and flags. V2P_FIELD_ENTRY and V2P_FIELD_IDENTITY are not for
 *	extents
 * @merge: not 0 where only contiguity counts: page size, flags, memory type and protection
 *	key then end no extent, which has the smallest size in it, the flags that all of it
 *	has (accessed, dirty and soft-dirty as ever), no memory type where they differ, and
 *	the protection key of its first page. It is of one node and of one kind, where these
 *	are asked for
 * @progress: NULL, or told now and then the address up to which the range has been walked, if
 *	there is one behind it
 * @physical: the memory that is looked for: @physical_count ranges, in order, of which none
 *	begins before the end of the one before it; NULL for all memory. Extents are cut to it,
 *	and a page has as many as ranges reach into it. What is migrating, poisoned or device
 *	is in the frame that its swap offset tells; what is in none is left out
 * @physical_count: at most V2P_MAX_PHYSICAL_RANGES; 0 for all memory, together with NULL only
 */
struct v2p_range {
	size_t size;
	uint64_t start;
	uint64_t length;
	uint64_t page_shifts;
	uint32_t states;
	uint32_t with_flags;
	uint32_t without_flags;
	uint32_t memory_types;
	uint32_t fields;
	int merge;
	void (*progress)(uint64_t next, void *data);
	const struct v2p_physical_range *physical;
	size_t physical_count;
};

/**
 * v2p_extent_fn - takes the next extent of a v2p_map(), in order of address
 * @extent: the extent, for the time of this call
 * @data: as given to v2p_map()
 *
 * It must not use the handle, but may close it. In C++ it may throw: that ends the v2p_map(),
 * and the handle goes on working. It must not longjmp() away.
 *
 * Return: 0 to go on, anything else to stop.
 */
typedef int v2p_extent_fn(const struct v2p_extent *extent, void *data);

/**
 * v2p_owner_fn - takes the next extent of a v2p_owners()
 * @pid: whose it is
 * @extent: the extent, for the time of this call
 * @data: as given to v2p_owners()
 *
 * What v2p_extent_fn must not do, it must not do, and may return the same.
 *
 * Return: 0 to go on, anything else to stop.
 */
typedef int v2p_owner_fn(pid_t pid, const struct v2p_extent *extent, void *data);

/**
 * struct v2p_cpu_offset - where a CPU has its per-CPU variables
 * @offset: added to the address of a per-CPU variable, as /proc/kallsyms gives it, it makes
 *	the address of that CPU's own
 * @cpu: number of the CPU
 * @reserved: 0
 */
struct v2p_cpu_offset {
	uint64_t offset;
	uint32_t cpu;
	uint32_t reserved[3];
};

/**
 * enum v2p_page_known - bits for the members of struct v2p_page_info
 * @V2P_PAGE_KNOWN_FILE_DEVICE: file_device
 * @V2P_PAGE_KNOWN_FILE_INODE: file_inode
 * @V2P_PAGE_KNOWN_FILE_OFFSET: file_offset
 * @V2P_PAGE_KNOWN_NODE: node
 * @V2P_PAGE_KNOWN_FOLIO_INDEX: folio_index
 * @V2P_PAGE_KNOWN_REFERENCES: references
 * @V2P_PAGE_KNOWN_PAGE_STATUS: page_status
 * @V2P_PAGE_KNOWN_PAGE_KIND: page_kind
 * @V2P_PAGE_KNOWN_ZONE: zone
 * @V2P_PAGE_KNOWN_FOLIO_ORDER: folio_order
 */
enum v2p_page_known {
	V2P_PAGE_KNOWN_FILE_DEVICE = 1 << 0,
	V2P_PAGE_KNOWN_FILE_INODE = 1 << 1,
	V2P_PAGE_KNOWN_FILE_OFFSET = 1 << 2,
	V2P_PAGE_KNOWN_NODE = 1 << 3,
	V2P_PAGE_KNOWN_FOLIO_INDEX = 1 << 4,
	V2P_PAGE_KNOWN_REFERENCES = 1 << 5,
	V2P_PAGE_KNOWN_PAGE_STATUS = 1 << 6,
	V2P_PAGE_KNOWN_PAGE_KIND = 1 << 7,
	V2P_PAGE_KNOWN_ZONE = 1 << 8,
	V2P_PAGE_KNOWN_FOLIO_ORDER = 1 << 9,
};

/**
 * struct v2p_page_info - what the kernel knows of a page of physical memory
 * @file_device: of a page of the page cache, the device of its file's file system, as st_dev
 *	of struct stat; 0 where it is of no file, or that could not be told. A file system may
 *	show another number to programs (btrfs), and one that is stacked has the pages of those
 *	below it (overlayfs)
 * @file_inode: number of that file's inode
 * @file_offset: byte of that file at which the page begins
 * @node: number of its NUMA node; V2P_NO_NODE where that is not known
 * @folio_index: which page of its folio it is, from 0 on
 * @references: to its folio, as the kernel counts them at the moment; 0 where nobody holds it,
 *	but also of some that the kernel keeps without counting
 * @page_status: enum v2p_page_status; where it is V2P_PAGE_STATUS_NONE or V2P_PAGE_STATUS_OFFLINE,
 *	nothing else is known, where it is V2P_PAGE_STATUS_DEVICE, only node, kind and zone
 * @page_kind: enum v2p_page_kind; one that a program does not know is V2P_PAGE_KIND_UNKNOWN
 * @zone: enum v2p_zone; likewise V2P_ZONE_UNKNOWN
 * @folio_order: its folio, which is what the kernel keeps as one, has 1 << @folio_order pages
 * @known: mask of enum v2p_page_known: the members that the loaded module tells of pages; an
 *	older one may not tell what was added later
 * @reserved: 0
 *
 * What is not known, or not told, is 0, but for the node.
 */
struct v2p_page_info {
	uint64_t file_device;
	uint64_t file_inode;
	uint64_t file_offset;
	uint32_t node;
	uint32_t folio_index;
	uint32_t references;
	uint8_t page_status;
	uint8_t page_kind;
	uint8_t zone;
	uint8_t folio_order;
	uint32_t known;
	uint8_t reserved[52];
};

/**
 * struct v2p_region_range - a part of the kernel's addresses
 * @start: its first address
 * @length: bytes
 * @region: enum v2p_region: what it is for; one that is not known is to be taken for
 *	unspecified
 * @reserved: 0
 */
struct v2p_region_range {
	uint64_t start;
	uint64_t length;
	uint8_t region;
	uint8_t reserved[15];
};

#ifdef __cplusplus
}
#endif

#endif /* V2P_TYPES_H */
