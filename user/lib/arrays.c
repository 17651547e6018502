// SPDX-License-Identifier: LGPL-2.1-only
/* The packed arrays of an answer, one element for each address. */
#include <string.h>

#include "internal.h"

/**
 * struct array - where one attribute goes
 * @type: the attribute
 * @size: bytes of an element
 * @to: the caller's array, or NULL
 * @name: for people
 */
struct array {
	uint16_t type;
	size_t size;
	void *to;
	const char *name;
};

enum { ARRAYS = 7 };

#define ARRAY(attribute, member) \
	{ attribute, sizeof(*arrays->member), arrays->member, #member }

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

/* Each array that was asked for must be there, once, with exactly @count elements. */
int v2p_arrays_parse(struct v2p *handle, const struct v2p_answer *answer,
		     const struct v2p_arrays *arrays, size_t first, size_t count)
{
	const struct array places[ARRAYS] = {
		ARRAY(V2P_A_STATUS, status),
		ARRAY(V2P_A_PHYSICAL, physical),
		ARRAY(V2P_A_PAGE_SHIFT, page_shift),
		ARRAY(V2P_A_FLAGS, flags),
		ARRAY(V2P_A_ENTRY, entry),
		ARRAY(V2P_A_SWAP_TYPE, swap_type),
		ARRAY(V2P_A_SWAP_OFFSET, swap_offset),
	};
	const unsigned char *bytes = answer->attributes;
	size_t length = answer->length;
	bool seen[ARRAYS] = { false };
	struct v2p_attr attr;
	size_t i;
	int ret;

	while ((ret = v2p_attr_next(&bytes, &length, &attr)) > 0) {
		for (i = 0; i < ARRAYS && places[i].type != attr.type; i++)
			;
		if (i == ARRAYS || !places[i].to)
			continue;
		if (seen[i] || attr.length != count * places[i].size)
			return v2p_fail_malformed(handle, places[i].name);
		memcpy((unsigned char *)places[i].to + first * places[i].size, attr.data,
		       attr.length);
		seen[i] = true;
	}
	if (ret)
		return v2p_fail_malformed(handle, "attributes");
	for (i = 0; i < ARRAYS; i++)
		if (places[i].to && !seen[i])
			return v2p_fail_malformed(handle, places[i].name);
	return 0;
}
