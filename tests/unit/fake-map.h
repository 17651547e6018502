/* SPDX-License-Identifier: GPL-2.0 */
/* The part of the fake kernel that answers about ranges, a datagram at a time. */
#ifndef FAKE_MAP_H
#define FAKE_MAP_H

#include <linux/netlink.h>

#include "fake-answers.h"

/**
 * struct fake_place - where in fake.range its extents are being told
 * @at: the next extent
 * @next: how far the range has been walked
 * @end: of the range, 0 for that of the address space
 */
struct fake_place {
	uint64_t at;
	uint64_t next;
	uint64_t end;
};

/* Begin with the range; -EINVAL where it is none. */
int fake_map_begin(struct fake_place *place);

/* The next extent, wanted or not, cut to the range; returns false where there is none. */
bool fake_map_extent(struct fake_place *place, struct v2p_extent *extent);

/* Only extents in this physical memory are asked for, or in any if @count is 0. */
void fake_map_set_physical(const void *ranges, size_t count);

/* Whether the range asks for such an extent. */
bool fake_map_wants(struct v2p_extent *extent);

/* Begin to answer; a negative errno, with words, where the request is wrong. */
int fake_map_start(const struct nlmsghdr *request, const char **words);

/* All that fits into one message, instead of datagrams. */
void fake_map_at_once(struct message *message);

/* Before each datagram, or ioctl: what it takes, if somebody waits for it. */
void fake_map_delay(bool waits);

/* The next datagram; returns false where there is none. */
bool fake_map_next(struct message *message);

/* The reader has gone. */
void fake_map_stop(void);

/* What tables that hold the extents say of an address. */
struct v2p_translation fake_map_translation(uint64_t address);

/* Take the mappings of the process that is asked for extents, or the first page of each. */
void fake_map_use_mappings(bool first_pages);

#endif /* FAKE_MAP_H */
