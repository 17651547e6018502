// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/mapping.h"
#include "names/mapping-at.h"

/* As in <linux/fs.h> of Linux 6.11, which is newer than the headers may be. */
struct procmap_query_ {
	uint64_t size;
	uint64_t query_flags;
	uint64_t query_addr;
	uint64_t vma_start;
	uint64_t vma_end;
	uint64_t vma_flags;
	uint64_t vma_page_size;
	uint64_t vma_offset;
	uint64_t inode;
	uint32_t dev_major;
	uint32_t dev_minor;
	uint32_t vma_name_size;
	uint32_t build_id_size;
	uint64_t vma_name_addr;
	uint64_t build_id_addr;
};

#define PROCMAP_QUERY_ _IOWR('f', 17, struct procmap_query_)

/* The file shows newlines of names so; the query does not. */
static void escape_newlines(char *name, size_t size)
{
	char *newline = name;

	while ((newline = strchr(newline, '\n'))) {
		const size_t rest = strlen(newline + 1) + 1;

		if (newline + 4 + rest > name + size)
			return;
		memmove(newline + 4, newline + 1, rest);
		memcpy(newline, "\\012", 4);
	}
}

bool mapping_at_find(struct mapping_at *at, const char *path, uint64_t address,
		     const char **name)
{
	struct procmap_query_ query = {
		.size = sizeof(query),
		.query_addr = address,
		.vma_name_size = PATH_MAX,
		.vma_name_addr = (uintptr_t)at->name,
	};

	*name = NULL;
	/* [vsyscall] is in the file alone, as it is in no address space. */
	if (address >> 63)
		return false;
	if (at->fd < 0)
		at->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (at->fd < 0)
		return false;
	if (ioctl(at->fd, PROCMAP_QUERY_, &query))
		return errno == ENOENT;
	if (!query.vma_name_size)
		*at->name = '\0';
	escape_newlines(at->name, sizeof(at->name));
	*name = mapping_name(&(struct mapping) { .name = at->name });
	return true;
}

void mapping_at_close(struct mapping_at *at)
{
	if (at->fd >= 0)
		close(at->fd);
	at->fd = -1;
}
