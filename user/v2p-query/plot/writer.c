// SPDX-License-Identifier: GPL-2.0
/* Extents as a picture. */
#include <stdio.h>

#include "plot/plot.h"

static enum exit_status open_plot(struct output *output)
{
	char subject[128] = "the kernel";
	struct plot *plot;
	enum exit_status status;

	if (target_is_device(output->target))
		snprintf(subject, sizeof(subject), "device %.100s", output->target.name);
	else if (!target_is_kernel(output->target))
		snprintf(subject, sizeof(subject), "process %d%s%s%s%s",
			 target_pid(output->target), *output->comm ? " (" : "", output->comm,
			 *output->comm ? ")" : "",
			 target_is_user_root(output->target) ? ", by user mode's page table" : "");
	status = plot_open(&plot, output->path, subject, NULL, NULL);
	output->state = plot;
	return status;
}

static void take(struct output *output, const struct piece *piece)
{
	plot_add(output->state, &piece->extent,
		 piece->mapping ? mapping_name(piece->mapping) : NULL);
}

/* Half a picture would tell nothing right. */
static enum exit_status end(struct output *output, const char *error)
{
	return error ? EXIT_OK : plot_finish(output->state);
}

static void close_plot(struct output *output)
{
	plot_free(output->state);
}

const struct writer extents_plot = {
	.fields = V2P_FIELD_PHYSICAL | V2P_FIELD_PAGE_SHIFT,
	.with_comm = true,
	.with_mappings = true,
	.prints_late = true,
	.open = open_plot,
	.extent = take,
	.end = end,
	.close = close_plot,
};
