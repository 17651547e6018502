/* SPDX-License-Identifier: GPL-2.0 */
/* Requests that are sent together, and what the kernel makes of their bytes. */
#ifndef DATAGRAM_H
#define DATAGRAM_H

#include "coverage.h"
#include "request.h"

#define DATAGRAM_MESSAGES 64

/* Within a page there is room for an skb that costs little. */
#define DATAGRAM_USUAL 3500
#define DATAGRAM_ROOM (96 * 1024)

/**
 * struct message - as the kernel finds it in a datagram
 * @at, @length: where it stands
 * @seq, @type, @flags, @cmd: of its headers; @cmd is 0 where it is too short for one
 * @wanted: how it must be answered
 */
struct message {
	size_t at;
	size_t length;
	uint32_t seq;
	uint16_t type;
	uint16_t flags;
	uint8_t cmd;
	struct wanted wanted;
};

struct datagram {
	size_t length;
	unsigned int count;
	struct message messages[DATAGRAM_MESSAGES];
	_Alignas(8) unsigned char bytes[DATAGRAM_ROOM];
};

/* Makes one, of new requests and, where there is one, of what the corpus holds. */
void datagram_make(struct datagram *datagram, struct random *random, uint16_t family,
		   const struct places *places, const struct corpus *corpus);

#endif /* DATAGRAM_H */
