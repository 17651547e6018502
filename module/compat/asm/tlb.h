/* SPDX-License-Identifier: GPL-2.0 */
/* Included for its macros that tell how page tables are freed. Nothing in it is called. */
#ifndef V2P_COMPAT_ASM_TLB_H
#define V2P_COMPAT_ASM_TLB_H

#include <linux/mm_types.h>

#ifdef CONFIG_X86
/* Not declared for modules, but an inline function of this header calls it. */
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start, unsigned long end,
			unsigned int stride_shift, bool freed_tables);
#endif

#include_next <asm/tlb.h>

#endif /* V2P_COMPAT_ASM_TLB_H */
