// SPDX-License-Identifier: GPL-2.0
#include "commands/addresses.h"
#include "commands/commands.h"

static int ask(struct session *session, struct batch *batch, uint32_t fields)
{
	const struct v2p_arrays few = {
		.size = sizeof(few),
		.status = batch->arrays.status,
		.physical = batch->arrays.physical,
	};
	struct v2p_arrays all = batch->arrays;

	/* These cost more than all others. */
	if (!(fields & V2P_FIELD_NODE))
		all.node = NULL;
	if (!(fields & V2P_FIELD_PAGE_KIND))
		all.page_kind = NULL;
	return v2p_translate(session->v2p, session->asked, batch->addresses, batch->count,
			     fields == V2P_FIELD_PHYSICAL ? &few : &all);
}

static enum exit_status run(const struct options *options)
{
	return addresses_run(options, ask, false);
}

const struct command command_translate = {
	.name = "translate",
	.about = "where addresses are in physical memory",
	.allows = OPTIONS_TARGET | OPTION(SYMBOLS),
	.arguments = ARGUMENTS_ADDRESSES,
	.writers = {
		[FORMAT_TABLE] = &addresses_table,
		[FORMAT_QUIET] = &addresses_quiet,
		[FORMAT_JSON] = &addresses_json,
		[FORMAT_JSON_LINES] = &addresses_json_lines,
	},
	.run = run,
};
