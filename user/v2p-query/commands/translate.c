// SPDX-License-Identifier: GPL-2.0
#include "commands/mode.h"

int translate_batch(struct session *session, struct batch *batch)
{
	const struct v2p_arrays brief = {
		.size = sizeof(brief),
		.status = batch->arrays.status,
		.physical = batch->arrays.physical,
	};
	bool quiet = session->options->format == FORMAT_QUIET;

	return v2p_translate(session->v2p, session->options->target, batch->addresses,
			     batch->count, quiet ? &brief : &batch->arrays);
}
