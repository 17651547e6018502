// SPDX-License-Identifier: GPL-2.0
/*
 * The module's walk, compiled as a program: page tables with two to five levels, of 512
 * to 8,192 entries, and frame numbers that stand elsewhere than on x86. What is mapped
 * is kept in a list, which the answers are compared with.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fake-tables.h"
#include "tap.h"

#include "../../module/aspace.h"
#include "../../module/entry.h"
#include "../../module/extent.h"
#include "../../module/frames.h"
#include "../../module/prefetch.h"
#include "../../module/spaces.h"
#include "../../module/steps.h"
#include "../../module/walk.h"

#define BATCH	3000
static u64 addresses[BATCH];

static void choose_addresses(const struct v2p_aspace *aspace)
{
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		const struct page *page = &pages[any(page_count)];

		switch (any(8)) {
		case 0:
			addresses[i] = aspace->first + any(BIT_ULL(fake_virtual_bits() - 1));
			break;
		case 1:
			addresses[i] = any(U64_MAX);
			break;
		case 2:
			addresses[i] = page->virtual - 1;
			break;
		case 3:
			/* Neighbours of the last one. */
			addresses[i] = i ? addresses[i - 1] + BIT_ULL(fake.page_shift) : 0;
			break;
		default:
			addresses[i] = page->virtual + any(BIT_ULL(span(page->level)));
			if (!any(4))
				addresses[i] |= any(256) << 56;
		}
	}
}

/*
 * Interrupts are off for 512 entries, whatever a table has, or for half of that where all
 * fields are asked for. What is read twice, because it is looked at before it is counted, and
 * what is read on the way to it comes on top; and, before all that, 7 for each of as many
 * scattered entries as are prefetched.
 */
static void test_section(const char *whose, unsigned int most, unsigned int prefetched)
{
	ok(fake_most_reads <= most + 7 * prefetched, "%s, %s: %u entries in a section", fake.name,
	   whose, fake_most_reads);
}

static struct {
	u8 status[BATCH], page_shift[BATCH], swap_type[BATCH], level[BATCH];
	u8 memory_type[BATCH], protection_key[BATCH];
	u32 flags[BATCH];
	u64 physical[BATCH], entry[BATCH], swap_offset[BATCH];
} got;

/* What is answered to one address is what is answered to it among many. */
static void test_one(const struct v2p_aspace *aspace, const char *whose, bool all_fields)
{
	struct v2p_translation one;
	const struct v2p_translation_arrays all = {
		&one.status, &one.physical, &one.page_shift, &one.flags, &one.entry,
		&one.swap_type, &one.swap_offset, &one.level, &one.memory_type,
		&one.protection_key, NULL, NULL,
	};
	const struct v2p_translation_arrays few = {
		.status = &one.status, .physical = &one.physical,
	};
	unsigned int i, wrong = 0;
	bool changing;

	for (i = 0; i < BATCH; i++) {
		memset(&one, 0xff, sizeof(one));
		v2p_aspace_translate(aspace, &addresses[i], 1, all_fields ? &all : &few,
					&changing);
		wrong += one.status != got.status[i] || one.physical != got.physical[i];
		if (all_fields)
			wrong += one.page_shift != got.page_shift[i] ||
				 one.flags != got.flags[i] || one.entry != got.entry[i] ||
				 one.swap_type != got.swap_type[i] ||
				 one.swap_offset != got.swap_offset[i] ||
				 one.level != got.level[i] ||
				 one.memory_type != got.memory_type[i] ||
				 one.protection_key != got.protection_key[i];
	}
	ok(!wrong, "%s, %s: each of them alone%s", fake.name, whose,
	   all_fields ? ", every field" : "");
}

static void test_translate(const struct v2p_aspace *aspace, const char *whose, bool all_fields)
{
	struct v2p_translation_arrays out = { .status = got.status, .physical = got.physical };
	const bool prefetched = aspace->mm && aspace->mm->pgtables_bytes;
	unsigned int i, wrong = 0;
	bool changing;

	if (all_fields)
		out = (struct v2p_translation_arrays) {
			got.status, got.physical, got.page_shift, got.flags, got.entry,
			got.swap_type, got.swap_offset, got.level, got.memory_type,
			got.protection_key, NULL, NULL,
		};
	choose_addresses(aspace);
	memset(&got, 0xff, sizeof(got));
	fake_most_reads = 0;
	v2p_aspace_translate(aspace, addresses, BATCH, &out, &changing);
	for (i = 0; i < BATCH; i++) {
		const u64 address = v2p_aspace_address(aspace->kind, addresses[i]);
		const bool valid = v2p_aspace_has(aspace, address);
		const struct page *page = valid ? page_of(address) : NULL;
		u64 physical = mapped(page) ? page->physical + (address - page->virtual) : 0;
		u8 status = !valid ? V2P_STATUS_INVALID : mapped(page) ? V2P_STATUS_MAPPED :
			    page && !of_kernel(address) ? V2P_STATUS_SWAPPED : V2P_STATUS_NONE;
		bool good = got.status[i] == status && got.physical[i] == physical;

		if (all_fields && mapped(page))
			good &= got.page_shift[i] == page->shift && got.level[i] == page->level &&
				got.flags[i] == page->flags && got.entry[i] == page->entry;
		if (all_fields && status == V2P_STATUS_SWAPPED)
			good &= got.swap_type[i] == 5 && got.swap_offset[i] == 77;
		if (!good && !wrong++)
			ok(false, "%#llx: status %u, physical %#llx instead of %u, %#llx",
			   (unsigned long long)addresses[i], got.status[i],
			   (unsigned long long)got.physical[i], status,
			   (unsigned long long)physical);
	}
	ok(!wrong, "%s, %s: %u addresses%s", fake.name, whose, BATCH,
	   all_fields ? ", every field" : "");
	test_one(aspace, whose, all_fields);
	test_section(whose, all_fields ? 220 : 600, !prefetched ? 0 : all_fields ? 32 : 64);
}

static void test_steps(const struct v2p_aspace *aspace, const char *whose)
{
	struct v2p_translation t;
	struct v2p_walk_steps steps;
	unsigned int i, wrong = 0;

	for (i = 0; i < page_count; i += 1 + any(16)) {
		unsigned int level = V2P_LEVEL_PGD, step;
		bool good = true;

		v2p_aspace_walk(aspace, pages[i].virtual, &steps, &t);
		for (step = 0; step < steps.count; step++, level--) {
			while (!fake.bits[level])
				level--;
			good &= steps.steps[step].level == level &&
				steps.steps[step].index == entry_index(level, pages[i].virtual) &&
				steps.steps[step].entry ==
				*(u64 *)__va(steps.steps[step].physical);
		}
		good &= level + 1 == pages[i].level && t.physical == pages[i].physical &&
			steps.count && steps.steps[step - 1].entry == pages[i].entry;
		wrong += !good;
	}
	ok(!wrong, "%s, %s: every step of a walk", fake.name, whose);
}

#define ROOM	100
#define USED	(V2P_FLAG_ACCESSED | V2P_FLAG_DIRTY)

static bool can_follow(const struct page *page, const struct page *next)
{
	const u64 size = BIT_ULL(span(page->level));

	return page->virtual + size == next->virtual && page->shift == next->shift &&
	       mapped(page) == mapped(next) && page->physical + size == next->physical &&
	       !((page->flags ^ next->flags) & ~USED);
}

/* Takes the pages of an extent from the list. Returns false if it is not of these. */
static bool take(unsigned int *next, u64 virtual, u64 physical, u64 length, u32 flags,
		 u8 shift)
{
	u32 used = 0;

	while (length) {
		const struct page *page = &pages[*next];

		if (*next == page_count || page->virtual != virtual ||
		    page->physical != physical || page->shift != shift ||
		    length < BIT_ULL(span(page->level)) || (page->flags ^ flags) & ~USED)
			return false;
		used |= page->flags & USED;
		virtual += BIT_ULL(span(page->level));
		physical += mapped(page) ? BIT_ULL(span(page->level)) : 0;
		length -= BIT_ULL(span(page->level));
		++*next;
	}
	/* It is as long as can be. */
	return used == (flags & USED) &&
	       (*next == page_count || !can_follow(&pages[*next - 1], &pages[*next]));
}

/* By calls that have room for so many, or for any number where it is 0. */
static void test_extents(const struct v2p_aspace *aspace, const char *whose, unsigned int room)
{
	u64 virtual[ROOM], physical[ROOM], length[ROOM];
	u8 status[ROOM], page_shift[ROOM];
	u32 flags[ROOM];
	struct v2p_extent_range range = {
		.next = aspace->first, .last = aspace->last,
		.filter = {
			.states = ~(u32)BIT(V2P_STATUS_NONE), .page_shifts = U64_MAX,
			.memory_types = U32_MAX,
		},
	};
	unsigned int i = 0, next = 0, extents = 0;
	bool good = true;

	fake_most_reads = 0;
	while (good && !(range.walked && !range.open.length)) {
		struct v2p_extent_arrays out = {
			.virtual = virtual, .physical = physical, .length = length,
			.flags = flags, .status = status, .page_shift = page_shift,
			.room = room ? room : 1 + any(ROOM),
		};

		/* As in the module, also where nothing is left to do but to tell of the last. */
		v2p_aspace_extents(aspace, &range, &out);
		for (i = 0; i < out.count && good; i++)
			good &= take(&next, virtual[i], physical[i], length[i], flags[i],
				     page_shift[i]);
		extents += out.count;
	}
	if (!ok(good && next == page_count, "%s, %s: %u pages in %u extents", fake.name, whose,
		page_count, extents) && i)
		printf("# %#llx, at page %u\n", (unsigned long long)virtual[i - 1], next);
	test_section(whose, 600, 0);
}

/* Tables whose memory is gone: nothing is mapped there. */
static void test_gone(const struct v2p_aspace *aspace, const char *whose)
{
	struct v2p_translation got, plain;
	const struct v2p_translation_arrays all = {
		&got.status, &got.physical, &got.page_shift, &got.flags, &got.entry,
		&got.swap_type, &got.swap_offset, &got.level, &got.memory_type, &got.protection_key,
		NULL, NULL,
	};
	const struct v2p_translation_arrays few = {
		.status = &plain.status, .physical = &plain.physical };
	unsigned int i, k, looked_at = 0, wrong = 0;
	struct v2p_walk_steps steps;
	bool changing;

	for (i = 0; i < page_count; i++) {
		const u64 address = pages[i].virtual;

		fake_gone = NULL;
		if ((!of_kernel(address) && !fake.not_held) || (looked_at > 10 && any(25)) ||
		    v2p_aspace_walk(aspace, address, &steps, &got))
			continue;
		/* Each table on the way but the root. */
		for (k = 1; k < steps.count; k++) {
			fake_gone = __va(steps.steps[k].physical & -BIT_ULL(fake.page_shift));
			memset(&got, 0xff, sizeof(got));
			memset(&plain, 0xff, sizeof(plain));
			v2p_aspace_translate(aspace, &address, 1, &all, &changing);
			v2p_aspace_translate(aspace, &address, 1, &few, &changing);
			wrong += got.status || got.physical || got.entry || got.flags ||
				 plain.status || plain.physical;
			looked_at++;
		}
	}
	fake_gone = NULL;
	ok(looked_at > 10 && !wrong, "%s, %s: %u tables whose memory is gone, %u wrong answers",
	   fake.name, whose, looked_at, wrong);
}

/*
 * What another processor does after some reads: it takes a table out of the tree, and
 * fills that table, or the PTE table below it, with what is garbage in this place.
 */
static struct {
	unsigned int reads_before;
	u64 *parent;
	u64 *entries;
	u64 count;
	u64 garbage;
} reused;

static void reuse_table(void)
{
	u64 i;

	if (--reused.reads_before)
		return;
	fake_other_processor = NULL;
	*reused.parent = 0;
	for (i = 0; i < reused.count; i++)
		reused.entries[i] = reused.garbage;
}

enum garbage {
	GARBAGE_PAGES,		/* that nobody has */
	GARBAGE_TABLES,		/* where there is no memory */
	GARBAGE_PTES,		/* pages, in the PTE table below */
	GARBAGES,
};

/* Maps a few contiguous pages, of which the table of @level is reused after some reads. */
static void prepare_reuse(u64 root, u64 virtual, unsigned int level, enum garbage garbage,
			  unsigned int reads)
{
	const unsigned int filled = garbage == GARBAGE_PTES ? V2P_LEVEL_PTE : level;
	const u64 nowhere = frame(BIT_ULL(44)) | FAKE_PRESENT;
	unsigned int at = V2P_LEVEL_PGD;
	u64 *table = __va(root);

	page_count = 0;
	map_run(root, virtual, V2P_LEVEL_PTE, 40, true, false);
	for (;;) {
		u64 *slot = table + entry_index(at, virtual);

		if (at == filled)
			break;
		table = __va(*slot >> fake.pfn_bit << fake.page_shift);
		do
			at--;
		while (!fake.bits[at]);
		if (at == level)
			reused.parent = slot;
	}
	reused.reads_before = reads;
	reused.entries = table;
	reused.count = BIT_ULL(fake.bits[filled]);
	reused.garbage = garbage == GARBAGE_TABLES ? nowhere : nowhere | FAKE_LEAF;
	fake_other_processor = reuse_table;
}

/* Of a page, only what it was, or that it is gone, is right. */
static bool right(u64 virtual, u8 status, u64 physical)
{
	return status == V2P_STATUS_NONE ||
	       (status == V2P_STATUS_MAPPED &&
		physical == pages[0].physical + (virtual - pages[0].virtual));
}

static bool translate_right(const struct v2p_aspace *aspace, u64 virtual)
{
	u64 near[3] = { virtual, virtual + BIT_ULL(fake.page_shift), virtual + 1 };
	u64 physical[3];
	u8 status[3];
	const struct v2p_translation_arrays out = { .status = status, .physical = physical };
	bool changing, good = true;
	unsigned int i;

	v2p_aspace_translate(aspace, near, 3, &out, &changing);
	for (i = 0; i < 3; i++)
		good &= right(near[i], status[i], physical[i]);
	return good;
}

static bool one_right(const struct v2p_aspace *aspace, u64 virtual)
{
	u64 physical;
	u8 status;
	const struct v2p_translation_arrays out = { .status = &status, .physical = &physical };
	bool changing;

	v2p_aspace_translate(aspace, &virtual, 1, &out, &changing);
	return right(virtual, status, physical);
}

static bool walk_right(const struct v2p_aspace *aspace, u64 virtual)
{
	struct v2p_translation t;
	struct v2p_walk_steps steps;

	v2p_aspace_walk(aspace, virtual, &steps, &t);
	return right(virtual, t.status, t.physical);
}

static bool extents_of_right(const struct v2p_aspace *aspace, u64 start,
			     const struct v2p_frames *frames)
{
	u64 virtual[50], physical[50], length[50];
	u8 status[50], page_shift[50];
	u32 flags[50];
	struct v2p_extent_arrays out = {
		.virtual = virtual, .physical = physical, .length = length, .flags = flags,
		.status = status, .page_shift = page_shift, .room = 50,
	};
	struct v2p_extent_range range = {
		.next = start, .last = start + (40 << fake.page_shift) - 1,
		.filter = { U32_MAX, 0, 0, U32_MAX, U64_MAX, frames },
	};
	bool good = true;
	unsigned int i;

	while (!range.walked)
		v2p_aspace_extents(aspace, &range, &out);
	for (i = 0; i < out.count; i++)
		good &= right(virtual[i], status[i], physical[i]);
	/* Of what is gone, there is a hole, or, where memory is looked for, nothing. */
	return good && (i || frames);
}

static bool extents_right(const struct v2p_aspace *aspace, u64 start)
{
	return extents_of_right(aspace, start, NULL);
}

/* Memory of the pages, and of what is garbage here. */
static bool search_right(const struct v2p_aspace *aspace, u64 start)
{
	struct v2p_frames *frames = v2p_frames_alloc();
	u64 *pairs = v2p_frames_pairs(frames);
	bool good;

	pairs[0] = BIT_ULL(fake.page_shift);
	pairs[1] = BIT_ULL(50);
	good = v2p_frames_init(frames, 1) == V2P_FRAMES_GOOD &&
	       extents_of_right(aspace, start, frames);
	v2p_frames_free(frames);
	return good;
}

/* Returns how often the table was reused while it was walked. */
static unsigned int reuse(const struct v2p_aspace *aspace, u64 root, u64 first,
			  unsigned int level, enum garbage garbage, unsigned int *wrong)
{
	static bool (*const ways[])(const struct v2p_aspace *aspace, u64 virtual) = {
		translate_right, one_right, walk_right, extents_right, search_right,
	};
	const u64 virtual = first + (5ULL << fake.page_shift);
	unsigned int reads, way, met = 0;

	for (way = 0; way < sizeof(ways) / sizeof(*ways); way++) {
		for (reads = 1; reads < 60; reads++) {
			memory_used = root;
			new_table(V2P_LEVEL_PGD);
			prepare_reuse(root, virtual, level, garbage, reads);
			*wrong += !ways[way](aspace, virtual);
			met += !fake_other_processor;
			fake_other_processor = NULL;
		}
	}
	return met;
}

/* In the half that begins at @first. */
static void test_reuse(const struct v2p_aspace *aspace, const char *whose, u64 root, u64 first)
{
	unsigned int level, wrong = 0, met = 0;
	enum garbage garbage;

	for (level = 0; level < V2P_LEVEL_PGD; level++)
		for (garbage = 0; garbage < GARBAGES && fake.bits[level]; garbage++)
			if (level > V2P_LEVEL_PTE || garbage == GARBAGE_PAGES)
				met += reuse(aspace, root, first, level, garbage, &wrong);
	ok(!wrong && met > 20, "%s, %s: a table is reused, %u times, %u wrong", fake.name, whose,
	   met, wrong);
}

static void map_all(const struct v2p_aspace *aspace, u64 root)
{
	unsigned int upper;

	page_count = 0;
	if (!of_kernel(aspace->first))
		map_half(root, aspace->first);
	upper = page_count;
	if (!of_kernel(aspace->last))
		return;
	map_half(root, v2p_arch_kernel_first());
	if (!mapped(&pages[upper]))
		memmove(pages + upper, pages + upper + 1,
			(--page_count - upper) * sizeof(*pages));
}

static void test_aspace(const struct v2p_aspace *aspace, const char *whose, u64 root)
{
	unsigned int room;

	map_all(aspace, root);
	test_translate(aspace, whose, false);
	test_translate(aspace, whose, true);
	test_steps(aspace, whose);
	for (room = 0; room <= 9; room++)
		test_extents(aspace, whose, room);
	if (of_kernel(aspace->last) || fake.not_held)
		test_gone(aspace, whose);
	test_reuse(aspace, whose, root, aspace->first);
	if (aspace->kind == V2P_ASPACE_USER_ROOT)
		test_reuse(aspace, "its upper half", root, v2p_arch_kernel_first());
}

/* Neither is anything between the halves, nor does a run go from one into the other. */
static void test_between(const struct v2p_aspace *aspace, u64 root)
{
	const u64 page = BIT_ULL(fake.page_shift);
	const u64 end = v2p_arch_user_last() + 1, begin = v2p_arch_kernel_first();
	const u64 entry = FAKE_PRESENT | FAKE_LEAF | frame(1ULL << 34);
	u64 near[4] = { end - 1, end, begin - 1, begin };
	u64 virtual[4], physical[4], length[4];
	u8 status[4], page_shift[4];
	u32 flags[4];
	const struct v2p_translation_arrays translations = {
		.status = status, .physical = physical, .page_shift = page_shift, .flags = flags,
	};
	struct v2p_extent_arrays out = {
		.virtual = virtual, .physical = physical, .length = length, .flags = flags,
		.status = status, .page_shift = page_shift, .room = 1,
	};
	struct v2p_extent_range range = {
		.next = end - page, .last = begin + page - 1,
		.filter = { U32_MAX, 0, 0, U32_MAX, U64_MAX }, .merge = true,
	};
	unsigned int calls;
	bool changing;

	map_entry(root, (struct page) { .virtual = end - page, .entry = entry });
	map_entry(root, (struct page) {
		.virtual = begin, .entry = entry + BIT_ULL(fake.pfn_bit) });
	v2p_aspace_translate(aspace, near, 4, &translations, &changing);
	ok(status[0] == V2P_STATUS_MAPPED && physical[0] == (1ULL << 34) + page - 1 &&
	   status[1] == V2P_STATUS_INVALID && status[2] == V2P_STATUS_INVALID &&
	   status[3] == V2P_STATUS_MAPPED && physical[3] == (1ULL << 34) + page &&
	   !page_shift[1] && page_shift[3] == fake.page_shift && flags[3] == V2P_FLAG_PRESENT,
	   "%s: between the halves is nothing", fake.name);

	for (calls = 0; calls < 10 && !range.walked; calls++) {
		v2p_aspace_extents(aspace, &range, &out);
		/* The next needs room. */
		out.room = min(out.count + 1, 4);
	}
	v2p_extent_close(&range, &out);
	ok(out.count == 2 && virtual[0] == end - page && length[0] == page &&
	   virtual[1] == begin && length[1] == page && physical[1] == physical[0] + page,
	   "%s: an extent in each half", fake.name);
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
		test_aspace(&aspace, "a process", root);

		root = only_table();
		mm.pgd = __va(root);
		mm.pgtables_bytes = V2P_PREFETCH_TABLES;
		test_aspace(&aspace, "a process with large tables", root);

		fake_kernel_root = only_table();
		aspace = (struct v2p_aspace) {
			.kind = V2P_ASPACE_KERNEL, .first = v2p_arch_kernel_first(),
			.last = U64_MAX,
		};
		test_aspace(&aspace, "the kernel", fake_kernel_root);

		root = only_table();
		/* That nothing is read by way of. */
		fake_kernel_root = new_table(V2P_LEVEL_PGD);
		mm.pgd = __va(fake_kernel_root);
		aspace = (struct v2p_aspace) {
			.kind = V2P_ASPACE_USER_ROOT, .mm = &mm, .root = __va(root),
			.last = U64_MAX,
		};
		test_aspace(&aspace, "the page tables of user mode", root);
		memory_used = root;
		new_table(V2P_LEVEL_PGD);
		test_between(&aspace, root);
	}
	return tap_end();
}
