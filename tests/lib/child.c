// SPDX-License-Identifier: GPL-2.0
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

bool child_start(struct child *child)
{
	int to[2], from[2];

	if (pipe(to) || pipe(from))
		abort();
	child->pid = fork();
	if (child->pid < 0)
		abort();
	if (child->pid) {
		close(to[0]);
		close(from[1]);
		child->to = to[1];
		child->from = from[0];
		return false;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(to[1]);
	close(from[0]);
	child->to = from[1];
	child->from = to[0];
	return true;
}

static bool tell(const struct child *child)
{
	return write(child->to, "", 1) == 1;
}

bool child_wait(const struct child *child)
{
	char byte;

	return read(child->from, &byte, 1) == 1;
}

void child_done(const struct child *child)
{
	if (!tell(child) || !child_wait(child))
		_exit(0);
}

bool child_next(const struct child *child)
{
	return tell(child) && child_wait(child);
}

bool child_has_ended(const struct child *child)
{
	siginfo_t info = {};

	return waitid(P_PID, child->pid, &info, WEXITED | WNOHANG | WNOWAIT) ||
	       info.si_pid == child->pid;
}

void child_end(struct child *child)
{
	close(child->to);
	close(child->from);
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
}

int in_child(int (*function)(void *), void *argument)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(function(argument));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

pid_t fork_as(pid_t pid)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&pid, .set_tid_size = 1,
	};

	return syscall(SYS_clone3, &args, sizeof(args));
}
