/* SPDX-License-Identifier: GPL-2.0 */
/* A mapping of a process, or what a part of the kernel's addresses is for. */
#ifndef MAPPING_H
#define MAPPING_H

#include <stdint.h>

/**
 * struct mapping - addresses that are mapped alike
 * @start: the first one
 * @end: the first one behind it; 0 where that has no number
 * @name: of a file, or [heap] and so on; "" for none
 */
struct mapping {
	uint64_t start;
	uint64_t end;
	const char *name;
};

/* The mapping's name, "[anon]" where it has none. */
static inline const char *mapping_name(const struct mapping *mapping)
{
	return *mapping->name ? mapping->name : "[anon]";
}

#endif /* MAPPING_H */
