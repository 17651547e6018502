// SPDX-License-Identifier: LGPL-2.1-only
#include <errno.h>
#include <string.h>

#include <linux/netlink.h>

#include "attr.h"

int v2p_attr_next(const unsigned char **bytes, size_t *length, struct v2p_attr *attr)
{
	struct nlattr head;
	size_t step;

	if (!*length)
		return 0;
	if (*length < sizeof(head))
		return -EBADMSG;

	memcpy(&head, *bytes, sizeof(head));
	if (head.nla_len < sizeof(head) || head.nla_len > *length)
		return -EBADMSG;

	attr->type = head.nla_type & NLA_TYPE_MASK;
	attr->length = head.nla_len - sizeof(head);
	attr->data = *bytes + sizeof(head);

	/* The last one need not be padded. */
	step = NLA_ALIGN(head.nla_len);
	if (step > *length)
		step = *length;
	*bytes += step;
	*length -= step;
	return 1;
}

int v2p_attr_copy(const struct v2p_attr *attr, void *to, size_t size)
{
	if (attr->length != size)
		return -EBADMSG;
	memcpy(to, attr->data, size);
	return 0;
}

int v2p_attr_string(const struct v2p_attr *attr, char *to, size_t size)
{
	size_t length = strnlen((const char *)attr->data, attr->length);

	if (length >= size)
		return -EBADMSG;
	memcpy(to, attr->data, length);
	to[length] = '\0';
	return 0;
}
