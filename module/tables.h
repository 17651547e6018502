/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads page tables without a lock, in stretches with interrupts off, as the
 * kernel's own get_user_pages_fast() does (mm/gup.c): a page table that somebody
 * takes out of the tree meanwhile is not freed before the stretch ends. A process
 * is not made to wait for anything but that, and that only in a flush of its TLBs (see
 * asm/mmu_context.h for how).
 *
 * A table may also be taken out of the tree and used again elsewhere (a collapse
 * and a later split, mremap()). So what was read counts only if the whole way to
 * it is, after that, still as it was walked. And an entry of a process is followed to
 * the table that it holds only if the table that it was read from hung, after that, in
 * its place: not all that it hangs in hold a table that processes share (hugetlb), and
 * should any other be used again too early, it is not followed either.
 *
 * The kernel's own tables are freed under a lock that modules cannot take. They
 * are read such that memory which has gone gives no entry instead of a fault.
 */
#ifndef V2P_TABLES_H
#define V2P_TABLES_H

#include <linux/irqflags.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include <asm/mmu_context.h>

#include "arch/arch.h"
#include "entry.h"
#include "path.h"
#include "space.h"

/*
 * What is done at most without a chance for an interrupt: so many addresses, if
 * they share a table of the lowest level. Each way down to such a table takes the
 * place of so many addresses more, which leaves 64 if they are scattered.
 */
#define STRETCH		PTRS_PER_PTE
#define DESCENT		(STRETCH / 64 - 1U)

/**
 * struct table - a page table, and what it hangs in
 * @entries: the table
 * @above: the entry that holds it
 * @above_entry: its value
 */
struct table {
	const u64 *entries;
	const u64 *above;
	u64 above_entry;
};

/**
 * struct cursor - tables on the way to the last address, good for others, too
 * @tables: by level, without the lowest
 * @spans: addresses that each is for, without the bits that it decodes, and those
 *	below them; NO_SPAN where it is not known
 *
 * Good for one stretch. To be declared __uninitialized: begin_stretch() sets what is
 * known, and a kernel that zeroes its stack would spend as much on it as on a walk.
 */
struct cursor {
	struct table tables[__V2P_LEVEL_MAX];
	u64 spans[__V2P_LEVEL_MAX];
};

#define NO_SPAN	U64_MAX

/**
 * struct found - an entry above the lowest level that holds no table
 * @entry: its value
 * @at: where it stands
 * @level: its level
 */
struct found {
	u64 entry;
	const u64 *at;
	unsigned int level;
};

enum outcome {
	OUTCOME_ENTRY,	/* the walk ends above the lowest level */
	OUTCOME_TABLE,	/* there is a table to go on with */
	OUTCOME_RETRY,	/* a table was taken out of the tree meanwhile */
};

/*
 * A table of the kernel may have been freed, or even unplugged; one of a process
 * stays until the stretch ends.
 */
static __always_inline u64 read_entry(bool kernel, const u64 *at)
{
	u64 entry;

	if (!kernel)
		return READ_ONCE(*at);
	return get_kernel_nofault(entry, at) ? 0 : entry;
}

/* The bits of an address that are decoded above a table. */
static __always_inline u64 span_of(unsigned int level, u64 address)
{
	return address >> (arch_level_shift(level) + arch_level_bits(level));
}

static __always_inline void forget_below(struct cursor *cursor, unsigned int level)
{
	while (--level > V2P_LEVEL_PTE)
		cursor->spans[level] = NO_SPAN;
}

/**
 * struct stretch - a time with interrupts off, in which tables stay
 * @irqflags: for their return
 * @held: for release_page_tables()
 */
struct stretch {
	unsigned long irqflags;
	bool held;
};

static __always_inline struct stretch begin_stretch(const struct space *space,
						    struct cursor *cursor)
{
	struct table *root = &cursor->tables[ARCH_TOP_LEVEL];
	struct stretch stretch = {};

	local_irq_save(stretch.irqflags);
	if (space->mm) {
		stretch.held = hold_page_tables(space->mm);
		root->entries = (const u64 *)space->mm->pgd;
	} else {
		root->entries = __va(arch_kernel_root());
	}
	forget_below(cursor, ARCH_TOP_LEVEL);
	return stretch;
}

/* Gives way. Returns an error where there is no going on. */
static __always_inline int end_stretch(const struct space *space,
				       struct stretch stretch)
{
	if (space->mm)
		release_page_tables(space->mm, stretch.held);
	local_irq_restore(stretch.irqflags);
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

/* Where the entry for an address stands in a table. */
static __always_inline const u64 *entry_at(const u64 *entries, unsigned int level,
					   u64 address)
{
	return entries + offset_in(address >> arch_level_shift(level),
				   arch_level_bits(level));
}

/* Returns false where the table that an entry holds is not there. */
static __always_inline bool find_table(struct table *table, bool kernel,
				       const u64 *above, u64 above_entry)
{
	phys_addr_t physical = arch_table_physical(above_entry);

	if (kernel && !pfn_to_online_page(PHYS_PFN(physical)))
		return false;
	*table = (struct table) {
		.entries = __va(physical),
		.above = above,
		.above_entry = above_entry,
	};
	return true;
}

/* Is a table still where it was found? To be asked after its entries were read. */
static __always_inline bool hangs_there(const struct table *table, bool kernel)
{
	/*
	 * The entries first, then where they hang. Whoever takes a table away clears
	 * the entry above it before it becomes anything else.
	 */
	smp_rmb();
	return likely(read_entry(kernel, table->above) == table->above_entry);
}

/* The same for one of the cursor's tables, and those above it. */
static __always_inline bool in_place(const struct cursor *cursor, bool kernel,
				     unsigned int level)
{
	_Pragma("GCC unroll 4")
	for (; level < ARCH_TOP_LEVEL; level++)
		if (!arch_level_folded(level) &&
		    !hangs_there(&cursor->tables[level], kernel))
			return false;
	return true;
}

/*
 * The same for all tables that something was read through, but for those of the lowest
 * level. To be asked at the end of a stretch: a table that the cursor leaves before is
 * looked at then.
 */
static __always_inline bool parents_in_place(const struct cursor *cursor, bool kernel)
{
	return cursor->spans[V2P_LEVEL_PMD] == NO_SPAN ||
	       in_place(cursor, kernel, V2P_LEVEL_PMD);
}

/*
 * May an entry be followed that was read from one of the cursor's tables? One of the
 * kernel's in any case: all that it leads to is read such that nothing happens.
 */
static __always_inline bool may_follow(const struct cursor *cursor, bool kernel,
				       unsigned int level)
{
	return kernel || level == ARCH_TOP_LEVEL ||
	       hangs_there(&cursor->tables[level], kernel);
}

static __always_inline unsigned int level_below(unsigned int level)
{
	do
		level--;
	while (arch_level_folded(level));
	return level;
}

void record_step(struct table_path *path, const u64 *at, unsigned int level, u64 entry);

/* From a table of the cursor's, not of level PMD, to the one below it. */
static __always_inline enum outcome step_down(struct cursor *cursor, bool kernel,
					      unsigned int level, u64 address,
					      struct found *found,
					      struct table_path *path)
{
	const u64 *at = entry_at(cursor->tables[level].entries, level, address);
	const unsigned int below = level_below(level);
	u64 entry = read_entry(kernel, at);

	if (path)
		record_step(path, at, level, entry);
	if (arch_entry_table(entry)) {
		if (!may_follow(cursor, kernel, level))
			return OUTCOME_RETRY;
		if (find_table(&cursor->tables[below], kernel, at, entry)) {
			cursor->spans[below] = span_of(below, address);
			forget_below(cursor, below);
			return OUTCOME_TABLE;
		}
		/* As good as freed. */
		entry = 0;
	}
	*found = (struct found) { .entry = entry, .at = at, .level = level };
	return in_place(cursor, kernel, level) ? OUTCOME_ENTRY : OUTCOME_RETRY;
}

enum outcome descend_to_pud(struct cursor *cursor, bool kernel, u64 address,
			    struct found *found, struct table_path *path);

static __always_inline enum outcome descend_to_pmd(struct cursor *cursor, bool kernel,
						   u64 address, struct found *found,
						   struct table_path *path)
{
	if (unlikely(cursor->spans[V2P_LEVEL_PUD] != span_of(V2P_LEVEL_PUD, address))) {
		enum outcome outcome = descend_to_pud(cursor, kernel, address, found,
						      path);

		if (outcome != OUTCOME_TABLE)
			return outcome;
	} else if (cursor->spans[V2P_LEVEL_PMD] != NO_SPAN &&
		   !hangs_there(&cursor->tables[V2P_LEVEL_PMD], kernel)) {
		return OUTCOME_RETRY;
	}
	return step_down(cursor, kernel, V2P_LEVEL_PUD, address, found, path);
}

/**
 * descend() - walk to the entry that an address leads to above the lowest level, or
 * to the table of the lowest level
 * @cursor: of the stretch
 * @kernel: it is the kernel's
 * @address: a valid address
 * @found: set for OUTCOME_ENTRY, after which the whole way to it was in place
 * @table: set for OUTCOME_TABLE; what is read from it counts if after that it
 *	hangs_there(), and, at the end of the stretch, parents_in_place()
 * @path: NULL, or where the entries on the way are recorded
 *
 * Return: what was found; OUTCOME_RETRY is for all that was read in the stretch.
 */
static __always_inline enum outcome descend(struct cursor *cursor, bool kernel,
					    u64 address, struct found *found,
					    struct table *table,
					    struct table_path *path)
{
	const u64 *at;
	u64 entry;

	if (unlikely(cursor->spans[V2P_LEVEL_PMD] != span_of(V2P_LEVEL_PMD, address))) {
		enum outcome outcome = descend_to_pmd(cursor, kernel, address, found,
						      path);

		if (outcome != OUTCOME_TABLE)
			return outcome;
	}

	at = entry_at(cursor->tables[V2P_LEVEL_PMD].entries, V2P_LEVEL_PMD, address);
	entry = read_entry(kernel, at);
	if (path)
		record_step(path, at, V2P_LEVEL_PMD, entry);
	if (arch_entry_table(entry)) {
		if (!may_follow(cursor, kernel, V2P_LEVEL_PMD))
			return OUTCOME_RETRY;
		if (find_table(table, kernel, at, entry))
			return OUTCOME_TABLE;
		/* As good as freed. */
		entry = 0;
	}
	*found = (struct found) { .entry = entry, .at = at, .level = V2P_LEVEL_PMD };
	return in_place(cursor, kernel, V2P_LEVEL_PMD) ? OUTCOME_ENTRY : OUTCOME_RETRY;
}

#endif /* V2P_TABLES_H */
