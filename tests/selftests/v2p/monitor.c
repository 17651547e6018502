// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor.h"

#define MAX_READ 4096
#define WAIT_MS 20000

int monitor_open(const char **why)
{
	const char *path = getenv("V2P_MONITOR");
	int fd;

	if (!path) {
		*why = "no QEMU monitor: V2P_MONITOR is not set";
		return -1;
	}
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		*why = strerror(errno);
	return fd;
}

static bool read_line(int fd, char *line, size_t size)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	size_t length = 0;

	while (length + 1 < size && poll(&poller, 1, WAIT_MS) == 1) {
		ssize_t n = read(fd, line + length, size - 1 - length);

		if (n <= 0)
			return false;
		length += n;
		if (line[length - 1] == '\n') {
			line[length - 1] = '\0';
			return true;
		}
	}
	return false;
}

static bool question(int fd, const char *words, char *line, size_t size)
{
	ssize_t length = strlen(words);

	return write(fd, words, length) == length && read_line(fd, line, size);
}

static bool decode_hex(const char *hex, uint8_t *bytes, size_t size)
{
	size_t i;

	if (strlen(hex) != 2 * size)
		return false;
	for (i = 0; i < size; i++)
		if (sscanf(hex + 2 * i, "%2hhx", &bytes[i]) != 1)
			return false;
	return true;
}

bool monitor_read(int fd, uint64_t physical, void *buffer, size_t size)
{
	static char line[2 * MAX_READ + 64];
	char words[64];

	snprintf(words, sizeof(words), "xp 0x%" PRIx64 " %zu\n", physical, size);
	return question(fd, words, line, sizeof(line)) && decode_hex(line, buffer, size);
}

bool monitor_translate(int fd, uint64_t virtual, int cpu, uint64_t *physical)
{
	char words[64], line[256];

	snprintf(words, sizeof(words), "gva2gpa 0x%" PRIx64 " %d\n", virtual, cpu);
	return question(fd, words, line, sizeof(line)) &&
	       sscanf(line, "0x%" SCNx64, physical) == 1;
}

bool monitor_plug(int fd, unsigned int megabytes, const char **why)
{
	static char line[256];
	char words[64];

	snprintf(words, sizeof(words), "plug %u\n", megabytes);
	if (!question(fd, words, line, sizeof(line)))
		*why = "QEMU's monitor does not answer";
	else if (strcmp(line, "asked"))
		*why = line;
	else
		return true;
	return false;
}

bool monitor_plugged(int fd, unsigned int *megabytes)
{
	char line[256];

	return question(fd, "plugged\n", line, sizeof(line)) &&
	       sscanf(line, "%u", megabytes) == 1;
}
