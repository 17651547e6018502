// SPDX-License-Identifier: GPL-2.0
/*
 * What a process wrote stands at the physical address that v2p names, and every
 * entry of a walk stands where v2p says: QEMU reads both out of the machine's
 * memory.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/random.h>
#include <unistd.h>

#include "compared.h"
#include "fixture.h"
#include "monitor.h"
#include "oracle.h"

#define PATTERN 16

/* The processor may set these at any time. */
#define ACCESSED_DIRTY 0x60ULL

FIXTURE(monitor)
{
	struct asked self;
	int monitor;
};

FIXTURE_SETUP(monitor)
{
	const char *why;

	ASSERT_EQ(0, v2p_open(&self->self.v2p)) {
		TH_LOG("%s", v2p_error(self->self.v2p));
	}
	self->self.pid = getpid();
	self->monitor = monitor_open(&why);
	if (self->monitor < 0)
		SKIP(return, "%s", why);
}

FIXTURE_TEARDOWN(monitor)
{
	close(self->monitor);
	v2p_close(self->self.v2p);
}

#define MONITOR_TEST(name) TEST_F_TIMEOUT(monitor, name, PATIENCE)

/* Writes at some offset of some pages, and has it read back. */
static bool patterns_agree(const struct asked *asked, int monitor, char *area,
			   size_t size, unsigned int count)
{
	char written[PATTERN], read[PATTERN];
	struct v2p_translation answer;
	unsigned int i;

	mlock(area, size);
	for (i = 0; i < count; i++) {
		size_t page = size / PAGE_SIZE * i / count;
		char *at = area + page * PAGE_SIZE + (i * 97) % (PAGE_SIZE - PATTERN);

		if (getrandom(written, sizeof(written), 0) != sizeof(written))
			return false;
		memcpy(at, written, sizeof(written));
		if (!ask(asked, at, &answer) || answer.status != V2P_STATUS_MAPPED ||
		    !monitor_read(monitor, answer.physical, read, sizeof(read)) ||
		    memcmp(read, written, sizeof(read))) {
			printf("# page %zu: status %u, physical 0x%lx holds something else\n",
			       page, answer.status, answer.physical);
			return false;
		}
		compared(COMPARED_MONITOR, 1);
	}
	return true;
}

#define EXPECT_PATTERNS(area, size, count) \
	EXPECT_TRUE(patterns_agree(&self->self, self->monitor, area, size, count))

MONITOR_TEST(anonymous)
{
	char *area = map_small(64 * PAGE_SIZE);

	EXPECT_PATTERNS(area, 64 * PAGE_SIZE, 32);
}

MONITOR_TEST(stack_and_heap)
{
	char room[2 * PAGE_SIZE];
	char *heap = malloc(64 * 1024);

	EXPECT_PATTERNS(room, PAGE_SIZE, 1);
	EXPECT_PATTERNS(heap, 32 * 1024, 8);
}

MONITOR_TEST(huge_page)
{
	char *area = map_aligned(HUGE_SIZE, RW, ANON);
	struct v2p_translation answer;

	NEED_THP();
	make_huge(area, HUGE_SIZE);
	EXPECT_PATTERNS(area, HUGE_SIZE, 16);
	ASSERT_ASK(area, &answer);
	EXPECT_EQ(HUGE_SHIFT, answer.page_shift);
}

MONITOR_TEST(hugetlb)
{
	char *area;

	area = mmap(NULL, HUGE_SIZE, RW, ANON | MAP_HUGETLB | HUGE_SHIFT << 26, -1, 0);
	ASSERT_NE(MAP_FAILED, area);
	EXPECT_PATTERNS(area, HUGE_SIZE, 16);
	area = mmap(NULL, GIANT_SIZE, RW, ANON | MAP_HUGETLB | (30 << 26), -1, 0);
	if (area != MAP_FAILED)
		EXPECT_PATTERNS(area, GIANT_SIZE, 16);
}

MONITOR_TEST(shared)
{
	char *area = mmap(NULL, 64 * PAGE_SIZE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	EXPECT_PATTERNS(area, 64 * PAGE_SIZE, 16);
}

MONITOR_TEST(file)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char *area;

	ASSERT_EQ(0, ftruncate(fd, 32 * PAGE_SIZE));
	area = mmap(NULL, 32 * PAGE_SIZE, RW, MAP_SHARED, fd, 0);
	EXPECT_PATTERNS(area, 32 * PAGE_SIZE, 8);
	area = mmap(NULL, 32 * PAGE_SIZE, RW, MAP_PRIVATE, fd, 0);
	EXPECT_PATTERNS(area, 32 * PAGE_SIZE, 8);
}

MONITOR_TEST(frames_without_a_page)
{
	int oracle = oracle_open();
	char *area;

	ASSERT_LE(0, oracle);
	area = oracle_map(oracle, V2P_ORACLE_PFNMAP, 16, RW);
	ASSERT_NE(NULL, area);
	EXPECT_PATTERNS(area, 16 * PAGE_SIZE, 8);
}

/* What is written before PROT_NONE is where v2p says after it. */
MONITOR_TEST(prot_none)
{
	char *area = map_small(PAGE_SIZE);
	struct v2p_translation answer;
	char pattern[] = "v2p was here 123", read[PATTERN];

	memcpy(area + 100, pattern, PATTERN);
	ASSERT_EQ(0, mlock(area, PAGE_SIZE));
	ASSERT_EQ(0, mprotect(area, PAGE_SIZE, PROT_NONE));
	ASSERT_ASK(area + 100, &answer);
	ASSERT_EQ(V2P_STATUS_MAPPED, answer.status);
	ASSERT_TRUE(monitor_read(self->monitor, answer.physical, read, PATTERN));
	EXPECT_EQ(0, memcmp(read, pattern, PATTERN));
	compared(COMPARED_MONITOR, 1);
}

/* Read back until the entry stood still, at most so many times. */
static bool walk_stands(struct v2p *v2p, int monitor, struct v2p_target target,
			uint64_t address)
{
	struct v2p_walk walk = { .size = sizeof(walk) };
	unsigned int attempt, i;
	uint64_t entry = 0;

	for (attempt = 0; attempt < 5; attempt++) {
		if (v2p_get_walk(v2p, target, address, &walk))
			return false;
		for (i = 0; i < walk.step_count; i++) {
			if (!monitor_read(monitor, walk.steps[i].entry_physical, &entry,
					  sizeof(entry)))
				return false;
			if ((entry ^ walk.steps[i].entry) & ~ACCESSED_DIRTY)
				break;
		}
		if (i == walk.step_count) {
			compared(COMPARED_MONITOR, i);
			return true;
		}
	}
	printf("# 0x%lx: step %u at 0x%lx is 0x%lx, not 0x%lx\n", address, i,
	       walk.steps[i].entry_physical, entry, walk.steps[i].entry);
	return false;
}

MONITOR_TEST(walk_of_a_process)
{
	const struct v2p_target me = v2p_pid(getpid());
	char *area = map_small(16 * PAGE_SIZE);
	char *huge = map_aligned(HUGE_SIZE, RW, ANON);
	unsigned int i;

	ASSERT_EQ(0, mlock(area, 16 * PAGE_SIZE));
	make_huge(huge, HUGE_SIZE);
	for (i = 0; i < 8; i++)
		ASSERT_TRUE(walk_stands(self->self.v2p, self->monitor, me,
					(uintptr_t)area + i * 2 * PAGE_SIZE));
	EXPECT_TRUE(walk_stands(self->self.v2p, self->monitor, me, (uintptr_t)huge + 12345));
	EXPECT_TRUE(walk_stands(self->self.v2p, self->monitor, me, (uintptr_t)&huge));
	EXPECT_TRUE(walk_stands(self->self.v2p, self->monitor, me, (uintptr_t)printf));
}

/* pagemap shows nothing of [vvar], which has no page of the process's own. */
MONITOR_TEST(walk_of_vvar)
{
	static char maps[256 * 1024];
	unsigned long start;
	char *line;

	ASSERT_EQ(0, read_file("/proc/self/maps", maps, sizeof(maps)));
	line = strstr(maps, "[vvar");
	if (!line)
		SKIP(return, "the kernel has no [vvar]");
	while (line > maps && line[-1] != '\n')
		line--;
	ASSERT_EQ(1, sscanf(line, "%lx-", &start));
	EXPECT_TRUE(walk_stands(self->self.v2p, self->monitor, v2p_pid(getpid()), start));
}

/*
 * The monitor asks CPU 0, which knows nothing of the kernel's addresses while it
 * runs user code behind page-table isolation: most often it is not, when we wait
 * on it for the answer. Nor does riscv's firmware, whose addresses are physical.
 */
static bool mmu_translates(int monitor, uint64_t virtual, uint64_t *physical)
{
	unsigned int attempt;

	for (attempt = 0; attempt < 10; attempt++)
		if (monitor_translate(monitor, virtual, 0, physical) && *physical != virtual)
			return true;
	return false;
}

MONITOR_TEST(kernel_as_the_mmu_sees_it)
{
	struct v2p_oracle_region region;
	uint64_t mine, its;
	int oracle = oracle_open();
	unsigned int i, k;
	cpu_set_t first;

	ASSERT_LE(0, oracle);
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(first), &first));
	for (i = 0; oracle_region(oracle, i, &region); i++) {
		if (!strcmp(region.name, "kernel-image"))
			continue;
		for (k = 0; k < 4; k++) {
			uint64_t address = region.start + region.length / 5 * k + k;
			int err = v2p_virtual_to_physical(self->self.v2p, v2p_kernel(),
							  address, &mine);
			bool mapped = mmu_translates(self->monitor, address, &its);

			EXPECT_EQ(mapped, !err) {
				TH_LOG("%s 0x%lx", region.name, address);
			}
			if (mapped && !err)
				EXPECT_EQ(its, mine);
			compared(COMPARED_MONITOR, 1);
		}
		EXPECT_TRUE(walk_stands(self->self.v2p, self->monitor, v2p_kernel(),
					region.start));
	}
}

TEST_HARNESS_MAIN
