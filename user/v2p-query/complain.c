// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>

#include "complain.h"
#include "text.h"

enum status complain(enum status status, const char *format, ...)
{
	char line[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);

	/* What the user gave may hold anything: it stays one line. */
	text_make_printable(line);
	fprintf(stderr, "v2p-query: %s%s\n", line,
		status == STATUS_USAGE ? "; try v2p-query --help" : "");
	return status;
}
