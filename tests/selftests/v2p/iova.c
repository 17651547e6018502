// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "iova.h"

#define FIELDS (V2P_FIELD_PHYSICAL | V2P_FIELD_PAGE_SHIFT | V2P_FIELD_FLAGS)
#define BATCH 256

void iova_begin(struct wire *wire, uint8_t command, const char *device)
{
	wire_begin(wire, command);
	wire_put(wire, V2P_A_DEVICE, device, strlen(device) + 1);
	wire_put_u32(wire, V2P_A_KNOWN_FLAGS, V2P_FLAG_MASK);
}

/* All elements of one size, or NULL. */
static const void *array(const struct wire *wire, uint16_t attribute, size_t size, size_t count)
{
	size_t length;
	const void *data = wire_get(wire, attribute, &length);

	return data && length == size * count ? data : NULL;
}

static bool read_answers(const struct wire *wire, struct iova_answer *answers, size_t count)
{
	const uint8_t *status = array(wire, V2P_A_STATUS, sizeof(*status), count);
	const uint8_t *shifts = array(wire, V2P_A_PAGE_SHIFT, sizeof(*shifts), count);
	const uint8_t *flags = array(wire, V2P_A_FLAGS, sizeof(uint32_t), count);
	const uint8_t *physical = array(wire, V2P_A_PHYSICAL, sizeof(uint64_t), count);
	size_t i;

	if (!status || !shifts || !flags || !physical)
		return false;
	for (i = 0; i < count; i++) {
		answers[i].status = status[i];
		answers[i].page_shift = shifts[i];
		memcpy(&answers[i].flags, flags + i * sizeof(uint32_t), sizeof(uint32_t));
		memcpy(&answers[i].physical, physical + i * sizeof(uint64_t), sizeof(uint64_t));
	}
	return true;
}

int iova_translate(struct wire *wire, const char *device, const uint64_t *addresses,
		   struct iova_answer *answers, size_t count)
{
	size_t part;
	int err;

	for (; count; count -= part, addresses += part, answers += part) {
		part = count < BATCH ? count : BATCH;
		iova_begin(wire, V2P_CMD_TRANSLATE, device);
		wire_put_u32(wire, V2P_A_FIELDS, FIELDS);
		wire_put(wire, V2P_A_VIRTUAL, addresses, part * sizeof(*addresses));
		err = wire_ask(wire);
		if (err)
			return err;
		if (!read_answers(wire, answers, part))
			return -EPROTO;
	}
	return 0;
}

int iova_translate_one(struct wire *wire, const char *device, uint64_t address,
		       struct iova_answer *answer)
{
	return iova_translate(wire, device, &address, answer, 1);
}

/* The next attribute from there on, or NULL. */
static const struct nlattr *next_attribute(const uint8_t *data, size_t length, size_t *at)
{
	const struct nlattr *nla = (const void *)(data + *at);

	if (*at + NLA_HDRLEN > length || nla->nla_len < NLA_HDRLEN || *at + nla->nla_len > length)
		return NULL;
	*at += NLA_ALIGN(nla->nla_len);
	return nla;
}

static void read_number(const struct nlattr *nla, void *number, size_t size)
{
	size_t length = nla->nla_len - NLA_HDRLEN;

	memcpy(number, (const uint8_t *)nla + NLA_HDRLEN, length < size ? length : size);
}

static void read_step(const struct nlattr *nest, struct iova_step *step)
{
	const uint8_t *data = (const uint8_t *)nest + NLA_HDRLEN;
	size_t length = nest->nla_len - NLA_HDRLEN, at = 0;
	const struct nlattr *nla;

	memset(step, 0, sizeof(*step));
	while ((nla = next_attribute(data, length, &at))) {
		switch (nla->nla_type & NLA_TYPE_MASK) {
		case V2P_A_STEP_LEVEL:
			read_number(nla, &step->level, sizeof(step->level));
			break;
		case V2P_A_STEP_SHIFT:
			read_number(nla, &step->shift, sizeof(step->shift));
			break;
		case V2P_A_STEP_INDEX:
			read_number(nla, &step->index, sizeof(step->index));
			break;
		case V2P_A_STEP_ENTRY_PHYSICAL:
			read_number(nla, &step->at, sizeof(step->at));
			break;
		case V2P_A_STEP_ENTRY:
			read_number(nla, &step->entry, sizeof(step->entry));
			break;
		}
	}
}

int iova_walk(struct wire *wire, const char *device, uint64_t address, struct iova_walk *walk)
{
	size_t at = NLMSG_HDRLEN + GENL_HDRLEN;
	const struct nlattr *nla;
	int err;

	memset(walk, 0, sizeof(*walk));
	iova_begin(wire, V2P_CMD_WALK, device);
	wire_put_u64(wire, V2P_A_ADDRESS, address);
	err = wire_ask(wire);
	if (err)
		return err;
	if (!read_answers(wire, &walk->answer, 1))
		return -EPROTO;
	while ((nla = next_attribute(wire->reply, wire->reply_length, &at))) {
		switch (nla->nla_type & NLA_TYPE_MASK) {
		case V2P_A_ROOT:
			read_number(nla, &walk->root, sizeof(walk->root));
			break;
		case V2P_A_DEVICE_TRANSLATION:
			read_number(nla, &walk->translation, sizeof(walk->translation));
			break;
		case V2P_A_TABLE_FORMAT:
			read_number(nla, &walk->format, sizeof(walk->format));
			break;
		case V2P_A_STEP:
			if (walk->count == IOVA_MAX_STEPS)
				return -EPROTO;
			read_step(nla, &walk->steps[walk->count++]);
			break;
		}
	}
	return 0;
}

static int add_extents(const struct wire *wire, struct iova_extents *list)
{
	size_t length, count, i;
	const uint8_t *starts = wire_get(wire, V2P_A_VIRTUAL, &length), *lengths;
	struct iova_answer *answers;

	if (!starts)
		return 0;
	count = length / sizeof(uint64_t);
	lengths = array(wire, V2P_A_LENGTH, sizeof(uint64_t), count);
	answers = calloc(count ?: 1, sizeof(*answers));
	if (!lengths || !read_answers(wire, answers, count)) {
		free(answers);
		return -EPROTO;
	}
	for (i = 0; i < count; i++) {
		struct iova_extent extent = { .answer = answers[i] };

		memcpy(&extent.start, starts + i * sizeof(uint64_t), sizeof(uint64_t));
		memcpy(&extent.length, lengths + i * sizeof(uint64_t), sizeof(uint64_t));
		if (list->count == list->room) {
			list->room = list->room ? 2 * list->room : 256;
			list->extents = reallocarray(list->extents, list->room, sizeof(extent));
		}
		if (!extent.length ||
		    (list->count && extent.start < list->extents[list->count - 1].start +
						   list->extents[list->count - 1].length)) {
			free(answers);
			return -EPROTO;
		}
		list->extents[list->count++] = extent;
	}
	free(answers);
	return 0;
}

int iova_map(struct wire *wire, const char *device, struct iova_extents *extents)
{
	int ret, err = 0;

	extents->count = 0;
	iova_begin(wire, V2P_CMD_MAP, device);
	wire_put_u32(wire, V2P_A_FIELDS, FIELDS);
	ret = wire_dump(wire);
	if (ret)
		return ret;
	/* What is left of a dump would be taken for the next answer. */
	while ((ret = wire_next(wire)) == 1)
		if (!err)
			err = add_extents(wire, extents);
	return ret ?: err;
}

void iova_free(struct iova_extents *extents)
{
	free(extents->extents);
	memset(extents, 0, sizeof(*extents));
}
