// SPDX-License-Identifier: LGPL-2.1-only
/* The packed arrays of a message of extents. */
#include <string.h>

#include "internal.h"

/* All arrays are there with as many elements, or none of them. */
static int set_array(struct v2p_extents *extents, const unsigned char **array, size_t size,
		     const struct v2p_attr *attr, unsigned int *seen)
{
	size_t count = attr->length / size;

	if (*array || attr->length % size || (*seen && count != extents->count))
		return -1;
	extents->count = count;
	*array = attr->data;
	(*seen)++;
	return 0;
}

int v2p_extents_parse(struct v2p *handle, const struct v2p_answer *answer,
		      struct v2p_extents *extents)
{
	enum { ARRAYS = 6 };
	const unsigned char *bytes = answer->attributes;
	size_t length = answer->length;
	unsigned int seen = 0;
	struct v2p_attr attr;
	bool placed = false;
	int ret;

	*extents = (struct v2p_extents){ 0 };
	while ((ret = v2p_attr_next(&bytes, &length, &attr)) > 0) {
		const unsigned char **array;
		size_t size;

		switch (attr.type) {
		case V2P_A_NEXT:
			if (v2p_attr_copy(&attr, &extents->next, sizeof(extents->next)))
				return v2p_fail_malformed(handle, "next");
			placed = true;
			continue;
		case V2P_A_CHANGING:
			extents->changing = true;
			continue;
		case V2P_A_VIRTUAL:
			array = &extents->address;
			size = sizeof(uint64_t);
			break;
		case V2P_A_PHYSICAL:
			array = &extents->physical;
			size = sizeof(uint64_t);
			break;
		case V2P_A_LENGTH:
			array = &extents->length;
			size = sizeof(uint64_t);
			break;
		case V2P_A_FLAGS:
			array = &extents->flags;
			size = sizeof(uint32_t);
			break;
		case V2P_A_STATUS:
			array = &extents->status;
			size = sizeof(uint8_t);
			break;
		case V2P_A_PAGE_SHIFT:
			array = &extents->page_shift;
			size = sizeof(uint8_t);
			break;
		default:
			continue;
		}
		if (set_array(extents, array, size, &attr, &seen))
			return v2p_fail_malformed(handle, "arrays of extents");
	}
	if (ret)
		return v2p_fail_malformed(handle, "attributes");
	if (!placed || (seen && seen != ARRAYS))
		return v2p_fail_malformed(handle, "extents");
	return 0;
}
