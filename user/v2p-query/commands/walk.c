// SPDX-License-Identifier: GPL-2.0
#include "commands/addresses.h"
#include "commands/commands.h"

static int ask(struct session *session, struct batch *batch, uint32_t fields)
{
	int error = 0;
	size_t i;

	(void)fields;
	for (i = 0; i < batch->count && !error; i++) {
		batch->walks[i].size = sizeof(batch->walks[i]);
		error = v2p_get_walk(session->v2p, session->asked, batch->addresses[i],
				     &batch->walks[i]);
	}
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
	.allows = OPTIONS_TARGET | OPTION(SYMBOLS),
	.arguments = ARGUMENTS_ADDRESSES,
	.writers = {
		[FORMAT_TABLE] = &walks_drawing,
		[FORMAT_JSON] = &addresses_json,
		[FORMAT_JSON_LINES] = &addresses_json_lines,
	},
	.run = run,
};
