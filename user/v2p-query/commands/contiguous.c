// SPDX-License-Identifier: GPL-2.0
#include "commands/commands.h"
#include "commands/ranges.h"

static enum exit_status run(const struct options *options)
{
	struct options merged = *options;
	enum exit_status status;
	struct ranges ranges;

	merged.filter.merge = 1;
	merged.filter.states = 1U << V2P_STATUS_MAPPED;
	status = ranges_run(&ranges, &merged, NULL, NULL);
	if (status == EXIT_OK && (ranges.extents != 1 || ranges.covered < ranges.size))
		status = EXIT_NOT_MAPPED;
	return status;
}

const struct command command_contiguous = {
	.name = "contiguous",
	.about = "whether a range is one run of physical memory",
	.spellings = OPTION(CONTIGUOUS),
	.allows = OPTIONS_TARGET | OPTION(RANGE) | OPTION(PAGE_SIZE),
	.arguments = ARGUMENTS_ONE_RANGE,
	.writers = {
		[FORMAT_TABLE] = &contiguous_table,
		[FORMAT_JSON] = &contiguous_json,
	},
	.run = run,
};
