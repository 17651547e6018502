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

/* Attributes of higher numbers are no arrays. */
#define TYPES 64

/* By the type of the attribute. */
static const struct array layout[TYPES] = { V2P_TRANSLATE_ARRAYS(ARRAY) };

#define CHECK(field, type, member, bits) \
	_Static_assert((type) < TYPES, "v2p_arrays_parse() has a bit for it: " #member); \
	_Static_assert(sizeof(*((struct v2p_arrays *)0)->member) == (bits) / 8 && \
		       sizeof(((struct v2p_translation *)0)->member) == (bits) / 8, #member);
V2P_TRANSLATE_ARRAYS(CHECK)

static unsigned char *place(const struct v2p_arrays *arrays, const struct array *array)
{
	return *(unsigned char *const *)((const unsigned char *)arrays + array->member);
}

struct v2p_arrays v2p_arrays_of(struct v2p_translation *translation)
{
#define POINTER(field, type, member, bits) .member = &translation->member,
	struct v2p_arrays arrays = { V2P_TRANSLATE_ARRAYS(POINTER) };
#undef POINTER

	/* These cost more than all others, and an older module does not know them. */
	arrays.node = NULL;
	arrays.page_kind = NULL;
	translation->node = V2P_NO_NODE;
	translation->page_kind = V2P_PAGE_KIND_UNKNOWN;
	return arrays;
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

/*
 * Is this what the answer goes on with, an attribute of that type and size? Then it is copied,
 * and the answer is what follows.
 */
static inline __attribute__((always_inline))
bool take_next(struct v2p_answer *answer, uint16_t type, void *to, size_t size)
{
	const struct nlattr head = { .nla_len = sizeof(head) + size, .nla_type = type };
	size_t step = NLA_ALIGN(sizeof(head) + size);

	_Static_assert(V2P_BATCH_LIMIT * sizeof(uint64_t) + sizeof(head) <= UINT16_MAX,
		       "any array is an attribute");
	if (answer->length < sizeof(head) + size ||
	    memcmp(answer->attributes, &head, sizeof(head)))
		return false;
	copy_array(to, answer->attributes + sizeof(head), size);
	/* The last one need not be padded. */
	if (step > answer->length)
		step = answer->length;
	answer->attributes += step;
	answer->length -= step;
	return true;
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

/*
 * The attributes of an answer, in any order. Each array that is @missing must be there, once,
 * with exactly @count elements; none that has been taken may be there again.
 */
static __attribute__((noinline))
int parse(struct v2p *handle, const struct v2p_answer *answer, const struct v2p_arrays *arrays,
	  size_t first, size_t count, uint64_t missing, struct v2p_aside *aside)
{
	const unsigned char *bytes = answer->attributes;
	const uint64_t wanted = wanted_types(arrays);
	size_t length = answer->length;
	struct v2p_attr attr;
	int ret;

	while ((ret = v2p_attr_next(&bytes, &length, &attr)) > 0) {
		const struct array *array;
		uint64_t bit;

		if (attr.type >= TYPES)
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

/*
 * Each array that was asked for must be there, once, with exactly @count elements. The module
 * writes them in the order of the layout: what is found like that need not be looked for.
 */
int v2p_arrays_parse(struct v2p *handle, const struct v2p_answer *answer,
		     const struct v2p_arrays *arrays, size_t first, size_t count,
		     struct v2p_aside *aside)
{
	struct v2p_answer rest = *answer;
	uint64_t missing = 0;

	*aside = (struct v2p_aside){ 0 };
#define TAKE(field, type, member, bits) \
	if (arrays->member && \
	    !take_next(&rest, type, arrays->member + first, count * ((bits) / 8))) \
		missing |= UINT64_C(1) << (type);
	V2P_TRANSLATE_ARRAYS(TAKE)
#undef TAKE
	return missing || rest.length ?
		parse(handle, &rest, arrays, first, count, missing, aside) : 0;
}
