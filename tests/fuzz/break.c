// SPDX-License-Identifier: GPL-2.0
/* What may be wrong with a request. */
#include <string.h>

#include <linux/netlink.h>
#include <linux/v2p.h>

#include "request.h"

#define HIGHEST (V2P_A_MAX + 3)

static struct attribute *any_attribute(struct request *request, struct random *random)
{
	return request->count ? &request->attributes[random_below(random, request->count)] : NULL;
}

static struct attribute *add_attribute(struct request *request)
{
	struct attribute *fresh;

	if (request->count == REQUEST_ATTRIBUTES)
		return NULL;
	fresh = &request->attributes[request->count++];
	*fresh = (struct attribute){ 0 };
	return fresh;
}

static void lose(struct request *request, struct random *random)
{
	struct attribute *lost = any_attribute(request, random);

	if (lost)
		*lost = request->attributes[--request->count];
}

static void repeat(struct request *request, struct random *random)
{
	struct attribute *again = any_attribute(request, random), *fresh;

	fresh = again ? add_attribute(request) : NULL;
	if (fresh)
		*fresh = *again;
}

static void resize(struct request *request, struct random *random)
{
	struct attribute *attribute = any_attribute(request, random);

	if (!attribute)
		return;
	if (attribute->large)
		attribute->size = random_below(random, attribute->size);
	else
		attribute->size = random_below(random, sizeof(attribute->small) + 1);
}

/* More than a batch holds, up to the largest attribute that there is. */
static void make_huge(struct request *request, struct random *random)
{
	static const unsigned char zeroes[UINT16_MAX];
	static const uint16_t sizes[] = { 1025 * 8, 1024 * 8 + 1, UINT16_MAX - NLA_HDRLEN,
					  (UINT16_MAX - NLA_HDRLEN) & ~7 };
	struct attribute *attribute = any_attribute(request, random);

	if (!attribute || !one_in(random, 8))
		return;
	attribute->large = zeroes;
	attribute->size = RANDOM_OF(random, sizes);
}

static void retype(struct request *request, struct random *random)
{
	struct attribute *attribute = any_attribute(request, random);

	if (attribute)
		attribute->type = one_in(random, 8) ? random_number(random) :
						      random_below(random, HIGHEST);
}

static void flag_type(struct request *request, struct random *random)
{
	struct attribute *attribute = any_attribute(request, random);

	if (attribute)
		attribute->type ^= one_in(random, 2) ? NLA_F_NESTED : NLA_F_NET_BYTEORDER;
}

static void lie_about_attribute(struct request *request, struct random *random)
{
	static const int lies[] = { -1, 1, 2, 3, 4, 8, 12, -4, -5, -8, 100, 60000 };
	struct attribute *attribute = any_attribute(request, random);

	if (attribute)
		attribute->lie = RANDOM_OF(random, lies);
}

static void add_stranger(struct request *request, struct random *random)
{
	struct attribute *fresh = add_attribute(request);
	uint64_t value = random_number(random);

	if (!fresh)
		return;
	fresh->type = random_below(random, HIGHEST);
	fresh->size = random_below(random, 9);
	memcpy(fresh->small, &value, sizeof(value));
}

/* One attribute inside another of its own kind, or of any. */
static void nest(struct request *request, struct random *random)
{
	struct attribute *attribute = any_attribute(request, random);
	struct nlattr inner;

	if (!attribute || attribute->large ||
	    attribute->size > sizeof(attribute->small) - sizeof(inner))
		return;
	inner.nla_type = attribute->type;
	inner.nla_len = sizeof(inner) + attribute->size;
	memmove(attribute->small + sizeof(inner), attribute->small, attribute->size);
	memcpy(attribute->small, &inner, sizeof(inner));
	attribute->size += sizeof(inner);
	if (one_in(random, 2))
		attribute->type = random_below(random, HIGHEST) | NLA_F_NESTED;
}

static void scramble(struct request *request, struct random *random)
{
	static const uint64_t values[] = { 0, 1, INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX,
					   1ULL << 63, 4096, 1 << 9, 1 << 20, 1 << 5 };
	struct attribute *attribute = any_attribute(request, random);
	uint64_t value = one_in(random, 2) ? RANDOM_OF(random, values) : random_number(random);

	if (attribute && !attribute->large)
		memcpy(attribute->small, &value, sizeof(value));
}

static void flip(struct request *request, struct random *random)
{
	struct attribute *attribute = any_attribute(request, random);

	if (attribute && !attribute->large && attribute->size)
		attribute->small[random_below(random, attribute->size)] ^=
			1 << random_below(random, 8);
}

static void reorder(struct request *request, struct random *random)
{
	struct attribute *one = any_attribute(request, random);
	struct attribute *other = any_attribute(request, random), kept;

	if (!one)
		return;
	kept = *one;
	*one = *other;
	*other = kept;
}

static void change_flags(struct request *request, struct random *random)
{
	static const uint16_t flags[] = { NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK, NLM_F_ECHO,
					  NLM_F_DUMP_INTR, NLM_F_DUMP_FILTERED, NLM_F_ROOT,
					  NLM_F_MATCH, NLM_F_DUMP, NLM_F_ATOMIC };

	request->flags = one_in(random, 8) ? random_number(random) :
					     request->flags ^ RANDOM_OF(random, flags);
}

static void change_command(struct request *request, struct random *random)
{
	request->cmd = one_in(random, 8) ? random_number(random) :
					   random_below(random, V2P_CMD_MAX + 2);
}

static void change_header(struct request *request, struct random *random)
{
	switch (random_below(random, 3)) {
	case 0:
		request->version = random_number(random);
		break;
	case 1:
		request->reserved = random_number(random);
		break;
	default:
		request->port = random_number(random);
	}
}

/* The kernel's own messages, and families that there are not: others are not ours. */
static void change_family(struct request *request, struct random *random)
{
	static const uint16_t types[] = { 0, NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN,
					  NLMSG_MIN_TYPE - 1, 0x400, UINT16_MAX };

	if (one_in(random, 4))
		request->type = RANDOM_OF(random, types);
}

/* What comes behind it in the datagram is lost, or taken for something else. */
static void lie_about_length(struct request *request, struct random *random)
{
	static const int lies[] = { -1, 1, 3, 4, -4, 8, -8, 20, 400, 1 << 16, -20, INT32_MIN };

	if (one_in(random, 4))
		request->lie = RANDOM_OF(random, lies);
}

void request_break(struct request *request, struct random *random)
{
	static void (*const ways[])(struct request *request, struct random *random) = {
		lose, repeat, resize, make_huge, retype, flag_type, lie_about_attribute,
		add_stranger, nest, scramble, flip, reorder, change_flags, change_command,
		change_header, change_family, lie_about_length,
	};

	RANDOM_OF(random, ways)(request, random);
	request->wanted = (struct wanted){ .known = false };
}
