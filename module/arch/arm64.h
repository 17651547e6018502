/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arm64 with pages of 4, 16 and 64 KiB and two to five levels: Arm Architecture Reference
 * Manual for A-profile, chapter D8 (The AArch64 Virtual Memory System Architecture).
 *
 * How many levels there are, and where an entry has its address, depends on the machine as
 * well: a kernel for addresses of 52 bits runs on processors that have 48, or 47.
 */
#ifndef V2P_ARCH_ARM64_H
#define V2P_ARCH_ARM64_H

#include <linux/bits.h>
#include <linux/mm_types.h>
#include <linux/pgtable.h>
#include <linux/types.h>

#include <asm/cpufeature.h>
#include <asm/memory.h>
#include <asm/mmu_context.h>
#include <asm/pgalloc.h>
#include <asm/pgtable-hwdef.h>
#include <asm/sysreg.h>

#include <uapi/linux/v2p.h>

#define V2P_ARCH_OWN_USER_ADDRESS
#define V2P_ARCH_OWN_HOLD
/* No process has a root for user mode: what KPTI loads in TTBR1_EL1 is the same for all. */
#include "generic.h"

#define V2P_ARCH_NAME	"arm64"
#define V2P_ARCH_TOP_LEVEL	V2P_LEVEL_PGD

/* The enum v2p_memory_type of each entry of MAIR_EL1. */
extern u8 v2p_arch_memory_types[8];

/* Of the machine; where the kernel was built for no other, constants stand for them. */
extern unsigned int v2p_arch_actual_bits;
extern unsigned int v2p_arch_actual_levels;
extern unsigned int v2p_arch_actual_top_shift;
extern unsigned int v2p_arch_max_physical_bits;
extern u64 v2p_arch_low_bits;
extern u64 v2p_arch_high_bits;

int v2p_arch_init(void);

struct v2p_region_range;

unsigned int v2p_arch_regions(struct v2p_region_range *ranges);

/* Bits that a table decodes, but for the top one. */
#define V2P_ARCH_TABLE_BITS	(PAGE_SHIFT - 3)
#define V2P_ARCH_LEVEL_SHIFT(level)	(PAGE_SHIFT + (level) * V2P_ARCH_TABLE_BITS)

/* Width of the addresses of each half, which have tables of their own. */
static __always_inline unsigned int v2p_arch_half_bits(void)
{
#if VA_BITS == VA_BITS_MIN
	return VA_BITS;
#else
	return v2p_arch_actual_bits;
#endif
}

static __always_inline unsigned int v2p_arch_levels(void)
{
	const unsigned int least = ARM64_HW_PGTABLE_LEVELS(VA_BITS_MIN);

	return least == CONFIG_PGTABLE_LEVELS ? least : v2p_arch_actual_levels;
}

static inline unsigned int v2p_arch_virtual_bits(void)
{
	return v2p_arch_half_bits() + 1;
}

static inline unsigned int v2p_arch_physical_bits(void)
{
	return v2p_arch_max_physical_bits;
}

/* Not TASK_SIZE_MAX: that is what the kernel was built for. */
static inline u64 v2p_arch_user_last(void)
{
	return BIT_ULL(v2p_arch_half_bits()) - 1;
}

static inline u64 v2p_arch_kernel_first(void)
{
	return -BIT_ULL(v2p_arch_half_bits());
}

/* Top-byte ignore (TBI), which is always on for user space: bit 55 tells the half. */
static __always_inline u64 v2p_arch_user_address(u64 address)
{
	return address & BIT_ULL(55) ? address : address & GENMASK_ULL(55, 0);
}

static __always_inline bool v2p_arch_level_folded(unsigned int level)
{
	/* Known when this is compiled, most of the time. */
	if (level == V2P_LEVEL_PTE || level == V2P_LEVEL_PGD ||
	    level + 1 < ARM64_HW_PGTABLE_LEVELS(VA_BITS_MIN))
		return false;
	return level + 1 >= CONFIG_PGTABLE_LEVELS || level + 1 >= v2p_arch_levels();
}

static __always_inline unsigned int v2p_arch_level_shift(unsigned int level)
{
	const unsigned int least = ARM64_HW_PGTABLE_LEVELS(VA_BITS_MIN);

	if (level != V2P_LEVEL_PGD)
		return V2P_ARCH_LEVEL_SHIFT(level);
	return least == CONFIG_PGTABLE_LEVELS ? V2P_ARCH_LEVEL_SHIFT(least - 1) :
						v2p_arch_actual_top_shift;
}

static __always_inline unsigned int v2p_arch_level_bits(unsigned int level)
{
	if (level != V2P_LEVEL_PGD)
		return V2P_ARCH_TABLE_BITS;
	return v2p_arch_half_bits() - v2p_arch_level_shift(V2P_LEVEL_PGD);
}

/*
 * TTBR1_EL1 has the ASID in bits 63 to 48 and CnP in bit 0. With physical addresses of 52 bits,
 * bits 5 to 2 are its bits 51 to 48; else they are 0, as the table is aligned to 64 bytes at
 * least. A kernel for virtual addresses of 52 bits puts an offset into the register where there
 * are 48: the entries of the table that are left begin there.
 */
static inline phys_addr_t v2p_arch_kernel_root(void)
{
	const u64 ttbr = read_sysreg(ttbr1_el1);

	return (ttbr & GENMASK_ULL(47, 6)) | (ttbr & GENMASK_ULL(5, 2)) << 46;
}

/*
 * TLBs are flushed by broadcast (TLBI ...IS), without an interrupt: there is no mask of CPUs to
 * join. What keeps a table is that interrupts are off, by two ways that both go to all CPUs:
 *
 *  - It is freed after an RCU grace period, to which a CPU with interrupts off is a reader:
 *    __pte_free_tlb(), __pmd_free_tlb() and __pud_free_tlb() call tlb_remove_table(), on 6.1
 *    and 6.12, and that call_rcu(); without memory for a batch, tlb_remove_table_one() sends
 *    an interrupt to all CPUs first (later kernels: waits for RCU). So does pte_free_defer(), of
 *    a collapse from 6.6 on (retract_page_tables()), and zap_empty_pte_table() on 7.3.
 *  - Who reuses it, or frees it otherwise, sends an interrupt to all CPUs first, and waits until
 *    it was taken: tlb_remove_table_sync_one(), in collapse_huge_page(), on 6.1 in
 *    retract_page_tables() as well, and where hugetlb's tables are unshared. As arm64 has
 *    CONFIG_MMU_GATHER_RCU_TABLE_FREE always, it is never empty.
 *
 * One kind is not kept: in 6.12, and until that was changed, __p4d_free_tlb() frees the table of
 * the second of five levels at once, when all of 256 TiB is unmapped (free_p4d_range()). What was
 * read of it is not followed, as free_p4d_range() clears the entry above before, and that is
 * rechecked. But its memory may leave the direct map while it is read (secretmem): see
 * V2P_ARCH_TABLES_HELD.
 */
static inline bool v2p_arch_hold_tables(struct mm_struct *mm)
{
	return false;
}

static inline void v2p_arch_release_tables(struct mm_struct *mm, bool held)
{
}

/* A macro as long as it frees at once, then a function that calls tlb_remove_table(). */
#if CONFIG_PGTABLE_LEVELS > 4 && defined(__p4d_free_tlb)
#define V2P_ARCH_TABLES_HELD	false
#else
#define V2P_ARCH_TABLES_HELD	true
#endif

static __always_inline bool v2p_arch_entry_none(u64 entry)
{
	return !entry;
}

static __always_inline bool v2p_arch_entry_present(u64 entry)
{
	return entry & PTE_VALID;
}

static __always_inline bool v2p_arch_entry_table(u64 entry)
{
	return (entry & PMD_TYPE_MASK) == PMD_TYPE_TABLE;
}

static __always_inline bool v2p_arch_entry_leaf(unsigned int level, u64 entry)
{
	/* Also PROT_NONE, and a huge page that pmdp_invalidate() has made not present. */
	return level == V2P_LEVEL_PTE ? pte_present(__pte(entry)) : pmd_present(__pmd(entry));
}

/**
 * struct v2p_arch_leaf_format - where entries have a physical address
 * @low: bits of it that are in their places
 * @high: bits of an entry that are the highest ones of the address
 */
struct v2p_arch_leaf_format {
	u64 low;
	u64 high;
};

/* From where in an entry @high is shifted. */
#define V2P_ARCH_HIGH_SHIFT	(PAGE_SHIFT == 16 ? 36 : 42)

/* Of what an entry spans: 1 << @shift bytes. */
static __always_inline struct v2p_arch_leaf_format v2p_arch_format(unsigned int shift)
{
	return (struct v2p_arch_leaf_format) {
		.low = (IS_ENABLED(CONFIG_ARM64_PA_BITS_52) ? v2p_arch_low_bits :
							      GENMASK_ULL(47, 0)) &
		       -BIT_ULL(shift),
		.high = IS_ENABLED(CONFIG_ARM64_PA_BITS_52) ? v2p_arch_high_bits : 0,
	};
}

static __always_inline struct v2p_arch_leaf_format v2p_arch_leaf_format(unsigned int level)
{
	return v2p_arch_format(v2p_arch_level_shift(level));
}

static __always_inline phys_addr_t
v2p_arch_present_physical(struct v2p_arch_leaf_format format, u64 entry)
{
	return (entry & format.low) | (entry & format.high) << V2P_ARCH_HIGH_SHIFT;
}

static __always_inline phys_addr_t v2p_arch_table_physical(u64 entry)
{
	return v2p_arch_present_physical(v2p_arch_format(PAGE_SHIFT), entry);
}

static __always_inline phys_addr_t v2p_arch_leaf_physical(unsigned int level, u64 entry)
{
	return v2p_arch_present_physical(v2p_arch_leaf_format(level), entry);
}

/* What the contiguous hint makes a page of; 0 where this level has none. */
static __always_inline unsigned int v2p_arch_contiguous_shift(unsigned int level)
{
	switch (level) {
	case V2P_LEVEL_PTE:
		return CONT_PTE_SHIFT;
	case V2P_LEVEL_PMD:
		return CONFIG_ARM64_CONT_PMD_SHIFT + V2P_ARCH_LEVEL_SHIFT(V2P_LEVEL_PMD);
	default:
		return 0;
	}
}

static __always_inline unsigned int v2p_arch_leaf_shift(unsigned int level, u64 entry)
{
	if (v2p_arch_contiguous_shift(level) && entry & PTE_CONT)
		return v2p_arch_contiguous_shift(level);
	return v2p_arch_level_shift(level);
}

/* All entries of a contiguous page have their own address. */
static __always_inline unsigned int v2p_arch_leaf_own_shift(unsigned int level, u64 entry)
{
	return v2p_arch_level_shift(level);
}

static __always_inline unsigned int v2p_arch_leaf_own_shift_most(unsigned int level)
{
	return v2p_arch_level_shift(level);
}

static __always_inline u64 v2p_arch_leaf_next(unsigned int level, u64 entry)
{
	const u64 next = entry + BIT_ULL(v2p_arch_level_shift(level));

	/* With LPA2, what is carried out of bit 49 would have to go elsewhere. */
	if (IS_ENABLED(CONFIG_ARM64_PA_BITS_52) && (next ^ entry) & ~v2p_arch_low_bits)
		return 0;
	/* Else the last frame is no memory. */
	return next;
}

static __always_inline bool v2p_arch_same_attrs(struct v2p_arch_leaf_format format, u64 entry,
						u64 change)
{
	return !(change & ~(format.low | format.high));
}

/*
 * Hardware and the kernel set the access flag; the kernel marks as dirty what may not be written
 * to by PTE_DIRTY; and of what may (PTE_DBM), the hardware, or the kernel in its place, clears
 * PTE_RDONLY when it is written to.
 */
static __always_inline bool v2p_arch_same_but_ad(struct v2p_arch_leaf_format format, u64 entry,
						 u64 change)
{
	const u64 rdonly = entry & PTE_DBM ? PTE_RDONLY : 0;

	return !(change & ~(format.low | format.high | PTE_AF | PTE_DIRTY | rdonly));
}

/*
 * What an entry of a table takes away of the rights below: bits 62 and 61 are APTable. Linux
 * sets PXNTable in a process's tables, and UXNTable in the kernel's, of which user mode can use
 * nothing. AF is none that tells of use, but on processors with FEAT_HAFT.
 */
static inline u32 v2p_arch_table_flags(u64 entry)
{
	u32 flags = V2P_FLAG_PRESENT;

	if (!(entry & BIT_ULL(62)))
		flags |= V2P_FLAG_WRITE;
	if (!(entry & (BIT_ULL(61) | PMD_TABLE_UXN)))
		flags |= V2P_FLAG_USER;
	if (~entry & (PMD_TABLE_PXN | PMD_TABLE_UXN))
		flags |= V2P_FLAG_EXEC;
	return flags;
}

static inline u32 v2p_arch_leaf_flags(unsigned int level, u64 entry)
{
	const pte_t pte = __pte(entry);
	u32 flags = v2p_arch_ad_flags(entry);

	if (pte_uffd(pte))
		flags |= V2P_FLAG_UFFD_WP;
	if (pte_special(pte))
		flags |= V2P_FLAG_SPECIAL;
	if (entry & PTE_CONT)
		flags |= V2P_FLAG_CONTIGUOUS;
	/* PROT_NONE and NUMA hinting: the VMA has the rights, not the entry. */
	if (!v2p_arch_entry_present(entry))
		return pte_has_protnone(pte) ? flags | V2P_FLAG_PROTNONE : flags;

	flags |= V2P_FLAG_PRESENT;
	if (entry & PTE_DBM || !(entry & PTE_RDONLY))
		flags |= V2P_FLAG_WRITE;
	/* What user mode may only execute lacks PTE_USER. All of the kernel's has PTE_UXN. */
	if (entry & PTE_USER || !(entry & PTE_UXN))
		flags |= V2P_FLAG_USER;
	if (~entry & (PTE_PXN | PTE_UXN))
		flags |= V2P_FLAG_EXEC;
	if (!(entry & PTE_NG))
		flags |= V2P_FLAG_GLOBAL;
	return flags;
}

static inline u8 v2p_arch_leaf_memory_type(unsigned int level, u64 entry)
{
	return v2p_arch_memory_types[(entry & PTE_ATTRINDX_MASK) >> 2];
}

/* Permission overlays (FEAT_S1POE); the bits are the hypervisor's to define without. */
static inline u8 v2p_arch_leaf_protection_key(u64 entry)
{
#ifdef PTE_PO_IDX_MASK
	if (system_supports_poe())
		return (entry & PTE_PO_IDX_MASK) >> 60;
#endif
	return 0;
}

static inline pte_t v2p_arch_softleaf_pte(u64 entry)
{
	/* Swap entries have the same encoding on all levels. */
	return __pte(entry);
}

static __always_inline unsigned int v2p_arch_softleaf_block_shift(unsigned int level)
{
	if (!v2p_arch_contiguous_shift(level))
		return 0;
	return v2p_arch_contiguous_shift(level) - v2p_arch_level_shift(level);
}

#endif /* V2P_ARCH_ARM64_H */
