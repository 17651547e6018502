// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "plot/mappings.h"

/**
 * struct node - of the tree
 * @number: the place in the list
 */
struct node {
	size_t number;
	char name[];
};

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct node *)left)->name, ((const struct node *)right)->name);
}

/* One more at the end of the list. */
static struct plot_mapping *append(struct plot_mappings *mappings)
{
	struct plot_mapping *mapping;

	if (mappings->count == mappings->size) {
		size_t size = mappings->size ? 2 * mappings->size : 64;
		struct plot_mapping *larger = reallocarray(mappings->list, size, sizeof(*larger));

		if (!larger)
			return NULL;
		mappings->list = larger;
		mappings->size = size;
	}
	mapping = &mappings->list[mappings->count];
	*mapping = (struct plot_mapping){ .number = mappings->count++ };
	return mapping;
}

int plot_mappings_init(struct plot_mappings *mappings)
{
	*mappings = (struct plot_mappings){ 0 };
	return append(mappings) ? 0 : -ENOMEM;
}

void plot_mappings_free(struct plot_mappings *mappings)
{
	tdestroy(mappings->by_name, free);
	free(mappings->list);
	*mappings = (struct plot_mappings){ 0 };
}

static size_t find_or_append(struct plot_mappings *mappings, const char *name)
{
	size_t size = strlen(name) + 1;
	struct node *node = malloc(sizeof(*node) + size), **found;
	struct plot_mapping *mapping;

	if (!node)
		return PLOT_OTHERS;
	node->number = mappings->count;
	memcpy(node->name, name, size);
	found = tsearch(node, &mappings->by_name, by_name);
	if (found && *found == node) {
		mapping = append(mappings);
		if (mapping) {
			mapping->name = node->name;
			return mapping->number;
		}
		tdelete(node, &mappings->by_name, by_name);
		found = NULL;
	}
	free(node);
	return found ? (*found)->number : PLOT_OTHERS;
}

size_t plot_mappings_find(struct plot_mappings *mappings, const char *name)
{
	const char *last = mappings->list[mappings->last].name;

	/* Extents come in order of address, so most are of the same mapping as the one before. */
	if (!last || strcmp(last, name))
		mappings->last = find_or_append(mappings, name);
	return mappings->last;
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
	const struct plot_mapping *a = left, *b = right;

	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? 1 : -1;
	return strcmp(a->name, b->name);
}

size_t *plot_mappings_keep(struct plot_mappings *mappings, size_t count)
{
	struct plot_mapping *list = mappings->list;
	size_t first = PLOT_OTHERS + 1, i;
	size_t *moved = calloc(mappings->count, sizeof(*moved));

	if (!moved)
		return NULL;
	qsort(list + first, mappings->count - first, sizeof(*list), by_size);
	for (i = first; i < mappings->count; i++) {
		if (i < first + count)
			moved[list[i].number] = i;
		else
			plot_mapping_add(&list[PLOT_OTHERS], &list[i]);
	}
	if (mappings->count > first + count)
		mappings->count = first + count;
	return moved;
}
