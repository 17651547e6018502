/* SPDX-License-Identifier: GPL-2.0 */
/* Whom and what to ask: processes, and memory of which pagemap knows the frames. */
#ifndef PLACES_H
#define PLACES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PLACE_START	0x500000000000
#define PLACE_PAGES	256

/**
 * struct place - locked pages at PLACE_START of a process
 * @pid: whose
 * @pagemap: of it, opened by root
 */
struct place {
	pid_t pid;
	int pagemap;
};

/**
 * struct places - all there is to ask for
 * @self, @other: this process, and one that does nothing
 * @gone: a process that has exited, and is not reaped
 * @thread: a kernel thread
 * @isolated: user mode has page tables of its own
 */
struct places {
	struct place self;
	struct place other;
	pid_t gone;
	pid_t thread;
	bool isolated;
};

/* For a process with every right. Returns false, printed, where it fails. */
bool places_open(struct places *places);
void places_close(struct places *places);

/* Whether an address is where the kernel's own list of pages says it is. */
bool place_agrees(const struct place *place, uint64_t address, uint64_t physical);

#endif /* PLACES_H */
