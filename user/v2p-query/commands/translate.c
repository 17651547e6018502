// SPDX-License-Identifier: GPL-2.0
#include <v2p-layout.h>

#include "commands/addresses.h"
#include "commands/commands.h"

static int ask(struct session *session, struct batch *batch, uint32_t fields)
{
	struct v2p_arrays arrays = { .size = sizeof(arrays) };

#define ASK(field, type, member, bits)				\
	if (!(field) || fields & (field))			\
		arrays.member = batch->arrays.member;
	V2P_TRANSLATE_ARRAYS(ASK)
#undef ASK
	return v2p_translate(session->v2p, session->asked, batch->addresses, batch->count, &arrays);
}

static enum exit_status run(const struct options *options)
{
	return addresses_run(options, ask, false);
}

const struct command command_translate = {
	.name = "translate",
	.about = "where addresses are in physical memory",
	.allows = OPTIONS_TARGET | OPTION(SYMBOLS) | OPTIONS_COLUMNS,
	.arguments = ARGUMENTS_ADDRESSES,
	.writers = {
		[FORMAT_TABLE] = &addresses_table,
		[FORMAT_QUIET] = &addresses_quiet,
		[FORMAT_JSON] = &addresses_json,
		[FORMAT_JSON_LINES] = &addresses_json_lines,
	},
	.run = run,
};
