// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/complain.h"
#include "base/utf8.h"

enum exit_status complain(enum exit_status status, const char *format, ...)
{
	char line[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);

	/* The text may quote the user, and has to stay one line. */
	utf8_make_printable(line);
	fprintf(stderr, "v2p-query: %s%s\n", line,
		status == EXIT_USAGE ? "; try v2p-query --help" : "");
	return status;
}

enum exit_status complain_of_output(int error)
{
	if (error == EPIPE)
		return EXIT_TROUBLE;
	return complain(EXIT_TROUBLE, "cannot write to standard output: %s",
			error ? strerror(error) : "it failed before");
}

enum exit_status problem_is(char problem[PROBLEM_SIZE], enum exit_status status,
			    const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(problem, PROBLEM_SIZE, format, arguments);
	va_end(arguments);
	return status;
}
