// SPDX-License-Identifier: GPL-2.0
/* How memory may be cached, and by which protection key it may be accessed. */
#include <sys/mman.h>
#include <unistd.h>

#include "fields.h"
#include "fixture.h"
#include "oracle.h"

#define PAGES 64
#define SIZE (PAGES * PAGE_SIZE)

V2P_TEST(memory_types)
{
	static const struct {
		enum v2p_oracle_mapping kind;
		uint8_t type;
	} kinds[] = {
		{ V2P_ORACLE_PFNMAP, ARCH_ORDINARY },
		{ V2P_ORACLE_WC, V2P_MEMORY_TYPE_WC },
		{ V2P_ORACLE_UC, ARCH_UNCACHED },
	};
	int oracle = oracle_open();
	unsigned int i, type;
	char *area;

	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_LE(0, oracle);
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		area = oracle_map(oracle, kinds[i].kind, PAGES, RW);
		ASSERT_NE(NULL, area);
		ASSERT_EQ(0, translate(getpid(), area, V2P_FIELD_MEMORY_TYPE));
		EXPECT_EQ(V2P_STATUS_MAPPED, element(V2P_A_STATUS, 1, 0));
		EXPECT_EQ(kinds[i].type, element(V2P_A_MEMORY_TYPE, 1, 0));
		ASSERT_EQ(V2P_LEVEL_PTE, last_step(getpid(), area));
		EXPECT_EQ(kinds[i].type, element(V2P_A_MEMORY_TYPE, 1, 0));
		ASSERT_EQ(0, map(area, SIZE, V2P_FIELD_MEMORY_TYPE));
		ASSERT_LT(0, answers());
		EXPECT_EQ(kinds[i].type, element(V2P_A_MEMORY_TYPE, 1, 0));
		/* Found by its own type, and by no other. */
		for (type = 0; type <= V2P_MEMORY_TYPE_MAX; type++) {
			begin_map(area, SIZE, 0);
			wire_put_u32(&wire, V2P_A_MEMORY_TYPES, 1u << type);
			ASSERT_EQ(0, wire_ask(&wire));
			EXPECT_EQ(type == kinds[i].type, !!answers());
		}
		munmap(area, SIZE);
	}
	/* What is not mapped has none. */
	area = map_small(SIZE);
	ASSERT_EQ(0, translate(getpid(), area, V2P_FIELD_MEMORY_TYPE));
	EXPECT_EQ(V2P_STATUS_NONE, element(V2P_A_STATUS, 1, 0));
	EXPECT_EQ(V2P_MEMORY_TYPE_UNSPECIFIED, element(V2P_A_MEMORY_TYPE, 1, 0));
	begin_map(area, SIZE, V2P_FIELD_MEMORY_TYPE);
	wire_put_u32(&wire, V2P_A_STATES, 1 << V2P_STATUS_NONE | 1 << V2P_STATUS_MAPPED);
	wire_put_u32(&wire, V2P_A_MEMORY_TYPES, 1 << V2P_MEMORY_TYPE_UNSPECIFIED);
	ASSERT_EQ(0, wire_ask(&wire));
	ASSERT_EQ(1, answers());
	EXPECT_EQ(V2P_MEMORY_TYPE_UNSPECIFIED, element(V2P_A_MEMORY_TYPE, 1, 0));
	close(oracle);
}

/* One run of device memory, of which the oracle maps the two halves in two ways. */
V2P_TEST(memory_types_end_extents)
{
	const size_t size = V2P_ORACLE_MAPPING_SIZE;
	char *area = map_aligned(2 * size, PROT_NONE, ANON);
	int oracle = oracle_open();
	unsigned int i;

	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_LE(0, oracle);
	for (i = 0; i < 2; i++)
		ASSERT_EQ(area + i * size,
			  mmap(area + i * size, size, RW, MAP_SHARED | MAP_FIXED, oracle,
			       (V2P_ORACLE_WC + i) * size));
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, map(area, 2 * size, i ? V2P_FIELD_MEMORY_TYPE |
						     V2P_FIELD_PHYSICAL : V2P_FIELD_PHYSICAL));
		ASSERT_EQ(2, answers());
		EXPECT_EQ((int64_t)size, element(V2P_A_LENGTH, 8, 0));
		EXPECT_EQ(element(V2P_A_PHYSICAL, 8, 0) + (int64_t)size,
			  element(V2P_A_PHYSICAL, 8, 1));
	}
	EXPECT_EQ(V2P_MEMORY_TYPE_WC, element(V2P_A_MEMORY_TYPE, 1, 0));
	EXPECT_EQ(ARCH_UNCACHED, element(V2P_A_MEMORY_TYPE, 1, 1));
	begin_map(area, 2 * size, V2P_FIELD_MEMORY_TYPE);
	wire_put(&wire, V2P_A_MERGE, NULL, 0);
	ASSERT_EQ(0, wire_ask(&wire));
	ASSERT_EQ(1, answers());
	EXPECT_EQ(V2P_MEMORY_TYPE_UNSPECIFIED, element(V2P_A_MEMORY_TYPE, 1, 0));
	close(oracle);
}

#define NEED_KEY(key) \
	do { \
		(key) = pkey_alloc(0, 0); \
		if ((key) < 0) \
			SKIP(return, "this processor or kernel has no protection keys"); \
	} while (0)

V2P_TEST(protection_keys)
{
	char *area = map_small(SIZE);
	int64_t found;
	int key;

	ASSERT_EQ(0, wire_open(&wire));
	fill(area, SIZE);
	ASSERT_EQ(0, mlock(area, SIZE));
	ASSERT_EQ(0, translate(getpid(), area, V2P_FIELD_PROTECTION_KEY));
	EXPECT_EQ(0, element(V2P_A_PROTECTION_KEY, 1, 0));
	NEED_KEY(key);
	ASSERT_LT(0, key);
	ASSERT_EQ(0, pkey_mprotect(area, SIZE / 2, RW, key));
	ASSERT_EQ(0, translate(getpid(), area, V2P_FIELD_PROTECTION_KEY));
	EXPECT_EQ(key, element(V2P_A_PROTECTION_KEY, 1, 0));
	EXPECT_EQ(V2P_LEVEL_PTE, last_step(getpid(), area));
	EXPECT_EQ(key, element(V2P_A_PROTECTION_KEY, 1, 0));
	ASSERT_EQ(0, translate(getpid(), area + SIZE / 2, V2P_FIELD_PROTECTION_KEY));
	EXPECT_EQ(0, element(V2P_A_PROTECTION_KEY, 1, 0));
	/* A switched-off page keeps its key. */
	ASSERT_EQ(0, pkey_mprotect(area, PAGE_SIZE, PROT_NONE, key));
	ASSERT_EQ(0, translate(getpid(), area,
			       V2P_FIELD_PROTECTION_KEY | V2P_FIELD_FLAGS));
	EXPECT_EQ(V2P_FLAG_PROTNONE, element(V2P_A_FLAGS, 4, 0) &
				     (V2P_FLAG_PROTNONE | V2P_FLAG_PRESENT));
	EXPECT_EQ(key, element(V2P_A_PROTECTION_KEY, 1, 0));

	/* That it can only be executed is its key's doing, and no flag says so. */
	area = map_small(PAGE_SIZE);
	fill(area, PAGE_SIZE);
	ASSERT_EQ(0, mprotect(area, PAGE_SIZE, PROT_EXEC));
	ASSERT_EQ(0, translate(getpid(), area, V2P_FIELD_PROTECTION_KEY));
	found = element(V2P_A_PROTECTION_KEY, 1, 0);
	EXPECT_LT(0, found);
	EXPECT_NE(key, found);
	ASSERT_EQ(0, pkey_free(key));
}

V2P_TEST(keys_end_extents)
{
	char *area = map_aligned(HUGE_SIZE, RW, ANON);
	int key;

	NEED_THP();
	ASSERT_EQ(0, wire_open(&wire));
	make_huge(area, HUGE_SIZE);
	ASSERT_EQ(0, map(area, HUGE_SIZE, V2P_FIELD_PROTECTION_KEY));
	ASSERT_EQ(1, answers());
	NEED_KEY(key);
	/* Physically it stays one run. */
	ASSERT_EQ(0, pkey_mprotect(area + HUGE_SIZE / 2, HUGE_SIZE / 2, RW, key));
	ASSERT_EQ(0, map(area, HUGE_SIZE, V2P_FIELD_PROTECTION_KEY));
	ASSERT_EQ(2, answers());
	EXPECT_EQ(0, element(V2P_A_PROTECTION_KEY, 1, 0));
	EXPECT_EQ(key, element(V2P_A_PROTECTION_KEY, 1, 1));
	EXPECT_EQ(HUGE_SIZE / 2, element(V2P_A_LENGTH, 8, 0));
	/* Be the key asked for or not. */
	ASSERT_EQ(0, map(area, HUGE_SIZE, 0));
	EXPECT_EQ(2, answers());
	begin_map(area, HUGE_SIZE, V2P_FIELD_PROTECTION_KEY | V2P_FIELD_MEMORY_TYPE);
	wire_put(&wire, V2P_A_MERGE, NULL, 0);
	ASSERT_EQ(0, wire_ask(&wire));
	ASSERT_EQ(1, answers());
	EXPECT_EQ(0, element(V2P_A_PROTECTION_KEY, 1, 0));
	EXPECT_EQ(ARCH_ORDINARY, element(V2P_A_MEMORY_TYPE, 1, 0));
	begin_map(area + HUGE_SIZE / 2, HUGE_SIZE / 2, V2P_FIELD_PROTECTION_KEY);
	wire_put(&wire, V2P_A_MERGE, NULL, 0);
	ASSERT_EQ(0, wire_ask(&wire));
	EXPECT_EQ(key, element(V2P_A_PROTECTION_KEY, 1, 0));
	ASSERT_EQ(0, pkey_free(key));
}

TEST_HARNESS_MAIN
