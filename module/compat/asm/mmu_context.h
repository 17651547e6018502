/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose page tables stay while interrupts are off.
 *
 * From 6.15 on, x86 frees page tables after an RCU grace period. Before, it frees
 * them when the CPUs in the mm's cpumask have answered the interrupt that flushes
 * their TLBs: a CPU that reads another process's tables has to be among them. It
 * then flushes nothing, as the mm is not the one that it has loaded. But whoever
 * flushes the process's TLBs meanwhile may wait for it, even where no table is freed:
 * of flushes of that kind, some of these kernels spare the CPUs without the mm.
 */
#ifndef V2P_COMPAT_ASM_MMU_CONTEXT_H
#define V2P_COMPAT_ASM_MMU_CONTEXT_H

#include <linux/cpumask.h>
#include <linux/mm_types.h>
#include <linux/smp.h>
#include <linux/version.h>
#include_next <asm/mmu_context.h>

#ifndef CONFIG_MMU_GATHER_RCU_TABLE_FREE
/* Some tables are then freed without a word to the CPUs that do not run the process. */
#error "v2p: this kernel frees page tables that are read; x86 before 6.15 needs CONFIG_PARAVIRT"
#endif

#if defined(CONFIG_X86) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)

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

static inline bool hold_page_tables(struct mm_struct *mm)
{
	return false;
}

static inline void release_page_tables(struct mm_struct *mm, bool held)
{
}

#endif

#endif /* V2P_COMPAT_ASM_MMU_CONTEXT_H */
