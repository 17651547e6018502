/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86-64, with four or five levels. Numbers of bits and tables are those of the
 * Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3,
 * chapters 5 (Paging) and 13.12 (Page Attribute Table).
 */
#ifndef V2P_ARCH_X86_H
#define V2P_ARCH_X86_H

#include <linux/bits.h>
#include <linux/pgtable.h>
#include <linux/types.h>

#include <asm/processor.h>

#include <uapi/linux/v2p.h>

#define ARCH_NAME	"x86_64"
#define ARCH_TOP_LEVEL	V2P_LEVEL_PGD

/* Memory type of each of the eight entries of the page attribute table. */
extern u32 arch_memory_types[8];

/* The bit that says whether a page is encrypted, and what it is if not; 0 without any. */
extern u64 arch_encryption_bit;
extern u64 arch_decrypted;

int arch_init(void);

/* Bits that the hardware or the kernel sets as a page is used. */
#define ARCH_TOUCHED_BITS	(_PAGE_ACCESSED | _PAGE_DIRTY | _PAGE_SOFT_DIRTY)

static inline unsigned int arch_virtual_bits(void)
{
	return pgtable_l5_enabled() ? 57 : 48;
}

static inline unsigned int arch_physical_bits(void)
{
	return boot_cpu_data.x86_phys_bits;
}

static inline bool arch_encrypted(u64 entry)
{
	return (entry & arch_encryption_bit) != arch_decrypted;
}

static inline bool arch_memory_encrypted(void)
{
	return arch_encryption_bit;
}

static __always_inline bool arch_level_folded(unsigned int level)
{
	return level == V2P_LEVEL_P4D && !pgtable_l5_enabled();
}

static __always_inline unsigned int arch_level_shift(unsigned int level)
{
	if (level == V2P_LEVEL_PGD)
		return PGDIR_SHIFT;
	return PAGE_SHIFT + level * (PMD_SHIFT - PAGE_SHIFT);
}

static __always_inline unsigned int arch_level_bits(unsigned int level)
{
	return PMD_SHIFT - PAGE_SHIFT;
}

static inline phys_addr_t arch_kernel_root(void)
{
	return read_cr3_pa();
}

static __always_inline bool arch_entry_none(u64 entry)
{
	/* Leaves out the bits that an erratum sets in empty entries. */
	return pte_none(native_make_pte(entry));
}

static __always_inline bool arch_entry_present(u64 entry)
{
	return entry & _PAGE_PRESENT;
}

static __always_inline bool arch_entry_table(u64 entry)
{
	return (entry & (_PAGE_PRESENT | _PAGE_PSE)) == _PAGE_PRESENT;
}

static __always_inline bool arch_entry_leaf(unsigned int level, u64 entry)
{
	switch (level) {
	case V2P_LEVEL_PTE:
		return pte_present(native_make_pte(entry));
	case V2P_LEVEL_PMD:
	case V2P_LEVEL_PUD:
		/*
		 * Also true for a huge page whose access is switched off, or which
		 * is in the middle of being split; pud_present() is not.
		 */
		return pmd_present(native_make_pmd(entry));
	default:
		return false;
	}
}

static __always_inline phys_addr_t arch_table_physical(u64 entry)
{
	return pmd_val(native_make_pmd(entry)) & PTE_PFN_MASK;
}

static __always_inline phys_addr_t arch_leaf_physical(unsigned int level, u64 entry)
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

static __always_inline phys_addr_t arch_present_physical(unsigned int level,
							 u64 entry)
{
	/* Nothing to be inverted back. */
	if (level == V2P_LEVEL_PTE)
		return pte_val(native_make_pte(entry)) & PTE_PFN_MASK;
	return arch_leaf_physical(level, entry);
}

static inline unsigned int arch_leaf_shift(unsigned int level, u64 entry)
{
	return arch_level_shift(level);
}

static __always_inline u64 arch_leaf_physical_bits(unsigned int level)
{
	return PTE_PFN_MASK & ~(BIT_ULL(arch_level_shift(level)) - 1);
}

static __always_inline u64 arch_leaf_next(unsigned int level, u64 entry)
{
	/* No memory reaches up to where this would change another bit. */
	return entry + BIT_ULL(arch_level_shift(level));
}

static inline u32 arch_touched_flags(u64 entry)
{
	u32 flags = 0;

	if (entry & _PAGE_ACCESSED)
		flags |= V2P_FLAG_ACCESSED;
	if (pte_dirty(native_make_pte(entry)))
		flags |= V2P_FLAG_DIRTY;
	if (pte_soft_dirty(native_make_pte(entry)))
		flags |= V2P_FLAG_SOFT_DIRTY;
	return flags;
}

static inline u32 arch_rights(u64 entry)
{
	u32 flags = 0;

	/* A page whose access is switched off keeps its rights elsewhere. */
	if (!arch_entry_present(entry))
		return 0;
	flags |= V2P_FLAG_PRESENT;
	if (entry & _PAGE_RW)
		flags |= V2P_FLAG_WRITE;
	if (entry & _PAGE_USER)
		flags |= V2P_FLAG_USER;
	if (!(entry & _PAGE_NX))
		flags |= V2P_FLAG_EXEC;
	return flags;
}

static inline u32 arch_table_flags(u64 entry)
{
	u32 flags = arch_rights(entry);

	if (entry & _PAGE_ACCESSED)
		flags |= V2P_FLAG_ACCESSED;
	if (arch_encrypted(entry))
		flags |= V2P_FLAG_ENCRYPTED;
	return flags;
}

static inline u32 arch_leaf_flags(unsigned int level, u64 entry)
{
	u32 flags = arch_table_flags(entry) | arch_touched_flags(entry);
	pte_t pte = native_make_pte(entry);
	unsigned int type = 0;

	if (pte_uffd(pte))
		flags |= V2P_FLAG_UFFD_WP;
	if (pte_special(pte))
		flags |= V2P_FLAG_SPECIAL;
	if (entry & _PAGE_GLOBAL)
		flags |= arch_entry_present(entry) ? V2P_FLAG_GLOBAL :
						     V2P_FLAG_PROTNONE;

	if (entry & _PAGE_PWT)
		type |= BIT(0);
	if (entry & _PAGE_PCD)
		type |= BIT(1);
	if (entry & (level == V2P_LEVEL_PTE ? _PAGE_PAT : _PAGE_PAT_LARGE))
		type |= BIT(2);
	return flags | arch_memory_types[type];
}

static inline pte_t arch_soft_pte(u64 entry)
{
	/* Huge entries that are not present are encoded as small ones are. */
	return native_make_pte(entry);
}

#endif /* V2P_ARCH_X86_H */
