// SPDX-License-Identifier: GPL-2.0
/* Flags are what the mapping is, and asking changes nothing. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixture.h"

#define PAGES 64
#define SIZE (PAGES * PAGE_SIZE)
#define ACCESS (V2P_FLAG_PRESENT | V2P_FLAG_WRITE | V2P_FLAG_USER | V2P_FLAG_EXEC | \
		V2P_FLAG_GLOBAL | V2P_FLAG_PROTNONE)

static uint32_t access_flags(const struct seen *seen)
{
	/* Different pages of one mapping would make it neither. */
	return (seen->flags_all & ACCESS) == (seen->flags_any & ACCESS) ?
		seen->flags_all & ACCESS : ~0u;
}

V2P_TEST(access)
{
	static const struct {
		int prot;
		uint32_t flags;
	} kinds[] = {
		{ PROT_READ, V2P_FLAG_PRESENT | V2P_FLAG_USER },
		{ RW, V2P_FLAG_PRESENT | V2P_FLAG_USER | V2P_FLAG_WRITE },
		{ PROT_READ | PROT_EXEC, V2P_FLAG_PRESENT | V2P_FLAG_USER | V2P_FLAG_EXEC },
		{ RW | PROT_EXEC, V2P_FLAG_PRESENT | V2P_FLAG_USER | V2P_FLAG_WRITE |
				  V2P_FLAG_EXEC },
	};
	struct seen seen;
	unsigned int i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		char *area = map_small(SIZE);

		fill(area, SIZE);
		ASSERT_EQ(0, mprotect(area, SIZE, kinds[i].prot));
		if (kinds[i].prot & PROT_WRITE)
			fill(area, SIZE);
		ASSERT_MATCH(area, SIZE, &seen);
		EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MAPPED]);
		EXPECT_EQ(kinds[i].flags, access_flags(&seen)) {
			TH_LOG("protection %d", kinds[i].prot);
		}
	}
}

V2P_TEST(memory_type)
{
	char *area = map_small(SIZE);
	struct v2p_translation answer;
	unsigned int i;

	fill(area, SIZE);
	for (i = 0; i < PAGES; i++) {
		ASSERT_ASK(area + i * PAGE_SIZE, &answer);
		EXPECT_EQ(V2P_STATUS_MAPPED, answer.status);
		EXPECT_EQ(ARCH_ORDINARY, answer.memory_type);
	}
}

V2P_TEST(dirty)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	struct seen seen;
	char *area;

	ASSERT_EQ(0, ftruncate(fd, SIZE));
	area = mmap(NULL, SIZE, RW, MAP_PRIVATE, fd, 0);
	read_all(area, SIZE);
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(0, seen.flags_any & V2P_FLAG_DIRTY);
	fill(area, SIZE);
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(V2P_FLAG_DIRTY, seen.flags_all & V2P_FLAG_DIRTY);
}

V2P_TEST(steps_of_a_walk)
{
	struct v2p_translation answer;
	char *area = map_small(SIZE);
	struct v2p_walk walk = { .size = sizeof(walk) };
	unsigned int i;

	fill(area, SIZE);
	ASSERT_EQ(0, mlock(area, SIZE));
	ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_pid(getpid()), (uintptr_t)area + 9, &walk));
	ASSERT_EQ(self->info.level_count, walk.step_count);
	/* The top-level table may be smaller than a page. */
	EXPECT_EQ(0, walk.root % (8ULL << self->info.levels[0].bits));
	EXPECT_EQ(walk.root + walk.steps[0].index * 8, walk.steps[0].entry_physical);
	for (i = 0; i < walk.step_count; i++) {
		const struct v2p_level_info *level = &self->info.levels[i];

		EXPECT_EQ(level->level, walk.steps[i].level);
		EXPECT_EQ((uintptr_t)area >> level->shift & ((1u << level->bits) - 1),
			  walk.steps[i].index);
		EXPECT_EQ(walk.steps[i].index * 8,
			  walk.steps[i].entry_physical % (8ULL << level->bits));
		EXPECT_EQ(V2P_FLAG_PRESENT, walk.steps[i].flags & V2P_FLAG_PRESENT);
	}
	ASSERT_ASK(area + 9, &answer);
	EXPECT_EQ(answer.physical, walk.translation.physical);
	EXPECT_EQ(answer.entry, walk.translation.entry);
	EXPECT_EQ(answer.flags, walk.translation.flags);
	EXPECT_EQ(answer.status, walk.translation.status);
	EXPECT_EQ(answer.page_shift, walk.translation.page_shift);
	EXPECT_EQ(answer.memory_type, walk.translation.memory_type);
	EXPECT_EQ(answer.protection_key, walk.translation.protection_key);
	EXPECT_EQ(walk.translation.entry, walk.steps[i - 1].entry);
	EXPECT_EQ(walk.translation.flags, walk.steps[i - 1].flags);
}

V2P_TEST(walk_that_ends_early)
{
	char *area = map_aligned(2 * HUGE_SIZE, RW, ANON);
	struct v2p_walk walk = { .size = sizeof(walk) };

	*area = 1;
	ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_pid(getpid()),
			      (uintptr_t)area + HUGE_SIZE, &walk));
	EXPECT_EQ(V2P_STATUS_NONE, walk.translation.status);
	EXPECT_EQ(self->info.level_count - 1, walk.step_count);
	EXPECT_EQ(0, walk.steps[walk.step_count - 1].entry);

	ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_pid(getpid()), ARCH_NOWHERE, &walk));
	EXPECT_EQ(V2P_STATUS_INVALID, walk.translation.status);
	EXPECT_EQ(0, walk.step_count);
}

V2P_TEST(nothing_is_faulted_in)
{
	const size_t size = 512 * PAGE_SIZE;
	char *area = mmap(NULL, size, RW, ANON, -1, 0);
	static unsigned char resident[512];
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct seen seen;
	unsigned int i;

	for (i = 0; i < 3; i++)
		ASSERT_MATCH(area, size, &seen);
	for (i = 0; i < 512; i += 8)
		ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_pid(getpid()),
				      (uintptr_t)area + i * PAGE_SIZE, &walk));
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(512, seen.status[V2P_STATUS_NONE]);
	ASSERT_EQ(0, mincore(area, size, resident));
	for (i = 0; i < 512; i++)
		EXPECT_EQ(0, resident[i] & 1);
}

static bool clear_accessed(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/clear_refs", pid);
	return !write_file(path, "1");
}

V2P_TEST(accessed_is_left_alone)
{
	char *area = map_small(SIZE);
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct child child;
	struct asked other;
	struct seen seen;
	unsigned int i;

	fill(area, SIZE);
	if (child_start(&child)) {
		fill(area, SIZE);
		child_done(&child);
		/* Clearing the flag leaves the TLB alone: this makes it look again. */
		mprotect(area, SIZE, PROT_READ);
		read_all(area, SIZE);
		child_done(&child);
		_exit(0);
	}
	ASSERT_TRUE(child_wait(&child));
	other = (struct asked) { self->self.v2p, child.pid, pagemap_open(child.pid) };
	ASSERT_TRUE(matches_pagemap(&other, area, SIZE, 1, &seen));
	EXPECT_EQ(V2P_FLAG_ACCESSED, seen.flags_all & V2P_FLAG_ACCESSED);

	ASSERT_TRUE(clear_accessed(child.pid));
	for (i = 0; i < 5; i++) {
		ASSERT_TRUE(matches_pagemap(&other, area, SIZE, 1, &seen));
		ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_pid(child.pid), (uintptr_t)area,
				      &walk));
	}
	EXPECT_EQ(0, seen.flags_any & V2P_FLAG_ACCESSED);

	/* The flag does come back when somebody else than v2p reads the page. */
	ASSERT_TRUE(child_next(&child));
	ASSERT_TRUE(matches_pagemap(&other, area, SIZE, 1, &seen));
	EXPECT_EQ(V2P_FLAG_ACCESSED, seen.flags_all & V2P_FLAG_ACCESSED);
	child_end(&child);
}

TEST_HARNESS_MAIN
