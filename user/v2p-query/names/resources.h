/* SPDX-License-Identifier: GPL-2.0 */
/* What physical addresses are, by /proc/iomem. */
#ifndef RESOURCES_H
#define RESOURCES_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct resource - a line of /proc/iomem
 * @start: the first address
 * @last: the last one
 * @name: what is there
 */
struct resource {
	uint64_t start;
	uint64_t last;
	const char *name;
};

struct resources {
	struct resource *list;
	size_t count;
	char *text;
};

/**
 * resources_load() - read /proc/iomem
 * @resources: filled in; what was there before is freed, all being 0 the first time
 *
 * Return: 0, or a negative errno; -EPERM where it does not show addresses to this user.
 */
int resources_load(struct resources *resources);
void resources_free(struct resources *resources);

/**
 * resources_at() - the names of an address
 * @names: filled in, the widest first
 * @most: how many fit
 * @last: lowered to the last address of which all of this is true
 *
 * Return: how many names.
 */
size_t resources_at(const struct resources *resources, uint64_t address, const char **names,
		    size_t most, uint64_t *last);

#endif /* RESOURCES_H */
