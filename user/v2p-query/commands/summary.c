// SPDX-License-Identifier: GPL-2.0
#include "commands/commands.h"
#include "commands/ranges.h"

static enum exit_status run(const struct options *options)
{
	struct ranges ranges;

	return ranges_run(&ranges, options, NULL, "rows and sizes are those of extents alone");
}

const struct command command_summary = {
	.name = "summary",
	.about = "sums for each mapping, and for all",
	.spellings = OPTION(SUMMARY),
	.allows = OPTIONS_TARGET | OPTIONS_MANY | OPTIONS_RANGE | OPTIONS_FILTER | OPTION(EVERY) |
		  OPTIONS_COLUMNS,
	.arguments = ARGUMENTS_RANGE,
	.writers = {
		[FORMAT_TABLE] = &summary_table,
		[FORMAT_JSON] = &summary_json,
	},
	.run = run,
};
