// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "arena.h"
#include "expect.h"
#include "filter.h"
#include "sizes.h"

/* Of which the module says that it takes no more: a page. */
#define LARGEST PAGE_SIZE

unsigned int expect_bit(int error)
{
	switch (error) {
	case 0:
		return EXPECT_OK;
	case EBADF:
		return EXPECT_BADF;
	case ENOTTY:
		return EXPECT_NOTTY;
	case EINVAL:
		return EXPECT_INVAL;
	case E2BIG:
		return EXPECT_2BIG;
	case EFAULT:
		return EXPECT_FAULT;
	case ESRCH:
		return EXPECT_SRCH;
	}
	return 0;
}

/* What the argument by itself leads to; 0 where it can be read. */
static unsigned int structure_errors(const struct ask *ask)
{
	const uint64_t reach = arena_reach(ask->at, false);
	const uint32_t known = ask_form(ask)->size;
	const uint32_t first = ask_form(ask)->first;

	if (reach < sizeof(ask->size))
		return EXPECT_FAULT;
	if (ask->size < first)
		return EXPECT_INVAL;
	if (ask->size > LARGEST)
		return EXPECT_2BIG;
	/* Where a byte that is not 0 comes before the end of the memory, either may be seen. */
	if (ask->trail && known + ask->trail <= ask->size)
		return reach < ask->size ? EXPECT_FAULT | EXPECT_2BIG : EXPECT_2BIG;
	return reach < ask->size ? EXPECT_FAULT : 0;
}

/* Elements of all arrays that are read, or filled, which are good. */
static uint64_t good_elements(const struct ask *ask, bool input)
{
	const struct ask_form *form = ask_form(ask);
	uint64_t most = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < form->count; i++) {
		uint64_t good;

		if (form->arrays[i].input != input || !ask_wants(ask, i))
			continue;
		good = arena_reach(ask_pointer(ask, i), !input) / form->arrays[i].element;
		most = good < most ? good : most;
	}
	return most;
}

static bool range_is_allowed(const struct v2p_ioctl_extents *request,
			     const struct handle *handle)
{
	const uint64_t first = request->next ?: handle->first;
	const uint64_t last = request->last == UINT64_MAX ? handle->last : request->last;

	return handle_has(handle, first) && handle_has(handle, last) && first <= last;
}

static struct expect expect_translate(const struct ask *ask, const struct handle *handle)
{
	const uint64_t readable = good_elements(ask, true), writable = good_elements(ask, false);
	const uint64_t most = readable < writable ? readable : writable;
	const bool all = readable >= ask_count(ask);

	if (!readable)
		return (struct expect){ .errors = EXPECT_FAULT };
	/* It is read in pieces, and the first piece is read first. */
	if (handle->error)
		return (struct expect){ .errors = EXPECT_SRCH | (all ? 0 : EXPECT_FAULT) };
	return (struct expect){
		.errors = most < ask_count(ask) ? EXPECT_FAULT : EXPECT_OK, .most = most,
	};
}

static struct expect expect_filled(const struct ask *ask, const struct handle *handle)
{
	const uint64_t most = good_elements(ask, false);

	if (handle->error)
		return (struct expect){ .errors = EXPECT_SRCH };
	/* How many there are to write is not known. */
	return (struct expect){
		.errors = EXPECT_OK | (most < ask_count(ask) ? EXPECT_FAULT : 0), .most = most,
	};
}

static struct expect expect_late(const struct ask *ask, const struct handle *handle)
{
	if (ask->kind == ASK_TRANSLATE)
		return expect_translate(ask, handle);
	if (ask->kind == ASK_EXTENTS) {
		const struct v2p_ioctl_extents known = ask_extents(ask);
		int error = filter_error(&known);

		if (!error && !range_is_allowed(&known, handle))
			error = EINVAL;
		if (error)
			return (struct expect){ .errors = expect_bit(error) };
	}
	return expect_filled(ask, handle);
}

struct expect expect_of(const struct ask *ask, const struct handle *handle)
{
	struct expect expect = { .early = true };

	if (handle->error == EBADF)
		expect.errors = EXPECT_BADF;
	else if (handle->error == ENOTTY || ask->number != ask_form(ask)->number)
		expect.errors = EXPECT_NOTTY;
	else
		expect.errors = structure_errors(ask);
	if (!expect.errors && ask->kind != ASK_WALK && !ask_count(ask))
		expect.errors = EXPECT_INVAL;
	if (expect.errors)
		return expect;

	expect = expect_late(ask, handle);
	/* It is told at the end, whatever it is; but a walk that fails tells nothing. */
	if (!arena_reach(ask->at, true) && !(ask->kind == ASK_WALK && handle->error))
		expect.errors = EXPECT_FAULT;
	return expect;
}

static bool meet(uint64_t one, uint64_t bytes, uint64_t other, uint64_t others)
{
	/* Without a count, in a memory that is small. */
	bytes = bytes < ARENA_GOOD ? bytes : ARENA_GOOD;
	others = others < ARENA_GOOD ? others : ARENA_GOOD;
	return one < other ? other - one < bytes : one - other < others;
}

bool expect_muddle(const struct ask *ask)
{
	const struct ask_form *form = ask_form(ask);
	unsigned int i, j;

	for (i = 0; i < form->count; i++) {
		if (!ask_wants(ask, i))
			continue;
		if (meet(ask_pointer(ask, i), ask_array_bytes(ask, i), ask->at, form->size))
			return true;
		for (j = i + 1; j < form->count; j++)
			if (ask_wants(ask, j) &&
			    meet(ask_pointer(ask, i), ask_array_bytes(ask, i),
				 ask_pointer(ask, j), ask_array_bytes(ask, j)))
				return true;
	}
	return false;
}
