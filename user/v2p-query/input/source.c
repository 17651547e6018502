// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "input/expand.h"
#include "input/source.h"

void source_init(struct source *source, int fd, struct names *names)
{
	source->fd = fd;
	source->names = names;
	source->line = 0;
	source->start = source->end = 0;
	source->ended = false;
	source->status = EXIT_OK;
}

static bool is_blank(char character)
{
	return character == ' ' || character == '\t';
}

/* A line without blanks around it, and without the CR of other systems. */
static char *trim(char *line, size_t *length)
{
	while (*length && (is_blank(line[*length - 1]) || line[*length - 1] == '\r'))
		(*length)--;
	line[*length] = '\0';
	while (*length && is_blank(*line)) {
		line++;
		(*length)--;
	}
	return line;
}

static void use_line(struct source *source, struct batch *batch, char *line, size_t length)
{
	char problem[PROBLEM_SIZE];

	source->line++;
	if (memchr(line, '\0', length)) {
		source->status = problem_is(problem, EXIT_USAGE, "a NUL byte");
	} else {
		/* The NUL replaces the newline; behind the last line there is room for it. */
		line = trim(line, &length);
		if (!length)
			return;
		source->status = expand(batch, line, source->names, problem);
	}
	if (source->status != EXIT_OK)
		snprintf(source->problem, sizeof(source->problem), "line %lu: %s", source->line,
			 problem);
}

/* Take complete lines until none is left, the batch is full, or one is bad. */
static void use_lines(struct source *source, struct batch *batch)
{
	while (source->status == EXIT_OK && batch->count < batch->enough) {
		char *line = source->buffer + source->start;
		size_t left = source->end - source->start;
		char *newline = memchr(line, '\n', left);

		if (!newline && !(source->ended && left))
			return;
		source->start += newline ? (size_t)(newline - line) + 1 : left;
		use_line(source, batch, line, newline ? (size_t)(newline - line) : left);
	}
}

/* Another process that has the stream open may have set O_NONBLOCK. */
static bool wait_for_more(int fd)
{
	struct pollfd poll_ = { .fd = fd, .events = POLLIN };

	return poll(&poll_, 1, -1) > 0 || errno == EINTR;
}

static void read_more(struct source *source)
{
	size_t left = source->end - source->start;
	ssize_t got;

	memmove(source->buffer, source->buffer + source->start, left);
	source->start = 0;
	source->end = left;
	/* One byte is kept for the NUL behind a last line without a newline. */
	if (left == sizeof(source->buffer) - 1) {
		snprintf(source->problem, sizeof(source->problem), "line %lu: too long",
			 source->line + 1);
		source->status = EXIT_USAGE;
		return;
	}

	do {
		got = read(source->fd, source->buffer + left, sizeof(source->buffer) - 1 - left);
	} while (got < 0 && (errno == EINTR || (errno == EAGAIN && wait_for_more(source->fd))));
	if (got < 0) {
		snprintf(source->problem, sizeof(source->problem),
			 "cannot read standard input: %s", strerror(errno));
		source->status = EXIT_TROUBLE;
	} else if (got) {
		source->end += got;
	} else {
		source->ended = true;
	}
}

enum exit_status source_next(struct source *source, struct batch *batch)
{
	batch_clear(batch);
	for (;;) {
		use_lines(source, batch);
		/* Answer the good lines before a bad one first. */
		if (batch->count)
			return EXIT_OK;
		if (source->status != EXIT_OK)
			return complain(source->status, "%s", source->problem);
		if (source->ended)
			return EXIT_OK;
		read_more(source);
	}
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
