// SPDX-License-Identifier: GPL-2.0
#include "commands/commands.h"
#include "commands/ranges.h"

enum exit_status extents_run(const struct options *options)
{
	static const struct writer *const writers[] = {
		[FORMAT_TABLE] = &extents_table,
		[FORMAT_QUIET] = &extents_quiet,
		[FORMAT_JSON] = &extents_json,
		[FORMAT_JSON_LINES] = &extents_json_lines,
	};
	struct ranges ranges;
	enum exit_status status = ranges_run(&ranges, options, writers[options->format], NULL);

	/* Of a range, all that was not shown is missing. */
	if (status == EXIT_OK && options->range && ranges.covered < ranges.size)
		status = EXIT_NOT_MAPPED;
	return status;
}
