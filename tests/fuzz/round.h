/* SPDX-License-Identifier: GPL-2.0 */
/* Ioctls of one process, one after another, and a look at what each leaves behind. */
#ifndef ROUND_H
#define ROUND_H

#include <stdbool.h>
#include <stdint.h>

#include "ask.h"
#include "coverage.h"
#include "handle.h"

#define ROUND_KEPT 512

/**
 * struct rounds - what it takes
 * @handles: to send them to
 * @compat: the kernel takes those of programs of 32 bits, too
 * @sent: how many there were
 * @count: how many of @kept there are
 * @kept: ioctls that reached something new, worth to be sent again with changes
 */
struct rounds {
	struct handles handles;
	bool compat;
	uint64_t sent;
	unsigned int count;
	struct ask kept[ROUND_KEPT];
};

/* For a process with every right. Returns false, printed, where it fails. */
bool rounds_open(struct rounds *rounds, const struct places *places);
void rounds_close(struct rounds *rounds);

/* Sends one, and judges it. */
void round_one(struct rounds *rounds, struct random *random, struct coverage *coverage);

/* Sends so many; now and then, while others do the same, and tear the memory apart. */
void rounds_some(struct rounds *rounds, struct random *random, struct coverage *coverage,
		 unsigned int count);

#endif /* ROUND_H */
