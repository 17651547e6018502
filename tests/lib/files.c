// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"

int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

int read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t n = 0;

	if (fd < 0)
		return -errno;
	while (length + 1 < size && (n = read(fd, text + length, size - length - 1)) > 0)
		length += n;
	text[length] = '\0';
	close(fd);
	return n < 0 ? -EIO : 0;
}

int run(const char *const argv[])
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

bool load_module(const char *name)
{
	const char *const argv[] = { "modprobe", name, NULL };

	return run(argv) == 0;
}

int unload_module(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

/* All of kallsyms as it is now. Emulated, the kernel takes half a second to write it. */
static char *read_symbols(void)
{
	int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	size_t size = 0, room = 1 << 24;
	char *text = malloc(room);
	ssize_t got = 0;

	while (fd >= 0 && text && (got = read(fd, text + size, room - size - 1)) > 0) {
		size += got;
		if (room - size < 4096) {
			room *= 2;
			text = realloc(text, room);
		}
	}
	if (fd >= 0)
		close(fd);
	if (!text || got < 0)
		size = 0;
	if (text)
		text[size] = '\0';
	return text;
}

static uint64_t find_symbol_in(const char *text, const char *wanted, const char *module)
{
	const size_t length = strlen(wanted), module_length = strlen(module);
	const char *at = text;

	while ((at = strstr(at, wanted))) {
		const char *name = at, *end = at + length;

		at = end;
		/* ADDRESS TYPE NAME, and for a module's a tab and [MODULE]. */
		if (name - text < 20 || name[-1] != ' ' || name[-3] != ' ')
			continue;
		if (*module ? strncmp(end, "\t[", 2) || strncmp(end + 2, module, module_length) ||
			      end[2 + module_length] != ']' : *end != '\n')
			continue;
		while (name > text && name[-1] != '\n')
			name--;
		return strtoull(name, NULL, 16);
	}
	return 0;
}

/* Modules come and go, so what is not among the symbols read before is read anew. */
static uint64_t find_symbol(const char *wanted, const char *module)
{
	static char *symbols;
	uint64_t found = symbols && !*module ? find_symbol_in(symbols, wanted, module) : 0;

	if (found)
		return found;
	free(symbols);
	symbols = read_symbols();
	return symbols ? find_symbol_in(symbols, wanted, module) : 0;
}

uint64_t kernel_symbol(const char *wanted)
{
	return find_symbol(wanted, "");
}

uint64_t module_symbol(const char *module, const char *wanted)
{
	return find_symbol(wanted, module);
}

bool has_kasan(void)
{
	return kernel_symbol("kasan_early_shadow_page") != 0;
}

bool has_two_nodes(void)
{
	return !access("/sys/devices/system/node/node1", F_OK);
}

static void find_ram(uint64_t *start, uint64_t *end)
{
	FILE *file = fopen("/proc/iomem", "re");
	uint64_t first, last;
	char line[256];

	*start = UINT64_MAX;
	*end = 0;
	while (file && fgets(line, sizeof(line), file)) {
		if (!strstr(line, "System RAM") ||
		    sscanf(line, "%" SCNx64 "-%" SCNx64, &first, &last) != 2)
			continue;
		if (first < *start)
			*start = first;
		if (last >= *end)
			*end = last + 1;
	}
	if (file)
		fclose(file);
}

uint64_t ram_start(void)
{
	uint64_t start, end;

	find_ram(&start, &end);
	return start;
}

uint64_t ram_end(void)
{
	uint64_t start, end;

	find_ram(&start, &end);
	return end;
}
