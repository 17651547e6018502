/* SPDX-License-Identifier: GPL-2.0 */
/* The rows of who_may_ask.txt: processes that differ in what they may. */
#ifndef CALLERS_H
#define CALLERS_H

#include <stdbool.h>

#include "wire.h"

/* No capability in particular. */
#define ANY_OTHER UINT64_MAX

/**
 * struct caller - who opens a socket, and who sends on it
 * @name: of the row
 * @become: makes root, in a process of its own, that sender, with that socket; false
 *	where it cannot
 * @set: capabilities, for @become; ANY_OTHER is each but CAP_SYS_ADMIN in turn
 */
struct caller {
	const char *name;
	bool (*become)(struct wire *wire, uint64_t set);
	uint64_t set;
};

/* All there are. */
extern const struct caller callers[];
extern const unsigned int caller_count;

const struct caller *caller_find(const char *name);

#endif /* CALLERS_H */
