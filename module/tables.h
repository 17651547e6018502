/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lockless page-table walk. As in get_user_pages_fast() (gup_fast in mm/gup.c),
 * interrupts are off for a bounded number of entries: a table that is unlinked in the
 * meantime is not freed before they are on again (v2p_arch_hold_tables()). Nobody waits
 * for a walk but who flushes the TLBs of the process, and only for that time.
 *
 * A table that is not freed may still be reused: a collapse takes a PTE table out and
 * a later split puts it in elsewhere (pmdp_collapse_flush(), pgtable_trans_huge_deposit()
 * and _withdraw()), and mremap() moves whole tables (move_pgt_entry()). Hence:
 *
 *  - What was read counts only if, after that, all parent entries on the way down still
 *    have the values that were followed.
 *  - An entry of a process is followed only if, after it was read, the parent entry of
 *    its table was rechecked. The first rule alone would do if no table were freed
 *    early. Interrupts off may not protect PMD tables that processes share (hugetlb,
 *    huge_pmd_unshare()); and should a kernel reuse any other table too early, what
 *    stands in it is not followed either.
 *
 * Kernel tables are freed under the lock of init_mm, which modules cannot take. They
 * are read with __get_kernel_nofault(): memory that is gone reads as an empty entry. So are
 * a process's where not all levels are held (V2P_ARCH_TABLES_HELD); by the second rule,
 * nothing is followed that stands in a table which was freed.
 */
#ifndef V2P_TABLES_H
#define V2P_TABLES_H

#include <linux/irqflags.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "arch/arch.h"
#include "aspace.h"
#include "levels.h"
#include "steps.h"

/*
 * How long interrupts may be off, in entries that are read, whatever number of them a
 * table has. The descent to a PTE table costs V2P_DESCENT_COST more, so that 64
 * scattered addresses fit. What v2p_prefetch_entries() reads before them comes on top.
 */
#define V2P_IRQOFF_BUDGET	512U
#define V2P_DESCENT_COST	(V2P_IRQOFF_BUDGET / 64 - 1)

/**
 * struct v2p_table - a page table, and the entry that points to it
 * @entries: the table
 * @parent: the entry that points to it
 * @parent_val: the value of that entry when it was followed
 */
struct v2p_table {
	const u64 *entries;
	const u64 *parent;
	u64 parent_val;
};

/**
 * struct v2p_walk_cache - tables on the way to the last address (a page-walk cache)
 * @tables: by level, from the one above V2P_LEVEL_PTE up
 * @tags: by level: the bits of an address that are decoded above that table, so that
 *	it serves all addresses with the same tag; V2P_NO_TAG if no table is cached
 * @online: where tables are not held, the 1 << V2P_ONLINE_SHIFT bytes of physical memory
 *	that were found online last; V2P_NO_TAG if none were yet
 *
 * Valid until v2p_irqoff_end(). Declare it __uninitialized: v2p_irqoff_begin() sets
 * what has to be set, and a kernel that zeroes its stack would spend as much on the
 * structure as on a walk.
 */
struct v2p_walk_cache {
	struct v2p_table tables[V2P_LEVELS];
	u64 tags[V2P_LEVELS];
	u64 online;
};

#define V2P_NO_TAG	U64_MAX

/* Memory goes online and offline in larger blocks, and devices' memory begins at one. */
#define V2P_ONLINE_SHIFT	21

/**
 * struct v2p_leaf - an entry above V2P_LEVEL_PTE that points to no table
 * @entry: its value
 * @entryp: where it stands
 * @level: its level
 */
struct v2p_leaf {
	u64 entry;
	const u64 *entryp;
	unsigned int level;
};

enum v2p_walk_result {
	V2P_WALK_LEAF,		/* ended at a leaf above V2P_LEVEL_PTE */
	V2P_WALK_TABLE,		/* reached a table to go on with */
	V2P_WALK_RETRY,		/* a table was unlinked meanwhile */
};

static __always_inline u64 v2p_read_entry(enum v2p_aspace_kind kind, const u64 *entryp)
{
	u64 entry;

	if (v2p_aspace_tables_held(kind) && V2P_ARCH_TABLES_HELD)
		return READ_ONCE(*entryp);
	/*
	 * What get_kernel_nofault() does beside is for pointers to anywhere, and where it may
	 * sleep: this one is to the direct map, and interrupts are off.
	 */
	__get_kernel_nofault(&entry, entryp, u64, gone);
	return entry;
gone:
	return 0;
}

static __always_inline u64 v2p_tag(unsigned int level, u64 address)
{
	return address >> v2p_table_shift(level);
}

static __always_inline void v2p_invalidate_below(struct v2p_walk_cache *cache,
						 unsigned int level)
{
	while (--level > V2P_LEVEL_PTE)
		cache->tags[level] = V2P_NO_TAG;
}

/**
 * struct v2p_irqoff - a section with interrupts off, in which tables are not freed
 * @irqflags: for local_irq_restore()
 * @held: for v2p_arch_release_tables()
 */
struct v2p_irqoff {
	unsigned long irqflags;
	bool held;
};

static __always_inline const u64 *v2p_root_table(const struct v2p_aspace *aspace)
{
	return aspace->root ?: __va(v2p_arch_kernel_root());
}

static __always_inline struct v2p_irqoff v2p_irqoff_begin(const struct v2p_aspace *aspace,
							  struct v2p_walk_cache *cache)
{
	struct v2p_table *root = &cache->tables[V2P_ARCH_TOP_LEVEL];
	struct v2p_irqoff irqoff = {};

	local_irq_save(irqoff.irqflags);
	v2p_arch_nofault_begin();
	if (aspace->mm)
		irqoff.held = v2p_arch_hold_tables(aspace->mm);
	root->entries = v2p_root_table(aspace);
	v2p_invalidate_below(cache, V2P_ARCH_TOP_LEVEL);
	cache->online = V2P_NO_TAG;
	return irqoff;
}

/* Returns -EINTR if the caller is being killed. May sleep. */
static __always_inline int v2p_irqoff_end(const struct v2p_aspace *aspace,
					  struct v2p_irqoff irqoff)
{
	if (aspace->mm)
		v2p_arch_release_tables(aspace->mm, irqoff.held);
	v2p_arch_nofault_end();
	local_irq_restore(irqoff.irqflags);
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

/* As pte_offset(), for any level. */
static __always_inline const u64 *v2p_entry_offset(const u64 *entries, unsigned int level,
						   u64 address)
{
	return entries + v2p_table_index(level, address);
}

/*
 * May be read, if without a fault: it is no device's registers. @online: as in struct
 * v2p_walk_cache.
 */
static __always_inline bool v2p_is_online(u64 *online, phys_addr_t physical)
{
	const u64 block = physical >> V2P_ONLINE_SHIFT;

	if (block == *online)
		return true;
	if (!pfn_to_online_page(PHYS_PFN(physical)))
		return false;
	*online = block;
	return true;
}

/* Sets @table to what an entry points to. Returns false if that is no memory. */
static __always_inline bool v2p_follow(struct v2p_walk_cache *cache, struct v2p_table *table,
				       enum v2p_aspace_kind kind, const u64 *parent,
				       u64 parent_val)
{
	phys_addr_t physical = v2p_arch_table_physical(parent_val);

	if (!v2p_aspace_tables_held(kind) && !v2p_is_online(&cache->online, physical))
		return false;
	*table = (struct v2p_table) {
		.entries = __va(physical),
		.parent = parent,
		.parent_val = parent_val,
	};
	return true;
}

/* Recheck that the parent entry still points here; call after reading the entries. */
static __always_inline bool v2p_recheck_parent(const struct v2p_table *table,
					       enum v2p_aspace_kind kind)
{
	/*
	 * Entries first, parent second. pmdp_collapse_flush(), move_pgt_entry() and
	 * free_pgtables() clear the parent entry before the table is used for anything
	 * else.
	 */
	smp_rmb();
	return likely(v2p_read_entry(kind, table->parent) == table->parent_val);
}

/* Recheck the parents of the cached tables from @level up. */
static __always_inline bool v2p_recheck_from(const struct v2p_walk_cache *cache,
					     enum v2p_aspace_kind kind, unsigned int level)
{
	_Pragma("GCC unroll 4")
	for (; level < V2P_ARCH_TOP_LEVEL; level++)
		if (!v2p_arch_level_folded(level) &&
		    !v2p_recheck_parent(&cache->tables[level], kind))
			return false;
	return true;
}

/*
 * Recheck the parents of all cached tables; call before v2p_irqoff_end(). Tables that
 * were replaced in the cache were rechecked when they were, and PTE tables, which are
 * not in it, are rechecked by who reads them.
 */
static __always_inline bool v2p_recheck_cached(const struct v2p_walk_cache *cache,
					       enum v2p_aspace_kind kind)
{
	const unsigned int lowest = v2p_level_above(V2P_LEVEL_PTE);

	return lowest == V2P_ARCH_TOP_LEVEL || cache->tags[lowest] == V2P_NO_TAG ||
	       v2p_recheck_from(cache, kind, lowest);
}

/*
 * May an entry be followed that was read from the cached table of @level? Always where
 * tables are not held: whatever it points to is read without a fault.
 */
static __always_inline bool v2p_may_follow(const struct v2p_walk_cache *cache,
					   enum v2p_aspace_kind kind, unsigned int level)
{
	return !v2p_aspace_tables_held(kind) || level == V2P_ARCH_TOP_LEVEL ||
	       v2p_recheck_parent(&cache->tables[level], kind);
}

void v2p_record_step(struct v2p_walk_steps *steps, const u64 *entryp,
		     unsigned int level, u64 entry, u64 address);

/*
 * From the cached table of @level to the table below it, which is set in @table. Sets
 * @leaf if the entry points to no table.
 */
static __always_inline enum v2p_walk_result
v2p_walk_level(struct v2p_walk_cache *cache, enum v2p_aspace_kind kind,
	       unsigned int level, u64 address, struct v2p_leaf *leaf,
	       struct v2p_table *table, struct v2p_walk_steps *steps)
{
	const u64 *entryp = v2p_entry_offset(cache->tables[level].entries, level, address);
	u64 entry = v2p_read_entry(kind, entryp);

	if (steps)
		v2p_record_step(steps, entryp, level, entry, address);
	if (v2p_arch_entry_table(entry)) {
		if (!v2p_may_follow(cache, kind, level))
			return V2P_WALK_RETRY;
		if (v2p_follow(cache, table, kind, entryp, entry))
			return V2P_WALK_TABLE;
		/* The table is gone: nothing is mapped. */
		entry = 0;
	}
	*leaf = (struct v2p_leaf) { .entry = entry, .entryp = entryp, .level = level };
	return v2p_recheck_from(cache, kind, level) ? V2P_WALK_LEAF : V2P_WALK_RETRY;
}

/* The same, to a table that is then cached. */
static __always_inline enum v2p_walk_result
v2p_walk_cached_level(struct v2p_walk_cache *cache, enum v2p_aspace_kind kind,
		      unsigned int level, u64 address, struct v2p_leaf *leaf,
		      struct v2p_walk_steps *steps)
{
	const unsigned int below = v2p_level_below(level);
	enum v2p_walk_result result;

	result = v2p_walk_level(cache, kind, level, address, leaf, &cache->tables[below],
				steps);
	if (result == V2P_WALK_TABLE) {
		cache->tags[below] = v2p_tag(below, address);
		v2p_invalidate_below(cache, below);
	}
	return result;
}

/* Is there a cached table of @level that serves this address? The root table does all. */
static __always_inline bool v2p_is_cached(const struct v2p_walk_cache *cache,
					  unsigned int level, u64 address)
{
	return level == V2P_ARCH_TOP_LEVEL || cache->tags[level] == v2p_tag(level, address);
}

enum v2p_walk_result v2p_walk_from_top(struct v2p_walk_cache *cache,
				       enum v2p_aspace_kind kind, u64 address,
				       struct v2p_leaf *leaf,
				       struct v2p_walk_steps *steps);

/* To the table of @level, the lowest that is cached, and not the root. */
static __always_inline enum v2p_walk_result
v2p_walk_to_lowest(struct v2p_walk_cache *cache, enum v2p_aspace_kind kind,
		   unsigned int level, u64 address, struct v2p_leaf *leaf,
		   struct v2p_walk_steps *steps)
{
	const unsigned int above = v2p_level_above(level);

	if (unlikely(!v2p_is_cached(cache, above, address))) {
		enum v2p_walk_result result;

		result = v2p_walk_from_top(cache, kind, address, leaf, steps);
		if (result != V2P_WALK_TABLE)
			return result;
	} else if (cache->tags[level] != V2P_NO_TAG &&
		   !v2p_recheck_parent(&cache->tables[level], kind)) {
		/* The last recheck of the table that is replaced now. */
		return V2P_WALK_RETRY;
	}
	return v2p_walk_cached_level(cache, kind, above, address, leaf, steps);
}

/**
 * v2p_walk_down() - walk to the PTE table of an address, or to a leaf above it
 * @cache: set up by v2p_irqoff_begin()
 * @kind: the kind of address space
 * @address: a valid address
 * @leaf: set for V2P_WALK_LEAF; its table and all above it are rechecked
 * @table: set for V2P_WALK_TABLE; what is read from it counts if v2p_recheck_parent()
 *	is true after the reads, and v2p_recheck_cached() before v2p_irqoff_end()
 * @steps: records the entries that are read; or NULL
 *
 * Return: how the walk ended. After V2P_WALK_RETRY nothing counts that was read since
 * v2p_irqoff_begin().
 */
static __always_inline enum v2p_walk_result
v2p_walk_down(struct v2p_walk_cache *cache, enum v2p_aspace_kind kind, u64 address,
	      struct v2p_leaf *leaf, struct v2p_table *table, struct v2p_walk_steps *steps)
{
	const unsigned int lowest = v2p_level_above(V2P_LEVEL_PTE);

	if (unlikely(!v2p_is_cached(cache, lowest, address))) {
		enum v2p_walk_result result;

		result = v2p_walk_to_lowest(cache, kind, lowest, address, leaf, steps);
		if (result != V2P_WALK_TABLE)
			return result;
	}
	return v2p_walk_level(cache, kind, lowest, address, leaf, table, steps);
}

/**
 * v2p_walk_first() - the same for the first address since v2p_irqoff_begin()
 * @cache: as for v2p_walk_down(), like all that follow
 * @kind: likewise
 * @address: likewise
 * @leaf: likewise
 * @table: likewise
 * @steps: likewise
 *
 * Return: as v2p_walk_down(), in less time, as no table is cached.
 */
static __always_inline enum v2p_walk_result
v2p_walk_first(struct v2p_walk_cache *cache, enum v2p_aspace_kind kind, u64 address,
	       struct v2p_leaf *leaf, struct v2p_table *table, struct v2p_walk_steps *steps)
{
	const unsigned int lowest = v2p_level_above(V2P_LEVEL_PTE);
	enum v2p_walk_result result;
	unsigned int level;

	/* Unrolled, so that what depends on the level alone is a constant. */
	_Pragma("GCC unroll 4")
	for (level = V2P_ARCH_TOP_LEVEL; level > V2P_LEVEL_PTE; level--) {
		if (level <= lowest || v2p_arch_level_folded(level))
			continue;
		result = v2p_walk_cached_level(cache, kind, level, address, leaf, steps);
		if (result != V2P_WALK_TABLE)
			return result;
	}
	return v2p_walk_level(cache, kind, lowest, address, leaf, table, steps);
}

#endif /* V2P_TABLES_H */
