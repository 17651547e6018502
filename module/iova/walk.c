// SPDX-License-Identifier: GPL-2.0
/* Single addresses of a device. */

#include <linux/errno.h>

#include "../arch/arch.h"
#include "../arrays.h"
#include "../entry.h"
#include "../walk.h"
#include "asked.h"
#include "iova.h"
#include "iova-internal.h"

/* Addresses that are looked up in one section with interrupts off. */
#define IN_A_SECTION	16

void v2p_iova_look(struct v2p_iova_reader *reader, const struct v2p_iommu_tables *tables,
		   u64 address, struct v2p_iova_place *place)
{
	const unsigned int index = v2p_iova_index(place->level, address);

	place->beyond = false;
	place->entry = v2p_iova_read(reader, place->table + index * sizeof(u64));
	v2p_iova_decode(tables->format, tables->marks, place->level, place->entry, &place->e);
}

static void record(struct v2p_iova_reader *reader, const struct v2p_iova_place *place,
		   u64 address)
{
	const unsigned int index = v2p_iova_index(place->level, address);
	struct v2p_walk_steps *steps = reader->steps;

	if (!steps)
		return;
	v2p_iova_step(reader, place->level, index, place->table + index * sizeof(u64),
		      place->entry, place->e.flags);
	steps->steps[steps->count - 1].shift = v2p_iova_shift(place->level);
}

void v2p_iova_descend(struct v2p_iova_reader *reader, const struct v2p_iommu_tables *tables,
		      u64 address, struct v2p_iova_place *place)
{
	*place = (struct v2p_iova_place) { .level = tables->top, .table = tables->table };
	for (;;) {
		const unsigned int index = v2p_iova_index(place->level, address);
		const u64 physical = place->table + index * sizeof(u64);

		v2p_iova_look(reader, tables, address, place);
		record(reader, place, address);
		if (place->e.what != V2P_IOVA_TABLE)
			return;
		/* Of levels that are passed over, the bits of the address must be 0. */
		place->beyond = v2p_offset_in(address, v2p_iova_shift(place->level)) >>
				v2p_iova_shift(place->e.below + 1);
		if (place->beyond)
			return;
		v2p_iova_followed(reader, physical, place->entry);
		place->table = place->e.physical;
		place->level = place->e.below;
	}
}

int v2p_iova_find_tables(const struct v2p_iova *iova, struct v2p_iova_reader *reader,
			 struct v2p_iommu_tables *tables)
{
	int err = 0;

	*tables = (struct v2p_iommu_tables) {};
	if (iova->iommu) {
		err = iova->iommu->kind->find_tables(iova->iommu, reader, iova->source,
						     iova->pasid, tables);
	} else {
		v2p_iommu_direct(tables);
	}
	/* All that can be an address of memory. */
	if (tables->translation != V2P_DEVICE_TRANSLATION_TABLES)
		tables->width = v2p_arch_physical_bits();
	return err;
}

static void translate(const struct v2p_iova *iova, struct v2p_iova_reader *reader,
		      const struct v2p_iommu_tables *tables, u64 address,
		      struct v2p_translation *t)
{
	struct v2p_iova_place place;

	*t = (struct v2p_translation) { .status = V2P_STATUS_INVALID };
	if (address > v2p_iova_last(tables) || v2p_iova_is_interrupt(iova, address))
		return;
	switch (tables->translation) {
	case V2P_DEVICE_TRANSLATION_TABLES:
		break;
	case V2P_DEVICE_TRANSLATION_BLOCKED:
		t->status = V2P_STATUS_NONE;
		t->page_shift = tables->width;
		return;
	default:
		t->status = V2P_STATUS_MAPPED;
		t->page_shift = tables->width;
		t->physical = address;
		t->flags = tables->flags;
		return;
	}

	v2p_iova_descend(reader, tables, address, &place);
	t->status = V2P_STATUS_NONE;
	t->level = place.level;
	t->entry = place.entry;
	t->page_shift = v2p_iova_place_shift(&place);
	if (place.e.what != V2P_IOVA_PAGE)
		return;
	t->status = V2P_STATUS_MAPPED;
	t->flags = place.e.flags;
	t->physical = place.e.physical + v2p_offset_in(address, place.e.shift);
}

/* In its place: what was read may be of before a change, or of after it. */
static void give_up(struct v2p_translation *t)
{
	*t = (struct v2p_translation) {
		.status = V2P_STATUS_NONE, .flags = V2P_FLAG_CHANGING,
	};
}

/*
 * As many addresses as a section has. @tries may still be in vain. Sets how many were
 * translated.
 */
static int translate_some(const struct v2p_iova *iova, const u64 *virtual, unsigned int count,
			  unsigned int *tries, struct v2p_translation *t, unsigned int *done)
{
	struct v2p_iova_reader reader __uninitialized;
	struct v2p_iommu_tables tables;
	int err, ended;

	v2p_iova_begin(&reader, NULL);
	err = v2p_iova_find_tables(iova, &reader, &tables);
	/* It may be half of one thing, half of another, that is not known. */
	if (err && !v2p_iova_recheck(&reader)) {
		err = 0;
		count = 0;
	}
	for (*done = 0; !err && *done < count; ++*done) {
		const unsigned int count_before = reader.count;

		translate(iova, &reader, &tables, v2p_read_u64(virtual + *done), &t[*done]);
		if (!v2p_iova_recheck(&reader))
			break;
		reader.count = count_before;
	}
	ended = v2p_iova_end(&reader);
	if (!err && !*done) {
		if (*tries) {
			--*tries;
		} else {
			give_up(&t[0]);
			*done = 1;
		}
	}
	return err ?: ended;
}

int v2p_iova_translate(const struct v2p_iova *iova, const u64 *virtual, unsigned int count,
		       const struct v2p_translation_arrays *out, bool *changing)
{
	struct v2p_translation t[IN_A_SECTION];
	unsigned int first = 0, tries = V2P_IOVA_MOST_TRIES;

	*changing = false;
	if (iova->asked)
		return v2p_asked_translate(iova, virtual, count, out);
	while (first < count) {
		const unsigned int some = min_t(unsigned int, count - first, IN_A_SECTION);
		unsigned int done, i;
		int err;

		err = translate_some(iova, virtual + first, some, &tries, t, &done);
		if (err)
			return err;
		for (i = 0; i < done; i++) {
			*changing |= t[i].flags & V2P_FLAG_CHANGING;
			v2p_translation_store(out, first + i, &t[i]);
		}
		first += done;
	}
	return 0;
}

static int walk_once(const struct v2p_iova *iova, u64 address, struct v2p_walk_steps *steps,
		     struct v2p_translation *t, bool *done)
{
	struct v2p_iova_reader reader __uninitialized;
	struct v2p_iommu_tables tables;
	int err, ended;

	steps->root = 0;
	steps->count = 0;
	v2p_iova_begin(&reader, steps);
	err = v2p_iova_find_tables(iova, &reader, &tables);
	if (!err)
		translate(iova, &reader, &tables, address, t);
	*done = v2p_iova_recheck(&reader);
	if (!*done)
		err = 0;
	ended = v2p_iova_end(&reader);
	steps->translation = tables.translation;
	steps->format = tables.format;
	return err ?: ended;
}

/* There are no steps to be told. */
static int ask(const struct v2p_iova *iova, u64 address, struct v2p_walk_steps *steps,
	       struct v2p_translation *t)
{
	const struct v2p_translation_arrays out = {
		.status = &t->status, .physical = &t->physical, .page_shift = &t->page_shift,
		.flags = &t->flags,
	};

	*t = (struct v2p_translation) {};
	steps->root = 0;
	steps->count = 0;
	steps->translation = V2P_DEVICE_TRANSLATION_ASKED;
	steps->format = V2P_TABLE_FORMAT_UNKNOWN;
	return v2p_asked_translate(iova, &address, 1, &out);
}

int v2p_iova_walk(const struct v2p_iova *iova, u64 address, struct v2p_walk_steps *steps,
		  struct v2p_translation *t)
{
	unsigned int tries = V2P_IOVA_MOST_TRIES;
	bool done = false;
	int err = 0;

	if (iova->asked)
		return ask(iova, address, steps, t);
	while (!err && !done && tries--)
		err = walk_once(iova, address, steps, t, &done);
	/* Nothing of what was read may be told. */
	return err || done ? err : -EBUSY;
}
