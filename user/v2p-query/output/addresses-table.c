// SPDX-License-Identifier: GPL-2.0
/* A table, its columns as wide for every row, so that rows can come one by one. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "output/writer.h"

#define COLUMNS "%-18s  %-18s  %-4s  %-5s  "

static void begin(struct output *output)
{
	printf(COLUMNS "%-48s  %s\n", "VIRTUAL", "PHYSICAL", "SIZE", "LEVEL", "FLAGS",
	       output->target.kernel ? "SYMBOL" : "MAPPING");
}

/* Flags, and where the content is instead in front of them. */
#define DESCRIPTION (TEXT_FLAGS + PATH_MAX + 64)

static void describe(char text[DESCRIPTION], const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;
	char flags[TEXT_FLAGS], file[PATH_MAX] = "";
	int used = 0;

	text_flags(flags, translation->flags, ",");
	if (row->swap_file) {
		snprintf(file, sizeof(file), "(%s)", row->swap_file);
		utf8_make_printable(file);
	}
	if (translation->status == V2P_STATUS_SWAPPED)
		used = sprintf(text, "area=%u%s,page=0x%" PRIx64, translation->swap_type, file,
			       translation->swap_offset);
	else if (translation->status != V2P_STATUS_MAPPED && translation->swap_offset)
		used = sprintf(text, "frame=0x%" PRIx64, translation->swap_offset);
	sprintf(text + used, "%s%s", used && *flags ? "," : "", flags);
	if (!*text)
		strcpy(text, "-");
}

static void print_row(struct output *output, const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;
	char virtual[20], physical[20], size[TEXT_SIZE] = "-", flags[DESCRIPTION];
	const char *level = NULL, *name;

	snprintf(virtual, sizeof(virtual), "0x%" PRIx64, row->address);
	if (row_has_page(row)) {
		snprintf(physical, sizeof(physical), "0x%" PRIx64, translation->physical);
		text_page_size(size, translation->page_shift, TEXT_SHORT);
	} else {
		snprintf(physical, sizeof(physical), "%s", row_status(row));
	}
	if (row->label->freed) {
		strcpy(flags, "-");
	} else {
		if (translation->status != V2P_STATUS_INVALID)
			level = text_level(output->info, translation->page_shift);
		describe(flags, row);
	}

	printf(COLUMNS "%-48s  ", virtual, physical, size, level ? level : "-", flags);
	name = output->target.kernel ? row->label->name : row->mapping;
	utf8_print(name ? name : "-");
	putchar('\n');
}

const struct writer addresses_table = {
	.with_mappings = true,
	.begin = begin,
	.address = print_row,
};
