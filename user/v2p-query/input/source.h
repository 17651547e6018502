/* SPDX-License-Identifier: GPL-2.0 */
/* Where addresses come from: the command line, or a stream of lines. */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/complain.h"
#include "input/address.h"
#include "input/batch.h"
#include "input/options.h"

#define SOURCE_BUFFER (1 << 16)

/**
 * struct source - a stream that is being read
 * @fd: where from
 * @names: what names in it mean
 * @line: number of the latest line, from 1
 * @buffer: what is read and not yet used, from @start to @end
 * @ended: nothing more comes
 * @status: what went wrong behind the addresses that were handed out
 * @problem: the same in words
 */
struct source {
	int fd;
	struct names *names;
	unsigned long line;
	size_t start;
	size_t end;
	bool ended;
	enum exit_status status;
	char problem[PROBLEM_SIZE + 64];
	char buffer[SOURCE_BUFFER];
};

void source_init(struct source *source, int fd, struct names *names);

/**
 * source_next() - the addresses that are there
 * @batch: filled, and empty only at the end
 *
 * Waits for one address at least, never for a second one.
 *
 * Return: EXIT_OK; another status after a complaint.
 */
enum exit_status source_next(struct source *source, struct batch *batch);

/**
 * source_arguments() - the addresses of a command line, all in one batch
 *
 * Return: EXIT_OK; another status after a complaint.
 */
enum exit_status source_arguments(const struct options *options, struct names *names,
				  struct batch *batch);

#endif /* SOURCE_H */
