/* SPDX-License-Identifier: GPL-2.0 */
/* Exit statuses, and the one line on standard error that goes with them. */
#ifndef COMPLAIN_H
#define COMPLAIN_H

/**
 * enum status - how the command ends
 * @STATUS_MAPPED: every address translated
 * @STATUS_UNMAPPED: some address has no physical page
 * @STATUS_USAGE: wrong usage
 * @STATUS_TROUBLE: anything else
 */
enum status {
	STATUS_MAPPED = 0,
	STATUS_UNMAPPED = 1,
	STATUS_USAGE = 2,
	STATUS_TROUBLE = 3,
};

/**
 * complain() - write one line to standard error
 *
 * Return: @status.
 */
enum status complain(enum status status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * complain_of_output() - standard output cannot be written
 * @error: why, or 0 where it failed before
 *
 * Says nothing of a reader that has gone: as behind "| head", it had enough.
 *
 * Return: STATUS_TROUBLE.
 */
enum status complain_of_output(int error);

#endif /* COMPLAIN_H */
