/* SPDX-License-Identifier: GPL-2.0 */
/* A stream of lines, taken as they come. */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/complain.h"

#define LINES_BUFFER (1 << 16)

/**
 * lines_take - take a line that is not empty
 * @data: of struct lines
 * @line: without blanks around it
 * @problem: what is wrong, where EXIT_OK is not returned
 */
typedef enum exit_status lines_take(void *data, const char *line, char problem[PROBLEM_SIZE]);

/**
 * struct lines - a stream that is being read
 * @fd: where from
 * @take: takes each line, with @data
 * @count: how many things were taken that are not answered yet
 * @enough: with so many they may be answered
 * @line: number of the latest line, from 1
 * @buffer: what is read and not yet used, from @start to @end
 * @ended: nothing more comes
 * @status: what went wrong behind what was taken
 * @problem: the same in words
 *
 * All that is not set is 0.
 */
struct lines {
	int fd;
	lines_take *take;
	void *data;
	const size_t *count;
	const size_t *enough;
	unsigned long line;
	size_t start;
	size_t end;
	bool ended;
	enum exit_status status;
	char problem[PROBLEM_SIZE + 64];
	char buffer[LINES_BUFFER];
};

/**
 * lines_next() - take the lines that are there
 *
 * Waits for one thing at least, never for a second one; takes none only at the end.
 *
 * Return: EXIT_OK; another status after a complaint.
 */
enum exit_status lines_next(struct lines *lines);

#endif /* LINES_H */
