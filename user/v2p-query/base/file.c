// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

char *file_read_all(int fd, size_t *length)
{
	size_t size = 1 << 16, used = 0;
	char *content = malloc(size);

	while (content) {
		ssize_t got = read(fd, content + used, size - used - 1);
		char *larger;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		if (!got) {
			content[used] = '\0';
			*length = used;
			return content;
		}
		used += got;
		if (size - used > 1)
			continue;
		larger = realloc(content, 2 * size);
		if (!larger)
			break;
		content = larger;
		size *= 2;
	}
	free(content);
	return NULL;
}

char *file_read(const char *path, size_t *length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *content;
	int error;

	if (fd < 0)
		return NULL;
	content = file_read_all(fd, length);
	error = errno;
	close(fd);
	errno = error;
	return content;
}
