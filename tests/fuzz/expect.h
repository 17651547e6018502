/* SPDX-License-Identifier: GPL-2.0 */
/* How an ioctl must end. */
#ifndef EXPECT_H
#define EXPECT_H

#include "ask.h"

/* Errors, as bits: all that there are. */
enum {
	EXPECT_OK = 1,
	EXPECT_BADF = 2,
	EXPECT_NOTTY = 4,
	EXPECT_INVAL = 8,
	EXPECT_2BIG = 16,
	EXPECT_FAULT = 32,
	EXPECT_SRCH = 64,
};

/**
 * struct expect - what is known before
 * @errors: any of these
 * @early: it is refused before anything is written
 * @most: elements that can be told, as far as memory goes
 */
struct expect {
	unsigned int errors;
	bool early;
	uint64_t most;
};

struct expect expect_of(const struct ask *ask, const struct handle *handle);

/* The bit of an errno, or 0. */
unsigned int expect_bit(int error);

/* Do arrays that are filled overlap with anything, so that what they hold says nothing? */
bool expect_muddle(const struct ask *ask);

#endif /* EXPECT_H */
