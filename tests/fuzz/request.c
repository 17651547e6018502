// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/v2p.h>

#include "address.h"
#include "request.h"
#include "sizes.h"

#define HUGE (2UL << 20)
#define MOST 1024

enum {
	STATES = (1 << __V2P_STATUS_MAX) - 1,
	MEMORY_TYPES = (1 << __V2P_MEMORY_TYPE_MAX) - 1,
	/* What an extent does not have. */
	NOT_OF_EXTENTS = V2P_FIELD_ENTRY | V2P_FIELD_IDENTITY,
};

static void put(struct request *request, uint16_t type, const void *data, size_t size)
{
	struct attribute *attribute = &request->attributes[request->count++];

	*attribute = (struct attribute){ .type = type, .size = size };
	if (size)
		memcpy(attribute->small, data, size);
}

static void put_u32(struct request *request, uint16_t type, uint32_t value)
{
	put(request, type, &value, sizeof(value));
}

static void put_u64(struct request *request, uint16_t type, uint64_t value)
{
	put(request, type, &value, sizeof(value));
}

/* What the module does not know of these, it ignores. */
static void put_known(struct request *request, struct random *random)
{
	if (one_in(random, 8))
		put_u32(request, V2P_A_KNOWN_STATES, random_number(random));
	if (one_in(random, 8))
		put_u32(request, V2P_A_KNOWN_FLAGS, random_number(random));
}

static bool put_target(struct request *request, struct random *random,
		       const struct places *places)
{
	uint32_t pid = places->self.pid;

	switch (random_below(random, 8)) {
	case 0:
	case 1:
		put(request, V2P_A_KERNEL, NULL, 0);
		return true;
	case 2:
		pid = places->other.pid;
		break;
	case 3:
		pid = 1;
		break;
	case 4:
		pid = places->gone;
		request->wanted.error = -ESRCH;
		break;
	case 5:
		pid = one_in(random, 2) ? random_number(random) : random_below(random, 4096);
		request->wanted.error = ANY_ERROR;
		break;
	case 6:
		if (one_in(random, 2)) {
			pid = places->thread;
			request->wanted.error = -EINVAL;
		}
		break;
	}
	put_u32(request, V2P_A_PID, pid);
	if (request->wanted.error == ANY_ERROR || !one_in(random, 4))
		return false;
	put(request, V2P_A_USER_ROOT, NULL, 0);
	if (!request->wanted.error && !places->isolated)
		request->wanted.error = -EOPNOTSUPP;
	/* It has both halves. */
	return one_in(random, 2);
}

/*
 * Devices that most machines have, as their bus or the kernel makes them, and some that none has.
 * What is behind a name is the machine's: the module may answer, or say that it does not.
 */
static void put_device(struct request *request, struct random *random)
{
	static const char names[][128] = {
		"pci/0000:00:00.0", "pci/0000:00:01.0", "pci/0000:00:02.0", "platform/serial8250",
		"platform/reg-dummy", "pci/ffff:ff:1f.7", "platform/none", "usb/1-1", "pci/", "/", "",
		"platform/a-name-of-127-bytes-that-is-as-long-as-any-can-be-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	const char *name = names[random_below(random, sizeof(names) / sizeof(names[0]))];
	struct attribute *attribute = &request->attributes[request->count];

	put(request, V2P_A_DEVICE, NULL, 0);
	attribute->large = name;
	attribute->size = strlen(name) + 1;
	if (one_in(random, 4))
		put_u32(request, V2P_A_PASID, one_in(random, 2) ? random_below(random, 8) :
							random_below(random, 1 << 20));
	request->wanted.device = true;
	request->wanted.error = ANY_ERROR;
}

/* Of all but open, which is for no device. */
static bool put_any_target(struct request *request, struct random *random,
			   const struct places *places)
{
	if (!one_in(random, 8))
		return put_target(request, random, places);
	put_device(request, random);
	return false;
}

static void make_translate(struct request *request, struct random *random,
			   const struct places *places)
{
	static uint64_t many[MOST];
	bool kernel = put_any_target(request, random, places);
	struct attribute *attribute;
	unsigned int i;

	if (one_in(random, 2))
		put_u32(request, V2P_A_FIELDS, random_below(random, V2P_FIELD_MASK + 1));
	put_known(request, random);
	put(request, V2P_A_VIRTUAL, NULL, 0);
	attribute = &request->attributes[request->count - 1];
	if (one_in(random, 100)) {
		for (i = 0; i < MOST; i++)
			many[i] = address_any(random, kernel);
		attribute->large = many;
		attribute->size = (1 + random_below(random, MOST)) * sizeof(*many);
		return;
	}
	attribute->size = (1 + random_below(random, 4)) * sizeof(*many);
	for (i = 0; i < attribute->size; i += sizeof(*many)) {
		uint64_t address = address_any(random, kernel);

		memcpy(attribute->small + i, &address, sizeof(address));
	}
}

static void make_walk(struct request *request, struct random *random,
		      const struct places *places)
{
	bool kernel = put_any_target(request, random, places);

	put_known(request, random);
	put_u64(request, V2P_A_ADDRESS, address_any(random, kernel));
}

static void put_extent_fields(struct request *request, struct random *random)
{
	uint32_t fields = random_below(random, V2P_FIELD_MASK + 1);

	if (one_in(random, 8) && fields & NOT_OF_EXTENTS)
		request->wanted.error = ANY_ERROR;
	else
		fields &= ~NOT_OF_EXTENTS;
	put_u32(request, V2P_A_FIELDS, fields);
}

/* One or two; or as many as there may be. */
static void put_physical(struct request *request, struct random *random)
{
	static uint64_t many[2 * V2P_MAX_PHYSICAL_RANGES];
	const uint64_t first = random_below(random, 1UL << 30);
	const uint64_t pairs[4] = { first, 1 + random_below(random, HUGE),
				    first + HUGE, 1 + random_number(random) % (1UL << 40) };
	struct attribute *attribute;
	unsigned int i;

	put(request, V2P_A_PHYSICAL_RANGES, pairs, one_in(random, 2) ? 16 : 32);
	if (!one_in(random, 8))
		return;
	for (i = 0; i < V2P_MAX_PHYSICAL_RANGES; i++) {
		many[2 * i] = first + i * HUGE;
		many[2 * i + 1] = 1 + random_below(random, HUGE);
	}
	attribute = &request->attributes[request->count - 1];
	attribute->large = many;
	attribute->size = (1 + random_below(random, V2P_MAX_PHYSICAL_RANGES)) * 16;
}

static void make_map(struct request *request, struct random *random,
		     const struct places *places)
{
	static const uint64_t starts[] = { 0, PLACE_START - HUGE, PLACE_START, 0x400000,
					   0x7f0000000000 };
	static const uint64_t sizes[] = { 1, PAGE_SIZE - 1, PAGE_SIZE, 3 * PAGE_SIZE, 16 * PAGE_SIZE, HUGE,
					  HUGE + 1, 1UL << 30 };
	bool kernel = put_any_target(request, random, places);

	/* Much of the kernel's memory may be mapped. */
	if (kernel) {
		put_u64(request, V2P_A_START, address_in_kernel(random));
		put_u64(request, V2P_A_SIZE, RANDOM_OF(random, sizes) % (4 * HUGE) + 1);
	} else {
		if (one_in(random, 2))
			put_u64(request, V2P_A_START, RANDOM_OF(random, starts));
		if (one_in(random, 2))
			put_u64(request, V2P_A_SIZE, RANDOM_OF(random, sizes));
	}
	if (one_in(random, 2))
		put_extent_fields(request, random);
	put_known(request, random);
	if (one_in(random, 4))
		put_u32(request, V2P_A_STATES, random_below(random, STATES + 1));
	if (one_in(random, 8))
		put_u64(request, V2P_A_PAGE_SHIFTS, random_number(random));
	if (one_in(random, 8))
		put_u32(request, V2P_A_WITH_FLAGS, random_number(random) &
						   random_number(random) & V2P_FLAG_MASK);
	if (one_in(random, 8))
		put_u32(request, V2P_A_WITHOUT_FLAGS, random_number(random) &
						      random_number(random) & V2P_FLAG_MASK);
	if (one_in(random, 8))
		put_u32(request, V2P_A_MEMORY_TYPES, random_below(random, MEMORY_TYPES + 1));
	if (one_in(random, 4))
		put(request, V2P_A_MERGE, NULL, 0);
	if (one_in(random, 4))
		put_u32(request, V2P_A_RETRY, random_below(random, 100));
	if (one_in(random, 4))
		put_physical(request, random);
	if (one_in(random, 3))
		request->flags |= NLM_F_DUMP;
}

static void make_open(struct request *request, struct random *random,
		      const struct places *places)
{
	put_target(request, random, places);
}

static void make_per_cpu(struct request *request, struct random *random)
{
	uint32_t first = 0;

	/* There always is a CPU 0, or one behind it. */
	if (one_in(random, 4)) {
		first = random_number(random);
		request->wanted.error = ANY_ERROR;
	}
	if (first || one_in(random, 2))
		put_u32(request, V2P_A_CPU, first);
}

/* Of memory that there is, that there is not, or at its very end. */
static void make_page(struct request *request, struct random *random)
{
	static uint64_t addresses[V2P_MAX_PAGES + 1];
	unsigned int count = one_in(random, 4) ? random_below(random, V2P_MAX_PAGES + 2) :
						 1 + random_below(random, 8);
	const unsigned int shift = random_below(random, 52);
	unsigned int i;

	for (i = 0; i < count; i++)
		addresses[i] = one_in(random, 4) ? random_number(random) :
						   random_number(random) >> 12 >> shift;
	if (!count || count > V2P_MAX_PAGES)
		request->wanted.error = count ? -E2BIG : -EINVAL;
	put(request, V2P_A_PHYSICAL, NULL, 0);
	request->attributes[request->count - 1].large = addresses;
	request->attributes[request->count - 1].size = count * sizeof(*addresses);
}

/* Of memory whose frames are known. */
static void make_known(struct request *request, struct random *random,
		       const struct places *places)
{
	struct wanted *wanted = &request->wanted;

	wanted->place = one_in(random, 2) ? &places->self : &places->other;
	wanted->address = PLACE_START + random_below(random, PLACE_PAGES * PAGE_SIZE);
	put_u32(request, V2P_A_PID, wanted->place->pid);
	if (places->isolated && one_in(random, 4))
		put(request, V2P_A_USER_ROOT, NULL, 0);
	switch (request->cmd) {
	case V2P_CMD_TRANSLATE:
		if (one_in(random, 2))
			put_u32(request, V2P_A_FIELDS,
				V2P_FIELD_PHYSICAL | random_below(random, V2P_FIELD_MASK + 1));
		put_u64(request, V2P_A_VIRTUAL, wanted->address);
		break;
	case V2P_CMD_WALK:
		put_u64(request, V2P_A_ADDRESS, wanted->address);
		break;
	case V2P_CMD_MAP:
		if (one_in(random, 2))
			put_u32(request, V2P_A_FIELDS,
				V2P_FIELD_PHYSICAL | (random_below(random, V2P_FIELD_MASK + 1) &
						      ~(uint32_t)NOT_OF_EXTENTS));
		put_u64(request, V2P_A_START, wanted->address);
		put_u64(request, V2P_A_SIZE, 1);
		if (one_in(random, 4))
			request->flags |= NLM_F_DUMP;
		break;
	}
}

void request_make(struct request *request, struct random *random, uint16_t family,
		  const struct places *places)
{
	static const uint8_t others[] = {
		V2P_CMD_INFO, V2P_CMD_PER_CPU, V2P_CMD_OPEN, V2P_CMD_PAGE, V2P_CMD_REGIONS,
	};

	*request = (struct request){
		.type = family, .flags = NLM_F_REQUEST, .version = V2P_FAMILY_VERSION,
		.cmd = V2P_CMD_TRANSLATE + random_below(random, 3), .wanted = { .known = true },
	};
	if (one_in(random, 2))
		request->flags |= NLM_F_ACK;
	if (one_in(random, 16)) {
		make_known(request, random, places);
		return;
	}
	if (one_in(random, 16))
		request->cmd = RANDOM_OF(random, others);
	if (request->cmd == V2P_CMD_TRANSLATE)
		make_translate(request, random, places);
	else if (request->cmd == V2P_CMD_WALK)
		make_walk(request, random, places);
	else if (request->cmd == V2P_CMD_MAP)
		make_map(request, random, places);
	else if (request->cmd == V2P_CMD_PER_CPU)
		make_per_cpu(request, random);
	else if (request->cmd == V2P_CMD_OPEN)
		make_open(request, random, places);
	else if (request->cmd == V2P_CMD_PAGE)
		make_page(request, random);
}

static size_t aligned(size_t length)
{
	return NLMSG_ALIGN(length);
}

size_t request_write(const struct request *request, unsigned char *bytes, size_t room)
{
	size_t length = NLMSG_HDRLEN + GENL_HDRLEN;
	struct nlmsghdr *head = (struct nlmsghdr *)bytes;
	unsigned int i;

	for (i = 0; i < request->count; i++)
		length += NLA_HDRLEN + aligned(request->attributes[i].size);
	if (length > room)
		return 0;

	memset(bytes, 0, length);
	*head = (struct nlmsghdr){
		.nlmsg_len = length + request->lie, .nlmsg_type = request->type,
		.nlmsg_flags = request->flags, .nlmsg_seq = request->seq,
		.nlmsg_pid = request->port,
	};
	*(struct genlmsghdr *)NLMSG_DATA(head) = (struct genlmsghdr){
		.cmd = request->cmd, .version = request->version, .reserved = request->reserved,
	};
	bytes += NLMSG_HDRLEN + GENL_HDRLEN;
	for (i = 0; i < request->count; i++) {
		const struct attribute *attribute = &request->attributes[i];
		struct nlattr *nla = (struct nlattr *)bytes;

		nla->nla_type = attribute->type;
		nla->nla_len = NLA_HDRLEN + attribute->size + attribute->lie;
		memcpy(bytes + NLA_HDRLEN, attribute->large ?: attribute->small, attribute->size);
		bytes += NLA_HDRLEN + aligned(attribute->size);
	}
	return length;
}
