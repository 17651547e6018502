/* SPDX-License-Identifier: GPL-2.0 */
/* What tests of v2p_map() share. */
#ifndef MAP_H
#define MAP_H

#include "fixture.h"
#include "pages.h"

/* The extents of the range that was asked for last. */
static struct extents found;

static inline bool map_agrees(const struct asked *asked, const struct v2p_range *range)
{
	const struct v2p_target target = asked_target(asked);
	const bool good = extents_match(asked->v2p, target, asked->pagemap, range, &found);

	asked_end(target);
	return good;
}

#define ASSERT_MAP(...) \
	ASSERT_TRUE(map_agrees(&self->self, &(struct v2p_range) { \
				       .size = sizeof(struct v2p_range), __VA_ARGS__ }))

#endif /* MAP_H */
