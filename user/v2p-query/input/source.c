// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "input/expand.h"
#include "input/source.h"

static enum exit_status take(void *data, const char *line, char problem[PROBLEM_SIZE])
{
	struct source *source = data;

	return expand(source->batch, line, source->names, problem);
}

void source_init(struct source *source, int fd, struct names *names)
{
	memset(source, 0, sizeof(*source));
	source->names = names;
	source->lines.fd = fd;
	source->lines.take = take;
	source->lines.data = source;
}

enum exit_status source_next(struct source *source, struct batch *batch)
{
	batch_clear(batch);
	source->batch = batch;
	source->lines.count = &batch->count;
	source->lines.enough = &batch->enough;
	return lines_next(&source->lines);
}

enum exit_status source_arguments(const struct options *options, struct names *names,
				  struct batch *batch)
{
	char problem[PROBLEM_SIZE], list[COMMAND_LIST];
	size_t i;

	batch_clear(batch);
	for (i = 0; i < options->count; i++) {
		enum exit_status status = expand(batch, options->addresses[i], names, problem);

		if (status == EXIT_OK)
			continue;
		if (options->addresses[i] != options->no_command)
			return complain(status, "%s", problem);
		command_list(list, options->commands);
		return complain(status, "%s; nor is it a command: there are %s", problem, list);
	}
	return EXIT_OK;
}
