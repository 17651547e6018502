/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading the tables of an IOMMU, which are memory that the kernel's driver of it allocates,
 * changes and frees under locks of its own that no module can take. So nothing holds them, as
 * nothing holds the kernel's page tables (tables.h), and the same two rules do instead:
 *
 *  - An entry is read where the kernel has memory, by an access that cannot fault. What has
 *    gone reads as 0, which is no entry.
 *  - What was read counts only if, after that, all entries on the way still have the values
 *    that were followed. A driver takes an entry out before it frees the table behind it
 *    (dma_pte_clear_level() of VT-d, free_clear_pte() of AMD), or a device's before it frees
 *    all that this had (detach_device() of AMD), so that whatever the memory was reused for does
 *    not count.
 *
 * Interrupts are off meanwhile, so that a reader is not set aside between the two for as long
 * as it takes to build the same tables again in the same places.
 */
#ifndef V2P_IOVA_READER_H
#define V2P_IOVA_READER_H

#include <linux/bits.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/types.h>

#include "../steps.h"
#include "../tables.h"

/* All that lead to an entry: two words of each table of devices, and one of each other. */
#define V2P_IOVA_MOST_FOLLOWED	24

/**
 * struct v2p_iova_reader - a section with interrupts off, in which tables are read
 * @irqflags: for local_irq_restore()
 * @online: for v2p_is_online()
 * @count: entries that were followed
 * @reads: entries that were read
 * @steps: records what is followed; or NULL
 * @followed: those entries, by their physical addresses
 *
 * Declare it __uninitialized: v2p_iova_begin() sets what has to be set.
 */
struct v2p_iova_reader {
	unsigned long irqflags;
	u64 online;
	unsigned int count;
	unsigned int reads;
	struct v2p_walk_steps *steps;
	struct {
		u64 physical;
		u64 entry;
	} followed[V2P_IOVA_MOST_FOLLOWED];
};

static inline void v2p_iova_begin(struct v2p_iova_reader *reader, struct v2p_walk_steps *steps)
{
	local_irq_save(reader->irqflags);
	v2p_arch_nofault_begin();
	reader->online = V2P_NO_TAG;
	reader->count = 0;
	reader->reads = 0;
	reader->steps = steps;
}

/* Returns -EINTR if the caller is being killed. May sleep. */
static inline int v2p_iova_end(const struct v2p_iova_reader *reader)
{
	v2p_arch_nofault_end();
	local_irq_restore(reader->irqflags);
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

/* The entry at a physical address that is a multiple of 8; 0 where there is no memory. */
static inline u64 v2p_iova_read(struct v2p_iova_reader *reader, u64 physical)
{
	reader->reads++;
	if (!v2p_is_online(&reader->online, physical))
		return 0;
	return v2p_read_entry(V2P_ASPACE_DEVICE, __va(physical));
}

/* An entry that was read is followed: v2p_iova_recheck() looks whether it has changed. */
static inline void v2p_iova_followed(struct v2p_iova_reader *reader, u64 physical, u64 entry)
{
	if (WARN_ON_ONCE(reader->count == V2P_IOVA_MOST_FOLLOWED))
		return;
	reader->followed[reader->count].physical = physical;
	reader->followed[reader->count].entry = entry;
	reader->count++;
}

/* Read an entry and follow it. */
static inline u64 v2p_iova_follow(struct v2p_iova_reader *reader, u64 physical)
{
	const u64 entry = v2p_iova_read(reader, physical);

	v2p_iova_followed(reader, physical, entry);
	return entry;
}

/**
 * v2p_iova_step() - record an entry
 * @reader: of a walk, or of anything else, where nothing is recorded
 * @level: enum v2p_level
 * @index: of the entry in its table
 * @physical: where it stands
 * @entry: its value
 * @flags: enum v2p_flag
 */
static inline void v2p_iova_step(struct v2p_iova_reader *reader, u8 level, u32 index,
				 u64 physical, u64 entry, u32 flags)
{
	struct v2p_walk_steps *steps = reader->steps;

	if (!steps || WARN_ON_ONCE(steps->count == V2P_MOST_STEPS))
		return;
	steps->steps[steps->count++] = (struct v2p_walk_step) {
		.physical = physical, .entry = entry, .index = index, .flags = flags,
		.level = level,
	};
}

/* Does all that was followed still stand there? Call after what it led to was read. */
static inline bool v2p_iova_recheck(struct v2p_iova_reader *reader)
{
	unsigned int i;

	/* The entries first, then those that lead to them. */
	smp_rmb();
	for (i = reader->count; i-- > 0;)
		if (v2p_iova_read(reader, reader->followed[i].physical) !=
		    reader->followed[i].entry)
			return false;
	return true;
}

#endif /* V2P_IOVA_READER_H */
