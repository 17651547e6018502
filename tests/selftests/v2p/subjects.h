/* SPDX-License-Identifier: GPL-2.0 */
/* The rows of who_may_ask.txt: processes that differ in what they may. */
#ifndef SUBJECTS_H
#define SUBJECTS_H

#include <stdbool.h>

#include "wire.h"

/* No capability in particular. */
#define ANY_OTHER UINT64_MAX

/**
 * struct subject - who opens a socket, and who sends on it
 * @name: of the row
 * @become: makes root, in a process of its own, that sender, with that socket; false
 *	where it cannot
 * @set: capabilities, for @become; ANY_OTHER is each but CAP_SYS_ADMIN in turn
 */
struct subject {
	const char *name;
	bool (*become)(struct wire *wire, uint64_t set);
	uint64_t set;
};

/* All there are. */
extern const struct subject subjects[];
extern const unsigned int subject_count;

const struct subject *subject_find(const char *name);

#endif /* SUBJECTS_H */
