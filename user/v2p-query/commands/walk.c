// SPDX-License-Identifier: GPL-2.0
#include "commands/mode.h"

int walk_batch(struct session *session, struct batch *batch)
{
	size_t i;
	int error = 0;

	for (i = 0; i < batch->count && !error; i++) {
		batch->walks[i].size = sizeof(batch->walks[i]);
		error = v2p_get_walk(session->v2p, session->options->target, batch->addresses[i],
				     &batch->walks[i]);
	}
	return error;
}
