// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "kernel_memory.h"

long meminfo(const char *name)
{
	const size_t length = strlen(name);
	static char text[8192];
	char *line;

	if (read_file("/proc/meminfo", text, sizeof(text)))
		return -1;
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (!strncmp(line, name, length) && line[length] == ':')
			return atol(line + length + 1);
	return -1;
}

long kernel_objects(const char *kind)
{
	static char text[256 * 1024];
	long count = -1;
	char *line;

	if (read_file("/proc/slabinfo", text, sizeof(text)))
		return -1;
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		const char *end = strchr(line, ' ');

		if (end && !strncmp(line, kind, strlen(kind)))
			count = (count < 0 ? 0 : count) + atol(end);
	}
	return count;
}

long module_users(void)
{
	char text[32];

	return read_file("/sys/module/v2p/refcnt", text, sizeof(text)) ? -1 : atol(text);
}
