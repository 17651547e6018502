// SPDX-License-Identifier: LGPL-2.1-only
/* The packed arrays of an answer, one element for each address. */
#include <string.h>

#include "internal.h"

/**
 * struct array - where one attribute goes
 * @type: the attribute
 * @size: bytes of an element
 * @member: the caller's array, in struct v2p_arrays
 * @name: for people
 */
struct array {
	uint16_t type;
	uint8_t size;
	uint8_t member;
	const char *name;
};

#define ARRAY(attribute, member) \
	{ attribute, sizeof(*((struct v2p_arrays *)0)->member), \
	  offsetof(struct v2p_arrays, member), #member }

static const struct array layout[] = {
	ARRAY(V2P_A_STATUS, status),
	ARRAY(V2P_A_PHYSICAL, physical),
	ARRAY(V2P_A_PAGE_SHIFT, page_shift),
	ARRAY(V2P_A_FLAGS, flags),
	ARRAY(V2P_A_ENTRY, entry),
	ARRAY(V2P_A_SWAP_TYPE, swap_type),
	ARRAY(V2P_A_SWAP_OFFSET, swap_offset),
};

enum { ARRAYS = sizeof(layout) / sizeof(layout[0]) };

static unsigned char *place(const struct v2p_arrays *arrays, const struct array *array)
{
	return *(unsigned char *const *)((const unsigned char *)arrays + array->member);
}

uint32_t v2p_arrays_fields(const struct v2p_arrays *arrays)
{
	uint32_t fields = 0;

	if (arrays->physical)
		fields |= V2P_FIELD_PHYSICAL;
	if (arrays->page_shift)
		fields |= V2P_FIELD_PAGE_SHIFT;
	if (arrays->flags)
		fields |= V2P_FIELD_FLAGS;
	if (arrays->entry)
		fields |= V2P_FIELD_ENTRY;
	if (arrays->swap_type || arrays->swap_offset)
		fields |= V2P_FIELD_SWAP;
	return fields;
}

/*
 * Each array that was asked for must be there, once, with exactly @count elements.
 * @changing is set to whether some of the answers have V2P_FLAG_CHANGING.
 */
int v2p_arrays_parse(struct v2p *handle, const struct v2p_answer *answer,
		     const struct v2p_arrays *arrays, size_t first, size_t count,
		     bool *changing)
{
	const unsigned char *bytes = answer->attributes;
	size_t length = answer->length;
	struct v2p_attr attr;
	unsigned int missing = 0;
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAYS; i++)
		if (place(arrays, &layout[i]))
			missing |= 1u << i;

	*changing = false;
	while ((ret = v2p_attr_next(&bytes, &length, &attr)) > 0) {
		*changing |= attr.type == V2P_A_CHANGING;
		for (i = 0; i < ARRAYS && layout[i].type != attr.type; i++)
			;
		if (i == ARRAYS || !place(arrays, &layout[i]))
			continue;
		if (!(missing & 1u << i) || attr.length != count * layout[i].size)
			return v2p_fail_malformed(handle, layout[i].name);
		memcpy(place(arrays, &layout[i]) + first * layout[i].size, attr.data,
		       attr.length);
		missing &= ~(1u << i);
	}
	if (ret)
		return v2p_fail_malformed(handle, "attributes");
	if (missing)
		return v2p_fail_malformed(handle, layout[__builtin_ctz(missing)].name);
	return 0;
}
