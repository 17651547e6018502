/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SETTLED_H
#define SETTLED_H

#include <v2p.h>

#include "fake-kernel.h"

/**
 * struct settled - answers about addresses of which some may be changing
 * @settled: of these, how many are as they are once nobody is at them
 * @as_it_was: and how many are none
 * @others: how many of the rest are wrong
 */
struct settled {
	size_t settled;
	size_t as_it_was;
	size_t others;
};

#define SAME(member) (!arrays->member || arrays->member[i] == t.member)

static inline struct settled count_settled(const uint64_t *addresses, size_t count,
					   const struct v2p_arrays *arrays)
{
	struct settled seen = { 0 };
	size_t i;

	for (i = 0; i < count; i++) {
		struct v2p_translation t = fake_translation(addresses[i]);

		if (t.status == V2P_STATUS_NONE && addresses[i] >> 12 & 1) {
			seen.as_it_was += arrays->status[i] == V2P_STATUS_NONE;
			t = fake_settled(addresses[i]);
			seen.settled += arrays->status[i] == t.status && SAME(physical) &&
					SAME(page_shift) && SAME(flags) &&
					SAME(entry) && SAME(swap_offset);
		} else {
			seen.others += arrays->status[i] != t.status ||
				       arrays->physical[i] != t.physical;
		}
	}
	return seen;
}

#undef SAME

#endif /* SETTLED_H */
