/* SPDX-License-Identifier: GPL-2.0 */
/* Which extents are asked for, and whether those that come are among them. */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/v2p_ioctl.h>

#include "random.h"

struct answer;

/* Filters and options that are allowed. */
void filter_make(struct v2p_ioctl_extents *request, struct random *random);

/* Some that may not be. */
void filter_break(struct v2p_ioctl_extents *request, struct random *random);

/* What they lead to: 0 where they are allowed, or an errno. */
int filter_error(const struct v2p_ioctl_extents *request);

/* Is there any, so that much may be searched for little? */
bool filter_is_one(const struct v2p_ioctl_extents *request);

/* Whether an element of the answer is what was asked for. */
bool filter_passes(const struct v2p_ioctl_extents *request, const struct answer *answer,
		   unsigned int index);

#endif /* FILTER_H */
