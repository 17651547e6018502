// SPDX-License-Identifier: LGPL-2.1-only
#include <errno.h>
#include <string.h>

#include "internal.h"

static const struct v2p_sized sized = V2P_SIZED(v2p_walk, translation.node);

static int parse_step(const struct v2p_attr *nest, struct v2p_step *step)
{
	const unsigned char *bytes = nest->data;
	size_t length = nest->length;
	struct v2p_attr attr;
	unsigned int seen = 0;
	int ret;

	while ((ret = v2p_attr_next(&bytes, &length, &attr)) > 0) {
		int bad = 0;

		switch (attr.type) {
		case V2P_A_STEP_LEVEL:
			bad = v2p_attr_copy(&attr, &step->level, sizeof(step->level));
			break;
		case V2P_A_STEP_INDEX:
			bad = v2p_attr_copy(&attr, &step->index, sizeof(step->index));
			break;
		case V2P_A_STEP_ENTRY_PHYSICAL:
			bad = v2p_attr_copy(&attr, &step->entry_physical,
					    sizeof(step->entry_physical));
			break;
		case V2P_A_STEP_ENTRY:
			bad = v2p_attr_copy(&attr, &step->entry, sizeof(step->entry));
			break;
		case V2P_A_STEP_FLAGS:
			bad = v2p_attr_copy(&attr, &step->flags, sizeof(step->flags));
			break;
		case V2P_A_STEP_SHIFT:
			if (v2p_attr_copy(&attr, &step->shift, sizeof(step->shift)))
				return -EBADMSG;
			continue;
		default:
			continue;
		}
		if (bad)
			return bad;
		seen |= 1U << attr.type;
	}
	if (ret)
		return ret;
	return seen == (1U << V2P_A_STEP_LEVEL | 1U << V2P_A_STEP_INDEX |
			1U << V2P_A_STEP_ENTRY_PHYSICAL | 1U << V2P_A_STEP_ENTRY |
			1U << V2P_A_STEP_FLAGS) ? 0 : -EBADMSG;
}

int v2p_walk_parse(struct v2p *handle, const struct v2p_answer *answer, struct v2p_walk *walk)
{
	const unsigned char *bytes = answer->attributes;
	size_t length = answer->length;
	struct v2p_arrays arrays;
	struct v2p_attr attr;
	struct v2p_aside aside;
	bool rooted = false;

	memset(walk, 0, sizeof(*walk));
	arrays = v2p_arrays_of(&walk->translation);
	while (v2p_attr_next(&bytes, &length, &attr) > 0) {
		switch (attr.type) {
		case V2P_A_ROOT:
			if (v2p_attr_copy(&attr, &walk->root, sizeof(walk->root)))
				return v2p_fail_malformed(handle, "root");
			rooted = true;
			break;
		case V2P_A_STEP:
			if (walk->step_count == V2P_MAX_STEPS ||
			    parse_step(&attr, &walk->steps[walk->step_count++]))
				return v2p_fail_malformed(handle, "step");
			break;
		case V2P_A_DEVICE_TRANSLATION:
			if (v2p_attr_copy(&attr, &walk->device_translation,
					  sizeof(walk->device_translation)))
				return v2p_fail_malformed(handle, "device translation");
			break;
		case V2P_A_TABLE_FORMAT:
			if (v2p_attr_copy(&attr, &walk->table_format,
					  sizeof(walk->table_format)))
				return v2p_fail_malformed(handle, "table format");
			break;
		}
	}
	if (!rooted)
		return v2p_fail_malformed(handle, "root");
	return v2p_arrays_parse(handle, answer, &arrays, 0, 1, &aside);
}

static int ask(struct v2p *handle, const struct v2p_target *target, uint64_t address,
	       struct v2p_walk *walk)
{
	struct v2p_request request;
	struct v2p_answer answer;
	int ret;

	if (target->kind == V2P_TARGET_SPACE)
		return v2p_space_walk(handle, target, address, walk);
	v2p_request_init(handle, &request, V2P_CMD_WALK);
	v2p_target_put(target, &request);
	v2p_request_put_known(&request);
	v2p_request_put(&request, V2P_A_ADDRESS, &address, sizeof(address));
	ret = v2p_ask(handle, &request, V2P_CMD_WALK, &answer);
	if (!ret)
		ret = v2p_walk_parse(handle, &answer, walk);
	return ret;
}

int v2p_walk_within(struct v2p *handle, const struct v2p_target *target, uint64_t address,
		    struct v2p_walk *walk)
{
	struct v2p_retry retry = { 0 };
	int ret = v2p_target_check(handle, target);

	if (ret)
		return ret;
	do {
		ret = ask(handle, target, address, walk);
	} while (!ret && walk->translation.flags & V2P_FLAG_CHANGING &&
		 v2p_retry(handle, &retry));
	return ret;
}

int v2p_get_walk(struct v2p *handle, struct v2p_target target, uint64_t address,
		 struct v2p_walk *walk)
{
	struct v2p_walk ours;
	V2P_CALL_OF(call, handle, &target);
	int ret = call.error;

	if (!ret)
		ret = v2p_sized_check(handle, &sized, walk);
	if (!ret)
		ret = v2p_walk_within(handle, &target, address, &ours);
	if (ret)
		return ret;
	v2p_sized_write(&sized, &ours, walk);
	walk->translation.size = walk->size - offsetof(struct v2p_walk, translation);
	return 0;
}
