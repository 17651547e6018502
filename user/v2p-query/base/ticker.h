/* SPDX-License-Identifier: GPL-2.0 */
/* Something that is to be done again and again, until somebody ends it. */
#ifndef TICKER_H
#define TICKER_H

#include <stdint.h>

/**
 * struct ticker - times, one as long after the other
 * @interval: how long, in nanoseconds
 * @next: the next one, by the monotonic clock
 */
struct ticker {
	uint64_t interval;
	uint64_t next;
};

/**
 * enum tick - what ended a wait
 * @TICK_DUE: it is time
 * @TICK_ENDED: SIGINT or SIGTERM came, perhaps before the wait
 * @TICK_UNREAD: the reader of standard output has gone
 */
enum tick {
	TICK_DUE,
	TICK_ENDED,
	TICK_UNREAD,
};

/**
 * ticker_begin() - the first time is now
 *
 * From now on, the first SIGINT or SIGTERM is told by ticker_wait(). A second one
 * ends the program, whatever that waits for.
 *
 * Return: 0 or a negative errno.
 */
int ticker_begin(struct ticker *ticker, uint64_t interval);

/*
 * Wait for the next time. The times do not drift, however long it takes what is done at each;
 * those that have passed meanwhile are left out.
 */
enum tick ticker_wait(struct ticker *ticker);

#endif /* TICKER_H */
