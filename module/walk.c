// SPDX-License-Identifier: GPL-2.0
/*
 * Reads page tables without a lock, as the kernel's own get_user_pages_fast()
 * does (mm/gup.c): with interrupts off, a page table that somebody takes out of
 * the tree is not freed, because its freeing waits for an interrupt to be
 * answered by this CPU, or for an RCU grace period. Nothing is written, and
 * nobody is made to wait.
 *
 * The kernel's own tables are freed under a lock that modules cannot take. They
 * are read such that memory which has gone gives no entry instead of a fault.
 */

#include <linux/irqflags.h>
#include <linux/kconfig.h>
#include <linux/leafops.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>

#include "arch/arch.h"
#include "walk.h"

/* Most addresses that are walked to without a chance for an interrupt. */
#define STRETCH	64

/* What a user's entry records in bits that mean something else in the kernel. */
#define USER_ONLY_FLAGS (V2P_FLAG_SOFT_DIRTY | V2P_FLAG_UFFD_WP | V2P_FLAG_SPECIAL)

struct translation {
	u64 physical;
	u64 entry;
	u64 swap_offset;
	u32 flags;
	u8 status;
	u8 page_shift;
	u8 swap_type;
};

void walk_init(void)
{
	arch_init();
}

static u32 features(void)
{
	u32 features = V2P_FEATURE_POISON_MARKER;

	if (IS_ENABLED(CONFIG_MEM_SOFT_DIRTY))
		features |= V2P_FEATURE_SOFT_DIRTY;
	if (IS_ENABLED(CONFIG_HAVE_ARCH_USERFAULTFD_WP))
		features |= V2P_FEATURE_UFFD_WP;
	if (SOFTLEAF_HAS_GUARD)
		features |= V2P_FEATURE_GUARD;
	if (IS_ENABLED(CONFIG_DEVICE_PRIVATE))
		features |= V2P_FEATURE_DEVICE_PRIVATE;
	if (arch_memory_encrypted())
		features |= V2P_FEATURE_ENCRYPTION;
	return features;
}

void walk_describe(struct walk_machine *machine)
{
	unsigned int level;

	*machine = (struct walk_machine) {
		.arch = ARCH_NAME,
		.features = features(),
		.physical_bits = arch_physical_bits(),
		.virtual_bits = arch_virtual_bits(),
	};
	for (level = ARCH_TOP_LEVEL + 1; level-- > 0;) {
		if (arch_level_folded(level))
			continue;
		machine->levels[machine->count++] = (struct walk_level) {
			.level = level,
			.shift = arch_level_shift(level),
			.bits = arch_level_bits(level),
		};
	}
}

struct walk_space walk_kernel_space(void)
{
	return (struct walk_space) {
		.first = -BIT_ULL(arch_virtual_bits() - 1),
		.last = U64_MAX,
		.kernel = true,
	};
}

static u64 offset_in(u64 address, unsigned int shift)
{
	return address & (BIT_ULL(shift) - 1);
}

/*
 * The table's memory may have been freed, or even unplugged, if it is the
 * kernel's; a process's stays as long as interrupts are off.
 */
static __always_inline u64 read_entry(bool kernel, phys_addr_t physical)
{
	const u64 *entry = __va(physical);
	u64 value;

	if (!kernel)
		return READ_ONCE(*entry);
	if (!pfn_to_online_page(PHYS_PFN(physical)) ||
	    copy_from_kernel_nofault(&value, entry, sizeof(value)))
		return 0;
	return value;
}

static void decode_leaf(unsigned int level, u64 entry, u64 address,
			struct translation *t)
{
	t->status = V2P_STATUS_MAPPED;
	t->page_shift = arch_leaf_shift(level, entry);
	t->physical = arch_leaf_physical(level, entry) +
		      offset_in(address, arch_level_shift(level));
	t->flags = arch_leaf_flags(level, entry);
}

static void decode_soft(unsigned int level, u64 entry, u64 address,
			struct translation *t)
{
	pte_t pte = arch_soft_pte(entry);
	softleaf_t leaf = softleaf_from_pte(pte);

	if (softleaf_is_swap(leaf))
		t->status = V2P_STATUS_SWAPPED;
	else if (softleaf_is_migration(leaf))
		t->status = V2P_STATUS_MIGRATING;
	else if (softleaf_is_hwpoison(leaf) || softleaf_is_poison_marker(leaf))
		t->status = V2P_STATUS_POISONED;
	else if (softleaf_is_device_private(leaf) ||
		 softleaf_is_device_exclusive(leaf))
		t->status = V2P_STATUS_DEVICE;
	else if (softleaf_is_guard_marker(leaf))
		t->status = V2P_STATUS_GUARD;
	else
		t->status = V2P_STATUS_MARKER;

	t->swap_type = swp_type(leaf);
	if (softleaf_is_swap(leaf))
		t->swap_offset = swp_offset(leaf);
	else if (softleaf_has_pfn(leaf))
		t->swap_offset = softleaf_to_pfn(leaf) +
			PHYS_PFN(offset_in(address, arch_level_shift(level)));

	if (pte_swp_soft_dirty(pte))
		t->flags |= V2P_FLAG_SOFT_DIRTY;
	if (pte_swp_uffd(pte) || softleaf_is_uffd_wp_marker(leaf))
		t->flags |= V2P_FLAG_UFFD_WP;
}

static bool is_valid(const struct walk_space *space, u64 address)
{
	return address >= space->first && address <= space->last;
}

/*
 * Walks to one address. A table that was taken out of the tree while its entry
 * was read (a collapse to a huge page may do that, and a later split may use the
 * table again for other addresses) shows in the entry above it: then false is
 * returned, and the caller starts anew, with interrupts on in between.
 *
 * Returns true with *t filled. *t must be all zero.
 */
static __always_inline bool descend(const struct walk_space *space, u64 address,
				    struct translation *t, struct walk_path *path)
{
	const bool kernel = space->kernel;
	phys_addr_t table = kernel ? arch_kernel_root() : space->root;
	phys_addr_t above;
	u64 above_entry;
	unsigned int level;

	if (path) {
		path->root = table;
		path->count = 0;
	}
	if (!is_valid(space, address)) {
		t->status = V2P_STATUS_INVALID;
		return true;
	}

	for (level = ARCH_TOP_LEVEL;; level--) {
		unsigned int shift, index;
		phys_addr_t at;
		bool mapped, leaf;
		u64 entry;

		if (arch_level_folded(level))
			continue;

		shift = arch_level_shift(level);
		index = offset_in(address >> shift, arch_level_bits(level));
		at = table + index * sizeof(entry);
		entry = read_entry(kernel, at);
		/* What a table holds is read before whether it is still in place. */
		smp_rmb();
		if (level != ARCH_TOP_LEVEL &&
		    read_entry(kernel, above) != above_entry)
			return false;

		/* Only a process has entries for the kernel's own use. */
		mapped = kernel ? arch_entry_present(entry) :
				  arch_entry_mapped(level, entry);
		leaf = mapped && arch_entry_leaf(level, entry);

		if (path) {
			struct walk_step *step = &path->steps[path->count++];

			step->physical = at;
			step->entry = entry;
			step->index = index;
			step->level = level;
			step->flags = mapped && !leaf ? arch_table_flags(entry) : 0;
		}

		if (mapped && !leaf) {
			above = at;
			above_entry = entry;
			table = arch_entry_table(entry);
			continue;
		}

		t->entry = entry;
		t->page_shift = shift;
		if (leaf)
			decode_leaf(level, entry, address, t);
		else if (kernel || arch_entry_none(entry))
			t->status = V2P_STATUS_NONE;
		else
			decode_soft(level, entry, address, t);
		if (kernel)
			t->flags &= ~USER_ONLY_FLAGS;
		if (path)
			path->steps[path->count - 1].flags = t->flags;
		return true;
	}
}

static void store(const struct walk_arrays *out, unsigned int i,
		  const struct translation *t)
{
	out->status[i] = t->status;
	if (out->physical)
		out->physical[i] = t->physical;
	if (out->page_shift)
		out->page_shift[i] = t->page_shift;
	if (out->flags)
		out->flags[i] = t->flags;
	if (out->entry)
		out->entry[i] = t->entry;
	if (out->swap_type)
		out->swap_type[i] = t->swap_type;
	if (out->swap_offset)
		out->swap_offset[i] = t->swap_offset;
}

/* Returns how many were translated: fewer than count where one must be retried. */
static unsigned int translate_stretch(const struct walk_space *space,
				      const u64 *virtual, unsigned int first,
				      unsigned int count,
				      const struct walk_arrays *out)
{
	unsigned long irqflags;
	unsigned int i;

	local_irq_save(irqflags);
	for (i = first; i < first + count; i++) {
		struct translation t = {};

		if (!descend(space, get_unaligned(virtual + i), &t, NULL))
			break;
		store(out, i, &t);
	}
	local_irq_restore(irqflags);

	return i - first;
}

int walk_translate(const struct walk_space *space, const u64 *virtual,
		   unsigned int count, const struct walk_arrays *out)
{
	unsigned int done = 0;

	while (done < count) {
		done += translate_stretch(space, virtual, done,
					  min_t(unsigned int, count - done, STRETCH),
					  out);
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

int walk_path(const struct walk_space *space, u64 address,
	      struct walk_path *path, const struct walk_arrays *out)
{
	for (;;) {
		struct translation t = {};
		unsigned long irqflags;
		bool done;

		local_irq_save(irqflags);
		done = descend(space, address, &t, path);
		local_irq_restore(irqflags);
		if (done) {
			store(out, 0, &t);
			return 0;
		}
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
}
