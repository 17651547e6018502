// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "callers.h"
#include "caps.h"
#include "child.h"

/* Changes what the process may do; whether it worked. */
typedef bool step_fn(void);

static bool stay_root(void)
{
	return true;
}

static bool give_admin_up(void)
{
	return caps_switch(CAP_SYS_ADMIN, false, true);
}

static bool take_admin_again(void)
{
	return caps_switch(CAP_SYS_ADMIN, true, true);
}

static bool enter_namespace(void)
{
	return !unshare(CLONE_NEWUSER);
}

static bool nobody_enters_namespace(void)
{
	return become_nobody() && enter_namespace();
}

static bool nobody_with_admin(void)
{
	return become_nobody_with(CAP_SYS_ADMIN);
}

static bool opens(struct wire *wire, bool good)
{
	return good && !wire_open(wire);
}

/* Who opens it sends, too. */
static bool root(struct wire *wire, int capability)
{
	return opens(wire, true);
}

static bool nobody_with(struct wire *wire, int capability)
{
	return opens(wire, become_nobody_with(capability));
}

static bool all_but_sys_admin(struct wire *wire, int capability)
{
	return opens(wire, caps_switch(CAP_SYS_ADMIN, false, false));
}

static bool permitted_sys_admin(struct wire *wire, int capability)
{
	return opens(wire, give_admin_up());
}

static bool root_without_any(struct wire *wire, int capability)
{
	return opens(wire, caps_keep_only(-1));
}

static bool namespace_of_root(struct wire *wire, int capability)
{
	return opens(wire, enter_namespace());
}

static bool namespace_of_nobody(struct wire *wire, int capability)
{
	return opens(wire, nobody_enters_namespace());
}

static bool own_network(struct wire *wire, int capability)
{
	return opens(wire, !unshare(CLONE_NEWNET));
}

/* Whose owner may tap what goes through sockets in it. */
static bool foreign_network(struct wire *wire, int capability)
{
	struct child owner;
	bool entered;
	char path[64];
	int fd;

	if (child_start(&owner)) {
		if (!unshare(CLONE_NEWUSER | CLONE_NEWNET))
			child_done(&owner);
		_exit(1);
	}
	if (!child_wait(&owner))
		return false;
	snprintf(path, sizeof(path), "/proc/%d/ns/net", owner.pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	entered = fd >= 0 && !setns(fd, CLONE_NEWNET);
	close(fd);
	child_end(&owner);
	return opens(wire, entered);
}

/* It changes after it has opened it. */
static bool root_then_nobody(struct wire *wire, int capability)
{
	return opens(wire, true) && become_nobody();
}

static bool root_then_without(struct wire *wire, int capability)
{
	return opens(wire, true) && give_admin_up();
}

static bool root_then_namespace(struct wire *wire, int capability)
{
	return opens(wire, true) && enter_namespace();
}

static bool without_then_root(struct wire *wire, int capability)
{
	return opens(wire, give_admin_up()) && take_admin_again();
}

static bool root_without_root(struct wire *wire, int capability)
{
	return opens(wire, true) && give_admin_up() &&
	       wire_translate_pid(wire, getpid(), 0) && take_admin_again();
}

/* A socket goes from one process to another. */
union rights {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

static bool give(int channel, int fd)
{
	union rights rights = { .header = {
		.cmsg_len = CMSG_LEN(sizeof(int)),
		.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
	} };
	struct iovec byte = { .iov_base = "", .iov_len = 1 };
	const struct msghdr message = {
		.msg_iov = &byte, .msg_iovlen = 1,
		.msg_control = rights.room, .msg_controllen = sizeof(rights.room),
	};

	memcpy(CMSG_DATA(&rights.header), &fd, sizeof(fd));
	return sendmsg(channel, &message, 0) == 1;
}

static int take(int channel)
{
	union rights rights;
	char byte;
	struct iovec room = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &room, .msg_iovlen = 1,
		.msg_control = rights.room, .msg_controllen = sizeof(rights.room),
	};
	int fd = -1;

	if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) == 1 &&
	    message.msg_controllen >= CMSG_LEN(sizeof(int)) &&
	    rights.header.cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(&rights.header), sizeof(fd));
	return fd;
}

static int open_and_give(step_fn *opener, int channel)
{
	static struct wire theirs;

	return opener() && !wire_open(&theirs) && give(channel, theirs.fd) ? 0 : 1;
}

static bool pass(struct wire *wire, step_fn *opener, step_fn *sender)
{
	int channel[2];
	int status;
	pid_t pid;

	/* The family's number is to be known here, too. */
	if (wire_open(wire) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel))
		return false;
	wire_close(wire);
	pid = fork();
	if (!pid)
		_exit(open_and_give(opener, channel[1]));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		return false;
	if (!sender())
		return false;
	wire->fd = take(channel[0]);
	return wire->fd >= 0;
}

static bool passed_root_to_root(struct wire *wire, int capability)
{
	return pass(wire, stay_root, stay_root);
}

static bool passed_sys_admin_to_root(struct wire *wire, int capability)
{
	return pass(wire, nobody_with_admin, stay_root);
}

static bool passed_root_to_nobody(struct wire *wire, int capability)
{
	return pass(wire, stay_root, become_nobody);
}

static bool passed_root_to_namespace(struct wire *wire, int capability)
{
	return pass(wire, stay_root, enter_namespace);
}

static bool passed_nobody_to_root(struct wire *wire, int capability)
{
	return pass(wire, become_nobody, stay_root);
}

static bool passed_namespace_to_root(struct wire *wire, int capability)
{
	return pass(wire, enter_namespace, stay_root);
}

#define CALLER(function) { #function, function, -1 }

const struct caller callers[] = {
	CALLER(root),
	{ "only_sys_admin", nobody_with, CAP_SYS_ADMIN },
	{ "only_another", nobody_with, ANY_OTHER },
	CALLER(all_but_sys_admin),
	CALLER(permitted_sys_admin),
	CALLER(root_without_any),
	{ "nobody", nobody_with, -1 },
	CALLER(namespace_of_root),
	CALLER(namespace_of_nobody),
	CALLER(own_network),
	CALLER(foreign_network),
	CALLER(root_then_nobody),
	CALLER(root_then_without),
	CALLER(root_then_namespace),
	CALLER(without_then_root),
	CALLER(root_without_root),
	CALLER(passed_root_to_root),
	CALLER(passed_sys_admin_to_root),
	CALLER(passed_root_to_nobody),
	CALLER(passed_root_to_namespace),
	CALLER(passed_nobody_to_root),
	CALLER(passed_namespace_to_root),
};

const unsigned int caller_count = sizeof(callers) / sizeof(callers[0]);

const struct caller *caller_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < caller_count; i++)
		if (!strcmp(callers[i].name, name))
			return &callers[i];
	return NULL;
}
