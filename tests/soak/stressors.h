/* SPDX-License-Identifier: GPL-2.0 */
/* Processes that do to their memory what is dangerous for who walks its tables. */
#ifndef STRESSORS_H
#define STRESSORS_H

#include <sys/mman.h>

#include "arch.h"
#include "shared.h"
#include "pagemap.h"
#include "random.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

/* Far from everything else: the tables under them are under nothing else. */
#define HERE ((char *)ARCH_HERE)
#define THERE ((char *)ARCH_THERE)

/**
 * struct kind - what a stressor does
 * @name: in words
 * @set_up: makes its memory and says in the shared memory what is known of it; false where
 *	that did not come about
 * @turn: changes all that may change
 * @effect: what its turns bring about, if anything may come in between
 * @huge: some of its pages are of 2 MiB, at times
 * @least: turns that have to be seen for each minute of the time that is asked for
 */
struct kind {
	const char *name;
	bool (*set_up)(struct stressor *stressor);
	void (*turn)(struct stressor *stressor, unsigned int *random);
	const char *effect;
	unsigned int least;
	bool huge;
};

extern const struct kind mapping, moving;
extern const struct kind forking, executing;
extern const struct kind collapsing, shared_collapsing, hugetlb, giant, staying;
extern const struct kind migrating, compacting, swapping, hinting, merging, poisoning;
extern const struct kind kernel;

/* Works on, as one stressor, until the shared memory says stop. */
void stressor_run(const struct kind *kind, struct stressor *stressor, unsigned int seed)
	__attribute__((noreturn));

/* What an exec is to come back to: the arguments of main() are made of them. */
extern int shared_fd;
void stressor_come_back(int fd, unsigned int index) __attribute__((noreturn));

/* ---- memory of known places (pin.c) */

/*
 * A page of the oracle's at an address. It belongs to a driver: nothing moves it.
 * Numbers are below 64.
 */
bool put_frame(struct stressor *stressor, char *address, unsigned int number, enum rule rule);

/*
 * Keeps a page of the process where it is by references that a pipe has on it. The
 * kernel may take it out of its entry, but must bring it back. It is not to be written
 * to any more.
 */
bool pin(struct stressor *stressor, char *address, enum rule rule);

/* Where a page is, by pagemap; 0 if nowhere. */
uint64_t physical_of(const void *address);

/* Small pages at an address, of which none is there yet. */
bool map_room(char *address, size_t size);

/* Writes to every page. */
void touch(char *area, size_t size);

#endif /* STRESSORS_H */
