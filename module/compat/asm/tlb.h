/* SPDX-License-Identifier: GPL-2.0 */
/* For what it says of how page tables are freed. Nothing of it is called. */
#ifndef V2P_COMPAT_ASM_TLB_H
#define V2P_COMPAT_ASM_TLB_H

#include <linux/mm_types.h>

#ifdef CONFIG_X86
/* Which is hidden from modules, but not the inline function that calls it. */
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start, unsigned long end,
			unsigned int stride_shift, bool freed_tables);
#endif

#include_next <asm/tlb.h>

#endif /* V2P_COMPAT_ASM_TLB_H */
