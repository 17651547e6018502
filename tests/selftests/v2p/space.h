/* SPDX-License-Identifier: GPL-2.0 */
/* What tests of the descriptors of address spaces share. */
#ifndef SPACE_H
#define SPACE_H

#include <errno.h>
#include <sys/ioctl.h>
#include <linux/v2p_ioctl.h>

#include "fixture.h"

/* A descriptor of a process, or with 0 of the kernel. */
static inline int open_space(const struct asked *asked, pid_t pid)
{
	const int fd = v2p_space_open(asked->v2p, pid ? v2p_pid(pid) : v2p_kernel());

	if (fd < 0)
		printf("# v2p_space_open: %d %s\n", fd, v2p_error(asked->v2p));
	return fd;
}

static inline int ask_ioctl(int fd, unsigned long request, void *argument)
{
	return ioctl(fd, request, argument) ? -errno : 0;
}

#endif /* SPACE_H */
