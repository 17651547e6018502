// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "pagemap.h"

int pagemap_open(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

bool pagemap_read(int fd, uint64_t address, uint64_t *entries, size_t count)
{
	ssize_t size = count * sizeof(*entries);

	return pread(fd, entries, size, (address >> PAGE_SHIFT) * sizeof(*entries)) == size;
}

uint64_t pagemap_entry(int fd, const volatile void *address)
{
	uint64_t entry;

	return pagemap_read(fd, (uintptr_t)address, &entry, 1) ? entry : 0;
}
