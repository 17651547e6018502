/* SPDX-License-Identifier: GPL-2.0 */
/* What the user wrote, as addresses to be asked: one, or one for each CPU. */
#ifndef EXPAND_H
#define EXPAND_H

#include "input/address.h"
#include "input/batch.h"

/**
 * expand() - add what the user wrote to a batch
 * @batch: grows where it has to
 * @text: what the user wrote
 * @names: for names
 * @problem: what is wrong, where EXIT_OK is not returned
 *
 * Return: EXIT_OK, EXIT_USAGE or EXIT_TROUBLE.
 */
enum exit_status expand(struct batch *batch, const char *text, struct names *names,
			char problem[PROBLEM_SIZE]);

#endif /* EXPAND_H */
