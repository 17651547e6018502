/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernels on which v2p_arch_hold_tables() does not keep page tables from being freed or
 * reused. It can be relied on where they are freed after an IPI to the CPUs in
 * mm_cpumask() or an RCU grace period (tlb_remove_table()), and where who reuses a table
 * that was not freed first sends an IPI to all CPUs (tlb_remove_table_sync_one()).
 */
#ifndef V2P_COMPAT_ASM_MMU_CONTEXT_H
#define V2P_COMPAT_ASM_MMU_CONTEXT_H

#include <linux/mm_types.h>
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

#endif /* V2P_COMPAT_ASM_MMU_CONTEXT_H */
