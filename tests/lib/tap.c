// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tap.h"

static unsigned int count, failed, planned;

void tap_plan(unsigned int results)
{
	planned = results;
	printf("TAP version 13\n1..%u\n", results);
}

bool ok(bool good, const char *format, ...)
{
	va_list arguments;

	printf("%sok %u - ", good ? "" : "not ", ++count);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	/* A crash later must not take this line with it. */
	fflush(stdout);
	failed += !good;
	return good;
}

void ok_skip(const char *name, const char *why)
{
	printf("ok %u - %s # SKIP %s\n", ++count, name, why);
	fflush(stdout);
}

bool same_number(unsigned long long got, unsigned long long wanted, const char *name)
{
	if (got != wanted)
		printf("# got %llu (%#llx), wanted %llu (%#llx)\n", got, got, wanted, wanted);
	return ok(got == wanted, "%s", name);
}

bool same_text(const char *got, const char *wanted, const char *name)
{
	bool good = got && wanted ? !strcmp(got, wanted) : got == wanted;

	if (!good)
		printf("# got '%s', wanted '%s'\n", got ? got : "(null)",
		       wanted ? wanted : "(null)");
	return ok(good, "%s", name);
}

int tap_end(void)
{
	if (!planned)
		printf("1..%u\n", planned = count);
	return failed || !count || count != planned;
}
