// SPDX-License-Identifier: GPL-2.0
#include "commands/commands.h"
#include "commands/ranges.h"

static enum exit_status run(const struct options *options)
{
	struct ranges ranges;
	enum exit_status status = ranges_run(&ranges, options, NULL, NULL);

	/* Bytes of a range that were not shown have no page, or did not pass the filters. */
	if (status == EXIT_OK && options->range && ranges.covered < ranges.size)
		status = EXIT_NOT_MAPPED;
	return status;
}

const struct command command_extents = {
	.name = "extents",
	.about = "runs of virtual and physical memory",
	.spellings = OPTIONS_RANGE,
	.allows = OPTIONS_TARGET | OPTIONS_MANY | OPTIONS_FILTER | OPTION(EVERY) | OPTION(MERGE) |
		  OPTIONS_COLUMNS,
	.arguments = ARGUMENTS_RANGE,
	.writers = {
		[FORMAT_TABLE] = &extents_table,
		[FORMAT_QUIET] = &extents_quiet,
		[FORMAT_JSON] = &extents_json,
		[FORMAT_JSON_LINES] = &extents_json_lines,
	},
	.run = run,
};
