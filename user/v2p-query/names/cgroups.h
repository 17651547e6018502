/* SPDX-License-Identifier: GPL-2.0 */
/* Names of the cgroups that memory is charged to. */
#ifndef CGROUPS_H
#define CGROUPS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct cgroups - the hierarchy of the controller of memory
 * @fd: where it is mounted; -1 where it is not, or was not looked for
 * @looked: it was looked for
 * @mount: the same as a path
 * @inode: of the last answer
 * @path: that answer
 */
struct cgroups {
	int fd;
	bool looked;
	char mount[256];
	uint64_t inode;
	char path[4200];
};

void cgroups_init(struct cgroups *cgroups);
void cgroups_free(struct cgroups *cgroups);

/**
 * cgroups_path() - the path of a cgroup in its hierarchy
 * @inode: of /proc/kpagecgroup
 *
 * Return: "/user.slice" and the like, good until the next call; "" where it is not found.
 */
const char *cgroups_path(struct cgroups *cgroups, uint64_t inode);

#endif /* CGROUPS_H */
