// SPDX-License-Identifier: GPL-2.0
/* Where extents are in physical memory, and their bytes. */
#include <inttypes.h>
#include <stdio.h>

#include "output/extents.h"

static void take(const struct session *session, void *state, const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;

	(void)session;
	(void)state;
	if (extent->status == V2P_STATUS_MAPPED)
		printf("0x%" PRIx64 " %" PRIu64 "\n", extent->physical, extent->length);
	else
		printf("- %" PRIu64 "\n", extent->length);
}

const struct sink extents_quiet = { .take = take };
