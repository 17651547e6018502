/* SPDX-License-Identifier: GPL-2.0 */
/* What a range of the library covers. */
#ifndef BASE_RANGE_H
#define BASE_RANGE_H

#include <stdint.h>

#include <v2p.h>

/* Its last address; one that goes to the end of an address space ends with the highest of all. */
static inline uint64_t range_last(const struct v2p_range *range)
{
	return range->length == V2P_TO_THE_END ? UINT64_MAX : range->start + (range->length - 1);
}

#endif /* BASE_RANGE_H */
