/* SPDX-License-Identifier: GPL-2.0 */
/* What the answers of a batch become: rows, with all that is known of each address. */
#ifndef ROWS_H
#define ROWS_H

#include <time.h>

#include "commands/session.h"
#include "input/batch.h"

/**
 * struct rows - the answers of a batch on their way out
 * @session: what is known of the target
 * @output: where they go
 * @batch: theirs, answered before rows_begin()
 * @few: the mapping of each is asked by itself
 * @maps: or they are in these, if they are not NULL
 * @unmapped: some had no page so far
 */
struct rows {
	struct session *session;
	struct output *output;
	const struct batch *batch;
	bool few;
	const struct maps *maps;
	bool unmapped;
};

/* Before the first row of a batch that was asked right now; @count: so many are written. */
void rows_begin(struct rows *rows, size_t count);

/**
 * rows_write() - write a row
 * @i: of this address
 * @time: when it was so, where that is told; or NULL
 * @before: what the answer was before, if it is a change; or NULL
 */
void rows_write(struct rows *rows, size_t i, const struct timespec *time,
		const struct v2p_translation *before);

#endif /* ROWS_H */
