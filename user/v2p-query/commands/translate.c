// SPDX-License-Identifier: GPL-2.0
#include "commands/addresses.h"
#include "commands/commands.h"

static int ask(struct session *session, struct batch *batch, bool brief)
{
	const struct v2p_arrays few = {
		.status = batch->arrays.status,
		.physical = batch->arrays.physical,
	};

	return v2p_translate(session->v2p, session->target, batch->addresses, batch->count,
			     brief ? &few : &batch->arrays);
}

enum exit_status translate_run(const struct options *options)
{
	static const struct writer *const writers[] = {
		[FORMAT_TABLE] = &addresses_table,
		[FORMAT_QUIET] = &addresses_quiet,
		[FORMAT_JSON] = &addresses_json,
	};

	return addresses_run(options, writers[options->format], ask, false);
}
