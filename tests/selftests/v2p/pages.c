// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compared.h"
#include "pagemap.h"
#include "pages.h"

#define ATTEMPTS 200

static void *room_for(void *array, size_t count, size_t size)
{
	array = reallocarray(array, count, size);
	if (!array)
		abort();
	return array;
}

static void make_room(struct pages *pages, size_t count)
{
	pages->count = count;
	if (count <= pages->room)
		return;
	pages->room = count;
	pages->entries = room_for(pages->entries, count, sizeof(*pages->entries));
	pages->physical = room_for(pages->physical, count, sizeof(*pages->physical));
	pages->swap_offset = room_for(pages->swap_offset, count, sizeof(*pages->swap_offset));
	pages->flags = room_for(pages->flags, count, sizeof(*pages->flags));
	pages->status = room_for(pages->status, count, sizeof(*pages->status));
	pages->page_shift = room_for(pages->page_shift, count, sizeof(*pages->page_shift));
	pages->memory_type = room_for(pages->memory_type, count, 1);
	pages->protection_key = room_for(pages->protection_key, count, 1);
}

static uint64_t page_address(const struct pages *pages, size_t i)
{
	return pages->start + i * PAGE_SIZE;
}

bool pages_read(struct v2p *v2p, struct v2p_target target, int pagemap,
		const struct v2p_range *range, struct pages *pages)
{
	const uint64_t last = range->start + range->length - 1;
	static uint64_t *virtual;
	static size_t room;
	size_t i;

	pages->start = range->start & -PAGE_SIZE;
	make_room(pages, last / PAGE_SIZE - range->start / PAGE_SIZE + 1);
	if (room < pages->count) {
		room = pages->count;
		virtual = room_for(virtual, room, sizeof(*virtual));
	}
	for (i = 0; i < pages->count; i++)
		virtual[i] = page_address(pages, i);

	if (v2p_translate(v2p, target, virtual, pages->count,
			  &(struct v2p_arrays) {
				.size = sizeof(struct v2p_arrays),
				.status = pages->status, .physical = pages->physical,
				.page_shift = pages->page_shift, .flags = pages->flags,
				.swap_offset = pages->swap_offset,
				.memory_type = pages->memory_type,
				.protection_key = pages->protection_key })) {
		printf("# v2p_translate: %s\n", v2p_error(v2p));
		return false;
	}
	if (pagemap == NO_PAGEMAP) {
		memset(pages->entries, 0, pages->count * sizeof(*pages->entries));
	} else if (!pagemap_read(pagemap, pages->start, pages->entries, pages->count)) {
		printf("# pagemap cannot be read at 0x%" PRIx64 "\n", pages->start);
		return false;
	}
	return true;
}

static bool is_wanted(const struct pages *pages, size_t i, const struct v2p_range *range)
{
	const uint32_t states = range->states ?: ALL_STATES & ~(1u << V2P_STATUS_NONE);
	const uint64_t shifts = range->page_shifts ?: UINT64_MAX;

	if (!(states >> pages->status[i] & 1))
		return false;
	if (pages->status[i] != V2P_STATUS_NONE && !(shifts >> pages->page_shift[i] & 1))
		return false;
	return !(range->with_flags & ~pages->flags[i]) &&
	       !(range->without_flags & pages->flags[i]);
}

/* Where the page is, as far as the contract knows a frame of it. */
static bool page_physical(const struct pages *pages, size_t i, uint64_t *physical)
{
	switch (pages->status[i]) {
	case V2P_STATUS_MAPPED:
		*physical = pages->physical[i];
		return true;
	case V2P_STATUS_POISONED:
	case V2P_STATUS_MIGRATING:
	case V2P_STATUS_DEVICE:
		*physical = pages->swap_offset[i] * PAGE_SIZE;
		return *physical;
	default:
		return false;
	}
}

/* Of @extent, which is of the page, all that lies in the memory that is asked for. */
static void add_cut(const struct pages *pages, size_t i, const struct v2p_range *range,
		    const struct v2p_extent *extent, struct extents *list)
{
	const uint64_t offset = extent->address - page_address(pages, i);
	uint64_t first;
	size_t k;

	if (!page_physical(pages, i, &first))
		return;
	first += offset;
	for (k = 0; k < range->physical_count; k++) {
		const struct v2p_physical_range *in = &range->physical[k];
		const uint64_t begin = in->start > first ? in->start : first;
		uint64_t last = in->start + (in->length - 1);
		struct v2p_extent cut = *extent;

		if (last > first + (extent->length - 1))
			last = first + (extent->length - 1);
		if (begin > last)
			continue;
		cut.address += begin - first;
		cut.length = last - begin + 1;
		if (cut.status == V2P_STATUS_MAPPED)
			cut.physical = begin;
		extents_glue(list, &cut, range->merge);
	}
}

void pages_to_extents(const struct pages *pages, const struct v2p_range *range,
		      struct extents *list)
{
	const uint64_t last = range->start + range->length - 1;
	size_t i;

	for (i = 0; i < pages->count; i++) {
		uint64_t begin = page_address(pages, i), end = begin + PAGE_SIZE - 1;
		struct v2p_extent extent = {
			.status = pages->status[i],
			.flags = pages->flags[i],
			.page_shift = pages->page_shift[i],
			.memory_type = pages->memory_type[i],
			.protection_key = pages->protection_key[i],
		};

		if (!is_wanted(pages, i, range))
			continue;
		extent.address = begin < range->start ? range->start : begin;
		extent.length = (end > last ? last : end) - extent.address + 1;
		if (extent.status == V2P_STATUS_MAPPED)
			extent.physical = pages->physical[i] + extent.address - begin;
		if (extent.status == V2P_STATUS_NONE)
			extent.page_shift = 0;
		if (range->physical)
			add_cut(pages, i, range, &extent, list);
		else
			extents_glue(list, &extent, range->merge);
	}
}

static bool are_same(const struct pages *a, const struct pages *b)
{
	const size_t n = a->count;

	return !memcmp(a->entries, b->entries, n * sizeof(*a->entries)) &&
	       !memcmp(a->physical, b->physical, n * sizeof(*a->physical)) &&
	       !memcmp(a->flags, b->flags, n * sizeof(*a->flags)) &&
	       !memcmp(a->swap_offset, b->swap_offset, n * sizeof(*a->swap_offset)) &&
	       !memcmp(a->status, b->status, n) &&
	       !memcmp(a->page_shift, b->page_shift, n) &&
	       !memcmp(a->memory_type, b->memory_type, n) &&
	       !memcmp(a->protection_key, b->protection_key, n);
}

/* Is the page in the memory that is asked for? */
static bool is_in(const struct v2p_range *range, uint64_t entry)
{
	const uint64_t physical = (entry & PM_FRAME) * PAGE_SIZE;
	size_t i;

	for (i = 0; i < range->physical_count; i++)
		if (entry & PM_PRESENT &&
		    physical - range->physical[i].start < range->physical[i].length)
			return true;
	return !range->physical_count;
}

/*
 * Of all statuses: pagemap has a page where an extent has it, and none elsewhere; none that
 * lies elsewhere, where some memory is asked for.
 */
static bool pagemap_agrees(const struct pages *pages, const struct v2p_range *range,
			   const struct extents *list)
{
	size_t i;

	for (i = 0; i < pages->count; i++) {
		uint64_t entry = pages->entries[i], address = page_address(pages, i);
		const struct v2p_extent *e = extents_find(list, address);
		bool right;

		/* The frames of these are compared with what v2p_translate() says. */
		if (range->physical && entry & PM_SWAP)
			continue;
		if (!is_in(range, entry))
			right = !e;
		else if (e && e->status == V2P_STATUS_MAPPED)
			right = entry & PM_PRESENT && (entry & PM_FRAME) * PAGE_SIZE ==
				e->physical + address - e->address;
		else if (e)
			right = entry & PM_SWAP;
		else
			right = !(entry & (PM_PRESENT | PM_SWAP));
		if (!right) {
			printf("# 0x%" PRIx64 ": pagemap says 0x%016" PRIx64
			       ", the extent there %s, 0x%" PRIx64 "\n", address, entry,
			       e ? v2p_status_name(e->status) : "(no extent)",
			       e ? e->physical + address - e->address : 0);
			return false;
		}
	}
	compared(COMPARED_PAGEMAP, pages->count);
	return true;
}

/* Pagemap has whole pages, and all of them. */
static bool is_for_pagemap(const struct v2p_range *range)
{
	size_t i;

	for (i = 0; i < range->physical_count; i++)
		if ((range->physical[i].start | range->physical[i].length) % PAGE_SIZE)
			return false;
	return !((range->start | range->length) % PAGE_SIZE) && !range->states &&
	       !range->page_shifts && !range->with_flags && !range->without_flags;
}

bool extents_match(struct v2p *v2p, struct v2p_target target, int pagemap,
		  const struct v2p_range *range, struct extents *list)
{
	static struct pages before, after;
	static struct extents expected;
	unsigned int attempt;
	int err;

	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (!pages_read(v2p, target, pagemap, range, &before))
			return false;
		err = extents_map(v2p, target, range, list);
		if (err) {
			printf("# v2p_map: %d %s\n", err, v2p_error(v2p));
			return false;
		}
		if (!pages_read(v2p, target, pagemap, range, &after))
			return false;
		if (!are_same(&before, &after) ||
		    memchr(before.status, V2P_STATUS_MIGRATING, before.count))
			continue;
		expected.count = 0;
		pages_to_extents(&before, range, &expected);
		return extents_same(&expected, list) &&
		       (pagemap == NO_PAGEMAP || !is_for_pagemap(range) ||
			pagemap_agrees(&before, range, list));
	}
	printf("# 0x%" PRIx64 " + 0x%" PRIx64 " never stood still\n", range->start,
	       range->length);
	return false;
}
