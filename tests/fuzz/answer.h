/* SPDX-License-Identifier: GPL-2.0 */
/* One message of an answer, by itself: is it what the contract says? */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/netlink.h>
#include <linux/v2p.h>

/**
 * struct answer - the attributes of one that carries data
 * @attributes: by their type, the last of each, or NULL
 * @lengths: of their payload
 * @count: elements of its arrays
 * @device: it may be of a device's addresses, whose pages have no memory type
 */
struct answer {
	const unsigned char *attributes[V2P_A_MAX + 1];
	uint16_t lengths[V2P_A_MAX + 1];
	unsigned int count;
	bool device;
};

/*
 * All that can be said of it, but for whether a device may have been asked. False after
 * tally_break().
 */
bool answer_read(const struct nlmsghdr *head, bool device, struct answer *answer);

uint64_t answer_u64(const struct answer *answer, uint16_t type, unsigned int index);

/* Can each element of its arrays be, of addresses or of extents? */
bool answer_elements_possible(const struct answer *answer, bool extents);

/* In order, apart, and never beyond what was walked. */
bool answer_extents_possible(const struct answer *answer);

/*
 * An error, or an acknowledgement: its number, and whether the rest of it belongs
 * to the request that has this header.
 */
bool answer_read_error(const struct nlmsghdr *head, const struct nlmsghdr *request, int *error);

/* The end of a dump. */
bool answer_read_end(const struct nlmsghdr *head, int *error);

#endif /* ANSWER_H */
