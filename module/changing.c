// SPDX-License-Identifier: GPL-2.0

#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#include <uapi/linux/v2p.h>

#include "changing.h"
#include "levels.h"

static spinlock_t *table_ptl(struct mm_struct *mm, unsigned int level, const u64 *entryp,
			     u64 parent_val)
{
	pmd_t pmd;

	switch (level) {
	case V2P_LEVEL_PTE:
		pmd = __pmd(parent_val);
		return pte_lockptr(mm, &pmd);
	case V2P_LEVEL_PMD:
		return pmd_lockptr(mm, (pmd_t *)entryp);
	default:
		return &mm->page_table_lock;
	}
}

static bool ptl_is_locked(const spinlock_t *ptl)
{
#if ALLOC_SPLIT_PTLOCKS
	/* ptlock_free() may have freed it before the table, which then fails its recheck. */
	spinlock_t copy;

	return copy_from_kernel_nofault(&copy, ptl, sizeof(copy)) || spin_is_locked(&copy);
#else
	return spin_is_locked((spinlock_t *)ptl);
#endif
}

static bool is_locked(const struct v2p_change_watch *watch)
{
	if (mmap_is_write_locked(watch->mm) || ptl_is_locked(watch->ptl))
		return true;
	/* Before 6.11, that of hugetlb's pages of several entries (huge_pte_lockptr()). */
	return v2p_arch_softleaf_block_shift(V2P_LEVEL_PTE) &&
	       spin_is_locked(&watch->mm->page_table_lock);
}

bool v2p_change_watch_begin(struct v2p_change_watch *watch, struct mm_struct *mm,
			    unsigned int level, const u64 *entryp, u64 parent_val)
{
	if (!v2p_level_up_to_pud(level))
		return false;

	watch->mm = mm;
	watch->ptl = table_ptl(mm, level, entryp, parent_val);
	/* The order at the top of changing.h: the entry was read, now the count, */
	smp_rmb();
	watch->seq = mmap_write_seq(mm);
	/* the locks, */
	smp_rmb();
	watch->locked = is_locked(watch);
	/* the entry, which the caller reads, */
	smp_rmb();
	return true;
}

bool v2p_change_watch_end(const struct v2p_change_watch *watch)
{
	bool locked = watch->locked;

	/* the locks, */
	smp_rmb();
	locked |= is_locked(watch);
	/* and the count. */
	smp_rmb();
	return locked || mmap_write_seq(watch->mm) != watch->seq;
}
