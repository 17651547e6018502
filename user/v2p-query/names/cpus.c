// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "names/cpus.h"

int cpus_load(struct cpus *cpus, struct v2p *v2p)
{
	int count = v2p_per_cpu_offsets(v2p, NULL, 0);
	struct v2p_cpu_offset *list;

	if (count < 0)
		return count;
	list = calloc(count, sizeof(*list));
	if (!list)
		return -ENOMEM;
	/* The number of possible CPUs does not change between the two calls. */
	count = v2p_per_cpu_offsets(v2p, list, count);
	if (count < 0) {
		free(list);
		return count;
	}
	*cpus = (struct cpus){ .list = list, .count = count };
	return 0;
}

void cpus_free(struct cpus *cpus)
{
	free(cpus->list);
	*cpus = (struct cpus){ 0 };
}

const struct v2p_cpu_offset *cpus_find(const struct cpus *cpus, uint64_t number)
{
	size_t i;

	for (i = 0; i < cpus->count; i++)
		if (cpus->list[i].cpu == number)
			return &cpus->list[i];
	return NULL;
}
