// SPDX-License-Identifier: GPL-2.0
#include "commands/commands.h"
#include "commands/ranges.h"

enum exit_status summary_run(const struct options *options)
{
	static const struct writer *const writers[] = {
		[FORMAT_TABLE] = &summary_table,
		[FORMAT_JSON] = &summary_json,
	};
	struct ranges ranges;

	return ranges_run(&ranges, options, writers[options->format],
			  "rows and sizes are those of extents alone");
}
