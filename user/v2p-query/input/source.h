/* SPDX-License-Identifier: GPL-2.0 */
/* Where addresses come from: the command line, or a stream of lines. */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/complain.h"
#include "input/address.h"
#include "input/batch.h"
#include "input/lines.h"
#include "input/options.h"

/**
 * struct source - a stream of addresses
 * @lines: as lines
 * @names: what names in it mean
 * @batch: where they go
 */
struct source {
	struct lines lines;
	struct names *names;
	struct batch *batch;
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
