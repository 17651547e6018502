/* SPDX-License-Identifier: GPL-2.0 */
/* What nearly every test needs: a handle of the library, and its own pagemap. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <sys/mman.h>

#include "../kselftest_harness.h"
#include "arch.h"
#include "match.h"
#include "child.h"
#include "files.h"
#include "pagemap.h"
#include "pages.h"
#include "thp.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

/* Seconds that a test may take where the machine is emulated. */
#define PATIENCE 300

FIXTURE(v2p)
{
	struct asked self;
	struct v2p_info info;
};

FIXTURE_SETUP(v2p)
{
	/* The kernel would take the access to pages away, after some time. */
	write_file("/proc/sys/kernel/numa_balancing", "0");
	ASSERT_EQ(0, v2p_open(&self->self.v2p)) {
		TH_LOG("%s", v2p_error(self->self.v2p));
	}
	self->info.size = sizeof(self->info);
	ASSERT_EQ(0, v2p_get_info(self->self.v2p, &self->info));
	self->self.pid = getpid();
	self->self.pagemap = pagemap_open(getpid());
	ASSERT_LE(0, self->self.pagemap);
}

FIXTURE_TEARDOWN(v2p)
{
	close(self->self.pagemap);
	v2p_close(self->self.v2p);
}

#define V2P_TEST(name) TEST_F_TIMEOUT(v2p, name, PATIENCE)

#define NEED_THP() \
	do { \
		if (!has_thp()) \
			SKIP(return, NO_THP); \
	} while (0)

/* Memory that is aligned to a huge page, mapped somewhere inside a larger room. */
static inline char *map_aligned(size_t size, int prot, int flags)
{
	char *room = mmap(NULL, size + HUGE_SIZE, prot, flags, -1, 0);

	if (room == MAP_FAILED)
		return NULL;
	return (char *)(((uintptr_t)room + HUGE_SIZE - 1) & -HUGE_SIZE);
}

/* Anonymous memory that no huge page comes into. */
static inline char *map_small(size_t size)
{
	char *area = mmap(NULL, size, RW, ANON, -1, 0);

	if (area == MAP_FAILED)
		return NULL;
	keep_small(area, size);
	return area;
}

/* Writes to every page, each with something else. */
static inline void fill(char *area, size_t size)
{
	size_t at;

	for (at = 0; at < size; at += PAGE_SIZE)
		*(volatile size_t *)(area + at) = at + 1;
}

static inline void read_all(const char *area, size_t size)
{
	size_t at;

	for (at = 0; at < size; at += PAGE_SIZE)
		(void)*(const volatile char *)(area + at);
}

/* Huge pages: at the first touch, or by a collapse if none was free then. */
static inline void make_huge(char *area, size_t size)
{
	madvise(area, size, MADV_HUGEPAGE);
	fill(area, size);
	madvise(area, size, MADV_COLLAPSE);
}

#define EXPECT_MATCH(area, size, seen) \
	EXPECT_TRUE(matches_pagemap(&self->self, area, size, 1, seen))
#define ASSERT_MATCH(area, size, seen) \
	ASSERT_TRUE(matches_pagemap(&self->self, area, size, 1, seen))
/* Of what pagemap knows nothing. */
#define EXPECT_EXTENTS_MATCH(area, bytes) \
	EXPECT_TRUE(extents_match(self->self.v2p, v2p_pid(self->self.pid), NO_PAGEMAP, \
				 &(struct v2p_range) { .size = sizeof(struct v2p_range), \
						       .start = (uintptr_t)(area), \
						       .length = (bytes) }, \
				 &(struct extents) {}))
#define ASSERT_ASK(area, answer) \
	ASSERT_TRUE(ask(&self->self, area, answer))

#endif /* FIXTURE_H */
