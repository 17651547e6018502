/* SPDX-License-Identifier: GPL-2.0 */
/* Questions for single fields, by hand, and what the answers have. */
#ifndef FIELDS_H
#define FIELDS_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "wire.h"

static struct wire wire;

/* One element of an array of the answer; -1 where it is not there. */
static inline int64_t element(uint16_t attribute, size_t size, size_t index)
{
	const uint8_t *data;
	uint64_t value = 0;
	size_t length;

	data = wire_get(&wire, attribute, &length);
	if (!data || length < (index + 1) * size)
		return -1;
	memcpy(&value, data + index * size, size);
	return value;
}

/* How many extents, or answers, there are. */
static inline size_t answers(void)
{
	size_t length;

	return wire_get(&wire, V2P_A_STATUS, &length) ? length : 0;
}

static inline int translate(pid_t pid, const volatile void *address, uint32_t fields)
{
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	if (pid)
		wire_put_u32(&wire, V2P_A_PID, pid);
	else
		wire_put(&wire, V2P_A_KERNEL, NULL, 0);
	wire_put_u32(&wire, V2P_A_FIELDS, fields);
	wire_put_u64(&wire, V2P_A_VIRTUAL, (uintptr_t)address);
	return wire_ask(&wire);
}

static inline void begin_map(const volatile void *start, size_t size, uint32_t fields)
{
	wire_begin_map(&wire, getpid());
	wire_put_u32(&wire, V2P_A_FIELDS, fields);
	wire_put_range(&wire, (uintptr_t)start, size);
}

static inline int map(const volatile void *start, size_t size, uint32_t fields)
{
	begin_map(start, size, fields);
	return wire_ask(&wire);
}

/* The level of the last of a walk's steps; -1 where there is none. */
static inline int last_step(pid_t pid, const volatile void *address)
{
	size_t at = NLMSG_HDRLEN + GENL_HDRLEN, in;
	int level = -1;

	wire_begin(&wire, V2P_CMD_WALK);
	if (pid)
		wire_put_u32(&wire, V2P_A_PID, pid);
	else
		wire_put(&wire, V2P_A_KERNEL, NULL, 0);
	wire_put_u64(&wire, V2P_A_ADDRESS, (uintptr_t)address);
	if (wire_ask(&wire))
		return -2;
	while (at + NLA_HDRLEN <= wire.reply_length) {
		const struct nlattr *nla = (const void *)(wire.reply + at);

		if (nla->nla_len < NLA_HDRLEN)
			break;
		for (in = NLA_HDRLEN; (nla->nla_type & NLA_TYPE_MASK) == V2P_A_STEP &&
				      in + NLA_HDRLEN < nla->nla_len;) {
			const struct nlattr *part = (const void *)(wire.reply + at + in);

			if (part->nla_type == V2P_A_STEP_LEVEL)
				level = *(const uint8_t *)(part + 1);
			in += NLA_ALIGN(part->nla_len);
		}
		at += NLA_ALIGN(nla->nla_len);
	}
	return level;
}

#endif /* FIELDS_H */
