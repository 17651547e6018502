// SPDX-License-Identifier: GPL-2.0
/* The ioctls of a descriptor, by hand: sizes, pointers and numbers of all sorts. */
#include <stddef.h>
#include <string.h>

#include "space.h"

#define PAGES 3000
#define SIZE (PAGES * PAGE_SIZE)

/* Its pages are alternately writable and not, so that each is an extent. */
static char *make_extents(void)
{
	char *area = map_small(SIZE);
	size_t i;

	fill(area, SIZE);
	for (i = 0; i < 64; i += 2)
		if (mprotect(area + i * PAGE_SIZE, PAGE_SIZE, PROT_READ))
			return NULL;
	return mlock(area, SIZE) ? NULL : area;
}

/* A page with nothing behind it. */
static char *map_edge(size_t size)
{
	char *area = mmap(NULL, size + PAGE_SIZE, RW, ANON, -1, 0);

	return munmap(area + size, PAGE_SIZE) ? NULL : area;
}

static uint64_t pointer(const void *to)
{
	return (uintptr_t)to;
}

static struct v2p_ioctl_translate ask_for(const uint64_t *addresses, size_t count,
					  uint8_t *status)
{
	return (struct v2p_ioctl_translate) {
		.size = sizeof(struct v2p_ioctl_translate), .count = count,
		.addresses = pointer(addresses), .out_status = pointer(status),
	};
}

V2P_TEST(unknown_ioctls)
{
	const int fd = open_space(&self->self, getpid());
	struct v2p_ioctl_walk any = { .size = sizeof(any) };

	ASSERT_LE(0, fd);
	EXPECT_EQ(-ENOTTY, ask_ioctl(fd, _IO(V2P_IOCTL_TYPE, 3), &any));
	EXPECT_EQ(-ENOTTY, ask_ioctl(fd, _IO(V2P_IOCTL_TYPE + 1, 0), &any));
	EXPECT_EQ(-ENOTTY, ask_ioctl(fd, 0, NULL));
	EXPECT_EQ(-1, read(fd, &any, 1));
	EXPECT_EQ(-1, write(fd, &any, 1));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0));
}

/* What is larger is a later version's, of which nothing may be asked that is unknown here. */
V2P_TEST(sizes)
{
	const int fd = open_space(&self->self, getpid());
	const uint64_t address = pointer(&fd);
	const struct {
		unsigned long request;
		uint32_t first;
		uint32_t size;
	} ioctls[] = {
		{ V2P_IOCTL_TRANSLATE, offsetof(struct v2p_ioctl_translate, out_node),
		  sizeof(struct v2p_ioctl_translate) },
		{ V2P_IOCTL_WALK, sizeof(struct v2p_ioctl_walk), sizeof(struct v2p_ioctl_walk) },
		{ V2P_IOCTL_EXTENTS, offsetof(struct v2p_ioctl_extents, physical_ranges),
		  sizeof(struct v2p_ioctl_extents) },
	};
	union {
		uint32_t size;
		struct v2p_ioctl_translate translate;
		struct v2p_ioctl_walk walk;
		struct v2p_ioctl_extents extents;
		char bytes[2 * PAGE_SIZE];
	} request;
	struct v2p_ioctl_step steps[V2P_MAX_LEVELS];
	uint64_t virtual, length;
	uint8_t status;
	unsigned int i, k;

	ASSERT_LE(0, fd);
	for (i = 0; i < 3; i++) {
		const uint32_t size = ioctls[i].size, first = ioctls[i].first;
		const struct {
			uint32_t size;
			uint32_t unknown;
			int error;
		} asked[] = {
			{ 0, 0, -EINVAL }, { first - 1, 0, -EINVAL }, { first, 0, 0 },
			{ size, 0, 0 },
			{ size + 8, 0, 0 }, { size + 8, size + 7, -E2BIG }, { size, size, 0 },
			{ PAGE_SIZE, 0, 0 }, { PAGE_SIZE, PAGE_SIZE - 1, -E2BIG },
			{ PAGE_SIZE + 1, 0, -E2BIG }, { UINT32_MAX, 0, -E2BIG },
		};

		for (k = 0; k < sizeof(asked) / sizeof(*asked); k++) {
			memset(&request, 0, sizeof(request));
			if (i == 0) {
				request.translate = ask_for(&address, 1, &status);
			} else if (i == 1) {
				request.walk.address = address;
				request.walk.count = V2P_MAX_LEVELS;
				request.walk.out_steps = pointer(steps);
			} else {
				request.extents.next = request.extents.last = address;
				request.extents.count = 1;
				request.extents.out_virtual = pointer(&virtual);
				request.extents.out_length = pointer(&length);
				request.extents.out_status = pointer(&status);
			}
			request.size = asked[k].size;
			if (asked[k].unknown)
				request.bytes[asked[k].unknown] = 1;
			EXPECT_EQ(asked[k].error, ask_ioctl(fd, ioctls[i].request, &request)) {
				TH_LOG("ioctl %u, %u", i, k);
			}
		}
		EXPECT_EQ(-EFAULT, ask_ioctl(fd, ioctls[i].request, NULL));
		EXPECT_EQ(-EFAULT, ask_ioctl(fd, ioctls[i].request, (void *)(1UL << 63)));
	}
}

/* Nothing is answered where it cannot be told how much. */
V2P_TEST(requests_that_cannot_be_written)
{
	const int fd = open_space(&self->self, getpid());
	char *area = mmap(NULL, PAGE_SIZE, RW, ANON, -1, 0);
	struct v2p_ioctl_translate *translate = (void *)area;
	struct v2p_ioctl_extents *extents = (void *)area;
	uint64_t address = pointer(&address), physical = 0, length = 0;
	uint8_t status = 0;

	ASSERT_LE(0, fd);
	*translate = ask_for(&address, 1, &status);
	translate->out_physical = pointer(&physical);
	EXPECT_EQ(0, ask_ioctl(fd, V2P_IOCTL_TRANSLATE, area));
	ASSERT_EQ(0, mprotect(area, PAGE_SIZE, PROT_READ));
	EXPECT_EQ(-EFAULT, ask_ioctl(fd, V2P_IOCTL_TRANSLATE, area));

	ASSERT_EQ(0, mprotect(area, PAGE_SIZE, RW));
	*extents = (struct v2p_ioctl_extents) {
		.size = sizeof(*extents), .next = address, .last = address, .count = 1,
		.out_virtual = pointer(&physical), .out_length = pointer(&length),
		.out_status = pointer(&status),
	};
	ASSERT_EQ(0, mprotect(area, PAGE_SIZE, PROT_READ));
	EXPECT_EQ(-EFAULT, ask_ioctl(fd, V2P_IOCTL_EXTENTS, area));
	munmap(area, PAGE_SIZE);
	close(fd);
}

/* Of each array the first address that is not there, in the middle of a piece. */
V2P_TEST(addresses_that_are_not_there)
{
	static const size_t offsets[] = {
#define OFFSET(member) offsetof(struct v2p_ioctl_translate, member)
		OFFSET(addresses), OFFSET(out_status), OFFSET(out_physical),
		OFFSET(out_page_shift), OFFSET(out_flags), OFFSET(out_entry),
		OFFSET(out_swap_type), OFFSET(out_swap_offset), OFFSET(out_level),
		OFFSET(out_memory_type), OFFSET(out_protection_key), OFFSET(out_node),
		OFFSET(out_page_kind),
#undef OFFSET
	};
	static const size_t widths[] = { 8, 1, 8, 1, 4, 8, 1, 8, 1, 1, 1, 4, 1 };
	static uint64_t addresses[PAGES * 2], wide[PAGES * 2];
	static uint8_t status[PAGES * 2];
	const int fd = open_space(&self->self, getpid());
	unsigned int i, k;

	ASSERT_LE(0, fd);
	for (i = 0; i < PAGES * 2; i++)
		addresses[i] = pointer(addresses);
	for (i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		/* At the end of what is there are none, one, and more than fit into a piece. */
		static const size_t there[] = { 0, 1, 5000 };

		for (k = 0; k < 3; k++) {
			const size_t size = (there[k] * widths[i] + PAGE_SIZE - 1) & -PAGE_SIZE;
			struct v2p_ioctl_translate request = ask_for(addresses, PAGES * 2, status);
			char *edge = map_edge(size);

			ASSERT_NE(NULL, edge);
			request.out_physical = pointer(wide);
			for (size_t at = 0; i == 0 && at < there[k]; at++)
				*((uint64_t *)(edge + size) - 1 - at) = pointer(addresses);
			memcpy((char *)&request + offsets[i],
			       &(uint64_t) { pointer(edge + size - there[k] * widths[i]) }, 8);
			memset(status, 0xff, sizeof(status));
			EXPECT_EQ(-EFAULT, ask_ioctl(fd, V2P_IOCTL_TRANSLATE, &request));
			EXPECT_GE(there[k], request.count) {
				TH_LOG("array %u, %zu there", i, there[k]);
			}
			EXPECT_EQ(k == 2, request.count > 0);
			for (size_t at = 0; i != 1 && at < request.count; at++)
				ASSERT_EQ(V2P_STATUS_MAPPED, status[at]);
			munmap(edge, size);
		}
	}
}

V2P_TEST(numbers_of_addresses)
{
	const int fd = open_space(&self->self, getpid());
	const uint64_t address = pointer(&fd);
	struct v2p_ioctl_translate request;
	uint8_t status = 0xff;

	ASSERT_LE(0, fd);
	request = ask_for(&address, 0, &status);
	EXPECT_EQ(-EINVAL, ask_ioctl(fd, V2P_IOCTL_TRANSLATE, &request));
	request = ask_for(&address, 1, NULL);
	EXPECT_EQ(-EFAULT, ask_ioctl(fd, V2P_IOCTL_TRANSLATE, &request));
	EXPECT_EQ(0, request.count);
	/* As many as there cannot be: the addresses end with the stack, the statuses at once. */
	request = ask_for(&address, UINT64_MAX, &status);
	EXPECT_EQ(-EFAULT, ask_ioctl(fd, V2P_IOCTL_TRANSLATE, &request));
	request = ask_for(&address, 1, &status);
	request.changing = 77;
	EXPECT_EQ(0, ask_ioctl(fd, V2P_IOCTL_TRANSLATE, &request));
	EXPECT_EQ(1, request.count);
	EXPECT_EQ(0, request.changing);
	EXPECT_EQ(V2P_STATUS_MAPPED, status);
}

V2P_TEST(steps)
{
	const int fd = open_space(&self->self, getpid());
	struct v2p_ioctl_step all[V2P_MAX_LEVELS], some[V2P_MAX_LEVELS];
	struct v2p_ioctl_walk request = {
		.size = sizeof(request), .count = V2P_MAX_LEVELS, .address = pointer(&fd),
		.out_steps = pointer(all),
	};
	const uint32_t levels = self->info.level_count;
	uint32_t room;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ask_ioctl(fd, V2P_IOCTL_WALK, &request));
	ASSERT_EQ(levels, request.count);
	EXPECT_EQ(V2P_STATUS_MAPPED, request.status);
	for (room = 0; room <= levels; room++) {
		memset(some, 0xee, sizeof(some));
		request.count = room;
		request.out_steps = pointer(room ? some : NULL);
		ASSERT_EQ(0, ask_ioctl(fd, V2P_IOCTL_WALK, &request));
		EXPECT_EQ(levels, request.count);
		EXPECT_EQ(0, memcmp(some, all, room * sizeof(*some)));
		EXPECT_EQ(0xee, *(uint8_t *)&some[room]);
	}
	request.count = 1;
	request.out_steps = 0;
	EXPECT_EQ(-EFAULT, ask_ioctl(fd, V2P_IOCTL_WALK, &request));
	request.address = ARCH_NOWHERE;
	EXPECT_EQ(0, ask_ioctl(fd, V2P_IOCTL_WALK, &request));
	EXPECT_EQ(0, request.count);
	EXPECT_EQ(V2P_STATUS_INVALID, request.status);
}

/**
 * struct list - extents of a range
 */
struct list {
	uint64_t virtual[PAGES * 2], length[PAGES * 2], physical[PAGES * 2];
	uint32_t flags[PAGES * 2];
	uint8_t status[PAGES * 2];
};

static struct v2p_ioctl_extents ask_range(const char *start, size_t size, struct list *list,
					  size_t at, size_t room)
{
	return (struct v2p_ioctl_extents) {
		.size = sizeof(struct v2p_ioctl_extents),
		.next = pointer(start), .last = pointer(start) + size - 1, .count = room,
		.out_virtual = pointer(list->virtual + at), .out_length = pointer(list->length + at),
		.out_status = pointer(list->status + at),
		.out_physical = pointer(list->physical + at), .out_flags = pointer(list->flags + at),
	};
}

/* However few are asked for at a time, they are the same, and whole. */
V2P_TEST(in_parts)
{
	static const size_t rooms[] = { 1, 2, 3, 14, 15, 16, 17, 100, 545, 546, 547, PAGES * 2 };
	static struct list whole, parts;
	const int fd = open_space(&self->self, getpid());
	char *area = make_extents();
	struct v2p_ioctl_extents request = ask_range(area, SIZE, &whole, 0, PAGES * 2);
	size_t count;
	unsigned int i;

	ASSERT_LE(0, fd);
	ASSERT_NE(NULL, area);
	ASSERT_EQ(0, ask_ioctl(fd, V2P_IOCTL_EXTENTS, &request));
	EXPECT_EQ(1, request.done);
	EXPECT_EQ(0, request.changing);
	count = request.count;
	ASSERT_LE(64, count);
	EXPECT_EQ(pointer(area), whole.virtual[0]);
	EXPECT_EQ(pointer(area) + SIZE, whole.virtual[count - 1] + whole.length[count - 1]);
	for (i = 0; i < sizeof(rooms) / sizeof(*rooms); i++) {
		size_t found = 0;

		memset(&parts, 0xff, sizeof(parts));
		request = ask_range(area, SIZE, &parts, 0, rooms[i]);
		do {
			const uint64_t next = request.next;

			request = ask_range(area, SIZE, &parts, found,
					    rooms[i] < PAGES * 2 - found ? rooms[i] :
									   PAGES * 2 - found);
			request.next = next;
			ASSERT_EQ(0, ask_ioctl(fd, V2P_IOCTL_EXTENTS, &request));
			ASSERT_TRUE(request.done || request.count);
			found += request.count;
		} while (!request.done);
		ASSERT_EQ(count, found) {
			TH_LOG("%zu at a time", rooms[i]);
		}
		EXPECT_EQ(0, memcmp(whole.virtual, parts.virtual, count * 8));
		EXPECT_EQ(0, memcmp(whole.length, parts.length, count * 8));
		EXPECT_EQ(0, memcmp(whole.physical, parts.physical, count * 8));
		EXPECT_EQ(0, memcmp(whole.status, parts.status, count));
	}
}

/* Where an array ends, that and no more is told, and the rest from there on. */
V2P_TEST(extents_that_do_not_fit)
{
	static struct list list;
	const int fd = open_space(&self->self, getpid());
	char *area = make_extents(), *edge = map_edge(PAGE_SIZE);
	struct v2p_ioctl_extents request = ask_range(area, SIZE, &list, 0, PAGES * 2);
	uint64_t next;

	ASSERT_LE(0, fd);
	ASSERT_NE(NULL, area);
	ASSERT_EQ(0, ask_ioctl(fd, V2P_IOCTL_EXTENTS, &request));
	request = ask_range(area, SIZE, &list, 0, PAGES * 2);
	request.out_virtual = pointer(edge + PAGE_SIZE - 8);
	EXPECT_EQ(-EFAULT, ask_ioctl(fd, V2P_IOCTL_EXTENTS, &request));
	EXPECT_EQ(0, request.count);
	EXPECT_EQ(0, request.done);
	EXPECT_EQ(pointer(area), request.next);
	next = request.next;
	request = ask_range(area, SIZE, &list, 0, PAGES * 2);
	request.next = next;
	request.out_status = 0;
	EXPECT_EQ(-EFAULT, ask_ioctl(fd, V2P_IOCTL_EXTENTS, &request));
	EXPECT_EQ(0, request.count);
}

V2P_TEST(ranges_that_are_none)
{
	static struct list list;
	const int fd = open_space(&self->self, getpid());
	const struct v2p_ioctl_extents good = ask_range((char *)PAGE_SIZE, SIZE, &list, 0, 10);
	struct v2p_ioctl_extents request;

	ASSERT_LE(0, fd);
#define EXPECT_REFUSED(member, value) do { \
	request = good; \
	request.member = (value); \
	EXPECT_EQ(-EINVAL, ask_ioctl(fd, V2P_IOCTL_EXTENTS, &request)); \
	EXPECT_EQ(0, request.count); \
	request.member = good.member; \
	request.count = good.count; \
	EXPECT_EQ(0, ask_ioctl(fd, V2P_IOCTL_EXTENTS, &request)); \
} while (0)
	EXPECT_REFUSED(count, 0);
	EXPECT_REFUSED(options, 4);
	EXPECT_REFUSED(options, 1U << 31);
	EXPECT_REFUSED(next, good.last + 1);
	EXPECT_REFUSED(next, 1ULL << 63);
	EXPECT_REFUSED(last, good.next - 1);
	EXPECT_REFUSED(last, 1ULL << 63);
	EXPECT_REFUSED(last, UINT64_MAX - 1);
	EXPECT_REFUSED(states, 1U << __V2P_STATUS_MAX);
	EXPECT_REFUSED(states, 1U << 31);
	EXPECT_REFUSED(with_flags, V2P_FLAG_MASK + 1U);
	EXPECT_REFUSED(without_flags, 1U << 31);
	EXPECT_REFUSED(memory_types, 1U << __V2P_MEMORY_TYPE_MAX);
}

/* Memory that is looked for, or is not: never all of it for want of a number. */
V2P_TEST(physical_ranges)
{
	static struct list list;
	const int fd = open_space(&self->self, getpid());
	char *area = make_extents(), *edge = map_edge(PAGE_SIZE);
	const struct v2p_ioctl_extents good = ask_range(area, SIZE, &list, 0, PAGES * 2);
	struct v2p_ioctl_physical_range all[V2P_MAX_PHYSICAL_RANGES + 1];
	struct v2p_ioctl_extents request = good;
	struct v2p_translation answer;
	unsigned int i;

	ASSERT_LE(0, fd);
	ASSERT_NE(NULL, area);
	ASSERT_ASK(area + 70 * PAGE_SIZE, &answer);
	for (i = 0; i <= V2P_MAX_PHYSICAL_RANGES; i++)
		all[i] = (struct v2p_ioctl_physical_range) {
			answer.physical + i * PAGE_SIZE, i ? 1 : PAGE_SIZE,
		};
#define EXPECT_PHYSICAL(error, to, many) do { \
	request = good; \
	request.physical_ranges = pointer(to); \
	request.physical_range_count = (many); \
	EXPECT_EQ(error, ask_ioctl(fd, V2P_IOCTL_EXTENTS, &request)); \
	if (error) \
		EXPECT_EQ(0, request.count); \
} while (0)
	EXPECT_PHYSICAL(0, all, 1);
	ASSERT_EQ(1, request.count);
	EXPECT_EQ(pointer(area) + 70 * PAGE_SIZE, list.virtual[0]);
	EXPECT_EQ(PAGE_SIZE, list.length[0]);
	EXPECT_PHYSICAL(0, all, V2P_MAX_PHYSICAL_RANGES);
	EXPECT_LE(1, request.count);
	EXPECT_PHYSICAL(-EINVAL, all, V2P_MAX_PHYSICAL_RANGES + 1);
	EXPECT_PHYSICAL(-EINVAL, all, 0);
	EXPECT_PHYSICAL(-EINVAL, all, 1ULL << 32);
	EXPECT_PHYSICAL(-EINVAL, all, UINT64_MAX);
	EXPECT_PHYSICAL(-EINVAL, NULL, UINT64_MAX);
	EXPECT_PHYSICAL(-EFAULT, NULL, 1);
	EXPECT_PHYSICAL(-EFAULT, (void *)(1ULL << 63), 1);
	/* The last of them is not there. */
	memcpy(edge + PAGE_SIZE - sizeof(all[0]), all, sizeof(all[0]));
	EXPECT_PHYSICAL(0, edge + PAGE_SIZE - sizeof(all[0]), 1);
	EXPECT_PHYSICAL(-EFAULT, edge + PAGE_SIZE - sizeof(all[0]), 2);
	EXPECT_PHYSICAL(-EFAULT, edge + PAGE_SIZE - sizeof(all[0]) + 1, 1);
	/* Behind the size there is nothing, whatever stands there. */
	request = good;
	request.size = offsetof(struct v2p_ioctl_extents, physical_ranges);
	request.physical_ranges = pointer(all);
	request.physical_range_count = 1;
	EXPECT_EQ(0, ask_ioctl(fd, V2P_IOCTL_EXTENTS, &request));
	EXPECT_LT(60, request.count);

	all[1] = all[0];
	EXPECT_PHYSICAL(-EINVAL, all, 2);
	all[1].length = 0;
	EXPECT_PHYSICAL(-EINVAL, all, 2);
	all[1] = (struct v2p_ioctl_physical_range) { UINT64_MAX, 1 };
	EXPECT_PHYSICAL(0, all, 2);
	EXPECT_EQ(1, request.count);
	all[1].length = 2;
	EXPECT_PHYSICAL(-EINVAL, all, 2);
	close(fd);
}

/* 0 is the lowest address of the address space, and ~0 the highest. */
V2P_TEST(the_whole_kernel)
{
	static struct list list;
	const int fd = open_space(&self->self, 0);
	struct v2p_ioctl_extents request = ask_range(NULL, 0, &list, 0, 1);

	ASSERT_LE(0, fd);
	request.last = UINT64_MAX;
	EXPECT_EQ(0, ask_ioctl(fd, V2P_IOCTL_EXTENTS, &request));
	EXPECT_EQ(1, request.count);
	EXPECT_EQ(0, request.done);
	EXPECT_LE(-(1ULL << (self->info.virtual_bits - 1)), list.virtual[0]);
	EXPECT_LE(list.virtual[0] + list.length[0], request.next);
	/* A hole to the end. */
	request = ask_range((char *)-PAGE_SIZE, PAGE_SIZE, &list, 0, 2);
	request.states = 1U << V2P_STATUS_NONE;
	EXPECT_EQ(0, ask_ioctl(fd, V2P_IOCTL_EXTENTS, &request));
	EXPECT_EQ(1, request.done);
	EXPECT_EQ(1, request.count);
	EXPECT_EQ(0, request.next);
	EXPECT_EQ(-PAGE_SIZE, list.virtual[0]);
	EXPECT_EQ(PAGE_SIZE, list.length[0]);
}

TEST_HARNESS_MAIN
