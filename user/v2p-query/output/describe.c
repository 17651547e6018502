// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "output/describe.h"

/* Returns its length, with the comma behind it. */
static int describe_swap(char *text, const struct v2p_extent *answer, const char *swap_file)
{
	char file[PATH_MAX] = "";

	if (swap_file) {
		snprintf(file, sizeof(file), "(%s)", swap_file);
		utf8_make_printable(file);
	}
	return sprintf(text, "area=%u%s,page=0x%" PRIx64 ",", answer->swap_type, file,
		       answer->swap_offset);
}

static void describe_letters(char text[TEXT_FLAGS], const struct v2p_extent *answer)
{
	const bool ordinary = answer->memory_type == V2P_MEMORY_TYPE_WB;
	char *end = text;

	if (answer->flags)
		end = text_letters(text, answer->flags);
	/* The comma is taken back where nothing follows. */
	if (end > text)
		*end++ = ',';
	/* A flag without a letter is told by its word. */
	text_flags(end, answer->flags & ~TEXT_LETTERED,
		   ordinary ? V2P_MEMORY_TYPE_UNSPECIFIED : answer->memory_type,
		   answer->protection_key, ",");
	if (!*end && end > text)
		end[-1] = '\0';
}

void describe(char text[DESCRIPTION], const struct v2p_extent *answer, const char *swap_file,
	      enum describe_style style)
{
	char *flags = text;

	if (answer->status == V2P_STATUS_SWAPPED)
		flags += describe_swap(text, answer, swap_file);
	else if (answer->status != V2P_STATUS_MAPPED && answer->swap_offset)
		flags += sprintf(text, "frame=0x%" PRIx64 ",", answer->swap_offset);
	if (style == DESCRIBE_LETTERS)
		describe_letters(flags, answer);
	else
		text_flags(flags, answer->flags, answer->memory_type, answer->protection_key, ",");
	if (!*text)
		strcpy(text, "-");
	else if (!*flags)
		flags[-1] = '\0';
}
