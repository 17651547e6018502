/* SPDX-License-Identifier: GPL-2.0 */
/* Several processes, each of which takes its turn. */
#ifndef MANY_H
#define MANY_H

#include "commands/processes.h"
#include "commands/session.h"
#include "output/progress.h"

/**
 * many_answer - answers for one process
 * @data: of many_run()
 * @process: whose turn it is, which the session is about
 * @problem: what is wrong before anything was written, or left as it is
 *
 * Return: the exit status for this process; with a @problem, of which nothing was said, that
 * for it.
 */
typedef enum exit_status many_answer(void *data, const struct process *process,
				     char problem[PROBLEM_SIZE]);

/**
 * many_run() - have each process answered that is wanted
 * @session: connected; each process's address space is open in its turn
 * @options: which ones
 * @progress: begun; how many are done
 * @answer: is called for each that is there, with @data
 * @answered: set to whether any was answered
 *
 * A process that was named by its id and cannot be answered is an error, and the others are
 * answered. Of those that were found, some end meanwhile, some are kernel threads, and some
 * have no mapping of the name that is asked for: they are left out.
 *
 * Return: the worst exit status, after complaints.
 */
enum exit_status many_run(struct session *session, const struct options *options,
			  struct progress *progress, many_answer *answer, void *data,
			  bool *answered);

#endif /* MANY_H */
