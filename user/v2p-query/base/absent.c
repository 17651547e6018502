// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include <v2p.h>

#include "base/absent.h"

void absent_each(const uint64_t by_status[ABSENT_STATUSES], absent_fn *tell, void *data)
{
	uint64_t unnamed = 0;
	unsigned int i;

	for (i = 0; i < ABSENT_STATUSES; i++) {
		const char *name = v2p_status_name(i);

		if (i == V2P_STATUS_MAPPED || !by_status[i])
			continue;
		if (name)
			tell(data, name, by_status[i]);
		else
			unnamed += by_status[i];
	}
	if (unnamed)
		tell(data, "unknown", unnamed);
}
