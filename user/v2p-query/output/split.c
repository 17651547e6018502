// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>

#include "output/split.h"

/* Where the first piece ends, and which mapping it lies in. */
static uint64_t find_end(struct splitter *splitter, const struct v2p_extent *rest,
			 const struct mapping **mapping)
{
	const struct mapping *next;

	*mapping = NULL;
	while (splitter->at < splitter->count && splitter->list[splitter->at].end - 1 < rest->address)
		splitter->at++;
	if (splitter->at == splitter->count)
		return rest->address + rest->length;

	next = &splitter->list[splitter->at];
	if (next->start > rest->address)
		return next->start;
	*mapping = next;
	return next->end;
}

bool split(struct splitter *splitter, struct v2p_extent *rest, struct piece *piece, bool whole)
{
	const unsigned int shift = splitter->page_shift;
	uint64_t length;

	if (!rest->length)
		return false;
	length = find_end(splitter, rest, &piece->mapping) - rest->address;
	if (whole || length > rest->length)
		length = rest->length;

	piece->extent = *rest;
	piece->extent.length = length;
	if (rest->status == V2P_STATUS_MAPPED)
		rest->physical += length;
	else if (rest->swap_offset)
		rest->swap_offset += ((rest->address + length) >> shift) - (rest->address >> shift);
	rest->address += length;
	rest->length -= length;
	return true;
}

int split_and_write(struct splitter *splitter, struct output *output,
		    const struct v2p_extent *extent, bool whole)
{
	struct v2p_extent rest = *extent;
	struct piece piece;

	/* That of the write is to be told. */
	errno = 0;
	while (split(splitter, &rest, &piece, whole))
		output_extent(output, &piece);
	if (ferror_unlocked(stdout))
		return errno ? errno : EIO;
	return 0;
}
