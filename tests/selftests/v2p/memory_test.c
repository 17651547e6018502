// SPDX-License-Identifier: GPL-2.0
/* Ordinary memory of every kind: each page against pagemap. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "fixture.h"

#ifndef MAP_HUGE_1GB
#define MAP_HUGE_1GB (30 << 26)
#endif

V2P_TEST(anonymous)
{
	const size_t size = 2048 * PAGE_SIZE;
	char *area = map_small(size);
	struct seen seen;

	fill(area, size);
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(2048, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(2048, seen.shift[PAGE_SHIFT]);
}

V2P_TEST(every_other_page)
{
	const size_t size = 512 * PAGE_SIZE;
	char *area = map_small(size);
	struct seen seen;
	size_t at;

	for (at = 0; at < size; at += 2 * PAGE_SIZE)
		area[at] = 1;
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(256, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(256, seen.status[V2P_STATUS_NONE]);
}

V2P_TEST(stack)
{
	char room[65 * PAGE_SIZE];
	char *area = (char *)(((uintptr_t)room + PAGE_SIZE) & -PAGE_SIZE);
	struct seen seen;

	fill(area, 64 * PAGE_SIZE);
	ASSERT_MATCH(area, 64 * PAGE_SIZE, &seen);
	EXPECT_EQ(64, seen.status[V2P_STATUS_MAPPED]);
}

V2P_TEST(heap)
{
	const size_t size = 300 * PAGE_SIZE;
	char *area = sbrk(size + PAGE_SIZE);
	struct seen seen;

	ASSERT_NE((void *)-1, area);
	area = (char *)(((uintptr_t)area + PAGE_SIZE) & -PAGE_SIZE);
	madvise(area, size, MADV_NOHUGEPAGE);
	fill(area, size);
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(300, seen.status[V2P_STATUS_MAPPED]);
}

/* A file of some pages, without a name. */
static int make_file(size_t size)
{
	char page[PAGE_SIZE] = { 1 };
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	size_t at;

	for (at = 0; fd >= 0 && at < size; at += sizeof(page))
		if (write(fd, page, sizeof(page)) != sizeof(page))
			return -1;
	return fd;
}

V2P_TEST(file_private)
{
	const size_t size = 128 * PAGE_SIZE;
	int fd = make_file(size);
	struct seen seen;
	char *area;

	ASSERT_LE(0, fd);
	area = mmap(NULL, size, RW, MAP_PRIVATE, fd, 0);
	read_all(area, size);
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(128, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(0, seen.flags_any & V2P_FLAG_WRITE);

	fill(area, size / 2);
	ASSERT_MATCH(area, size / 2, &seen);
	EXPECT_EQ(V2P_FLAG_WRITE, seen.flags_all & V2P_FLAG_WRITE);
	EXPECT_MATCH(area, size, &seen);
}

V2P_TEST(file_shared)
{
	const size_t size = 128 * PAGE_SIZE;
	struct v2p_translation a, b;
	int fd = make_file(size);
	char *area, *twin;
	struct seen seen;
	size_t at;

	ASSERT_LE(0, fd);
	area = mmap(NULL, size, RW, MAP_SHARED, fd, 0);
	twin = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	fill(area, size);
	read_all(twin, size);
	ASSERT_MATCH(area, size, &seen);
	ASSERT_MATCH(twin, size, &seen);
	EXPECT_EQ(128, seen.status[V2P_STATUS_MAPPED]);
	for (at = 0; at < size; at += 16 * PAGE_SIZE) {
		ASSERT_ASK(area + at + 7, &a);
		ASSERT_ASK(twin + at + 7, &b);
		EXPECT_EQ(a.physical, b.physical);
	}
}

V2P_TEST(file_executable)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat file;
	struct seen seen;
	size_t size;
	char *area;

	/* Of large pages, it has fewer. */
	ASSERT_EQ(0, fstat(fd, &file));
	size = ((uint64_t)file.st_size + PAGE_SIZE - 1) & -PAGE_SIZE;
	if (size > 8 * PAGE_SIZE)
		size = 8 * PAGE_SIZE;
	area = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	ASSERT_NE(MAP_FAILED, area);
	read_all(area, size);
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(size / PAGE_SIZE, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(V2P_FLAG_EXEC, seen.flags_all & V2P_FLAG_EXEC);
}

V2P_TEST(shmem)
{
	const size_t size = 256 * PAGE_SIZE;
	char *area = mmap(NULL, size, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct seen seen;

	fill(area, size);
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(256, seen.status[V2P_STATUS_MAPPED]);
}

V2P_TEST(memfd)
{
	const size_t size = 256 * PAGE_SIZE;
	int fd = memfd_create("v2p", MFD_CLOEXEC);
	struct seen seen;
	char *area;

	ASSERT_EQ(0, ftruncate(fd, size));
	area = mmap(NULL, size, RW, MAP_SHARED, fd, 0);
	fill(area, size / 2);
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(128, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(128, seen.status[V2P_STATUS_NONE]);
}

V2P_TEST(mlocked)
{
	const size_t size = 256 * PAGE_SIZE;
	char *area = map_small(size);
	struct seen seen;

	ASSERT_EQ(0, mlock(area, size));
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(256, seen.status[V2P_STATUS_MAPPED]);
}

V2P_TEST(transparent_huge_page)
{
	const size_t size = 4 * HUGE_SIZE;
	char *area = map_aligned(size, RW, ANON);
	struct v2p_translation first, inside;
	struct seen seen;

	NEED_THP();
	make_huge(area, size);
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(seen.pages, seen.shift[HUGE_SHIFT]);
	ASSERT_ASK(area, &first);
	ASSERT_ASK(area + HUGE_SIZE - 1, &inside);
	EXPECT_EQ(0, first.physical % HUGE_SIZE);
	EXPECT_EQ(first.physical + HUGE_SIZE - 1, inside.physical);
	EXPECT_EQ(first.entry, inside.entry);
}

V2P_TEST(split_huge_page_by_mprotect)
{
	char *area = map_aligned(HUGE_SIZE, RW, ANON);
	struct seen seen;

	NEED_THP();
	make_huge(area, HUGE_SIZE);
	ASSERT_MATCH(area, HUGE_SIZE, &seen);
	ASSERT_EQ(PER_TABLE, seen.shift[HUGE_SHIFT]);
	ASSERT_EQ(0, mprotect(area + HUGE_SIZE / 2, PAGE_SIZE, PROT_READ));
	ASSERT_MATCH(area, HUGE_SIZE, &seen);
	EXPECT_EQ(PER_TABLE, seen.shift[PAGE_SHIFT] + seen.shift[ARCH_RUN_SHIFT]);
	EXPECT_EQ(PER_TABLE, seen.status[V2P_STATUS_MAPPED]);
}

V2P_TEST(split_huge_page_by_munmap)
{
	char *area = map_aligned(HUGE_SIZE, RW, ANON);
	struct seen seen;

	NEED_THP();
	make_huge(area, HUGE_SIZE);
	ASSERT_MATCH(area, HUGE_SIZE, &seen);
	ASSERT_EQ(PER_TABLE, seen.shift[HUGE_SHIFT]);
	ASSERT_EQ(0, munmap(area, HUGE_SIZE / 4));
	ASSERT_MATCH(area, HUGE_SIZE, &seen);
	EXPECT_EQ(PER_TABLE / 4, seen.status[V2P_STATUS_NONE]);
	EXPECT_EQ(PER_TABLE / 4 * 3, seen.status[V2P_STATUS_MAPPED]);
}

V2P_TEST(hugetlb)
{
	const size_t size = 4 * HUGE_SIZE;
	struct seen seen;
	char *area;

	area = mmap(NULL, size, RW, ANON | MAP_HUGETLB | HUGE_SHIFT << 26, -1, 0);
	ASSERT_NE(MAP_FAILED, area);
	fill(area, size / 2);
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(2 * PER_TABLE, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(2 * PER_TABLE, seen.status[V2P_STATUS_NONE]);
	EXPECT_EQ(4 * PER_TABLE, seen.shift[HUGE_SHIFT]);
}

V2P_TEST(hugetlb_1G)
{
	struct v2p_translation first, last;
	struct seen seen;
	char *area;

	area = mmap(NULL, GIANT_SIZE, RW, ANON | MAP_HUGETLB | MAP_HUGE_1GB, -1, 0);
	if (area == MAP_FAILED)
		SKIP(return, "the kernel found no page of 1 GiB at boot");
	*area = 1;
	ASSERT_TRUE(matches_pagemap(&self->self, area, GIANT_SIZE, 193, &seen));
	EXPECT_EQ(seen.pages, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(seen.pages, seen.shift[GIANT_SHIFT]);
	ASSERT_ASK(area, &first);
	ASSERT_ASK(area + GIANT_SIZE - 1, &last);
	EXPECT_EQ(0, first.physical % GIANT_SIZE);
	EXPECT_EQ(first.physical + GIANT_SIZE - 1, last.physical);
}

V2P_TEST(copy_on_write)
{
	const size_t size = 64 * PAGE_SIZE;
	char *area = map_small(size);
	struct v2p_translation mine, its;
	struct asked other;
	struct child child;
	struct seen seen;

	fill(area, size);
	if (child_start(&child)) {
		child_done(&child);
		fill(area, size / 2);
		child_done(&child);
		_exit(0);
	}
	ASSERT_TRUE(child_wait(&child));
	other = (struct asked) { self->self.v2p, child.pid, pagemap_open(child.pid) };

	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(0, seen.flags_any & V2P_FLAG_WRITE);
	ASSERT_TRUE(matches_pagemap(&other, area, size, 1, &seen));
	EXPECT_EQ(64, seen.status[V2P_STATUS_MAPPED]);
	ASSERT_ASK(area, &mine);
	ASSERT_TRUE(ask(&other, area, &its));
	EXPECT_EQ(mine.physical, its.physical);

	ASSERT_TRUE(child_next(&child));
	ASSERT_MATCH(area, size, &seen);
	ASSERT_TRUE(matches_pagemap(&other, area, size, 1, &seen));
	ASSERT_TRUE(ask(&other, area, &its));
	EXPECT_NE(mine.physical, its.physical);
	EXPECT_EQ(V2P_FLAG_WRITE, its.flags & V2P_FLAG_WRITE);
	ASSERT_ASK(area + size - PAGE_SIZE, &mine);
	ASSERT_TRUE(ask(&other, area + size - PAGE_SIZE, &its));
	EXPECT_EQ(mine.physical, its.physical);

	fill(area, size);
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(V2P_FLAG_WRITE, seen.flags_all & V2P_FLAG_WRITE);
	close(other.pagemap);
	child_end(&child);
}

V2P_TEST(zero_page)
{
	const size_t size = 64 * PAGE_SIZE;
	struct v2p_translation a, b;
	char *area = map_small(size);
	struct seen seen;

	read_all(area, size);
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(64, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(V2P_FLAG_SPECIAL, seen.flags_all & V2P_FLAG_SPECIAL);
	EXPECT_EQ(0, seen.flags_any & V2P_FLAG_WRITE);
	ASSERT_ASK(area, &a);
	ASSERT_ASK(area + size - PAGE_SIZE, &b);
	EXPECT_EQ(a.physical, b.physical);
}

/* Or newer. */
static bool kernel_is(unsigned int major, unsigned int minor)
{
	unsigned int this_major, this_minor;
	struct utsname name;

	return !uname(&name) &&
	       sscanf(name.release, "%u.%u", &this_major, &this_minor) == 2 &&
	       (this_major > major || (this_major == major && this_minor >= minor));
}

V2P_TEST(huge_zero_page)
{
	char *area = map_aligned(HUGE_SIZE, RW, ANON);
	char setting[8];
	struct seen seen;

	NEED_THP();
	if (read_file("/sys/kernel/mm/transparent_hugepage/use_zero_page", setting,
		      sizeof(setting)) || setting[0] != '1')
		SKIP(return, "the kernel's huge zero page is switched off");
	madvise(area, HUGE_SIZE, MADV_HUGEPAGE);
	(void)*(volatile char *)area;
	ASSERT_MATCH(area, HUGE_SIZE, &seen);
	EXPECT_EQ(PER_TABLE, seen.shift[HUGE_SHIFT]);
	EXPECT_EQ(PER_TABLE, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(0, seen.flags_any & V2P_FLAG_WRITE);
	/* Nothing that a module can ask tells it from other huge pages before. */
	EXPECT_EQ(kernel_is(6, 18) ? V2P_FLAG_SPECIAL : 0, seen.flags_all & V2P_FLAG_SPECIAL);
}

V2P_TEST(never_touched)
{
	const size_t size = 512 * PAGE_SIZE;
	char *area = mmap(NULL, size, RW, ANON | MAP_NORESERVE, -1, 0);
	struct seen seen;

	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(512, seen.status[V2P_STATUS_NONE]);
	ASSERT_EQ(0, munmap(area, size));
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(512, seen.status[V2P_STATUS_NONE]);
}

/* page_shift is what the walk could see to be empty: no more and no less. */
V2P_TEST(hole)
{
	const unsigned int levels = self->info.level_count;
	char *area = map_aligned(4 * HUGE_SIZE, RW, ANON);
	struct v2p_translation hole;

	madvise(area, 4 * HUGE_SIZE, MADV_NOHUGEPAGE);
	area[0] = 1;
	area[3 * HUGE_SIZE] = 1;
	ASSERT_ASK(area + PAGE_SIZE, &hole);
	EXPECT_EQ(V2P_STATUS_NONE, hole.status);
	EXPECT_EQ(PAGE_SHIFT, hole.page_shift);
	ASSERT_ASK(area + HUGE_SIZE, &hole);
	EXPECT_EQ(V2P_STATUS_NONE, hole.status);
	EXPECT_EQ(HUGE_SHIFT, hole.page_shift);
	EXPECT_EQ(0, hole.entry);

	/* Nothing is mapped in the middle of the lower half. */
	ASSERT_ASK((void *)ARCH_HERE, &hole);
	EXPECT_EQ(V2P_STATUS_NONE, hole.status);
	EXPECT_LE(self->info.levels[levels - 3].shift, hole.page_shift);
}

V2P_TEST(high_addresses)
{
	void *const hint = (void *)(1UL << 52);
	const size_t size = 128 * PAGE_SIZE;
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct seen seen;
	char *area;

	if (self->info.level_count < 5)
		SKIP(return, "the kernel uses fewer than five levels");
	area = mmap(hint, size, RW, ANON, -1, 0);
	ASSERT_LE((char *)(1UL << 47), area);
	madvise(area, size, MADV_NOHUGEPAGE);
	fill(area, size);
	ASSERT_MATCH(area, size, &seen);
	EXPECT_EQ(128, seen.status[V2P_STATUS_MAPPED]);
	ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_pid(getpid()), (uintptr_t)area, &walk));
	EXPECT_EQ(5, walk.step_count);
	EXPECT_EQ((uintptr_t)area >> 48, walk.steps[0].index);
}

V2P_TEST(everything_mapped)
{
	static char maps[256 * 1024];
	unsigned long start, end, pages = 0;
	struct seen seen;
	char *line;

	ASSERT_EQ(0, read_file("/proc/self/maps", maps, sizeof(maps)));
	for (line = strtok(maps, "\n"); line; line = strtok(NULL, "\n")) {
		ASSERT_EQ(2, sscanf(line, "%lx-%lx", &start, &end));
		/* pagemap leaves out what has no struct page, or is the kernel's. */
		if (strstr(line, "[vvar") || strstr(line, "[vsyscall]"))
			continue;
		ASSERT_MATCH((char *)start, end - start, &seen) {
			TH_LOG("in %s", line);
		}
		pages += seen.status[V2P_STATUS_MAPPED];
	}
	EXPECT_LT(400UL << 10, pages * PAGE_SIZE);
}

V2P_TEST(vdso)
{
	static char maps[256 * 1024];
	unsigned long start, end;
	struct seen seen;
	char *line;

	ASSERT_EQ(0, read_file("/proc/self/maps", maps, sizeof(maps)));
	line = strstr(maps, "[vdso]");
	ASSERT_NE(NULL, line);
	while (line > maps && line[-1] != '\n')
		line--;
	ASSERT_EQ(2, sscanf(line, "%lx-%lx", &start, &end));
	read_all((char *)start, end - start);
	ASSERT_MATCH((char *)start, end - start, &seen);
	EXPECT_EQ(seen.pages, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(V2P_FLAG_EXEC, seen.flags_all & V2P_FLAG_EXEC);
}

TEST_HARNESS_MAIN
