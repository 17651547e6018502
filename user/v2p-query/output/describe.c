// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "output/describe.h"

void describe(char text[DESCRIPTION], const struct v2p_extent *answer, const char *swap_file)
{
	char flags[TEXT_FLAGS], file[PATH_MAX] = "";
	int used = 0;

	text_flags(flags, answer->flags, answer->memory_type, answer->protection_key, ",");
	if (swap_file) {
		snprintf(file, sizeof(file), "(%s)", swap_file);
		utf8_make_printable(file);
	}
	if (answer->status == V2P_STATUS_SWAPPED)
		used = sprintf(text, "area=%u%s,page=0x%" PRIx64, answer->swap_type, file,
			       answer->swap_offset);
	else if (answer->status != V2P_STATUS_MAPPED && answer->swap_offset)
		used = sprintf(text, "frame=0x%" PRIx64, answer->swap_offset);
	sprintf(text + used, "%s%s", used && *flags ? "," : "", flags);
	if (!*text)
		strcpy(text, "-");
}
