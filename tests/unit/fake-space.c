// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors of address spaces. Each is a file whose content is whose it is, so that
 * whoever gets it, however, has it; ioctl() of all other files is the real one.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/v2p_ioctl.h>

#include <v2p-layout.h>

#include "fake-map.h"
#include "fake-space.h"

/* "virtual" is a word of C++: struct v2p_extent calls it so. */
#define virtual address

#define MAGIC 0x7632702d73706163ULL

/**
 * struct space - what such a file holds
 */
struct space {
	uint64_t magic;
	uint32_t pid;
	uint16_t kernel;
	uint16_t user_root;
};

int fake_space_open(void)
{
	const struct space space = { MAGIC, fake.pid, fake.kernel, fake.user_root };
	const int fd = memfd_create("fake space", MFD_CLOEXEC);

	assert(fd >= 0 && write(fd, &space, sizeof(space)) == sizeof(space));
	return fd;
}

static bool is_space(int fd, struct space *space)
{
	const int before = errno;
	const bool is = pread(fd, space, sizeof(*space), 0) == sizeof(*space) &&
			space->magic == MAGIC;

	errno = before;
	return is;
}

/* Element @i of an array that is left out where it is 0. */
static void put(uint64_t array, size_t i, const void *element, size_t size)
{
	if (array)
		memcpy((char *)(uintptr_t)array + i * size, element, size);
}

/*
 * V2P_MOVES is "LOOK:ADDRESS:OTHER,...": from that translation on, the first being 1, the address
 * is answered as the other one is; or, with ^ before a number, with these flags changed.
 */
static void move(unsigned int look, uint64_t address, struct v2p_translation *answer)
{
	const char *at = getenv("V2P_MOVES");
	unsigned int from;
	uint64_t whose;
	int length;

	for (; at && sscanf(at, "%u:%" SCNx64 ":%n", &from, &whose, &length) == 2;
	     at = *at ? at + 1 : at) {
		const bool flags = at[length] == '^';
		const uint64_t other = strtoull(at + length + flags, (char **)&at, 0);

		if (look < from || whose != address)
			continue;
		if (flags)
			answer->flags ^= other;
		else
			*answer = fake_translation(other);
	}
}

static int translate(struct v2p_ioctl_translate *question)
{
	const uint64_t *addresses = (const uint64_t *)(uintptr_t)question->addresses;
	bool changing = false;
	size_t i;

	static unsigned int translations;
	const bool first = question->size == offsetof(struct v2p_ioctl_translate, out_node);

	/* It is smaller for those alone who do not ask for what it could be larger for. */
	assert(first ? !question->out_node && !question->out_page_kind :
		       question->size == sizeof(*question));
	assert(question->count && question->out_status);
	if (fake.no_pages && (question->out_node || question->out_page_kind))
		return -E2BIG;
	translations++;
	if (question->count > fake.largest)
		fake.largest = question->count;
	fake.fields = 0;
#define ASKED(field, type, member, bits) fake.fields |= question->out_##member ? (field) : 0;
	V2P_TRANSLATE_ARRAYS(ASKED)
#undef ASKED
	fake.known_states = question->known_states;
	fake.known_flags = question->known_flags;
	if (fake.memory && question->count > fake.memory) {
		question->count = 0;
		return -ENOMEM;
	}
	for (i = 0; i < question->count; i++) {
		struct v2p_translation t = fake_answer(addresses[i], &changing);

		move(translations, addresses[i], &t);
#define PUT(field, type, member, bits) \
		put(question->out_##member, i, &t.member, (bits) / 8);
		V2P_TRANSLATE_ARRAYS(PUT)
#undef PUT
	}
	question->changing = changing;
	fake.changing -= changing;
	return 0;
}

static int walk(struct v2p_ioctl_walk *question)
{
	struct v2p_ioctl_step *steps = (struct v2p_ioctl_step *)(uintptr_t)question->out_steps;
	struct v2p_translation t;
	struct v2p_walk found;
	bool changing = false;
	uint32_t i;

	assert(question->size == sizeof(*question));
	fake.known_states = question->known_states;
	fake.known_flags = question->known_flags;
	fake_walk(question->address, &found);
	t = fake_answer(question->address, &changing);
	fake.changing -= changing;
	for (i = 0; i < found.step_count && i < question->count; i++)
		steps[i] = (struct v2p_ioctl_step){
			.entry_physical = found.steps[i].entry_physical,
			.entry = found.steps[i].entry,
			.index = found.steps[i].index,
			.flags = found.steps[i].flags,
			.level = found.steps[i].level,
		};
	question->count = found.step_count;
	question->root = found.root;
	question->physical = t.physical;
	question->entry = t.entry;
	question->swap_offset = t.swap_offset;
	question->flags = t.flags;
	question->status = t.status;
	question->page_shift = t.page_shift;
	question->level = t.level;
	question->memory_type = t.memory_type;
	question->protection_key = t.protection_key;
	question->swap_type = t.swap_type;
	memset(question->reserved, 0, sizeof(question->reserved));
	return 0;
}

static void read_range(const struct v2p_ioctl_extents *question)
{
	fake.range = (struct v2p_range){
		.start = question->next,
		.length = question->last == UINT64_MAX ? V2P_TO_THE_END :
							 question->last - question->next + 1,
		.page_shifts = question->page_shifts,
		.states = question->states,
		.with_flags = question->with_flags,
		.without_flags = question->without_flags,
		.memory_types = question->memory_types,
		.merge = question->options & V2P_OPTION_MERGE,
	};
	fake_map_set_physical((const void *)(uintptr_t)question->physical_ranges,
			      question->physical_range_count);
	fake.fields = 0;
#define ASKED(field, type, member, bits) fake.fields |= question->out_##member ? (field) : 0;
	V2P_MAP_ARRAYS(ASKED)
#undef ASKED
	fake.known_states = question->known_states;
	fake.known_flags = question->known_flags;
}

/* Holes are being changed for as many ioctls as fake.changing says. Returns whether one stops. */
static bool stops(struct v2p_ioctl_extents *question, struct v2p_extent *extent)
{
	if (extent->status != V2P_STATUS_NONE || !fake.changing)
		return false;
	if (question->options & V2P_OPTION_STOP_AT_CHANGING) {
		question->changing = 1;
		return true;
	}
	extent->flags |= V2P_FLAG_CHANGING;
	return false;
}

/* Whether an error comes before the extent at which the place is now, or the end. */
static bool is_bad(const struct fake_place *place, bool end)
{
	return fake.map_error &&
	       place->at + end > (uint64_t)fake.map_error_after * fake.per_message;
}

static int fail(struct v2p_ioctl_extents *question)
{
	const int error = fake.map_error;

	if (fake.once)
		fake.map_error = 0;
	question->done = 0;
	return error;
}

static int tell_extents(struct v2p_ioctl_extents *question, struct fake_place *place)
{
	const size_t room = question->count;
	size_t count = 0;

	while (count < room) {
		const struct fake_place before = *place;
		struct v2p_extent extent;
		bool wanted;

		question->count = count;
		question->done = !fake_map_extent(place, &extent);
		if (is_bad(place, question->done))
			return fail(question);
		if (question->done)
			break;
		if (stops(question, &extent)) {
			*place = before;
			question->next = extent.address;
			break;
		}
		question->next = place->next;
		wanted = fake_map_wants(&extent);
#define PUT(field, type, member, bits) \
		if (wanted) \
			put(question->out_##member, count, &extent.member, (bits) / 8);
		V2P_MAP_ARRAYS(PUT)
#undef PUT
		if (wanted && extent.flags & V2P_FLAG_CHANGING)
			question->changing = 1;
		count += wanted;
	}
	question->count = count;
	return 0;
}

static int extents(struct v2p_ioctl_extents *question)
{
	struct fake_place place;
	int error;

	assert(question->size == sizeof(*question) && question->count);
	assert(question->out_virtual && question->out_length && question->out_status);
	if (fake.no_physical && question->physical_ranges)
		return -E2BIG;
	if (fake.no_pages && (question->out_node || question->out_page_kind))
		return -E2BIG;
	read_range(question);
	error = fake_map_begin(&place);
	if (error)
		return error;
	question->done = question->changing = 0;
	fake_map_delay(true);
	/* Where that is to be seen, there are several. */
	if (fake.delay && question->count > fake.per_message)
		question->count = fake.per_message;
	error = tell_extents(question, &place);
	if (question->done)
		question->next = place.end;
	fake.changing -= question->changing;
	return error;
}

static uint8_t command_of(unsigned long request)
{
	return request == V2P_IOCTL_TRANSLATE ? V2P_CMD_TRANSLATE :
	       request == V2P_IOCTL_WALK ? V2P_CMD_WALK : V2P_CMD_MAP;
}

static int answer(const struct space *space, unsigned long request, void *question)
{
	int error;

	fake.ioctls++;
	fake.kernel = space->kernel;
	fake.pid = space->pid;
	fake.user_root = space->user_root;
	/* What came before any answer leaves the question as it was. */
	error = fake_refusal(command_of(request));
	if (error)
		return error;
	switch (request) {
	case V2P_IOCTL_TRANSLATE:
		error = translate(question);
		break;
	case V2P_IOCTL_WALK:
		error = walk(question);
		break;
	case V2P_IOCTL_EXTENTS:
		error = extents(question);
		break;
	default:
		return -ENOTTY;
	}
	return error || !fake.mutate_ioctl ? error : fake.mutate_ioctl(request, question);
}

int ioctl(int fd, unsigned long request, ...)
{
	struct space space;
	va_list arguments;
	void *argument;
	int ret;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	if (!is_space(fd, &space))
		return syscall(SYS_ioctl, fd, request, argument);
	ret = answer(&space, request, argument);
	if (ret >= 0)
		return ret;
	errno = -ret;
	return -1;
}
