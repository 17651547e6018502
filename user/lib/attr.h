/* SPDX-License-Identifier: LGPL-2.1-only */
/* Reading netlink attributes from bytes that nobody has checked yet. */
#ifndef V2P_ATTR_H
#define V2P_ATTR_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <linux/netlink.h>

/**
 * struct v2p_attr - one attribute
 * @type: without its flag bits
 * @length: bytes of @data
 * @data: payload, aligned to no more than four bytes
 */
struct v2p_attr {
	uint16_t type;
	size_t length;
	const unsigned char *data;
};

/**
 * v2p_attr_next() - cut the first attribute off
 * @bytes: moved behind it
 * @length: bytes left
 * @attr: filled in
 *
 * Return: 1; 0 at the end; -EBADMSG where what is left is no attribute.
 */
static inline int v2p_attr_next(const unsigned char **bytes, size_t *length,
				struct v2p_attr *attr)
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

/**
 * v2p_attr_copy() - read an attribute that has exactly the expected size
 * @attr: the attribute
 * @to: where its content goes
 * @size: bytes of that
 *
 * Return: 0 or -EBADMSG.
 */
static inline int v2p_attr_copy(const struct v2p_attr *attr, void *to, size_t size)
{
	if (attr->length != size)
		return -EBADMSG;
	memcpy(to, attr->data, size);
	return 0;
}

/**
 * v2p_attr_string() - read a string, ended by NUL or by the attribute
 * @attr: the attribute
 * @to: where the string goes, ended by NUL
 * @size: bytes that are there
 *
 * Return: 0; -EBADMSG where it does not fit.
 */
int v2p_attr_string(const struct v2p_attr *attr, char *to, size_t size);

#endif /* V2P_ATTR_H */
