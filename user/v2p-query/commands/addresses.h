/* SPDX-License-Identifier: GPL-2.0 */
/* What the commands share that answer for addresses. */
#ifndef ADDRESSES_H
#define ADDRESSES_H

#include "commands/session.h"
#include "input/batch.h"
#include "input/options.h"

/**
 * ask_fn - ask the module for the addresses of a batch
 * @fields: enum v2p_field, what is needed besides the status
 *
 * Return: 0 or a negative errno of libv2p.
 */
typedef int ask_fn(struct session *session, struct batch *batch, uint32_t fields);

/* Where they are in physical memory. */
ask_fn addresses_translate;

/* Read the addresses, ask, write the answers; @with_walks: the batch has room for walks. */
enum exit_status addresses_run(const struct options *options, ask_fn *ask, bool with_walks);

#endif /* ADDRESSES_H */
