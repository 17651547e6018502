/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of an address beside its number. */
#ifndef LABEL_H
#define LABEL_H

#include <stdbool.h>
#include <stdint.h>

/* What stands in the place of the status of a name that was freed. */
#define LABEL_FREED "init, freed"

/**
 * struct label - how an address was named
 * @name: the symbol that it was named by, and which CPU's, of the kernel; or NULL
 * @of_a_cpu: it is one CPU's
 * @freed: what had this name is not there any more
 * @cpu: whose it is
 */
struct label {
	char *name;
	bool of_a_cpu;
	bool freed;
	uint32_t cpu;
};

#endif /* LABEL_H */
