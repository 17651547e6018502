// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

#define PATIENCE 1000
#define INTERVAL 100
#define WIDTH 40

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * UINT64_C(1000) + time.tv_nsec / 1000000;
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
	fprintf(stderr, "\r[%s] %3d %%", bar, (int)(part * 100));
	progress->shown = true;
	progress->next = now() + INTERVAL;
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}
