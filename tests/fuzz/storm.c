// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arena.h"
#include "pagemap.h"
#include "send.h"
#include "storm.h"
#include "tally.h"

#define ASKERS 3
#define EACH 100

/**
 * struct weather - what the threads share
 * @handles: of the process
 * @kind: which of them is asked
 * @victim: which is asked instead, and ended meanwhile; or NULL
 * @fd: that by which it is asked, which may be closed meanwhile
 * @calm: all have asked
 */
struct weather {
	const struct handles *handles;
	enum handle_kind kind;
	struct victim *victim;
	int fd;
	bool calm;
};

struct thread {
	pthread_t id;
	struct random random;
	struct weather *weather;
};

/* The answers are not looked at: others write to the same memory. */
static void check(const struct ask *asked, const struct ask *ask, const struct weather *weather,
		  int error)
{
	const int gone = weather->handles->all[weather->kind].error;
	/* In the same place of both. */
	const uint64_t count = ask->kind == ASK_EXTENTS ? ask->extents.count :
							  ask->translate.count;

	TALLY(ioctls);
	TALLY(ioctl_errors[error % TALLY_ERRORS]);
	if (error == EFAULT)
		TALLY(storm_faults);
	else if (!error)
		TALLY(storm_answers);
	if (error == EBADF || (weather->victim && error == ESRCH))
		return;
	if (gone ? error != gone && error != EFAULT : error && error != EFAULT)
		tally_break(PROMISE_IOCTL_ERRORS, "ioctl %u of several threads: error %d",
			    ask->kind, error);
	else if (ask->kind != ASK_WALK && count > ask_count(asked))
		tally_break(PROMISE_IOCTL_FORM, "ioctl %u of several threads: %lu of %lu",
			    ask->kind, count, ask_count(asked));
}

static void *ask_on(void *argument)
{
	struct thread *thread = argument;
	struct weather *weather = thread->weather;
	unsigned int i;

	for (i = 0; i < EACH; i++) {
		struct ask asked, ask;

		ask_make_torn(&asked, &thread->random, weather->handles, weather->kind);
		ask = asked;
		check(&asked, &ask, weather,
		      send_ioctl(weather->fd, ask.number, (uintptr_t)ask.bytes));
	}
	return NULL;
}

static void tear(struct random *random)
{
	const unsigned int pages = ARENA_GOOD / PAGE_SIZE, page = random_below(random, pages);
	char *from = (char *)arena_zone(ARENA_TORN) + page * PAGE_SIZE;
	const size_t length = (1 + random_below(random, pages - page)) * PAGE_SIZE;

	switch (random_below(random, 6)) {
	case 0:
		munmap(from, length);
		break;
	case 1:
		mprotect(from, length, PROT_READ);
		break;
	case 2:
		mprotect(from, length, PROT_NONE);
		break;
	case 3:
		madvise(from, length, MADV_DONTNEED);
		break;
	default:
		/* Nothing else is ever mapped here. */
		mmap(from, length, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	}
}

static void *tear_on(void *argument)
{
	struct thread *thread = argument;
	struct weather *weather = thread->weather;
	const bool early = one_in(&thread->random, 2);
	bool closed = false, ended = !weather->victim;

	while (!__atomic_load_n(&weather->calm, __ATOMIC_RELAXED)) {
		tear(&thread->random);
		if (early && !closed && one_in(&thread->random, 512)) {
			close(weather->fd);
			closed = true;
		}
		if (!ended && one_in(&thread->random, 128)) {
			child_end(&weather->victim->child);
			ended = true;
		}
	}
	if (!ended)
		child_end(&weather->victim->child);
	if (!closed)
		close(weather->fd);
	return NULL;
}

static void start(struct thread *thread, struct random *random, struct weather *weather,
		  void *(*function)(void *))
{
	*thread = (struct thread){ .random = { random_number(random) }, .weather = weather };
	if (pthread_create(&thread->id, NULL, function, thread))
		abort();
}

void storm(struct rounds *rounds, struct random *random, struct coverage *coverage)
{
	struct weather weather = {
		.handles = &rounds->handles, .kind = HANDLE_SELF,
	};
	/* The first is one that answers for sure. */
	const bool first = rounds->sent == 1;
	struct thread askers[ASKERS], tearer;
	unsigned int i;

	if (!first)
		weather.kind = random_below(random, HANDLE_EXECUTED + 1);
	if (!first && rounds->handles.left && one_in(random, 2)) {
		weather.kind = HANDLE_OTHER;
		weather.victim = &rounds->handles.victims[--rounds->handles.left];
		weather.fd = weather.victim->fd;
	} else {
		weather.fd = dup(rounds->handles.all[weather.kind].fd);
	}
	start(&tearer, random, &weather, tear_on);
	for (i = 0; i < ASKERS; i++)
		start(&askers[i], random, &weather, ask_on);
	for (i = 0; i < EACH; i++)
		round_one(rounds, random, coverage);
	for (i = 0; i < ASKERS; i++)
		pthread_join(askers[i].id, NULL);
	__atomic_store_n(&weather.calm, true, __ATOMIC_RELAXED);
	pthread_join(tearer.id, NULL);
	TALLY(storms);
}
