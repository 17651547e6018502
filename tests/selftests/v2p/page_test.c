// SPDX-License-Identifier: GPL-2.0
/*
 * What is said of physical pages, of those that this process makes: what they are used for,
 * where they are, how they hang together, and which file they are of.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <linux/v2p.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fixture.h"
#include "kpage.h"
#include "wire.h"

#ifndef MADV_HWPOISON
#define MADV_HWPOISON 100
#endif
#define PAGES 16
#define SIZE (PAGES * PAGE_SIZE)
#define HUGE_ORDER (HUGE_SHIFT - PAGE_SHIFT)
#define NO_HUGETLB "no free hugetlb page"

/* What is said of the page at an address of this process; it has to be there. */
static bool ask_page(const struct asked *asked, const volatile void *at,
		     struct v2p_page_info *page)
{
	const uint64_t entry = pagemap_entry(asked->pagemap, at);
	const uint64_t physical = ((entry & PM_FRAME) << PAGE_SHIFT) + 0x123;

	if (!(entry & PM_PRESENT)) {
		printf("# nothing is at %p\n", at);
		return false;
	}
	if (v2p_page(asked->v2p, &physical, 1, page)) {
		printf("# %s\n", v2p_error(asked->v2p));
		return false;
	}
	printf("# %#llx: %s %s, order %u, index %u, %u references, node %u, zone %s, file %llx %llu %llx\n",
	       (unsigned long long)physical, v2p_page_status_name(page->page_status),
	       v2p_page_kind_name(page->page_kind), page->folio_order, page->folio_index,
	       page->references, page->node, v2p_zone_name(page->zone),
	       (unsigned long long)page->file_device, (unsigned long long)page->file_inode,
	       (unsigned long long)page->file_offset);
	return true;
}

#define ASSERT_PAGE(at, page) ASSERT_TRUE(ask_page(&self->self, at, page))

/* What every page has that is in use. */
#define EXPECT_USED(page, kind) do { \
	EXPECT_EQ(V2P_PAGE_STATUS_ONLINE, (page).page_status); \
	EXPECT_EQ(kind, (page).page_kind); \
	EXPECT_LT(0, (page).references); \
	EXPECT_NE(V2P_ZONE_UNKNOWN, (page).zone); \
} while (0)

#define EXPECT_NO_FILE(page) do { \
	EXPECT_EQ(0, (page).file_device); \
	EXPECT_EQ(0, (page).file_inode); \
	EXPECT_EQ(0, (page).file_offset); \
} while (0)

#define EXPECT_FILE(page, fd, at) do { \
	struct stat wanted; \
	ASSERT_EQ(0, fstat(fd, &wanted)); \
	EXPECT_EQ(wanted.st_dev, (page).file_device); \
	EXPECT_EQ(wanted.st_ino, (page).file_inode); \
	EXPECT_EQ(at, (page).file_offset); \
} while (0)

V2P_TEST(anonymous)
{
	char *area = map_small(SIZE);
	struct v2p_page_info page;
	unsigned int i;

	ASSERT_NE(NULL, area);
	fill(area, SIZE);
	for (i = 0; i < PAGES; i++) {
		ASSERT_PAGE(area + i * PAGE_SIZE, &page);
		EXPECT_USED(page, V2P_PAGE_KIND_ORDINARY);
		EXPECT_EQ(0, page.folio_order);
		EXPECT_EQ(0, page.folio_index);
		EXPECT_NO_FILE(page);
	}
}

/* Bound to each node in turn, as move_pages() tells it. */
V2P_TEST(nodes)
{
	unsigned long mask;
	unsigned int bound = 0;

	for (mask = 1; mask <= 2; mask <<= 1) {
		char *area = map_small(SIZE);
		struct v2p_page_info page;
		void *at = area;
		int node = -1;

		ASSERT_NE(NULL, area);
		if (syscall(SYS_mbind, area, SIZE, MPOL_BIND, &mask, 8 * sizeof(mask), 0))
			continue;
		fill(area, SIZE);
		ASSERT_EQ(0, syscall(SYS_move_pages, 0, 1UL, &at, NULL, &node, 0));
		ASSERT_PAGE(area, &page);
		EXPECT_EQ(node, page.node);
		EXPECT_EQ(mask, 1UL << page.node);
		bound++;
	}
	EXPECT_EQ(has_two_nodes() ? 2 : 1, bound);
}

V2P_TEST(zero_page)
{
	char *area = map_small(PAGE_SIZE);
	struct v2p_page_info page;

	ASSERT_NE(NULL, area);
	read_all(area, PAGE_SIZE);
	ASSERT_PAGE(area, &page);
	EXPECT_EQ(V2P_PAGE_KIND_ZERO, page.page_kind);
	EXPECT_NO_FILE(page);
}

/* Of all pages in a folio, the index counts, and all else is the same. */
#define EXPECT_ONE_FOLIO(area, kind) do { \
	struct v2p_page_info first, page; \
	unsigned int i; \
	ASSERT_PAGE(area, &first); \
	EXPECT_USED(first, kind); \
	EXPECT_EQ(HUGE_ORDER, first.folio_order); \
	EXPECT_EQ(0, first.folio_index); \
	for (i = 1; i < 1 << HUGE_ORDER; i += i < 64 ? 1 : 61) { \
		ASSERT_PAGE((area) + i * PAGE_SIZE, &page); \
		EXPECT_USED(page, kind); \
		EXPECT_EQ(HUGE_ORDER, page.folio_order); \
		EXPECT_EQ(i, page.folio_index); \
		EXPECT_EQ(first.node, page.node); \
		EXPECT_EQ(first.zone, page.zone); \
	} \
} while (0)

V2P_TEST(transparent_huge_page)
{
	char *area = map_aligned(HUGE_SIZE, RW, ANON);
	struct v2p_page_info page;

	NEED_THP();
	ASSERT_NE(NULL, area);
	make_huge(area, HUGE_SIZE);
	EXPECT_ONE_FOLIO(area, V2P_PAGE_KIND_THP);
	ASSERT_PAGE(area, &page);
	EXPECT_NO_FILE(page);
}

V2P_TEST(hugetlb)
{
	char *area = mmap(NULL, HUGE_SIZE, RW, ANON | MAP_HUGETLB, -1, 0);
	struct v2p_page_info page;

	if (area == MAP_FAILED)
		SKIP(return, NO_HUGETLB);
	fill(area, HUGE_SIZE);
	EXPECT_ONE_FOLIO(area, V2P_PAGE_KIND_HUGETLB);
	ASSERT_PAGE(area, &page);
	EXPECT_NO_FILE(page);
	munmap(area, HUGE_SIZE);
}

V2P_TEST(hugetlb_file)
{
	int fd = memfd_create("page_test", MFD_HUGETLB | HUGE_SHIFT << 26);
	struct v2p_page_info page;
	unsigned int i;
	char *area;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ftruncate(fd, 2 * HUGE_SIZE));
	area = mmap(NULL, HUGE_SIZE, RW, MAP_SHARED, fd, HUGE_SIZE);
	if (area == MAP_FAILED)
		SKIP(return, NO_HUGETLB);
	fill(area, HUGE_SIZE);
	for (i = 0; i < 1 << HUGE_ORDER; i += 73) {
		ASSERT_PAGE(area + i * PAGE_SIZE, &page);
		EXPECT_USED(page, V2P_PAGE_KIND_HUGETLB);
		EXPECT_FILE(page, fd, HUGE_SIZE + i * PAGE_SIZE);
	}
	munmap(area, HUGE_SIZE);
	close(fd);
}

/* A file of the root, one of tmpfs, and one of a memfd, each with a hole before the pages. */
V2P_TEST(files)
{
	const int fds[] = {
		open("page_test.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600),
		open("/dev/shm/page_test", O_RDWR | O_CREAT | O_TRUNC, 0600),
		memfd_create("page_test", 0),
	};
	const off_t start = 5 * PAGE_SIZE;
	unsigned int tried = 0, i, k;
	struct v2p_page_info page;

	for (k = 0; k < sizeof(fds) / sizeof(fds[0]); k++) {
		char *area;

		if (fds[k] < 0)
			continue;
		ASSERT_EQ(0, ftruncate(fds[k], start + SIZE));
		area = mmap(NULL, SIZE, RW, MAP_SHARED, fds[k], start);
		ASSERT_NE(MAP_FAILED, area);
		fill(area, SIZE);
		for (i = 0; i < PAGES; i++) {
			ASSERT_PAGE(area + i * PAGE_SIZE, &page);
			EXPECT_USED(page, page.folio_order ? V2P_PAGE_KIND_THP :
							     V2P_PAGE_KIND_ORDINARY);
			EXPECT_FILE(page, fds[k], start + i * PAGE_SIZE);
		}
		/* A copy is of nobody's file. */
		munmap(area, SIZE);
		area = mmap(NULL, SIZE, RW, MAP_PRIVATE, fds[k], start);
		ASSERT_NE(MAP_FAILED, area);
		fill(area, SIZE);
		ASSERT_PAGE(area, &page);
		EXPECT_NO_FILE(page);
		munmap(area, SIZE);
		close(fds[k]);
		tried++;
	}
	unlink("page_test.tmp");
	unlink("/dev/shm/page_test");
	EXPECT_LT(1, tried);
}

/* What is taken out of a file is of none any more, also where somebody holds it. */
V2P_TEST(truncated)
{
	int fd = memfd_create("page_test", 0), ends[2];
	struct v2p_page_info page;
	struct iovec part;
	uint64_t physical;
	char *area;

	ASSERT_EQ(0, pipe(ends));
	ASSERT_EQ(0, ftruncate(fd, PAGE_SIZE));
	area = mmap(NULL, PAGE_SIZE, RW, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, area);
	fill(area, PAGE_SIZE);
	physical = (pagemap_entry(self->self.pagemap, area) & PM_FRAME) << PAGE_SHIFT;
	part = (struct iovec) { .iov_base = area, .iov_len = PAGE_SIZE };
	ASSERT_EQ(PAGE_SIZE, vmsplice(ends[1], &part, 1, 0));
	ASSERT_EQ(0, v2p_page(self->self.v2p, &physical, 1, &page));
	EXPECT_FILE(page, fd, 0);
	ASSERT_EQ(0, ftruncate(fd, 0));
	ASSERT_EQ(0, v2p_page(self->self.v2p, &physical, 1, &page));
	EXPECT_USED(page, V2P_PAGE_KIND_ORDINARY);
	EXPECT_NO_FILE(page);
	close(ends[0]);
	close(ends[1]);
	close(fd);
}

/* Many, as a page may be held for a moment by a list of a CPU. */
V2P_TEST(references)
{
	enum { HELD = 12 };
	char *area = map_small(PAGE_SIZE);
	struct v2p_page_info before, held;
	struct iovec parts[HELD];
	uint64_t count;
	unsigned int i;
	int ends[2];

	ASSERT_NE(NULL, area);
	fill(area, PAGE_SIZE);
	ASSERT_EQ(0, pipe(ends));
	ASSERT_PAGE(area, &before);
	ASSERT_TRUE(kpage_count((pagemap_entry(self->self.pagemap, area) & PM_FRAME), &count));
	EXPECT_LE(count, before.references);
	EXPECT_GE(4, before.references);
	for (i = 0; i < HELD; i++)
		parts[i] = (struct iovec) { .iov_base = area, .iov_len = PAGE_SIZE };
	ASSERT_EQ(HELD * PAGE_SIZE, vmsplice(ends[1], parts, HELD, 0));
	ASSERT_PAGE(area, &held);
	EXPECT_LE(before.references + HELD - 3, held.references);
	EXPECT_GE(before.references + HELD + 3, held.references);
	close(ends[0]);
	close(ends[1]);
	ASSERT_PAGE(area, &held);
	EXPECT_GE(4, held.references);
}

V2P_TEST(merged)
{
	char *area = map_small(2 * PAGE_SIZE);
	struct v2p_page_info page = { 0 };
	unsigned int i;

	ASSERT_NE(NULL, area);
	memset(area, 0x5a, 2 * PAGE_SIZE);
	if (madvise(area, 2 * PAGE_SIZE, MADV_MERGEABLE) ||
	    write_file("/sys/kernel/mm/ksm/run", "1"))
		SKIP(return, "the kernel has no KSM");
	write_file("/sys/kernel/mm/ksm/sleep_millisecs", "0");
	for (i = 0; i < 600 && page.page_kind != V2P_PAGE_KIND_KSM; i++) {
		usleep(50000);
		ASSERT_PAGE(area, &page);
	}
	EXPECT_USED(page, V2P_PAGE_KIND_KSM);
	EXPECT_NO_FILE(page);
	write_file("/sys/kernel/mm/ksm/run", "2");
	write_file("/sys/kernel/mm/ksm/run", "0");
}

/* The tables of the lowest two levels, on every kernel. Those above came to be marked later. */
V2P_TEST(page_tables)
{
	char *area = map_small(PAGE_SIZE);
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct v2p_page_info page;
	unsigned int i;

	ASSERT_NE(NULL, area);
	fill(area, PAGE_SIZE);
	ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_pid(getpid()), (uintptr_t)area, &walk));
	ASSERT_LT(2, walk.step_count);
	for (i = walk.step_count - 2; i < walk.step_count; i++) {
		ASSERT_EQ(0, v2p_page(self->self.v2p, &walk.steps[i].entry_physical, 1, &page));
		EXPECT_USED(page, V2P_PAGE_KIND_PAGE_TABLE);
		EXPECT_NO_FILE(page);
	}
}

V2P_TEST(kernel_image)
{
	const uint64_t text = kernel_symbol("_stext");
	struct v2p_page_info page;
	uint64_t physical;

	ASSERT_EQ(0, v2p_virtual_to_physical(self->self.v2p, v2p_kernel(), text, &physical));
	ASSERT_EQ(0, v2p_page(self->self.v2p, &physical, 1, &page));
	EXPECT_USED(page, V2P_PAGE_KIND_RESERVED);
	EXPECT_NO_FILE(page);
}

/* MADV_HWPOISON also says by a signal what it has done. */
static void expect_signal(int signal)
{
}

V2P_TEST(poisoned)
{
	char *area = map_small(2 * PAGE_SIZE);
	struct v2p_page_info page;
	uint64_t physical;

	ASSERT_NE(NULL, area);
	fill(area, 2 * PAGE_SIZE);
	physical = (pagemap_entry(self->self.pagemap, area) & PM_FRAME) << PAGE_SHIFT;
	signal(SIGBUS, expect_signal);
	if (madvise(area, PAGE_SIZE, MADV_HWPOISON)) {
		ASSERT_EQ(EINVAL, errno);
		SKIP(return, "the kernel is built without MEMORY_FAILURE");
	}
	ASSERT_EQ(0, v2p_page(self->self.v2p, &physical, 1, &page));
	EXPECT_EQ(V2P_PAGE_STATUS_ONLINE, page.page_status);
	EXPECT_EQ(V2P_PAGE_KIND_POISONED, page.page_kind);
	ASSERT_PAGE(area + PAGE_SIZE, &page);
	EXPECT_USED(page, V2P_PAGE_KIND_ORDINARY);
}

static struct wire wire;

static int ask_wire(size_t length)
{
	static uint64_t many[V2P_MAX_PAGES + 1];

	wire_begin(&wire, V2P_CMD_PAGE);
	wire_put(&wire, V2P_A_PHYSICAL, many, length);
	return wire_ask(&wire);
}

V2P_TEST(wrong_requests)
{
	static const size_t lengths[] = { 0, 1, 7, 9, 15 };
	size_t length;
	unsigned int i;

	ASSERT_EQ(0, wire_open(&wire));
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		EXPECT_EQ(-EINVAL, ask_wire(lengths[i]));
		EXPECT_NE(NULL, strstr(wire.words, "8 bytes"));
	}
	EXPECT_EQ(-E2BIG, ask_wire((V2P_MAX_PAGES + 1) * sizeof(uint64_t)));
	EXPECT_NE(NULL, strstr(wire.words, "more addresses"));
	EXPECT_EQ(0, ask_wire(V2P_MAX_PAGES * sizeof(uint64_t)));
	EXPECT_NE(NULL, wire_get(&wire, V2P_A_FILE_INODE, &length));
	EXPECT_EQ(V2P_MAX_PAGES * sizeof(uint64_t), length);

	wire_begin(&wire, V2P_CMD_PAGE);
	EXPECT_EQ(-EINVAL, wire_ask(&wire));
	EXPECT_EQ(V2P_A_PHYSICAL, wire.missing);
	/* It has no target, and is no dump. */
	wire_begin(&wire, V2P_CMD_PAGE);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put_u64(&wire, V2P_A_PHYSICAL, 0);
	EXPECT_EQ(-EINVAL, wire_ask(&wire));
	wire_begin(&wire, V2P_CMD_PAGE);
	wire_put_u64(&wire, V2P_A_PHYSICAL, 0);
	EXPECT_EQ(-EOPNOTSUPP, wire_dump(&wire) ?: wire_next(&wire));
	wire_close(&wire);
}

TEST_HARNESS_MAIN
