/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86-64 with four or five levels: Intel 64 and IA-32 Architectures Software
 * Developer's Manual, volume 3, chapters 5 (Paging) and 13.12 (Page Attribute Table).
 */
#ifndef V2P_ARCH_X86_H
#define V2P_ARCH_X86_H

#include <linux/bits.h>
#include <linux/mm_types.h>
#include <linux/pgtable.h>
#include <linux/types.h>

#include <asm/cpufeature.h>
#include <asm/mmu_context.h>
#include <asm/page.h>
#include <asm/processor.h>

#include <uapi/linux/v2p.h>

#define V2P_ARCH_OWN_ENCRYPTION
#define V2P_ARCH_OWN_USER_ROOT
#define V2P_ARCH_OWN_AD_FLAGS
#define V2P_ARCH_OWN_IOMMUS
/* Local APICs: Intel VT-d specification, "Handling Requests to Interrupt Address Range". */
#define V2P_ARCH_INTERRUPTS_FIRST	0xfee00000ULL
#define V2P_ARCH_INTERRUPTS_LAST	0xfeefffffULL
#include "generic.h"

#define V2P_ARCH_NAME	"x86_64"
#define V2P_ARCH_TOP_LEVEL	V2P_LEVEL_PGD

/* The enum v2p_memory_type of each entry of the PAT. */
extern u8 v2p_arch_memory_types[8];

/*
 * The bit of an entry that tells encrypted from shared memory (SME and SEV: set means
 * encrypted; TDX: set means shared), and its value in entries of memory that is not
 * encrypted. Both are 0 without memory encryption.
 */
extern u64 v2p_arch_encryption_bit;
extern u64 v2p_arch_decrypted;

int v2p_arch_init(void);

const struct v2p_iommu *v2p_arch_find_iommu(struct device *dev, u16 *source);

struct v2p_region_range;

unsigned int v2p_arch_regions(struct v2p_region_range *ranges);

#define V2P_ARCH_AD_BITS	(_PAGE_ACCESSED | _PAGE_DIRTY | _PAGE_SOFT_DIRTY)

static inline unsigned int v2p_arch_virtual_bits(void)
{
	return pgtable_l5_enabled() ? 57 : 48;
}

static inline unsigned int v2p_arch_physical_bits(void)
{
	return boot_cpu_data.x86_phys_bits;
}

static inline u64 v2p_arch_user_last(void)
{
	return TASK_SIZE_MAX - 1;
}

static inline u64 v2p_arch_kernel_first(void)
{
	return -BIT_ULL(v2p_arch_virtual_bits() - 1);
}

static inline bool v2p_arch_encrypted(u64 entry)
{
	return (entry & v2p_arch_encryption_bit) != v2p_arch_decrypted;
}

static inline bool v2p_arch_memory_encrypted(void)
{
	return v2p_arch_encryption_bit;
}

static __always_inline bool v2p_arch_level_folded(unsigned int level)
{
	return level == V2P_LEVEL_P4D && !pgtable_l5_enabled();
}

static __always_inline unsigned int v2p_arch_level_shift(unsigned int level)
{
	if (level == V2P_LEVEL_PGD)
		return PGDIR_SHIFT;
	return PAGE_SHIFT + level * (PMD_SHIFT - PAGE_SHIFT);
}

static __always_inline unsigned int v2p_arch_level_bits(unsigned int level)
{
	return PMD_SHIFT - PAGE_SHIFT;
}

static inline phys_addr_t v2p_arch_kernel_root(void)
{
	return read_cr3_pa();
}

/*
 * Page-table isolation: each process has two top-level tables, side by side. What is put
 * into the lower half of one goes into the other as well (__pti_set_user_pgtbl()), and
 * is taken out of it no later: all tables below are the same. In the upper half, that of
 * user mode has a few tables of the kernel's, and some like these, which last as long as
 * the machine runs; those of an LDT last as long as mm_users is held (map_ldt_struct()).
 */
static inline bool v2p_arch_has_user_root(void)
{
	return cpu_feature_enabled(X86_FEATURE_PTI);
}

static inline const u64 *v2p_arch_user_root(const struct mm_struct *mm)
{
	return (const u64 *)kernel_to_user_pgdp(mm->pgd);
}

/*
 * Before 6.15, page tables are freed once the CPUs in mm_cpumask() have answered the TLB
 * flush IPI (tlb_flush_mmu_tlbonly(), then tlb_remove_table()): a CPU that walks the
 * tables of another process has to be in that mask. From 6.15 on tables are freed after
 * an RCU grace period, and who reuses one that was not freed first sends an IPI to all
 * CPUs (tlb_remove_table_sync_one(), in a collapse). The mask is then one more reason
 * for flushes that go with freed tables to interrupt this CPU.
 *
 * Joining the mask does no harm on any of these kernels. The CPU flushes nothing for an
 * mm that it has not loaded, and leaves the mask if it is still in it; most flushes that
 * free no tables spare it from 6.14 on, and in the stable 6.1 and 6.12 that have
 * should_flush_tlb(), too. Broadcast flushes (INVLPGB) depend on which CPUs
 * have loaded the mm, not on the mask. But who flushes the TLBs of the process in the
 * meantime may have to wait for this CPU. v2p_arch_hold_tables() is that of generic.h.
 */
#define V2P_ARCH_TABLES_HELD	true

static __always_inline bool v2p_arch_entry_none(u64 entry)
{
	/* Ignores _PAGE_KNL_ERRATUM_MASK, which Xeon Phi may set in an empty entry. */
	return pte_none(native_make_pte(entry));
}

static __always_inline bool v2p_arch_entry_present(u64 entry)
{
	return entry & _PAGE_PRESENT;
}

static __always_inline bool v2p_arch_entry_table(u64 entry)
{
	return (entry & (_PAGE_PRESENT | _PAGE_PSE)) == _PAGE_PRESENT;
}

static __always_inline bool v2p_arch_entry_leaf(unsigned int level, u64 entry)
{
	switch (level) {
	case V2P_LEVEL_PTE:
		return pte_present(native_make_pte(entry));
	case V2P_LEVEL_PMD:
	case V2P_LEVEL_PUD:
		/*
		 * Unlike pud_present(), true also for PROT_NONE, and for a huge page
		 * that pmdp_invalidate() has made not present during a split.
		 */
		return pmd_present(native_make_pmd(entry));
	default:
		return false;
	}
}

static __always_inline phys_addr_t v2p_arch_table_physical(u64 entry)
{
	return pmd_val(native_make_pmd(entry)) & PTE_PFN_MASK;
}

static __always_inline phys_addr_t v2p_arch_leaf_physical(unsigned int level, u64 entry)
{
	switch (level) {
	case V2P_LEVEL_PTE:
		return PFN_PHYS(pte_pfn(native_make_pte(entry)));
	case V2P_LEVEL_PMD:
		return PFN_PHYS(pmd_pfn(native_make_pmd(entry)));
	default:
		return PFN_PHYS(pud_pfn(native_make_pud(entry)));
	}
}

/**
 * struct v2p_arch_leaf_format - what the present leaf entries of a level look like
 * @physical_bits: their bits that are a physical address
 */
struct v2p_arch_leaf_format {
	u64 physical_bits;
};

/* PTE_PFN_MASK is a variable with memory encryption. */
static __always_inline struct v2p_arch_leaf_format v2p_arch_leaf_format(unsigned int level)
{
	return (struct v2p_arch_leaf_format) {
		.physical_bits = PTE_PFN_MASK & ~(BIT_ULL(v2p_arch_level_shift(level)) - 1),
	};
}

static __always_inline phys_addr_t
v2p_arch_present_physical(struct v2p_arch_leaf_format format, u64 entry)
{
	/* Only entries that are not present are inverted against L1TF. */
	return entry & format.physical_bits;
}

static __always_inline unsigned int v2p_arch_leaf_shift(unsigned int level, u64 entry)
{
	return v2p_arch_level_shift(level);
}

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
	/* The last page frame is no memory, so this cannot carry into other bits. */
	return entry + BIT_ULL(v2p_arch_level_shift(level));
}

static __always_inline bool v2p_arch_same_attrs(struct v2p_arch_leaf_format format, u64 entry,
						u64 change)
{
	return !(change & ~format.physical_bits);
}

static __always_inline bool v2p_arch_same_but_ad(struct v2p_arch_leaf_format format, u64 entry,
						 u64 change)
{
	return !(change & ~(format.physical_bits | V2P_ARCH_AD_BITS));
}

/* @flag where the entry has @bit, without a branch: both are constants of one bit. */
static __always_inline u32 v2p_arch_flag(u64 entry, u64 bit, u32 flag)
{
	return bit > flag ? (entry & bit) / (bit / flag) : (entry & bit) * (flag / bit);
}

static inline u32 v2p_arch_ad_flags(u64 entry)
{
	u32 flags = v2p_arch_flag(entry, _PAGE_ACCESSED, V2P_FLAG_ACCESSED);

	if (pte_dirty(native_make_pte(entry)))
		flags |= V2P_FLAG_DIRTY;
	if (pte_soft_dirty(native_make_pte(entry)))
		flags |= V2P_FLAG_SOFT_DIRTY;
	return flags;
}

static inline u32 v2p_arch_rights(u64 entry)
{
	/* PROT_NONE and NUMA hinting: the VMA has the rights, not the entry. */
	if (!v2p_arch_entry_present(entry))
		return 0;
	return v2p_arch_flag(entry, _PAGE_PRESENT, V2P_FLAG_PRESENT) |
	       v2p_arch_flag(entry, _PAGE_RW, V2P_FLAG_WRITE) |
	       v2p_arch_flag(entry, _PAGE_USER, V2P_FLAG_USER) |
	       v2p_arch_flag(~entry, _PAGE_NX, V2P_FLAG_EXEC);
}

static inline u32 v2p_arch_table_flags(u64 entry)
{
	u32 flags = v2p_arch_rights(entry) |
		    v2p_arch_flag(entry, _PAGE_ACCESSED, V2P_FLAG_ACCESSED);

	if (v2p_arch_encrypted(entry))
		flags |= V2P_FLAG_ENCRYPTED;
	return flags;
}

static inline u32 v2p_arch_leaf_flags(unsigned int level, u64 entry)
{
	u32 flags = v2p_arch_table_flags(entry) | v2p_arch_ad_flags(entry);
	pte_t pte = native_make_pte(entry);

	if (pte_uffd(pte))
		flags |= V2P_FLAG_UFFD_WP;
	if (pte_special(pte))
		flags |= V2P_FLAG_SPECIAL;
	if (entry & _PAGE_GLOBAL)
		flags |= v2p_arch_entry_present(entry) ? V2P_FLAG_GLOBAL :
						     V2P_FLAG_PROTNONE;
	return flags;
}

static inline u8 v2p_arch_leaf_memory_type(unsigned int level, u64 entry)
{
	const unsigned int pat_bit = level == V2P_LEVEL_PTE ? _PAGE_BIT_PAT :
							      _PAGE_BIT_PAT_LARGE;

	return v2p_arch_memory_types[v2p_arch_flag(entry, _PAGE_PWT, BIT(0)) |
				     v2p_arch_flag(entry, _PAGE_PCD, BIT(1)) |
				     (entry >> pat_bit & 1) << 2];
}

/* The bits are free for software where the processor has no keys for user pages. */
static inline u8 v2p_arch_leaf_protection_key(u64 entry)
{
	if (!cpu_feature_enabled(X86_FEATURE_OSPKE))
		return 0;
	return (entry & _PAGE_PKEY_MASK) >> _PAGE_BIT_PKEY_BIT0;
}

static inline pte_t v2p_arch_softleaf_pte(u64 entry)
{
	/* Swap entries have the same encoding on all levels. */
	return native_make_pte(entry);
}

static __always_inline unsigned int v2p_arch_softleaf_block_shift(unsigned int level)
{
	return 0;
}

#endif /* V2P_ARCH_X86_H */
