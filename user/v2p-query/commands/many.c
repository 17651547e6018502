// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands/many.h"

/**
 * struct many - what became of them
 * @status: the worst so far
 * @answered: some were
 * @hopeless: the module cannot do for any what is asked
 * @left_out: why the first one was left out
 * @why: its status; EXIT_OK where none was
 */
struct many {
	struct session *session;
	struct progress *progress;
	enum exit_status status;
	bool answered;
	bool hopeless;
	char left_out[PROBLEM_SIZE];
	enum exit_status why;
};

static void note_status(struct many *many, enum exit_status status)
{
	if (status > many->status)
		many->status = status;
}

static void complain_once(struct many *many, enum exit_status status, const char *problem)
{
	note_status(many, status);
	if (!strcmp(problem, many->session->told))
		return;
	progress_end(many->progress);
	complain(status, "%s", problem);
	snprintf(many->session->told, sizeof(many->session->told), "%s", problem);
}

static void leave_out(struct many *many, enum exit_status status, const char *problem)
{
	if (many->why != EXIT_OK)
		return;
	many->why = status;
	snprintf(many->left_out, sizeof(many->left_out), "%s", problem);
}

/* A process that was found is not to blame for what it is not, or not any more. */
static void take_turn(struct many *many, const struct process *process, many_answer *answer,
		      void *data)
{
	struct session *session = many->session;
	char problem[PROBLEM_SIZE] = "";
	enum exit_status status;
	bool absent;
	int error;

	session_turn(session, process->target);
	error = session_open(session);
	if (error) {
		status = session_problem(session, error, problem);
		absent = error == -ESRCH || error == -EINVAL;
	} else {
		status = answer(data, process, problem);
		absent = *problem && (status == EXIT_USAGE || session_is_over(session));
	}
	many->hopeless = session_blames_module(problem);
	if (!*problem) {
		many->answered = true;
		note_status(many, status);
	} else if (absent && process->found && !many->hopeless) {
		leave_out(many, status, problem);
	} else {
		complain_once(many, status, problem);
	}
}

enum exit_status many_run(struct session *session, const struct options *options,
			  struct progress *progress, many_answer *answer, void *data,
			  bool *answered)
{
	struct many many = { .session = session, .progress = progress };
	struct processes processes;
	bool shown = false;
	size_t i;

	many.status = processes_choose(&processes, options);
	for (i = 0; i < processes.count && !many.hopeless && !ferror_unlocked(stdout); i++) {
		if (shown || progress_due(progress))
			progress_draw(progress, i, processes.count);
		shown = progress->shown;
		take_turn(&many, &processes.list[i], answer, data);
	}
	progress_end(progress);
	processes_free(&processes);
	if (!many.answered && many.why != EXIT_OK)
		complain_once(&many, many.why, many.left_out);
	*answered = many.answered;
	return many.status;
}
