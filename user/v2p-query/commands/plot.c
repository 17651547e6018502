// SPDX-License-Identifier: GPL-2.0
#include <unistd.h>

#include "commands/commands.h"
#include "commands/ranges.h"
#include "plot/plot.h"

/* Without a file, draw text on a terminal, and write the SVG to anything else. */
static enum exit_status run(const struct options *options)
{
	const char *path = options->plot;
	struct ranges ranges;

	if (!path && isatty(STDOUT_FILENO))
		path = "-";
	return ranges_run(&ranges, options, path, NULL);
}

const struct command command_plot = {
	.name = "plot",
	.about = "a picture of physical memory",
	.spellings = OPTION(PLOT),
	.allows = OPTIONS_TARGET | OPTIONS_RANGE | OPTIONS_FILTER | OPTION(EVERY),
	.arguments = ARGUMENTS_FILE,
	.writers = { [FORMAT_TABLE] = &extents_plot },
	.run = run,
};
