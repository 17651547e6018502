/* SPDX-License-Identifier: GPL-2.0 */
/* Exit statuses, and the one line on standard error that goes with them. */
#ifndef COMPLAIN_H
#define COMPLAIN_H

/**
 * enum exit_status - how the command ends; within it, also whether a function succeeded
 * @EXIT_OK: all that was asked has a physical page; or success
 * @EXIT_NOT_MAPPED: something of it has none
 * @EXIT_USAGE: wrong usage
 * @EXIT_TROUBLE: anything else
 */
enum exit_status {
	EXIT_OK = 0,
	EXIT_NOT_MAPPED = 1,
	EXIT_USAGE = 2,
	EXIT_TROUBLE = 3,
};

/**
 * complain() - write one line to standard error
 *
 * Return: @status.
 */
enum exit_status complain(enum exit_status status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * complain_of_output() - standard output cannot be written
 * @error: why, or 0 where it failed before
 *
 * Says nothing of a reader that has gone: as behind "| head", it had enough.
 *
 * Return: EXIT_TROUBLE.
 */
enum exit_status complain_of_output(int error);

/* Takes any message about what the user wrote, cut where the text it quotes is long. */
#define PROBLEM_SIZE 256

/**
 * problem_is() - what is wrong, for whoever asked to say, or not
 * @problem: filled in
 *
 * Return: @status.
 */
enum exit_status problem_is(char problem[PROBLEM_SIZE], enum exit_status status,
			    const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* COMPLAIN_H */
