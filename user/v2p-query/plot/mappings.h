/* SPDX-License-Identifier: GPL-2.0 */
/* What each mapping has in memory, for the picture's colours and legend. */
#ifndef PLOT_MAPPINGS_H
#define PLOT_MAPPINGS_H

#include <stddef.h>
#include <stdint.h>

/* What all are counted as that are not kept, or for which there is no memory. */
#define PLOT_OTHERS 0

/**
 * struct plot_mapping - all extents of one name
 * @name: NULL for PLOT_OTHERS alone
 * @bytes: their length
 * @huge: of that, on pages larger than the smallest
 * @outside: of @bytes, outside of the machine's memory
 * @extents: how many
 * @longest: the length of the longest
 * @number: its place when it was found
 */
struct plot_mapping {
	char *name;
	uint64_t bytes;
	uint64_t huge;
	uint64_t outside;
	uint64_t extents;
	uint64_t longest;
	size_t number;
};

/**
 * struct plot_mappings - all of them
 * @list: PLOT_OTHERS first
 * @count: how many
 * @size: for how many there is room
 * @last: the place that was found last
 * @by_name: a tree of names, which holds them
 */
struct plot_mappings {
	struct plot_mapping *list;
	size_t count;
	size_t size;
	size_t last;
	void *by_name;
};

/* 0 or -ENOMEM. */
int plot_mappings_init(struct plot_mappings *mappings);
void plot_mappings_free(struct plot_mappings *mappings);

/**
 * plot_mappings_find() - the place of a name in the list
 *
 * Return: the place, new where the name is; PLOT_OTHERS without memory.
 */
size_t plot_mappings_find(struct plot_mappings *mappings, const char *name);

/* Add what one extent, or all of another mapping, has. */
void plot_mapping_add(struct plot_mapping *mapping, const struct plot_mapping *more);

/**
 * plot_mappings_keep() - the largest mappings, in order of size
 * @count: how many to keep; the rest goes to PLOT_OTHERS
 *
 * Only once, when all have been found.
 *
 * Return: the new place of each old one, to be freed; NULL without memory.
 */
size_t *plot_mappings_keep(struct plot_mappings *mappings, size_t count);

#endif /* PLOT_MAPPINGS_H */
