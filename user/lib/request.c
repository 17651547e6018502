// SPDX-License-Identifier: LGPL-2.1-only
/* Building requests. */
#include <assert.h>
#include <string.h>

#include <linux/genetlink.h>

#include "internal.h"

static struct nlmsghdr *header(struct v2p_request *request)
{
	return (struct nlmsghdr *)request->bytes;
}

void v2p_request_init(struct v2p *handle, struct v2p_request *request, uint8_t command)
{
	struct nlmsghdr *head = header(request);
	struct genlmsghdr *generic = NLMSG_DATA(head);

	memset(request, 0, sizeof(*request));
	/* No acknowledgement is asked for: the answer, or an error, is one. */
	head->nlmsg_flags = NLM_F_REQUEST;
	head->nlmsg_type = handle->family;
	head->nlmsg_pid = handle->port;
	head->nlmsg_seq = ++handle->seq;
	head->nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	generic->cmd = command;
	generic->version = V2P_FAMILY_VERSION;
	request->length = head->nlmsg_len;
}

static void put_header(struct v2p_request *request, uint16_t type, size_t length)
{
	struct nlattr attr = { .nla_len = (uint16_t)(NLA_HDRLEN + length), .nla_type = type };

	assert(request->length + sizeof(attr) <= sizeof(request->bytes));
	memcpy(request->bytes + request->length, &attr, sizeof(attr));
	request->length += sizeof(attr);
}

void v2p_request_put(struct v2p_request *request, uint16_t type, const void *data, size_t length)
{
	put_header(request, type, length);
	if (length) {
		assert(request->length + NLA_ALIGN(length) <= sizeof(request->bytes));
		memcpy(request->bytes + request->length, data, length);
	}
	request->length += NLA_ALIGN(length);
	header(request)->nlmsg_len = request->length;
}

void v2p_request_put_target(struct v2p_request *request, struct v2p_target target)
{
	uint32_t pid = target.pid;

	if (target.kernel)
		v2p_request_put(request, V2P_A_KERNEL, NULL, 0);
	else
		v2p_request_put(request, V2P_A_PID, &pid, sizeof(pid));
}

/* The last attribute: an array that stays where it is, of a length that needs no padding. */
void v2p_request_put_array(struct v2p_request *request, uint16_t type, const void *data,
			   size_t length, struct iovec vector[2])
{
	put_header(request, type, length);
	header(request)->nlmsg_len = request->length + length;
	vector[0] = (struct iovec){ .iov_base = request->bytes, .iov_len = request->length };
	vector[1] = (struct iovec){ .iov_base = (void *)data, .iov_len = length };
}
