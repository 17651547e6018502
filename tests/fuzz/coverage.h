/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the requests reached in the kernel, where it has KCOV and the module is built
 * with it, and those that reached something new.
 */
#ifndef COVERAGE_H
#define COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"

#define CORPUS_MESSAGES 512
#define CORPUS_LONGEST 256

/**
 * struct corpus - messages worth to be sent again, with changes
 * @seen: how many there were
 * @count: how many are kept
 */
struct corpus {
	unsigned int seen;
	unsigned int count;
	uint16_t lengths[CORPUS_MESSAGES];
	unsigned char messages[CORPUS_MESSAGES][CORPUS_LONGEST];
};

#define COVERAGE_SLOTS (1 << 16)

/**
 * struct coverage - of the task that opened it
 * @area: shared with the kernel, NULL where there is no KCOV
 * @reached: different places in the kernel
 * @slots: a hash table of them
 */
struct coverage {
	uint64_t *area;
	unsigned int reached;
	uint64_t slots[COVERAGE_SLOTS];
};

/* Returns 0, or the errno that says why there is none. */
int coverage_open(struct coverage *coverage);
void coverage_begin(struct coverage *coverage);

/* Returns whether something new was reached since coverage_begin(). */
bool coverage_end(struct coverage *coverage);

void corpus_add(struct corpus *corpus, struct random *random, const void *bytes, size_t length);

/* Returns the length of what it copied, 0 where there is no room. */
size_t corpus_pick(const struct corpus *corpus, struct random *random, void *bytes,
		   size_t room);

#endif /* COVERAGE_H */
