// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <string.h>

#include <linux/v2p.h>
#include <v2p-layout.h>

#include "address.h"
#include "arena.h"
#include "ask.h"
#include "filter.h"
#include "pagemap.h"

#define HUGE (2UL << 20)
#define MOST_STEPS 8

#define OUT(argument, field, type, member, bits) {				\
	.attribute = (type), .pointer = offsetof(argument, out_##member),	\
	.element = (bits) / 8, .required = !(field),				\
},

static const struct ask_array translate_arrays[] = {
	{ .pointer = offsetof(struct v2p_ioctl_translate, addresses), .element = 8,
	  .required = true, .input = true },
#define ARRAY(...) OUT(struct v2p_ioctl_translate, __VA_ARGS__)
	V2P_TRANSLATE_ARRAYS(ARRAY)
#undef ARRAY
};

static const struct ask_array walk_arrays[] = {
	{ .pointer = offsetof(struct v2p_ioctl_walk, out_steps),
	  .element = sizeof(struct v2p_ioctl_step), .required = true },
};

static const struct ask_array extents_arrays[] = {
#define ARRAY(...) OUT(struct v2p_ioctl_extents, __VA_ARGS__)
	V2P_MAP_ARRAYS(ARRAY)
#undef ARRAY
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FORM(_number, _type, _last, _arrays) { \
	.number = (_number), .size = sizeof(_type), .arrays = (_arrays), .count = COUNT(_arrays), \
	.first = offsetof(_type, _last) + sizeof(((_type *)0)->_last), \
}

const struct ask_form ask_forms[ASK_KINDS] = {
	[ASK_TRANSLATE] = FORM(V2P_IOCTL_TRANSLATE, struct v2p_ioctl_translate, out_protection_key,
			       translate_arrays),
	[ASK_WALK] = FORM(V2P_IOCTL_WALK, struct v2p_ioctl_walk, reserved, walk_arrays),
	[ASK_EXTENTS] = FORM(V2P_IOCTL_EXTENTS, struct v2p_ioctl_extents, out_protection_key,
			     extents_arrays),
};

_Static_assert(COUNT(translate_arrays) <= ARENA_WRITABLE - ARENA_ARRAYS &&
	       COUNT(extents_arrays) <= ARENA_WRITABLE - ARENA_ARRAYS, "a zone for each");

uint64_t ask_pointer(const struct ask *ask, unsigned int array)
{
	const unsigned int at = ask_form(ask)->arrays[array].pointer;
	uint64_t pointer = 0;

	if (ask->size > at)
		memcpy(&pointer, ask->bytes + at,
		       ask->size - at < sizeof(pointer) ? ask->size - at : sizeof(pointer));
	return pointer;
}

static void set_pointer(struct ask *ask, unsigned int array, uint64_t pointer)
{
	memcpy(ask->bytes + ask_form(ask)->arrays[array].pointer, &pointer, sizeof(pointer));
}

uint64_t ask_count(const struct ask *ask)
{
	switch (ask->kind) {
	case ASK_TRANSLATE:
		return ask->translate.count;
	case ASK_WALK:
		return ask->walk.count < MOST_STEPS ? ask->walk.count : MOST_STEPS;
	default:
		return ask->extents.count;
	}
}

bool ask_wants(const struct ask *ask, unsigned int array)
{
	return ask_form(ask)->arrays[array].required || ask_pointer(ask, array);
}

uint64_t ask_array_bytes(const struct ask *ask, unsigned int array)
{
	const uint64_t element = ask_form(ask)->arrays[array].element, count = ask_count(ask);

	return count < UINT64_MAX / element ? count * element : UINT64_MAX;
}

/* Around what the module answers from its stack, from one piece, and from many. */
static uint64_t some_count(struct random *random)
{
	if (one_in(random, 24))
		return 1 + random_below(random, 8192);
	return 1 + random_below(random, one_in(random, 3) ? 100 : 8);
}

static void set_count(struct ask *ask, uint64_t count)
{
	if (ask->kind == ASK_TRANSLATE)
		ask->translate.count = count;
	else if (ask->kind == ASK_WALK)
		ask->walk.count = count;
	else
		ask->extents.count = count;
}

static void change_count(struct ask *ask, struct random *random, const struct handles *handles)
{
	static const uint64_t counts[] = {
		0, 0, 1, 14, 15, 48, 49, 388, 389, 1811, 1812, 1 << 16, UINT32_MAX, 1ULL << 32,
		1ULL << 60, 1ULL << 61, INT64_MAX, UINT64_MAX,
	};

	(void)handles;
	set_count(ask, RANDOM_OF(random, counts));
}

/* A valid range: all of it, or where there is something, or may be. */
static void set_range(struct ask *ask, struct random *random, const struct handle *handle)
{
	static const uint64_t starts[] = { 0, PLACE_START - HUGE, PLACE_START, 0x400000,
					   ARENA_START, 0x7f0000000000 };
	static const uint64_t sizes[] = { 1, PAGE_SIZE - 1, PAGE_SIZE, 3 * PAGE_SIZE,
					  16 * PAGE_SIZE, HUGE, HUGE + 1, 1UL << 30 };
	uint64_t start = RANDOM_OF(random, starts), size = RANDOM_OF(random, sizes);

	ask->extents.last = UINT64_MAX;
	if (handle->kernel || (handle->above && one_in(random, 3))) {
		/* Much of the kernel's memory may be mapped. */
		start = address_in_kernel(random);
		size = size % (4 * HUGE) + 1;
		if (start < (handle->above ?: handle->first))
			start = handle->above ?: handle->first;
	} else if (one_in(random, 3)) {
		return;
	} else if (one_in(random, 4)) {
		start += random_below(random, HUGE);
	}
	ask->extents.next = start;
	if (handle->kernel || !one_in(random, 3))
		ask->extents.last = size - 1 < UINT64_MAX - start ? start + size - 1 : UINT64_MAX;
}

static void place_array(struct ask *ask, struct random *random, unsigned int array, bool torn)
{
	const struct ask_array *form = &ask_form(ask)->arrays[array];

	if (!form->required && one_in(random, 2)) {
		set_pointer(ask, array, 0);
		return;
	}
	set_pointer(ask, array, arena_place(random, torn ? ARENA_TORN : ARENA_ARRAYS + array,
					    ask_array_bytes(ask, array),
					    form->element < 8 ? form->element : 8));
}

static void make(struct ask *ask, struct random *random, const struct handles *handles,
		 enum handle_kind handle, bool torn)
{
	unsigned int i;

	*ask = (struct ask){
		.kind = random_below(random, ASK_KINDS), .handle = handle,
		.addresses = random_number(random), .compat = one_in(random, 8),
		.everywhere = one_in(random, 512),
	};
	ask->number = ask_form(ask)->number;
	ask->size = ask_form(ask)->size;
	ask->at = arena_place(random, ARENA_STRUCTURE, ask->size, 8);
	set_count(ask, some_count(random));
	for (i = 0; i < ask_form(ask)->count; i++)
		place_array(ask, random, i, torn);
	if (ask->kind == ASK_WALK) {
		ask->walk.count = random_below(random, 7);
		ask->walk.address = address_any(random, has_upper(&handles->all[handle]));
	} else if (ask->kind == ASK_EXTENTS) {
		set_range(ask, random, &handles->all[handle]);
		filter_make(&ask->extents, random);
	}
}

void ask_make(struct ask *ask, struct random *random, const struct handles *handles)
{
	make(ask, random, handles, random_below(random, HANDLE_KERNEL + 1), false);
}

void ask_make_torn(struct ask *ask, struct random *random, const struct handles *handles,
		   enum handle_kind handle)
{
	make(ask, random, handles, handle, true);
}

static void change_handle(struct ask *ask, struct random *random, const struct handles *handles)
{
	(void)handles;
	ask->handle = random_below(random, one_in(random, 4) ? HANDLES : HANDLE_DEVICE);
}

/* Another one, or none: those of this type are ours alone. */
static void change_number(struct ask *ask, struct random *random, const struct handles *handles)
{
	static const uint32_t numbers[] = {
		V2P_IOCTL_TRANSLATE, V2P_IOCTL_WALK, V2P_IOCTL_EXTENTS, _IO(V2P_IOCTL_TYPE, 3),
		_IO(V2P_IOCTL_TYPE, 255), _IOWR(V2P_IOCTL_TYPE, 0, struct v2p_ioctl_translate),
		_IOR(V2P_IOCTL_TYPE, 1, struct v2p_ioctl_walk), _IOW(V2P_IOCTL_TYPE, 2, int),
	};
	unsigned int i;

	(void)handles;
	if (one_in(random, 2)) {
		ask->number = _IO(V2P_IOCTL_TYPE, 0) | (random_number(random) & 0xffff00ff);
		return;
	}
	ask->number = RANDOM_OF(random, numbers);
	for (i = 0; i < ASK_KINDS; i++)
		if (ask->number == ask_forms[i].number && i != ask->kind)
			ask->number = ask_form(ask)->number;
}

static void change_size(struct ask *ask, struct random *random, const struct handles *handles)
{
	const uint32_t known = ask_form(ask)->size, first = ask_form(ask)->first;
	const uint32_t sizes[] = { 0, 3, 4, 8, first - 1, first - 8, first, known - 1, known - 8,
				   known, known + 1, known + 8, 4095, 4096, 4097, 8192,
				   UINT32_MAX };

	(void)handles;
	ask->size = one_in(random, 4) ? known + random_below(random, ASK_TRAIL - known) :
					RANDOM_OF(random, sizes);
	ask->trail = 0;
	if (one_in(random, 3))
		ask->trail = 1 + random_below(random, one_in(random, 2) ? 16 : ASK_TRAIL - known);
}

static void change_at(struct ask *ask, struct random *random, const struct handles *handles)
{
	(void)handles;
	ask->at = one_in(random, 3) ? arena_place(random, ARENA_STRUCTURE, ask->size, 8) :
				      arena_misplace(random, ARENA_STRUCTURE, ask->size);
}

static void change_array(struct ask *ask, struct random *random, const struct handles *handles)
{
	const unsigned int i = random_below(random, ask_form(ask)->count);

	(void)handles;
	if (one_in(random, 3))
		place_array(ask, random, i, false);
	else
		set_pointer(ask, i, arena_misplace(random, ARENA_ARRAYS + i,
						   ask_array_bytes(ask, i)));
}

/* One where another is, or near it, or where the argument is. */
static void overlap(struct ask *ask, struct random *random, const struct handles *handles)
{
	const unsigned int i = random_below(random, ask_form(ask)->count);
	uint64_t other = ask_pointer(ask, random_below(random, ask_form(ask)->count));

	(void)handles;
	if (one_in(random, 4))
		other = ask->at;
	if (other && one_in(random, 2))
		other += random_below(random, 64);
	set_pointer(ask, i, other);
}

static void change_known(struct ask *ask, struct random *random, const struct handles *handles)
{
	(void)handles;
	/* In the same place of all. */
	ask->translate.known_states = random_number(random);
	ask->translate.known_flags = random_number(random);
}

static void change_range(struct ask *ask, struct random *random, const struct handles *handles)
{
	const struct handle *handle = &handles->all[ask->handle];
	const uint64_t ends[] = { 0, 1, handle->first - 1, handle->first, handle->last,
				  handle->last + 1, handle->below, handle->below + 1,
				  handle->above - 1, handle->above, UINT64_MAX - 1,
				  UINT64_MAX };

	if (ask->kind == ASK_TRANSLATE) {
		ask->addresses = random_number(random);
	} else if (ask->kind == ASK_WALK) {
		ask->walk.address = address_any(random, has_upper(handle));
	} else {
		ask->extents.next = one_in(random, 2) ? RANDOM_OF(random, ends) :
							address_any(random, has_upper(handle));
		ask->extents.last = one_in(random, 2) ? RANDOM_OF(random, ends) :
							address_any(random, has_upper(handle));
	}
}

static void change_filter(struct ask *ask, struct random *random, const struct handles *handles)
{
	(void)handles;
	if (ask->kind == ASK_EXTENTS)
		filter_break(&ask->extents, random);
}

/* What is only answered may hold anything before. */
static void scribble(struct ask *ask, struct random *random, const struct handles *handles)
{
	(void)handles;
	switch (ask->kind) {
	case ASK_TRANSLATE:
		ask->translate.changing = random_number(random);
		break;
	case ASK_WALK:
		memset(&ask->walk.root, random_below(random, 256),
		       sizeof(ask->walk) - offsetof(struct v2p_ioctl_walk, root));
		break;
	default:
		ask->extents.done = random_number(random);
		ask->extents.changing = random_number(random);
	}
}

static void change_compat(struct ask *ask, struct random *random, const struct handles *handles)
{
	(void)random;
	(void)handles;
	ask->compat = !ask->compat;
}

void ask_change(struct ask *ask, struct random *random, const struct handles *handles)
{
	static void (*const ways[])(struct ask *ask, struct random *random,
				    const struct handles *handles) = {
		change_handle, change_handle, change_number, change_size, change_size, change_at,
		change_array, change_array, change_array, overlap, change_known, change_range,
		change_range, change_filter, change_filter, change_count, change_count, scribble,
		change_compat,
	};

	RANDOM_OF(random, ways)(ask, random, handles);
}
