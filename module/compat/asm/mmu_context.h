/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which page tables are not freed while interrupts are off on this CPU.
 *
 * Before 6.15, x86 frees page tables once the CPUs in mm_cpumask() have answered the
 * TLB flush IPI (tlb_flush_mmu_tlbonly(), then tlb_remove_table()): a CPU that walks the
 * tables of another process has to be in that mask. From 6.15 on tables are freed after
 * an RCU grace period, and who reuses one that was not freed first sends an IPI to all
 * CPUs (tlb_remove_table_sync_one(), in a collapse). The mask is then one more reason
 * for flushes that go with freed tables to interrupt this CPU.
 *
 * Joining the mask does no harm on any of these kernels. The CPU flushes nothing for an
 * mm that it has not loaded, and leaves the mask if it is still in it; from 6.14 on,
 * flushes that free no tables spare it. Broadcast flushes (INVLPGB) depend on which CPUs
 * have loaded the mm, not on the mask. But who flushes the TLBs of the process in the
 * meantime may have to wait for this CPU.
 */
#ifndef V2P_COMPAT_ASM_MMU_CONTEXT_H
#define V2P_COMPAT_ASM_MMU_CONTEXT_H

#include <linux/cpumask.h>
#include <linux/mm_types.h>
#include <linux/smp.h>
#include <linux/version.h>
#include <asm/tlb.h>
#include_next <asm/mmu_context.h>

#ifndef CONFIG_MMU_GATHER_RCU_TABLE_FREE
/* Some tables are then freed with no IPI to CPUs that do not run the process. */
#error "v2p: this kernel may free tables that are walked; x86 before 6.15 needs CONFIG_PARAVIRT"
#endif

/*
 * Kernels that no longer send the IPI of tlb_remove_table_sync_one() to all CPUs: to none
 * where a TLB flush has sent one already (this macro), or only to CPUs that have
 * announced a lockless walk (tlb_remove_table_sync_mm(), which the enum clashes with).
 * Being in mm_cpumask() may be enough for the former, but that has to be verified first.
 */
#ifdef tlb_table_flush_implies_ipi_broadcast
#error "v2p: this kernel may reuse page tables while they are walked"
#endif
enum { tlb_remove_table_sync_mm };

#ifdef CONFIG_X86

/* Returns what to pass to release_page_tables(). */
static inline bool hold_page_tables(struct mm_struct *mm)
{
	/* A full barrier: no table is read before this CPU is in the mask. */
	return !cpumask_test_and_set_cpu(smp_processor_id(), mm_cpumask(mm));
}

static inline void release_page_tables(struct mm_struct *mm, bool held)
{
	if (held)
		cpumask_clear_cpu(smp_processor_id(), mm_cpumask(mm));
}

#else
#error "v2p does not know how this architecture frees page tables"
#endif

#endif /* V2P_COMPAT_ASM_MMU_CONTEXT_H */
