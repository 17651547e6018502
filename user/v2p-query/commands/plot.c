// SPDX-License-Identifier: GPL-2.0
#include "commands/commands.h"
#include "commands/ranges.h"
#include "plot/plot.h"

enum exit_status plot_run(const struct options *options)
{
	struct ranges ranges;

	return ranges_run(&ranges, options, &extents_plot, NULL);
}
