// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "names/cgroups.h"

/* Of the kernel's exportfs.h: the handle is the id of a node of kernfs, its inode's number. */
#define FILEID_KERNFS 0xfe

void cgroups_init(struct cgroups *cgroups)
{
	*cgroups = (struct cgroups){ .fd = -1 };
}

void cgroups_free(struct cgroups *cgroups)
{
	if (cgroups->fd >= 0)
		close(cgroups->fd);
	cgroups_init(cgroups);
}

static bool has_option(const char *options, const char *option)
{
	const size_t length = strlen(option);

	for (;; options += strspn(options, ",")) {
		const size_t part = strcspn(options, ",");

		if (!part)
			return false;
		if (part == length && !strncmp(options, option, length))
			return true;
		options += part;
	}
}

/*
 * The controller of memory is in one hierarchy: in one of its own of the first version, or else
 * in that of the second. A number of an inode is that of another cgroup in another hierarchy.
 */
static void look(struct cgroups *cgroups)
{
	char mount[sizeof(cgroups->mount)], type[16], options[512];
	bool own = false;
	char *text, *line, *rest;
	size_t length;

	cgroups->looked = true;
	text = file_read("/proc/self/mounts", &length);
	rest = text;
	while ((line = strsep(&rest, "\n")) && !own) {
		if (sscanf(line, "%*s %255s %15s %511s", mount, type, options) != 3)
			continue;
		own = !strcmp(type, "cgroup") && has_option(options, "memory");
		if (own || (!strcmp(type, "cgroup2") && !*cgroups->mount))
			snprintf(cgroups->mount, sizeof(cgroups->mount), "%s", mount);
	}
	free(text);
	if (*cgroups->mount)
		cgroups->fd = open(cgroups->mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* A cgroup is opened by its number, as those are found by id in a tree of any size. */
static int open_cgroup(const struct cgroups *cgroups, uint64_t inode)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(inode)];
	} place = { 0 };

	place.handle.handle_bytes = sizeof(inode);
	place.handle.handle_type = FILEID_KERNFS;
	memcpy(place.handle.f_handle, &inode, sizeof(inode));
	return open_by_handle_at(cgroups->fd, &place.handle, O_PATH | O_CLOEXEC);
}

static void find(struct cgroups *cgroups, uint64_t inode)
{
	const size_t mount = strlen(cgroups->mount);
	const int fd = open_cgroup(cgroups, inode);
	char link[32], *path = cgroups->path;
	ssize_t length;

	if (fd < 0)
		return;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(cgroups->path) - 1);
	close(fd);
	path[length > 0 ? length : 0] = '\0';
	/* What is outside of the mount has no name in it. */
	if (strncmp(path, cgroups->mount, mount) || (path[mount] && path[mount] != '/')) {
		*path = '\0';
		return;
	}
	memmove(path, path + mount, strlen(path + mount) + 1);
	if (!*path)
		strcpy(path, "/");
}

const char *cgroups_path(struct cgroups *cgroups, uint64_t inode)
{
	if (!cgroups->looked)
		look(cgroups);
	if (inode != cgroups->inode) {
		cgroups->inode = inode;
		*cgroups->path = '\0';
		if (cgroups->fd >= 0)
			find(cgroups, inode);
	}
	return cgroups->path;
}
