// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "plot-mappings.h"

void plot_mappings_init(struct plot_mappings *mappings)
{
	*mappings = (struct plot_mappings){ .count = PLOT_OTHERS + 1 };
}

void plot_mappings_free(struct plot_mappings *mappings)
{
	size_t i;

	for (i = 0; i < mappings->count; i++)
		free(mappings->list[i].name);
}

size_t plot_mappings_find(struct plot_mappings *mappings, const char *name)
{
	struct plot_mapping *list = mappings->list;
	size_t place;

	/* Extents come in order of address, so most are of the same mapping as the one before. */
	place = mappings->last;
	if (list[place].name && !strcmp(list[place].name, name))
		return place;
	for (place = PLOT_OTHERS + 1; place < mappings->count; place++)
		if (!strcmp(list[place].name, name))
			return mappings->last = place;
	if (place == PLOT_MAPPINGS)
		return PLOT_OTHERS;
	list[place] = (struct plot_mapping){ .name = strdup(name) };
	if (!list[place].name)
		return PLOT_OTHERS;
	mappings->count++;
	return mappings->last = place;
}

void plot_mapping_add(struct plot_mapping *mapping, const struct plot_mapping *more)
{
	mapping->bytes += more->bytes;
	mapping->huge += more->huge;
	mapping->outside += more->outside;
	mapping->extents += more->extents;
	if (more->longest > mapping->longest)
		mapping->longest = more->longest;
}

/* The name decides between equals, so that a picture repeats. */
static int by_size(const void *left, const void *right)
{
	const struct plot_mapping *a = *(struct plot_mapping *const *)left;
	const struct plot_mapping *b = *(struct plot_mapping *const *)right;

	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? 1 : -1;
	return strcmp(a->name, b->name);
}

void plot_mappings_keep(struct plot_mappings *mappings, size_t count,
			size_t moved[PLOT_MAPPINGS])
{
	const struct plot_mapping *order[PLOT_MAPPINGS];
	struct plot_mapping kept[PLOT_MAPPINGS];
	size_t i, named = mappings->count - 1;

	for (i = 0; i < named; i++)
		order[i] = &mappings->list[PLOT_OTHERS + 1 + i];
	qsort(order, named, sizeof(*order), by_size);

	kept[PLOT_OTHERS] = mappings->list[PLOT_OTHERS];
	moved[PLOT_OTHERS] = PLOT_OTHERS;
	mappings->count = PLOT_OTHERS + 1;
	for (i = 0; i < named; i++) {
		size_t *place = &moved[order[i] - mappings->list];

		if (i < count) {
			*place = mappings->count++;
			kept[*place] = *order[i];
		} else {
			*place = PLOT_OTHERS;
			plot_mapping_add(&kept[PLOT_OTHERS], order[i]);
			free(order[i]->name);
		}
	}
	memcpy(mappings->list, kept, mappings->count * sizeof(*kept));
	mappings->last = PLOT_OTHERS;
}
