/* SPDX-License-Identifier: GPL-2.0 */
/* What is done to translations on their way to the caller, be it by netlink or by an ioctl. */
#ifndef V2P_ANSWERS_H
#define V2P_ANSWERS_H

#include <linux/types.h>

#include "known.h"
#include "walk.h"

/* Leaves out of the arrays what the caller does not know. */
static inline void v2p_answers_restrict(const struct v2p_known *known,
					const struct v2p_translation_arrays *out, u32 count)
{
	u32 i;

	for (i = 0; v2p_known_matters() && i < count; i++) {
		out->status[i] = v2p_known_status(known, out->status[i]);
		if (out->flags)
			out->flags[i] = v2p_known_flags(known, out->flags[i]);
	}
}

/* For the tracepoints. */
static inline u32 v2p_answers_mapped(const struct v2p_translation_arrays *out, u32 count)
{
	u32 mapped = 0;
	u32 i;

	for (i = 0; i < count; i++)
		mapped += out->status[i] == V2P_STATUS_MAPPED;
	return mapped;
}

#endif /* V2P_ANSWERS_H */
