// SPDX-License-Identifier: LGPL-2.1-only
/* The packed arrays of an answer, one element for each address. */
#include <string.h>

#include "internal.h"

/**
 * struct array - where one attribute goes
 * @field: what asks for it, or 0
 * @type: the attribute
 * @size: bytes of an element
 * @member: the caller's array, in struct v2p_arrays
 * @name: for people
 */
struct array {
	uint32_t field;
	uint16_t type;
	uint8_t size;
	uint8_t member;
	const char *name;
};

#define ARRAY(field, type, member, bits) \
	{ field, type, (bits) / 8, offsetof(struct v2p_arrays, member), #member },

static const struct array layout[] = { V2P_TRANSLATE_ARRAYS(ARRAY) };

enum { ARRAYS = sizeof(layout) / sizeof(layout[0]) };

#define CHECK(field, type, member, bits) \
	_Static_assert(sizeof(*((struct v2p_arrays *)0)->member) == (bits) / 8 && \
		       sizeof(((struct v2p_translation *)0)->member) == (bits) / 8, #member);
V2P_TRANSLATE_ARRAYS(CHECK)

static unsigned char *place(const struct v2p_arrays *arrays, const struct array *array)
{
	return *(unsigned char *const *)((const unsigned char *)arrays + array->member);
}

uint32_t v2p_arrays_fields(const struct v2p_arrays *arrays)
{
	uint32_t fields = 0;
	unsigned int i;

	for (i = 0; i < ARRAYS; i++)
		if (place(arrays, &layout[i]))
			fields |= layout[i].field;
	return fields;
}

struct v2p_arrays v2p_arrays_of(struct v2p_translation *translation)
{
#define POINTER(field, type, member, bits) .member = &translation->member,
	return (struct v2p_arrays){ V2P_TRANSLATE_ARRAYS(POINTER) };
#undef POINTER
}

static int read_aside(const struct v2p_attr *attr, struct v2p_aside *aside)
{
	if (attr->type == V2P_A_CHANGING)
		aside->changing = true;
	if (attr->type != V2P_A_IDENTITY)
		return 0;
	if (aside->identified || v2p_attr_copy(attr, aside->identity, sizeof(aside->identity)))
		return -1;
	aside->identified = true;
	return 0;
}

/* Each array that was asked for must be there, once, with exactly @count elements. */
int v2p_arrays_parse(struct v2p *handle, const struct v2p_answer *answer,
		     const struct v2p_arrays *arrays, size_t first, size_t count,
		     struct v2p_aside *aside)
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

	*aside = (struct v2p_aside){ 0 };
	while ((ret = v2p_attr_next(&bytes, &length, &attr)) > 0) {
		for (i = 0; i < ARRAYS && layout[i].type != attr.type; i++)
			;
		if (i == ARRAYS) {
			if (read_aside(&attr, aside))
				return v2p_fail_malformed(handle, "identity");
			continue;
		}
		if (!place(arrays, &layout[i]))
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
