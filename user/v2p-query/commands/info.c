// SPDX-License-Identifier: GPL-2.0
#include "commands/commands.h"
#include "commands/session.h"

enum exit_status info_run(const struct options *options)
{
	static const struct writer *const writers[] = {
		[FORMAT_TABLE] = &info_table,
		[FORMAT_JSON] = &info_json,
	};
	struct session session;
	struct output output;
	enum exit_status status;

	session_init(&session, options->target);
	output = session_output(&session, writers[options->format], options->pretty);
	status = session_connect(&session);
	if (status == EXIT_OK) {
		output_info(&output);
		status = output_flush();
	}
	session_free(&session);
	return status;
}
