// SPDX-License-Identifier: GPL-2.0
/* Entries that are no ordinary page: swapped, poisoned, marked, switched off. */
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "oracle.h"
#include "zram.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef MADV_HWPOISON
#define MADV_HWPOISON 100
#endif
#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE 101
#endif
#ifndef UFFD_FEATURE_WP_HUGETLBFS_SHMEM
#define UFFD_FEATURE_WP_HUGETLBFS_SHMEM (1 << 12)
#endif
#ifndef UFFDIO_POISON
#define UFFD_FEATURE_POISON (1 << 14)
struct uffdio_poison {
	struct uffdio_range range;
	__u64 mode;
	__s64 updated;
};
#define UFFDIO_POISON _IOWR(UFFDIO, 0x08, struct uffdio_poison)
#endif

#define PAGES 64
#define SIZE (PAGES * PAGE_SIZE)

V2P_TEST(swapped)
{
	char *area = map_small(SIZE);
	struct v2p_translation answer;
	struct seen seen;
	unsigned int i;

	ASSERT_TRUE(zram_on(32));
	fill(area, SIZE);
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(0, madvise(area, SIZE, MADV_PAGEOUT));
		ASSERT_MATCH(area, SIZE, &seen);
		if (seen.status[V2P_STATUS_SWAPPED] == PAGES)
			break;
	}
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_SWAPPED]);
	EXPECT_EQ(PAGES, seen.shift[PAGE_SHIFT]);
	ASSERT_ASK(area, &answer);
	EXPECT_EQ(0, answer.physical);
	EXPECT_NE(0, answer.entry);
	EXPECT_EQ(0, answer.flags & V2P_FLAG_PRESENT);

	/* Asking brought nothing back; touching does. */
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_SWAPPED]);
	read_all(area, SIZE);
	EXPECT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MAPPED]);
	munmap(area, SIZE);
	zram_off();
}

/* Where the kernel sees physical address 0, or would, were there memory; 0 if unknown. */
static uint64_t direct_map(void)
{
	struct v2p_oracle_region region;
	int oracle = oracle_open();
	uint64_t start = 0, physical;
	unsigned int i;

	for (i = 0; !start && oracle_region(oracle, i, &region); i++)
		if (!strcmp(region.name, "direct-map") &&
		    !oracle_truth(oracle, i, region.start, &physical))
			start = region.start - physical;
	close(oracle);
	return start;
}

/* Who reads what is behind these addresses, by the kernel's own map, dies of it. */
V2P_TEST(memory_that_the_kernel_cannot_read)
{
	const uint64_t kernel = direct_map();
	struct v2p_translation answer;
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct seen seen;
	unsigned int i;
	char *area;
	int fd;

	fd = syscall(SYS_memfd_secret, O_CLOEXEC);
	if (fd < 0 && errno == ENOSYS)
		SKIP(return, "the kernel is built without SECRETMEM");
	ASSERT_LE(0, fd);
	ASSERT_NE(0, kernel);
	ASSERT_EQ(0, ftruncate(fd, SIZE));
	area = mmap(NULL, SIZE, RW, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, area);
	fill(area, SIZE);
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EXTENTS_MATCH(area, SIZE);
	for (i = 0; i < PAGES; i++) {
		const uint64_t address = (uintptr_t)area + i * PAGE_SIZE;
		uint64_t physical;

		ASSERT_ASK((void *)address, &answer);
		ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_pid(getpid()), address, &walk));
		EXPECT_EQ(answer.physical, walk.translation.physical);
		EXPECT_EQ(-ENXIO, v2p_virtual_to_physical(self->self.v2p, v2p_kernel(),
							  kernel + answer.physical, &physical));
	}
	munmap(area, SIZE);
	close(fd);
}

V2P_TEST(soft_offlined)
{
	char *area = map_small(SIZE);
	struct v2p_translation before, after;
	struct seen seen;

	ASSERT_EQ(0, mlock(area, SIZE));
	fill(area, SIZE);
	ASSERT_ASK(area, &before);
	if (madvise(area, PAGE_SIZE, MADV_SOFT_OFFLINE)) {
		ASSERT_EQ(EINVAL, errno);
		SKIP(return, "the kernel is built without MEMORY_FAILURE");
	}
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MAPPED]);
	ASSERT_ASK(area, &after);
	EXPECT_NE(before.physical, after.physical);
	EXPECT_EQ(1, *(size_t *)area);
}

/* MADV_HWPOISON also says by a signal what it has done. */
static void expect_signal(int signal)
{
}

V2P_TEST(hard_poisoned)
{
	char *area = map_small(SIZE);
	struct v2p_translation before, after;
	struct seen seen;

	signal(SIGBUS, expect_signal);
	fill(area, SIZE);
	ASSERT_ASK(area + PAGE_SIZE, &before);
	if (madvise(area + PAGE_SIZE, PAGE_SIZE, MADV_HWPOISON)) {
		ASSERT_EQ(EINVAL, errno);
		SKIP(return, "the kernel is built without MEMORY_FAILURE");
	}
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(1, seen.status[V2P_STATUS_POISONED]);
	EXPECT_EQ(PAGES - 1, seen.status[V2P_STATUS_MAPPED]);
	ASSERT_ASK(area + PAGE_SIZE + 5, &after);
	EXPECT_EQ(V2P_STATUS_POISONED, after.status);
	EXPECT_EQ(before.physical / PAGE_SIZE, after.swap_offset);
	EXPECT_EQ(0, after.physical);
}

/* pagemap shows nothing of it: the frame is known from before. */
V2P_TEST(hard_poisoned_hugetlb)
{
	struct v2p_translation after;
	uint64_t before;
	char *area;

	signal(SIGBUS, expect_signal);
	area = mmap(NULL, HUGE_SIZE, RW, ANON | MAP_HUGETLB | (HUGE_SHIFT << 26), -1, 0);
	ASSERT_NE(MAP_FAILED, area);
	fill(area, HUGE_SIZE);
	before = pagemap_entry(self->self.pagemap, area + 3 * PAGE_SIZE) & PM_FRAME;
	ASSERT_NE(0, before);
	if (madvise(area, PAGE_SIZE, MADV_HWPOISON)) {
		ASSERT_EQ(EINVAL, errno);
		SKIP(return, "the kernel is built without MEMORY_FAILURE");
	}
	ASSERT_ASK(area + 3 * PAGE_SIZE, &after);
	EXPECT_EQ(V2P_STATUS_POISONED, after.status);
	EXPECT_EQ(HUGE_SHIFT, after.page_shift);
	EXPECT_EQ(before, after.swap_offset);
	EXPECT_EXTENTS_MATCH(area, HUGE_SIZE);
}

/* A userfaultfd over an area; -1 where the kernel lacks a feature. */
static int userfaultfd(char *area, size_t size, uint64_t features, uint64_t mode)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	struct uffdio_register reg = {
		.range = { (uintptr_t)area, size }, .mode = mode,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &reg)) {
		close(fd);
		return -1;
	}
	return fd;
}

#define NEED_WRITE_PROTECTION() \
	do { \
		if (!(self->info.features & V2P_FEATURE_UFFD_WP)) \
			SKIP(return, "the kernel's userfaultfd cannot write-protect"); \
	} while (0)

static bool write_protect(int uffd, char *area, size_t size)
{
	struct uffdio_writeprotect wp = {
		.range = { (uintptr_t)area, size }, .mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	return !ioctl(uffd, UFFDIO_WRITEPROTECT, &wp);
}

V2P_TEST(userfaultfd_poisoned)
{
	char *area = map_small(SIZE);
	struct uffdio_poison poison = { .range = { (uintptr_t)area, SIZE / 2 } };
	struct v2p_translation answer;
	struct seen seen;
	int uffd;

	uffd = userfaultfd(area, SIZE, UFFD_FEATURE_POISON, UFFDIO_REGISTER_MODE_MISSING);
	if (uffd < 0)
		SKIP(return, "UFFDIO_POISON came with kernel 6.6");
	ASSERT_EQ(0, ioctl(uffd, UFFDIO_POISON, &poison));
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES / 2, seen.status[V2P_STATUS_POISONED]);
	EXPECT_EQ(PAGES / 2, seen.status[V2P_STATUS_NONE]);
	ASSERT_ASK(area, &answer);
	EXPECT_EQ(0, answer.swap_offset);
	EXPECT_EQ(V2P_FEATURE_POISON_MARKER, self->info.features & V2P_FEATURE_POISON_MARKER);
}

V2P_TEST(userfaultfd_write_protected)
{
	char *area = map_small(SIZE);
	struct seen seen;
	int uffd;

	NEED_WRITE_PROTECTION();
	fill(area, SIZE);
	uffd = userfaultfd(area, SIZE, 0, UFFDIO_REGISTER_MODE_WP);
	ASSERT_LE(0, uffd);
	ASSERT_TRUE(write_protect(uffd, area, SIZE / 2));
	ASSERT_MATCH(area, SIZE / 2, &seen);
	EXPECT_EQ(PAGES / 2, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(V2P_FLAG_UFFD_WP, seen.flags_all & V2P_FLAG_UFFD_WP);
	EXPECT_EQ(0, seen.flags_any & V2P_FLAG_WRITE);
	ASSERT_MATCH(area + SIZE / 2, SIZE / 2, &seen);
	EXPECT_EQ(0, seen.flags_any & V2P_FLAG_UFFD_WP);
	EXPECT_EQ(V2P_FLAG_WRITE, seen.flags_all & V2P_FLAG_WRITE);
}

V2P_TEST(userfaultfd_marker)
{
	char *area = mmap(NULL, SIZE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct v2p_translation answer;
	struct seen seen;
	int uffd;

	NEED_WRITE_PROTECTION();
	uffd = userfaultfd(area, SIZE, UFFD_FEATURE_WP_HUGETLBFS_SHMEM,
			   UFFDIO_REGISTER_MODE_WP);
	ASSERT_LE(0, uffd);
	ASSERT_TRUE(write_protect(uffd, area, SIZE));
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MARKER]);
	ASSERT_ASK(area, &answer);
	EXPECT_EQ(V2P_FLAG_UFFD_WP, answer.flags & V2P_FLAG_UFFD_WP);
	EXPECT_EQ(0, answer.physical);
}

V2P_TEST(guard_region)
{
	const bool promised = self->info.features & V2P_FEATURE_GUARD;
	char *area = map_small(SIZE);
	struct seen seen;

	fill(area, SIZE);
	if (madvise(area, SIZE / 2, MADV_GUARD_INSTALL)) {
		ASSERT_EQ(EINVAL, errno);
		EXPECT_FALSE(promised);
		SKIP(return, "guard regions came with kernel 6.13");
	}
	EXPECT_TRUE(promised);
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES / 2, seen.status[V2P_STATUS_GUARD]);
	EXPECT_EQ(PAGES / 2, seen.status[V2P_STATUS_MAPPED]);
}

V2P_TEST(prot_none)
{
	static uint64_t before[PAGES];
	char *area = map_small(SIZE);
	struct v2p_translation answer;
	struct seen seen;
	unsigned int i;

	fill(area, SIZE);
	ASSERT_EQ(0, mlock(area, SIZE));
	for (i = 0; i < PAGES; i++) {
		ASSERT_ASK(area + i * PAGE_SIZE + i, &answer);
		before[i] = answer.physical;
	}
	ASSERT_EQ(0, mprotect(area, SIZE, PROT_NONE));
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(V2P_FLAG_PROTNONE, seen.flags_all & V2P_FLAG_PROTNONE);
	EXPECT_EQ(0, seen.flags_any & (V2P_FLAG_PRESENT | V2P_FLAG_USER | V2P_FLAG_GLOBAL));
	for (i = 0; i < PAGES; i++) {
		ASSERT_ASK(area + i * PAGE_SIZE + i, &answer);
		EXPECT_EQ(before[i], answer.physical);
	}
}

V2P_TEST(prot_none_huge_page)
{
	char *area = map_aligned(HUGE_SIZE, RW, ANON);
	struct v2p_translation before, after;
	struct seen seen;

	NEED_THP();
	make_huge(area, HUGE_SIZE);
	ASSERT_EQ(0, mlock(area, HUGE_SIZE));
	ASSERT_ASK(area + HUGE_SIZE / 2 + 1, &before);
	ASSERT_EQ(HUGE_SHIFT, before.page_shift);
	ASSERT_EQ(0, mprotect(area, HUGE_SIZE, PROT_NONE));
	ASSERT_MATCH(area, HUGE_SIZE, &seen);
	EXPECT_EQ(PER_TABLE, seen.shift[HUGE_SHIFT]);
	EXPECT_EQ(V2P_FLAG_PROTNONE, seen.flags_all & V2P_FLAG_PROTNONE);
	EXPECT_EQ(0, seen.flags_any & V2P_FLAG_PRESENT);
	ASSERT_ASK(area + HUGE_SIZE / 2 + 1, &after);
	EXPECT_EQ(before.physical, after.physical);
}

FIXTURE(hugetlb)
{
	struct asked self;
};

FIXTURE_VARIANT(hugetlb)
{
	unsigned int shift;
};

FIXTURE_VARIANT_ADD(hugetlb, 2M)
{
	.shift = HUGE_SHIFT,
};

FIXTURE_VARIANT_ADD(hugetlb, 1G)
{
	.shift = GIANT_SHIFT,
};

FIXTURE_SETUP(hugetlb)
{
	ASSERT_EQ(0, v2p_open(&self->self.v2p)) {
		TH_LOG("%s", v2p_error(self->self.v2p));
	}
	self->self.pid = getpid();
	self->self.pagemap = pagemap_open(getpid());
	ASSERT_LE(0, self->self.pagemap);
}

FIXTURE_TEARDOWN(hugetlb)
{
	close(self->self.pagemap);
	v2p_close(self->self.v2p);
}

/* Each level's entry that is switched off is inverted and has other bits. */
TEST_F_TIMEOUT(hugetlb, prot_none, PATIENCE)
{
	const size_t size = 1UL << variant->shift;
	struct v2p_translation before, after;
	struct seen seen;
	char *area;

	area = mmap(NULL, size, RW, ANON | MAP_HUGETLB | (variant->shift << 26), -1, 0);
	if (area == MAP_FAILED && variant->shift == GIANT_SHIFT)
		SKIP(return, "the kernel found no page of 1 GiB at boot");
	ASSERT_NE(MAP_FAILED, area);
	*area = 1;
	ASSERT_ASK(area + size / 2 + 1, &before);
	ASSERT_EQ(variant->shift, before.page_shift);
	ASSERT_EQ(0, mprotect(area, size, PROT_NONE));
	ASSERT_TRUE(matches_pagemap(&self->self, area, size, 193, &seen));
	EXPECT_EQ(seen.pages, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(seen.pages, seen.shift[variant->shift]);
	EXPECT_EQ(V2P_FLAG_PROTNONE, seen.flags_all & V2P_FLAG_PROTNONE);
	EXPECT_EQ(0, seen.flags_any & V2P_FLAG_PRESENT);
	ASSERT_ASK(area + size / 2 + 1, &after);
	EXPECT_EQ(before.physical, after.physical);
}

/*
 * A page of several entries: arm64's have each a frame of its own, RISC-V's all the same value,
 * which keeps no offset within the page.
 */
V2P_TEST(hugetlb_of_several_entries)
{
#define POOL "/sys/kernel/mm/hugepages/hugepages-64kB/nr_hugepages"
	enum { SHIFT = 16, RUN = 1 << SHIFT, COUNT = 4, LENGTH = COUNT * RUN };
	static uint64_t before[LENGTH / PAGE_SIZE];
	struct v2p_translation answer;
	struct seen seen;
	unsigned int i;
	char *area;

	if (access(POOL, F_OK))
		SKIP(return, "the kernel has no such pages of 64 KiB");
	ASSERT_EQ(0, write_file(POOL, "8"));
	area = mmap(NULL, LENGTH, RW, ANON | MAP_HUGETLB | (SHIFT << 26), -1, 0);
	ASSERT_NE(MAP_FAILED, area);
	fill(area, LENGTH);
	ASSERT_MATCH(area, LENGTH, &seen);
	EXPECT_EQ(seen.pages, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(seen.pages, seen.shift[SHIFT]);
	EXPECT_EQ(V2P_FLAG_CONTIGUOUS | V2P_FLAG_WRITE,
		  seen.flags_all & (V2P_FLAG_CONTIGUOUS | V2P_FLAG_WRITE));
	EXPECT_EXTENTS_MATCH(area, LENGTH);
	EXPECT_EXTENTS_MATCH(area + 3 * PAGE_SIZE, RUN);
	for (i = 0; i < LENGTH / PAGE_SIZE; i++) {
		ASSERT_ASK(area + i * PAGE_SIZE + i, &answer);
		before[i] = answer.physical;
		EXPECT_EQ(i * PAGE_SIZE % RUN + i, answer.physical % RUN);
	}
	/* Switched off, it may still look present, for the kernel alone. */
	ASSERT_EQ(0, mprotect(area, LENGTH, PROT_NONE));
	ASSERT_MATCH(area, LENGTH, &seen);
	EXPECT_EQ(seen.pages, seen.status[V2P_STATUS_MAPPED]);
	EXPECT_EQ(seen.pages, seen.shift[SHIFT]);
	EXPECT_EQ(0, seen.flags_any & V2P_FLAG_USER);
	for (i = 0; i < LENGTH / PAGE_SIZE; i++) {
		ASSERT_ASK(area + i * PAGE_SIZE + i, &answer);
		EXPECT_EQ(before[i], answer.physical);
	}
	munmap(area, LENGTH);
	write_file(POOL, "0");
}

static long set_policy(int mode, unsigned long nodes)
{
	return syscall(SYS_set_mempolicy, mode, nodes ? &nodes : NULL, nodes ? 64 : 0);
}

/* The scanner hints at pages that lie on another node than the task runs on. */
V2P_TEST(numa_hinted)
{
#define BALANCING "/sys/kernel/debug/sched/numa_balancing/"
	char *area = map_small(SIZE);
	unsigned int cpu, node, i;
	struct seen seen = {};
	struct child child;
	struct asked other;

	if (!has_two_nodes())
		SKIP(return, "the machine has one NUMA node");
	if (write_file("/proc/sys/kernel/numa_balancing", "1"))
		SKIP(return, "the kernel is built without NUMA_BALANCING");
	write_file(BALANCING "scan_delay_ms", "10");
	write_file(BALANCING "scan_period_min_ms", "10");
	write_file(BALANCING "scan_period_max_ms", "50");

	if (child_start(&child)) {
		cpu_set_t here;

		syscall(SYS_getcpu, &cpu, &node, NULL);
		CPU_ZERO(&here);
		CPU_SET(cpu, &here);
		sched_setaffinity(0, sizeof(here), &here);
		set_policy(MPOL_BIND, node == 0 ? 2 : 1);
		fill(area, SIZE);
		set_policy(MPOL_DEFAULT, 0);
		if (write(child.to, "", 1) != 1)
			_exit(1);
		/* The scan is paid for by the task's own running time. */
		for (;;)
			getppid();
	}
	ASSERT_TRUE(child_wait(&child));
	other = (struct asked) { self->self.v2p, child.pid, pagemap_open(child.pid) };
	for (i = 0; i < 200 && !(seen.flags_any & V2P_FLAG_PROTNONE); i++) {
		usleep(100 * 1000);
		ASSERT_TRUE(matches_pagemap(&other, area, SIZE, 1, &seen));
	}
	child_end(&child);
	if (!(seen.flags_any & V2P_FLAG_PROTNONE))
		SKIP(return, "the kernel hinted at no page within 20 s");
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MAPPED]);
}

V2P_TEST(soft_dirty)
{
	char *area = map_small(SIZE);
	struct seen seen;

	if (!(self->info.features & V2P_FEATURE_SOFT_DIRTY))
		SKIP(return, "the kernel is built without MEM_SOFT_DIRTY");
	fill(area, SIZE);
	ASSERT_EQ(0, write_file("/proc/self/clear_refs", "4"));
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(0, seen.flags_any & V2P_FLAG_SOFT_DIRTY);
	fill(area, SIZE / 2);
	ASSERT_MATCH(area, SIZE / 2, &seen);
	EXPECT_EQ(V2P_FLAG_SOFT_DIRTY, seen.flags_all & V2P_FLAG_SOFT_DIRTY);
	ASSERT_MATCH(area + SIZE / 2, SIZE / 2, &seen);
	EXPECT_EQ(0, seen.flags_any & V2P_FLAG_SOFT_DIRTY);
}

V2P_TEST(device_private)
{
	const bool promised = self->info.features & V2P_FEATURE_DEVICE_PRIVATE;
	char *area = map_small(SIZE);
	struct v2p_translation answer;
	int oracle = oracle_open();
	struct seen seen;
	int err;

	ASSERT_LE(0, oracle);
	fill(area, SIZE);
	err = oracle_take(oracle, area, PAGES / 2);
	if (err == -EOPNOTSUPP) {
		EXPECT_FALSE(promised);
		SKIP(return, "the kernel is built without DEVICE_PRIVATE");
	}
	ASSERT_EQ(0, err);
	EXPECT_TRUE(promised);
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES / 2, seen.status[V2P_STATUS_DEVICE]);
	EXPECT_EQ(PAGES / 2, seen.status[V2P_STATUS_MAPPED]);
	ASSERT_ASK(area + 1, &answer);
	EXPECT_NE(0, answer.swap_offset);
	EXPECT_EQ(0, answer.physical);

	EXPECT_EQ(1, *(volatile size_t *)area);
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES / 2 - 1, seen.status[V2P_STATUS_DEVICE]);
	read_all(area, SIZE);
	ASSERT_MATCH(area, SIZE, &seen);
	EXPECT_EQ(PAGES, seen.status[V2P_STATUS_MAPPED]);
}

TEST_HARNESS_MAIN
