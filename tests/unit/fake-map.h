/* SPDX-License-Identifier: GPL-2.0 */
/* The part of the fake kernel that answers about ranges, a datagram at a time. */
#ifndef FAKE_MAP_H
#define FAKE_MAP_H

#include <linux/netlink.h>

#include "fake-answers.h"

/* Begin to answer; a negative errno, with words, where the request is wrong. */
int fake_map_start(const struct nlmsghdr *request, const char **words);

/* All that fits into one message, instead of datagrams. */
void fake_map_at_once(struct message *message);

/* The next datagram; returns false where there is none. */
bool fake_map_next(struct message *message);

/* The reader has gone. */
void fake_map_stop(void);

/* What tables that hold the extents say of an address. */
struct v2p_translation fake_map_translation(uint64_t address);

/* Take the mappings of the process that is asked for extents, or the first page of each. */
void fake_map_use_mappings(bool first_pages);

#endif /* FAKE_MAP_H */
