// SPDX-License-Identifier: GPL-2.0
/*
 * On which node the memory is, and what its pages are: by move_pages(), /proc/kpageflags and the
 * memory blocks in /sys.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "extents.h"
#include "fields.h"
#include "fixture.h"
#include "oracle.h"
#include "space.h"

#define PAGES 512
#define SIZE (PAGES * PAGE_SIZE)

/* Of /proc/kpageflags. */
enum {
	KPF_SLAB = 7, KPF_BUDDY = 10, KPF_COMPOUND_TAIL = 16, KPF_HUGE = 17, KPF_HWPOISON = 19,
	KPF_NOPAGE = 20, KPF_THP = 22, KPF_OFFLINE = 23, KPF_ZERO_PAGE = 24,
	KPF_PGTABLE = 26, KPF_RESERVED = 32,
};

/**
 * struct page_facts - what v2p says of some pages
 * @physical: where they are
 * @node: on which node each is
 * @status: enum v2p_status of each
 * @kind: enum v2p_page_kind of each
 */
struct page_facts {
	uint64_t physical[PAGES];
	uint32_t node[PAGES];
	uint8_t status[PAGES];
	uint8_t kind[PAGES];
};

static bool read_facts(struct v2p *v2p, struct v2p_target target, uint64_t start,
		       unsigned int count, struct page_facts *facts)
{
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = facts->status, .physical = facts->physical,
		.node = facts->node, .page_kind = facts->kind,
	};
	uint64_t addresses[PAGES];
	unsigned int i;

	for (i = 0; i < count; i++)
		addresses[i] = start + i * PAGE_SIZE;
	if (!v2p_translate(v2p, target, addresses, count, &arrays))
		return true;
	printf("# v2p_translate: %s\n", v2p_error(v2p));
	return false;
}

static int kpageflags;

static bool read_kpageflags(uint64_t physical, unsigned int pages, uint64_t *flags)
{
	if (!kpageflags)
		kpageflags = open("/proc/kpageflags", O_RDONLY);
	return pread(kpageflags, flags, pages * sizeof(*flags),
		     (physical >> PAGE_SHIFT) * sizeof(*flags)) ==
	       (ssize_t)(pages * sizeof(*flags));
}

static uint64_t flags_at(uint64_t physical)
{
	uint64_t flags;

	return read_kpageflags(physical, 1, &flags) ? flags : 0;
}

static bool has(uint64_t flags, unsigned int bit)
{
	return flags >> bit & 1;
}

/* What these flags mean; -1 where they do not tell. On 6.12, KSM is set of all anonymous pages. */
static int kind_of(uint64_t flags)
{
	static const struct {
		unsigned int bit;
		uint8_t kind;
	} kinds[] = {
		{ KPF_NOPAGE, V2P_PAGE_KIND_NO_RECORD }, { KPF_HWPOISON, V2P_PAGE_KIND_POISONED },
		{ KPF_HUGE, V2P_PAGE_KIND_HUGETLB }, { KPF_ZERO_PAGE, V2P_PAGE_KIND_ZERO },
		{ KPF_BUDDY, V2P_PAGE_KIND_FREE }, { KPF_OFFLINE, V2P_PAGE_KIND_OFFLINE },
		{ KPF_PGTABLE, V2P_PAGE_KIND_PAGE_TABLE }, { KPF_SLAB, V2P_PAGE_KIND_SLAB },
		{ KPF_RESERVED, V2P_PAGE_KIND_RESERVED }, { KPF_THP, V2P_PAGE_KIND_THP },
	};
	unsigned int i;

	/* The huge zero page is no page by itself. */
	if (has(flags, KPF_ZERO_PAGE) && has(flags, KPF_THP))
		return -1;
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (has(flags, kinds[i].bit))
			return kinds[i].kind;
	/* Older kernels do not say more of it. Of no flag there may be no page. */
	return has(flags, KPF_COMPOUND_TAIL) || !flags ? -1 : V2P_PAGE_KIND_ORDINARY;
}

/* The node of a block of memory, by its link in /sys; -1 where there is none. */
static int node_of_block(uint64_t physical)
{
	static uint64_t block_size;
	char path[128];
	int node;

	if (!block_size) {
		FILE *file = fopen("/sys/devices/system/memory/block_size_bytes", "r");

		if (!file || fscanf(file, "%lx", &block_size) != 1)
			block_size = UINT64_MAX;
		if (file)
			fclose(file);
	}
	for (node = 0; node < 16; node++) {
		snprintf(path, sizeof(path), "/sys/devices/system/memory/memory%lu/node%d",
			 physical / block_size, node);
		if (!access(path, F_OK))
			return node;
	}
	return -1;
}

#define ONE_NODE "the machine has one node"

static int gather(const struct v2p_extent *extent, void *data)
{
	extents_add(data, extent);
	return 0;
}

static int map_facts(struct v2p *v2p, struct v2p_target target, uint64_t start, uint64_t size,
		     uint32_t fields, int merge, struct extents *list)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = start, .length = size, .merge = merge,
		.fields = fields | V2P_FIELD_PHYSICAL,
	};

	list->count = 0;
	return v2p_map(v2p, target, &range, gather, list);
}

/*
 * The extents of pages of which facts are known, which all are mapped: each is of one node, or
 * kind, as far as is asked, and the next could not be of the same one.
 */
static bool extents_agree(const struct extents *list, uint64_t start, unsigned int count,
			  const struct page_facts *facts, uint32_t fields)
{
	unsigned int page = 0;
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct v2p_extent *e = &list->at[i];
		unsigned int begin = page, end = page + e->length / PAGE_SIZE;

		if (e->address != start + page * PAGE_SIZE || end > count)
			return false;
		for (; page < end; page++)
			if (facts->physical[page] !=
				    e->physical + (page - begin) * PAGE_SIZE ||
			    (fields & V2P_FIELD_NODE && e->node != facts->node[page]) ||
			    (fields & V2P_FIELD_PAGE_KIND && e->page_kind != facts->kind[page]))
				return false;
		if (page < count && facts->physical[page] == facts->physical[page - 1] + PAGE_SIZE &&
		    (!(fields & V2P_FIELD_NODE) ||
		     facts->node[page] == facts->node[page - 1]) &&
		    (!(fields & V2P_FIELD_PAGE_KIND) ||
		     facts->kind[page] == facts->kind[page - 1]))
			return false;
	}
	return page == count;
}

/* By the pid and by a descriptor, node and kind each alone and both. */
#define EXPECT_EXTENTS_AGREE(_target, _start, _count, _facts) do { \
	static const uint32_t asked[] = { \
		V2P_FIELD_NODE, V2P_FIELD_PAGE_KIND, V2P_FIELD_NODE | V2P_FIELD_PAGE_KIND, \
	}; \
	struct extents list = {}; \
	unsigned int way; \
 \
	for (way = 0; way < 3; way++) { \
		EXPECT_EQ(0, map_facts(self->self.v2p, _target, _start, (_count) * PAGE_SIZE, \
				       asked[way], 1, &list)); \
		EXPECT_TRUE(extents_agree(&list, _start, _count, _facts, asked[way])) { \
			TH_LOG("fields 0x%x, %zu extents", asked[way], list.count); \
		} \
	} \
	free(list.at); \
} while (0)

V2P_TEST(node_of_small_pages)
{
	static struct page_facts facts, by_space;
	unsigned long both = 3;
	char *area = map_small(SIZE);
	void *pages[PAGES];
	int nodes[PAGES], fd;
	unsigned int i, seen[2] = {};

	if (!has_two_nodes())
		SKIP(return, ONE_NODE);
	ASSERT_NE(NULL, area);
	ASSERT_EQ(0, syscall(SYS_mbind, area, SIZE, MPOL_INTERLEAVE, &both, 64, 0));
	fill(area, SIZE);
	ASSERT_EQ(0, mlock(area, SIZE));
	fd = open_space(&self->self, getpid());
	ASSERT_LE(0, fd);
	for (i = 0; i < PAGES; i++)
		pages[i] = area + i * PAGE_SIZE;
	ASSERT_EQ(0, syscall(SYS_move_pages, 0, PAGES, pages, NULL, nodes, 0));
	ASSERT_TRUE(read_facts(self->self.v2p, v2p_pid(getpid()), (uintptr_t)area, PAGES, &facts));
	ASSERT_TRUE(read_facts(self->self.v2p, v2p_space(fd), (uintptr_t)area, PAGES, &by_space));
	for (i = 0; i < PAGES; i++) {
		ASSERT_LE(0, nodes[i]);
		ASSERT_GT(2, nodes[i]);
		seen[nodes[i]]++;
		EXPECT_EQ(nodes[i], facts.node[i]);
		EXPECT_EQ(V2P_PAGE_KIND_ORDINARY, facts.kind[i]);
	}
	EXPECT_EQ(PAGES / 2, seen[1]);
	EXPECT_EQ(0, memcmp(&facts, &by_space, sizeof(facts)));
	EXPECT_EXTENTS_AGREE(v2p_pid(getpid()), (uintptr_t)area, PAGES, &facts);
	EXPECT_EXTENTS_AGREE(v2p_space(fd), (uintptr_t)area, PAGES, &facts);

	/* A page that goes to the other node. */
	nodes[0] = !facts.node[0];
	ASSERT_EQ(0, munlock(area, SIZE));
	ASSERT_EQ(0, syscall(SYS_move_pages, 0, 1, pages, nodes, &nodes[1], MPOL_MF_MOVE));
	ASSERT_EQ(nodes[0], nodes[1]);
	ASSERT_TRUE(read_facts(self->self.v2p, v2p_space(fd), (uintptr_t)area, 1, &by_space));
	EXPECT_EQ(nodes[0], by_space.node[0]);
	close(fd);
	munmap(area, SIZE);
}

/* A question for nothing else, by hand; and what never tells it. */
V2P_TEST(asked_alone)
{
	static struct page_facts facts;
	char *area = map_small(SIZE);
	struct v2p_walk walk = { .size = sizeof(walk) };
	const int fd = open_space(&self->self, getpid());

	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_LE(0, fd);
	*area = 1;
	ASSERT_EQ(0, mlock(area, PAGE_SIZE));
	ASSERT_TRUE(read_facts(self->self.v2p, v2p_pid(getpid()), (uintptr_t)area, 2, &facts));
	EXPECT_EQ(node_of_block(facts.physical[0]), facts.node[0]);
	EXPECT_EQ(V2P_PAGE_KIND_ORDINARY, facts.kind[0]);
	EXPECT_EQ(V2P_STATUS_NONE, facts.status[1]);
	EXPECT_EQ(V2P_NO_NODE, facts.node[1]);
	EXPECT_EQ(V2P_PAGE_KIND_UNKNOWN, facts.kind[1]);

	ASSERT_EQ(0, translate(getpid(), area, V2P_FIELD_NODE));
	EXPECT_EQ(facts.node[0], element(V2P_A_NODE, 4, 0));
	EXPECT_EQ(-1, element(V2P_A_PHYSICAL, 8, 0));
	ASSERT_EQ(0, translate(getpid(), area, V2P_FIELD_PAGE_KIND));
	EXPECT_EQ(V2P_PAGE_KIND_ORDINARY, element(V2P_A_PAGE_KIND, 1, 0));
	EXPECT_EQ(-1, element(V2P_A_PHYSICAL, 8, 0));
	ASSERT_EQ(0, map(area, PAGE_SIZE, V2P_FIELD_NODE));
	EXPECT_EQ(facts.node[0], element(V2P_A_NODE, 4, 0));
	EXPECT_EQ(-1, element(V2P_A_PAGE_KIND, 1, 0));

	ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_pid(getpid()), (uintptr_t)area, &walk));
	EXPECT_EQ(V2P_NO_NODE, walk.translation.node);
	EXPECT_EQ(V2P_PAGE_KIND_UNKNOWN, walk.translation.page_kind);
	ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_space(fd), (uintptr_t)area, &walk));
	EXPECT_EQ(V2P_NO_NODE, walk.translation.node);
	EXPECT_EQ(V2P_PAGE_KIND_UNKNOWN, walk.translation.page_kind);
	close(fd);
	munmap(area, SIZE);
}

/* Of memory that is looked for by its physical address. */
V2P_TEST(looked_for)
{
	static struct page_facts facts;
	char *area = map_small(SIZE);
	const int fd = open_space(&self->self, getpid());
	const struct v2p_target targets[] = { v2p_pid(getpid()), v2p_space(fd) };
	struct v2p_physical_range frame = { .length = PAGE_SIZE };
	const struct v2p_range range = {
		.size = sizeof(range), .start = (uintptr_t)area, .length = SIZE,
		.fields = V2P_FIELD_PHYSICAL | V2P_FIELD_NODE | V2P_FIELD_PAGE_KIND,
		.physical = &frame, .physical_count = 1,
	};
	struct v2p_extent found[2];
	unsigned int i;

	ASSERT_LE(0, fd);
	fill(area, SIZE);
	ASSERT_EQ(0, mlock(area, SIZE));
	ASSERT_TRUE(read_facts(self->self.v2p, v2p_pid(getpid()), (uintptr_t)area, PAGES, &facts));
	for (i = 0; i < PAGES; i += 37) {
		frame.start = facts.physical[i];
		ASSERT_EQ(1, v2p_map_array(self->self.v2p, targets[i % 2], &range, found, 2));
		EXPECT_EQ((uintptr_t)area + i * PAGE_SIZE, found[0].address);
		EXPECT_EQ(PAGE_SIZE, found[0].length);
		EXPECT_EQ(facts.physical[i], found[0].physical);
		EXPECT_EQ(facts.node[i], found[0].node);
		EXPECT_EQ(facts.kind[i], found[0].page_kind);
	}
	close(fd);
	munmap(area, SIZE);
}

/* All pages of an area are of this kind, by v2p in each way and by kpageflags. */
#define EXPECT_KIND(_wanted, _area, _count) do { \
	static struct page_facts kind_facts; \
	const int kind_fd = open_space(&self->self, getpid()); \
	unsigned int kind_i; \
 \
	ASSERT_LE(0, kind_fd); \
	ASSERT_TRUE(read_facts(self->self.v2p, v2p_pid(getpid()), (uintptr_t)(_area), _count, \
			       &kind_facts)); \
	for (kind_i = 0; kind_i < (_count); kind_i++) { \
		const uint64_t kind_flags = flags_at(kind_facts.physical[kind_i]); \
 \
		EXPECT_EQ(_wanted, kind_facts.kind[kind_i]); \
		/* On 6.1, a tail has the flags of its own only. */ \
		EXPECT_TRUE(kind_of(kind_flags) == (_wanted) || kind_of(kind_flags) == -1) { \
			TH_LOG("page %u: flags 0x%lx", kind_i, kind_flags); \
		} \
		EXPECT_EQ((uint32_t)node_of_block(kind_facts.physical[kind_i]), \
			  kind_facts.node[kind_i]); \
	} \
	EXPECT_EXTENTS_AGREE(v2p_pid(getpid()), (uintptr_t)(_area), _count, &kind_facts); \
	EXPECT_EXTENTS_AGREE(v2p_space(kind_fd), (uintptr_t)(_area), _count, &kind_facts); \
	close(kind_fd); \
} while (0)

/* The table's SIZE says 2M for both. */
V2P_TEST(huge_pages)
{
	struct v2p_translation one;
	char *area;

	area = mmap(NULL, HUGE_SIZE, RW, ANON | MAP_HUGETLB | (HUGE_SHIFT << 26), -1, 0);
	ASSERT_NE(MAP_FAILED, area);
	fill(area, HUGE_SIZE);
	EXPECT_KIND(V2P_PAGE_KIND_HUGETLB, area, PAGES);
	ASSERT_ASK(area, &one);
	EXPECT_EQ(HUGE_SHIFT, one.page_shift);
	munmap(area, HUGE_SIZE);

	NEED_THP();
	area = map_aligned(HUGE_SIZE, RW, ANON);
	make_huge(area, HUGE_SIZE);
	ASSERT_EQ(0, mlock(area, HUGE_SIZE));
	ASSERT_ASK(area, &one);
	EXPECT_EQ(HUGE_SHIFT, one.page_shift);
	EXPECT_KIND(V2P_PAGE_KIND_THP, area, PAGES);
	/* The same pages, one by one: it is a huge page still. */
	ASSERT_EQ(0, mprotect(area, PAGE_SIZE, PROT_READ));
	ASSERT_ASK(area, &one);
	EXPECT_EQ(PAGE_SHIFT, one.page_shift);
	EXPECT_KIND(V2P_PAGE_KIND_THP, area, PAGES);
	munmap(area, HUGE_SIZE);
}

V2P_TEST(zero_and_file_pages)
{
	char *area = map_small(SIZE);
	int fd;

	read_all(area, SIZE);
	EXPECT_KIND(V2P_PAGE_KIND_ZERO, area, 16);
	munmap(area, SIZE);

	fd = memfd_create("nodes", MFD_CLOEXEC);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ftruncate(fd, 16 * PAGE_SIZE));
	area = mmap(NULL, 16 * PAGE_SIZE, RW, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, area);
	fill(area, 16 * PAGE_SIZE);
	ASSERT_EQ(0, mlock(area, 16 * PAGE_SIZE));
	EXPECT_KIND(V2P_PAGE_KIND_ORDINARY, area, 16);
	munmap(area, 16 * PAGE_SIZE);
	close(fd);
}

V2P_TEST(ksm)
{
	static struct page_facts facts;
	char *area = map_small(64 * PAGE_SIZE);
	static uint64_t entries[64];
	unsigned int i, merged = 0;
	time_t end = time(NULL) + 60;

	if (access("/sys/kernel/mm/ksm/run", F_OK))
		SKIP(return, "the kernel is built without KSM");
	memset(area, 0x5a, 64 * PAGE_SIZE);
	ASSERT_EQ(0, madvise(area, 64 * PAGE_SIZE, MADV_MERGEABLE));
	write_file("/sys/kernel/mm/ksm/pages_to_scan", "1000");
	write_file("/sys/kernel/mm/ksm/run", "1");
	/* They are in one frame then. */
	while (merged < 64 && time(NULL) < end) {
		ASSERT_TRUE(pagemap_read(self->self.pagemap, (uintptr_t)area, entries, 64));
		for (i = merged = 0; i < 64; i++)
			merged += entries[i] & PM_PRESENT &&
				  (entries[i] & PM_FRAME) == (entries[0] & PM_FRAME);
	}
	write_file("/sys/kernel/mm/ksm/run", "0");
	ASSERT_EQ(64, merged);
	ASSERT_TRUE(read_facts(self->self.v2p, v2p_pid(getpid()), (uintptr_t)area, 64, &facts));
	for (i = 0; i < 64; i++)
		EXPECT_EQ(V2P_PAGE_KIND_KSM, facts.kind[i]);
	write_file("/sys/kernel/mm/ksm/run", "2");
	munmap(area, 64 * PAGE_SIZE);
}

/* Devices' registers, of which the kernel has no record, beside memory that it has. */
V2P_TEST(device_memory)
{
	static struct page_facts facts;
	const int oracle = oracle_open();
	unsigned int i;
	char *area;

	ASSERT_LE(0, oracle);
	area = oracle_map(oracle, V2P_ORACLE_UC, 16, PROT_READ);
	ASSERT_NE(NULL, area);
	ASSERT_TRUE(read_facts(self->self.v2p, v2p_pid(getpid()), (uintptr_t)area, 16, &facts));
	for (i = 0; i < 16; i++) {
		EXPECT_EQ(oracle_frame(oracle, V2P_ORACLE_UC, i), facts.physical[i]);
		EXPECT_EQ(V2P_PAGE_KIND_NO_RECORD, facts.kind[i]);
		EXPECT_EQ(V2P_NO_NODE, facts.node[i]);
	}
	EXPECT_EXTENTS_AGREE(v2p_pid(getpid()), (uintptr_t)area, 16, &facts);
	munmap(area, 16 * PAGE_SIZE);

	area = oracle_map(oracle, V2P_ORACLE_PFNMAP, 16, PROT_READ);
	ASSERT_NE(NULL, area);
	EXPECT_KIND(V2P_PAGE_KIND_ORDINARY, area, 16);
	munmap(area, 16 * PAGE_SIZE);
	close(oracle);
}

/* Where the kernel maps all memory. */
static uint64_t direct_map(int oracle)
{
	struct v2p_oracle_region region;
	uint64_t physical;
	unsigned int i;

	for (i = 0; oracle_region(oracle, i, &region); i++)
		if (!strcmp(region.name, "direct-map") &&
		    !oracle_truth(oracle, i, region.start, &physical))
			return region.start - physical;
	return 0;
}

/* The first block of memory that is on another node than the one before it. */
static uint64_t find_border(void)
{
	const uint64_t block = 128UL << 20;
	uint64_t physical;

	for (physical = block; physical < 16UL << 30; physical += block)
		if (node_of_block(physical) >= 0 && node_of_block(physical - block) >= 0 &&
		    node_of_block(physical) != node_of_block(physical - block))
			return physical;
	return 0;
}

/* A run of memory that goes over the border between two nodes is cut there. */
V2P_TEST(border_of_nodes)
{
	const int oracle = oracle_open();
	const uint64_t border = find_border(), around = 8UL << 20;
	uint64_t start, middle;
	struct extents list = {};
	size_t i, cuts = 0;
	int merge;

	if (!has_two_nodes())
		SKIP(return, ONE_NODE);
	if (!border)
		SKIP(return, "the nodes do not touch each other");
	ASSERT_LE(0, oracle);
	start = direct_map(oracle) + border - around;
	middle = start + around;
	for (merge = 0; merge < 2; merge++) {
		ASSERT_EQ(0, map_facts(self->self.v2p, v2p_kernel(), start, 2 * around,
				       V2P_FIELD_NODE, merge, &list));
		ASSERT_NE(0, list.count);
		for (i = cuts = 0; i < list.count; i++) {
			const struct v2p_extent *e = &list.at[i];

			EXPECT_EQ((uint32_t)node_of_block(e->physical), e->node);
			EXPECT_TRUE(e->address >= middle || extent_end(e) <= middle);
			if (i && e->address == middle && extent_end(e - 1) == middle &&
			    e->physical == (e - 1)->physical + (e - 1)->length)
				cuts++;
		}
		/* With DEBUG_PAGEALLOC what is free is not mapped. */
		if (list.at[0].length >= HUGE_SIZE)
			EXPECT_EQ(1, cuts);
		/* Who does not ask is told of one run. */
		ASSERT_EQ(0, map_facts(self->self.v2p, v2p_kernel(), start, 2 * around,
				       V2P_FIELD_FLAGS, 1, &list));
		if (cuts)
			EXPECT_EQ(1, list.count);
	}
	free(list.at);
	close(oracle);
}

/* Parts of memory that are looked at. */
#define SAMPLES 64

/* Extents of the kernel's own map of all memory, over pages of all kinds, which change. */
V2P_TEST(kinds_of_all_memory)
{
	static uint64_t before[PAGES], after[PAGES];
	const int oracle = oracle_open();
	unsigned long agreed = 0, differed = 0, changed = 0, seen[__V2P_PAGE_KIND_MAX] = {};
	const uint64_t base = direct_map(oracle), start = ram_start() & -HUGE_SIZE;
	char *own = map_small(PAGE_SIZE);
	struct extents list = {};
	unsigned int sample;

	ASSERT_LE(0, oracle);
	ASSERT_NE(0, base);
	*own = 1;
	ASSERT_EQ(0, mlock(own, PAGE_SIZE));
	for (sample = 0; sample <= SAMPLES; sample++) {
		uint64_t physical = start + sample * 16 * HUGE_SIZE;
		size_t i;

		/* One where some page is nothing else. */
		if (sample == SAMPLES)
			physical = ((pagemap_entry(self->self.pagemap, own) & PM_FRAME) <<
				    PAGE_SHIFT) & -HUGE_SIZE;
		if (node_of_block(physical) < 0 || !read_kpageflags(physical, PAGES, before))
			continue;
		ASSERT_EQ(0, map_facts(self->self.v2p, v2p_kernel(), base + physical, HUGE_SIZE,
				       V2P_FIELD_PAGE_KIND | V2P_FIELD_NODE, 1, &list));
		ASSERT_TRUE(read_kpageflags(physical, PAGES, after));
		for (i = 0; i < list.count; i++) {
			const struct v2p_extent *e = &list.at[i];
			uint64_t at = (e->physical - physical) / PAGE_SIZE, k;

			ASSERT_EQ(base + e->physical, e->address);
			ASSERT_GT(__V2P_PAGE_KIND_MAX, e->page_kind);
			for (k = at; k < at + e->length / PAGE_SIZE; k++) {
				const int kind = kind_of(before[k]);

				if (before[k] != after[k]) {
					changed++;
				} else if (kind >= 0 && e->page_kind != V2P_PAGE_KIND_UNKNOWN) {
					/* Of free blocks, kpageflags shows the first pages. */
					const bool same = kind == e->page_kind ||
						(kind == V2P_PAGE_KIND_ORDINARY &&
						 e->page_kind == V2P_PAGE_KIND_FREE);

					agreed += same;
					differed += !same;
					seen[e->page_kind] += same;
					if (!same && differed < 5)
						TH_LOG("0x%lx: kind %u, flags 0x%lx",
						       physical + k * PAGE_SIZE, e->page_kind,
						       before[k]);
				}
			}
		}
	}
	TH_LOG("%lu agreed, %lu differed, %lu had changed", agreed, differed, changed);
	EXPECT_EQ(0, differed);
	EXPECT_LT(1000, agreed);
	EXPECT_LT(0, seen[V2P_PAGE_KIND_ORDINARY]);
	munmap(own, PAGE_SIZE);
	free(list.at);
	close(oracle);
}

TEST_HARNESS_MAIN
