// SPDX-License-Identifier: GPL-2.0
/*
 * What is said of all physical memory: beside /proc/kpageflags, /proc/zoneinfo and the memory
 * blocks of sysfs, beyond its end, and while it is switched off and on.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arch.h"
#include "fixture.h"
#include "kpage.h"

/* Pages from one that is looked at to the next: a prime, so that all of a block are met. */
#define STRIDE 61
#define MAX_ZONES 16

/**
 * struct zone - as /proc/zoneinfo has it
 * @node: which it is of
 * @zone: enum v2p_zone
 * @start: its first frame
 * @end: behind the last that it spans
 */
struct zone {
	int node;
	unsigned int zone;
	uint64_t start;
	uint64_t end;
};

static struct zone zones[MAX_ZONES];
static unsigned int zone_count;

static unsigned int zone_of(const char *name)
{
	char word[32];
	unsigned int i, k;

	for (i = 0; i <= V2P_ZONE_MAX; i++) {
		snprintf(word, sizeof(word), "%s", v2p_zone_name(i));
		for (k = 0; word[k] && (word[k] | 0x20) == (name[k] | 0x20); k++)
			;
		if (!word[k] && !name[k])
			return i;
	}
	return V2P_ZONE_UNKNOWN;
}

static bool read_zones(void)
{
	FILE *file = fopen("/proc/zoneinfo", "re");
	struct zone zone = { 0 };
	uint64_t spanned = 0;
	char line[256], name[32];

	zone_count = 0;
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Node %d, zone %31s", &zone.node, name) == 2)
			zone.zone = zone_of(name);
		else if (sscanf(line, " spanned %" SCNu64, &spanned) != 1 &&
			 sscanf(line, " start_pfn: %" SCNu64, &zone.start) == 1 && spanned &&
			 zone_count < MAX_ZONES) {
			zone.end = zone.start + spanned;
			zones[zone_count++] = zone;
		}
	}
	if (file)
		fclose(file);
	return zone_count;
}

/* Whether all of a frame is memory, as /proc/iomem has it. */
static bool is_ram(uint64_t frame)
{
	FILE *file = fopen("/proc/iomem", "re");
	uint64_t first, last;
	bool found = false;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		found |= strstr(line, "System RAM") &&
			 sscanf(line, "%" SCNx64 "-%" SCNx64, &first, &last) == 2 &&
			 first <= frame << PAGE_SHIFT && last >= (frame << PAGE_SHIFT | (PAGE_SIZE - 1));
	if (file)
		fclose(file);
	return found;
}

/* What is in none has to be in a hole, of which the kernel says that it is reserved. */
static bool is_in_zone(uint64_t frame, uint64_t flags, const struct v2p_page_info *page)
{
	unsigned int i;

	if (page->node == V2P_NO_NODE)
		return page->zone == V2P_ZONE_UNKNOWN && flags & KPF_RESERVED && !is_ram(frame);
	for (i = 0; i < zone_count; i++)
		if (page->node == (uint32_t)zones[i].node && page->zone == zones[i].zone &&
		    frame >= zones[i].start && frame < zones[i].end)
			return true;
	return false;
}

/* False of a page that does not look the same before and after. */
static bool ask_steady(struct v2p *v2p, uint64_t frame, uint64_t *flags,
		       struct v2p_page_info *page)
{
	const uint64_t physical = frame << PAGE_SHIFT;
	struct v2p_page_info again;
	uint64_t after;

	return kpage_flags(frame, flags) && !v2p_page(v2p, &physical, 1, page) &&
	       !v2p_page(v2p, &physical, 1, &again) && kpage_flags(frame, &after) &&
	       *flags == after && page->page_status == again.page_status &&
	       page->page_kind == again.page_kind && page->folio_index == again.folio_index;
}

/* A bit of kpageflags, and what it is here. Of tails, 6.1 shows no more than their own. */
static const struct {
	uint64_t flag;
	uint8_t kind;
	const char *name;
} kinds[] = {
	{ KPF_HUGE, V2P_PAGE_KIND_HUGETLB, "HUGE" },
	{ KPF_SLAB, V2P_PAGE_KIND_SLAB, "SLAB" },
	{ KPF_BUDDY, V2P_PAGE_KIND_FREE, "BUDDY" },
	{ KPF_OFFLINE, V2P_PAGE_KIND_OFFLINE, "OFFLINE" },
	{ KPF_PGTABLE, V2P_PAGE_KIND_PAGE_TABLE, "PGTABLE" },
	{ KPF_RESERVED, V2P_PAGE_KIND_RESERVED, "RESERVED" },
	{ KPF_THP, V2P_PAGE_KIND_THP, "THP" },
};

static const char *differs(uint64_t frame, uint64_t flags, const struct v2p_page_info *page)
{
	unsigned int i;

	if (flags & KPF_NOPAGE)
		return page->page_status == V2P_PAGE_STATUS_ONLINE ? "NOPAGE" : NULL;
	if (page->page_status != V2P_PAGE_STATUS_ONLINE)
		return flags ? "status" : NULL;
	if (!is_in_zone(frame, flags, page))
		return "zone";
	if (!!(flags & KPF_COMPOUND_HEAD) != (page->folio_order && !page->folio_index))
		return "COMPOUND_HEAD";
	if (!!(flags & KPF_COMPOUND_TAIL) != !!page->folio_index)
		return "COMPOUND_TAIL";
	if (page->folio_index >> page->folio_order)
		return "index";
	if (!!(flags & KPF_HWPOISON) != (page->page_kind == V2P_PAGE_KIND_POISONED))
		return "HWPOISON";
	if (!!(flags & KPF_ZERO_PAGE) != (page->page_kind == V2P_PAGE_KIND_ZERO) &&
	    !page->folio_order)
		return "ZERO_PAGE";
	/* They come before all others; the huge zero page is ordinary, and THP. */
	if (flags & (KPF_HWPOISON | KPF_ZERO_PAGE))
		return NULL;
	/* Some kernels, 6.12 among them, say so of all anonymous pages. */
	if (page->page_kind == V2P_PAGE_KIND_KSM)
		return flags & KPF_KSM ? NULL : "KSM";
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (flags & kinds[i].flag)
			return page->page_kind == kinds[i].kind ? NULL : kinds[i].name;
		if (page->page_kind == kinds[i].kind && !(flags & KPF_COMPOUND_TAIL))
			return kinds[i].name;
	}
	return NULL;
}

/* Every frame in turn up to the end of memory, and some behind it. */
V2P_TEST(all_memory)
{
	const uint64_t end = (ram_end() >> PAGE_SHIFT) + 1000;
	unsigned long found[__V2P_PAGE_KIND_MAX] = { 0 }, online = 0, wrong = 0, moving = 0;
	unsigned long waiting = 0;
	struct v2p_page_info page;
	uint64_t frame, flags;
	unsigned int i;

	ASSERT_TRUE(read_zones());
	ASSERT_LT(1000, end);
	for (frame = 0; frame < end; frame += STRIDE) {
		const char *what = NULL;
		unsigned int tries;

		for (tries = 0; tries < 5; tries++) {
			if (!ask_steady(self->self.v2p, frame, &flags, &page))
				continue;
			what = differs(frame, flags, &page);
			if (!what)
				break;
		}
		moving += tries == 5 && !what;
		if (what && wrong++ < 20)
			printf("# frame %#" PRIx64 ": %s: flags %#" PRIx64 ", %s %s, order %u, index %u, node %d, zone %s\n",
			       frame, what, flags, v2p_page_status_name(page.page_status),
			       v2p_page_kind_name(page.page_kind), page.folio_order,
			       page.folio_index, page.node, v2p_zone_name(page.zone));
		if (page.page_status != V2P_PAGE_STATUS_ONLINE)
			continue;
		online++;
		found[page.page_kind]++;
		/* On the list of a CPU: nobody holds it, and it is not free yet. */
		waiting += page.page_kind == V2P_PAGE_KIND_UNKNOWN && !page.references && !flags;
	}
	EXPECT_EQ(0, wrong);
	EXPECT_GE(online / 100, moving);
	for (i = 0; i <= V2P_PAGE_KIND_MAX; i++)
		if (found[i])
			printf("# %lu %s\n", found[i], v2p_page_kind_name(i));
	EXPECT_LT(0, found[V2P_PAGE_KIND_FREE]);
	EXPECT_LT(0, found[V2P_PAGE_KIND_SLAB]);
	EXPECT_LT(0, found[V2P_PAGE_KIND_RESERVED]);
	EXPECT_LT(0, found[V2P_PAGE_KIND_ORDINARY]);
	printf("# %lu of the unknown wait to be free\n", waiting);
	EXPECT_GT(online / 50, found[V2P_PAGE_KIND_UNKNOWN] - waiting);
	EXPECT_GT(online / 10, waiting);
}

/* Of the first page of each memory block. */
V2P_TEST(nodes_of_blocks)
{
	const uint64_t size = block_size();
	struct v2p_page_info page;
	unsigned long block, blocks = 0;
	unsigned int nodes = 0;

	ASSERT_NE(0, size);
	for (block = 0; block <= ram_end() / size; block++) {
		const uint64_t physical = block * size + size / 2;

		if (!block_exists(block) || !block_is_online(block))
			continue;
		ASSERT_EQ(0, v2p_page(self->self.v2p, &physical, 1, &page));
		if (page.page_status == V2P_PAGE_STATUS_NONE)
			continue;
		EXPECT_EQ(block_node(block), (int)page.node);
		nodes |= 1U << page.node;
		blocks++;
	}
	EXPECT_LT(4, blocks);
	EXPECT_EQ(has_two_nodes() ? 3 : 1, nodes);
}

static void expect_nothing(struct __test_metadata *_metadata, const struct v2p_page_info *page,
			   uint8_t status)
{
	struct v2p_page_info nothing = {
		.node = V2P_NO_NODE, .page_status = status, .known = page->known,
	};

	EXPECT_EQ(0, memcmp(&nothing, page, sizeof(nothing))) {
		TH_LOG("%s %s", v2p_page_status_name(page->page_status),
		       v2p_page_kind_name(page->page_kind));
	}
}

/* In a hole, beyond all memory, and at the very end. */
V2P_TEST(no_memory)
{
	const uint64_t physical[] = {
		ARCH_NO_MEMORY, ram_end() + (1UL << 40), 1UL << 46,
		(1UL << 51) + 1, (1UL << 52) - 1, 1UL << 52, 1UL << 63, ~0UL - PAGE_SIZE, ~0UL,
	};
	enum { COUNT = sizeof(physical) / sizeof(physical[0]) };
	struct v2p_page_info pages[COUNT];
	unsigned int i;

	ASSERT_EQ(0, v2p_page(self->self.v2p, physical, COUNT, pages));
	for (i = 0; i < COUNT; i++)
		expect_nothing(_metadata, &pages[i], V2P_PAGE_STATUS_NONE);
}

/* A block that the kernel gives up; it is offline then. */
static bool find_block(unsigned long *block)
{
	const uint64_t size = block_size();

	for (*block = size ? ram_end() / size : 0; *block; (*block)--)
		if (block_exists(*block) && block_is_online(*block) &&
		    block_switch(*block, false))
			return true;
	return false;
}

#define NO_BLOCK "the kernel gives no block of memory up"

V2P_TEST(offline)
{
	const uint64_t size = block_size();
	struct v2p_page_info pages[3];
	unsigned long block;
	uint64_t physical[3];
	unsigned int i;

	if (!find_block(&block))
		SKIP(return, NO_BLOCK);
	physical[0] = block * size;
	physical[1] = block * size + size / 2 + 77;
	physical[2] = (block + 1) * size - 1;
	ASSERT_EQ(0, v2p_page(self->self.v2p, physical, 3, pages));
	for (i = 0; i < 3; i++)
		expect_nothing(_metadata, &pages[i], V2P_PAGE_STATUS_OFFLINE);
	ASSERT_TRUE(block_switch(block, true));
	ASSERT_EQ(0, v2p_page(self->self.v2p, physical, 3, pages));
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(V2P_PAGE_STATUS_ONLINE, pages[i].page_status);
		EXPECT_EQ(block_node(block), (int)pages[i].node);
		EXPECT_NE(V2P_ZONE_UNKNOWN, pages[i].zone);
	}
}

/* Switches it off and on until it is ended. */
static void switch_block(const struct child *child, unsigned long block)
{
	for (;;) {
		child_done(child);
		if (!block_switch(block, false))
			continue;
		while (!block_switch(block, true))
			;
	}
}

/* Whatever is said is whole: of a page that is there, or of none. */
static bool is_whole(const struct v2p_page_info *page, int node)
{
	const struct v2p_page_info nothing = {
		.node = V2P_NO_NODE, .page_status = V2P_PAGE_STATUS_OFFLINE,
		.known = page->known,
	};

	if (page->page_status == V2P_PAGE_STATUS_OFFLINE)
		return !memcmp(&nothing, page, sizeof(nothing));
	return page->page_status == V2P_PAGE_STATUS_ONLINE && page->node == (uint32_t)node &&
	       page->zone != V2P_ZONE_UNKNOWN && !(page->folio_index >> page->folio_order);
}

V2P_TEST(switched_off_and_on)
{
	enum { ROUNDS = 4, SECONDS = 15, MOST = 512 };
	const time_t end = time(NULL) + SECONDS;
	const uint64_t size = block_size();
	unsigned long block, offline = 0, online = 0, wrong = 0;
	static struct v2p_page_info pages[MOST];
	static uint64_t physical[MOST];
	unsigned int round, i;
	struct child child;
	int node;

	if (!find_block(&block))
		SKIP(return, NO_BLOCK);
	ASSERT_TRUE(block_switch(block, true));
	node = block_node(block);
	for (i = 0; i < MOST; i++)
		physical[i] = block * size + size / MOST * i + i % 16 * PAGE_SIZE;
	if (child_start(&child))
		switch_block(&child, block);
	ASSERT_TRUE(child_wait(&child));
	for (round = 0; round < ROUNDS && (!round || time(NULL) < end); round++) {
		/* It goes on, and this meanwhile: until both were seen in each round. */
		const unsigned long offline_before = offline;

		ASSERT_EQ(1, write(child.to, "", 1));
		/* Some of its memory may be busy, so that it stays online. */
		while (offline == offline_before && time(NULL) < end) {
			ASSERT_EQ(0, v2p_page(self->self.v2p, physical, MOST, pages));
			for (i = 0; i < MOST; i++) {
				offline += pages[i].page_status == V2P_PAGE_STATUS_OFFLINE;
				online += pages[i].page_status == V2P_PAGE_STATUS_ONLINE;
				if (!is_whole(&pages[i], node) && wrong++ < 10)
					printf("# %#" PRIx64 ": %s, node %d, order %u, index %u\n",
					       physical[i], v2p_page_status_name(pages[i].page_status),
					       pages[i].node, pages[i].folio_order,
					       pages[i].folio_index);
			}
		}
		ASSERT_TRUE(child_wait(&child));
	}
	child_end(&child);
	/* It may have been ended in the middle. */
	if (!block_is_online(block))
		ASSERT_TRUE(block_switch(block, true));
	printf("# %lu online, %lu offline\n", online, offline);
	EXPECT_EQ(0, wrong);
	EXPECT_LT(0, online);
	if (!offline)
		SKIP(return, "the memory did not go offline in this time");
}

TEST_HARNESS_MAIN
