// SPDX-License-Identifier: GPL-2.0
/*
 * Extents of one node, and of pages of one kind: the module's walk, compiled as a program, over
 * tables of any form and memory of many kinds. What it finds is compared with the extents
 * that it finds where none of that is asked for, cut between any two pages that differ.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fake-pages.h"
#include "fake-tables.h"
#include "tap.h"

#include "../../module/answers.h"
#include "../../module/aspace.h"
#include "../../module/extent.h"
#include "../../module/frames.h"
#include "../../module/spaces.h"

#define USED	(V2P_FLAG_ACCESSED | V2P_FLAG_DIRTY)

/* It is told to somebody who may not ask about any page. */
static bool user_kinds;

static u8 kind_told(u64 physical)
{
	const struct v2p_page page = fake_page(PHYS_PFN(physical));

	if (user_kinds && (page.kind == V2P_PAGE_KIND_FREE || page.kind == V2P_PAGE_KIND_SLAB ||
			   page.kind == V2P_PAGE_KIND_PAGE_TABLE))
		return V2P_PAGE_KIND_UNKNOWN;
	return page.status == V2P_PAGE_STATUS_NONE ? V2P_PAGE_KIND_NO_RECORD :
	       page.status == V2P_PAGE_STATUS_OFFLINE ? V2P_PAGE_KIND_OFFLINE : page.kind;
}

static u32 node_told(u64 physical)
{
	return fake_page(PHYS_PFN(physical)).node;
}

/**
 * struct list - extents
 * @count: how many
 * @e: these; of each, @node and @page_kind as they are told
 */
struct list {
	unsigned int count;
	struct told {
		struct v2p_extent e;
		u32 node;
		u8 page_kind;
	} *e;
};

#define MOST	(1 << 20)
static struct told found_room[MOST], plain_room[MOST], cut_room[MOST];
static struct list found = { .e = found_room }, plain = { .e = plain_room };
static struct list cut = { .e = cut_room };

enum { NODE = 1, KIND = 2 };

#define ROOM	50

/* By calls that have room for so many, or for any number where it is 0. */
static void walk(const struct v2p_aspace *aspace, const struct v2p_extent_range *asked,
		 unsigned int what, unsigned int room, struct list *list)
{
	u64 virtual[ROOM], physical[ROOM], length[ROOM], swap_offset[ROOM];
	u8 status[ROOM], page_shift[ROOM], swap_type[ROOM], level[ROOM];
	u8 memory_type[ROOM], protection_key[ROOM], page_kind[ROOM];
	u32 flags[ROOM], node[ROOM];
	struct v2p_extent_range range = *asked;
	unsigned int i;

	range.by_page = what;
	list->count = 0;
	while (!(range.walked && !range.open.length)) {
		struct v2p_extent_arrays out = {
			.virtual = virtual, .physical = physical, .length = length,
			.flags = flags, .status = status, .page_shift = page_shift,
			.swap_offset = swap_offset, .swap_type = swap_type, .level = level,
			.memory_type = memory_type, .protection_key = protection_key,
			.node = what & NODE ? node : NULL,
			.page_kind = what & KIND ? page_kind : NULL,
			.more = true, .room = room ? room : 1 + any(ROOM),
		};

		v2p_aspace_extents(aspace, &range, &out);
		for (i = 0; i < out.count; i++) {
			assert(list->count < MOST);
			list->e[list->count++] = (struct told) {
				.e = {
					.virtual = virtual[i], .physical = physical[i],
					.length = length[i], .flags = flags[i],
					.status = status[i], .page_shift = page_shift[i],
					.swap_type = swap_type[i], .level = level[i],
					.swap_offset = swap_offset[i],
				},
				.node = what & NODE ? node[i] : 0,
				.page_kind = what & KIND ? page_kind[i] : 0,
			};
		}
	}
}

static void set_told(struct told *told, unsigned int what)
{
	const bool mapped = told->e.status == V2P_STATUS_MAPPED;

	if (what & NODE)
		told->node = mapped ? node_told(told->e.physical) : V2P_NO_NODE;
	if (what & KIND)
		told->page_kind = mapped ? kind_told(told->e.physical) : V2P_PAGE_KIND_UNKNOWN;
}

static void add_cut(const struct told *whole, unsigned int what)
{
	const u64 end = whole->e.physical + whole->e.length;
	struct told part = *whole;
	u64 physical;

	set_told(&part, what);
	for (physical = part.e.physical; part.e.status == V2P_STATUS_MAPPED && physical < end;
	     physical = PFN_PHYS(PHYS_PFN(physical) + 1)) {
		struct told next = part;

		next.e.physical = physical;
		set_told(&next, what);
		if (next.node == part.node && next.page_kind == part.page_kind)
			continue;
		part.e.length = physical - part.e.physical;
		assert(cut.count < MOST);
		cut.e[cut.count++] = part;
		next.e.virtual = part.e.virtual + part.e.length;
		part = next;
	}
	part.e.length = whole->e.virtual + whole->e.length - part.e.virtual;
	assert(cut.count < MOST);
	cut.e[cut.count++] = part;
}

static bool same(const struct told *a, const struct told *b)
{
	return a->e.virtual == b->e.virtual && a->e.physical == b->e.physical &&
	       a->e.length == b->e.length && a->e.status == b->e.status &&
	       a->e.page_shift == b->e.page_shift && a->e.level == b->e.level &&
	       a->e.swap_type == b->e.swap_type && a->e.swap_offset == b->e.swap_offset &&
	       !((a->e.flags ^ b->e.flags) & ~USED) &&
	       a->node == b->node && a->page_kind == b->page_kind;
}

/* That were cut at. */
static u64 borders, borders_of_frames;

static void test_extents(const struct v2p_aspace *aspace, const char *whose,
			 const struct v2p_extent_range *range, const char *how,
			 unsigned int what, unsigned int room)
{
	static const char *const ways[] = { "", "node", "kind", "both" };
	unsigned int i;

	walk(aspace, range, 0, ROOM, &plain);
	cut.count = 0;
	for (i = 0; i < plain.count; i++)
		add_cut(&plain.e[i], what);
	borders += cut.count - plain.count;
	fake_most_reads = 0;
	walk(aspace, range, what, room, &found);
	for (i = 0; i < found.count && i < cut.count && same(&found.e[i], &cut.e[i]); i++)
		;
	if (!ok(found.count == cut.count && i == cut.count,
		"%s, %s%s, by %s: %u extents are %u", fake.name, whose, how, ways[what],
		plain.count, cut.count))
		printf("# number %u: %#llx at %#llx, %#llx bytes, node %u kind %u;"
		       " not %#llx at %#llx, %#llx bytes, node %u kind %u\n", i,
		       (unsigned long long)found.e[i].e.virtual,
		       (unsigned long long)found.e[i].e.physical,
		       (unsigned long long)found.e[i].e.length, found.e[i].node,
		       found.e[i].page_kind, (unsigned long long)cut.e[i].e.virtual,
		       (unsigned long long)cut.e[i].e.physical,
		       (unsigned long long)cut.e[i].e.length, cut.e[i].node,
		       cut.e[i].page_kind);
	/* What is looked at last may be one more, and two pages. */
	ok(fake_most_reads <= 600 + 2 * FAKE_LOOK, "%s, %s: %u reads in a section", fake.name, whose,
	   fake_most_reads);
}

static int compare(const void *a, const void *b)
{
	const u64 first = *(const u64 *)a, second = *(const u64 *)b;

	return first < second ? -1 : first > second;
}

static void test_frames(const struct v2p_aspace *aspace, const char *whose,
			struct v2p_extent_range range, unsigned int what)
{
	struct v2p_frames *frames = v2p_frames_alloc();
	u64 *pairs = v2p_frames_pairs(frames);
	u64 starts[V2P_MAX_PHYSICAL_RANGES], before;
	unsigned int i, count = 0;

	/* From the middle of some page on, up to the middle of another. */
	for (i = 0; i < V2P_MAX_PHYSICAL_RANGES; i++)
		starts[i] = pages[any(page_count)].physical + any(BIT_ULL(fake.page_shift));
	qsort(starts, V2P_MAX_PHYSICAL_RANGES, sizeof(*starts), compare);
	for (i = 0; i < V2P_MAX_PHYSICAL_RANGES; i++) {
		if (count && starts[i] < pairs[2 * count - 2] + pairs[2 * count - 1])
			continue;
		pairs[2 * count] = starts[i];
		pairs[2 * count++ + 1] = 1 + any(30ULL << fake.page_shift);
	}
	assert(v2p_frames_init(frames, count) == V2P_FRAMES_GOOD);
	range.filter.frames = frames;
	before = borders;
	test_extents(aspace, whose, &range, ", of some memory", what, 0);
	borders_of_frames += borders - before;
	v2p_frames_free(frames);
}

#define BATCH	3000

static void test_translations(const struct v2p_aspace *aspace, const char *whose)
{
	static u64 addresses[BATCH], physical[BATCH];
	static u8 status[BATCH], kind[BATCH];
	static u32 node[BATCH];
	const struct v2p_translation_arrays out = {
		.status = status, .physical = physical, .node = node, .page_kind = kind,
	};
	unsigned int i, wrong = 0, mapped = 0;
	bool changing;

	for (i = 0; i < BATCH; i++) {
		const struct page *page = &pages[any(page_count)];

		addresses[i] = any(4) && i ? addresses[i - 1] + BIT_ULL(fake.page_shift) :
					     page->virtual + any(BIT_ULL(span(page->level)));
	}
	v2p_aspace_translate(aspace, addresses, BATCH, &out, &changing);
	v2p_answers_add_pages(&out, BATCH, user_kinds);
	for (i = 0; i < BATCH; i++) {
		const bool is_mapped = status[i] == V2P_STATUS_MAPPED;

		mapped += is_mapped;
		wrong += node[i] != (is_mapped ? node_told(physical[i]) : V2P_NO_NODE) ||
			 kind[i] != (is_mapped ? kind_told(physical[i]) : V2P_PAGE_KIND_UNKNOWN);
	}
	ok(!wrong && mapped > BATCH / 3, "%s, %s: node and kind of %u addresses, %u mapped",
	   fake.name, whose, BATCH, mapped);
}

/* Of what is not too large to be looked at page by page, several times. */
static void map_some(u64 root, u64 first)
{
	u64 virtual = first + (77ULL << fake.page_shift);
	unsigned int i;

	page_count = 0;
	for (i = 0; i < 30; i++) {
		const bool huge = i % 5 == 4 && fake.bits[V2P_LEVEL_PMD];
		const unsigned int level = huge ? V2P_LEVEL_PMD : V2P_LEVEL_PTE;
		const u64 align = BIT_ULL(span(level) + 4);

		virtual = (virtual + align - 1) & -align;
		virtual = map_run(root, virtual, level, 16 + (huge ? 0 : any(600)), any(3), false);
		virtual += any(100) << fake.page_shift;
	}
	/* One that is swapped out. */
	set_entry(root, V2P_LEVEL_PTE, first, 77 << 6 | 5 << 1);
}

static void test_aspace(const struct v2p_aspace *aspace, const char *whose)
{
	const u64 last = pages[page_count - 1].virtual + BIT_ULL(span(pages[page_count - 1].level));
	struct v2p_extent_range range = {
		.next = aspace->first, .last = last - 1,
		.filter = {
			.states = ~(u32)BIT(V2P_STATUS_NONE), .page_shifts = U64_MAX,
			.memory_types = U32_MAX,
		},
	};
	unsigned int what;

	borders = borders_of_frames = 0;
	for (what = NODE; what <= (NODE | KIND); what++) {
		test_extents(aspace, whose, &range, "", what, 0);
		test_extents(aspace, whose, &range, "", what, 1);
		range.filter.states = U32_MAX;
		test_extents(aspace, whose, &range, ", with holes", what, 0);
		range.merge = true;
		test_extents(aspace, whose, &range, ", merged", what, 0);
		range.merge = false;
		range.filter.states = ~(u32)BIT(V2P_STATUS_NONE);
		test_frames(aspace, whose, range, what);
	}
	/* From the middle of a page to that of another. */
	range.next = pages[1].virtual + 100;
	range.last = pages[page_count - 2].virtual + 1000;
	test_extents(aspace, whose, &range, ", a part", KIND, 0);
	ok(borders > 10000 && borders_of_frames > 10, "%s, %s: %llu borders, %llu of some memory",
	   fake.name, whose, (unsigned long long)borders, (unsigned long long)borders_of_frames);
	test_translations(aspace, whose);
	user_kinds = range.user_kinds = true;
	test_extents(aspace, whose, &range, ", to who may not ask of any page", KIND, 0);
	test_translations(aspace, whose);
	user_kinds = false;
}

int main(void)
{
	unsigned int i;

	srandom(1);
	for (i = 0; i < FAKE_ARCHES; i++) {
		struct v2p_aspace aspace = {};
		struct mm_struct mm = {};
		u64 root;

		fake = fake_arches[i];
		aspace = fake_process(&mm);
		root = __pa(mm.pgd);
		map_some(root, aspace.first);
		test_aspace(&aspace, "a process");

		fake_kernel_root = only_table();
		aspace = (struct v2p_aspace) {
			.kind = V2P_ASPACE_KERNEL, .first = v2p_arch_kernel_first(),
			.last = U64_MAX,
		};
		map_some(fake_kernel_root, aspace.first);
		test_aspace(&aspace, "the kernel");
	}
	return tap_end();
}
