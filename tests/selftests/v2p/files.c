// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
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

static uint64_t find_symbol(const char *wanted, const char *module)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	uint64_t address, found = 0;
	char line[512], name[256], in[256];

	while (file && !found && fgets(line, sizeof(line), file)) {
		in[0] = '\0';
		if (sscanf(line, "%" SCNx64 " %*c %255s [%255[^]]", &address, name, in) >= 2 &&
		    !strcmp(name, wanted) && !strcmp(in, module))
			found = address;
	}
	if (file)
		fclose(file);
	return found;
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

uint64_t ram_end(void)
{
	FILE *file = fopen("/proc/iomem", "re");
	uint64_t last, end = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		if (strstr(line, "System RAM") &&
		    sscanf(line, "%*x-%" SCNx64, &last) == 1 && last >= end)
			end = last + 1;
	if (file)
		fclose(file);
	return end;
}
