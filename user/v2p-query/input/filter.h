/* SPDX-License-Identifier: GPL-2.0 */
/* Which pages of a range are wanted, and which flags: lists with commas between their words. */
#ifndef FILTER_H
#define FILTER_H

#include <v2p.h>

#include "base/complain.h"
#include "input/command.h"

/**
 * filter_use() - want what a list says
 * @range: what the option is about is set in it, more of it by each list
 * @option: one of OPTIONS_FILTER, or that of flags to watch, which it is about then
 * @list: what the user wrote; a flag with ! before it is not wanted
 *
 * Return: EXIT_OK, or EXIT_USAGE after a complaint.
 */
enum exit_status filter_use(struct v2p_range *range, enum option_id option, const char *list);

/* The words that an option takes, one a line; none for an option that is no filter. */
void filter_print_words(enum option_id option);

/* After all of them: what they want where the statuses are not given. */
void filter_complete(struct v2p_range *range);

#endif /* FILTER_H */
