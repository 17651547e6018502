/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose page tables stay while interrupts are off.
 *
 * Before 6.15, x86 frees page tables when the CPUs in the mm's cpumask have answered the
 * interrupt that flushes their TLBs: a CPU that reads another process's tables has to be
 * among them. From then on it frees them after an RCU grace period, and what is used
 * again without being freed first interrupts all CPUs (tlb_remove_table_sync_one(), in a
 * collapse). Being in the mask is then one more reason for a flush that goes with freed
 * tables to come by here.
 *
 * It does no harm, on any of these kernels. The CPU flushes nothing, as the mm is not the
 * one that it has loaded, and takes itself out of the mask if it is still in there; from
 * 6.14 on, flushes without freed tables spare it. Those that are broadcast (INVLPGB) ask
 * which CPUs have the mm loaded, not which are in the mask. But whoever flushes the
 * process's TLBs meanwhile may wait for it.
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
/* Some tables are then freed without a word to the CPUs that do not run the process. */
#error "v2p: this kernel frees page tables that are read; x86 before 6.15 needs CONFIG_PARAVIRT"
#endif

/*
 * A kernel that leaves CPUs out of the interrupt before a table is used again: all, where
 * a flush of TLBs has been sent already, or those that have not said that they walk. To
 * be in the mask may be enough for the former, but somebody has to look first. The latter
 * declares a function of this name, with which this one clashes.
 */
#ifdef tlb_table_flush_implies_ipi_broadcast
#error "v2p: this kernel may use page tables again while they are being read"
#endif
enum { tlb_remove_table_sync_mm };

#ifdef CONFIG_X86

/* Returns what release_page_tables() wants to know. */
static inline bool hold_page_tables(struct mm_struct *mm)
{
	/* A full barrier: in the mask first, then the tables. */
	return !cpumask_test_and_set_cpu(smp_processor_id(), mm_cpumask(mm));
}

static inline void release_page_tables(struct mm_struct *mm, bool held)
{
	if (held)
		cpumask_clear_cpu(smp_processor_id(), mm_cpumask(mm));
}

#else
#error "v2p: does not know how this processor's page tables are freed"
#endif

#endif /* V2P_COMPAT_ASM_MMU_CONTEXT_H */
