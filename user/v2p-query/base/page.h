/* SPDX-License-Identifier: GPL-2.0 */
/* What is at a physical address, as far as it is known. */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The library's word for what it has one for. */
#define PAGE_WORD_OF(kind) v2p_page_kind_name(V2P_PAGE_KIND_##kind)

/*
 * What physical memory is: its name, a word for scripts, and what people read. Those from
 * PMEM on are not the kernel's ordinary memory.
 */
#define PAGE_USES(use)										\
	use(OTHER, "other", "in use by the kernel or a driver, or free in a list of a CPU")	\
	use(FREE, PAGE_WORD_OF(FREE), "free")							\
	use(ANONYMOUS, "anonymous", "anonymous memory")						\
	use(KSM, PAGE_WORD_OF(KSM), "anonymous memory that KSM has merged")			\
	use(FILE, "file", "page cache of a file")						\
	use(SHMEM, "shmem", "shared memory, or of a tmpfs")					\
	use(HUGETLB, PAGE_WORD_OF(HUGETLB), "a page of hugetlb")				\
	use(ZERO, PAGE_WORD_OF(ZERO), "the zero page")						\
	use(SLAB, PAGE_WORD_OF(SLAB), "slab, small objects of the kernel")			\
	use(PAGE_TABLE, PAGE_WORD_OF(PAGE_TABLE), "a page table")				\
	use(RESERVED, PAGE_WORD_OF(RESERVED), "the kernel's own since it booted (PG_reserved)")	\
	use(RAM, "ram", "RAM; the kernel does not tell what it is used for")			\
	use(CHANGING, "changing", "RAM whose use changed each time that it was looked at")	\
	use(OFFLINE, PAGE_WORD_OF(OFFLINE), "RAM that is offline, or given back to a hypervisor") \
	use(PMEM, "pmem", "persistent memory")							\
	use(MMIO, "mmio", "a device's")								\
	use(BUS, "bus", "address space of a bus, where no device is known")			\
	use(FIRMWARE, "firmware", "reserved by the firmware, or its own")			\
	use(HOLE, "hole", "nothing that the kernel knows of")

#define PAGE_USE(name, word, words) PAGE_##name,
enum page_use { PAGE_USES(PAGE_USE) };
#undef PAGE_USE

/* Facts that are known of a page, beside those that have a value for being unknown. */
enum page_fact {
	PAGE_HAS_FLAGS = 1 << 0,
	PAGE_HAS_ORDER = 1 << 1,
	PAGE_HAS_MAPPINGS = 1 << 2,
	PAGE_HAS_REFERENCES = 1 << 3,
	PAGE_HAS_CGROUP = 1 << 4,
	PAGE_HAS_FILE = 1 << 5,
};

/* What stands for a device's ROM where the number of a register does. */
#define PAGE_ROM 6

/* Levels of /proc/iomem, and modules of memory, that are told at most. */
#define PAGE_RESOURCES 12
#define PAGE_DIMMS 8

/**
 * struct page - what is known of physical memory
 * @physical: what is asked, or the part of it that this is about
 * @length: in bytes; what is no memory, and all alike, is told in one
 * @kind: what it is
 * @known: mask of enum page_fact: which of the members below mean something
 * @resources: what /proc/iomem calls it, the widest first
 * @resource_count: how many names
 * @device: whose base address register it is, in sysfs's words; or ""
 * @bar: the number of that register; or PAGE_ROM
 * @driver: of that device, or ""
 * @node: NUMA node, or -1
 * @zone: or ""
 * @order: log2 of the number of pages of the folio
 * @head: physical address of the folio's first page
 * @flags: as /proc/kpageflags has them, the folio's and its own
 * @bit34: what this kernel's flag of that number is called
 * @mappings: how often processes map it, by the kernel's count
 * @references: on the folio
 * @cgroup: the inode of the cgroup that it is charged to, 0 for none
 * @cgroup_path: or ""
 * @file_major: the device of the file that it is a page of
 * @file_minor: likewise
 * @file_inode: the file
 * @file_offset: where it is in it, in bytes
 * @file_name: or ""
 * @dimms: modules of memory, one of which it is in
 * @dimm_count: how many
 * @dimms_by: who says so
 */
struct page {
	uint64_t physical;
	uint64_t length;
	enum page_use kind;
	uint32_t known;
	const char *resources[PAGE_RESOURCES];
	size_t resource_count;
	char device[32];
	unsigned int bar;
	char driver[64];
	int node;
	char zone[16];
	unsigned int order;
	uint64_t head;
	uint64_t flags;
	const char *bit34;
	uint64_t mappings;
	uint64_t references;
	uint64_t cgroup;
	const char *cgroup_path;
	uint32_t file_major;
	uint32_t file_minor;
	uint64_t file_inode;
	uint64_t file_offset;
	const char *file_name;
	const char *dimms[PAGE_DIMMS];
	size_t dimm_count;
	const char *dimms_by;
};

/* The word for what it is, and what people read. */
const char *page_use_word(enum page_use use);
const char *page_use_words(enum page_use use);

/* Whether it is memory, and there. */
static inline bool page_is_memory(const struct page *page)
{
	return page->kind <= PAGE_CHANGING || page->kind == PAGE_PMEM;
}

/* Bits of /proc/kpageflags. */
enum page_bit {
	KPF_LOCKED = 0, KPF_ERROR = 1, KPF_REFERENCED = 2, KPF_UPTODATE = 3, KPF_DIRTY = 4,
	KPF_LRU = 5, KPF_ACTIVE = 6, KPF_SLAB = 7, KPF_WRITEBACK = 8, KPF_RECLAIM = 9,
	KPF_BUDDY = 10, KPF_MMAP = 11, KPF_ANON = 12, KPF_SWAPCACHE = 13, KPF_SWAPBACKED = 14,
	KPF_COMPOUND_HEAD = 15, KPF_COMPOUND_TAIL = 16, KPF_HUGE = 17, KPF_UNEVICTABLE = 18,
	KPF_HWPOISON = 19, KPF_NOPAGE = 20, KPF_KSM = 21, KPF_THP = 22, KPF_OFFLINE = 23,
	KPF_ZERO_PAGE = 24, KPF_IDLE = 25, KPF_PGTABLE = 26, KPF_RESERVED = 32,
	KPF_MLOCKED = 33, KPF_34 = 34, KPF_PRIVATE = 35, KPF_PRIVATE_2 = 36,
	KPF_OWNER_PRIVATE = 37, KPF_ARCH = 38, KPF_UNCACHED = 39, KPF_SOFTDIRTY = 40,
	KPF_ARCH_2 = 41, KPF_ARCH_3 = 42,
};

#define PAGE_BIT(name) (UINT64_C(1) << KPF_##name)

/*
 * The name of the flag of this bit, as the kernel's page-types has it where it is asked for
 * raw flags; NULL for one that is newer than this program.
 */
const char *page_flag_name(const struct page *page, unsigned int bit);

#endif /* PAGE_H */
