// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "extents.h"
#include "pagemap.h"

void extents_add(struct extents *list, const struct v2p_extent *extent)
{
	if (list->count == list->room) {
		list->room = list->room ? 2 * list->room : 1024;
		list->at = reallocarray(list->at, list->room, sizeof(*list->at));
		if (!list->at)
			abort();
	}
	list->at[list->count++] = *extent;
}

/* The rule of the wire's contract. */
static bool are_one(const struct v2p_extent *a, const struct v2p_extent *b, bool merge)
{
	if (extent_end(a) != b->address || a->status != b->status ||
	    (a->flags ^ b->flags) & V2P_FLAG_CHANGING)
		return false;
	if (a->status == V2P_STATUS_MAPPED && a->physical + a->length != b->physical)
		return false;
	return merge || (a->page_shift == b->page_shift && a->memory_type == b->memory_type &&
			 a->protection_key == b->protection_key &&
			 (a->flags & ~TOUCHED_FLAGS) == (b->flags & ~TOUCHED_FLAGS));
}

void extents_glue(struct extents *list, const struct v2p_extent *extent, bool merge)
{
	struct v2p_extent *last = list->at + list->count - 1;

	if (!list->count || !are_one(last, extent, merge)) {
		extents_add(list, extent);
		return;
	}
	last->length += extent->length;
	last->flags = (last->flags & extent->flags) |
		      ((last->flags | extent->flags) & TOUCHED_FLAGS);
	if (extent->memory_type != last->memory_type)
		last->memory_type = V2P_MEMORY_TYPE_UNSPECIFIED;
	if (extent->page_shift < last->page_shift)
		last->page_shift = extent->page_shift;
}

bool extents_of_message(const struct wire *wire, struct extents *list)
{
	static const struct {
		uint16_t attribute;
		uint8_t element;
	} arrays[] = {
		{ V2P_A_VIRTUAL, 8 }, { V2P_A_PHYSICAL, 8 }, { V2P_A_LENGTH, 8 },
		{ V2P_A_FLAGS, 4 }, { V2P_A_STATUS, 1 }, { V2P_A_PAGE_SHIFT, 1 },
	};
	enum { ARRAYS = sizeof(arrays) / sizeof(*arrays) };
	const uint8_t *found[ARRAYS];
	struct v2p_extent extent = {};
	size_t count = 0, length, i;

	for (i = 0; i < ARRAYS; i++) {
		found[i] = wire_get(wire, arrays[i].attribute, &length);
		if (!found[i])
			length = 0;
		if (i == 0)
			count = length / arrays[i].element;
		if (length != count * arrays[i].element) {
			printf("# array %zu has %zu bytes for %zu extents\n", i, length, count);
			return false;
		}
	}
	for (i = 0; i < count; i++) {
		memcpy(&extent.address, found[0] + i * 8, 8);
		memcpy(&extent.physical, found[1] + i * 8, 8);
		memcpy(&extent.length, found[2] + i * 8, 8);
		memcpy(&extent.flags, found[3] + i * 4, 4);
		extent.status = found[4][i];
		extent.page_shift = found[5][i];
		extents_add(list, &extent);
	}
	return true;
}

static void print(const char *who, const struct v2p_extent *e)
{
	printf("# %s 0x%" PRIx64 " + 0x%" PRIx64 ": %s, physical 0x%" PRIx64
	       ", shift %u, flags 0x%x, type %u, key %u\n", who, e->address, e->length,
	       v2p_status_name(e->status) ?: "?", e->physical, e->page_shift, e->flags,
	       e->memory_type, e->protection_key);
}

/* An extent as the contract has it, whatever stands before it. */
static bool is_well(const struct v2p_extent *e, const struct v2p_range *range)
{
	const uint32_t states = range->states ?: ALL_STATES & ~(1u << V2P_STATUS_NONE);
	const bool none = e->status == V2P_STATUS_NONE;

	if (!e->length || e->address < range->start ||
	    (range->length != V2P_TO_THE_END &&
	     e->address - range->start + e->length > range->length))
		return false;
	if (e->status > V2P_STATUS_MAX || e->status == V2P_STATUS_INVALID || !(states & 1u << e->status))
		return false;
	if (e->status != V2P_STATUS_MAPPED)
		return !e->physical && (none ? !e->page_shift && !(e->flags & ~V2P_FLAG_CHANGING) :
					       e->page_shift >= PAGE_SHIFT);
	/* The offset in the page is that of the address. */
	return e->page_shift >= PAGE_SHIFT && e->page_shift < 64 &&
	       (e->address ^ e->physical) % (1ULL << e->page_shift) == 0;
}

/**
 * struct taking - for what takes the extents
 * @range: what was asked for
 * @list: where they go
 */
struct taking {
	const struct v2p_range *range;
	struct extents *list;
};

static int take(const struct v2p_extent *extent, void *data)
{
	const struct taking *taking = data;
	struct extents *list = taking->list;
	const struct v2p_extent *last = list->count ? list->at + list->count - 1 : NULL;
	const char *fault = NULL;

	if (!is_well(extent, taking->range))
		fault = "must not be";
	else if (last && extent->address < extent_end(last))
		fault = "comes too late";
	else if (last && are_one(last, extent, taking->range->merge))
		fault = "belongs to the one before";
	extents_add(list, extent);
	if (!fault)
		return 0;
	if (last)
		print("after", list->at + list->count - 2);
	print(fault, extent);
	return 1;
}

int extents_map(struct v2p *v2p, struct v2p_target target, const struct v2p_range *range,
		struct extents *list)
{
	struct taking taking = { .range = range, .list = list };
	struct v2p_range asked = *range;

	/* They end extents, be they asked for or not. */
	if (!asked.fields)
		asked.fields = V2P_FIELD_PHYSICAL | V2P_FIELD_PAGE_SHIFT | V2P_FIELD_FLAGS |
			       V2P_FIELD_MEMORY_TYPE | V2P_FIELD_PROTECTION_KEY;
	list->count = 0;
	return v2p_map(v2p, target, &asked, take, &taking);
}

/* A list that was not asked for with the memory type has neither it nor the key. */
static bool same(const struct v2p_extent *a, const struct v2p_extent *b)
{
	return a->address == b->address && a->length == b->length &&
	       a->physical == b->physical && a->flags == b->flags &&
	       a->status == b->status && a->page_shift == b->page_shift &&
	       (!a->memory_type || !b->memory_type ||
		(a->memory_type == b->memory_type && a->protection_key == b->protection_key));
}

void extents_forget_touched(struct extents *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		list->at[i].flags &= ~TOUCHED_FLAGS;
}

bool extents_same(const struct extents *expected, const struct extents *found)
{
	size_t i;

	for (i = 0; i < expected->count && i < found->count; i++)
		if (!same(&expected->at[i], &found->at[i]))
			break;
	if (i == expected->count && i == found->count)
		return true;
	printf("# number %zu of %zu expected, %zu found:\n", i, expected->count,
	       found->count);
	if (i < expected->count)
		print("expected", &expected->at[i]);
	if (i < found->count)
		print("found", &found->at[i]);
	return false;
}

const struct v2p_extent *extents_find(const struct extents *list, uint64_t address)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (address - list->at[middle].address < list->at[middle].length)
			return &list->at[middle];
		if (address < list->at[middle].address)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

uint64_t extents_bytes(const struct extents *list)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < list->count; i++)
		bytes += list->at[i].length;
	return bytes;
}
