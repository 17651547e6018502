/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel says of its own memory. */
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include <stdbool.h>
#include <unistd.h>

/* A line of /proc/meminfo, in its unit, or -1. */
long meminfo(const char *name);

/* Objects that the kernel has of all kinds whose name begins so; -1 without any. */
long kernel_objects(const char *kind);

/* The module's use count, or -1. */
long module_users(void);

/* Whether it is this, for soon(). */
static inline bool users_are(long count)
{
	return module_users() == count;
}

/* What is freed in the background is freed soon. */
static inline bool soon(bool (*is_so)(long), long value)
{
	unsigned int i;

	for (i = 0; i < 500; i++) {
		if (is_so(value))
			return true;
		usleep(10 * 1000);
	}
	return false;
}

#endif /* KERNEL_MEMORY_H */
