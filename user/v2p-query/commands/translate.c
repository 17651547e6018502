// SPDX-License-Identifier: GPL-2.0
#include "commands/addresses.h"
#include "commands/commands.h"

static enum exit_status run(const struct options *options)
{
	return addresses_run(options, addresses_translate, false);
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
