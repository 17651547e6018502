// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <string.h>

#include "answer.h"
#include "arch.h"
#include "arena.h"
#include "filter.h"
#include "judge.h"
#include "sizes.h"
#include "tally.h"

#define MOST_COMPARED	2

static bool form(const struct ask *ask, const char *what)
{
	return tally_break(PROMISE_IOCTL_FORM, "ioctl %u: %s", ask->kind, what);
}

/* A member of the argument that is answered, which may stand anywhere. */
static uint64_t member(const struct ask *ask, size_t offset, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, (const char *)ask->at + offset, size);
	return value;
}

#define MEMBER(ask, type, name) \
	member(ask, offsetof(struct v2p_ioctl_##type, name), \
	       sizeof(((struct v2p_ioctl_##type *)0)->name))

/* What is asked stays as it was. */
static bool questions_stay(const struct ask *ask)
{
	/* Of an older version, there is no more memory than that. */
	const size_t size = ask->size < ask_form(ask)->size ? ask->size : ask_form(ask)->size;
	struct ask now = *ask;

	memcpy(now.bytes, (const void *)ask->at, size);
	if (ask->kind == ASK_TRANSLATE) {
		now.translate.changing = ask->translate.changing;
		now.translate.count = ask->translate.count;
	} else if (ask->kind == ASK_WALK) {
		now.walk.count = ask->walk.count;
		memcpy(&now.walk.root, &ask->walk.root,
		       sizeof(now.walk) - offsetof(struct v2p_ioctl_walk, root));
	} else {
		now.extents.next = ask->extents.next;
		now.extents.done = ask->extents.done;
		now.extents.changing = ask->extents.changing;
		now.extents.count = ask->extents.count;
	}
	return !memcmp(now.bytes, ask->bytes, size);
}

/* The arrays as if they had come by netlink. */
static void read_arrays(const struct ask *ask, struct answer *answer, uint64_t count)
{
	const struct ask_form *form = ask_form(ask);
	unsigned int i;

	*answer = (struct answer){ .count = count };
	for (i = 0; i < form->count; i++)
		if (form->arrays[i].attribute && ask_wants(ask, i))
			answer->attributes[form->arrays[i].attribute] =
				(const void *)ask_pointer(ask, i);
}

static bool agrees(const struct ask *ask, const struct handle *handle, uint64_t address,
		   uint64_t status, uint64_t physical)
{
	TALLY(ioctls_compared);
	return (status == V2P_STATUS_MAPPED && place_agrees(handle->place, address, physical)) ||
	       tally_break(PROMISE_FRAMES, "ioctl %u: pagemap has another frame for 0x%lx",
			   ask->kind, address);
}

static bool is_known_place(const struct handle *handle, uint64_t address)
{
	return handle->place && address >= PLACE_START &&
	       address < PLACE_START + PLACE_PAGES * PAGE_SIZE;
}

static bool judge_translate(const struct ask *ask, const struct handle *handle)
{
	const uint64_t changing = MEMBER(ask, translate, changing);
	const char *addresses = (const char *)ask->translate.addresses;
	unsigned int i, compared = 0;
	bool any = false;
	struct answer answer;

	read_arrays(ask, &answer, ask->translate.count);
	if (!answer_elements_possible(&answer, false))
		return form(ask, "an impossible element");
	for (i = 0; i < answer.count; i++) {
		const uint64_t status = answer_u64(&answer, V2P_A_STATUS, i);
		uint64_t address;

		memcpy(&address, addresses + i * sizeof(address), sizeof(address));
		if (handle_translates(handle, address) == (status == V2P_STATUS_INVALID))
			return form(ask, "an invalid address, or not");
		if (answer.attributes[V2P_A_FLAGS])
			any |= answer_u64(&answer, V2P_A_FLAGS, i) & V2P_FLAG_CHANGING;
		if (!answer.attributes[V2P_A_PHYSICAL] || compared == MOST_COMPARED ||
		    !is_known_place(handle, address))
			continue;
		compared++;
		if (!agrees(ask, handle, address, status,
			    answer_u64(&answer, V2P_A_PHYSICAL, i)))
			return false;
	}
	if (changing > 1 || (answer.attributes[V2P_A_FLAGS] ? changing != any : false))
		return form(ask, "whether it is changing");
	return true;
}

/* From each table to the next, and none of what is not meant to be told. */
static bool steps_possible(const struct ask *ask, uint64_t count)
{
	const uint64_t shown = count < ask->walk.count ? count : ask->walk.count;
	const uint64_t root = MEMBER(ask, walk, root);
	static const uint8_t zeroes[sizeof(((struct v2p_ioctl_step *)0)->reserved)];
	uint64_t table = root, i;
	unsigned int level = V2P_LEVEL_MAX + 1;

	for (i = 0; i < shown; i++) {
		struct v2p_ioctl_step step;

		memcpy(&step, (const char *)ask->walk.out_steps + i * sizeof(step), sizeof(step));
		if (step.level >= level || step.index >= PER_TABLE ||
		    step.flags & ~(uint32_t)V2P_FLAG_MASK ||
		    memcmp(step.reserved, zeroes, sizeof(zeroes)))
			return false;
		if (step.entry_physical - table != step.index * sizeof(uint64_t))
			return false;
		/* The last one is what is known of the address. */
		if (i == count - 1 && (step.entry != MEMBER(ask, walk, entry) ||
				       step.level != MEMBER(ask, walk, level) ||
				       step.flags != MEMBER(ask, walk, flags)))
			return false;
		table = ARCH_TABLE(step.entry);
		level = step.level;
	}
	return true;
}

static bool judge_walk(const struct ask *ask, const struct handle *handle,
		       const struct expect *expect)
{
#define AT(name) ((const unsigned char *)ask->at + offsetof(struct v2p_ioctl_walk, name))
	const struct answer answer = {
		.count = 1,
		.attributes = {
			[V2P_A_STATUS] = AT(status), [V2P_A_PHYSICAL] = AT(physical),
			[V2P_A_PAGE_SHIFT] = AT(page_shift), [V2P_A_FLAGS] = AT(flags),
			[V2P_A_ENTRY] = AT(entry), [V2P_A_SWAP_TYPE] = AT(swap_type),
			[V2P_A_SWAP_OFFSET] = AT(swap_offset), [V2P_A_LEVEL] = AT(level),
			[V2P_A_MEMORY_TYPE] = AT(memory_type),
			[V2P_A_PROTECTION_KEY] = AT(protection_key),
		},
	};
	const uint64_t address = ask->walk.address, count = MEMBER(ask, walk, count);
	static const uint8_t zeroes[sizeof(ask->walk.reserved)];
	const bool invalid = !handle_translates(handle, address);

	if (!answer_elements_possible(&answer, false) ||
	    memcmp(AT(reserved), zeroes, sizeof(zeroes)))
		return form(ask, "an impossible element");
	if (invalid ? count || *AT(status) != V2P_STATUS_INVALID :
		      !count || count > V2P_LEVEL_MAX + 1 || *AT(status) == V2P_STATUS_INVALID)
		return form(ask, "a wrong number of steps");
	if ((count < ask->walk.count ? count : ask->walk.count) > expect->most)
		return form(ask, "steps that have no room");
	if (!MEMBER(ask, walk, root) || MEMBER(ask, walk, root) & ~ARCH_ROOT_BITS ||
	    !steps_possible(ask, count))
		return form(ask, "steps that lead somewhere else");
	return !is_known_place(handle, address) ||
	       agrees(ask, handle, address, *AT(status), MEMBER(ask, walk, physical));
#undef AT
}

/* How far it came, of a range whose ends it has found for itself. */
static bool progress_possible(const struct ask *ask, const struct handle *handle,
			      uint64_t count, uint64_t next, uint64_t done, uint64_t changing)
{
	const struct v2p_ioctl_extents *request = &ask->extents;
	const uint64_t first = request->next ?: handle->first;
	const uint64_t last = request->last == UINT64_MAX ? handle->last : request->last;

	if (done > 1 || changing > 1 || count > request->count)
		return false;
	if (done)
		return next == last + 1;
	if (next < first || next > last)
		return false;
	/* One ioctl does a bounded amount of work, but it gets on, or says why not. */
	return next > first ||
	       (!count && changing && request->options & V2P_OPTION_STOP_AT_CHANGING);
}

static bool judge_extents(const struct ask *ask, const struct handle *handle,
			  const struct expect *expect)
{
	const uint64_t count = MEMBER(ask, extents, count), next = MEMBER(ask, extents, next);
	const uint64_t changing = MEMBER(ask, extents, changing);
	const struct v2p_ioctl_extents known = ask_extents(ask);
	const uint64_t last = ask->extents.last;
	struct answer answer;
	unsigned int i;

	if (count > expect->most ||
	    !progress_possible(ask, handle, count, next, MEMBER(ask, extents, done), changing))
		return form(ask, "a wrong way of going on");
	read_arrays(ask, &answer, count);
	answer.attributes[V2P_A_NEXT] = (const void *)&next;
	if (!answer_elements_possible(&answer, true) || !answer_extents_possible(&answer))
		return form(ask, "an impossible extent");
	for (i = 0; i < count; i++) {
		const uint64_t start = answer_u64(&answer, V2P_A_VIRTUAL, i);
		const uint64_t length = answer_u64(&answer, V2P_A_LENGTH, i);

		if (start < ask->extents.next || start + (length - 1) > last)
			return form(ask, "an extent out of the range");
		if (!filter_passes(&known, &answer, i))
			return form(ask, "an extent that nobody wants");
		if (answer.attributes[V2P_A_FLAGS] && !changing &&
		    answer_u64(&answer, V2P_A_FLAGS, i) & V2P_FLAG_CHANGING)
			return form(ask, "whether it is changing");
	}
	if (!count || !answer.attributes[V2P_A_PHYSICAL])
		return true;
	/* The first, of which nothing else is known than that it is there. */
	if (!is_known_place(handle, answer_u64(&answer, V2P_A_VIRTUAL, 0)) ||
	    answer_u64(&answer, V2P_A_STATUS, 0) != V2P_STATUS_MAPPED)
		return true;
	return agrees(ask, handle, answer_u64(&answer, V2P_A_VIRTUAL, 0), V2P_STATUS_MAPPED,
		      answer_u64(&answer, V2P_A_PHYSICAL, 0));
}

static bool judge_writes(const struct ask *ask, const struct expect *expect)
{
	const struct ask_form *form = ask_form(ask);
	uint64_t where;
	unsigned int i;

	if (!expect->early)
		arena_allow(ask->at, form->size);
	for (i = 0; i < form->count && !expect->early; i++)
		if (!form->arrays[i].input && ask_wants(ask, i))
			arena_allow(ask_pointer(ask, i), ask_array_bytes(ask, i));
	return arena_untouched(&where) ||
	       tally_break(PROMISE_UNTOUCHED, "ioctl %u writes to 0x%lx", ask->kind, where);
}

/* What is told of an error that came late: how far it got. */
static bool judge_failure(const struct ask *ask, const struct expect *expect)
{
	uint64_t count;

	if (ask->kind == ASK_WALK)
		return !memcmp(ask->bytes, (const void *)ask->at, ask_form(ask)->size) ||
		       form(ask, "an answer, and an error");
	count = ask->kind == ASK_TRANSLATE ? MEMBER(ask, translate, count) :
					     MEMBER(ask, extents, count);
	return (count < ask_count(ask) && count <= expect->most) ||
	       form(ask, "more than there can be, and an error");
}

bool judge(const struct ask *ask, const struct handle *handle, const struct expect *expect,
	   int error)
{
	if (!(expect_bit(error) & expect->errors))
		return tally_break(PROMISE_IOCTL_ERRORS, "ioctl %u: error %d, not of 0x%x",
				   ask->kind, error, expect->errors);
	if (!judge_writes(ask, expect))
		return false;
	if (expect->early || expect_muddle(ask))
		return true;
	if (!questions_stay(ask))
		return form(ask, "a question that changed");
	if (error)
		return !arena_reach(ask->at, true) || judge_failure(ask, expect);
	TALLY(ioctls_answered[ask->kind]);
	if (ask->kind == ASK_TRANSLATE)
		return MEMBER(ask, translate, count) != ask->translate.count ?
		       form(ask, "less than was asked for") : judge_translate(ask, handle);
	return ask->kind == ASK_WALK ? judge_walk(ask, handle, expect) :
				       judge_extents(ask, handle, expect);
}
