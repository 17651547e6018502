/* SPDX-License-Identifier: GPL-2.0 */
/* The sizes of pages. Who builds for a kernel whose small pages are not of 4 KiB says so. */
#ifndef SIZES_H
#define SIZES_H

#ifndef PAGE_SHIFT
#define PAGE_SHIFT	12
#endif
#define PAGE_SIZE	(1UL << PAGE_SHIFT)

/* Entries of a page table, which are as many as a huge page has small ones. */
#define PER_TABLE	(PAGE_SIZE / 8)
#define HUGE_SHIFT	(2 * PAGE_SHIFT - 3)
#define HUGE_SIZE	(1UL << HUGE_SHIFT)
/* The memory under so many tables: a gigabyte where pages are of 4 KiB. */
#define TABLES		512
#define TABLES_SIZE	(TABLES * HUGE_SIZE)
/* A gigabyte, which on most machines is a page, too. */
#define GIANT_SHIFT	30
#define GIANT_SIZE	(1UL << GIANT_SHIFT)

#endif /* SIZES_H */
