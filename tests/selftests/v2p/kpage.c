// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "kpage.h"

#define BLOCKS "/sys/devices/system/memory"

static bool read_one(const char *path, int *fd, uint64_t frame, uint64_t *value)
{
	if (!*fd)
		*fd = open(path, O_RDONLY | O_CLOEXEC);
	return pread(*fd, value, sizeof(*value), frame * sizeof(*value)) == sizeof(*value);
}

bool kpage_flags(uint64_t frame, uint64_t *flags)
{
	static int fd;

	return read_one("/proc/kpageflags", &fd, frame, flags);
}

bool kpage_count(uint64_t frame, uint64_t *count)
{
	static int fd;

	return read_one("/proc/kpagecount", &fd, frame, count);
}

uint64_t block_size(void)
{
	char text[32];

	return read_file(BLOCKS "/block_size_bytes", text, sizeof(text)) ? 0 :
	       strtoull(text, NULL, 16);
}

static const char *path_of(unsigned long block, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), BLOCKS "/memory%lu/%s", block, name);
	return path;
}

bool block_exists(unsigned long block)
{
	return !access(path_of(block, "state"), F_OK);
}

bool block_is_online(unsigned long block)
{
	char text[32] = "";

	return !read_file(path_of(block, "state"), text, sizeof(text)) &&
	       !strncmp(text, "online", 6);
}

int block_node(unsigned long block)
{
	char name[16];
	int node;

	for (node = 0; node < 64; node++) {
		snprintf(name, sizeof(name), "node%d", node);
		if (!access(path_of(block, name), F_OK))
			return node;
	}
	return -1;
}

bool block_switch(unsigned long block, bool online)
{
	return !write_file(path_of(block, "state"), online ? "online" : "offline");
}
