// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/number.h"
#include "base/ticker.h"

/* Written to by the signal: so it ends also a wait that has not begun when it comes. */
static int ended = -1;

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * SECOND + time.tv_nsec;
}

static void end(int signal)
{
	const int before = errno;
	const uint64_t one = 1;

	(void)signal;
	(void)!write(ended, &one, sizeof(one));
	errno = before;
}

/* Leave signals alone that the caller has set to be ignored. */
static void on(int signal)
{
	const struct sigaction action = { .sa_handler = end, .sa_flags = SA_RESETHAND | SA_RESTART };
	struct sigaction old;

	if (!sigaction(signal, NULL, &old) && old.sa_handler != SIG_IGN)
		sigaction(signal, &action, NULL);
}

int ticker_begin(struct ticker *ticker, uint64_t interval)
{
	ended = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (ended < 0)
		return -errno;
	on(SIGINT);
	on(SIGTERM);
	ticker->interval = interval;
	ticker->next = now();
	return 0;
}

/* How long it is until then. */
static struct timespec until(uint64_t then)
{
	const uint64_t time = now(), left = then > time ? then - time : 0;

	return (struct timespec){ .tv_sec = left / SECOND, .tv_nsec = left % SECOND };
}

enum tick ticker_wait(struct ticker *ticker)
{
	/* Of standard output, nothing but an error is told: that nobody reads it any more. */
	struct pollfd fds[] = { { .fd = ended, .events = POLLIN }, { .fd = STDOUT_FILENO } };
	uint64_t late;

	late = now() - ticker->next;
	ticker->next += ticker->interval + late / ticker->interval * ticker->interval;
	for (;;) {
		const struct timespec left = until(ticker->next);
		const int count = ppoll(fds, 2, &left, NULL);

		if (count > 0)
			return fds[0].revents ? TICK_ENDED : TICK_UNREAD;
		if (!count)
			return TICK_DUE;
	}
}
