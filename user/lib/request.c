// SPDX-License-Identifier: LGPL-2.1-only
/* Building requests. */
#include <linux/genetlink.h>

#include "internal.h"

void v2p_request_init(struct v2p *handle, struct v2p_request *request, uint8_t command)
{
	struct nlmsghdr *head = v2p_request_header(request);
	struct genlmsghdr *generic = NLMSG_DATA(head);

	/* No acknowledgement is asked for: the answer, or an error, is one. */
	*head = (struct nlmsghdr){
		.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN),
		.nlmsg_flags = NLM_F_REQUEST,
		.nlmsg_type = handle->family,
		.nlmsg_pid = handle->port,
		.nlmsg_seq = ++handle->seq,
	};
	*generic = (struct genlmsghdr){ .cmd = command, .version = V2P_FAMILY_VERSION };
	request->length = head->nlmsg_len;
}

void v2p_request_dump(struct v2p_request *request)
{
	v2p_request_header(request)->nlmsg_flags |= NLM_F_DUMP;
}

void v2p_request_put_known(struct v2p_request *request)
{
	const uint32_t states = V2P_ALL_STATES, flags = V2P_FLAG_MASK;

	if (V2P_ALL_STATES & ~V2P_BASE_STATES)
		v2p_request_put(request, V2P_A_KNOWN_STATES, &states, sizeof(states));
	if (V2P_FLAG_MASK & ~V2P_BASE_FLAGS)
		v2p_request_put(request, V2P_A_KNOWN_FLAGS, &flags, sizeof(flags));
}

size_t v2p_request_put_array(struct v2p_request *request, uint16_t type, const void *data,
			     size_t length, struct iovec vector[2])
{
	size_t count = 1;

	if (length + sizeof(struct nlattr) <= sizeof(request->bytes) - request->length) {
		v2p_request_put(request, type, data, length);
	} else {
		v2p_request_put_header(request, type, length);
		v2p_request_header(request)->nlmsg_len = request->length + length;
		vector[count++] = (struct iovec){ .iov_base = (void *)data, .iov_len = length };
	}
	vector[0] = (struct iovec){ .iov_base = request->bytes, .iov_len = request->length };
	return count;
}
