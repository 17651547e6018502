// SPDX-License-Identifier: GPL-2.0
/* Files of /proc, played to the command: V2P_KALLSYMS and the like name others. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char *played(const char *path)
{
	const char *other = NULL;

	if (!strcmp(path, "/proc/kallsyms"))
		other = getenv("V2P_KALLSYMS");
	if (!strcmp(path, "/proc/sys/kernel/kptr_restrict"))
		other = getenv("V2P_KPTR_RESTRICT");
	if (!strcmp(path, "/proc/swaps"))
		other = getenv("V2P_SWAPS");
	if (!strcmp(path, "/proc/kpagecount"))
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
