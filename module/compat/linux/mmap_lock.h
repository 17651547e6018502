/* SPDX-License-Identifier: GPL-2.0 */
/* The state of mmap_lock, for readers that do not take it. */
#ifndef V2P_COMPAT_LINUX_MMAP_LOCK_H
#define V2P_COMPAT_LINUX_MMAP_LOCK_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/mm_types.h>
#include <linux/rwsem.h>
#include <linux/version.h>
#include_next <linux/mmap_lock.h>

/* In a header since 6.8, before that in rwsem.c with the same value. */
#if !defined(CONFIG_PREEMPT_RT) && !defined(RWSEM_WRITER_LOCKED)
#define RWSEM_WRITER_LOCKED	BIT(0)
#endif

static inline bool mmap_is_write_locked(const struct mm_struct *mm)
{
#ifdef CONFIG_PREEMPT_RT
	return atomic_read(&mm->mmap_lock.rwbase.readers) == WRITER_BIAS;
#else
	return atomic_long_read(&mm->mmap_lock.count) & RWSEM_WRITER_LOCKED;
#endif
}

/*
 * A sequence count that changes when a writer unlocks mmap_lock, or before. Kernels
 * before 6.4 have none.
 */
static inline unsigned int mmap_write_seq(const struct mm_struct *mm)
{
#if defined(CONFIG_PER_VMA_LOCK) && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	/* First an int, later a seqcount_t, which begins with one. */
	return READ_ONCE(*(const unsigned int *)&mm->mm_lock_seq);
#else
	return 0;
#endif
}

#endif /* V2P_COMPAT_LINUX_MMAP_LOCK_H */
