// SPDX-License-Identifier: GPL-2.0
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/genetlink.h>

#include <v2p-layout.h>

#include "fake-map.h"

/* "virtual" is a word of C++: struct v2p_extent calls it so. */
#define virtual address

#define BASE 0x100000000ULL
#define STRIDE 0x400000ULL
#define HIGHER_HALF 0xffff800000000000ULL
#define PAGE 4096ULL

/**
 * struct dump - what is being answered
 * @told: there are no more extents
 */
static struct dump {
	bool running;
	struct nlmsghdr request;
	struct fake_place place;
	bool told;
} dump;

static bool from_mappings, first_pages_alone;
static struct v2p_extent mappings[1000];

void fake_map_use_mappings(bool first_pages)
{
	from_mappings = true;
	first_pages_alone = first_pages;
}

/* Mappings side by side are one extent: physical memory is contiguous, too. */
static void read_mappings(uint32_t pid)
{
	char path[64], line[8192];
	FILE *file;

	fake.extents = 0;
	snprintf(path, sizeof(path), "/proc/%u/maps", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		struct v2p_extent *last = &mappings[fake.extents - 1];
		unsigned long long start, end;

		assert(sscanf(line, "%llx-%llx", &start, &end) == 2);
		if (start >> 47)
			continue;
		if (first_pages_alone)
			end = start + PAGE;
		if (fake.extents && last->address + last->length == start) {
			last->length += end - start;
			continue;
		}
		assert(fake.extents < sizeof(mappings) / sizeof(*mappings));
		mappings[fake.extents++] = (struct v2p_extent){
			.address = start,
			.physical = start & 0xffffffffff,
			.length = end - start,
			.flags = V2P_FLAG_PRESENT | V2P_FLAG_USER,
			.status = V2P_STATUS_MAPPED,
			.page_shift = 12,
		};
	}
	if (file)
		fclose(file);
}

/* What a caller does not know is told as what it knows; but no bit is a number above 31. */
static uint8_t stand_in(uint8_t status)
{
	return status > 31 || fake.known_states & 1U << status ? status : V2P_STATUS_MARKER;
}

struct v2p_extent fake_extent(uint64_t i)
{
	struct v2p_extent extent = {
		.address = BASE + i * STRIDE,
		.length = (1 + i % 16) * PAGE,
		.status = V2P_STATUS_MAPPED,
		.page_shift = 12,
		.node = V2P_NO_NODE,
	};

	if (from_mappings)
		return mappings[i];
	if (fake.kernel)
		extent.address += HIGHER_HALF;
	if (i % 10 == 9) {
		extent.page_shift = 21;
		extent.length = STRIDE / 2;
	}
	extent.level = extent.page_shift == 21 ? V2P_LEVEL_PMD : V2P_LEVEL_PTE;
	if (i % 8 == 5) {
		extent.status = stand_in(fake.absent_status);
		extent.swap_type = i % 3;
		extent.swap_offset = i << 9;
		return extent;
	}
	extent.memory_type = 1 + i / 3 % V2P_MEMORY_TYPE_MAX;
	extent.protection_key = i / 5 % 16;
	extent.node = i / 7 % 3;
	extent.page_kind = i / 9 % __V2P_PAGE_KIND_MAX;
	extent.physical = (i * 0x9e3779b1 & 0xffffff) << 21;
	extent.flags = V2P_FLAG_PRESENT | (i % 2 ? V2P_FLAG_WRITE : 0) |
		       (i % 3 ? 0 : V2P_FLAG_DIRTY);
	return extent;
}

/* Whether some extent reaches into these addresses; the first, then. */
static bool find_extent(uint64_t start, uint64_t size, struct v2p_extent *extent)
{
	uint64_t i;

	for (i = 0; i < fake.extents; i++) {
		*extent = fake_extent(i);
		if (extent->address - start < size || start - extent->address < extent->length)
			return true;
	}
	return false;
}

struct v2p_translation fake_map_translation(uint64_t address)
{
	static const uint8_t shifts[] = { 39, 30, 21, 12 };
	struct v2p_translation translation = { .status = V2P_STATUS_NONE };
	struct v2p_extent extent;
	unsigned int i;

	for (i = 0; i < sizeof(shifts); i++) {
		translation.page_shift = shifts[i];
		if (!find_extent(address >> shifts[i] << shifts[i], 1ULL << shifts[i], &extent))
			return translation;
	}
	translation.status = extent.status;
	translation.physical = extent.physical + (address - extent.address);
	translation.page_shift = extent.page_shift;
	translation.level = extent.level;
	return translation;
}

/* Where the memory is that an extent leads to, or led to; UINT64_MAX for nowhere. */
static uint64_t frame_of(const struct v2p_extent *extent)
{
	switch (extent->status) {
	case V2P_STATUS_MAPPED:
		return extent->physical;
	case V2P_STATUS_MIGRATING:
	case V2P_STATUS_POISONED:
	case V2P_STATUS_DEVICE:
		return extent->swap_offset * PAGE;
	default:
		return UINT64_MAX;
	}
}

/* Cut to the first of the ranges that reaches into it; the tests ask for one of each. */
static bool cut_to_physical(struct v2p_extent *extent)
{
	const struct v2p_range *range = &fake.range;
	const uint64_t first = frame_of(extent), last = first + (extent->length - 1);
	size_t i;

	if (first == UINT64_MAX)
		return !range->physical_count;
	for (i = 0; i < range->physical_count; i++) {
		const uint64_t start = range->physical[i].start;
		const uint64_t end = start + (range->physical[i].length - 1);

		if (start > last || end < first)
			continue;
		extent->length = (end < last ? end : last) - (start > first ? start : first) + 1;
		if (start <= first)
			return true;
		extent->address += start - first;
		if (extent->status == V2P_STATUS_MAPPED)
			extent->physical = start;
		else
			extent->swap_offset = start / PAGE;
		return true;
	}
	return !range->physical_count;
}

void fake_map_set_physical(const void *ranges, size_t count)
{
	assert(count <= V2P_MAX_PHYSICAL_RANGES);
	if (count)
		memcpy(fake.physical, ranges, count * sizeof(*fake.physical));
	fake.range.physical = count ? fake.physical : NULL;
	fake.range.physical_count = count;
}

bool fake_map_wants(struct v2p_extent *extent)
{
	const struct v2p_range *range = &fake.range;

	const uint32_t states = range->states ? range->states : V2P_DEFAULT_STATES;

	if (extent->status < 32 && !(states & 1U << extent->status))
		return false;
	if (range->memory_types && !(range->memory_types & 1U << extent->memory_type))
		return false;
	if (range->page_shifts && !(range->page_shifts & 1ULL << extent->page_shift))
		return false;
	return (extent->flags & range->with_flags) == range->with_flags &&
	       !(extent->flags & range->without_flags) && cut_to_physical(extent);
}

/* Extents that end before the place: each ioctl would go over them anew. */
static void skip_extents(struct fake_place *place)
{
	const uint64_t base = fake.kernel ? BASE + HIGHER_HALF : BASE;
	const uint64_t before = place->next > base ? (place->next - base) / STRIDE : 0;

	if (!from_mappings && place->at < before)
		place->at = before < fake.extents ? before : fake.extents;
}

bool fake_map_extent(struct fake_place *place, struct v2p_extent *extent)
{
	skip_extents(place);
	while (place->at < fake.extents) {
		uint64_t end;

		*extent = fake_extent(place->at);
		end = extent->address + extent->length;
		if (place->end && extent->address >= place->end)
			break;
		place->at++;
		if (end <= place->next)
			continue;
		if (extent->address < place->next) {
			if (extent->status == V2P_STATUS_MAPPED)
				extent->physical += place->next - extent->address;
			else
				extent->swap_offset += (place->next - extent->address) / PAGE;
			extent->address = place->next;
		}
		if (place->end && end > place->end)
			end = place->end;
		extent->length = end - extent->address;
		place->next = end;
		return true;
	}
	return false;
}

/* The next extent that is asked for. */
static bool next_extent(struct v2p_extent *extent)
{
	while (fake_map_extent(&dump.place, extent))
		if (fake_map_wants(extent))
			return true;
	return false;
}

static struct nlmsghdr *begin(struct message *message, uint16_t type)
{
	struct nlmsghdr *head = (struct nlmsghdr *)(message->bytes + message->length);

	message->head = message->length;
	memset(head, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	head->nlmsg_type = type;
	head->nlmsg_flags = NLM_F_MULTI;
	head->nlmsg_seq = dump.request.nlmsg_seq + fake.reply_seq;
	head->nlmsg_pid = dump.request.nlmsg_pid;
	message->length += NLMSG_HDRLEN;
	return head;
}

static void end(struct message *message)
{
	struct nlmsghdr *head = (struct nlmsghdr *)(message->bytes + message->head);

	head->nlmsg_len = message->length - message->head;
}

/* Returns whether there may be more. */
static bool put_extents(struct message *message)
{
#define ARRAY(field, type, member, bits) uint##bits##_t member[4096];
	static struct { V2P_MAP_ARRAYS(ARRAY) } a;
#undef ARRAY
	struct nlmsghdr *head = begin(message, FAKE_FAMILY + fake.reply_type);
	struct genlmsghdr *generic = NLMSG_DATA(head);
	const bool changing = fake.changing && dump.place.at && fake.retry;
	struct v2p_extent extent;
	size_t count = 0;

	generic->cmd = V2P_CMD_MAP + fake.reply_command;
	generic->version = V2P_FAMILY_VERSION;
	message->length += GENL_HDRLEN;
	assert(fake.per_message && fake.per_message <= 4096);
	while (!changing && count < fake.per_message && next_extent(&extent)) {
#define SET(field, type, member, bits) a.member[count] = extent.member;
		V2P_MAP_ARRAYS(SET)
#undef SET
		count++;
	}
	if (changing)
		fake.changing--;
	else if (count < fake.per_message)
		dump.place.next = dump.place.end;
	fake_put(message, V2P_A_NEXT, &dump.place.next, sizeof(dump.place.next));
#define PUT(field, type, member, bits) \
	if (count && (!(field) || fake.fields & (field))) \
		fake_put(message, type, a.member, count * ((bits) / 8));
	V2P_MAP_ARRAYS(PUT)
#undef PUT
	if (changing)
		fake_put(message, V2P_A_CHANGING, NULL, 0);
	end(message);
	return changing || count == fake.per_message;
}

static void put_done(struct message *message, int32_t error)
{
	struct nlmsghdr *head = begin(message, NLMSG_DONE);

	memcpy(message->bytes + message->length, &error, sizeof(error));
	message->length += sizeof(error);
	if (error && fake.words) {
		head->nlmsg_flags |= NLM_F_ACK_TLVS;
		fake_put_words(message, fake.words);
	}
	end(message);
	dump.running = false;
}

/* Only delays take time, or what is tested would depend on how busy the machine is. */
static uint64_t clock_us;

int clock_gettime(clockid_t clock, struct timespec *time)
{
	(void)clock;
	time->tv_sec = clock_us / 1000000;
	time->tv_nsec = clock_us % 1000000 * 1000;
	return 0;
}

int nanosleep(const struct timespec *time, struct timespec *left)
{
	(void)left;
	clock_us += time->tv_sec * 1000000 + time->tv_nsec / 1000;
	fake.slept += time->tv_sec * 1000000 + time->tv_nsec / 1000;
	return 0;
}

/* A wait is as long as it is, but what passes meanwhile is no more than was asked for. */
int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
	struct timespec left = *timeout;
	const int ready = syscall(SYS_ppoll, fds, count, &left, mask, sizeof(uint64_t));

	if (!ready)
		clock_us += timeout->tv_sec * 1000000 + timeout->tv_nsec / 1000;
	return ready;
}

void fake_map_delay(bool waits)
{
	if (waits)
		clock_us += fake.delay;
	while (fake.stuck_after && fake.datagrams == fake.stuck_after)
		pause();
	fake.datagrams++;
}

bool fake_map_next(struct message *message)
{
	unsigned int i;

	if (!dump.running)
		return false;
	/* The first is made while the request is sent. */
	fake_map_delay(fake.datagrams);
	message->length = 0;
	if (fake.map_error && !fake.map_error_after) {
		put_done(message, fake.map_error);
		if (fake.once)
			fake.map_error = 0;
		return true;
	}
	fake.map_error_after -= fake.map_error != 0;

	for (i = 0; !dump.told && i < fake.per_datagram; i++)
		dump.told = !put_extents(message);
	if (dump.told && !(fake.done_apart && message->length))
		put_done(message, 0);
	return true;
}

void fake_map_stop(void)
{
	dump = (struct dump){ 0 };
}

static void read_attribute(const struct nlattr *attr)
{
	const unsigned char *data = (const unsigned char *)attr + NLA_HDRLEN;
	struct v2p_range *range = &fake.range;

	switch (attr->nla_type) {
	case V2P_A_START:
		memcpy(&range->start, data, sizeof(range->start));
		break;
	case V2P_A_SIZE:
		memcpy(&range->length, data, sizeof(range->length));
		break;
	case V2P_A_STATES:
		memcpy(&range->states, data, sizeof(range->states));
		break;
	case V2P_A_PAGE_SHIFTS:
		memcpy(&range->page_shifts, data, sizeof(range->page_shifts));
		break;
	case V2P_A_WITH_FLAGS:
		memcpy(&range->with_flags, data, sizeof(range->with_flags));
		break;
	case V2P_A_WITHOUT_FLAGS:
		memcpy(&range->without_flags, data, sizeof(range->without_flags));
		break;
	case V2P_A_MEMORY_TYPES:
		memcpy(&range->memory_types, data, sizeof(range->memory_types));
		break;
	case V2P_A_MERGE:
		range->merge = 1;
		break;
	case V2P_A_PHYSICAL_RANGES:
		fake_map_set_physical(data, (attr->nla_len - NLA_HDRLEN) / sizeof(*fake.physical));
		break;
	case V2P_A_RETRY:
		memcpy(&fake.retry, data, sizeof(fake.retry));
		break;
	}
}

/* One message, which may end in the middle of the range. */
void fake_map_at_once(struct message *message)
{
	struct nlmsghdr *head = (struct nlmsghdr *)message->bytes;

	message->length = 0;
	put_extents(message);
	head->nlmsg_flags = 0;
	fake.dumps--;
	fake_map_stop();
}

int fake_map_begin(struct fake_place *place)
{
	const struct v2p_range *range = &fake.range;

	if (!range->length || (fake.kernel ? range->start && range->start < HIGHER_HALF :
			       fake.user_root ? range->start >> 47 && range->start < HIGHER_HALF :
						range->start >> 47))
		return -EINVAL;
	*place = (struct fake_place){ .next = range->start };
	if (range->length != V2P_TO_THE_END) {
		place->end = range->start + range->length;
		if (fake.user_root ? place->end - 1 < range->start ||
				     ((place->end - 1) >> 47 && place->end - 1 < HIGHER_HALF) :
		    fake.kernel ? range->start < HIGHER_HALF || place->end - 1 < range->start :
				  place->end < range->start || place->end > 1ULL << 47)
			return -EINVAL;
	}
	if (from_mappings)
		read_mappings(fake.pid);
	return 0;
}

int fake_map_start(const struct nlmsghdr *request, const char **words)
{
	const unsigned char *bytes = (const unsigned char *)request;
	size_t at = NLMSG_HDRLEN + GENL_HDRLEN;
	int error;

	assert(!dump.running);
	fake.retry = 0;
	fake.bad = 0;
	fake.range = (struct v2p_range){ .length = V2P_TO_THE_END };
	while (at < request->nlmsg_len) {
		const struct nlattr *attr = (const struct nlattr *)(bytes + at);

		if (attr->nla_type == V2P_A_PHYSICAL_RANGES && fake.no_physical) {
			*words = "Unknown attribute type";
			fake.bad = at;
			return -EINVAL;
		}
		read_attribute(attr);
		at += NLA_ALIGN(attr->nla_len);
	}

	*words = "the range is empty, wraps, or leaves the address space";
	dump = (struct dump){ .request = *request };
	error = fake_map_begin(&dump.place);
	if (error)
		return error;
	dump.running = true;
	fake.dumps++;
	return 0;
}
