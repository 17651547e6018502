// SPDX-License-Identifier: GPL-2.0
/*
 * Reads page tables without a lock, in stretches with interrupts off, as the
 * kernel's own get_user_pages_fast() does (mm/gup.c): a page table that somebody
 * takes out of the tree meanwhile is not freed before the stretch ends. A process
 * is not made to wait for anything but that.
 *
 * A table may also be taken out of the tree and used again elsewhere (a collapse
 * and a later split, mremap()). So what was read counts only if the whole way to
 * it is, after that, still as it was walked.
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

#include <asm/mmu_context.h>

#include "arch/arch.h"
#include "walk.h"

/*
 * What is done at most without a chance for an interrupt: so many addresses, if
 * they share a table of the lowest level. Each way down to such a table takes the
 * place of so many addresses more, which leaves 64 if they are scattered.
 */
#define STRETCH		PTRS_PER_PTE
#define DESCENT		(STRETCH / 64 - 1)

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
	};
}

static __always_inline u64 offset_in(u64 address, unsigned int shift)
{
	return address & (BIT_ULL(shift) - 1);
}

/**
 * struct cursor - tables on the way to the last address, good for others, too
 * @tables: by level
 * @tables.entries: the table
 * @tables.span: addresses that it is for, without the bits that it decodes, and
 *	those below them; NO_SPAN where it is not known
 * @tables.above: the entry that holds it
 * @tables.above_entry: its value
 *
 * Good for one stretch.
 */
struct cursor {
	struct cursor_table {
		const u64 *entries;
		u64 span;
		const u64 *above;
		u64 above_entry;
	} tables[WALK_MAX_LEVELS];
};

#define NO_SPAN	U64_MAX

/**
 * struct found - an entry above the lowest level that holds no table
 * @entry: its value
 * @level: its level
 */
struct found {
	u64 entry;
	unsigned int level;
};

enum outcome {
	OUTCOME_ENTRY,	/* the walk ends above the lowest level */
	OUTCOME_TABLE,	/* the cursor stands in a table of the lowest level */
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

static __always_inline unsigned int level_below(unsigned int level)
{
	do
		level--;
	while (arch_level_folded(level));
	return level;
}

/* The bits of an address that are decoded above a table. */
static __always_inline u64 span_of(unsigned int level, u64 address)
{
	return address >> (arch_level_shift(level) + arch_level_bits(level));
}

static __always_inline void forget_below(struct cursor *cursor, unsigned int level)
{
	while (level-- > V2P_LEVEL_PTE)
		cursor->tables[level].span = NO_SPAN;
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

static __always_inline struct stretch begin_stretch(const struct walk_space *space,
						    struct cursor *cursor)
{
	struct cursor_table *root = &cursor->tables[ARCH_TOP_LEVEL];
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
static __always_inline int end_stretch(const struct walk_space *space,
				       struct stretch stretch)
{
	if (space->mm)
		release_page_tables(space->mm, stretch.held);
	local_irq_restore(stretch.irqflags);
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

/* Returns false where the table that the entry holds is not there. */
static __always_inline bool enter_table(struct cursor *cursor, bool kernel,
					unsigned int level, u64 address,
					const u64 *above, u64 above_entry)
{
	struct cursor_table *table = &cursor->tables[level];
	phys_addr_t physical = arch_table_physical(above_entry);

	if (kernel && !pfn_to_online_page(PHYS_PFN(physical)))
		return false;
	table->entries = __va(physical);
	table->span = span_of(level, address);
	table->above = above;
	table->above_entry = above_entry;
	forget_below(cursor, level);
	return true;
}

/* Lowest level whose table, known from an address before, leads here as well. */
static __always_inline unsigned int known_level(const struct cursor *cursor,
						u64 address)
{
	unsigned int level;

	_Pragma("GCC unroll 4")
	for (level = V2P_LEVEL_PTE; level < ARCH_TOP_LEVEL; level++)
		if (cursor->tables[level].span == span_of(level, address))
			break;
	return level;
}

static __always_inline const u64 *entry_at(const struct cursor *cursor,
					   unsigned int level, u64 address)
{
	return cursor->tables[level].entries +
	       offset_in(address >> arch_level_shift(level), arch_level_bits(level));
}

/*
 * Is a table still where it was found, all the way from the root? To be asked
 * after its entries were read.
 */
static __always_inline bool in_place(const struct cursor *cursor, bool kernel,
				     unsigned int level)
{
	smp_rmb();
	_Pragma("GCC unroll 4")
	for (; level < ARCH_TOP_LEVEL; level++) {
		const struct cursor_table *table = &cursor->tables[level];

		if (arch_level_folded(level))
			continue;
		if (unlikely(read_entry(kernel, table->above) != table->above_entry))
			return false;
	}
	return true;
}

static void record_step(struct walk_path *path, const u64 *at, unsigned int level,
			u64 entry)
{
	path->steps[path->count++] = (struct walk_step) {
		.physical = __pa(at),
		.entry = entry,
		.index = offset_in((unsigned long)at / sizeof(*at),
				   arch_level_bits(level)),
		.level = level,
		.flags = level != V2P_LEVEL_PTE && arch_entry_table(entry) ?
				arch_table_flags(entry) : 0,
	};
}

/* Walks through the levels above the lowest, from the lowest that is known. */
static __always_inline enum outcome descend(struct cursor *cursor, bool kernel,
					    u64 address, struct found *found,
					    struct walk_path *path)
{
	const unsigned int start = known_level(cursor, address);
	unsigned int level;

	/* Unrolled, so that what depends on the level alone is a constant. */
	_Pragma("GCC unroll 4")
	for (level = ARCH_TOP_LEVEL; level > V2P_LEVEL_PTE; level--) {
		const u64 *at;
		u64 entry;

		if (level > start || arch_level_folded(level))
			continue;

		at = entry_at(cursor, level, address);
		entry = read_entry(kernel, at);
		if (path)
			record_step(path, at, level, entry);

		if (arch_entry_table(entry)) {
			if (enter_table(cursor, kernel, level_below(level), address,
					at, entry))
				continue;
			/* As good as freed. */
			entry = 0;
		}
		found->level = level;
		found->entry = entry;
		return in_place(cursor, kernel, level) ? OUTCOME_ENTRY : OUTCOME_RETRY;
	}
	return OUTCOME_TABLE;
}

static __always_inline bool is_page(bool kernel, unsigned int level, u64 entry)
{
	/* Only a process has pages whose access is switched off. */
	if (kernel && !arch_entry_present(entry))
		return false;
	return arch_entry_leaf(level, entry);
}

static __always_inline u64 page_physical(unsigned int level, u64 entry, u64 address)
{
	return arch_leaf_physical(level, entry) +
	       offset_in(address, arch_level_shift(level));
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

static void decode(bool kernel, unsigned int level, u64 entry, u64 address,
		   struct translation *t)
{
	t->entry = entry;
	t->page_shift = arch_level_shift(level);
	if (is_page(kernel, level, entry)) {
		t->status = V2P_STATUS_MAPPED;
		t->page_shift = arch_leaf_shift(level, entry);
		t->physical = page_physical(level, entry, address);
		t->flags = arch_leaf_flags(level, entry);
		if (kernel)
			t->flags &= ~USER_ONLY_FLAGS;
	} else if (kernel || arch_entry_none(entry)) {
		t->status = V2P_STATUS_NONE;
	} else {
		decode_soft(level, entry, address, t);
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

static noinline void answer_fully(const struct walk_arrays *out, unsigned int i,
				  bool kernel, unsigned int level, u64 entry,
				  u64 address)
{
	struct translation t = {};

	decode(kernel, level, entry, address, &t);
	store(out, i, &t);
}

/*
 * @status and @physical are those of @out, held in registers. @plain: no more is
 * asked for.
 */
static __always_inline void answer(const struct walk_arrays *out, u8 *status,
				   u64 *physical, unsigned int i, bool kernel,
				   bool plain, unsigned int level, u64 entry,
				   u64 address)
{
	if (plain && likely(arch_entry_present(entry)) &&
	    (level == V2P_LEVEL_PTE || arch_entry_leaf(level, entry))) {
		status[i] = V2P_STATUS_MAPPED;
		physical[i] = arch_present_physical(level, entry) |
			      offset_in(address, arch_level_shift(level));
	} else {
		answer_fully(out, i, kernel, level, entry, address);
	}
}

static noinline void answer_invalid(const struct walk_arrays *out, unsigned int i)
{
	static const struct translation t = { .status = V2P_STATUS_INVALID };

	store(out, i, &t);
}

/**
 * struct job - a batch
 * @space: address space
 * @virtual: addresses, not necessarily aligned
 * @count: how many
 * @done: how many are answered
 * @out: where the answers go
 */
struct job {
	const struct walk_space *space;
	const u64 *virtual;
	unsigned int count;
	unsigned int done;
	const struct walk_arrays *out;
};

/*
 * Answers address @i, which leads to the table of the lowest level that the
 * cursor stands in, and those behind it that lead there, too. Returns the first
 * that does not, or that is not valid; @i where all is to be done anew.
 */
static __always_inline unsigned int translate_run(const struct job *job,
						  const struct cursor *cursor,
						  unsigned int i, unsigned int end,
						  bool kernel, bool plain)
{
	const struct cursor_table *table = &cursor->tables[V2P_LEVEL_PTE];
	const u64 span = BIT_ULL(arch_level_shift(V2P_LEVEL_PTE) +
				 arch_level_bits(V2P_LEVEL_PTE));
	const u64 base = table->span * span;
	const u64 limit = min(job->space->last - base, span - 1);
	u64 *const physical = job->out->physical;
	u8 *const status = job->out->status;
	const unsigned int begin = i;

	do {
		u64 address = get_unaligned(job->virtual + i);
		u64 offset = address - base;

		if (offset > limit)
			break;
		answer(job->out, status, physical, i, kernel, plain, V2P_LEVEL_PTE,
		       read_entry(kernel, table->entries +
				  (offset >> arch_level_shift(V2P_LEVEL_PTE))),
		       address);
	} while (++i < end);

	return in_place(cursor, kernel, V2P_LEVEL_PTE) ? i : begin;
}

/*
 * One stretch's worth of addresses, fewer where one has to be walked to anew.
 */
static __always_inline void translate_stretch(struct job *job, struct cursor *cursor,
					      bool kernel, bool plain)
{
	const u64 first = job->space->first;
	const u64 size = job->space->last - first;
	unsigned int limit = job->done + STRETCH;
	unsigned int end = min(limit, job->count);
	unsigned int i = job->done;

	for (; i < end; limit -= DESCENT, end = min(end, limit)) {
		u64 address = get_unaligned(job->virtual + i);
		struct found found;

		job->done = i;
		if (unlikely(address - first > size)) {
			answer_invalid(job->out, i++);
			continue;
		}
		switch (descend(cursor, kernel, address, &found, NULL)) {
		case OUTCOME_ENTRY:
			answer(job->out, job->out->status, job->out->physical, i++,
			       kernel, plain, found.level, found.entry, address);
			break;
		case OUTCOME_TABLE:
			i = translate_run(job, cursor, i, end, kernel, plain);
			if (unlikely(i == job->done))
				return;
			break;
		case OUTCOME_RETRY:
			return;
		}
	}
	job->done = i;
}

int walk_translate(const struct walk_space *space, const u64 *virtual,
		   unsigned int count, const struct walk_arrays *out)
{
	bool plain = out->physical && !out->page_shift && !out->flags &&
		     !out->entry && !out->swap_type && !out->swap_offset;
	struct job job = {
		.space = space, .virtual = virtual, .count = count, .out = out,
	};
	struct cursor cursor;
	int err = 0;

	while (!err && job.done < count) {
		struct stretch stretch = begin_stretch(space, &cursor);

		if (!space->mm)
			translate_stretch(&job, &cursor, true, false);
		else if (plain)
			translate_stretch(&job, &cursor, false, true);
		else
			translate_stretch(&job, &cursor, false, false);
		err = end_stretch(space, stretch);
	}
	return err;
}

/* As translate_stretch(), for one address. */
static bool path_stretch(const struct walk_space *space, struct cursor *cursor,
			 u64 address, struct walk_path *path,
			 const struct walk_arrays *out)
{
	const bool kernel = !space->mm;
	struct found found;
	const u64 *at;

	path->count = 0;
	path->root = __pa(cursor->tables[ARCH_TOP_LEVEL].entries);
	if (address < space->first || address > space->last) {
		answer_invalid(out, 0);
		return true;
	}

	switch (descend(cursor, kernel, address, &found, path)) {
	case OUTCOME_ENTRY:
		break;
	case OUTCOME_TABLE:
		at = entry_at(cursor, V2P_LEVEL_PTE, address);
		found.level = V2P_LEVEL_PTE;
		found.entry = read_entry(kernel, at);
		if (!in_place(cursor, kernel, V2P_LEVEL_PTE))
			return false;
		record_step(path, at, V2P_LEVEL_PTE, found.entry);
		break;
	case OUTCOME_RETRY:
		return false;
	}

	answer_fully(out, 0, kernel, found.level, found.entry, address);
	path->steps[path->count - 1].flags = out->flags[0];
	return true;
}

int walk_path(const struct walk_space *space, u64 address,
	      struct walk_path *path, const struct walk_arrays *out)
{
	struct cursor cursor;
	bool done = false;
	int err = 0;

	while (!err && !done) {
		struct stretch stretch = begin_stretch(space, &cursor);

		done = path_stretch(space, &cursor, address, path, out);
		err = end_stretch(space, stretch);
	}
	return done ? 0 : err;
}
