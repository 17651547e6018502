/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for the arguments of ioctls, at addresses that are always the same: zones of which the
 * first half is there, and the second is not. It says how far a pointer is good, and notices
 * what was written where nothing should have been.
 */
#ifndef ARENA_H
#define ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"

/* So low that a program of 32 bits can name it. */
#define ARENA_START	0x20000000UL
#define ARENA_GOOD	0x10000UL
#define ARENA_ZONE	(2 * ARENA_GOOD)

/**
 * enum arena_zone - what a zone is for
 * @ARENA_STRUCTURE: the argument itself
 * @ARENA_ARRAYS: from here on, a zone for each array
 * @ARENA_WRITABLE: how many can be written to
 * @ARENA_READ_ONLY: cannot be written to; there are addresses in it
 * @ARENA_TORN: changes all the time, see storm.h
 */
enum arena_zone {
	ARENA_STRUCTURE,
	ARENA_ARRAYS,
	ARENA_WRITABLE = ARENA_ARRAYS + 14,
	ARENA_READ_ONLY = ARENA_WRITABLE,
	ARENA_TORN,
	ARENA_ZONES,
};

static inline uint64_t arena_zone(unsigned int zone)
{
	return ARENA_START + zone * ARENA_ZONE;
}

bool arena_open(void);

/* A place for so many bytes in a zone: where they are all good if there is room for them. */
uint64_t arena_place(struct random *random, unsigned int zone, uint64_t bytes,
		     unsigned int align);

/* One that has something wrong with it, at least for more than a few bytes. */
uint64_t arena_misplace(struct random *random, unsigned int zone, uint64_t bytes);

/* From a pointer on, how many bytes can be read, or written. */
uint64_t arena_reach(uint64_t pointer, bool write);

/*
 * For each ioctl: what it may look at, and with a pattern around it; then, when all is there
 * that it shall read, arena_watch(); what it may write to; the ioctl; and whether it wrote to
 * anything else. Of pointers, those that are not of the arena go for nothing.
 */
void arena_begin(bool everywhere);
void arena_use(uint64_t pointer, uint64_t bytes);
void arena_fill(void);
void arena_watch(void);
void arena_allow(uint64_t pointer, uint64_t bytes);
bool arena_untouched(uint64_t *where);

#endif /* ARENA_H */
