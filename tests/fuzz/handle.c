// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "handle.h"
#include "pagemap.h"
#include "wire.h"

bool handle_is_one(int fd)
{
	char path[32], text[32];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	length = readlink(path, text, sizeof(text));
	return length == strlen("anon_inode:[v2p]") && !memcmp(text, "anon_inode:[v2p]", length);
}

/* Of a process, or with 0 of the kernel. */
static int open_by(struct wire *wire, pid_t pid, bool user_root)
{
	const void *attribute;
	size_t length;
	int fd;

	wire_begin(wire, V2P_CMD_OPEN);
	if (pid)
		wire_put_u32(wire, V2P_A_PID, pid);
	else
		wire_put(wire, V2P_A_KERNEL, NULL, 0);
	if (user_root)
		wire_put(wire, V2P_A_USER_ROOT, NULL, 0);
	if (wire_ask(wire))
		return -1;
	attribute = wire_get(wire, V2P_A_FD, &length);
	if (!attribute || length != sizeof(fd))
		return -1;
	memcpy(&fd, attribute, sizeof(fd));
	return fd;
}

static int open_one(struct wire *wire, pid_t pid)
{
	return open_by(wire, pid, false);
}

/* Of a process that only waits. */
static int open_idle(struct wire *wire, struct child *child)
{
	if (child_start(child)) {
		child_done(child);
		_exit(1);
	}
	return child_wait(child) ? open_one(wire, child->pid) : -1;
}

static int open_exited(struct wire *wire)
{
	struct child child;
	int fd = open_idle(wire, &child);

	child_end(&child);
	return fd;
}

static bool open_victims(struct handles *handles, struct wire *wire)
{
	while (handles->left < HANDLE_VICTIMS) {
		struct victim *victim = &handles->victims[handles->left];

		victim->fd = open_idle(wire, &victim->child);
		if (!handle_is_one(victim->fd))
			return false;
		handles->left++;
	}
	return true;
}

static int open_executed(struct wire *wire, struct child *child)
{
	int fd;

	if (child_start(child)) {
		/* Closed when it runs the other program. */
		fcntl(child->to, F_SETFD, FD_CLOEXEC);
		child_done(child);
		execlp("sleep", "sleep", "infinity", NULL);
		_exit(1);
	}
	fd = child_wait(child) ? open_one(wire, child->pid) : -1;
	if (child_next(child) || child_has_ended(child))
		return -1;
	return fd;
}

static void set_bounds(struct handle *handle, unsigned int bits)
{
	if (handle->kernel) {
		handle->first = -1ULL << (bits - 1);
		handle->last = UINT64_MAX;
	} else {
		handle->last = (1ULL << (bits - 1)) - ARCH_BEYOND_USER - 1;
	}
}

static bool open_spaces(struct handles *handles, const struct places *places, struct wire *wire)
{
	struct handle *all = handles->all;
	const uint8_t *bits;
	size_t length;
	unsigned int i;

	if (wire_info(wire))
		return false;
	bits = wire_get(wire, V2P_A_VIRTUAL_BITS, &length);
	if (!bits)
		return false;
	all[HANDLE_KERNEL].kernel = true;
	for (i = 0; i <= HANDLE_EXECUTED; i++)
		set_bounds(&all[i], *bits);
	if (places->isolated) {
		all[HANDLE_USER_ROOT].below = all[HANDLE_USER_ROOT].last;
		all[HANDLE_USER_ROOT].above = all[HANDLE_KERNEL].first;
		all[HANDLE_USER_ROOT].last = UINT64_MAX;
	}
	all[HANDLE_EXITED].error = all[HANDLE_EXECUTED].error = ESRCH;
	all[HANDLE_SELF].place = &places->self;
	all[HANDLE_OTHER].place = &places->other;
	all[HANDLE_USER_ROOT].place = &places->other;

	all[HANDLE_EXECUTED].fd = open_executed(wire, &handles->executed);
	all[HANDLE_EXITED].fd = open_exited(wire);
	all[HANDLE_SELF].fd = open_one(wire, places->self.pid);
	all[HANDLE_OTHER].fd = open_one(wire, places->other.pid);
	all[HANDLE_USER_ROOT].fd = open_by(wire, places->other.pid, places->isolated);
	all[HANDLE_KERNEL].fd = open_one(wire, 0);
	for (i = 0; i <= HANDLE_EXECUTED; i++)
		if (!handle_is_one(all[i].fd))
			return false;
	return open_victims(handles, wire);
}

static void open_others(struct handles *handles)
{
	static const int errors[HANDLES] = {
		[HANDLE_DEVICE] = ENOTTY, [HANDLE_PIPE] = ENOTTY, [HANDLE_EVENT] = ENOTTY,
		[HANDLE_SOCKET] = ENOTTY, [HANDLE_PATH] = EBADF, [HANDLE_NONE] = EBADF,
	};
	struct handle *all = handles->all;
	unsigned int i;
	int ends[2];

	for (i = HANDLE_DEVICE; i < HANDLES; i++)
		all[i].error = errors[i];
	if (pipe(ends))
		abort();
	all[HANDLE_PIPE].fd = ends[0];
	handles->pipe = ends[1];
	all[HANDLE_DEVICE].fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	all[HANDLE_EVENT].fd = eventfd(0, EFD_CLOEXEC);
	all[HANDLE_PATH].fd = open("/dev/null", O_PATH | O_CLOEXEC);
	all[HANDLE_NONE].fd = -1;
}

bool handles_open(struct handles *handles, const struct places *places)
{
	struct wire *wire = malloc(sizeof(*wire));
	bool good;

	*handles = (struct handles){};
	if (!wire || wire_open(wire))
		return false;
	good = open_spaces(handles, places, wire);
	if (!good)
		printf("# descriptors cannot be opened: error %d %s\n", wire->error, wire->words);
	open_others(handles);
	/* The connection stays, as one that is no address space's. */
	handles->all[HANDLE_SOCKET].fd = wire->fd;
	free(wire);
	return good;
}

void handles_close(struct handles *handles)
{
	unsigned int i;

	for (i = 0; i < HANDLES; i++)
		close(handles->all[i].fd);
	close(handles->pipe);
	child_end(&handles->executed);
	while (handles->left) {
		close(handles->victims[--handles->left].fd);
		child_end(&handles->victims[handles->left].child);
	}
}
