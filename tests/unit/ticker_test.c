// SPDX-License-Identifier: GPL-2.0
/* Times that come again and again, by the fake clock. */
#include <signal.h>
#include <time.h>

#include "base/ticker.h"
#include "tap.h"

#define MS 1000000

static unsigned int now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / MS;
}

/* Something that takes so long. */
static void work(unsigned int ms)
{
	const struct timespec time = { .tv_nsec = ms * MS };

	nanosleep(&time, NULL);
}

static void test_times(struct ticker *ticker, unsigned int start)
{
	static const struct {
		unsigned int work, due;
		const char *name;
	} times[] = {
		{ 0, 10, "the first time" },
		{ 7, 20, "what is done in between does not move the next" },
		{ 9, 30, "however often" },
		{ 10, 50, "it takes all the time: what has come meanwhile is over" },
		{ 35, 90, "or longer: what was missed is left out" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		enum tick tick;

		work(times[i].work);
		tick = ticker_wait(ticker);
		ok(tick == TICK_DUE && now_ms() - start == times[i].due, "%s: at %u ms",
		   times[i].name, now_ms() - start);
	}
}

static void test_signals(struct ticker *ticker)
{
	struct sigaction action;

	raise(SIGINT);
	ok(ticker_wait(ticker) == TICK_DUE, "a signal that was ignored stays so");
	raise(SIGTERM);
	ok(ticker_wait(ticker) == TICK_ENDED, "one that came before the wait ends it");
	ok(!sigaction(SIGTERM, NULL, &action) && action.sa_handler == SIG_DFL,
	   "a second one ends the program");
}

int main(void)
{
	const unsigned int start = now_ms();
	struct ticker ticker;

	signal(SIGINT, SIG_IGN);
	ok(!ticker_begin(&ticker, 10 * MS), "begin");
	test_times(&ticker, start);
	test_signals(&ticker);
	return tap_end();
}
