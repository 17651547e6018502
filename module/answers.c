// SPDX-License-Identifier: GPL-2.0

#include "answers.h"
#include "page-run.h"

void v2p_answers_add_pages(const struct v2p_translation_arrays *out, u32 count)
{
	struct v2p_page_run run = V2P_NO_PAGE_RUN;
	u32 i;

	for (i = 0; i < count; i++) {
		const bool mapped = out->status[i] == V2P_STATUS_MAPPED;

		/* Neighbours are often of the same large page. */
		if (mapped && !v2p_page_run_has(&run, out->physical[i]))
			v2p_page_run_read(&run, out->physical[i], out->physical[i],
					  out->page_kind);
		if (out->node)
			out->node[i] = mapped ? run.node : V2P_NO_NODE;
		if (out->page_kind)
			out->page_kind[i] = mapped ? run.kind : V2P_PAGE_KIND_UNKNOWN;
	}
}
