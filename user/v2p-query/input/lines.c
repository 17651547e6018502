// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "input/lines.h"

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

static void use_line(struct lines *lines, char *line, size_t length)
{
	char problem[PROBLEM_SIZE];

	lines->line++;
	if (memchr(line, '\0', length)) {
		lines->status = problem_is(problem, EXIT_USAGE, "a NUL byte");
	} else {
		/* The NUL replaces the newline; behind the last line there is room for it. */
		line = trim(line, &length);
		if (!length)
			return;
		lines->status = lines->take(lines->data, line, problem);
	}
	if (lines->status != EXIT_OK)
		snprintf(lines->problem, sizeof(lines->problem), "line %lu: %s", lines->line,
			 problem);
}

/* Take complete lines until none is left, enough were taken, or one is bad. */
static void use_lines(struct lines *lines)
{
	while (lines->status == EXIT_OK && *lines->count < *lines->enough) {
		char *line = lines->buffer + lines->start;
		size_t left = lines->end - lines->start;
		char *newline = memchr(line, '\n', left);

		if (!newline && !(lines->ended && left))
			return;
		lines->start += newline ? (size_t)(newline - line) + 1 : left;
		use_line(lines, line, newline ? (size_t)(newline - line) : left);
	}
}

/* Another process that has the stream open may have set O_NONBLOCK. */
static bool wait_for_more(int fd)
{
	struct pollfd poll_ = { .fd = fd, .events = POLLIN };

	return poll(&poll_, 1, -1) > 0 || errno == EINTR;
}

static void read_more(struct lines *lines)
{
	size_t left = lines->end - lines->start;
	ssize_t got;

	memmove(lines->buffer, lines->buffer + lines->start, left);
	lines->start = 0;
	lines->end = left;
	/* One byte is kept for the NUL behind a last line without a newline. */
	if (left == sizeof(lines->buffer) - 1) {
		snprintf(lines->problem, sizeof(lines->problem), "line %lu: too long",
			 lines->line + 1);
		lines->status = EXIT_USAGE;
		return;
	}

	do {
		got = read(lines->fd, lines->buffer + left, sizeof(lines->buffer) - 1 - left);
	} while (got < 0 && (errno == EINTR || (errno == EAGAIN && wait_for_more(lines->fd))));
	if (got < 0) {
		snprintf(lines->problem, sizeof(lines->problem),
			 "cannot read standard input: %s", strerror(errno));
		lines->status = EXIT_TROUBLE;
	} else if (got) {
		lines->end += got;
	} else {
		lines->ended = true;
	}
}

enum exit_status lines_next(struct lines *lines)
{
	for (;;) {
		use_lines(lines);
		/* What the good lines before a bad one ask is answered first. */
		if (*lines->count)
			return EXIT_OK;
		if (lines->status != EXIT_OK)
			return complain(lines->status, "%s", lines->problem);
		if (lines->ended)
			return EXIT_OK;
		read_more(lines);
	}
}
