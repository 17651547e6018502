// SPDX-License-Identifier: LGPL-2.1-only
/* The packed arrays of an answer, one element for each address. */
#include <string.h>

#include "internal.h"

/**
 * struct array - where one attribute goes
 * @size: bytes of an element; 0 if this attribute is no array
 * @member: the caller's array, in struct v2p_arrays
 * @name: for people
 */
struct array {
	uint8_t size;
	uint8_t member;
	const char *name;
};

#define ARRAY(field, type, member, bits) \
	[type] = { (bits) / 8, offsetof(struct v2p_arrays, member), #member },

/* By the type of the attribute. */
static const struct array layout[__V2P_A_MAX] = { V2P_TRANSLATE_ARRAYS(ARRAY) };

_Static_assert(__V2P_A_MAX <= 64, "v2p_arrays_parse() has a bit for each type");

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
#define FIELD(field, type, member, bits) | (arrays->member ? (field) : 0)
	return 0 V2P_TRANSLATE_ARRAYS(FIELD);
#undef FIELD
}

struct v2p_arrays v2p_arrays_of(struct v2p_translation *translation)
{
#define POINTER(field, type, member, bits) .member = &translation->member,
	return (struct v2p_arrays){ V2P_TRANSLATE_ARRAYS(POINTER) };
#undef POINTER
}

/* Those that are wanted, a bit for each type. */
static uint64_t wanted_types(const struct v2p_arrays *arrays)
{
#define TYPE(field, type, member, bits) | (arrays->member ? UINT64_C(1) << (type) : 0)
	return 0 V2P_TRANSLATE_ARRAYS(TYPE);
#undef TYPE
}

/* Most answers are of one address: a copy of a known size is no call. */
static void copy_array(unsigned char *to, const unsigned char *from, size_t length)
{
	if (length == 1)
		*to = *from;
	else if (length == 8)
		memcpy(to, from, 8);
	else
		memcpy(to, from, length);
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
	uint64_t missing = wanted_types(arrays);
	const uint64_t wanted = missing;
	size_t length = answer->length;
	struct v2p_attr attr;
	int ret;

	*aside = (struct v2p_aside){ 0 };
	while ((ret = v2p_attr_next(&bytes, &length, &attr)) > 0) {
		const struct array *array;
		uint64_t bit;

		if (attr.type >= __V2P_A_MAX)
			continue;
		array = &layout[attr.type];
		bit = UINT64_C(1) << attr.type;
		if (!array->size) {
			if (read_aside(&attr, aside))
				return v2p_fail_malformed(handle, "identity");
			continue;
		}
		if (!(wanted & bit))
			continue;
		if (!(missing & bit) || attr.length != count * array->size)
			return v2p_fail_malformed(handle, array->name);
		copy_array(place(arrays, array) + first * array->size, attr.data, attr.length);
		missing &= ~bit;
	}
	if (ret)
		return v2p_fail_malformed(handle, "attributes");
	if (missing)
		return v2p_fail_malformed(handle, layout[__builtin_ctzll(missing)].name);
	return 0;
}
