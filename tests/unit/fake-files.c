// SPDX-License-Identifier: GPL-2.0
/*
 * Files of /proc and /sys, played to the command: V2P_KALLSYMS and the like name others; of those
 * that tell of physical memory, V2P_ROOT is a folder that has them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

static const char *in_root(const char *path)
{
	static const char *const files[] = {
		"/proc/iomem", "/proc/zoneinfo", "/proc/cpuinfo", "/proc/self/mounts",
		"/proc/kpageflags", "/proc/kpagecount", "/proc/kpagecgroup",
	};
	const char *root = getenv("V2P_ROOT");
	static char other[4096];
	size_t i;

	for (i = 0; root && i < sizeof(files) / sizeof(files[0]); i++)
		if (!strcmp(path, files[i]))
			break;
	if (!root || (i == sizeof(files) / sizeof(files[0]) && strncmp(path, "/sys/", 5)))
		return NULL;
	snprintf(other, sizeof(other), "%s%s", root, path);
	return other;
}

static const char *played(const char *path)
{
	const char *other = in_root(path);

	if (!strcmp(path, "/proc/kallsyms"))
		other = getenv("V2P_KALLSYMS");
	if (!strcmp(path, "/proc/sys/kernel/kptr_restrict"))
		other = getenv("V2P_KPTR_RESTRICT");
	if (!strcmp(path, "/proc/swaps"))
		other = getenv("V2P_SWAPS");
	if (!other && !strcmp(path, "/proc/kpagecount"))
		other = getenv("V2P_KPAGECOUNT");
	return other ? other : path;
}

int open(const char *path, int flags, ...)
{
	va_list arguments;
	int mode;

	va_start(arguments, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, int) : 0;
	va_end(arguments);
	return openat(AT_FDCWD, played(path), flags, mode);
}

DIR *opendir(const char *path)
{
	const int fd = openat(AT_FDCWD, played(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? NULL : fdopendir(fd);
}

ssize_t readlink(const char *path, char *target, size_t size)
{
	return readlinkat(AT_FDCWD, played(path), target, size);
}

/* V2P_RELEASE is that of the kernel. */
int uname(struct utsname *name)
{
	const char *release = getenv("V2P_RELEASE");
	const int error = syscall(SYS_uname, name);

	if (!error && release)
		snprintf(name->release, sizeof(name->release), "%s", release);
	return error;
}

/* Of a cgroup: the folder has a link for each id. */
int open_by_handle_at(int mount, struct file_handle *handle, int flags)
{
	char path[4096];
	uint64_t id;

	(void)mount;
	if (handle->handle_bytes != sizeof(id) || handle->handle_type != 0xfe ||
	    !getenv("V2P_ROOT")) {
		errno = EINVAL;
		return -1;
	}
	memcpy(&id, handle->f_handle, sizeof(id));
	snprintf(path, sizeof(path), "%s/by-id/%" PRIu64, getenv("V2P_ROOT"), id);
	return openat(AT_FDCWD, path, flags);
}

/*
 * V2P_BROKEN is what the name of a file has that cannot be read. V2P_FLICKER is "FRAME:TIMES": so often its flags are not what they were before. V2P_OWN_FRAME is
 * where all of the command's memory is.
 */
ssize_t pread(int fd, void *buffer, size_t size, off_t offset)
{
	static unsigned long times;
	const ssize_t got = syscall(SYS_pread64, fd, buffer, size, offset);
	const char *flicker = getenv("V2P_FLICKER"), *own = getenv("V2P_OWN_FRAME");
	const char *broken = getenv("V2P_BROKEN");
	char link[32], path[4096];
	uint64_t frame;
	ssize_t length;

	if ((!flicker && !own && !broken) || got <= 0)
		return got;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path) - 1);
	path[length > 0 ? length : 0] = '\0';
	if (broken && strstr(path, broken)) {
		errno = EIO;
		return -1;
	}
	if (own && strstr(path, "pagemap"))
		*(uint64_t *)buffer = UINT64_C(1) << 63 | strtoull(own, NULL, 10);
	frame = strtoull(flicker ? flicker : "0", NULL, 10);
	if (!flicker || !strstr(path, "kpageflags") || offset > (off_t)(frame * 8) ||
	    offset + got < (off_t)(frame * 8 + 8))
		return got;
	if (times++ < strtoul(strchr(flicker, ':') + 1, NULL, 10) && times % 2)
		((uint64_t *)buffer)[frame - offset / 8] ^= 1 << 10;
	return got;
}
