/* SPDX-License-Identifier: GPL-2.0 */
/* The mappings of a process, as /proc/PID/maps lists them. */
#ifndef MAPS_H
#define MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mapping.h"

struct maps {
	struct mapping *list;
	size_t count;
	char *text;
};

/**
 * maps_load() - read a list of mappings
 * @maps: filled in; to be freed with maps_free() where 0 is returned
 * @path: /proc/PID/maps
 *
 * Return: 0 or a negative errno.
 */
int maps_load(struct maps *maps, const char *path);

/**
 * maps_load_of_threads() - the list of a thread that has not exited
 * @maps: as for maps_load(); empty where there is no such thread
 * @folder: /proc/PID/task
 *
 * Return: 0 or a negative errno.
 */
int maps_load_of_threads(struct maps *maps, const char *folder);
void maps_free(struct maps *maps);

/* The mapping that an address lies in, or NULL. */
const struct mapping *maps_at(const struct maps *maps, uint64_t address);

/**
 * struct mapping_file - what is mapped, as maps tells it beside the name
 * @major: the device of its file system
 * @minor: likewise
 * @inode: its inode
 * @offset: where the mapping begins in it
 * @executable: the mapping is of code
 */
struct mapping_file {
	uint32_t major;
	uint32_t minor;
	uint64_t inode;
	uint64_t offset;
	bool executable;
};

/* Which file one of the mappings is of; false where it is of none. */
bool maps_file(const struct maps *maps, const struct mapping *mapping, struct mapping_file *file);

/* The last part of its path, without what tells that it is gone, and how long that is. */
size_t maps_file_name(const struct mapping *mapping, const char **name);

/* Whether that is its mapping_name(), its path, or the last part of it. */
bool maps_matches(const struct mapping *mapping, const char *name);

/**
 * maps_name_at() - what an address lies in
 *
 * Return: its mapping_name(), NULL where there is no mapping.
 */
const char *maps_name_at(const struct maps *maps, uint64_t address);

/**
 * maps_next() - the mappings of a name, one by one
 * @name: its mapping_name(), or the last part of a path
 * @before: what it returned for the one before, or NULL
 *
 * Return: the mapping, or NULL.
 */
const struct mapping *maps_next(const struct maps *maps, const char *name,
				const struct mapping *before);

/* How many they are. */
size_t maps_count(const struct maps *maps, const char *name);

/* The mapping from @start to below @end, no more and no less, or NULL. */
const struct mapping *maps_exactly(const struct maps *maps, uint64_t start, uint64_t end);

/*
 * How many mappings in the addresses from @start to @last are of shared memory: of a memfd,
 * of /dev/shm, of System V, or without a name. Sets @first to one, if there is one.
 */
size_t maps_shared_memory(const struct maps *maps, uint64_t start, uint64_t last,
			  const struct mapping **first);

#endif /* MAPS_H */
