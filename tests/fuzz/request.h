/* SPDX-License-Identifier: GPL-2.0 */
/* A request, in parts that can be changed before it is written as bytes. */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "places.h"
#include "random.h"

#define REQUEST_ATTRIBUTES 16

/**
 * struct attribute - of a request
 * @type: with NLA_F_NESTED and the like
 * @size: bytes of payload
 * @lie: added to the length that it says it has
 * @large: the payload, where it is not in @small
 * @small: the payload
 */
struct attribute {
	uint16_t type;
	uint16_t size;
	int lie;
	const void *large;
	unsigned char small[32];
};

/**
 * struct wanted - how a request that is not broken must be answered
 * @known: it is not broken, the rest counts
 * @error: 0, or the negative errno; ANY_ERROR for whatever the target may lead to
 * @place: memory of which the frames are known, or NULL
 * @address: which is asked there, alone
 */
struct wanted {
	bool known;
	bool device;
	int error;
	const struct place *place;
	uint64_t address;
};

#define ANY_ERROR 1

struct request {
	uint16_t type;
	uint16_t flags;
	uint32_t seq;
	uint32_t port;
	int lie;
	uint8_t cmd;
	uint8_t version;
	uint16_t reserved;
	unsigned int count;
	struct attribute attributes[REQUEST_ATTRIBUTES];
	struct wanted wanted;
};

/* A request of any operation that has nothing wrong with it. */
void request_make(struct request *request, struct random *random, uint16_t family,
		  const struct places *places);

/* Breaks it in one way, or at least makes another one of it. */
void request_break(struct request *request, struct random *random);

/* Its bytes, which end aligned. Returns how many, 0 where there is no room for them. */
size_t request_write(const struct request *request, unsigned char *bytes, size_t room);

#endif /* REQUEST_H */
