/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Is an entry of a process empty for a moment only?
 *
 * Who changes a page table may empty an entry first: for as long as 2 MiB take to copy
 * (collapse_huge_page(), after pmdp_collapse_flush()), or for some instructions
 * (change_pte_range(), try_to_migrate_one(), try_to_unmap_one(), wp_page_copy() and
 * others, between ptep_get_and_clear() and set_pte_at()). Whoever does has the mmap_lock
 * for writing, or else the lock of the table that the entry stands in; and has put
 * something there when giving the lock back. A walk takes neither, and waits for neither.
 * It reads
 *
 *	the entry	empty
 *	count		of those who had the mmap_lock for writing
 *	both locks	free
 *	the entry	still empty
 *	both locks	still free
 *	count		the same
 *
 * in that order (smp_rmb()), and any line that reads otherwise tells that the entry is
 * being changed. For the mmap_lock, that misses nobody: somebody who had
 * emptied the entry as it was read for the second time, but did not have the lock in
 * the line behind that, has given it back since, which the count tells. Where there is
 * no count, and for the table's lock, somebody is missed who gave it back between the
 * first two lines on locks and entry, if another came by right then, emptied the entry
 * again before it was read again, and was gone by the line behind: twice, and each time
 * within the few instructions between two reads.
 *
 * A collapse of shared memory unmaps it first, and copies holding neither lock
 * (collapse_file()): to the page tables that is memory which nobody has touched yet.
 *
 * Entries above those of huge pages, of 1 GiB at most, hold tables. They are filled once,
 * and emptied with the mapping.
 */
#ifndef V2P_CHANGING_H
#define V2P_CHANGING_H

#include <linux/spinlock_types.h>
#include <linux/types.h>

struct mm_struct;

/**
 * struct change_watch - entries of one table that were empty, and are watched
 * @mm: whose
 * @table_lock: the lock of the table
 * @count: see above
 * @seen: somebody was seen at it
 */
struct change_watch {
	struct mm_struct *mm;
	spinlock_t *table_lock;	/* is looked at, never taken */
	unsigned int count;
	bool seen;
};

/**
 * change_watch_begin() - after entries were found empty, and before they are read again
 * @watch: set
 * @mm: whose they are
 * @level: their level
 * @at: one of them
 * @above_entry: of the lowest level: the entry that holds their table
 *
 * To be called, like change_watch_end(), in the stretch in which the table was found.
 *
 * Return: false where such entries do not change.
 */
bool change_watch_begin(struct change_watch *watch, struct mm_struct *mm,
			unsigned int level, const u64 *at, u64 above_entry);

/**
 * change_watch_end() - after the entries were read again
 * @watch: begun
 *
 * Return: whether even those that are still empty may be so for a moment only.
 */
bool change_watch_end(const struct change_watch *watch);

#endif /* V2P_CHANGING_H */
