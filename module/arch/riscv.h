/* SPDX-License-Identifier: GPL-2.0 */
/*
 * RISC-V of 64 bits with three to five levels (Sv39, Sv48, Sv57), with pages of several entries
 * (Svnapot) and memory types (Svpbmt): The RISC-V Instruction Set Manual, volume II, chapters
 * Supervisor-Level ISA, Svnapot and Svpbmt.
 *
 * The kernel is the same for all of these: the machine decides when it boots.
 */
#ifndef V2P_ARCH_RISCV_H
#define V2P_ARCH_RISCV_H

#include <linux/bits.h>
#include <linux/mm_types.h>
#include <linux/pfn.h>
#include <linux/pgtable.h>
#include <linux/types.h>
#include <linux/uaccess.h>

#include <asm/csr.h>
#include <asm/mmu_context.h>

#include <uapi/linux/v2p.h>

#define V2P_ARCH_OWN_NOFAULT
#include "generic.h"

#define V2P_ARCH_NAME	"riscv64"
#define V2P_ARCH_TOP_LEVEL	V2P_LEVEL_PGD

/* The bit of an entry that says that it is one of several (N of Svnapot); 0 without these. */
extern u64 v2p_arch_napot_bit;

/* The bits of an entry that are a memory type, and two of their values; 0 without types. */
extern u64 v2p_arch_type_bits;
extern u64 v2p_arch_type_nocache;
extern u64 v2p_arch_type_io;

int v2p_arch_init(void);

struct v2p_region_range;

unsigned int v2p_arch_regions(struct v2p_region_range *ranges);

#define V2P_ARCH_AD_BITS	(_PAGE_ACCESSED | _PAGE_DIRTY)

/* Bits that a table decodes. */
#define V2P_ARCH_TABLE_BITS	(PMD_SHIFT - PAGE_SHIFT)

/* The frame number is this much higher in an address than in an entry. */
#define V2P_ARCH_ADDRESS_SHIFT	(PAGE_SHIFT - _PAGE_PFN_SHIFT)

/* As a power of two, what a page of several entries spans: no other size has been defined. */
#define V2P_ARCH_NAPOT_SHIFT	napot_cont_shift(NAPOT_CONT64KB_ORDER)

static inline unsigned int v2p_arch_virtual_bits(void)
{
	return PGDIR_SHIFT + V2P_ARCH_TABLE_BITS;
}

static inline unsigned int v2p_arch_physical_bits(void)
{
	/* The machine may have fewer, which nothing tells. */
	return 56;
}

/* Not TASK_SIZE_MAX: that is of the process that asks. */
static inline u64 v2p_arch_user_last(void)
{
	return BIT_ULL(v2p_arch_virtual_bits() - 1) - 1;
}

static inline u64 v2p_arch_kernel_first(void)
{
	return -BIT_ULL(v2p_arch_virtual_bits() - 1);
}

static __always_inline bool v2p_arch_level_folded(unsigned int level)
{
	switch (level) {
	case V2P_LEVEL_P4D:
		return !pgtable_l5_enabled;
	case V2P_LEVEL_PUD:
		return !pgtable_l4_enabled;
	default:
		return false;
	}
}

static __always_inline unsigned int v2p_arch_level_shift(unsigned int level)
{
	if (level == V2P_LEVEL_PGD)
		return PGDIR_SHIFT;
	return PAGE_SHIFT + level * V2P_ARCH_TABLE_BITS;
}

static __always_inline unsigned int v2p_arch_level_bits(unsigned int level)
{
	return V2P_ARCH_TABLE_BITS;
}

/* That of the process that asks, which has the entries of the kernel's half as well. */
static inline phys_addr_t v2p_arch_kernel_root(void)
{
	return PFN_PHYS(csr_read(CSR_SATP) & SATP_PPN);
}

/*
 * handle_page_fault() looks for a VMA behind any address, and may sleep for that, unless page
 * faults are disabled or the CPU is in an atomic context, which interrupts that are off do not
 * count for.
 */
static __always_inline void v2p_arch_nofault_begin(void)
{
	pagefault_disable();
}

static __always_inline void v2p_arch_nofault_end(void)
{
	pagefault_enable();
}

/*
 * As read in 6.12. riscv_tlb_remove_ptdesc(), which the tables of all levels are freed by, has
 * two ways, by how TLBs are flushed:
 *
 *  - By the firmware (SBI), which interrupts CPUs whether or not they have their interrupts off:
 *    tables are freed after an RCU grace period (tlb_remove_table()), to which a CPU with
 *    interrupts off is a reader.
 *  - By interrupts of the kernel's own (riscv_use_sbi_for_rfence() is false: with an IMSIC, for
 *    one): tables are freed with the pages of the process (tlb_remove_page_ptdesc()), once the
 *    CPUs in mm_cpumask() have answered (__flush_tlb_range()). A CPU that walks the tables of
 *    another process has to be in that mask.
 *
 * What is reused without being freed waits for an interrupt to all CPUs
 * (tlb_remove_table_sync_one()): in collapse_huge_page(), and where hugetlb's tables are
 * unshared. A collapse of shared memory frees by RCU (pte_free_defer()).
 *
 * Joining the mask does no harm. A CPU is put into it when it switches to the process
 * (switch_mm()), by itself; with ASIDs it stays there for good, else until it switches away.
 * What is sent to CPUs in the mask flushes TLBs by the process's ASID, of which this CPU has
 * nothing if it was not in the mask, or instruction caches (flush_icache_mm()). Who sends may
 * have to wait for this CPU.
 *
 * But the mask alone is not enough for all that the memory model allows. Setting the bit is a
 * full barrier; there is none between clearing an entry and reading the mask (free_pte_range(),
 * __flush_tlb_range()). A CPU that does both may not see this one in the mask, which does not
 * yet see the entry cleared, and then frees a table that is being read. What is read of it is
 * neither followed nor answered: before the table is used for anything else, a lock of the page
 * allocator has been released, and with that the entry is seen cleared by who sees the table
 * changed, and it is rechecked last. But its memory may leave the direct map (secretmem), so
 * that it has to be read without a fault: V2P_ARCH_TABLES_HELD.
 */
#define V2P_ARCH_TABLES_HELD	false

static __always_inline bool v2p_arch_entry_none(u64 entry)
{
	return !entry;
}

static __always_inline bool v2p_arch_entry_present(u64 entry)
{
	return entry & _PAGE_PRESENT;
}

static __always_inline bool v2p_arch_entry_table(u64 entry)
{
	return (entry & (_PAGE_PRESENT | _PAGE_LEAF)) == _PAGE_PRESENT;
}

static __always_inline bool v2p_arch_entry_leaf(unsigned int level, u64 entry)
{
	/*
	 * Also PROT_NONE, unlike pud_present(), and a huge page that pmdp_invalidate() has made
	 * not present, which swap entries and others are never like.
	 */
	return level == V2P_LEVEL_PTE ? pte_present(__pte(entry)) : pmd_present(__pmd(entry));
}

static __always_inline phys_addr_t v2p_arch_table_physical(u64 entry)
{
	return (entry & _PAGE_PFN_MASK) << V2P_ARCH_ADDRESS_SHIFT;
}

/**
 * struct v2p_arch_leaf_format - what the leaf entries of a level look like
 * @frame: the frame number, but for the part of it that is an offset in a page of that level
 * @napot: v2p_arch_napot_bit where the level has such pages, 0 elsewhere
 */
struct v2p_arch_leaf_format {
	u64 frame;
	u64 napot;
};

static __always_inline struct v2p_arch_leaf_format v2p_arch_leaf_format(unsigned int level)
{
	return (struct v2p_arch_leaf_format) {
		.frame = _PAGE_PFN_MASK &
			 -BIT_ULL(v2p_arch_level_shift(level) - V2P_ARCH_ADDRESS_SHIFT),
		.napot = level == V2P_LEVEL_PTE ? v2p_arch_napot_bit : 0,
	};
}

static __always_inline phys_addr_t
v2p_arch_present_physical(struct v2p_arch_leaf_format format, u64 entry)
{
	const phys_addr_t physical = (entry & format.frame) << V2P_ARCH_ADDRESS_SHIFT;

	/* The lowest bits of the frame number are the size of the page. */
	return entry & format.napot ? physical & -BIT_ULL(V2P_ARCH_NAPOT_SHIFT) : physical;
}

static __always_inline phys_addr_t v2p_arch_leaf_physical(unsigned int level, u64 entry)
{
	return v2p_arch_present_physical(v2p_arch_leaf_format(level), entry);
}

static __always_inline unsigned int v2p_arch_leaf_shift(unsigned int level, u64 entry)
{
	if (level == V2P_LEVEL_PTE && entry & v2p_arch_napot_bit)
		return V2P_ARCH_NAPOT_SHIFT;
	return v2p_arch_level_shift(level);
}

/* All entries of such a page have the same value. */
static __always_inline unsigned int v2p_arch_leaf_own_shift(unsigned int level, u64 entry)
{
	return v2p_arch_leaf_shift(level, entry);
}

static __always_inline unsigned int v2p_arch_leaf_own_shift_most(unsigned int level)
{
	return v2p_arch_leaf_own_shift(level, v2p_arch_napot_bit);
}

static __always_inline u64 v2p_arch_leaf_next(unsigned int level, u64 entry)
{
	if (level == V2P_LEVEL_PTE && entry & v2p_arch_napot_bit)
		return 0;
	/* The last page frame is no memory, so this cannot carry into other bits. */
	return entry + BIT_ULL(v2p_arch_level_shift(level) - V2P_ARCH_ADDRESS_SHIFT);
}

static __always_inline bool v2p_arch_same_attrs(struct v2p_arch_leaf_format format, u64 entry,
						u64 change)
{
	return !((change & ~format.frame) | (entry & format.napot));
}

static __always_inline bool v2p_arch_same_but_ad(struct v2p_arch_leaf_format format, u64 entry,
						 u64 change)
{
	return v2p_arch_same_attrs(format, entry, change & ~(u64)V2P_ARCH_AD_BITS);
}

/* An entry of a table takes nothing away of the rights below. */
static inline u32 v2p_arch_table_flags(u64 entry)
{
	return V2P_FLAG_PRESENT | V2P_FLAG_WRITE | V2P_FLAG_USER | V2P_FLAG_EXEC;
}

static inline u32 v2p_arch_leaf_flags(unsigned int level, u64 entry)
{
	const pte_t pte = __pte(entry);
	u32 flags = v2p_arch_ad_flags(entry);

	if (pte_uffd(pte))
		flags |= V2P_FLAG_UFFD_WP;
	if (pte_special(pte))
		flags |= V2P_FLAG_SPECIAL;
	if (level == V2P_LEVEL_PTE && entry & v2p_arch_napot_bit)
		flags |= V2P_FLAG_CONTIGUOUS;
	/* PROT_NONE and NUMA hinting: the VMA has the rights, not the entry. */
	if (!v2p_arch_entry_present(entry))
		return entry & _PAGE_PROT_NONE ? flags | V2P_FLAG_PROTNONE : flags;

	flags |= V2P_FLAG_PRESENT;
	if (pte_write(pte))
		flags |= V2P_FLAG_WRITE;
	if (pte_user(pte))
		flags |= V2P_FLAG_USER;
	if (pte_exec(pte))
		flags |= V2P_FLAG_EXEC;
	if (entry & _PAGE_GLOBAL)
		flags |= V2P_FLAG_GLOBAL;
	return flags;
}

/* Most entries leave the type to what is at the physical address. */
static inline u8 v2p_arch_leaf_memory_type(unsigned int level, u64 entry)
{
	const u64 type = entry & v2p_arch_type_bits;

	if (!type)
		return V2P_MEMORY_TYPE_UNSPECIFIED;
	if (type == v2p_arch_type_nocache)
		return V2P_MEMORY_TYPE_WC;
	return type == v2p_arch_type_io ? V2P_MEMORY_TYPE_DEVICE : V2P_MEMORY_TYPE_UNSPECIFIED;
}

static inline u8 v2p_arch_leaf_protection_key(u64 entry)
{
	return 0;
}

static inline pte_t v2p_arch_softleaf_pte(u64 entry)
{
	/* Swap entries have the same encoding on all levels. */
	return __pte(entry);
}

static __always_inline unsigned int v2p_arch_softleaf_block_shift(unsigned int level)
{
	return level == V2P_LEVEL_PTE ? NAPOT_CONT64KB_ORDER : 0;
}

#endif /* V2P_ARCH_RISCV_H */
