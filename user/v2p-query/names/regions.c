// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "names/regions.h"

/* No module has so many; those behind them would have no name. */
#define MOST 64

static void take(struct maps *regions, const struct v2p_region_range *ranges, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const char *name = v2p_region_name(ranges[i].region);

		/* A newer module may tell of some that this library does not know. */
		if (!name)
			continue;
		regions->list[regions->count++] = (struct mapping){
			.start = ranges[i].start,
			.end = ranges[i].start + ranges[i].length,
			.name = name,
		};
	}
}

int regions_load(struct maps *regions, struct v2p *v2p)
{
	struct v2p_region_range ranges[MOST];
	int count = v2p_regions(v2p, ranges, MOST);

	if (count < 0)
		return count;
	if (count > MOST)
		count = MOST;
	*regions = (struct maps){ .list = calloc(count, sizeof(*regions->list)) };
	if (!regions->list)
		return -ENOMEM;
	take(regions, ranges, count);
	return 0;
}

const struct mapping *regions_find(const struct maps *regions, enum v2p_region region)
{
	const char *name = v2p_region_name(region);
	size_t i;

	for (i = 0; i < regions->count; i++)
		if (regions->list[i].name == name)
			return &regions->list[i];
	return NULL;
}
