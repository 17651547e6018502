// SPDX-License-Identifier: LGPL-2.1-only
/*
 * Structures that begin with their size: a program may have been built with an older
 * v2p.h than the library, or with a newer one.
 */
#include <errno.h>
#include <string.h>

#include "internal.h"

/* Beyond what any structure will ever have: such a size was never set. */
#define MAX_SIZE 4096

static size_t size_of(const void *theirs)
{
	size_t size;

	memcpy(&size, theirs, sizeof(size));
	return size;
}

int v2p_sized_check(struct v2p *handle, const struct v2p_sized *kind, const void *theirs)
{
	if (!theirs)
		return v2p_fail(handle, -EINVAL, "a struct %s is required", kind->name);
	if (size_of(theirs) < kind->first || size_of(theirs) > MAX_SIZE)
		return v2p_fail(handle, -EINVAL, "the size of struct %s is not set", kind->name);
	return 0;
}

int v2p_sized_read_other(struct v2p *handle, const struct v2p_sized *kind, void *ours,
			 const void *theirs)
{
	const unsigned char *bytes = theirs;
	int ret = v2p_sized_check(handle, kind, theirs);
	size_t size, i;

	if (ret)
		return ret;
	size = size_of(theirs);
	for (i = kind->size; i < size; i++)
		if (bytes[i])
			return v2p_fail(handle, -E2BIG,
					"struct %s asks for what this libv2p does not know",
					kind->name);
	if (size < kind->size)
		memset(ours, 0, kind->size);
	memcpy(ours, theirs, size < kind->size ? size : kind->size);
	return 0;
}

void v2p_sized_write(const struct v2p_sized *kind, const void *ours, void *theirs)
{
	const size_t head = sizeof(size_t), size = size_of(theirs);
	const size_t known = size < kind->size ? size : kind->size;

	memcpy((unsigned char *)theirs + head, (const unsigned char *)ours + head, known - head);
	memset((unsigned char *)theirs + known, 0, size - known);
}
