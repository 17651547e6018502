// SPDX-License-Identifier: LGPL-2.1-only
/* The packed arrays of a message of extents. */
#include <string.h>

#include "internal.h"

/**
 * struct array - where one attribute goes
 * @field: what asks for it, or 0 where it is always there
 * @size: bytes of an element; 0 if this attribute is no array
 * @member: its place in struct v2p_extents
 */
struct array {
	uint32_t field;
	uint8_t size;
	uint8_t member;
};

#define ARRAY(field, type, member, bits) \
	[type] = { field, (bits) / 8, offsetof(struct v2p_extents, member) },

/* By the type of the attribute. */
static const struct array layout[__V2P_A_MAX] = { V2P_MAP_ARRAYS(ARRAY) };

#define CHECK(field, type, member, bits) \
	_Static_assert(sizeof(((struct v2p_extent *)0)->member) == (bits) / 8, #member);
V2P_MAP_ARRAYS(CHECK)

static bool is_asked(uint32_t field, uint32_t fields)
{
	return !field || field & fields;
}

static unsigned int count_asked(uint32_t fields)
{
#define ASKED(field, type, member, bits) + is_asked(field, fields)
	return 0 V2P_MAP_ARRAYS(ASKED);
#undef ASKED
}

/* All arrays that were asked for are there with as many elements, or none of them. */
static int set_array(struct v2p_extents *extents, const struct array *array,
		     const struct v2p_attr *attr, unsigned int *seen)
{
	const unsigned char **place =
		(const unsigned char **)((unsigned char *)extents + array->member);
	size_t count = attr->length / array->size;

	if (*place || attr->length % array->size || (*seen && count != extents->count))
		return -1;
	extents->count = count;
	*place = attr->data;
	(*seen)++;
	return 0;
}

int v2p_extents_parse(struct v2p *handle, const struct v2p_answer *answer, uint32_t fields,
		      struct v2p_extents *extents)
{
	const unsigned char *bytes = answer->attributes;
	size_t length = answer->length;
	unsigned int seen = 0;
	struct v2p_attr attr;
	bool placed = false;
	int ret;

	*extents = (struct v2p_extents){ 0 };
	while ((ret = v2p_attr_next(&bytes, &length, &attr)) > 0) {
		switch (attr.type) {
		case V2P_A_NEXT:
			if (v2p_attr_copy(&attr, &extents->next, sizeof(extents->next)))
				return v2p_fail_malformed(handle, "next");
			placed = true;
			continue;
		case V2P_A_CHANGING:
			extents->changing = true;
			continue;
		}
		if (attr.type >= __V2P_A_MAX || !layout[attr.type].size ||
		    !is_asked(layout[attr.type].field, fields))
			continue;
		if (set_array(extents, &layout[attr.type], &attr, &seen))
			return v2p_fail_malformed(handle, "arrays of extents");
	}
	if (ret)
		return v2p_fail_malformed(handle, "attributes");
	if (!placed || (seen && seen != count_asked(fields)))
		return v2p_fail_malformed(handle, "extents");
	return 0;
}
