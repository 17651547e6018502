// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "output/progress.h"

#define PATIENCE 1000
#define INTERVAL 100
#define WIDTH 40
#define WIPE "\r\033[K"

/* Signals that end the command. */
static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

enum { ENDS = sizeof(ends) / sizeof(ends[0]) };

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * UINT64_C(1000) + time.tv_nsec / 1000000;
}

/* SA_RESETHAND has restored the default action, so that raise() ends the process. */
static void wipe_and_end(int signal)
{
	(void)!write(STDERR_FILENO, WIPE, sizeof(WIPE) - 1);
	raise(signal);
}

/* Leave signals alone that the caller has set to be ignored. */
static void on_ends(void (*from)(int), void (*to)(int))
{
	struct sigaction action = { .sa_handler = to, .sa_flags = SA_RESETHAND | SA_RESTART };
	struct sigaction old;
	size_t i;

	for (i = 0; i < ENDS; i++)
		if (!sigaction(ends[i], NULL, &old) && old.sa_handler == from)
			sigaction(ends[i], &action, NULL);
}

void progress_begin(struct progress *progress, bool busy)
{
	const char *term = getenv("TERM");

	*progress = (struct progress){
		.wanted = isatty(STDERR_FILENO) && !(busy && isatty(STDOUT_FILENO)) &&
			  term && strcmp(term, "dumb"),
		.next = now() + PATIENCE,
	};
}

bool progress_due(struct progress *progress)
{
	return progress->wanted && now() >= progress->next;
}

void progress_draw(struct progress *progress, uint64_t done, uint64_t all)
{
	double part = all ? (double)done / all : 0;
	char bar[WIDTH + 1];
	int i;

	for (i = 0; i < WIDTH; i++)
		bar[i] = i < part * WIDTH ? '#' : '.';
	bar[i] = '\0';
	if (!progress->shown)
		on_ends(SIG_DFL, wipe_and_end);
	fprintf(stderr, "\r[%s] %3d %%", bar, (int)(part * 100));
	progress->shown = true;
	progress->next = now() + INTERVAL;
}

void progress_end(struct progress *progress)
{
	if (!progress->shown)
		return;
	fputs(WIPE, stderr);
	on_ends(wipe_and_end, SIG_DFL);
	progress->shown = false;
}
