// SPDX-License-Identifier: GPL-2.0
/* Any address, any number of them, any choice of arrays. */
#include <errno.h>

#include "compared.h"
#include "extents.h"
#include "fixture.h"

#define LOWER_HALF(bits) (1ULL << ((bits) - 1))

/* The kernel keeps the last page of the lower half for itself. */
#define LAST_USER_PAGE(bits) (LOWER_HALF(bits) - ARCH_BEYOND_USER - PAGE_SIZE)

/* The stack's last page, where nothing moves it, holds the program's name. */
static uint8_t expected_of_page(uint64_t address)
{
	unsigned char in_core;

	return mincore((void *)address, PAGE_SIZE, &in_core) ? V2P_STATUS_NONE :
							       V2P_STATUS_MAPPED;
}

static uint8_t status_of(struct v2p *v2p, struct v2p_target target, uint64_t address)
{
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = &(uint8_t) { 255 },
	};

	return v2p_translate(v2p, target, &address, 1, &arrays) ? 255 : *arrays.status;
}

V2P_TEST(edges_of_a_process)
{
	const struct v2p_target me = v2p_pid(getpid());
	const unsigned int bits = self->info.virtual_bits;
	const uint64_t last_page = LAST_USER_PAGE(bits);
	const uint8_t last = expected_of_page(last_page);
	struct v2p *v2p = self->self.v2p;

	EXPECT_EQ(V2P_STATUS_NONE, status_of(v2p, me, 0));
	EXPECT_EQ(V2P_STATUS_NONE, status_of(v2p, me, 1));
	EXPECT_EQ(last, status_of(v2p, me, last_page));
	EXPECT_EQ(last, status_of(v2p, me, last_page + PAGE_SIZE - 1));
	EXPECT_EQ(V2P_STATUS_INVALID, status_of(v2p, me, last_page + PAGE_SIZE));
	if (ARCH_BEYOND_USER)
		EXPECT_EQ(V2P_STATUS_INVALID, status_of(v2p, me, LOWER_HALF(bits) - 1));
	EXPECT_EQ(V2P_STATUS_INVALID, status_of(v2p, me, LOWER_HALF(bits)));
	EXPECT_EQ(V2P_STATUS_INVALID, status_of(v2p, me, LOWER_HALF(bits) + 1));
	EXPECT_EQ(V2P_STATUS_INVALID, status_of(v2p, me, ARCH_NOWHERE));
	EXPECT_EQ(V2P_STATUS_INVALID, status_of(v2p, me, -LOWER_HALF(bits)));
	EXPECT_EQ(V2P_STATUS_INVALID, status_of(v2p, me, -1ULL));
}

V2P_TEST(edges_of_the_kernel)
{
	const struct v2p_target kernel = v2p_kernel();
	const unsigned int bits = self->info.virtual_bits;
	struct v2p *v2p = self->self.v2p;

	EXPECT_EQ(V2P_STATUS_INVALID, status_of(v2p, kernel, 0));
	EXPECT_EQ(V2P_STATUS_INVALID, status_of(v2p, kernel, (uintptr_t)&bits));
	EXPECT_EQ(V2P_STATUS_INVALID, status_of(v2p, kernel, LOWER_HALF(bits) - 1));
	EXPECT_EQ(V2P_STATUS_INVALID, status_of(v2p, kernel, LOWER_HALF(bits)));
	EXPECT_EQ(V2P_STATUS_INVALID, status_of(v2p, kernel, -LOWER_HALF(bits) - 1));
	/* arm64 has all memory from there on. */
	EXPECT_NE(V2P_STATUS_INVALID, status_of(v2p, kernel, -LOWER_HALF(bits)));
	EXPECT_EQ(V2P_STATUS_NONE, status_of(v2p, kernel, -1ULL));
}

/* As programs have them with MTE, or put something into what the processor ignores. */
V2P_TEST(tagged_pointers)
{
	char *area = map_small(PAGE_SIZE);
	const uint64_t tagged = (uintptr_t)area | 0x5aULL << 56;
	const struct v2p_range range = {
		.size = sizeof(range), .start = tagged, .length = PAGE_SIZE,
	};
	const struct v2p_target me = v2p_pid(getpid());
	const uint64_t many[2] = { tagged + 5, tagged + 5 };
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct v2p_translation plain;
	static struct extents found;
	uint64_t physical[2];
	uint8_t status[2];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
	};

	if (!ARCH_TAGS)
		SKIP(return, "the processor ignores nothing of an address");
	*area = 1;
	ASSERT_EQ(0, mlock(area, PAGE_SIZE));
	ASSERT_ASK(area + 5, &plain);
	ASSERT_EQ(V2P_STATUS_MAPPED, plain.status);
	ASSERT_EQ(0, v2p_virtual_to_physical(self->self.v2p, me, tagged + 5, physical));
	EXPECT_EQ(plain.physical, physical[0]);
	ASSERT_EQ(0, v2p_translate(self->self.v2p, me, many, 2, &arrays));
	EXPECT_EQ(plain.physical, physical[0]);
	EXPECT_EQ(plain.physical, physical[1]);
	ASSERT_EQ(0, v2p_get_walk(self->self.v2p, me, tagged + 5, &walk));
	EXPECT_EQ(plain.physical, walk.translation.physical);
	/* A range is one of the page tables', which have no tags. */
	EXPECT_EQ(-EINVAL, extents_map(self->self.v2p, me, &range, &found));
	/* Bit 55 tells the half: it is not ignored. */
	EXPECT_EQ(V2P_STATUS_INVALID, status_of(self->self.v2p, me, tagged | 1ULL << 55));
}

/* An invalid address among others fails none of them, and has nothing but zeros. */
V2P_TEST(invalid_among_others)
{
	char *area = map_small(PAGE_SIZE);
	const uint64_t virtual[] = { ARCH_NOWHERE, (uintptr_t)area + 77, -1ULL, 0 };
	struct v2p_translation answer;
	uint64_t physical[4], entry[4], swap_offset[4];
	uint8_t status[4], shift[4], swap_type[4];
	uint32_t flags[4];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
		.page_shift = shift, .flags = flags, .entry = entry,
		.swap_type = swap_type, .swap_offset = swap_offset,
	};
	unsigned int i;

	*area = 1;
	ASSERT_EQ(0, mlock(area, PAGE_SIZE));
	ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_pid(getpid()), virtual, 4, &arrays));
	for (i = 0; i < 4; i += 2) {
		EXPECT_EQ(V2P_STATUS_INVALID, status[i]);
		EXPECT_EQ(0, physical[i] | entry[i] | swap_offset[i]);
		EXPECT_EQ(0, shift[i] | flags[i] | swap_type[i]);
	}
	EXPECT_EQ(V2P_STATUS_NONE, status[3]);
	EXPECT_EQ(0, physical[3]);
	ASSERT_ASK(area + 77, &answer);
	EXPECT_EQ(V2P_STATUS_MAPPED, status[1]);
	EXPECT_EQ(answer.physical, physical[1]);
}

/* Addresses of some pages: all over them, in no order, some more than once. */
static void scatter(uint64_t *virtual, size_t count, const char *area, size_t pages)
{
	uint64_t random = 88172645463325252;
	size_t i;

	for (i = 0; i < count; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		virtual[i] = (uintptr_t)area + random % (pages * PAGE_SIZE);
	}
}

V2P_TEST(any_number)
{
	const size_t counts[] = { 0, 1, 2, self->info.max_batch - 1, self->info.max_batch,
				  self->info.max_batch + 1, 3 * self->info.max_batch + 7,
				  100000 };
	const size_t most = 100000, pages = 1024;
	uint64_t *virtual = calloc(most, sizeof(*virtual));
	uint64_t *physical = calloc(most, sizeof(*physical));
	uint64_t *truth = calloc(pages, sizeof(*truth));
	uint8_t *status = calloc(most, 1);
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
	};
	char *area = map_small(pages * PAGE_SIZE);
	size_t i, k;

	fill(area, pages * PAGE_SIZE);
	ASSERT_EQ(0, mlock(area, pages * PAGE_SIZE));
	ASSERT_TRUE(pagemap_read(self->self.pagemap, (uintptr_t)area, truth, pages));
	scatter(virtual, most, area, pages);
	for (i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		unsigned int wrong = 0;

		memset(status, 255, most);
		ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_pid(getpid()), virtual,
					   counts[i], &arrays));
		for (k = 0; k < counts[i]; k++) {
			size_t page = (virtual[k] - (uintptr_t)area) / PAGE_SIZE;

			wrong += status[k] != V2P_STATUS_MAPPED ||
				 physical[k] != (truth[page] & PM_FRAME) * PAGE_SIZE +
						virtual[k] % PAGE_SIZE;
		}
		EXPECT_EQ(0, wrong) {
			TH_LOG("of %zu", counts[i]);
		}
		/* Nothing is written past the last answer. */
		if (counts[i] < most)
			EXPECT_EQ(255, status[counts[i]]);
		compared(COMPARED_PAGEMAP, counts[i]);
	}
}

/* A page in each of so many gigabytes has 5 MiB of tables: their entries are prefetched. */
#define GIGABYTES 700

/* Every other address, of those in any order, has no page. Some are beside the one before. */
static uint64_t sparse_address(const char *area, size_t i)
{
	if (i % 8 == 1)
		return (sparse_address(area, i - 1) & -PAGE_SIZE) + PAGE_SIZE + i % PAGE_SIZE;
	return (uintptr_t)area + i * 367 % GIGABYTES * GIANT_SIZE + i % 2 * GIANT_SIZE / 2 +
	       i % PAGE_SIZE;
}

V2P_TEST(large_tables)
{
	static uint64_t virtual[GIGABYTES], physical[GIGABYTES];
	static uint32_t flags[GIGABYTES];
	static uint8_t status[GIGABYTES];
	struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
	};
	char *area = mmap(NULL, GIGABYTES * GIANT_SIZE, RW, ANON | MAP_NORESERVE, -1, 0);
	unsigned int wrong = 0, way;
	size_t i;

	if (self->info.virtual_bits < 48)
		SKIP(return, "with three levels, there is no room for tables of that size");
	ASSERT_NE(MAP_FAILED, area);
	madvise(area, GIGABYTES * GIANT_SIZE, MADV_NOHUGEPAGE);
	for (i = 0; i < GIGABYTES; i++)
		ASSERT_EQ(0, mlock(area + i * GIANT_SIZE, 1));
	for (i = 0; i < GIGABYTES; i++)
		virtual[i] = sparse_address(area, i);
	for (way = 0; way < 4; way++) {
		const struct v2p_target target = asked_target(&self->self);

		arrays.flags = way < 2 ? NULL : flags;
		EXPECT_EQ(0, v2p_translate(self->self.v2p, target, virtual, GIGABYTES, &arrays));
		asked_end(target);
		for (i = 0; i < GIGABYTES; i++) {
			const uint64_t entry = pagemap_entry(self->self.pagemap,
							     (void *)virtual[i]);
			const bool there = entry & PM_PRESENT;
			const uint64_t page = (entry & PM_FRAME) * PAGE_SIZE;

			wrong += status[i] != (there ? V2P_STATUS_MAPPED : V2P_STATUS_NONE) ||
				 there != (i % 2 == 0) ||
				 (there && physical[i] != page + i % PAGE_SIZE);
		}
		compared(COMPARED_PAGEMAP, GIGABYTES);
	}
	EXPECT_EQ(0, wrong);
	munmap(area, GIGABYTES * GIANT_SIZE);
}

V2P_TEST(every_choice_of_arrays)
{
	const size_t count = 70;
	uint64_t virtual[70], physical[2][70], entry[2][70], swap_offset[2][70];
	uint8_t status[2][70], shift[2][70], swap_type[2][70];
	uint32_t flags[2][70];
	const struct v2p_arrays all = {
		.size = sizeof(all), .status = status[0], .physical = physical[0],
		.page_shift = shift[0], .flags = flags[0], .entry = entry[0],
		.swap_type = swap_type[0], .swap_offset = swap_offset[0],
	};
	char *area = map_small(64 * PAGE_SIZE);
	unsigned int choice;

	fill(area, 32 * PAGE_SIZE);
	ASSERT_EQ(0, mlock(area, 32 * PAGE_SIZE));
	scatter(virtual, count, area, 64);
	ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_pid(getpid()), virtual, count, &all));
	for (choice = 0; choice < 64; choice++) {
		const struct v2p_arrays some = {
			.size = sizeof(some),
			.status = status[1],
			.physical = choice & 1 ? physical[1] : NULL,
			.page_shift = choice & 2 ? shift[1] : NULL,
			.flags = choice & 4 ? flags[1] : NULL,
			.entry = choice & 8 ? entry[1] : NULL,
			.swap_type = choice & 16 ? swap_type[1] : NULL,
			.swap_offset = choice & 32 ? swap_offset[1] : NULL,
		};

		ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_pid(getpid()), virtual, count,
					   &some));
#define EXPECT_SAME(bit, array) \
		if (choice & (bit)) \
			EXPECT_EQ(0, memcmp(array[0], array[1], sizeof(array[0])))
		EXPECT_EQ(0, memcmp(status[0], status[1], sizeof(status[0])));
		EXPECT_SAME(1, physical);
		EXPECT_SAME(2, shift);
		EXPECT_SAME(4, flags);
		EXPECT_SAME(8, entry);
		EXPECT_SAME(16, swap_type);
		EXPECT_SAME(32, swap_offset);
	}
}

/* Pages whose entries differ from those beside them, of which the last are a huge page. */
static char *map_mixed(size_t pages)
{
	static const int rights[] = {
		RW, PROT_READ, PROT_NONE, RW, PROT_READ | PROT_EXEC, PROT_READ, RW,
	};
	char *area = map_aligned(2 * HUGE_SIZE, RW, ANON);
	size_t i;

	if (!area)
		return NULL;
	keep_small(area, HUGE_SIZE);
	for (i = 0; i < pages; i++) {
		char *page = area + i * PAGE_SIZE;

		if (i % 5 && mlock(page, PAGE_SIZE))
			return NULL;
		if (mprotect(page, PAGE_SIZE, rights[i % (sizeof(rights) / sizeof(*rights))]))
			return NULL;
	}
	make_huge(area + HUGE_SIZE, HUGE_SIZE);
	return mlock(area + HUGE_SIZE, HUGE_SIZE) ? NULL : area;
}

#define EACH_ARRAY(DO) \
	DO(status, uint8_t) DO(physical, uint64_t) DO(page_shift, uint8_t) \
	DO(flags, uint32_t) DO(entry, uint64_t) DO(swap_type, uint8_t) \
	DO(swap_offset, uint64_t) DO(level, uint8_t) DO(memory_type, uint8_t) \
	DO(protection_key, uint8_t)

#define MOST 1000

/* How many answers of a batch with all fields are not those of their addresses alone. */
static size_t count_different(struct v2p *v2p, struct v2p_target target,
			      const uint64_t virtual[MOST])
{
#define MEMBER(array, type) type array[MOST];
	static struct { EACH_ARRAY(MEMBER) } got;
#define POINTER(array, type) .array = got.array,
	const struct v2p_arrays arrays = { .size = sizeof(arrays), EACH_ARRAY(POINTER) };
	size_t i, different = 0;

	if (v2p_translate(v2p, target, virtual, MOST, &arrays))
		return MOST;
	for (i = 0; i < MOST; i++) {
		struct v2p_translation one = { .size = sizeof(one) };
		bool same = !v2p_translate_one(v2p, target, virtual[i], &one);

		/* The kernel ages pages. */
		if (one.flags != got.flags[i])
			one.entry = got.entry[i];
		one.flags &= ~TOUCHED_FLAGS;
		got.flags[i] &= ~TOUCHED_FLAGS;
#define COMPARE(array, type) same = same && one.array == got.array[i];
		EACH_ARRAY(COMPARE)
		if (!same && !different++)
			printf("# 0x%lx: %u 0x%lx 0x%x alone, %u 0x%lx 0x%x in a batch\n",
			       virtual[i], one.status, one.physical, one.flags, got.status[i],
			       got.physical[i], got.flags[i]);
	}
	return different;
}

V2P_TEST(each_of_a_batch_as_alone)
{
	const uint64_t text = kernel_symbol("_stext") & -HUGE_SIZE;
	char *area = map_mixed(100);
	uint64_t virtual[MOST];
	size_t i;

	ASSERT_NE(NULL, area);
	ASSERT_NE(0, text);
	scatter(virtual, 500, area, 100);
	scatter(virtual + 500, 500, area + HUGE_SIZE - 20 * PAGE_SIZE, 40);
	EXPECT_EQ(0, count_different(self->self.v2p, v2p_pid(getpid()), virtual));
	for (i = 0; i < MOST; i++)
		virtual[i] = (uintptr_t)area + i * PAGE_SIZE;
	EXPECT_EQ(0, count_different(self->self.v2p, v2p_pid(getpid()), virtual));
	/* Text, constants, data, and what was freed between them. */
	scatter(virtual, MOST, (const char *)text, 32 * HUGE_SIZE / PAGE_SIZE);
	EXPECT_EQ(0, count_different(self->self.v2p, v2p_kernel(), virtual));
}

V2P_TEST(dbgeng_calls)
{
	char *area = map_small(2 * PAGE_SIZE);
	uint64_t offsets[V2P_MAX_LEVELS + 1] = {}, physical;
	const struct v2p_target me = v2p_pid(getpid());
	struct v2p *v2p = self->self.v2p;
	struct v2p_walk walk = { .size = sizeof(walk) };
	unsigned int i;
	int count;

	*area = 1;
	ASSERT_EQ(0, mlock(area, PAGE_SIZE));
	ASSERT_EQ(0, v2p_get_walk(v2p, me, (uintptr_t)area + 5, &walk));
	ASSERT_EQ(0, v2p_virtual_to_physical(v2p, me, (uintptr_t)area + 5, &physical));
	EXPECT_EQ(walk.translation.physical, physical);
	count = v2p_translation_physical_offsets(v2p, me, (uintptr_t)area + 5, offsets,
						 V2P_MAX_LEVELS + 1);
	ASSERT_EQ(walk.step_count + 1, count);
	for (i = 0; i < walk.step_count; i++)
		EXPECT_EQ(walk.steps[i].entry_physical, offsets[i]);
	EXPECT_EQ(physical, offsets[i]);

	offsets[2] = 42;
	EXPECT_EQ(count, v2p_translation_physical_offsets(v2p, me, (uintptr_t)area + 5,
							  offsets, 2));
	EXPECT_EQ(42, offsets[2]);
	EXPECT_EQ(count, v2p_translation_physical_offsets(v2p, me, (uintptr_t)area + 5, NULL,
							  0));
	EXPECT_EQ(-ENXIO, v2p_virtual_to_physical(v2p, me, (uintptr_t)area + PAGE_SIZE,
						  &physical));
	EXPECT_EQ(-ENXIO, v2p_translation_physical_offsets(v2p, me,
							   (uintptr_t)area + PAGE_SIZE,
							   offsets, 2));
}

TEST_HARNESS_MAIN
