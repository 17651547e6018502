// SPDX-License-Identifier: GPL-2.0
/* Ranges of a device's addresses. */

#include <linux/errno.h>
#include <linux/minmax.h>

#include "../arch/arch.h"
#include "../extent-internal.h"
#include "../extent-list.h"
#include "../extent.h"
#include "../page-run.h"
#include "iova.h"
#include "iova-internal.h"

/* How often interrupts are switched off in one call at most. */
#define MOST_SECTIONS	256

/* What a section reads at most, in entries: where memory has gone, each takes an exception. */
#define BUDGET		(V2P_IRQOFF_BUDGET / 4)

/* What can be added at once: the range may be filtered by what memory it is. */
static enum v2p_taken take(struct v2p_extent_range *range, struct v2p_extent_arrays *out,
			   struct v2p_scan *charged, const struct v2p_extent *e)
{
	struct v2p_page_run run = V2P_NO_PAGE_RUN;

	if (!v2p_is_wanted(&range->filter, e) ||
	    (range->filter.frames && e->status != V2P_STATUS_MAPPED)) {
		range->next += e->length;
		return V2P_TAKEN_ALL;
	}
	if (range->filter.frames)
		return v2p_extent_take_frames(range, out, charged, e, e->physical);
	if (range->by_page)
		return v2p_extent_add_pages(range, out, charged, &run, e);
	if (!v2p_add(range, out, e))
		return V2P_TAKEN_NO_ROOM;
	range->next += e->length;
	return V2P_TAKEN_ALL;
}

/*
 * From the next address on, @last being that of the same page or hole: what lies at its
 * beginning, up to the end of the range, or to where addresses are interrupts.
 */
static struct v2p_extent begin_extent(const struct v2p_iova *iova,
				      const struct v2p_extent_range *range, u64 last)
{
	const u64 next = range->next;

	last = min(last, range->last);
	if (v2p_iova_is_interrupt(iova, next))
		last = min_t(u64, last, V2P_ARCH_INTERRUPTS_LAST);
	else if (iova->pasid == V2P_NO_PASID && next < V2P_ARCH_INTERRUPTS_FIRST)
		last = min_t(u64, last, V2P_ARCH_INTERRUPTS_FIRST - 1);
	return (struct v2p_extent) { .virtual = next, .length = last - next + 1 };
}

static void set_mapped(const struct v2p_extent_range *range, struct v2p_extent *e, u64 physical,
		       u32 flags, u8 page_shift, u8 level)
{
	e->status = V2P_STATUS_MAPPED;
	e->physical = physical;
	e->flags = v2p_known_flags(&range->known, flags);
	e->page_shift = page_shift;
	e->level = level;
}

/* No tables: all addresses are alike, but for those that are interrupts. */
static struct v2p_extent extent_without_tables(const struct v2p_iova *iova,
					       const struct v2p_extent_range *range,
					       const struct v2p_iommu_tables *tables)
{
	const u64 end = v2p_iova_last(tables);
	struct v2p_extent e = begin_extent(iova, range, range->next > end ? U64_MAX : end);

	if (range->next <= end && !v2p_iova_is_interrupt(iova, range->next) &&
	    tables->translation != V2P_DEVICE_TRANSLATION_BLOCKED)
		set_mapped(range, &e, range->next, tables->flags, tables->width, 0);
	return e;
}

/* What the entry of the next address says, no further than addresses are translated. */
static struct v2p_extent extent_at(const struct v2p_iova *iova,
				   const struct v2p_iommu_tables *tables,
				   const struct v2p_extent_range *range,
				   const struct v2p_iova_place *place)
{
	const u64 within = BIT_ULL(v2p_iova_place_shift(place)) - 1;
	struct v2p_extent e = begin_extent(iova, range,
					   min(range->next | within, v2p_iova_last(tables)));

	if (place->e.what == V2P_IOVA_PAGE && !v2p_iova_is_interrupt(iova, range->next))
		set_mapped(range, &e, place->e.physical + (range->next & within),
			   place->e.flags, place->e.shift, place->level);
	return e;
}

/* Returns whether there is more to do in this section. */
static bool take_and_go_on(struct v2p_extent_range *range, struct v2p_extent_arrays *out,
			   struct v2p_scan *charged, const struct v2p_extent *e, bool *room)
{
	const bool is_last = e->virtual + (e->length - 1) == range->last;
	const enum v2p_taken taken = take(range, out, charged, e);

	*room = taken != V2P_TAKEN_NO_ROOM;
	if (taken != V2P_TAKEN_ALL)
		return false;
	range->walked = is_last;
	return !is_last && charged->excess <= charged->budget;
}

/*
 * The rest of the table that the next address is in, or some of it. Returns false if the section
 * has to end: the range or the budget has, there is no room, or a table was changed.
 */
static bool scan_table(const struct v2p_iova *iova, struct v2p_iova_reader *reader,
		       const struct v2p_iommu_tables *tables, struct v2p_extent_range *range,
		       struct v2p_extent_arrays *out, struct v2p_scan *charged, bool *room)
{
	/* What is read changes these, and counts only if the tables were in their places. */
	const struct v2p_extent open = range->open;
	const unsigned int count = out->count, followed = reader->count;
	const u64 next = range->next;
	struct v2p_iova_place place;
	bool go_on, same_table;

	v2p_iova_descend(reader, tables, next, &place);
	do {
		const u64 span = v2p_iova_shift(place.level) + V2P_IOVA_TABLE_BITS;
		const struct v2p_extent e = extent_at(iova, tables, range, &place);
		const u64 before = range->next;

		/* It has to be decoded. */
		charged->excess += V2P_DECODE_COST / 4;
		go_on = take_and_go_on(range, out, charged, &e, room);
		same_table = range->next <= v2p_iova_last(tables) &&
			     (span < 64 ? before >> span == range->next >> span :
					  range->next > before);
		if (!go_on || !same_table)
			break;
		v2p_iova_look(reader, tables, range->next, &place);
	} while (place.e.what != V2P_IOVA_TABLE);

	charged->excess += reader->reads;
	reader->reads = 0;
	if (!v2p_iova_recheck(reader)) {
		range->open = open;
		range->next = next;
		range->walked = false;
		out->count = count;
		*room = true;
		return false;
	}
	reader->count = followed;
	return go_on && charged->excess <= charged->budget &&
	       range->next <= v2p_iova_last(tables);
}

/* What a section with interrupts off can do. */
static int scan_section(const struct v2p_iova *iova, struct v2p_extent_range *range,
			struct v2p_extent_arrays *out, bool *room)
{
	/* Entries are not read through it, but what is done with pages is charged to it. */
	struct v2p_scan charged = { .budget = BUDGET };
	struct v2p_iova_reader reader __uninitialized;
	struct v2p_iommu_tables tables;
	int err, ended;

	*room = true;
	v2p_iova_begin(&reader, NULL);
	err = v2p_iova_find_tables(iova, &reader, &tables);
	if (!v2p_iova_recheck(&reader)) {
		err = 0;
	} else if (!err && (tables.translation != V2P_DEVICE_TRANSLATION_TABLES ||
			    range->next > v2p_iova_last(&tables))) {
		struct v2p_extent e;

		do
			e = extent_without_tables(iova, range, &tables);
		while (take_and_go_on(range, out, &charged, &e, room));
	} else if (!err) {
		while (scan_table(iova, &reader, &tables, range, out, &charged, room))
			;
	}
	ended = v2p_iova_end(&reader);
	return err ?: ended;
}

int v2p_iova_extents(const struct v2p_iova *iova, struct v2p_extent_range *range,
		     struct v2p_extent_arrays *out)
{
	unsigned int sections = MOST_SECTIONS;
	bool room = true;
	int err = 0;

	range->changing = false;
	while (!err && !range->walked && room && out->count < out->room && sections--)
		err = scan_section(iova, range, out, &room);
	/* What cannot grow is told now, however far away the next is. */
	if (range->walked || range->open.virtual + range->open.length != range->next)
		v2p_extent_close(range, out);
	return err;
}
