/* SPDX-License-Identifier: GPL-2.0 */
/* What the command can do, a file each. */
#ifndef MODE_H
#define MODE_H

#include "commands/session.h"
#include "input/batch.h"

/* Everything about addresses: read them, ask, print. */
enum exit_status mode_query(struct session *session);

/* How mode_query() asks; 0 or a negative errno of libv2p. */
int translate_batch(struct session *session, struct batch *batch);
int walk_batch(struct session *session, struct batch *batch);

/* Everything about ranges. */
enum exit_status mode_map(struct session *session);

enum exit_status mode_info(struct session *session);

#endif /* MODE_H */
