// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "../../module/changing.h"
#include "fake-tables.h"

struct fake_arch fake;
const struct fake_arch fake_arches[FAKE_ARCHES] = {
	{ "x86-64, five levels", 12, 12, 0, false, false, { 9, 9, 9, 9, 9 } },
	{ "x86-64, four levels", 12, 12, 0, false, false, { 9, 9, 9, 0, 9 } },
	{ "Sv57", 12, 10, FAKE_NAPOT, false, true, { 9, 9, 9, 9, 9 } },
	{ "Sv48", 12, 10, FAKE_NAPOT, false, true, { 9, 9, 9, 0, 9 } },
	{ "Sv39, three levels", 12, 10, FAKE_NAPOT, false, true, { 9, 9, 0, 0, 9 } },
	{ "16K pages, three levels", 14, 14, FAKE_CONT, true, false, { 11, 11, 0, 0, 11 } },
	{ "64K pages, three levels", 16, 16, FAKE_CONT, true, false, { 13, 13, 0, 0, 6 } },
	{ "64K pages, two levels", 16, 16, FAKE_CONT, true, false, { 13, 0, 0, 0, 13 } },
	{ "4K pages, a top level of 16", 12, 12, FAKE_CONT, true, true, { 9, 9, 9, 9, 4 } },
};
char fake_memory[1 << 26] __attribute__((aligned(1 << 16)));
uint64_t fake_kernel_root;
const char *fake_gone;
bool fake_nofault;
uint64_t fake_now;
bool fake_changing;
unsigned int fake_reads, fake_most_reads;
void (*fake_other_processor)(void);

bool v2p_change_watch_begin(struct v2p_change_watch *watch, struct mm_struct *mm,
			    unsigned int level, const u64 *entryp, u64 parent_val)
{
	(void)watch;
	(void)mm;
	(void)level;
	(void)entryp;
	(void)parent_val;
	return fake_changing;
}

bool v2p_change_watch_end(const struct v2p_change_watch *watch)
{
	(void)watch;
	return true;
}

bool v2p_arch_level_folded(unsigned int level)
{
	return !fake.bits[level];
}

struct page pages[MAX_PAGES];
unsigned int page_count;
u64 memory_used;

u64 any(u64 below)
{
	return ((u64)random() << 31 ^ (u64)random()) % below;
}

u64 new_table(unsigned int level)
{
	const u64 page = BIT_ULL(fake.page_shift);
	u64 table = memory_used;

	memory_used += (sizeof(u64) << fake.bits[level]) + page - 1;
	memory_used -= memory_used % page;
	assert(memory_used <= sizeof(fake_memory));
	memset(fake_memory + table, 0, memory_used - table);
	return table;
}

u64 only_table(void)
{
	memory_used = BIT_ULL(fake.page_shift);
	return new_table(V2P_LEVEL_PGD);
}

struct v2p_aspace fake_process(struct mm_struct *mm)
{
	mm->pgd = __va(only_table());
	return (struct v2p_aspace) {
		.kind = V2P_ASPACE_PROCESS, .mm = mm, .root = mm->pgd,
		.last = v2p_arch_user_last(),
	};
}

unsigned int span(unsigned int level)
{
	return v2p_arch_level_shift(level);
}

u64 entry_index(unsigned int level, u64 virtual)
{
	return virtual >> span(level) & (BIT_ULL(fake.bits[level]) - 1);
}

void set_entry(u64 root, unsigned int level, u64 virtual, u64 entry)
{
	unsigned int at = V2P_LEVEL_PGD;
	u64 *table = __va(root);

	for (;;) {
		u64 *slot = table + entry_index(at, virtual);
		unsigned int below = at;

		if (at == level) {
			*slot = entry;
			return;
		}
		do
			below--;
		while (!fake.bits[below]);
		if (!*slot)
			*slot = new_table(below) >> fake.page_shift << fake.pfn_bit | FAKE_PRESENT;
		table = __va(*slot >> fake.pfn_bit << fake.page_shift);
		at = below;
	}
}

void map_entry(u64 root, struct page page)
{
	set_entry(root, page.level, page.virtual, page.entry);
	pages[page_count++] = page;
}

u64 frame(u64 physical)
{
	return physical >> fake.page_shift << fake.pfn_bit;
}

u64 map_run(u64 root, u64 virtual, unsigned int level, unsigned int count, bool contiguous,
	    bool block)
{
	const u64 rights = FAKE_PRESENT | FAKE_LEAF | (any(2) ? FAKE_WRITE : 0);
	const u64 size = BIT_ULL(span(level));
	u64 physical = 0;
	unsigned int i;

	for (i = 0; i < count; i++, virtual += size) {
		const unsigned int shift = span(level) + (block ? 4 : 0);
		const u64 used = any(4) ? 0 : FAKE_ACCESSED | (any(2) ? FAKE_DIRTY : 0);
		struct page page = { .virtual = virtual, .level = level, .shift = shift };

		if (!i || (!contiguous && !(block && i % 16)))
			physical = (1 + any(1000)) << (shift < 34 ? 34 : shift);
		/* Where hardware sets such bits in an entry of 16, it may do so in any. */
		page.entry = rights | used | frame(physical) | (block ? fake.block : 0);
		if (block && fake.block == FAKE_NAPOT)
			page.entry = rights | FAKE_NAPOT |
				     frame(physical & -(16 * size)) | BIT_ULL(fake.pfn_bit + 3);
		page.physical = physical;
		page.flags = v2p_arch_leaf_flags(level, page.entry);
		map_entry(root, page);
		physical += size;
	}
	return virtual;
}

void map_half(u64 root, u64 first)
{
	const u64 last = first + v2p_arch_user_last();
	const unsigned int before = page_count;
	u64 virtual = first;
	unsigned int run;

	for (run = 0; run < 60; run++) {
		unsigned int level = V2P_LEVEL_PTE, count = 1 + any(40);
		bool block = fake.block && !any(4);
		u64 align;

		if (!any(4))
			do
				level = any(V2P_LEVEL_P4D);
			while (!fake.bits[level]);
		/* Where the top level stands for those below it, it may map pages. */
		if (!any(8) && span(V2P_LEVEL_PGD) < 40)
			level = V2P_LEVEL_PGD;
		block &= level == V2P_LEVEL_PTE || (fake.block == FAKE_CONT && span(level) < 30);
		if (level > V2P_LEVEL_PMD)
			count = 1 + any(block ? 30 : 3);
		else if (level == V2P_LEVEL_PTE && !any(4))
			count += 1 << fake.bits[level];
		if (block)
			count = (count + 15) & ~15U;

		switch (any(3)) {
		case 0:
			virtual += any(50) << fake.page_shift;
			break;
		case 1:
			virtual += any(1 << 20) << fake.page_shift;
			break;
		}
		align = BIT_ULL(span(level) + (block ? 4 : 0));
		virtual = (virtual + align - 1) & -align;
		if (virtual < first || virtual > last ||
		    last - virtual < ((u64)count + 1) << span(level))
			break;
		if (page_count + count + 2 > MAX_PAGES)
			break;
		virtual = map_run(root, virtual, level, count, any(2), block);
	}
	/* The very last page, which nothing may run past. */
	map_run(root, last - (BIT_ULL(fake.page_shift) - 1), V2P_LEVEL_PTE, 1, false, false);
	/* And one that is swapped out, if there is none in its place. */
	if (pages[before].virtual > first + BIT_ULL(fake.page_shift)) {
		struct page page = {
			.virtual = first, .entry = 77 << 6 | 5 << 1, .shift = fake.page_shift,
		};

		set_entry(root, V2P_LEVEL_PTE, first, page.entry);
		memmove(pages + before + 1, pages + before,
			(page_count++ - before) * sizeof(*pages));
		pages[before] = page;
	}
}

const struct page *page_of(u64 address)
{
	unsigned int begin = 0, end = page_count;

	while (begin < end) {
		const unsigned int middle = (begin + end) / 2;
		const struct page *page = &pages[middle];

		if (address < page->virtual)
			end = middle;
		else if (address - page->virtual < BIT_ULL(span(page->level)))
			return page;
		else
			begin = middle + 1;
	}
	return NULL;
}

bool mapped(const struct page *page)
{
	return page && page->entry & FAKE_PRESENT;
}
