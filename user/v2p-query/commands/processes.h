/* SPDX-License-Identifier: GPL-2.0 */
/* Which processes are meant, where several are. */
#ifndef PROCESSES_H
#define PROCESSES_H

#include <stdbool.h>
#include <stddef.h>

#include "input/options.h"

/**
 * struct process - one of them
 * @target: the process, or the kernel, which is like one more
 * @leader: id of the process, where @target may be any thread of it; 0 of the kernel
 * @found: it was not named by its id: it may have ended since, or be a kernel thread
 */
struct process {
	struct v2p_target target;
	pid_t leader;
	bool found;
};

/**
 * struct processes - all that are meant, each once
 * @list: those that were named by their ids, as they were named; then the others, by id; then
 *	the kernel
 * @count: how many
 * @room: for how many there is memory
 */
struct processes {
	struct process *list;
	size_t count;
	size_t room;
};

/**
 * processes_choose() - find out which processes are meant
 * @processes: filled in; processes_free() it, whatever is returned
 * @options: what the user named
 *
 * Return: EXIT_OK; EXIT_TROUBLE after a complaint, where there is none of a name, or where
 * processes cannot be found: then @processes has the others.
 */
enum exit_status processes_choose(struct processes *processes, const struct options *options);
void processes_free(struct processes *processes);

#endif /* PROCESSES_H */
