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

enum exit_status walk_run(const struct options *options)
{
	static const struct writer *const writers[] = {
		[FORMAT_TABLE] = &walks_drawing,
		[FORMAT_JSON] = &addresses_json,
	};

	return addresses_run(options, writers[options->format], ask, true);
}
