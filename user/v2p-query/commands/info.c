// SPDX-License-Identifier: GPL-2.0
#include "commands/commands.h"
#include "commands/session.h"

static enum exit_status run(const struct options *options)
{
	struct session session;
	struct output output;
	enum exit_status status;

	session_init(&session, options->target);
	status = session_output(&session, options, &output);
	if (status == EXIT_OK)
		status = session_connect(&session);
	if (status == EXIT_OK) {
		output_info(&output);
		status = output_flush();
	}
	session_free(&session);
	return status;
}

const struct command command_info = {
	.name = "info",
	.about = "what the module and this machine can do",
	.spellings = OPTION(INFO),
	.arguments = ARGUMENTS_NONE,
	.writers = {
		[FORMAT_TABLE] = &info_table,
		[FORMAT_JSON] = &info_json,
	},
	.run = run,
};
