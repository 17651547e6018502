// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "subjects.h"
#include "caps.h"
#include "child.h"
#include "passing.h"

/* Changes what the process may do; whether it worked. */
typedef bool step_fn(void);

static bool stay_root(void)
{
	return true;
}

static bool give_up(uint64_t set)
{
	return caps_switch(set, false, true);
}

static bool take_again(uint64_t set)
{
	return caps_switch(set, true, true);
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
	return become_nobody_with(CAPS(CAP_SYS_ADMIN));
}

/* What the root of a container usually has, and CAP_SYS_ADMIN, in no namespace of its own. */
static bool contain(void)
{
	return caps_keep_only(CAPS(CAP_SYS_ADMIN) | CAPS(CAP_CHOWN) | CAPS(CAP_DAC_OVERRIDE) |
			      CAPS(CAP_FOWNER) | CAPS(CAP_FSETID) | CAPS(CAP_KILL) |
			      CAPS(CAP_SETGID) | CAPS(CAP_SETUID) | CAPS(CAP_SETPCAP) |
			      CAPS(CAP_NET_BIND_SERVICE) | CAPS(CAP_NET_RAW) |
			      CAPS(CAP_SYS_CHROOT) | CAPS(CAP_MKNOD) |
			      CAPS(CAP_AUDIT_WRITE) | CAPS(CAP_SETFCAP));
}

static bool opens(struct wire *wire, bool good)
{
	return good && !wire_open(wire);
}

/* Who opens it sends, too. */
static bool root(struct wire *wire, uint64_t set)
{
	return opens(wire, true);
}

static bool nobody_with(struct wire *wire, uint64_t set)
{
	return opens(wire, become_nobody_with(set));
}

static bool all_but(struct wire *wire, uint64_t set)
{
	return opens(wire, caps_switch(set, false, false));
}

static bool permitted_sys_admin(struct wire *wire, uint64_t set)
{
	return opens(wire, give_up(CAPS(CAP_SYS_ADMIN)));
}

static bool container(struct wire *wire, uint64_t set)
{
	return opens(wire, contain());
}

static bool root_without_any(struct wire *wire, uint64_t set)
{
	return opens(wire, caps_keep_only(0));
}

static bool namespace_of_root(struct wire *wire, uint64_t set)
{
	return opens(wire, enter_namespace());
}

static bool namespace_of_nobody(struct wire *wire, uint64_t set)
{
	return opens(wire, nobody_enters_namespace());
}

static bool own_network(struct wire *wire, uint64_t set)
{
	return opens(wire, !unshare(CLONE_NEWNET));
}

/* Whose owner may tap what goes through sockets in it. */
static bool foreign_network(struct wire *wire, uint64_t set)
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
static bool root_then_nobody(struct wire *wire, uint64_t set)
{
	return opens(wire, true) && become_nobody();
}

static bool root_then_without(struct wire *wire, uint64_t set)
{
	return opens(wire, true) && give_up(set);
}

static bool root_then_namespace(struct wire *wire, uint64_t set)
{
	return opens(wire, true) && enter_namespace();
}

static bool without_then_root(struct wire *wire, uint64_t set)
{
	return opens(wire, give_up(set)) && take_again(set);
}

static bool root_without_root(struct wire *wire, uint64_t set)
{
	return opens(wire, true) && give_up(CAPS(CAP_SYS_ADMIN)) &&
	       wire_translate_pid(wire, getpid(), 0) && take_again(CAPS(CAP_SYS_ADMIN));
}

/* What is submitted to a ring that root made. */
static struct ring ring;

static bool has_ring(struct wire *wire, bool polled)
{
	wire->ring = &ring;
	return !ring_open(&ring, polled);
}

static bool ring_of_root(struct wire *wire, uint64_t set)
{
	return opens(wire, true) && has_ring(wire, false) && become_nobody();
}

static bool polled_ring_of_root(struct wire *wire, uint64_t set)
{
	return opens(wire, true) && has_ring(wire, true) && become_nobody();
}

static bool ring_with_personality(struct wire *wire, uint64_t set)
{
	return opens(wire, true) && has_ring(wire, false) && ring_keep_credentials(&ring) &&
	       become_nobody();
}

static int open_and_give(step_fn *opener, int channel)
{
	static struct wire theirs;

	return opener() && !wire_open(&theirs) && passing_give(channel, theirs.fd) ? 0 : 1;
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
	wire->fd = passing_take(channel[0]);
	return wire->fd >= 0;
}

static bool passed_root_to_root(struct wire *wire, uint64_t set)
{
	return pass(wire, stay_root, stay_root);
}

static bool passed_sys_admin_to_root(struct wire *wire, uint64_t set)
{
	return pass(wire, nobody_with_admin, stay_root);
}

static bool passed_container_to_root(struct wire *wire, uint64_t set)
{
	return pass(wire, contain, stay_root);
}

static bool passed_root_to_container(struct wire *wire, uint64_t set)
{
	return pass(wire, stay_root, contain);
}

static bool passed_root_to_nobody(struct wire *wire, uint64_t set)
{
	return pass(wire, stay_root, become_nobody);
}

static bool passed_root_to_namespace(struct wire *wire, uint64_t set)
{
	return pass(wire, stay_root, enter_namespace);
}

static bool passed_nobody_to_root(struct wire *wire, uint64_t set)
{
	return pass(wire, become_nobody, stay_root);
}

static bool passed_namespace_to_root(struct wire *wire, uint64_t set)
{
	return pass(wire, enter_namespace, stay_root);
}

static bool become_another_member(void)
{
	return become_member(false);
}

static bool member(struct wire *wire, uint64_t set)
{
	return opens(wire, become_member(false));
}

static bool member_first(struct wire *wire, uint64_t set)
{
	return opens(wire, become_member(true));
}

static bool member_in_namespace(struct wire *wire, uint64_t set)
{
	return opens(wire, become_member(false) && enter_namespace());
}

/* Not by much: it stays a member. */
static bool member_then_less(struct wire *wire, uint64_t set)
{
	return opens(wire, become_member(true)) && !prctl(PR_SET_KEEPCAPS, 1);
}

static bool root_then_member(struct wire *wire, uint64_t set)
{
	return opens(wire, true) && become_member(false);
}

static bool passed_member_to_member(struct wire *wire, uint64_t set)
{
	return pass(wire, become_another_member, become_another_member);
}

static bool passed_root_to_member(struct wire *wire, uint64_t set)
{
	return pass(wire, stay_root, become_another_member);
}

static bool passed_member_to_nobody(struct wire *wire, uint64_t set)
{
	return pass(wire, become_another_member, become_nobody);
}

#define ADMIN CAPS(CAP_SYS_ADMIN)
#define PTRACE CAPS(CAP_SYS_PTRACE)
#define SYSLOG CAPS(CAP_SYSLOG)

#define CALLER(function) { #function, function, 0 }

const struct subject subjects[] = {
	CALLER(root),
	{ "admin", nobody_with, ADMIN },
	{ "admin_ptrace", nobody_with, ADMIN | PTRACE },
	{ "admin_syslog", nobody_with, ADMIN | SYSLOG },
	{ "admin_ptrace_syslog", nobody_with, ADMIN | PTRACE | SYSLOG },
	{ "ptrace_syslog", nobody_with, PTRACE | SYSLOG },
	{ "only_another", nobody_with, ANY_OTHER },
	CALLER(container),
	{ "all_but_sys_admin", all_but, ADMIN },
	{ "all_but_sys_ptrace", all_but, PTRACE },
	{ "all_but_syslog", all_but, SYSLOG },
	CALLER(permitted_sys_admin),
	CALLER(root_without_any),
	{ "nobody", nobody_with, 0 },
	CALLER(namespace_of_root),
	CALLER(namespace_of_nobody),
	CALLER(own_network),
	CALLER(foreign_network),
	CALLER(root_then_nobody),
	{ "root_then_no_admin", root_then_without, ADMIN },
	{ "root_then_no_ptrace", root_then_without, PTRACE },
	{ "root_then_no_syslog", root_then_without, SYSLOG },
	CALLER(root_then_namespace),
	{ "no_admin_then_root", without_then_root, ADMIN },
	{ "no_ptrace_then_root", without_then_root, PTRACE },
	{ "no_syslog_then_root", without_then_root, SYSLOG },
	CALLER(root_without_root),
	CALLER(passed_root_to_root),
	CALLER(passed_sys_admin_to_root),
	CALLER(passed_container_to_root),
	CALLER(passed_root_to_container),
	CALLER(passed_root_to_nobody),
	CALLER(passed_root_to_namespace),
	CALLER(passed_nobody_to_root),
	CALLER(passed_namespace_to_root),
	CALLER(ring_of_root),
	CALLER(polled_ring_of_root),
	CALLER(ring_with_personality),
	CALLER(member),
	CALLER(member_first),
	CALLER(member_in_namespace),
	CALLER(member_then_less),
	CALLER(root_then_member),
	CALLER(passed_member_to_member),
	CALLER(passed_root_to_member),
	CALLER(passed_member_to_nobody),
};

const unsigned int subject_count = sizeof(subjects) / sizeof(subjects[0]);

const struct subject *subject_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < subject_count; i++)
		if (!strcmp(subjects[i].name, name))
			return &subjects[i];
	return NULL;
}
