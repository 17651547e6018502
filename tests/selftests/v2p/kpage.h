/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's own word on a frame: /proc/kpageflags and its kin, and memory blocks. */
#ifndef KPAGE_H
#define KPAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "pagemap.h"

#define KPF_SLAB		(UINT64_C(1) << 7)
#define KPF_BUDDY		(UINT64_C(1) << 10)
#define KPF_ANON		(UINT64_C(1) << 12)
#define KPF_COMPOUND_HEAD	(UINT64_C(1) << 15)
#define KPF_COMPOUND_TAIL	(UINT64_C(1) << 16)
#define KPF_HUGE		(UINT64_C(1) << 17)
#define KPF_HWPOISON		(UINT64_C(1) << 19)
#define KPF_NOPAGE		(UINT64_C(1) << 20)
#define KPF_KSM			(UINT64_C(1) << 21)
#define KPF_THP			(UINT64_C(1) << 22)
#define KPF_OFFLINE		(UINT64_C(1) << 23)
#define KPF_ZERO_PAGE		(UINT64_C(1) << 24)
#define KPF_PGTABLE		(UINT64_C(1) << 26)
#define KPF_RESERVED		(UINT64_C(1) << 32)

/* Of a frame; false where the file has none for it, as beyond all memory. */
bool kpage_flags(uint64_t frame, uint64_t *flags);
bool kpage_count(uint64_t frame, uint64_t *count);

/* Bytes in a memory block, or 0 where the kernel has none. */
uint64_t block_size(void);

/* Whether there is such a block, and it is online; which node it is of, or -1. */
bool block_exists(unsigned long block);
bool block_is_online(unsigned long block);
int block_node(unsigned long block);

/* Switches it; false where the kernel does not. */
bool block_switch(unsigned long block, bool online);

#endif /* KPAGE_H */
