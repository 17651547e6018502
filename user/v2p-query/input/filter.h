/* SPDX-License-Identifier: GPL-2.0 */
/* Which pages of a range are wanted: lists with commas between their words. */
#ifndef FILTER_H
#define FILTER_H

#include <v2p.h>

#include "base/complain.h"

/*
 * Each sets what it is named after in @range. Return EXIT_OK, or EXIT_USAGE
 * after a complaint.
 */
enum exit_status filter_statuses(struct v2p_range *range, const char *list);
enum exit_status filter_page_sizes(struct v2p_range *range, const char *list);

/* A flag with ! before it is not wanted. */
enum exit_status filter_flags(struct v2p_range *range, const char *list);

/* After all of them: what they want where the statuses are not given. */
void filter_complete(struct v2p_range *range);

#endif /* FILTER_H */
