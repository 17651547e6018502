/* SPDX-License-Identifier: GPL-2.0 */
/* What single addresses lie in, without reading all mappings of the process. */
#ifndef MAPPING_AT_H
#define MAPPING_AT_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * struct mapping_at - a process that is asked about
 * @fd: of /proc/PID/maps, or -1
 * @name: of the mapping that was found last
 */
struct mapping_at {
	int fd;
	char name[4 * PATH_MAX];
};

/**
 * mapping_at_find() - find an address's mapping by the kernel's PROCMAP_QUERY, of Linux 6.11
 * @at: @fd is opened where it is not open
 * @path: /proc/PID/maps
 * @address: the address
 * @name: set to the mapping_name(), which is good until the next call; NULL where there is no
 *	mapping
 *
 * Return: false where all mappings have to be read instead.
 */
bool mapping_at_find(struct mapping_at *at, const char *path, uint64_t address,
		     const char **name);
void mapping_at_close(struct mapping_at *at);

#endif /* MAPPING_AT_H */
