/* SPDX-License-Identifier: LGPL-2.1-only */
/* Building requests. */
#ifndef V2P_REQUEST_H
#define V2P_REQUEST_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <linux/netlink.h>
#include <sys/uio.h>

struct v2p;

/**
 * struct v2p_request - a request, or its head, before a large array
 * @bytes: its content
 * @length: bytes used
 */
struct v2p_request {
	_Alignas(struct nlmsghdr) unsigned char bytes[384];
	size_t length;
};

static inline struct nlmsghdr *v2p_request_header(struct v2p_request *request)
{
	return (struct nlmsghdr *)request->bytes;
}

/* The header of an attribute, of @length bytes that follow it. */
static inline void v2p_request_put_header(struct v2p_request *request, uint16_t type,
					  size_t length)
{
	struct nlattr *attr = (struct nlattr *)(request->bytes + request->length);

	assert(request->length + sizeof(*attr) <= sizeof(request->bytes));
	*attr = (struct nlattr){ .nla_len = sizeof(*attr) + length, .nla_type = type };
	request->length += sizeof(*attr);
}

/*
 * An attribute, of a length that needs no padding, as have all that are asked with. The
 * length is a constant nearly everywhere: inlined, this is some stores.
 */
static inline __attribute__((always_inline))
void v2p_request_put(struct v2p_request *request, uint16_t type, const void *data, size_t length)
{
	assert(length % NLA_ALIGNTO == 0);
	v2p_request_put_header(request, type, length);
	assert(length <= sizeof(request->bytes) - request->length);
	if (length)
		memcpy(request->bytes + request->length, data, length);
	request->length += length;
	v2p_request_header(request)->nlmsg_len = request->length;
}

/* A text, with its end, and what pads it. */
static inline void v2p_request_put_text(struct v2p_request *request, uint16_t type,
					const char *text)
{
	const size_t length = strlen(text) + 1;

	v2p_request_put_header(request, type, length);
	assert(NLA_ALIGN(length) <= sizeof(request->bytes) - request->length);
	memset(request->bytes + request->length, 0, NLA_ALIGN(length));
	memcpy(request->bytes + request->length, text, length);
	request->length += NLA_ALIGN(length);
	v2p_request_header(request)->nlmsg_len = request->length;
}

/* Asks for an answer of any length, ended by NLMSG_DONE. */
static inline void v2p_request_dump(struct v2p_request *request)
{
	v2p_request_header(request)->nlmsg_flags |= NLM_F_DUMP;
}

/*
 * The last attribute: an array. Where it is small, it is copied behind the rest, else
 * it stays where it is. Returns how many vectors that makes.
 */
static inline __attribute__((always_inline))
size_t v2p_request_put_array(struct v2p_request *request, uint16_t type, const void *data,
			     size_t length, struct iovec vector[2])
{
	size_t count = 1;

	/* One address, mostly: a copy of a known length is no call. */
	if (length == sizeof(uint64_t)) {
		v2p_request_put(request, type, data, sizeof(uint64_t));
	} else if (length + sizeof(struct nlattr) <= sizeof(request->bytes) - request->length) {
		v2p_request_put(request, type, data, length);
	} else {
		v2p_request_put_header(request, type, length);
		v2p_request_header(request)->nlmsg_len = request->length + length;
		vector[count++] = (struct iovec){ .iov_base = (void *)data, .iov_len = length };
	}
	vector[0] = (struct iovec){ .iov_base = request->bytes, .iov_len = request->length };
	return count;
}

#endif /* V2P_REQUEST_H */
