// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "tally.h"

#define SHOWN 160

struct tally *tally;

bool tally_open(void)
{
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		     -1, 0);
	return tally != MAP_FAILED;
}

bool tally_break(enum promise promise, const char *format, ...)
{
	va_list arguments;

	if (TALLY(broken[promise]))
		return false;
	va_start(arguments, format);
	vsnprintf(tally->words[promise], sizeof(tally->words[promise]), format, arguments);
	va_end(arguments);
	return false;
}

void tally_show(enum promise promise, const char *name, const void *bytes, size_t length)
{
	char *words = tally->words[promise];
	size_t used = strlen(words), size = sizeof(tally->words[promise]), i;

	if (tally->broken[promise] != 1)
		return;
	used += snprintf(words + used, size - used, "\n#   %s, %zu bytes:", name, length);
	for (i = 0; i < length && i < SHOWN && used < size; i++)
		used += snprintf(words + used, size - used, "%s%02x", i % 4 ? "" : " ",
				 ((const unsigned char *)bytes)[i]);
}
