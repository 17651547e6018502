// SPDX-License-Identifier: GPL-2.0
#include "commands/addresses.h"
#include "commands/commands.h"

static int ask(struct session *session, struct batch *batch, bool brief)
{
	int error = 0;
	size_t i;

	(void)brief;
	for (i = 0; i < batch->count && !error; i++)
		error = v2p_walk(session->v2p, session->target, batch->addresses[i],
				 &batch->walks[i]);
	return error;
}

static enum exit_status run(const struct options *options)
{
	return addresses_run(options, ask, true);
}

const struct command command_walk = {
	.name = "walk",
	.about = "every page-table entry on the way there",
	.spellings = OPTION(WALK),
	.allows = OPTIONS_TARGET,
	.arguments = ARGUMENTS_ADDRESSES,
	.writers = {
		[FORMAT_TABLE] = &walks_drawing,
		[FORMAT_JSON] = &addresses_json,
	},
	.run = run,
};
