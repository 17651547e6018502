// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <linux/genetlink.h>

#include "answer.h"
#include "contract-gen.h"
#include "tally.h"

#define HEADERS (NLMSG_HDRLEN + GENL_HDRLEN)
/* No processor has more. */
#define PHYSICAL_BITS 52
#define PROTECTION_KEYS 16
/* No kernel has more. */
#define NODES 1024

/**
 * struct contract - of the answers to one command
 * @must: attributes that are there
 * @may: those that may be there, too
 * @arrays: those that have an element for each of the status, of the CPUs, or of the regions
 */
static const struct contract {
	attribute_set must;
	attribute_set may;
	attribute_set arrays;
} contracts[] = {
#define CONTRACT(name) \
	[V2P_CMD_##name] = { .must = name##_MUST, .may = name##_MAY, .arrays = name##_ARRAYS }

	CONTRACT(INFO), CONTRACT(TRANSLATE), CONTRACT(WALK), CONTRACT(MAP), CONTRACT(PER_CPU),
	CONTRACT(OPEN), CONTRACT(PAGE), CONTRACT(REGIONS),
#undef CONTRACT
};

_Static_assert(sizeof(contracts) / sizeof(contracts[0]) == V2P_CMD_MAX + 1,
	       "one for each command");

/* Returns how many bytes it takes, 0 where it does not fit. */
static size_t next_attribute(const unsigned char *bytes, size_t left, uint16_t *type,
			     uint16_t *length)
{
	struct nlattr nla;
	size_t step;

	if (left < sizeof(nla))
		return 0;
	memcpy(&nla, bytes, sizeof(nla));
	if (nla.nla_len < sizeof(nla) || nla.nla_len > left)
		return 0;
	*type = nla.nla_type & NLA_TYPE_MASK;
	*length = nla.nla_len - sizeof(nla);
	step = NLA_ALIGN(nla.nla_len);
	return step < left ? step : left;
}

/* @pad, @optional: these need not be there; 0 where there is none */
static bool read_nest(const unsigned char *bytes, size_t left, const uint8_t *known,
		      unsigned int highest, unsigned int pad, unsigned int optional)
{
	unsigned int seen = 0, type;
	uint16_t found, length;

	while (left) {
		size_t step = next_attribute(bytes, left, &found, &length);

		if (!step || !found || found > highest || length != known[found] ||
		    (found != pad && seen & BIT(found)))
			return false;
		seen |= BIT(found);
		bytes += step;
		left -= step;
	}
	for (type = 1; type <= highest; type++)
		if (type != pad && type != optional && !(seen & BIT(type)))
			return false;
	return true;
}

static bool read_attribute(uint16_t type, const unsigned char *data, uint16_t length)
{
	switch (type) {
	case V2P_A_PAD:
	case V2P_A_DONE:
	case V2P_A_CHANGING:
		return !length;
	case V2P_A_STEP:
		return read_nest(data, length, step_sizes, V2P_A_STEP_MAX, V2P_A_STEP_PAD,
				 V2P_A_STEP_SHIFT);
	case V2P_A_PAGING_LEVEL:
		return read_nest(data, length, level_sizes, V2P_A_PAGING_LEVEL_MAX, 0,
				 0);
	case V2P_A_MODULE_VERSION:
	case V2P_A_ARCH:
		return length > 1 && strnlen((const char *)data, length) == length - 1U;
	default:
		return true;
	}
}

static uint64_t element(const struct answer *answer, uint16_t type, unsigned int index)
{
	uint64_t value = 0;

	memcpy(&value, answer->attributes[type] + (size_t)index * sizes[type], sizes[type]);
	return value;
}

uint64_t answer_u64(const struct answer *answer, uint16_t type, unsigned int index)
{
	return element(answer, type, index);
}

/* What belongs to a page alone; an extent may be merged of several memory types. */
static bool check_page(const struct answer *answer, unsigned int i, bool mapped, bool extent)
{
	if (answer->attributes[V2P_A_LEVEL] &&
	    element(answer, V2P_A_LEVEL, i) > V2P_LEVEL_MAX)
		return false;
	if (answer->attributes[V2P_A_MEMORY_TYPE]) {
		uint64_t type = element(answer, V2P_A_MEMORY_TYPE, i);

		if (type > V2P_MEMORY_TYPE_MAX || (type && !mapped) ||
		    (!type && mapped && !extent && !answer->device))
			return false;
	}
	if (answer->attributes[V2P_A_PROTECTION_KEY]) {
		uint64_t key = element(answer, V2P_A_PROTECTION_KEY, i);

		if (key >= PROTECTION_KEYS || (key && !mapped))
			return false;
	}
	if (answer->attributes[V2P_A_NODE]) {
		uint64_t node = element(answer, V2P_A_NODE, i);

		if (node != V2P_NO_NODE && (node >= NODES || !mapped))
			return false;
	}
	if (answer->attributes[V2P_A_PAGE_KIND]) {
		uint64_t kind = element(answer, V2P_A_PAGE_KIND, i);

		if (kind > V2P_PAGE_KIND_MAX || (kind && !mapped))
			return false;
	}
	if (answer->attributes[V2P_A_SWAP_OFFSET] && mapped &&
	    element(answer, V2P_A_SWAP_OFFSET, i))
		return false;
	return true;
}

static bool check_element(const struct answer *answer, unsigned int i, bool extent)
{
	uint64_t status = element(answer, V2P_A_STATUS, i);
	bool mapped = status == V2P_STATUS_MAPPED;

	if (status > V2P_STATUS_MAX)
		return false;
	if (answer->attributes[V2P_A_PHYSICAL]) {
		uint64_t physical = element(answer, V2P_A_PHYSICAL, i);

		if (mapped ? physical >> PHYSICAL_BITS : physical)
			return false;
	}
	if (answer->attributes[V2P_A_FLAGS] && element(answer, V2P_A_FLAGS, i) > V2P_FLAG_MASK)
		return false;
	/* Only what is empty is so for a moment. */
	if (answer->attributes[V2P_A_FLAGS] && status != V2P_STATUS_NONE &&
	    element(answer, V2P_A_FLAGS, i) & V2P_FLAG_CHANGING)
		return false;
	if (answer->attributes[V2P_A_PAGE_SHIFT]) {
		uint64_t shift = element(answer, V2P_A_PAGE_SHIFT, i);

		if (status == V2P_STATUS_INVALID ? shift : shift > 63 || (mapped && shift < 12))
			return false;
	}
	return check_page(answer, i, mapped, extent);
}

bool answer_elements_possible(const struct answer *answer, bool extents)
{
	unsigned int i;

	for (i = 0; i < answer->count; i++)
		if (!check_element(answer, i, extents))
			return false;
	return true;
}

bool answer_extents_possible(const struct answer *answer)
{
	const uint64_t next = element(answer, V2P_A_NEXT, 0);
	uint64_t end = 0;
	unsigned int i;

	for (i = 0; i < answer->count; i++) {
		uint64_t start = element(answer, V2P_A_VIRTUAL, i);
		uint64_t length = element(answer, V2P_A_LENGTH, i);

		if (!length || start < end || start + (length - 1) < start ||
		    (next && start + (length - 1) >= next) ||
		    element(answer, V2P_A_STATUS, i) == V2P_STATUS_INVALID)
			return false;
		end = start + length;
		/* 0 is behind the highest of all. */
		if (!end && i + 1 < answer->count)
			return false;
	}
	return true;
}

/* In order, and some. */
static bool check_cpus(const struct answer *answer)
{
	const uint64_t end = element(answer, V2P_A_CPU_COUNT, 0);
	uint64_t next = 0;
	unsigned int i;

	for (i = 0; i < answer->count; i++) {
		uint64_t cpu = element(answer, V2P_A_CPUS, i);

		if (cpu < next || cpu >= end)
			return false;
		next = cpu + 1;
	}
	return answer->count;
}

/* Nothing is said of what there is no record of, and no more than could be. */
static bool check_physical_page(const struct answer *answer, unsigned int i)
{
	const uint64_t status = element(answer, V2P_A_PAGE_STATUS, i);
	const uint64_t order = element(answer, V2P_A_FOLIO_ORDER, i);
	const uint64_t index = element(answer, V2P_A_FOLIO_INDEX, i);
	const uint64_t device = element(answer, V2P_A_FILE_DEVICE, i);
	const uint64_t inode = element(answer, V2P_A_FILE_INODE, i);
	const uint64_t offset = element(answer, V2P_A_FILE_OFFSET, i);
	const uint64_t kind = element(answer, V2P_A_PAGE_KIND, i);
	const uint64_t zone = element(answer, V2P_A_ZONE, i);
	const uint64_t node = element(answer, V2P_A_NODE, i);

	if (status > V2P_PAGE_STATUS_MAX || kind > V2P_PAGE_KIND_MAX || zone > V2P_ZONE_MAX ||
	    order >= 32 || index >> order || offset % (1 << 12) || device >> 32 ||
	    (!device && (inode || offset)) || (node != V2P_NO_NODE && node >> 16))
		return false;
	if (status != V2P_PAGE_STATUS_ONLINE &&
	    (order || index || device || element(answer, V2P_A_REFERENCES, i)))
		return false;
	return status == V2P_PAGE_STATUS_ONLINE || status == V2P_PAGE_STATUS_DEVICE ||
	       (!kind && !zone && node == V2P_NO_NODE);
}

static bool check_pages(const struct answer *answer)
{
	unsigned int i;

	for (i = 0; i < answer->count; i++)
		if (!check_physical_page(answer, i))
			return false;
	return answer->count;
}

/* Not empty, in order, none in another; and of the kernel's half. */
static bool check_regions(const struct answer *answer)
{
	uint64_t last = 0;
	unsigned int i;

	for (i = 0; i < answer->count; i++) {
		const uint64_t start = element(answer, V2P_A_VIRTUAL, i);
		const uint64_t more = element(answer, V2P_A_LENGTH, i) - 1;
		const uint64_t region = element(answer, V2P_A_REGION, i);

		if (!(start >> 63) || start <= last || more > UINT64_MAX - start || !region ||
		    region > V2P_REGION_MAX)
			return false;
		last = start + more;
	}
	return answer->count;
}

static bool check_content(uint8_t cmd, struct answer *answer, attribute_set seen)
{
	const struct contract *contract = &contracts[cmd];
	unsigned int type;

	if (seen & ~(contract->must | contract->may | BIT(V2P_A_PAD)))
		return tally_break(PROMISE_FORM, "command %u: attributes of another", cmd);
	if ((seen & contract->must) != contract->must)
		return tally_break(PROMISE_FORM, "command %u: attributes are missing", cmd);
	if (cmd == V2P_CMD_MAP && seen & MAP_ARRAYS && (seen & MAP_ALWAYS) != MAP_ALWAYS)
		return tally_break(PROMISE_FORM, "some arrays of extents are missing");
	answer->count = seen & BIT(V2P_A_STATUS) ? answer->lengths[V2P_A_STATUS] : 0;
	if (cmd == V2P_CMD_PER_CPU)
		answer->count = answer->lengths[V2P_A_CPUS] / sizes[V2P_A_CPUS];
	if (cmd == V2P_CMD_PAGE)
		answer->count = answer->lengths[V2P_A_PAGE_STATUS];
	if (cmd == V2P_CMD_REGIONS)
		answer->count = answer->lengths[V2P_A_REGION];
	for (type = 1; type <= V2P_A_MAX; type++) {
		unsigned int count = contract->arrays & BIT(type) ? answer->count : 1;

		if (seen & BIT(type) && sizes[type] &&
		    answer->lengths[type] != count * sizes[type])
			return tally_break(PROMISE_FORM, "command %u: attribute %u has %u bytes",
					   cmd, type, answer->lengths[type]);
	}
	if (cmd == V2P_CMD_INFO && !(seen & BIT(V2P_A_PAGING_LEVEL)))
		return tally_break(PROMISE_FORM, "no levels");
	if (cmd == V2P_CMD_WALK && answer->count != 1)
		return tally_break(PROMISE_FORM, "a walk has %u answers", answer->count);
	if (cmd == V2P_CMD_PER_CPU)
		return check_cpus(answer) ||
		       tally_break(PROMISE_FORM, "CPUs that cannot be");
	if (cmd == V2P_CMD_PAGE)
		return check_pages(answer) ||
		       tally_break(PROMISE_FORM, "pages that cannot be");
	if (cmd == V2P_CMD_REGIONS)
		return check_regions(answer) ||
		       tally_break(PROMISE_FORM, "regions that cannot be");
	if (!answer_elements_possible(answer, cmd == V2P_CMD_MAP))
		return tally_break(PROMISE_FORM, "command %u: an element is impossible", cmd);
	if (cmd == V2P_CMD_MAP && !answer_extents_possible(answer))
		return tally_break(PROMISE_FORM, "extents are out of order");
	return true;
}

bool answer_read(const struct nlmsghdr *head, bool device, struct answer *answer)
{
	const struct genlmsghdr *generic = NLMSG_DATA(head);
	const unsigned char *bytes = (const unsigned char *)head + HEADERS;
	attribute_set seen = 0;
	size_t left;

	*answer = (struct answer){ .device = device };
	if (head->nlmsg_len < HEADERS || generic->version != V2P_FAMILY_VERSION ||
	    generic->reserved || !generic->cmd || generic->cmd > V2P_CMD_MAX)
		return tally_break(PROMISE_FORM, "the header of an answer");
	left = head->nlmsg_len - HEADERS;
	while (left) {
		uint16_t type, length;
		size_t step = next_attribute(bytes, left, &type, &length);

		if (!step || !type || type > V2P_A_MAX ||
		    !read_attribute(type, bytes + NLA_HDRLEN, length))
			return tally_break(PROMISE_FORM, "command %u: a malformed attribute, %zu bytes from the end",
					   generic->cmd, left);
		if (seen & BIT(type) && type != V2P_A_PAD && type != V2P_A_STEP &&
		    type != V2P_A_PAGING_LEVEL)
			return tally_break(PROMISE_FORM, "command %u: attribute %u comes twice",
					   generic->cmd, type);
		seen |= BIT(type);
		answer->attributes[type] = bytes + NLA_HDRLEN;
		answer->lengths[type] = length;
		bytes += step;
		left -= step;
	}
	return check_content(generic->cmd, answer, seen);
}

/* ENOMEM is none of them: the machine has more than enough. */
static bool is_sane(int error)
{
	static const int sane[] = { 0, EPERM, ESRCH, EINVAL, E2BIG, ERANGE, EOPNOTSUPP, ENOENT,
				    EBUSY, ENODEV };
	unsigned int i;

	for (i = 0; i < sizeof(sane) / sizeof(sane[0]); i++)
		if (error == -sane[i])
			return true;
	return tally_break(PROMISE_ERRORS, "error %d", error);
}

/* Words for people, in which no address stands. */
static bool check_words(const unsigned char *bytes, size_t left, uint32_t asked)
{
	while (left) {
		uint16_t type, length, i;
		size_t step = next_attribute(bytes, left, &type, &length);
		const unsigned char *data = bytes + NLA_HDRLEN;
		uint32_t offset;

		if (!step)
			return tally_break(PROMISE_ERRORS, "malformed words");
		if (type == NLMSGERR_ATTR_MSG) {
			if (!length || strnlen((const char *)data, length) != length - 1U)
				return tally_break(PROMISE_ERRORS, "words without an end");
			for (i = 0; i < length - 1; i++)
				if (!isprint(data[i]))
					return tally_break(PROMISE_ERRORS, "words that are none");
			if (strstr((const char *)data, "0x"))
				return tally_break(PROMISE_ERRORS, "an address: %s", data);
		}
		if (type == NLMSGERR_ATTR_OFFS) {
			memcpy(&offset, data, sizeof(offset));
			if (length != sizeof(offset) || offset >= asked)
				return tally_break(PROMISE_ERRORS, "no place in the request");
		}
		bytes += step;
		left -= step;
	}
	return true;
}

bool answer_read_error(const struct nlmsghdr *head, const struct nlmsghdr *request, int *error)
{
	const struct nlmsgerr *body = NLMSG_DATA(head);
	size_t length = NLMSG_LENGTH(sizeof(*body));

	if (head->nlmsg_len < length)
		return tally_break(PROMISE_FORM, "a cut error");
	if (memcmp(&body->msg, request, sizeof(*request)))
		return tally_break(PROMISE_FORM, "an error with another request's header");
	*error = body->error;
	if (!is_sane(*error))
		return false;
	if (!(head->nlmsg_flags & NLM_F_CAPPED)) {
		if (*error)
			length += request->nlmsg_len - NLMSG_HDRLEN;
		length = NLMSG_ALIGN(length);
	}
	if (head->nlmsg_flags & NLM_F_ACK_TLVS) {
		if (length > head->nlmsg_len)
			return tally_break(PROMISE_FORM, "an error without its words");
		return check_words((const unsigned char *)head + length,
				   head->nlmsg_len - length, request->nlmsg_len);
	}
	if (NLMSG_ALIGN(head->nlmsg_len) != length)
		return tally_break(PROMISE_FORM, "an error of %u bytes, not %zu",
				   head->nlmsg_len, length);
	return true;
}

bool answer_read_end(const struct nlmsghdr *head, int *error)
{
	if (head->nlmsg_len < NLMSG_LENGTH(sizeof(*error)))
		return tally_break(PROMISE_FORM, "a cut end");
	memcpy(error, NLMSG_DATA(head), sizeof(*error));
	if (!is_sane(*error))
		return false;
	if (head->nlmsg_flags & NLM_F_ACK_TLVS)
		return check_words((const unsigned char *)head + NLMSG_LENGTH(sizeof(*error)),
				   head->nlmsg_len - NLMSG_LENGTH(sizeof(*error)), UINT32_MAX);
	return true;
}
