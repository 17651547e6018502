// SPDX-License-Identifier: GPL-2.0
/*
 * Draws what plot_test.py tells it on standard input, a line for each extent:
 *
 *   PHYSICAL LENGTH PAGE-SHIFT STATUS [NAME]
 *
 *   plot_test FILE SUBJECT IOMEM SYSTEM
 *
 * An empty FILE is an SVG on standard output.
 */
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "plot/plot.h"

static int add(struct plot *plot, char *line)
{
	struct v2p_extent extent = { 0 };
	int name = 0;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "%" SCNx64 " %" SCNx64 " %" SCNu8 " %" SCNu8 " %n", &extent.physical,
		   &extent.length, &extent.page_shift, &extent.status, &name) != 4)
		return -1;
	plot_add(plot, &extent, line[name] ? line + name : NULL);
	return 0;
}

int main(int argc, char **argv)
{
	static char line[8192];
	struct plot *plot;
	enum exit_status status;

	setlocale(LC_CTYPE, "");
	if (argc != 5)
		return 100;
	status = plot_open(&plot, *argv[1] ? argv[1] : NULL, argv[2], argv[3], argv[4]);
	while (status == EXIT_OK && fgets(line, sizeof(line), stdin))
		if (add(plot, line))
			return 100;
	if (status == EXIT_OK)
		status = plot_finish(plot);
	plot_free(plot);
	return status;
}
