// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "input/option-table.h"

const struct option_entry option_table[OPTION_COUNT] = {
	[OPTION_PID] = { "pid", 0, "PID",
		"addresses of this process, or of the process\nof this thread" },
	[OPTION_COMM] = { "comm", 0, "NAME", "every process of this name; can be repeated,\nand be beside --pid" },
	[OPTION_ALL_PROCESSES] = { "all-processes", 0, NULL, "every process" },
	[OPTION_KERNEL] = { "kernel", 0, NULL, "addresses of the kernel" },
	[OPTION_USER_ROOT] = { "user-root", 0, NULL,
		"with --pid: by the page table that user mode\nruns on (page-table isolation)" },
	[OPTION_DEVICE] = { "device", 0, "DEVICE",
		"addresses that this device uses for DMA:\n03:00.0, pci/0000:03:00.0, platform/NAME" },
	[OPTION_PASID] = { "pasid", 0, "PASID",
		"with --device: those that it uses with this\nnumber of a process address space" },
	[OPTION_WALK] = { "walk", 0, NULL, "the same as the command" },
	[OPTION_WATCH] = { "watch", 0, "SECONDS",
		"ask anew every second, or so often, and show\nwhat changes, until it is interrupted",
		.optional = true },
	[OPTION_LOOKS] = { "count", 0, "NUMBER", "with --watch: end after so many looks" },
	[OPTION_WATCH_FLAGS] = { "watch-flags", 0, "LIST",
		"with --watch: it is a change as well if one of\nthese flags changes: write,dirty" },
	[OPTION_RANGE] = { "range", 0, "RANGE", "no more than this range; the same as extents" },
	[OPTION_EVERY] = { "every", 0, NULL,
		"all mappings of the name that RANGE is, not\nonly the first" },
	[OPTION_ALL] = { "all", 0, NULL, "the whole address space; the same as extents" },
	[OPTION_STATUS] = { "status", 0, "LIST", "FILTER: only such pages: swapped,poisoned" },
	[OPTION_PAGE_SIZE] = { "page-size", 0, "LIST", "FILTER: only pages of these sizes: 2M,1G" },
	[OPTION_FLAGS] = { "flags", 0, "LIST", "FILTER: only pages with these: write,!dirty" },
	[OPTION_MEMORY_TYPE] = { "memory-type", 0, "LIST", "FILTER: only pages of these types: uc,wc" },
	[OPTION_MERGE] = { "merge", 0, NULL, "page sizes and flags end no extent" },
	[OPTION_SUMMARY] = { "summary", 0, NULL, "the same as the command" },
	[OPTION_CONTIGUOUS] = { "contiguous", 0, NULL, "the same as the command" },
	[OPTION_PLOT] = { "plot", 0, "FILE", "the same as the command" },
	[OPTION_OWNERS] = { "owners", 0, NULL, "the same as the command" },
	[OPTION_INFO] = { "info", 0, NULL, "the same as the command" },
	[OPTION_SYMBOLS] = { "symbols", 0, NULL,
		"the symbol that each address is in; of the\nkernel, reads all of /proc/kallsyms" },
	[OPTION_QUIET] = { "quiet", 'q', NULL,
		"only the physical address, one a line, - for\n"
		"none; of an extent also its length; of owners PID\n"
		"and virtual address, of page its kind" },
	[OPTION_JSON] = { "json", 'j', NULL, "one JSON document" },
	[OPTION_PRETTY] = { "pretty", 'p', NULL, "the same, for people" },
	[OPTION_JSON_LINES] = { "json-lines", 0, NULL,
		"a JSON object for each address, extent, owner\nor page, one a line" },
	[OPTION_OUTPUT] = { "output", 'o', "LIST",
		"these columns: virtual,physical; +LIST: these\nas well; help: which there are" },
	[OPTION_NO_HEADINGS] = { "no-headings", 0, NULL, "the table without the names of its columns",
		"noheadings" },
	[OPTION_HELP] = { "help", 'h', NULL, "show this" },
	[OPTION_VERSION] = { "version", 'V', NULL, "show the versions" },
	[OPTION_COMPLETE] = { "complete", 0, "WORD", NULL },
};

const char *option_name(uint64_t options)
{
	static char name[OPTION_COUNT][24];
	unsigned int id = __builtin_ctzll(options);

	snprintf(name[id], sizeof(name[id]), "--%s", option_table[id].name);
	return name[id];
}

void option_words(char words[OPTION_WORDS], const struct option_entry *option)
{
	const char *before = option->optional ? "[=" : option->value ? " " : "";

	snprintf(words, OPTION_WORDS, "--%s%s%s%s", option->name, before,
		 option->value ? option->value : "", option->optional ? "]" : "");
}

void option_list(char text[OPTION_LIST], uint64_t options)
{
	size_t used = 0;

	text[0] = '\0';
	for (; options; options &= options - 1) {
		const char *between = !used ? "" : options & (options - 1) ? ", " : " or ";

		if (used < OPTION_LIST)
			used += snprintf(text + used, OPTION_LIST - used, "%s%s", between,
					 option_name(options));
	}
}
