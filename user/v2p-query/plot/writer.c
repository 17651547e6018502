// SPDX-License-Identifier: GPL-2.0
/* Extents as a picture. */
#include <stdio.h>

#include "names/process.h"
#include "output/extents.h"
#include "plot/plot.h"

static enum exit_status prepare(const struct session *session, const struct v2p_range *range,
				void **state)
{
	const struct options *options = session->options;
	char comm[COMM_SIZE], subject[COMM_SIZE + 32] = "the kernel";
	struct plot *plot;
	enum exit_status status;

	(void)range;
	if (!options->target.kernel) {
		process_comm(comm, options->target.pid);
		snprintf(subject, sizeof(subject), "process %d%s%s%s", options->target.pid,
			 *comm ? " (" : "", comm, *comm ? ")" : "");
	}
	status = plot_open(&plot, options->plot, subject, NULL);
	*state = plot;
	return status;
}

static void take(const struct session *session, void *state, const struct piece *piece)
{
	(void)session;
	plot_add(state, &piece->extent, piece->mapping ? mapping_name(piece->mapping) : NULL);
}

/* Half a picture would tell nothing right. */
static enum exit_status end(const struct session *session, void *state, const char *error)
{
	(void)session;
	return error ? EXIT_OK : plot_finish(state);
}

static void release(void *state)
{
	plot_free(state);
}

const struct sink extents_plot = {
	.with_mappings = true,
	.prints_late = true,
	.prepare = prepare,
	.take = take,
	.end = end,
	.release = release,
};
