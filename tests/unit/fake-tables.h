/* SPDX-License-Identifier: GPL-2.0 */
/* Page tables in the memory of fake-mm.h, and a list of what they map. */
#ifndef FAKE_TABLES_H
#define FAKE_TABLES_H

#include "fake-mm.h"

#include "../../module/aspace.h"

/* What one entry maps. */
struct page {
	u64 virtual;
	u64 entry;
	u64 physical;
	u32 flags;
	unsigned int level;
	unsigned int shift;	/* of the page, which may be of several entries */
};

#define MAX_PAGES	(1 << 17)

/* In the order of their addresses. */
extern struct page pages[MAX_PAGES];
extern unsigned int page_count;

/* Of fake_memory: the next table comes here. */
extern u64 memory_used;

/* Tables of several forms. */
#define FAKE_ARCHES	9
extern const struct fake_arch fake_arches[FAKE_ARCHES];

/* Is it in the kernel's half, where nothing that is not present means anything? */
static inline bool of_kernel(u64 address)
{
	return address >= v2p_arch_kernel_first();
}

/* A random number. */
u64 any(u64 below);

/* Returns the physical address of an empty table. */
u64 new_table(unsigned int level);

/*
 * Begin anew: there is nothing but an empty table of the top level, and nothing at all at
 * address 0. Returns its physical address.
 */
u64 only_table(void);

/* The same, for a process that has @mm. */
struct v2p_aspace fake_process(struct mm_struct *mm);

/* What an entry spans, as a power of two. */
unsigned int span(unsigned int level);

u64 entry_index(unsigned int level, u64 virtual);

/* Make the tables that lead to an entry, and set it. */
void set_entry(u64 root, unsigned int level, u64 virtual, u64 entry);

/* Somebody is changing whatever is none. */
extern bool fake_changing;

/* A physical address, as it stands in an entry. */
u64 frame(u64 physical);

/* Map a page, and add it to the list. */
void map_entry(u64 root, struct page page);

/*
 * Map a run of pages of one level and the same rights, or one of @block of 16 entries each,
 * and add them to the list. Returns the address after it.
 */
u64 map_run(u64 root, u64 virtual, unsigned int level, unsigned int count, bool contiguous,
	    bool block);

/* Fill some of the half that begins at @first, behind all that is on the list. */
void map_half(u64 root, u64 first);

/* Returns what an address is in; NULL if nothing is mapped there. */
const struct page *page_of(u64 address);

/* Is it a page, and not swapped out or NULL? */
bool mapped(const struct page *page);

#endif /* FAKE_TABLES_H */
