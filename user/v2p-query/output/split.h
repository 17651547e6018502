/* SPDX-License-Identifier: GPL-2.0 */
/* Extents are cut where mappings end. */
#ifndef SPLIT_H
#define SPLIT_H

#include "output/writer.h"

/**
 * struct splitter - cuts extents where mappings end
 * @list: the mappings, in order of address
 * @count: how many, 0 for no cuts
 * @page_shift: of the smallest page, by which places in swap are counted
 * @at: the first one that does not end before the last piece
 */
struct splitter {
	const struct mapping *list;
	size_t count;
	unsigned int page_shift;
	size_t at;
};

/**
 * split() - cut the first piece off an extent
 * @splitter: extents come in order of address
 * @rest: the extent, then what is left of it
 * @piece: filled in
 * @whole: do not cut, the mapping is that of the first byte
 *
 * Return: false where nothing is left.
 */
bool split(struct splitter *splitter, struct v2p_extent *rest, struct piece *piece, bool whole);

/**
 * split_and_write() - write an extent, piece by piece
 * @splitter: as for split(), like @whole
 * @output: where to
 * @extent: the extent
 *
 * Return: 0; an errno where standard output cannot be written.
 */
int split_and_write(struct splitter *splitter, struct output *output,
		    const struct v2p_extent *extent, bool whole);

#endif /* SPLIT_H */
