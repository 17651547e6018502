// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "send.h"

/* Of the table for programs of 32 bits. */
#define COMPAT_GETPID	20
#define COMPAT_IOCTL	54

int send_ioctl(int fd, uint32_t number, uint64_t argument)
{
	return syscall(SYS_ioctl, fd, number, argument) < 0 ? errno : 0;
}

#ifdef __x86_64__
static int32_t compat_call(int32_t call, int32_t one, uint32_t two, uint32_t three)
{
	int64_t result;

	asm volatile("int $0x80"
		     : "=a"(result)
		     : "a"((int64_t)call), "b"((int64_t)one), "c"((uint64_t)two),
		       "d"((uint64_t)three)
		     : "memory", "r8", "r9", "r10", "r11");
	return result;
}
#else
/* Elsewhere, a program of 64 bits cannot make such calls. */
static int32_t compat_call(int32_t call, ...)
{
	(void)call;
	return -ENOSYS;
}
#endif

int send_compat_ioctl(int fd, uint32_t number, uint32_t argument)
{
	const int32_t result = compat_call(COMPAT_IOCTL, fd, number, argument);

	return result < 0 ? -result : 0;
}

static int try_compat(void *nothing)
{
	const struct rlimit none = { 0, 0 };

	(void)nothing;
	setrlimit(RLIMIT_CORE, &none);
	return compat_call(COMPAT_GETPID, 0, 0, 0) != getpid();
}

/* Who has no such calls is ended by a signal. */
bool send_has_compat(void)
{
	return !in_child(try_compat, NULL);
}
