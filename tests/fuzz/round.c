// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "address.h"
#include "arena.h"
#include "expect.h"
#include "filter.h"
#include "judge.h"
#include "pagemap.h"
#include "round.h"
#include "send.h"
#include "storm.h"
#include "tally.h"

/* How many until there are threads beside it again, which there are at the first. */
#define STORMS 4000

/* Without an end of it for so long, the kernel hangs. */
#define PATIENCE 60

/* Bytes of a range of the kernel that may be searched for pages of some kind. */
#define LARGEST_SEARCH (1ULL << 33)

/* More than a piece that the module answers at a time, be it of a status alone. */
#define MANY 1900

bool rounds_open(struct rounds *rounds, const struct places *places)
{
	rounds->count = 0;
	rounds->sent = 0;
	rounds->compat = send_has_compat();
	return arena_open() && handles_open(&rounds->handles, places);
}

void rounds_close(struct rounds *rounds)
{
	handles_close(&rounds->handles);
}

/* To search all of the kernel's addresses takes long where KASAN has its shadow among them. */
static void shorten(struct ask *ask, const struct handle *handle)
{
	struct v2p_ioctl_extents *request = &ask->extents;
	const uint64_t first = request->next ?: handle->first;

	if (ask->kind == ASK_EXTENTS && handle->kernel && filter_is_one(request) &&
	    request->last > first && request->last - first > LARGEST_SEARCH)
		request->last = first + LARGEST_SEARCH;
}

static void make(struct rounds *rounds, struct random *random, struct ask *ask)
{
	unsigned int changes = one_in(random, 3) ? 1 + random_below(random, 3) : 0;

	if (rounds->count && one_in(random, 3)) {
		*ask = rounds->kept[random_below(random, rounds->count)];
		changes++;
	} else {
		ask_make(ask, random, &rounds->handles);
	}
	while (changes--)
		ask_change(ask, random, &rounds->handles);
	shorten(ask, &rounds->handles.all[ask->handle]);
	if (!rounds->compat || ask->at > UINT32_MAX)
		ask->compat = false;
}

static void write_addresses(const struct ask *ask, uint64_t *to, uint64_t count, bool kernel)
{
	struct random random = { ask->addresses };
	uint64_t i;

	for (i = 0; i < count; i++) {
		const uint64_t address = address_any(&random, kernel);

		memcpy(to + i, &address, sizeof(address));
	}
}

static void write_argument(const struct ask *ask)
{
	const uint64_t known = ask_form(ask)->size, reach = arena_reach(ask->at, false);
	const bool locked = reach && !arena_reach(ask->at, true);
	unsigned char *to = (void *)ask->at;

	if (locked)
		mprotect((void *)arena_zone(ARENA_READ_ONLY), ARENA_GOOD, PROT_READ | PROT_WRITE);
	memcpy(to, ask->bytes, reach < known ? reach : known);
	if (reach > known)
		memset(to + known, 0, reach < ASK_TRAIL ? reach - known : ASK_TRAIL - known);
	if (ask->trail && reach >= known + ask->trail)
		to[known + ask->trail - 1] = 1;
	if (locked)
		mprotect((void *)arena_zone(ARENA_READ_ONLY), ARENA_GOOD, PROT_READ);
}

/* What it reads, with a pattern around that and where it writes. */
static void lay_out(const struct ask *ask, const struct handle *handle)
{
	const struct ask_form *form = ask_form(ask);
	unsigned int i;

	arena_begin(ask->everywhere);
	arena_use(ask->at, ASK_TRAIL);
	for (i = 0; i < form->count; i++)
		if (ask_wants(ask, i))
			arena_use(ask_pointer(ask, i), ask_array_bytes(ask, i));
	arena_fill();
	for (i = 0; i < form->count; i++) {
		const uint64_t pointer = ask_pointer(ask, i);
		const uint64_t room = arena_reach(pointer, true) / sizeof(uint64_t);

		if (form->arrays[i].input)
			write_addresses(ask, (void *)pointer,
					room < ask_count(ask) ? room : ask_count(ask),
					has_upper(handle));
	}
	write_argument(ask);
	arena_watch();
}

static void show(const struct ask *ask, const uint64_t *broken)
{
	enum promise promise;
	char words[160];

	snprintf(words, sizeof(words),
		 "the ioctl 0x%x of descriptor %u%s at 0x%lx, 0x%x behind it", ask->number,
		 ask->handle, ask->compat ? " by a program of 32 bits" : "", ask->at, ask->trail);
	for (promise = 0; promise < PROMISES; promise++) {
		if (tally->broken[promise] == broken[promise])
			continue;
		tally_show(promise, words, ask->bytes, ask_form(ask)->size);
		if (arena_reach(ask->at, false) >= ask_form(ask)->size)
			tally_show(promise, "then", (void *)ask->at, ask_form(ask)->size);
	}
}

static void keep(struct rounds *rounds, struct random *random, const struct ask *ask)
{
	unsigned int at = rounds->count;

	if (at == ROUND_KEPT)
		at = random_below(random, ROUND_KEPT);
	else
		rounds->count++;
	rounds->kept[at] = *ask;
	TALLY(ioctls_kept);
}

void round_one(struct rounds *rounds, struct random *random, struct coverage *coverage)
{
	uint64_t broken[PROMISES];
	const struct handle *handle;
	struct expect expect;
	struct ask ask;
	int error;

	make(rounds, random, &ask);
	handle = &rounds->handles.all[ask.handle];
	expect = expect_of(&ask, handle);
	lay_out(&ask, handle);

	coverage_begin(coverage);
	error = ask.compat ? send_compat_ioctl(handle->fd, ask.number, ask.at) :
			     send_ioctl(handle->fd, ask.number, ask.at);
	if (coverage_end(coverage))
		keep(rounds, random, &ask);

	TALLY(ioctls);
	TALLY(ioctl_errors[error % TALLY_ERRORS]);
	if (ask.compat && !error)
		TALLY(ioctls_compat);
	if (ask.kind == ASK_TRANSLATE && ask.translate.count > MANY && !error)
		TALLY(ioctls_many);
	memcpy(broken, tally->broken, sizeof(broken));
	if (!judge(&ask, handle, &expect, error))
		show(&ask, broken);
}

void rounds_some(struct rounds *rounds, struct random *random, struct coverage *coverage,
		 unsigned int count)
{
	while (count--) {
		alarm(PATIENCE);
		if (rounds->sent++ % STORMS == 0)
			storm(rounds, random, coverage);
		round_one(rounds, random, coverage);
	}
	alarm(0);
}
