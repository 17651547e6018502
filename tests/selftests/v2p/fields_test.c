// SPDX-License-Identifier: GPL-2.0
/*
 * What an answer has only for those who ask for it: arrays, and of what they hold, levels
 * and places in swap. memory_types_test, identity_test and nodes_test are about the others.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fields.h"
#include "fixture.h"
#include "oracle.h"
#include "zram.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

#define PAGES 64
#define SIZE (PAGES * PAGE_SIZE)

/* What map does not give. */
#define NOT_OF_EXTENTS (V2P_FIELD_ENTRY | V2P_FIELD_IDENTITY)

/* The arrays of an answer, and what asks for them. */
static const struct array {
	uint32_t field;
	uint16_t attribute;
	size_t element;
} arrays[] = {
	{ V2P_FIELD_PHYSICAL, V2P_A_PHYSICAL, 8 },
	{ V2P_FIELD_PAGE_SHIFT, V2P_A_PAGE_SHIFT, 1 },
	{ V2P_FIELD_FLAGS, V2P_A_FLAGS, 4 },
	{ V2P_FIELD_SWAP, V2P_A_SWAP_TYPE, 1 },
	{ V2P_FIELD_SWAP, V2P_A_SWAP_OFFSET, 8 },
	{ V2P_FIELD_LEVEL, V2P_A_LEVEL, 1 },
	{ V2P_FIELD_MEMORY_TYPE, V2P_A_MEMORY_TYPE, 1 },
	{ V2P_FIELD_PROTECTION_KEY, V2P_A_PROTECTION_KEY, 1 },
	{ V2P_FIELD_NODE, V2P_A_NODE, 4 },
	{ V2P_FIELD_PAGE_KIND, V2P_A_PAGE_KIND, 1 },
};
enum { ARRAYS = sizeof(arrays) / sizeof(*arrays) };

/* A walk's steps, its own word, and translate's are one. */
#define EXPECT_LEVEL(expected, pid, address) do { \
	EXPECT_EQ(expected, last_step(pid, address)); \
	EXPECT_EQ(expected, element(V2P_A_LEVEL, 1, 0)); \
	EXPECT_EQ(0, translate(pid, address, V2P_FIELD_LEVEL)); \
	EXPECT_EQ(expected, element(V2P_A_LEVEL, 1, 0)); \
} while (0)

V2P_TEST(level_of_small_pages_and_holes)
{
	char *area = map_aligned(2 * HUGE_SIZE, RW, ANON), *none;

	ASSERT_EQ(0, wire_open(&wire));
	keep_small(area, 2 * HUGE_SIZE);
	*area = 1;
	EXPECT_LEVEL(V2P_LEVEL_PTE, getpid(), area);
	EXPECT_LEVEL(V2P_LEVEL_PTE, getpid(), area + PAGE_SIZE);
	EXPECT_LEVEL(V2P_LEVEL_PMD, getpid(), area + HUGE_SIZE);
	/* In the middle of nowhere, where some level above has no entry. */
	none = (char *)(GIANT_SIZE * 77);
	EXPECT_LT(V2P_LEVEL_PMD, last_step(getpid(), none));
	EXPECT_LEVEL(last_step(getpid(), none), getpid(), none);
	/* An address that is none has no level. */
	EXPECT_EQ(-1, last_step(getpid(), (char *)ARCH_NOWHERE));
	EXPECT_EQ(V2P_STATUS_INVALID, element(V2P_A_STATUS, 1, 0));
	EXPECT_EQ(0, element(V2P_A_LEVEL, 1, 0));
	EXPECT_EQ(0, translate(getpid(), (char *)ARCH_NOWHERE, V2P_FIELD_LEVEL));
	EXPECT_EQ(0, element(V2P_A_LEVEL, 1, 0));
}

V2P_TEST(level_of_huge_pages)
{
	char *area;

	NEED_THP();
	ASSERT_EQ(0, wire_open(&wire));
	area = map_aligned(HUGE_SIZE, RW, ANON);
	make_huge(area, HUGE_SIZE);
	EXPECT_LEVEL(V2P_LEVEL_PMD, getpid(), area + 12345);
	ASSERT_EQ(0, map(area, HUGE_SIZE, V2P_FIELD_LEVEL));
	ASSERT_EQ(1, answers());
	EXPECT_EQ(V2P_LEVEL_PMD, element(V2P_A_LEVEL, 1, 0));
	/* Of several levels the lowest. */
	ASSERT_EQ(0, mprotect(area + HUGE_SIZE / 2, PAGE_SIZE, PROT_READ));
	begin_map(area, HUGE_SIZE, V2P_FIELD_LEVEL);
	wire_put(&wire, V2P_A_MERGE, NULL, 0);
	ASSERT_EQ(0, wire_ask(&wire));
	ASSERT_EQ(1, answers());
	EXPECT_EQ(V2P_LEVEL_PTE, element(V2P_A_LEVEL, 1, 0));
}

V2P_TEST(level_of_the_kernel)
{
	struct v2p_oracle_region region;
	int oracle = oracle_open();
	unsigned int i;
	int level;

	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_LE(0, oracle);
	for (i = 0; oracle_region(oracle, i, &region); i++) {
		const char *at = (const char *)region.start;

		level = last_step(0, at);
		ASSERT_LE(0, level);
		EXPECT_LEVEL(level, 0, at);
		if (strcmp(region.name, "ioremap-2M") == 0)
			EXPECT_EQ(V2P_LEVEL_PMD, level);
		if (strcmp(region.name, "ioremap-1G") == 0)
			EXPECT_EQ(region.page_shift == HUGE_SHIFT ? V2P_LEVEL_PMD : V2P_LEVEL_PUD,
				  level);
		if (strcmp(region.name, "ioremap-wc") == 0) {
			EXPECT_EQ(0, translate(0, at, V2P_FIELD_MEMORY_TYPE));
			EXPECT_EQ(ARCH_IOREMAP_WC, element(V2P_A_MEMORY_TYPE, 1, 0));
		}
	}
	EXPECT_LT(5, i);
	close(oracle);
}

/* Every page of the extents is where pagemap has it in swap, and none could be longer. */
static bool swap_matches(const uint64_t *entries, const char *area, unsigned int *extents)
{
	const size_t count = answers();
	uint64_t after_type = 0, after = 0;
	size_t i, page = 0;

	*extents = count;
	for (i = 0; i < count; i++) {
		uint64_t start = element(V2P_A_VIRTUAL, 8, i);
		uint64_t pages = element(V2P_A_LENGTH, 8, i) / PAGE_SIZE, k;
		uint64_t type = element(V2P_A_SWAP_TYPE, 1, i);
		uint64_t offset = element(V2P_A_SWAP_OFFSET, 8, i);

		if (start != (uintptr_t)area + page * PAGE_SIZE ||
		    element(V2P_A_STATUS, 1, i) != V2P_STATUS_SWAPPED ||
		    (i && type == after_type && offset == after))
			return false;
		for (k = 0; k < pages && page < PAGES; k++, page++)
			if (!(entries[page] & PM_SWAP) || pm_swap_type(entries[page]) != type ||
			    pm_swap_offset(entries[page]) != offset + k)
				return false;
		after_type = type;
		after = offset + pages;
	}
	return page == PAGES;
}

V2P_TEST(swapped_extents)
{
	static uint64_t entries[PAGES];
	char *area = map_small(SIZE), *other = map_small(SIZE);
	unsigned int i, swapped, extents;

	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_TRUE(zram_on(32));
	fill(area, SIZE);
	fill(other, SIZE);
	/* One page of each in turn, so that places in swap do not follow each other. */
	for (i = 0; i < PAGES / 4; i++) {
		madvise(area + i * PAGE_SIZE, PAGE_SIZE, MADV_PAGEOUT);
		madvise(other + i * PAGE_SIZE, PAGE_SIZE, MADV_PAGEOUT);
	}
	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, madvise(area, SIZE, MADV_PAGEOUT));
		ASSERT_TRUE(pagemap_read(self->self.pagemap, (uintptr_t)area, entries, PAGES));
		for (swapped = 0; swapped < PAGES && entries[swapped] & PM_SWAP; swapped++)
			;
		if (swapped == PAGES)
			break;
	}
	ASSERT_EQ(PAGES, swapped);
	ASSERT_EQ(0, map(area, SIZE, V2P_FIELD_SWAP));
	EXPECT_TRUE(swap_matches(entries, area, &extents)) {
		for (i = 0; i < answers(); i++)
			TH_LOG("%lx: %lx at %lx", element(V2P_A_VIRTUAL, 8, i),
			       element(V2P_A_LENGTH, 8, i), element(V2P_A_SWAP_OFFSET, 8, i));
	}
	EXPECT_LT(1, extents);
	TH_LOG("%u pages, %u extents", PAGES, extents);
	/* merge has no say in that; not to ask for it makes them one. */
	begin_map(area, SIZE, V2P_FIELD_SWAP);
	wire_put(&wire, V2P_A_MERGE, NULL, 0);
	ASSERT_EQ(0, wire_ask(&wire));
	EXPECT_EQ(extents, answers());
	ASSERT_EQ(0, map(area, SIZE, V2P_FIELD_PHYSICAL));
	EXPECT_EQ(1, answers());
	/* What is in no memory is on no node. */
	ASSERT_EQ(0, map(area, SIZE, V2P_FIELD_PHYSICAL | V2P_FIELD_NODE));
	EXPECT_EQ(1, answers());
	EXPECT_EQ(V2P_NO_NODE, element(V2P_A_NODE, 4, 0));
	/* A part of a page begins where the page does. */
	ASSERT_EQ(0, map(area + PAGE_SIZE / 2, PAGE_SIZE, V2P_FIELD_SWAP));
	EXPECT_EQ(pm_swap_offset(entries[0]), element(V2P_A_SWAP_OFFSET, 8, 0));
	munmap(area, SIZE);
	munmap(other, SIZE);
	zram_off();
}

/* Each array that was asked for, and no other; each as it is where all are asked for. */
V2P_TEST(arrays_of_extents)
{
	static uint8_t whole[ARRAYS][8 * PAGES];
	char *area = map_small(SIZE);
	uint32_t fields;
	unsigned int i;
	size_t length, count;

	ASSERT_EQ(0, wire_open(&wire));
	fill(area, SIZE);
	ASSERT_EQ(0, mlock(area, SIZE));
	/* Extents of two kinds, and holes that are not asked for. */
	for (i = 0; i < PAGES; i += 4)
		ASSERT_EQ(0, mprotect(area + i * PAGE_SIZE, PAGE_SIZE, PROT_READ));
	ASSERT_EQ(0, munmap(area + 9 * PAGE_SIZE, PAGE_SIZE));
	ASSERT_EQ(0, map(area, SIZE, V2P_FIELD_MASK & ~NOT_OF_EXTENTS));
	count = answers();
	ASSERT_LT(PAGES / 4, count);
	ASSERT_GE(PAGES, count);
	for (i = 0; i < ARRAYS; i++) {
		const void *data = wire_get(&wire, arrays[i].attribute, &length);

		ASSERT_NE(NULL, data);
		ASSERT_EQ(count * arrays[i].element, length);
		memcpy(whole[i], data, length);
	}
	for (fields = 0; fields <= V2P_FIELD_MASK; fields++) {
		if (fields & NOT_OF_EXTENTS)
			continue;
		ASSERT_EQ(0, map(area, SIZE, fields));
		ASSERT_EQ(count, answers());
		for (i = 0; i < ARRAYS; i++) {
			const void *data = wire_get(&wire, arrays[i].attribute, &length);

			EXPECT_EQ(!!(fields & arrays[i].field), !!data);
			if (!data)
				continue;
			EXPECT_EQ(count * arrays[i].element, length);
			EXPECT_EQ(0, memcmp(whole[i], data, length)) {
				TH_LOG("fields 0x%x, array %u", fields, i);
			}
		}
		EXPECT_NE(NULL, wire_get(&wire, V2P_A_VIRTUAL, &length));
		EXPECT_EQ(8 * count, length);
		EXPECT_NE(NULL, wire_get(&wire, V2P_A_LENGTH, &length));
		EXPECT_EQ(8 * count, length);
	}
	/* Absent means the three that it always meant. */
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)area, SIZE);
	ASSERT_EQ(0, wire_ask(&wire));
	for (i = 0; i < ARRAYS; i++)
		EXPECT_EQ(i < 3, !!wire_get(&wire, arrays[i].attribute, &length));
}

/* A dump has them, too, message by message. */
V2P_TEST(arrays_of_a_dump)
{
	const size_t size = 8 * HUGE_SIZE;
	char *const area = map_small(size);
	unsigned int messages = 0;
	uint64_t bytes = 0;
	size_t length;
	int ret;

	ASSERT_EQ(0, wire_open(&wire));
	read_all(area, size);
	begin_map(area, size, V2P_FIELD_MEMORY_TYPE | V2P_FIELD_LEVEL);
	ASSERT_EQ(0, wire_dump(&wire));
	while ((ret = wire_next(&wire)) == 1) {
		size_t i, count = answers();

		messages++;
		EXPECT_EQ(NULL, wire_get(&wire, V2P_A_PHYSICAL, &length));
		for (i = 0; i < count; i++) {
			bytes += element(V2P_A_LENGTH, 8, i);
			if (element(V2P_A_MEMORY_TYPE, 1, i) != ARCH_ORDINARY ||
			    element(V2P_A_LEVEL, 1, i) != V2P_LEVEL_PTE)
				break;
		}
		EXPECT_EQ(count, i);
	}
	EXPECT_EQ(0, ret);
	EXPECT_LT(1, messages);
	EXPECT_EQ(size, bytes);
	munmap(area, size);
}

V2P_TEST(fields_that_extents_have_not)
{
	enum { FIELDS_AT = NLMSG_HDRLEN + GENL_HDRLEN + 8 };
	unsigned int bit;

	ASSERT_EQ(0, wire_open(&wire));
	for (bit = 0; bit < 32; bit++) {
		const bool known = V2P_FIELD_MASK & 1u << bit;

		if (known && !(NOT_OF_EXTENTS & 1u << bit))
			continue;
		EXPECT_EQ(-EINVAL, map(&wire, PAGE_SIZE, 1u << bit));
		EXPECT_EQ(FIELDS_AT, wire.bad);
		EXPECT_EQ(known, !!strstr(wire.words, "extent"));
	}
}

/* Whoever knows more than the module is answered as everybody is. */
V2P_TEST(what_a_client_knows)
{
	static const uint16_t attributes[] = { V2P_A_KNOWN_STATES, V2P_A_KNOWN_FLAGS };
	const uint32_t all = ~0u;
	unsigned int i;

	ASSERT_EQ(0, wire_open(&wire));
	for (i = 0; i < 2; i++) {
		wire_begin(&wire, V2P_CMD_TRANSLATE);
		wire_put_u32(&wire, V2P_A_PID, getpid());
		wire_put_u32(&wire, attributes[i], all);
		wire_put_u64(&wire, V2P_A_VIRTUAL, (uintptr_t)&wire);
		EXPECT_EQ(0, wire_ask(&wire));
		EXPECT_EQ(V2P_STATUS_MAPPED, element(V2P_A_STATUS, 1, 0));
		wire_begin(&wire, V2P_CMD_WALK);
		wire_put_u32(&wire, V2P_A_PID, getpid());
		wire_put_u32(&wire, attributes[i], all);
		wire_put_u64(&wire, V2P_A_ADDRESS, (uintptr_t)&wire);
		EXPECT_EQ(0, wire_ask(&wire));
		EXPECT_EQ(V2P_STATUS_MAPPED, element(V2P_A_STATUS, 1, 0));
		begin_map(&wire, 1, V2P_FIELD_FLAGS);
		wire_put_u32(&wire, attributes[i], all);
		EXPECT_EQ(0, wire_ask(&wire));
		EXPECT_EQ(V2P_STATUS_MAPPED, element(V2P_A_STATUS, 1, 0));
		EXPECT_EQ(0, element(V2P_A_FLAGS, 4, 0) & ~V2P_BASE_FLAGS);
	}
}

TEST_HARNESS_MAIN
