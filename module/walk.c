// SPDX-License-Identifier: GPL-2.0

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "arch/arch.h"
#include "arrays.h"
#include "aspace.h"
#include "changing.h"
#include "entry.h"
#include "levels.h"
#include "prefetch.h"
#include "steps.h"
#include "tables.h"
#include "walk.h"

/* What the walk fills. */
#define ARRAYS	(offsetof(struct v2p_translation_arrays, node) / sizeof(void *))

static __always_inline void store_address(const struct v2p_translation_arrays *out,
					  unsigned long i, u64 entry, u64 physical)
{
	if (out->physical)
		out->physical[i] = physical;
	if (out->entry)
		out->entry[i] = entry;
}

/* The rest. An array that is filled neither here nor above would leak uninitialized memory. */
static __always_inline void store_attrs(const struct v2p_translation_arrays *out,
					unsigned long i, const struct v2p_translation *t)
{
	static_assert(ARRAYS == 10);

	out->status[i] = t->status;
	if (out->page_shift)
		out->page_shift[i] = t->page_shift;
	if (out->flags)
		out->flags[i] = t->flags;
	if (out->swap_type)
		out->swap_type[i] = t->swap_type;
	if (out->swap_offset)
		out->swap_offset[i] = t->swap_offset;
	if (out->level)
		out->level[i] = t->level;
	if (out->memory_type)
		out->memory_type[i] = t->memory_type;
	if (out->protection_key)
		out->protection_key[i] = t->protection_key;
}

void v2p_translation_store(const struct v2p_translation_arrays *out, unsigned int i,
			   const struct v2p_translation *t)
{
	store_address(out, i, t->entry, t->physical);
	store_attrs(out, i, t);
}

/* Elements for which it does not pay to go array by array. */
#define FEW_ELEMENTS	8

/* The same as store_attrs() for the elements from @first up to @end. */
static noinline void fill_attrs(const struct v2p_translation_arrays *out, unsigned int first,
				unsigned int end, const struct v2p_translation *t)
{
	const unsigned int count = end - first;

	static_assert(ARRAYS == 10);

	if (count < FEW_ELEMENTS) {
		for (; first < end; first++)
			store_attrs(out, first, t);
		return;
	}
	memset(out->status + first, t->status, count);
	if (out->page_shift)
		memset(out->page_shift + first, t->page_shift, count);
	if (out->flags)
		memset32(out->flags + first, t->flags, count);
	if (out->swap_type)
		memset(out->swap_type + first, t->swap_type, count);
	if (out->swap_offset)
		memset64(out->swap_offset + first, t->swap_offset, count);
	if (out->level)
		memset(out->level + first, t->level, count);
	if (out->memory_type)
		memset(out->memory_type + first, t->memory_type, count);
	if (out->protection_key)
		memset(out->protection_key + first, t->protection_key, count);
}

/* Are status and physical address all that is asked for? */
static bool is_physical_only(const struct v2p_translation_arrays *out)
{
	const unsigned long *array = (const unsigned long *)out;
	unsigned long others = 0;
	unsigned int i;

	static_assert(offsetof(struct v2p_translation_arrays, page_shift) == 2 * sizeof(void *));
	_Pragma("GCC unroll 16")
	for (i = 2; i < ARRAYS; i++)
		others |= array[i];
	return out->physical && !others;
}

/*
 * To decode an entry takes about four times as long as to read its physical address. Where
 * more than that is asked for, all take longer, most of all the kernel's, which are seldom
 * like the one before.
 */
#define DECODE_COST	4
#define FULL_BUDGET	(V2P_IRQOFF_BUDGET / 2)
#define KERNEL_FULL_BUDGET	(V2P_IRQOFF_BUDGET / 4)

/* Enough for one descent and one address. */
#define MIN_BUDGET	8U

/**
 * struct batch - addresses that are being translated
 * @aspace: address space
 * @virtual: addresses, not necessarily aligned in memory
 * @count: number of addresses
 * @done: number of addresses that are translated
 * @budget: entries that the next section with interrupts off may read at most
 * @changing: index of the first address in this section to which V2P_FLAG_CHANGING
 *	applies; NO_INDEX if there is none
 * @run: where more than the physical address is asked for, index of the first address of a
 *	run, that is of those from there on of which the entries have the same attributes; for
 *	these, no more than the entry and what it maps is stored before the run ends
 * @decoded: what an entry of the run was decoded to; kept for the next one, whatever becomes
 *	of the section
 * @out: where the translations go
 */
struct batch {
	const struct v2p_aspace *aspace;
	const u64 *virtual;
	unsigned int count;
	unsigned int done;
	unsigned int budget;
	unsigned int changing;
	unsigned int run;
	struct v2p_translation decoded;
	const struct v2p_translation_arrays *out;
};

#define NO_INDEX	UINT_MAX

/* Of an entry that points to no table. */
static __always_inline bool is_present_leaf(unsigned int level, u64 entry)
{
	return likely(v2p_arch_entry_present(entry)) &&
	       (level == V2P_LEVEL_PTE || v2p_arch_entry_leaf(level, entry));
}

/* Ends the run before @end. */
static void end_run(struct batch *batch, unsigned int end)
{
	if (batch->run < end)
		fill_attrs(batch->out, batch->run, end, &batch->decoded);
	batch->run = end;
}

static noinline void store_invalid(struct batch *batch, unsigned int i, bool physical_only)
{
	static const struct v2p_translation t = { .status = V2P_STATUS_INVALID };

	if (!physical_only)
		end_run(batch, i);
	v2p_translation_store(batch->out, i, &t);
	batch->run = i + 1;
}

/* Returns the status. */
static noinline u8 decode_and_store(struct batch *batch, unsigned int i,
				    enum v2p_aspace_kind kind, unsigned int level, u64 entry,
				    u64 address)
{
	batch->decoded = (struct v2p_translation) {};
	v2p_entry_decode(kind, level, entry, address, &batch->decoded);
	v2p_translation_store(batch->out, i, &batch->decoded);
	return batch->decoded.status;
}

/* The same, and begins a run with this address. */
static noinline u8 decode_and_run(struct batch *batch, unsigned int i,
				  enum v2p_aspace_kind kind, unsigned int level, u64 entry,
				  u64 address)
{
	end_run(batch, i);
	batch->decoded = (struct v2p_translation) {};
	v2p_entry_decode(kind, level, entry, address, &batch->decoded);
	store_address(batch->out, i, entry, batch->decoded.physical);
	return batch->decoded.status;
}

/*
 * An entry of a process was none: may somebody be changing it?
 * @parent_val: as for v2p_change_watch_begin().
 */
static noinline bool is_none_changing(const struct v2p_aspace *aspace, unsigned int level,
				      const u64 *entryp, u64 parent_val)
{
	struct v2p_change_watch watch;

	return v2p_change_watch_begin(&watch, aspace->mm, level, entryp, parent_val) &&
	       (!v2p_arch_entry_none(v2p_read_entry(V2P_ASPACE_PROCESS, entryp)) ||
		v2p_change_watch_end(&watch));
}

static noinline void recheck_none(struct batch *batch, unsigned int i, unsigned int level,
				  const u64 *entryp, u64 parent_val)
{
	if (!is_none_changing(batch->aspace, level, entryp, parent_val))
		return;
	batch->changing = min(batch->changing, i);
	/* For end_run(): nothing else is of the same run. */
	batch->decoded.flags |= V2P_FLAG_CHANGING;
}

/*
 * @status and @physical are those of @batch->out, kept in registers. Returns what the
 * address cost beyond one entry of the budget.
 */
static __always_inline int translate_entry(struct batch *batch, u8 *status, u64 *physical,
					   long i, enum v2p_aspace_kind kind,
					   bool physical_only, unsigned int level,
					   const u64 *entryp, u64 entry, u64 parent_val,
					   u64 address)
{
	if (physical_only && likely(v2p_arch_entry_present(entry)) &&
	    (level == V2P_LEVEL_PTE || v2p_arch_entry_leaf(level, entry))) {
		status[i] = V2P_STATUS_MAPPED;
		physical[i] = v2p_entry_physical(level, entry, address);
		return 0;
	}
	if (!physical_only && likely(v2p_entry_same_attrs(level, entry, &batch->decoded))) {
		store_address(batch->out, i, entry, v2p_entry_physical(level, entry, address));
		return 0;
	}
	if ((physical_only ? decode_and_store(batch, i, kind, level, entry, address) :
			     decode_and_run(batch, i, kind, level, entry, address)) ==
	    V2P_STATUS_NONE && v2p_aspace_user_entries(kind))
		recheck_none(batch, i, level, entryp, parent_val);
	if (!physical_only)
		v2p_entry_find_frame(kind, level, entryp, address, &batch->decoded);
	return DECODE_COST - 1;
}

/* The same of an address whose PTE table is known. */
static __always_inline int translate_pte(struct batch *batch, u8 *status, u64 *physical,
					 long i, enum v2p_aspace_kind kind, bool physical_only,
					 const struct v2p_table *table, u64 address)
{
	const u64 *entryp = v2p_entry_offset(table->entries, V2P_LEVEL_PTE, address);

	return translate_entry(batch, status, physical, i, kind, physical_only, V2P_LEVEL_PTE,
			       entryp, v2p_read_entry(kind, entryp), table->parent_val,
			       address);
}

/*
 * Translate what the budget allows, with interrupts off. Where a recheck fails,
 * batch->done stays behind what was read, and the rest is read again.
 */
static __always_inline void translate_irqoff(struct batch *batch,
					     struct v2p_walk_cache *cache,
					     enum v2p_aspace_kind kind, bool physical_only)
{
	const struct v2p_translation_arrays *const out = batch->out;
	const u64 *const virtual = batch->virtual;
	u64 *const physical = out->physical;
	u8 *const status = out->status;
	const u64 first = batch->aspace->first;
	const u64 last = batch->aspace->last;
	const u64 span = BIT_ULL(v2p_table_shift(V2P_LEVEL_PTE));
	const long count = batch->count;
	long limit = batch->done + batch->budget;
	long end = min(limit, count);
	long i = batch->done;
	struct v2p_leaf leaf __uninitialized;

	for (; i < end; limit -= V2P_DESCENT_COST, end = min(end, limit)) {
		u64 address = v2p_aspace_address(kind, v2p_read_u64(virtual + i));
		const long begin = i;
		struct v2p_table table;
		int cost;

		if (unlikely(address < first || address > last)) {
			store_invalid(batch, i++, physical_only);
			continue;
		}
		switch (v2p_walk_down(cache, kind, address, &leaf, &table, NULL)) {
		case V2P_WALK_LEAF:
			limit -= translate_entry(batch, status, physical, i++, kind,
						 physical_only, leaf.level, leaf.entryp,
						 leaf.entry, 0, address);
			continue;
		case V2P_WALK_TABLE:
			break;
		case V2P_WALK_RETRY:
			return;
		}

		cost = translate_pte(batch, status, physical, i, kind, physical_only, &table,
				     address);
		if (unlikely(cost)) {
			limit -= cost;
			end = min(end, limit);
		}
		/*
		 * Those after it in the batch with the same PTE table. The loop needs more
		 * registers than there are: a scattered address, which never enters it, does
		 * not pay for that.
		 */
		if (++i < end &&
		    (v2p_aspace_address(kind, v2p_read_u64(virtual + i)) ^ address) < span) {
			const u64 base = address & -span;
			const u64 valid = min(last - base, span - 1);

			for (; i < end; i++) {
				address = v2p_aspace_address(kind, v2p_read_u64(virtual + i));
				if (address - base > valid)
					break;
				cost = translate_pte(batch, status, physical, i, kind,
						     physical_only, &table, address);
				if (unlikely(cost)) {
					limit -= cost;
					end = min(end, limit);
				}
			}
		}

		if (!v2p_recheck_parent(&table, kind)) {
			i = begin;
			break;
		}
	}
	if (v2p_recheck_cached(cache, kind))
		batch->done = i;
}

/* Of each kind a function of its own, as far as the compiler is concerned. */
static __always_inline void translate_section(struct batch *batch,
					      struct v2p_walk_cache *cache, bool physical_only)
{
	const bool kernel = batch->aspace->kind == V2P_ASPACE_KERNEL;

	if (kernel && physical_only)
		translate_irqoff(batch, cache, V2P_ASPACE_KERNEL, true);
	else if (kernel)
		translate_irqoff(batch, cache, V2P_ASPACE_KERNEL, false);
	else if (physical_only)
		translate_irqoff(batch, cache, V2P_ASPACE_PROCESS, true);
	else
		translate_irqoff(batch, cache, V2P_ASPACE_PROCESS, false);
}

/* Where most entries have to come from memory. */
static bool is_prefetch_wanted(const struct v2p_aspace *aspace)
{
	return aspace->kind == V2P_ASPACE_PROCESS &&
	       mm_pgtables_bytes(aspace->mm) >= V2P_PREFETCH_TABLES;
}

static __always_inline int translate_batch(const struct v2p_aspace *aspace, const u64 *virtual,
					   unsigned int count,
					   const struct v2p_translation_arrays *out,
					   bool *changing, bool prefetch)
{
	const bool physical_only = is_physical_only(out);
	const unsigned int budget = physical_only ? V2P_IRQOFF_BUDGET :
				    aspace->kind == V2P_ASPACE_KERNEL ? KERNEL_FULL_BUDGET :
									FULL_BUDGET;
	struct batch batch = {
		.aspace = aspace, .virtual = virtual, .count = count, .budget = budget,
		.out = out,
	};
	struct v2p_walk_cache cache __uninitialized;
	int err = 0;

	*changing = false;
	while (!err && batch.done < count) {
		struct v2p_irqoff irqoff = v2p_irqoff_begin(aspace, &cache);
		const unsigned int before = batch.done;

		batch.changing = NO_INDEX;
		if (prefetch)
			v2p_prefetch_entries(&cache, aspace, virtual + before, count - before,
					     batch.budget);
		translate_section(&batch, &cache, physical_only);
		err = v2p_irqoff_end(aspace, irqoff);
		*changing |= batch.changing < batch.done;
		/* What is read again goes on with the run, which may begin there. */
		if (!physical_only)
			end_run(&batch, batch.done);

		/*
		 * A process that changes its tables all the time must not keep the
		 * caller for ever: the less is read at once, the less is in vain.
		 */
		batch.budget = batch.done > before ? budget :
						     max(batch.budget / 2, MIN_BUDGET);
	}
	return err;
}

/* Each a function of its own, so that none pays for another. */
static noinline int translate_many(const struct v2p_aspace *aspace, const u64 *virtual,
				   unsigned int count,
				   const struct v2p_translation_arrays *out, bool *changing)
{
	return translate_batch(aspace, virtual, count, out, changing, false);
}

static noinline int translate_prefetched(const struct v2p_aspace *aspace, const u64 *virtual,
					 unsigned int count,
					 const struct v2p_translation_arrays *out,
					 bool *changing)
{
	return translate_batch(aspace, virtual, count, out, changing, true);
}

/*
 * One address. @steps may be NULL; where @physical_only, no more is set of what is mapped than
 * the status and the physical address. Returns false if a recheck failed, and nothing that was
 * read counts.
 */
static __always_inline bool walk_one_irqoff(const struct v2p_aspace *aspace,
					    struct v2p_walk_cache *cache,
					    enum v2p_aspace_kind kind, bool physical_only,
					    u64 address, struct v2p_walk_steps *steps,
					    struct v2p_translation *t)
{
	struct v2p_leaf leaf __uninitialized;
	struct v2p_table table;
	u64 parent_val = 0;

	address = v2p_aspace_address(kind, address);
	if (unlikely(address < aspace->first || address > aspace->last)) {
		*t = (struct v2p_translation) { .status = V2P_STATUS_INVALID };
		return true;
	}

	switch (v2p_walk_first(cache, kind, address, &leaf, &table, steps)) {
	case V2P_WALK_LEAF:
		break;
	case V2P_WALK_TABLE:
		leaf.entryp = v2p_entry_offset(table.entries, V2P_LEVEL_PTE, address);
		leaf.level = V2P_LEVEL_PTE;
		leaf.entry = v2p_read_entry(kind, leaf.entryp);
		parent_val = table.parent_val;
		if (steps)
			v2p_record_step(steps, leaf.entryp, V2P_LEVEL_PTE, leaf.entry, address);
		break;
	case V2P_WALK_RETRY:
		return false;
	}

	if (physical_only && is_present_leaf(leaf.level, leaf.entry)) {
		t->status = V2P_STATUS_MAPPED;
		t->physical = v2p_entry_physical(leaf.level, leaf.entry, address);
	} else {
		*t = (struct v2p_translation) {};
		v2p_entry_decode(kind, leaf.level, leaf.entry, address, t);
		v2p_entry_find_frame(kind, leaf.level, leaf.entryp, address, t);
		if (t->status == V2P_STATUS_NONE && v2p_aspace_user_entries(kind) &&
		    is_none_changing(aspace, leaf.level, leaf.entryp, parent_val))
			t->flags |= V2P_FLAG_CHANGING;
	}
	return leaf.level != V2P_LEVEL_PTE ||
	       (v2p_recheck_parent(&table, kind) && v2p_recheck_cached(cache, kind));
}

/* As most calls are: none of what is done for many addresses pays. */
static noinline int translate_one(const struct v2p_aspace *aspace, u64 address,
				  const struct v2p_translation_arrays *out, bool *changing)
{
	const bool physical_only = is_physical_only(out);
	struct v2p_walk_cache cache __uninitialized;
	struct v2p_translation t __uninitialized;
	bool done = false;
	int err = 0;

	*changing = false;
	while (!err && !done) {
		struct v2p_irqoff irqoff = v2p_irqoff_begin(aspace, &cache);

		done = walk_one_irqoff(aspace, &cache, V2P_ASPACE_PROCESS, physical_only,
				       address, NULL, &t);
		err = v2p_irqoff_end(aspace, irqoff);
	}
	if (!done)
		return err;
	*changing = t.status == V2P_STATUS_NONE && t.flags & V2P_FLAG_CHANGING;
	if (physical_only) {
		*out->status = t.status;
		*out->physical = t.physical;
	} else {
		v2p_translation_store(out, 0, &t);
	}
	return 0;
}

int v2p_translate_addresses(const struct v2p_aspace *aspace, const u64 *virtual,
			    unsigned int count, const struct v2p_translation_arrays *out,
			    bool *changing)
{
	if (count == 1 && aspace->kind == V2P_ASPACE_PROCESS)
		return translate_one(aspace, v2p_read_u64(virtual), out, changing);
	if (unlikely(is_prefetch_wanted(aspace)))
		return translate_prefetched(aspace, virtual, count, out, changing);
	return translate_many(aspace, virtual, count, out, changing);
}

/* Returns false if a recheck failed, and nothing that was read counts. */
static bool walk_address_irqoff(const struct v2p_aspace *aspace,
				struct v2p_walk_cache *cache, u64 address,
				struct v2p_walk_steps *steps, struct v2p_translation *t)
{
	steps->count = 0;
	steps->root = __pa(cache->tables[V2P_ARCH_TOP_LEVEL].entries);
	if (!walk_one_irqoff(aspace, cache, aspace->kind, false, address, steps, t))
		return false;
	if (steps->count)
		steps->steps[steps->count - 1].flags = t->flags;
	return true;
}

int v2p_walk_address(const struct v2p_aspace *aspace, u64 address,
		     struct v2p_walk_steps *steps, struct v2p_translation *t)
{
	struct v2p_walk_cache cache __uninitialized;
	bool done = false;
	int err = 0;

	while (!err && !done) {
		struct v2p_irqoff irqoff = v2p_irqoff_begin(aspace, &cache);

		done = walk_address_irqoff(aspace, &cache, address, steps, t);
		err = v2p_irqoff_end(aspace, irqoff);
	}
	return done ? 0 : err;
}
