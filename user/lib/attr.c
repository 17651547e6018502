// SPDX-License-Identifier: LGPL-2.1-only
#include "attr.h"

int v2p_attr_string(const struct v2p_attr *attr, char *to, size_t size)
{
	size_t length = strnlen((const char *)attr->data, attr->length);

	if (length >= size)
		return -EBADMSG;
	memcpy(to, attr->data, length);
	to[length] = '\0';
	return 0;
}
