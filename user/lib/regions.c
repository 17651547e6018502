// SPDX-License-Identifier: LGPL-2.1-only
/* What the kernel's addresses are for. */
#include <errno.h>
#include <string.h>

#include "internal.h"

/* The arrays of an answer, in the handle's buffer, not aligned, and how many elements each has. */
struct regions {
#define ARRAY(field, type, member, bits) const unsigned char *member;
	V2P_REGIONS_ARRAYS(ARRAY)
#undef ARRAY
	size_t count;
};

/* An array must be there once, of as many elements as the others. */
static int take_array(const struct v2p_attr *attr, size_t width, struct regions *regions,
		      const unsigned char **array)
{
	const size_t count = attr->length / width;

	if (*array || attr->length % width || (regions->count && regions->count != count))
		return -EBADMSG;
	*array = attr->data;
	regions->count = count;
	return 0;
}

static int read_attribute(const struct v2p_attr *attr, struct regions *regions)
{
	switch (attr->type) {
#define ARRAY(field, attribute, member, bits) \
	case attribute: \
		return take_array(attr, (bits) / 8, regions, &regions->member);
	V2P_REGIONS_ARRAYS(ARRAY)
#undef ARRAY
	default:
		return 0;
	}
}

static struct v2p_region_range get(const struct regions *regions, size_t i)
{
	struct v2p_region_range range = { .region = regions->region[i] };

	memcpy(&range.start, regions->address + i * sizeof(range.start), sizeof(range.start));
	memcpy(&range.length, regions->length + i * sizeof(range.length), sizeof(range.length));
	return range;
}

/* Regions are not empty and in order, and none reaches into the next. */
static bool are_regions(const struct regions *regions)
{
	uint64_t last = 0;
	size_t i;

	for (i = 0; i < regions->count; i++) {
		const struct v2p_region_range range = get(regions, i);

		if (!range.length || range.start > UINT64_MAX - (range.length - 1) ||
		    (i && range.start <= last))
			return false;
		last = range.start + (range.length - 1);
	}
	return true;
}

static int parse(struct v2p *handle, const struct v2p_answer *answer, struct regions *regions)
{
	const unsigned char *bytes = answer->attributes;
	size_t length = answer->length;
	struct v2p_attr attr;
	int ret;

	*regions = (struct regions){ 0 };
	while ((ret = v2p_attr_next(&bytes, &length, &attr)) > 0) {
		ret = read_attribute(&attr, regions);
		if (ret)
			break;
	}
	if (ret || !regions->address || !regions->length || !regions->region || !regions->count ||
	    !are_regions(regions))
		return v2p_fail_malformed(handle, "regions");
	return 0;
}

int v2p_regions(struct v2p *handle, struct v2p_region_range *ranges, size_t size)
{
	struct v2p_request request;
	struct v2p_answer answer;
	struct regions regions;
	size_t i;
	int ret;
	V2P_CALL(call, handle);

	if (call.error)
		return call.error;
	if (!ranges && size)
		return v2p_fail(handle, -EINVAL, "no place for the answer");

	v2p_request_init(handle, &request, V2P_CMD_REGIONS);
	ret = v2p_ask(handle, &request, V2P_CMD_REGIONS, &answer);
	if (!ret)
		ret = parse(handle, &answer, &regions);
	if (ret)
		return ret;
	for (i = 0; i < regions.count && i < size; i++)
		ranges[i] = get(&regions, i);
	return regions.count;
}
