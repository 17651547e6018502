// SPDX-License-Identifier: GPL-2.0

#include <linux/build_bug.h>
#include <linux/unaligned.h>

#include "arch/arch.h"
#include "changing.h"
#include "entry.h"
#include "path.h"
#include "space.h"
#include "tables.h"
#include "walk.h"

#define ARRAYS	(sizeof(struct walk_arrays) / sizeof(void *))

static void store(const struct walk_arrays *out, unsigned int i,
		  const struct translation *t)
{
	/* What is in none of these is sent out as it was found in memory. */
	static_assert(ARRAYS == 7);

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

/* Is no more asked for than whether there is a page, and where? */
static bool is_plain(const struct walk_arrays *out)
{
	const void *const *array = (const void *const *)out;
	unsigned int i, count = 0;

	for (i = 0; i < ARRAYS; i++)
		count += !!array[i];
	return out->physical && count == 2;
}

static noinline void answer_invalid(const struct walk_arrays *out, unsigned int i)
{
	static const struct translation t = { .status = V2P_STATUS_INVALID };

	store(out, i, &t);
}

/* To say more of an entry than where its page is takes some times as long. */
#define FULL_STRETCH	(STRETCH / 4)

/* Enough for one way down and an address. */
#define LEAST_STRETCH	8U

/**
 * struct job - a batch
 * @space: address space
 * @virtual: addresses, not necessarily aligned
 * @count: how many
 * @done: how many are answered
 * @stretch: what is done at most in the next stretch, as of STRETCH
 * @changing: the first of them in the stretch that has V2P_FLAG_CHANGING; NO_ADDRESS
 *	for none
 * @out: where the answers go
 */
struct job {
	const struct space *space;
	const u64 *virtual;
	unsigned int count;
	unsigned int done;
	unsigned int stretch;
	unsigned int changing;
	const struct walk_arrays *out;
};

#define NO_ADDRESS	UINT_MAX

/* An address whose answer is V2P_STATUS_NONE takes as long as so many others. */
#define NONE		4

/* Returns the status. */
static noinline u8 answer_fully(const struct walk_arrays *out, unsigned int i,
				bool kernel, unsigned int level, u64 entry,
				u64 address)
{
	struct translation t = {};

	entry_decode(kernel, level, entry, address, &t);
	store(out, i, &t);
	return t.status;
}

/*
 * After an answer of V2P_STATUS_NONE, of an entry of a process: may that be so for a
 * moment only? @at: where it stands; @above_entry: as for change_watch_begin().
 */
static noinline void judge_none(struct job *job, unsigned int i, unsigned int level,
				const u64 *at, u64 above_entry)
{
	struct change_watch watch;

	if (!change_watch_begin(&watch, job->space->mm, level, at, above_entry))
		return;
	if (arch_entry_none(read_entry(false, at)) && !change_watch_end(&watch))
		return;
	job->changing = min(job->changing, i);
	if (job->out->flags)
		job->out->flags[i] |= V2P_FLAG_CHANGING;
}

/*
 * @status and @physical are those of @job->out, held in registers. @plain: no more is
 * asked for. Returns how much more than others this one took, as of STRETCH.
 */
static __always_inline int answer(struct job *job, u8 *status, u64 *physical, long i,
				  bool kernel, bool plain, unsigned int level,
				  const u64 *at, u64 entry, u64 above_entry, u64 address)
{
	if (plain && likely(arch_entry_present(entry)) &&
	    (level == V2P_LEVEL_PTE || arch_entry_leaf(level, entry))) {
		status[i] = V2P_STATUS_MAPPED;
		physical[i] = arch_present_physical(level, entry) |
			      offset_in(address, arch_level_shift(level));
		return 0;
	}
	if (answer_fully(job->out, i, kernel, level, entry, address) != V2P_STATUS_NONE ||
	    kernel)
		return 0;
	judge_none(job, i, level, at, above_entry);
	return NONE - 1;
}

/*
 * One stretch's worth of addresses, fewer or none where a table was taken out of
 * the tree meanwhile.
 */
static __always_inline void translate_stretch(struct job *job, struct cursor *cursor,
					      bool kernel, bool plain)
{
	const struct walk_arrays *const out = job->out;
	const u64 *const virtual = job->virtual;
	u64 *const physical = out->physical;
	u8 *const status = out->status;
	const u64 first = job->space->first;
	const u64 last = job->space->last;
	const u64 span = BIT_ULL(arch_level_shift(V2P_LEVEL_PMD));
	const long count = job->count;
	long limit = job->done + job->stretch;
	long end = min(limit, count);
	long i = job->done;
	struct found found;

	for (; i < end; limit -= DESCENT, end = min(end, limit)) {
		u64 address = get_unaligned(virtual + i);
		const u64 base = address & -span;
		const long begin = i;
		struct table table;
		const u64 *at;
		u64 valid;

		if (unlikely(address < first || address > last)) {
			answer_invalid(out, i++);
			continue;
		}
		switch (descend(cursor, kernel, address, &found, &table, NULL)) {
		case OUTCOME_ENTRY:
			limit -= answer(job, status, physical, i++, kernel, plain,
					found.level, found.at, found.entry, 0, address);
			continue;
		case OUTCOME_TABLE:
			break;
		case OUTCOME_RETRY:
			return;
		}

		/* This one, and those behind it that lead to the same table. */
		valid = min(last - base, span - 1);
		do {
			int more;

			at = entry_at(table.entries, V2P_LEVEL_PTE, address);
			more = answer(job, status, physical, i, kernel, plain, V2P_LEVEL_PTE,
				      at, read_entry(kernel, at), table.above_entry,
				      address);
			if (unlikely(more)) {
				limit -= more;
				end = min(end, limit);
			}
			if (++i >= end)
				break;
			address = get_unaligned(virtual + i);
		} while (address - base <= valid);

		if (!hangs_there(&table, kernel)) {
			i = begin;
			break;
		}
	}
	if (parents_in_place(cursor, kernel))
		job->done = i;
}

int walk_translate(const struct space *space, const u64 *virtual,
		   unsigned int count, const struct walk_arrays *out, bool *changing)
{
	const bool plain = is_plain(out);
	const unsigned int most = plain && space->mm ? STRETCH : FULL_STRETCH;
	struct job job = {
		.space = space, .virtual = virtual, .count = count, .stretch = most,
		.out = out,
	};
	struct cursor cursor __uninitialized;
	int err = 0;

	*changing = false;
	while (!err && job.done < count) {
		struct stretch stretch = begin_stretch(space, &cursor);
		const unsigned int before = job.done;

		job.changing = NO_ADDRESS;
		if (!space->mm)
			translate_stretch(&job, &cursor, true, false);
		else if (plain)
			translate_stretch(&job, &cursor, false, true);
		else
			translate_stretch(&job, &cursor, false, false);
		err = end_stretch(space, stretch);
		*changing |= job.changing < job.done;

		/* A target that is never still must not keep its asker for ever. */
		job.stretch = job.done > before ? most : max(job.stretch / 2, LEAST_STRETCH);
	}
	return err;
}

/* As translate_stretch(), for one address. */
static bool path_stretch(const struct space *space, struct cursor *cursor,
			 u64 address, struct table_path *path,
			 const struct walk_arrays *out)
{
	const bool kernel = !space->mm;
	struct job job = {
		.space = space, .virtual = &address, .count = 1, .out = out,
	};
	u64 above_entry = 0;
	struct found found;
	struct table table;
	const u64 *at;

	path->count = 0;
	path->root = __pa(cursor->tables[ARCH_TOP_LEVEL].entries);
	if (address < space->first || address > space->last) {
		answer_invalid(out, 0);
		return true;
	}

	switch (descend(cursor, kernel, address, &found, &table, path)) {
	case OUTCOME_ENTRY:
		at = found.at;
		break;
	case OUTCOME_TABLE:
		at = entry_at(table.entries, V2P_LEVEL_PTE, address);
		found.level = V2P_LEVEL_PTE;
		found.entry = read_entry(kernel, at);
		above_entry = table.above_entry;
		record_step(path, at, V2P_LEVEL_PTE, found.entry);
		break;
	case OUTCOME_RETRY:
		return false;
	}

	if (answer_fully(out, 0, kernel, found.level, found.entry,
			 address) == V2P_STATUS_NONE && !kernel)
		judge_none(&job, 0, found.level, at, above_entry);
	if (found.level == V2P_LEVEL_PTE &&
	    (!hangs_there(&table, kernel) || !parents_in_place(cursor, kernel)))
		return false;
	path->steps[path->count - 1].flags = out->flags[0];
	return true;
}

int walk_path(const struct space *space, u64 address,
	      struct table_path *path, const struct walk_arrays *out)
{
	struct cursor cursor __uninitialized;
	bool done = false;
	int err = 0;

	while (!err && !done) {
		struct stretch stretch = begin_stretch(space, &cursor);

		done = path_stretch(space, &cursor, address, path, out);
		err = end_stretch(space, stretch);
	}
	return done ? 0 : err;
}
