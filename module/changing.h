/* SPDX-License-Identifier: GPL-2.0 */
/*
 * May somebody be changing an entry of a process that reads as none?
 *
 * Who changes a mapping may clear its entry first: for as long as 2 MiB take to copy
 * (collapse_huge_page(), after pmdp_collapse_flush()), or for some instructions
 * (change_pte_range(), try_to_migrate_one(), try_to_unmap_one(), wp_page_copy() and
 * others, between ptep_get_and_clear() and set_pte_at()). All of them hold the
 * mmap_lock for writing or the page-table lock of the entry (ptl), and have set the
 * entry again when they unlock. A walk takes neither lock and waits for neither. It
 * reads, in this order (smp_rmb()):
 *
 *	the entry			is none
 *	the sequence count of mmap_lock
 *	mmap_lock and ptl		both unlocked
 *	the entry			still none
 *	mmap_lock and ptl		both still unlocked
 *	the sequence count		the same
 *
 * Whatever reads otherwise tells that the entry is being changed. With mmap_lock no
 * writer is missed: a writer who had cleared the entry at its second read, but did not
 * hold the lock at the next, has unlocked it in between, which changes the count. For
 * the ptl, and for mmap_lock where the kernel has no count, a writer is missed if one
 * unlocked between the first two reads of entry and locks, and another locked, cleared
 * the entry before it was read again, and unlocked before the locks were: two writers,
 * each between two reads that are a few instructions apart.
 *
 * A collapse of shared memory unmaps it first, and copies with neither lock held
 * (collapse_file()): by the page tables this is memory that nobody has touched yet.
 *
 * Entries above those that the kernel calls a pud point to tables. They are set once, and
 * cleared with the mapping.
 */
#ifndef V2P_CHANGING_H
#define V2P_CHANGING_H

#include <linux/spinlock_types.h>
#include <linux/types.h>

struct mm_struct;

/**
 * struct v2p_change_watch - entries of one table that read as none
 * @mm: whose entries
 * @ptl: page-table lock of the entries
 * @seq: sequence count of the mmap_lock
 * @locked: one of the locks was held
 */
struct v2p_change_watch {
	struct mm_struct *mm;
	spinlock_t *ptl;	/* never taken, only tested */
	unsigned int seq;
	bool locked;
};

/**
 * v2p_change_watch_begin() - call after entries read as none, before reading them again
 * @watch: set
 * @mm: whose entries
 * @level: their level
 * @entryp: the first of them
 * @parent_val: value of the entry that points to their table; for V2P_LEVEL_PTE only
 *
 * Call it, and v2p_change_watch_end(), before the v2p_irqoff_end() of the walk that
 * found the table.
 *
 * Return: false if entries of this level are never cleared for a moment.
 */
bool v2p_change_watch_begin(struct v2p_change_watch *watch, struct mm_struct *mm,
			    unsigned int level, const u64 *entryp, u64 parent_val);

/**
 * v2p_change_watch_end() - call after the entries still read as none
 * @watch: set by v2p_change_watch_begin()
 *
 * Return: whether somebody may be changing them nevertheless.
 */
bool v2p_change_watch_end(const struct v2p_change_watch *watch);

#endif /* V2P_CHANGING_H */
