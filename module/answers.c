// SPDX-License-Identifier: GPL-2.0

#include <linux/build_bug.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "answers.h"
#include "page-run.h"

/* Looks at pages before others may have the CPU; some 30,000 instructions. */
#define LOOKS_AT_A_STRETCH	32

int v2p_answers_add_pages(const struct v2p_translation_arrays *out, u32 count,
			  bool user_kinds)
{
	struct v2p_page_run run = V2P_NO_PAGE_RUN;
	unsigned int looks = 0;
	u32 i;

	/* An array that is filled neither here nor by the walk would leak what was there. */
	static_assert(sizeof(*out) == 12 * sizeof(void *));

	for (i = 0; i < count; i++) {
		const bool mapped = out->status[i] == V2P_STATUS_MAPPED;

		/* Neighbours are often of the same large page. */
		if (mapped && !v2p_page_run_has(&run, out->physical[i])) {
			looks += v2p_page_run_read(&run, out->physical[i], out->physical[i],
						   out->page_kind);
			if (user_kinds)
				run.kind = v2p_page_run_user_kind(&run);
		}
		if (out->node)
			out->node[i] = mapped ? run.node : V2P_NO_NODE;
		if (out->page_kind)
			out->page_kind[i] = mapped ? run.kind : V2P_PAGE_KIND_UNKNOWN;
		if (looks < LOOKS_AT_A_STRETCH)
			continue;
		looks = 0;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}
