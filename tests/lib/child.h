/* SPDX-License-Identifier: GPL-2.0 */
/* A process that does one thing when told, and waits in between. */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * struct child - a forked process
 * @pid: its id
 * @to: tells it to go on
 * @from: it says that it has done so
 */
struct child {
	pid_t pid;
	int to;
	int from;
};

/* True in the child, which then works through child_done() and ends in _exit(). */
bool child_start(struct child *child);

/* For the child: says that a step is done and waits to be told to go on. */
void child_done(const struct child *child);

/* For the parent: waits until the first, or the next, step is done. */
bool child_wait(const struct child *child);
bool child_next(const struct child *child);

/* For the parent: whether it has ended; it stays to be reaped. */
bool child_has_ended(const struct child *child);

/* For the parent: ends it, and reaps it. */
void child_end(struct child *child);

/* As fork(), with a number of our choice. */
pid_t fork_as(pid_t pid);

/* Runs a function in a process of its own, and returns what it returned. */
int in_child(int (*function)(void *), void *argument);

#endif /* CHILD_H */
