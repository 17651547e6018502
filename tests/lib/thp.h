/* SPDX-License-Identifier: GPL-2.0 */
/* Transparent huge pages, which a real-time kernel is built without. */
#ifndef THP_H
#define THP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#define NO_THP "the kernel is built without TRANSPARENT_HUGEPAGE"

static inline bool has_thp(void)
{
	return !access("/sys/kernel/mm/transparent_hugepage", F_OK);
}

/* No huge page is to come into an area. 0, or -1 as from madvise(). */
static inline int keep_small(void *area, size_t size)
{
	return has_thp() ? madvise(area, size, MADV_NOHUGEPAGE) : 0;
}

#endif /* THP_H */
