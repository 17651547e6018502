// SPDX-License-Identifier: GPL-2.0

#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#include <uapi/linux/v2p.h>

#include "changing.h"

static spinlock_t *lock_of_table(struct mm_struct *mm, unsigned int level,
				 const u64 *at, u64 above_entry)
{
	pmd_t above;

	switch (level) {
	case V2P_LEVEL_PTE:
		above = __pmd(above_entry);
		return pte_lockptr(mm, &above);
	case V2P_LEVEL_PMD:
		return pmd_lockptr(mm, (pmd_t *)at);
	default:
		return &mm->page_table_lock;
	}
}

static bool is_held(const spinlock_t *lock)
{
#if ALLOC_SPLIT_PTLOCKS
	/* A table's lock may be freed before the table, of which nothing counts then. */
	spinlock_t copy;

	return copy_from_kernel_nofault(&copy, lock, sizeof(copy)) || spin_is_locked(&copy);
#else
	return spin_is_locked((spinlock_t *)lock);
#endif
}

static bool somebody_is_at_it(const struct change_watch *watch)
{
	return mmap_is_write_locked(watch->mm) || is_held(watch->table_lock);
}

bool change_watch_begin(struct change_watch *watch, struct mm_struct *mm,
			unsigned int level, const u64 *at, u64 above_entry)
{
	if (level > V2P_LEVEL_PUD)
		return false;

	watch->mm = mm;
	watch->table_lock = lock_of_table(mm, level, at, above_entry);
	/* The order is that of the comment at the top of changing.h: the entry, the count, */
	smp_rmb();
	watch->count = mmap_write_count(mm);
	/* the locks, */
	smp_rmb();
	watch->seen = somebody_is_at_it(watch);
	/* the entry, */
	smp_rmb();
	return true;
}

bool change_watch_end(const struct change_watch *watch)
{
	bool seen = watch->seen;

	/* the locks, */
	smp_rmb();
	seen |= somebody_is_at_it(watch);
	/* the count. */
	smp_rmb();
	return seen || mmap_write_count(watch->mm) != watch->count;
}
