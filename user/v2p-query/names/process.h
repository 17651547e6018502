/* SPDX-License-Identifier: GPL-2.0 */
/* What /proc says of a process. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * process_proc_is_ours() - does /proc know processes by the ids that this one does
 *
 * It does not in a pid namespace that was entered without one of its own: there it
 * would tell of other processes than the module.
 */
bool process_proc_is_ours(void);

/**
 * process_each() - the ids of all processes, in no order
 * @take: is called with each, and @data; a negative errno ends it
 *
 * Return: 0 or a negative errno, -EXDEV where /proc is not ours.
 */
int process_each(int (*take)(pid_t pid, void *data), void *data);

/* The id of the process that a thread is of; @pid itself where that cannot be told. */
pid_t process_leader(pid_t pid);

/* The name of a process, whatever is in it; "" where it cannot be read. */
#define COMM_SIZE 64
void process_comm(char comm[COMM_SIZE], pid_t pid);

#endif /* PROCESS_H */
