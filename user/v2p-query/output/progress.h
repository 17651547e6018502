/* SPDX-License-Identifier: GPL-2.0 */
/* How far the work is, on standard error where that is a terminal. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct progress - a bar that shows itself when the work takes long
 * @wanted: there is a terminal to show it on
 * @shown: it stands there
 * @next: when to draw it, in milliseconds
 */
struct progress {
	bool wanted;
	bool shown;
	uint64_t next;
};

/* @busy: standard output is written to meanwhile, so it must not be a terminal. */
void progress_begin(struct progress *progress, bool busy);

/* Whether it is time to tell how much is done. */
bool progress_due(struct progress *progress);
void progress_draw(struct progress *progress, uint64_t done, uint64_t all);

/* Nothing is left of it; nor is where a signal ends the command before. */
void progress_end(struct progress *progress);

#endif /* PROGRESS_H */
