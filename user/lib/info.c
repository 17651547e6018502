// SPDX-License-Identifier: LGPL-2.1-only
#include <errno.h>
#include <string.h>

#include "internal.h"

static const struct v2p_sized sized = V2P_SIZED(v2p_info, levels);

static int parse_level(const struct v2p_attr *nest, struct v2p_level_info *level)
{
	const unsigned char *bytes = nest->data;
	size_t length = nest->length;
	struct v2p_attr attr;
	unsigned int seen = 0;
	int ret;

	while ((ret = v2p_attr_next(&bytes, &length, &attr)) > 0) {
		uint8_t *to;

		switch (attr.type) {
		case V2P_A_PAGING_LEVEL_LEVEL:
			to = &level->level;
			break;
		case V2P_A_PAGING_LEVEL_SHIFT:
			to = &level->shift;
			break;
		case V2P_A_PAGING_LEVEL_BITS:
			to = &level->bits;
			break;
		default:
			continue;
		}
		if (v2p_attr_copy(&attr, to, sizeof(*to)))
			return -EBADMSG;
		seen |= 1U << attr.type;
	}
	if (ret)
		return ret;
	return seen == (1U << V2P_A_PAGING_LEVEL_LEVEL | 1U << V2P_A_PAGING_LEVEL_SHIFT |
			1U << V2P_A_PAGING_LEVEL_BITS) ? 0 : -EBADMSG;
}

static int parse_attribute(const struct v2p_attr *attr, struct v2p_info *info)
{
	switch (attr->type) {
	case V2P_A_MODULE_VERSION:
		return v2p_attr_string(attr, info->module_version, sizeof(info->module_version));
	case V2P_A_ARCH:
		return v2p_attr_string(attr, info->arch, sizeof(info->arch));
	case V2P_A_BASE_PAGE_SHIFT:
		return v2p_attr_copy(attr, &info->page_shift, sizeof(info->page_shift));
	case V2P_A_PHYSICAL_BITS:
		return v2p_attr_copy(attr, &info->physical_bits, sizeof(info->physical_bits));
	case V2P_A_VIRTUAL_BITS:
		return v2p_attr_copy(attr, &info->virtual_bits, sizeof(info->virtual_bits));
	case V2P_A_FEATURES:
		return v2p_attr_copy(attr, &info->features, sizeof(info->features));
	case V2P_A_MAX_BATCH:
		return v2p_attr_copy(attr, &info->max_batch, sizeof(info->max_batch));
	case V2P_A_PAGING_LEVEL:
		if (info->level_count == V2P_MAX_LEVELS)
			return -EBADMSG;
		return parse_level(attr, &info->levels[info->level_count++]);
	default:
		return 0;
	}
}

#define BIT(type) (UINT64_C(1) << (type))

int v2p_info_parse(struct v2p *handle, const struct v2p_answer *answer, struct v2p_info *info)
{
	const uint64_t required = BIT(V2P_A_MODULE_VERSION) | BIT(V2P_A_ARCH) |
				  BIT(V2P_A_BASE_PAGE_SHIFT) | BIT(V2P_A_PAGING_LEVEL) |
				  BIT(V2P_A_PHYSICAL_BITS) | BIT(V2P_A_VIRTUAL_BITS) |
				  BIT(V2P_A_FEATURES) | BIT(V2P_A_MAX_BATCH);
	const unsigned char *bytes = answer->attributes;
	size_t length = answer->length;
	struct v2p_attr attr;
	uint64_t seen = 0;
	int ret;

	memset(info, 0, sizeof(*info));
	while ((ret = v2p_attr_next(&bytes, &length, &attr)) > 0) {
		if (parse_attribute(&attr, info))
			return v2p_fail_malformed(handle, "info");
		if (attr.type < 64)
			seen |= BIT(attr.type);
	}
	if (ret || (seen & required) != required || !info->max_batch)
		return v2p_fail_malformed(handle, "info");
	return 0;
}

/* The largest reply, with what the kernel allocates around it. */
static size_t reply_cost(size_t count)
{
	return 2 * (count * V2P_REPLY_ELEMENT + 512);
}

static void choose_batch(struct v2p *handle, uint32_t max_batch)
{
	size_t window, request;

	handle->batch = max_batch < V2P_BATCH_LIMIT ? max_batch : V2P_BATCH_LIMIT;

	/* No more in flight than what surely fits into the socket, either way. */
	request = sizeof(struct v2p_request) + handle->batch * sizeof(uint64_t);
	window = handle->receive_room / reply_cost(handle->batch);
	if (window > handle->send_room / 2 / request)
		window = handle->send_room / 2 / request;
	if (window > V2P_WINDOW_LIMIT)
		window = V2P_WINDOW_LIMIT;
	handle->window = window ? window : 1;
}

static int ask_info(struct v2p *handle, struct v2p_info *info)
{
	struct v2p_request request;
	struct v2p_answer answer;
	int ret;

	v2p_request_init(handle, &request, V2P_CMD_INFO);
	ret = v2p_ask(handle, &request, V2P_CMD_INFO, &answer);
	if (!ret)
		ret = v2p_info_parse(handle, &answer, info);
	if (!ret)
		choose_batch(handle, info->max_batch);
	return ret;
}

int v2p_get_info(struct v2p *handle, struct v2p_info *info)
{
	struct v2p_info ours;
	V2P_CALL(call, handle);
	int ret = call.error;

	if (!ret)
		ret = v2p_sized_check(handle, &sized, info);
	if (!ret)
		ret = ask_info(handle, &ours);
	if (!ret)
		v2p_sized_write(&sized, &ours, info);
	return ret;
}

int v2p_learn_batch(struct v2p *handle)
{
	struct v2p_info info;

	return handle->batch ? 0 : ask_info(handle, &info);
}
