// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/v2p.h>

#include "datagram.h"

#define HEADERS (NLMSG_HDRLEN + GENL_HDRLEN)

/* Bytes of a range of the kernel that may be searched for pages of some kind. */
#define LARGEST_SEARCH (1ULL << 33)

/*
 * To search all of the kernel's addresses takes long where KASAN has its shadow
 * among them.
 */
static bool takes_long(const unsigned char *bytes, size_t length)
{
	const struct genlmsghdr *generic = (const void *)(bytes + NLMSG_HDRLEN);
	uint64_t size = UINT64_MAX;
	bool kernel = false, filtered = false;
	size_t at = HEADERS;

	if (generic->cmd != V2P_CMD_MAP)
		return false;
	while (at + NLA_HDRLEN <= length) {
		const struct nlattr *nla = (const void *)(bytes + at);

		switch (nla->nla_type & NLA_TYPE_MASK) {
		case V2P_A_KERNEL:
			kernel = true;
			break;
		case V2P_A_SIZE:
			if (at + NLA_HDRLEN + sizeof(size) <= length)
				memcpy(&size, nla + 1, sizeof(size));
			break;
		case V2P_A_STATES:
		case V2P_A_PAGE_SHIFTS:
		case V2P_A_WITH_FLAGS:
		case V2P_A_WITHOUT_FLAGS:
		case V2P_A_MEMORY_TYPES:
			filtered = true;
			break;
		}
		if (nla->nla_len < NLA_HDRLEN)
			break;
		at += NLA_ALIGN(nla->nla_len);
	}
	return kernel && filtered && size > LARGEST_SEARCH;
}

/* Anywhere behind the header, whose length and family the kernel must be told apart by. */
static void flip_bits(unsigned char *bytes, size_t length, struct random *random)
{
	unsigned int count = 1 + random_below(random, 4);

	if (length <= NLMSG_HDRLEN)
		return;
	while (count--)
		bytes[NLMSG_HDRLEN + random_below(random, length - NLMSG_HDRLEN)] ^=
			1 << random_below(random, 8);
}

static size_t add_old(unsigned char *bytes, size_t room, uint32_t seq, struct random *random,
		      const struct corpus *corpus)
{
	size_t length = corpus_pick(corpus, random, bytes, room);

	if (length < HEADERS)
		return 0;
	((struct nlmsghdr *)bytes)->nlmsg_seq = seq;
	flip_bits(bytes, length, random);
	return length;
}

static size_t add_new(unsigned char *bytes, size_t room, uint32_t seq, struct random *random,
		      uint16_t family, const struct places *places, struct wanted *wanted)
{
	struct request request;
	unsigned int ways = one_in(random, 3) ? 0 : 1 + random_below(random, 3);
	size_t length;

	request_make(&request, random, family, places);
	while (ways--)
		request_break(&request, random);
	request.seq = seq;
	length = request_write(&request, bytes, room);
	if (length && !request.wanted.known && one_in(random, 4))
		flip_bits(bytes, length, random);
	*wanted = request.wanted;
	return length;
}

/* As netlink_rcv_skb() goes through them. */
static void find_messages(struct datagram *datagram, const struct wanted *wanted,
			  const size_t *starts, unsigned int planned)
{
	unsigned int plan = 0;
	size_t at = 0;

	datagram->count = 0;
	while (datagram->length - at >= NLMSG_HDRLEN) {
		const struct nlmsghdr *head = (const void *)(datagram->bytes + at);
		struct message *message = &datagram->messages[datagram->count];
		const struct genlmsghdr *generic = NLMSG_DATA(head);
		size_t step;

		if (head->nlmsg_len < NLMSG_HDRLEN || head->nlmsg_len > datagram->length - at)
			return;
		if (datagram->count++ == DATAGRAM_MESSAGES) {
			/* Others than planned: they would go unwatched. */
			datagram->count = DATAGRAM_MESSAGES;
			datagram->length = at;
			return;
		}
		*message = (struct message){
			.at = at, .length = head->nlmsg_len, .seq = head->nlmsg_seq,
			.type = head->nlmsg_type, .flags = head->nlmsg_flags,
			.cmd = head->nlmsg_len >= HEADERS ? generic->cmd : 0,
		};
		while (plan < planned && starts[plan] < at)
			plan++;
		if (plan < planned && starts[plan] == at)
			message->wanted = wanted[plan];
		step = NLMSG_ALIGN(head->nlmsg_len);
		at += step < datagram->length - at ? step : datagram->length - at;
	}
}

/* What is found where no request was meant to be may be for another family. */
static bool is_for_others(const struct datagram *datagram, uint16_t family)
{
	unsigned int i;

	for (i = 0; i < datagram->count; i++) {
		uint16_t type = datagram->messages[i].type;

		if (type >= NLMSG_MIN_TYPE && type != family && type < 0x400)
			return true;
	}
	return false;
}

static void fill(struct datagram *datagram, struct random *random, uint16_t family,
		 const struct places *places, const struct corpus *corpus)
{
	static uint32_t seq;
	struct wanted wanted[DATAGRAM_MESSAGES];
	size_t starts[DATAGRAM_MESSAGES];
	unsigned int count = 1 + random_below(random, DATAGRAM_MESSAGES), i = 0;
	unsigned int tries;

	datagram->length = 0;
	for (tries = 0; i < count && tries < 2 * count; tries++) {
		unsigned char *bytes = datagram->bytes + datagram->length;
		size_t room = DATAGRAM_ROOM - datagram->length, length;

		wanted[i] = (struct wanted){ .known = false };
		if (corpus->count && one_in(random, 3))
			length = add_old(bytes, room, ++seq, random, corpus);
		else
			length = add_new(bytes, room, ++seq, random, family, places, &wanted[i]);
		if (!length || takes_long(bytes, length))
			continue;
		starts[i++] = datagram->length;
		datagram->length += NLMSG_ALIGN(length);
		if (datagram->length > DATAGRAM_USUAL)
			break;
	}
	find_messages(datagram, wanted, starts, i);
}

void datagram_make(struct datagram *datagram, struct random *random, uint16_t family,
		   const struct places *places, const struct corpus *corpus)
{
	do {
		fill(datagram, random, family, places, corpus);
	} while (!datagram->count || is_for_others(datagram, family));
}
