/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's own word on what backs a process's address. */
#ifndef PAGEMAP_H
#define PAGEMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sizes.h"

#define PM_PRESENT	(UINT64_C(1) << 63)
#define PM_SWAP		(UINT64_C(1) << 62)
#define PM_UFFD_WP	(UINT64_C(1) << 57)
#define PM_SOFT_DIRTY	(UINT64_C(1) << 55)
#define PM_FRAME	((UINT64_C(1) << 55) - 1)

/* The bits that say where a page is. */
#define PM_PLACE	(PM_PRESENT | PM_SWAP | PM_FRAME)

static inline uint8_t pm_swap_type(uint64_t entry)
{
	return entry & 0x1f;
}

static inline uint64_t pm_swap_offset(uint64_t entry)
{
	return (entry & PM_FRAME) >> 5;
}

int pagemap_open(pid_t pid);

/* Reads the entries of count pages; false if not all could be had. */
bool pagemap_read(int fd, uint64_t address, uint64_t *entries, size_t count);

/* One entry; 0 where pagemap knows nothing. */
uint64_t pagemap_entry(int fd, const volatile void *address);

#endif /* PAGEMAP_H */
