/* SPDX-License-Identifier: GPL-2.0 */
/* What is done to translations on their way to the caller, be it by netlink or by an ioctl. */
#ifndef V2P_ANSWERS_H
#define V2P_ANSWERS_H

#include <linux/compiler.h>
#include <linux/types.h>

#include <uapi/linux/v2p.h>

#include "known.h"
#include "walk.h"

/* What is known of the page that backs an address, rather than of the address. */
#define V2P_PAGE_FIELDS	(V2P_FIELD_NODE | V2P_FIELD_PAGE_KIND)

/* The fields of all arrays that have to be there for those that are asked for. */
static __always_inline u32 v2p_answers_needed(u32 fields)
{
	return fields & V2P_PAGE_FIELDS ? fields | V2P_FIELD_PHYSICAL : fields;
}

/**
 * v2p_answers_add_pages() - fill the arrays that the walk leaves alone
 * @out: the arrays, of which the walk has filled the others
 * @count: elements of each
 * @user_kinds: not what a page is that the process has no longer, for who may not ask about any
 *
 * It is not part of the walk, and interrupts are on: a page that was moved or freed meanwhile
 * may have become something else, as it may once the answer is read. Its node stays. May sleep.
 *
 * Return: 0, or -EINTR if the caller is being killed.
 */
int v2p_answers_add_pages(const struct v2p_translation_arrays *out, u32 count,
			  bool user_kinds);

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
