// SPDX-License-Identifier: GPL-2.0
/*
 * What the module reads of the tables of IOMMUs, compiled as a program: Intel's VT-d in legacy
 * and in scalable mode, and AMD's, with tables of all their formats. What is mapped is kept in
 * a list, which the answers are compared with. No emulator has all of these.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fake-tables.h"
#include "tap.h"

#include "../../module/entry.h"
#include "../../module/extent.h"
#include "../../module/frames.h"
#include "../../module/walk.h"
#include "../../module/iova/iova.h"
#include "../../module/iova/iova-internal.h"

/* Bus 3, device 0x12 or 2, function 1. */
static u16 source;
#define PASID		0x12345
#define ENCRYPTION	BIT_ULL(51)

/* How a device comes to its tables, and what these are. */
struct form {
	const char *name;
	const struct v2p_iommu_kind *kind;
	u8 format;
	unsigned int top;
	bool scalable, pasid, marks, encrypted;
	/* Bits that the unit translates, where these are less than those of the tables. */
	unsigned int width;
	/* On the half of a bus that a scalable root entry has another word for. */
	bool low_device;
};

#define VTD_SECOND	.kind = &v2p_vtd, .format = V2P_TABLE_FORMAT_VTD_SECOND_STAGE
#define VTD_FIRST	.kind = &v2p_vtd, .format = V2P_TABLE_FORMAT_VTD_FIRST_STAGE
#define AMD_V1		.kind = &v2p_amd, .format = V2P_TABLE_FORMAT_AMD_V1
#define AMD_V2		.kind = &v2p_amd, .format = V2P_TABLE_FORMAT_AMD_V2

static const struct form forms[] = {
	{ .name = "VT-d, three levels", VTD_SECOND, .top = 2 },
	{ .name = "VT-d, four levels", VTD_SECOND, .top = 3 },
	{ .name = "VT-d, four levels for 40 bits", VTD_SECOND, .top = 3, .width = 40 },
	{ .name = "VT-d, five levels", VTD_SECOND, .top = 4 },
	{ .name = "VT-d, scalable", VTD_SECOND, .top = 3, .scalable = true, .marks = true },
	{ .name = "VT-d, first stage", VTD_FIRST, .top = 3, .scalable = true, .low_device = true },
	{ .name = "VT-d, first stage, PASID, five levels", VTD_FIRST, .top = 4, .scalable = true,
	  .pasid = true },
	{ .name = "AMD, one level", AMD_V1, .top = 0 },
	{ .name = "AMD, three levels", AMD_V1, .top = 2, .marks = true },
	{ .name = "AMD, three levels, encrypted", AMD_V1, .top = 2, .encrypted = true },
	{ .name = "AMD, six levels", AMD_V1, .top = 5 },
	{ .name = "AMD, guest's for all", AMD_V2, .top = 3, .encrypted = true },
	{ .name = "AMD, guest's, PASID, five levels", AMD_V2, .top = 4, .pasid = true },
};

static const struct form *form;
static struct v2p_iommu iommu;
static struct v2p_iova iova;
/* Of the page tables, and of what leads to them. */
static u64 top_table, root, context, last_entry;
static u64 registers[8];

static u64 *word(u64 physical)
{
	return __va(physical);
}

static void set(u64 physical, u64 value)
{
	*word(physical) = value;
}

static u64 new_page(void)
{
	/* PTE tables of a page of 4 KiB. */
	return new_table(V2P_LEVEL_PTE);
}

static bool is_amd_v1(void)
{
	return form->format == V2P_TABLE_FORMAT_AMD_V1;
}

static bool is_second(void)
{
	return form->format == V2P_TABLE_FORMAT_VTD_SECOND_STAGE;
}

static u64 encrypted(u64 entry)
{
	return form->encrypted ? entry | ENCRYPTION : entry;
}

static u64 table_entry(unsigned int below, u64 table)
{
	if (is_amd_v1())
		return encrypted(table | 1 | (below + 1) << 9 | 3ULL << 61);
	return encrypted(table | (is_second() ? 3 : 7));
}

/* An entry for a page of this size, whose flags are set. */
static u64 page_entry(unsigned int level, unsigned int shift, u64 physical, u32 *flags)
{
	const bool read = any(4), write = !read || any(2), accessed = any(2), dirty = any(2);
	u64 entry = physical;

	*flags = V2P_FLAG_PRESENT | (write ? V2P_FLAG_WRITE : 0) |
		 (form->encrypted ? V2P_FLAG_ENCRYPTED : 0);
	if (is_second()) {
		entry |= read | write << 1 | accessed << 8 | dirty << 9 | (level ? 1 << 7 : 0);
	} else if (is_amd_v1()) {
		entry |= 1 | accessed << 5 | dirty << 6 | (u64)read << 61 | (u64)write << 62;
		if (shift > v2p_iova_shift(level))
			entry |= 7 << 9 | (BIT_ULL(shift - 1) - 4096);
	} else {
		entry |= 1 | write << 1 | 1 << 2 | accessed << 5 | dirty << 6 | (level ? 1 << 7 : 0);
		*flags |= V2P_FLAG_USER;
	}
	if (!read && (is_second() || is_amd_v1()))
		*flags |= V2P_FLAG_WRITE_ONLY;
	if (shift > v2p_iova_shift(level))
		*flags |= V2P_FLAG_CONTIGUOUS;
	if (form->marks || !(is_second() || is_amd_v1()))
		*flags |= (accessed ? V2P_FLAG_ACCESSED : 0) | (dirty ? V2P_FLAG_DIRTY : 0);
	return encrypted(entry);
}

/* The place of an entry of this level, with the tables that lead to it. */
static u64 place_of(unsigned int level, u64 address)
{
	u64 table = top_table;
	unsigned int at = form->top;

	for (;;) {
		const u64 place = table + v2p_iova_index(at, address) * sizeof(u64);
		u64 entry = *word(place);

		if (at == level)
			return place;
		if (!entry) {
			/* AMD's may pass levels over whose part of the address is 0. */
			const unsigned int below =
				at == 5 && address < 1ULL << 39 ? V2P_LEVEL_PUD : at - 1;

			entry = table_entry(below, new_page());
			set(place, entry);
		}
		if (is_amd_v1())
			at = (entry >> 9 & 7) - 1;
		else
			at--;
		table = entry & V2P_IOVA_ADDRESS & ~ENCRYPTION;
	}
}

static void map(u64 address, unsigned int level, unsigned int shift)
{
	const u64 physical = any(BIT_ULL(44 - shift)) << shift;
	struct page page = { address, 0, physical, 0, level, shift };
	u64 i;

	page.entry = page_entry(level, shift, physical, &page.flags);
	for (i = 0; i < BIT_ULL(shift - v2p_iova_shift(level)); i++)
		set(place_of(level, address + (i << v2p_iova_shift(level))), page.entry);
	pages[page_count++] = page;
}

/* From low addresses up, with neighbours and holes, some of it around the interrupts. */
static void map_all(void)
{
	const u64 last = form->top == 5 ? U64_MAX : BIT_ULL(v2p_iova_shift(form->top + 1)) - 1;
	u64 address = 0;
	unsigned int i;

	page_count = 0;
	for (i = 0; i < 600; i++) {
		/* Gigabytes come last: below them, all has its place. */
		const unsigned int most = i < 300 ? V2P_LEVEL_PMD : V2P_LEVEL_PUD;
		unsigned int level = any(8) ? V2P_LEVEL_PTE : any(min(form->top, most) + 1);
		unsigned int shift = v2p_iova_shift(level);

		if (is_amd_v1() && form->top && !any(4))
			shift += 1 + any(8);
		if (i == 100 && form->top >= 2)
			address = 0xfee00000 - 8 * 4096;
		else if (i == 300 && form->top >= 3)
			address = form->top == 5 ? -1ULL << 45 : 1ULL << 39;
		else if (i == 450 && form->top == 4)
			address = 1ULL << 48;
		else if (!any(3))
			address += any(64) << 12;
		address = (address + BIT_ULL(shift) - 1) & -BIT_ULL(shift);
		if (address > last - BIT_ULL(shift))
			break;
		map(address, level, shift);
		address += BIT_ULL(shift);
	}
}

static void begin_vtd(void)
{
	const unsigned int bus = source >> 8, device = source & 255;
	const u64 width = form->top - 1;
	u64 directory, table;
	unsigned int i;

	*(u32 *)((char *)registers + 0x1c) = BIT(31);
	registers[1] = (form->width ? form->width - 1ULL : 56ULL) << 16;
	registers[4] = root | form->scalable << 10;
	if (!form->scalable) {
		set(root + bus * 16, context | 1);
		set(context + device * 16, top_table | 1);
		set(context + device * 16 + 8, width | 77 << 8);
		last_entry = context + device * 16;
		return;
	}
	directory = new_page();
	/* As many as its size says; no more of them are used. */
	for (i = 0; i < 3; i++)
		new_page();
	table = new_page();
	/* Devices from 16 on are in the upper half. */
	set(root + bus * 16 + (device & 128 ? 8 : 0), context | 1);
	set(context + (device & 127) * 32, directory | 1 | 1 << 3 | 7 << 9);
	if (!form->pasid)
		set(context + (device & 127) * 32 + 8, PASID);
	set(directory + PASID / 64 * 8, table | 1);
	last_entry = table + PASID % 64 * 64;
	if (is_second()) {
		set(last_entry, top_table | 1 | width << 2 | 2 << 6 | form->marks << 9);
	} else {
		set(last_entry, 1 | 1 << 6);
		set(last_entry + 16, top_table | (form->top == 4) << 2);
	}
}

static void begin_amd(void)
{
	const bool guest = !is_amd_v1();
	u64 first = 1 | 2 | 3ULL << 61, second = 0, third = 0;

	/* The device table has 32 bytes for each, of which 8 pages are enough. */
	registers[0] = encrypted(root) | 7;
	registers[3] = 1;
	last_entry = root + source * 32;
	if (guest) {
		const u64 outer = new_page(), inner = new_page();
		const u32 pasid = form->pasid ? PASID : 0;

		first |= BIT_ULL(55) | 1ULL << 56 | (form->pasid ? 0 : BIT_ULL(54)) |
			 (outer >> 12 & 7) << 58;
		second |= (outer >> 15 & 0xffff) << 16 | (outer >> 31) << 43;
		third = form->top == 4 ? 1ULL << 54 : 0;
		set(outer + (pasid >> 9) * 8, inner | 1);
		set(inner + (pasid & 511) * 8, encrypted(top_table | 1));
	} else {
		first |= top_table | (form->top + 1) << 9 | (form->marks ? 3 << 7 : 0);
	}
	set(last_entry, encrypted(first));
	set(last_entry + 8, second);
	set(last_entry + 16, third);
}

static void begin(const struct form *f)
{
	unsigned int i;

	form = f;
	only_table();
	/* Tables in pages that follow each other. */
	root = new_page();
	for (i = 1; i < 9; i++)
		new_page();
	context = new_page();
	top_table = new_page();
	memset(registers, 0, sizeof(registers));
	source = f->low_device ? 0x0311 : 0x0391;
	iommu = (struct v2p_iommu) { .kind = f->kind, .registers = registers };
	iova = (struct v2p_iova) {
		.iommu = &iommu, .source = source, .pasid = f->pasid ? PASID : V2P_NO_PASID,
	};
	if (f->kind == &v2p_vtd)
		begin_vtd();
	else
		begin_amd();
	f->kind->begin(&iommu);
}

static u64 last_address(void)
{
	struct v2p_iova_reader reader;
	struct v2p_iommu_tables tables;

	v2p_iova_begin(&reader, NULL);
	v2p_iova_find_tables(&iova, &reader, &tables);
	v2p_iova_end(&reader);
	return v2p_iova_last(&tables);
}

static bool interrupt(u64 address)
{
	return !form->pasid && address >> 20 == 0xfee;
}

static struct v2p_translation ask(u64 address)
{
	struct v2p_translation t;
	const struct v2p_translation_arrays arrays = {
		&t.status, &t.physical, &t.page_shift, &t.flags, &t.entry, &t.swap_type,
		&t.swap_offset, &t.level, &t.memory_type, &t.protection_key, NULL, NULL,
	};
	bool changing;

	memset(&t, 0xff, sizeof(t));
	v2p_iova_translate(&iova, &address, 1, &arrays, &changing);
	return t;
}

static bool is_right(const struct v2p_translation *t, u64 address)
{
	const struct page *page = NULL;
	unsigned int i;

	if (address > last_address() || interrupt(address))
		return t->status == V2P_STATUS_INVALID;
	for (i = 0; i < page_count; i++)
		if (address - pages[i].virtual < BIT_ULL(pages[i].shift))
			page = &pages[i];
	if (!page)
		return t->status == V2P_STATUS_NONE && !t->physical && !t->flags &&
		       t->page_shift >= 12;
	return t->status == V2P_STATUS_MAPPED && t->page_shift == page->shift &&
	       t->physical == page->physical + (address - page->virtual) &&
	       t->flags == page->flags && t->level == page->level && t->entry == page->entry;
}

static u64 some_address(void)
{
	const struct page *page = &pages[any(page_count)];

	switch (any(6)) {
	case 0:
		return any(U64_MAX);
	case 1:
		return page->virtual - 1;
	case 2:
		return page->virtual + BIT_ULL(page->shift);
	case 3:
		return 0xfee00000 + any(0x200000) - 0x80000;
	}
	return page->virtual + any(BIT_ULL(page->shift));
}

static void test_translate(void)
{
	u64 addresses[200];
	struct {
		u8 status[200];
		u64 physical[200];
	} got;
	const struct v2p_translation_arrays few = {
		.status = got.status, .physical = got.physical,
	};
	unsigned int i, wrong = 0, mapped = 0;
	bool changing;

	for (i = 0; i < 200; i++)
		addresses[i] = some_address();
	v2p_iova_translate(&iova, addresses, 200, &few, &changing);
	for (i = 0; i < 200; i++) {
		const struct v2p_translation t = ask(addresses[i]);

		wrong += !is_right(&t, addresses[i]) || t.status != got.status[i] ||
			 t.physical != got.physical[i];
		mapped += t.status == V2P_STATUS_MAPPED;
	}
	ok(!wrong && mapped > 20 && !changing, "%s: %u of 200 addresses mapped, %u wrong",
	   form->name, mapped, wrong);
}

/* Each step really stands where it is said to, and leads on. */
static void test_walk(void)
{
	unsigned int i, j, wrong = 0;

	for (i = 0; i < 100; i++) {
		const u64 address = pages[any(page_count)].virtual;
		struct v2p_walk_steps steps;
		struct v2p_translation t;
		unsigned int levels = 0;

		v2p_iova_walk(&iova, address, &steps, &t);
		if (interrupt(address)) {
			wrong += t.status != V2P_STATUS_INVALID;
			continue;
		}
		wrong += !is_right(&t, address) || steps.root != root ||
			 steps.translation != V2P_DEVICE_TRANSLATION_TABLES ||
			 steps.format != form->format;
		for (j = 0; j < steps.count; j++) {
			const struct v2p_walk_step *step = &steps.steps[j];

			wrong += *word(step->physical) != step->entry ||
				 !(step->flags & V2P_FLAG_PRESENT);
			if (step->shift)
				wrong += step->index != (address >> step->shift & 511) || !++levels;
		}
		wrong += steps.steps[j - 1].entry != t.entry || !levels ||
			 levels > form->top + 1U - t.level;
	}
	ok(!wrong, "%s: walks, %u wrong", form->name, wrong);
}

static struct {
	u64 virtual[64], physical[64], length[64];
	u32 flags[64], node[64];
	u8 status[64], page_shift[64];
} extents;

/* The range in as many pieces as it takes; checks that each is where the last one ended. */
static unsigned int test_pieces(struct v2p_extent_range *range, unsigned int *mapped, bool holes)
{
	struct v2p_extent_arrays out = {
		.virtual = extents.virtual, .physical = extents.physical,
		.length = extents.length, .flags = extents.flags, .status = extents.status,
		.page_shift = extents.page_shift,
	};
	unsigned int i, calls = 0, wrong = 0;
	u64 next = range->next;
	u64 j;

	*mapped = 0;
	while (!range->walked || range->open.length) {
		out.count = 0;
		out.room = 2 + any(62);
		if (++calls > 100000 || v2p_iova_extents(&iova, range, &out))
			return wrong + 1;
		for (i = 0; i < out.count; i++) {
			const u64 steps = 5;

			wrong += holes && extents.virtual[i] != next;
			next = extents.virtual[i] + extents.length[i];
			for (j = 0; j <= steps; j++) {
				const u64 offset = j == steps ? extents.length[i] - 1 :
						   any(extents.length[i]);
				const struct v2p_translation t = ask(extents.virtual[i] + offset);
				const bool is_mapped = t.status == V2P_STATUS_MAPPED;

				wrong += (extents.status[i] == V2P_STATUS_MAPPED) != is_mapped ||
					 (is_mapped && t.physical != extents.physical[i] + offset);
			}
			*mapped += extents.status[i] == V2P_STATUS_MAPPED;
		}
	}
	return wrong + (holes && next != range->last + 1);
}

static void test_extents(void)
{
	struct v2p_extent_range range = {
		.last = last_address(), .filter.states = U32_MAX, .filter.page_shifts = U64_MAX,
		.filter.memory_types = U32_MAX,
	};
	struct v2p_frames *frames = v2p_frames_alloc();
	unsigned int wrong, mapped, most = 0, i;

	wrong = test_pieces(&range, &mapped, true);
	ok(!wrong && mapped > (form->top ? 30 : 10), "%s: %u extents, %u wrong", form->name, mapped, wrong);

	/* Some of it, without holes. */
	range.next = pages[any(page_count)].virtual + any(4096);
	range.walked = false;
	range.filter.states = BIT(V2P_STATUS_MAPPED);
	wrong = test_pieces(&range, &mapped, false);
	ok(!wrong, "%s: without holes, %u extents, %u wrong", form->name, mapped, wrong);

	/* The tables were others when the end was looked for. */
	if (range.last != U64_MAX) {
		const u64 last = range.last;

		range.next = 0;
		range.walked = false;
		range.last += 1ULL << 41;
		wrong = test_pieces(&range, &mapped, false);
		ok(!wrong, "%s: behind the last address, %u wrong", form->name, wrong);
		range.last = last;
	}

	/* What lies in a part of memory. */
	*(u64 *)v2p_frames_pairs(frames) = BIT_ULL(42);
	((u64 *)v2p_frames_pairs(frames))[1] = BIT_ULL(42);
	v2p_frames_init(frames, 1);
	range.next = 0;
	range.walked = false;
	range.filter.frames = frames;
	for (i = 0; i < page_count; i++)
		most += pages[i].physical >> 42 == 1;
	wrong = test_pieces(&range, &mapped, false);
	ok(!wrong && mapped <= most && (mapped || !most), "%s: in some memory, %u of %u, %u wrong",
	   form->name, mapped, most, wrong);
	v2p_frames_free(frames);
}

/* An entry on the way is taken out, and its table is used for something else. */
static u64 taken_out, taken_entry;
static unsigned int until;
static void take_out(void)
{
	if (until && !--until) {
		set(taken_out, 0);
		memset(word(taken_entry), 0x5b, 4096);
	}
}

static void test_changes(void)
{
	unsigned int i, wrong = 0, none = 0, changed = 0;

	for (i = 0; i < 120; i++) {
		const struct page *page;
		struct v2p_walk_steps steps;
		struct v2p_translation t;
		unsigned int step;
		char saved[4096];
		u64 entry;

		do
			page = &pages[any(page_count)];
		while (interrupt(page->virtual));
		v2p_iova_walk(&iova, page->virtual, &steps, &t);
		step = any(steps.count - 1);
		/* That of the device table is valid with a value of 0. */
		if (form->kind == &v2p_amd && !step)
			continue;
		taken_out = steps.steps[step].physical;
		taken_entry = steps.steps[step + 1].physical & -4096ULL;
		entry = *word(taken_out);
		memcpy(saved, word(taken_entry), sizeof(saved));
		until = 1 + any(16);
		fake_other_processor = take_out;
		t = ask(page->virtual);
		fake_other_processor = NULL;
		changed += !until;
		/*
		 * What was there before, or nothing any more, which has fewer addresses if it is of
		 * the whole device; never what the memory became.
		 */
		if (t.status == V2P_STATUS_NONE || t.status == V2P_STATUS_INVALID)
			none++;
		else
			wrong += t.physical != page->physical;
		until = 0;
		set(taken_out, entry);
		memcpy(word(taken_entry), saved, sizeof(saved));
	}
	ok(!wrong && (changed > 10 || !form->top),
	   "%s: a table is taken out %u times, %u none, %u wrong", form->name, changed, none, wrong);
}

/*
 * The same while a range is told. What is taken out comes back, but not within a section: that is
 * too short for it.
 */
static char kept[4096];
static u64 kept_entry;

static void take_out_and_put_back(void)
{
	if (any(40))
		return;
	if (*word(taken_out)) {
		set(taken_out, 0);
		memset(word(taken_entry), 0x5b, 4096);
	} else if (fake_reads <= 1) {
		memcpy(word(taken_entry), kept, sizeof(kept));
		set(taken_out, kept_entry);
	}
}

static unsigned int wrong_pages(u64 virtual, u64 physical, u64 length)
{
	unsigned int i, wrong = 0;
	u64 known = 0;

	for (i = 0; i < page_count; i++) {
		const u64 offset = pages[i].virtual - virtual;

		if (offset >= length)
			continue;
		known += min(BIT_ULL(pages[i].shift), length - offset);
		wrong += pages[i].physical != physical + offset;
	}
	/* Pages are cut where interrupts begin, and nowhere else. */
	return wrong || (known != length && virtual != V2P_ARCH_INTERRUPTS_LAST + 1);
}

static void test_changes_of_ranges(void)
{
	struct v2p_extent_range range = {
		.last = last_address(), .filter.states = U32_MAX,
		.filter.page_shifts = U64_MAX, .filter.memory_types = U32_MAX,
	};
	struct v2p_extent_arrays out = {
		.virtual = extents.virtual, .physical = extents.physical,
		.length = extents.length, .flags = extents.flags, .status = extents.status,
		.page_shift = extents.page_shift,
	};
	unsigned int i, turn, wrong = 0, calls = 0, told = 0;
	struct v2p_walk_steps steps;
	struct v2p_translation t;
	const struct page *page;
	u64 next;

	for (turn = 0; turn < 8; turn++) {
		do
			page = &pages[any(page_count)];
		while (interrupt(page->virtual));
		v2p_iova_walk(&iova, page->virtual, &steps, &t);
		taken_out = steps.steps[steps.count - 2].physical;
		taken_entry = steps.steps[steps.count - 1].physical & -4096ULL;
		if (form->kind == &v2p_amd && steps.count == 2)
			return;
		kept_entry = *word(taken_out);
		memcpy(kept, word(taken_entry), sizeof(kept));
		range.next = next = 0;
		range.walked = false;
		fake_most_reads = 0;
		fake_other_processor = take_out_and_put_back;
		while (!range.walked || range.open.length) {
			out.count = 0;
			out.room = 64;
			if (++calls > 100000 || v2p_iova_extents(&iova, &range, &out)) {
				wrong++;
				break;
			}
			for (i = 0; i < out.count; i++) {
				wrong += extents.virtual[i] != next;
				next = extents.virtual[i] + extents.length[i];
				if (extents.status[i] != V2P_STATUS_MAPPED)
					continue;
				wrong += wrong_pages(extents.virtual[i], extents.physical[i],
						     extents.length[i]);
				told++;
			}
		}
		fake_other_processor = NULL;
		memcpy(word(taken_entry), kept, sizeof(kept));
		set(taken_out, kept_entry);
	}
	/* What is read twice, to be rechecked, comes on top of the budget. */
	ok(!wrong && told > 30 && fake_most_reads < 300,
	   "%s: a range that is changed, %u extents, %u wrong, %u entries in a section", form->name,
	   told, wrong, fake_most_reads);
}

/* All the time, in bits that mean nothing here: one has to give up. */
static u64 changing_word, change_by;

static void change(void)
{
	*word(changing_word) += change_by;
}

static void test_changes_for_ever(void)
{
	const bool pasids = form->scalable;
	u64 addresses[40], i, kept_word;
	struct v2p_translation t[40];
	u8 status[40];
	u32 flags[40];
	const struct v2p_translation_arrays arrays = { .status = status, .flags = flags };
	struct v2p_walk_steps steps;
	bool changing, good;
	int err;

	for (i = 0; i < 40; i++)
		addresses[i] = pages[0].virtual;
	changing_word = last_entry + (pasids ? 16 : 8);
	change_by = pasids ? 1ULL << 52 : form->kind == &v2p_amd ? 1 : 1 << 8;
	kept_word = *word(changing_word);
	fake_other_processor = change;
	err = v2p_iova_translate(&iova, addresses, 40, &arrays, &changing);
	good = !err && changing;
	for (i = 0; i < 40; i++)
		good = good && status[i] == V2P_STATUS_NONE && flags[i] == V2P_FLAG_CHANGING;
	ok(good && v2p_iova_walk(&iova, addresses[0], &steps, &t[0]) == -EBUSY,
	   "%s: what never stands still is told as changing", form->name);
	fake_other_processor = NULL;
	set(changing_word, kept_word);
}

static void test_gone(void)
{
	struct v2p_walk_steps steps;
	struct v2p_translation t;
	u64 address = pages[0].virtual;

	v2p_iova_walk(&iova, address, &steps, &t);
	fake_gone = (const char *)word(steps.steps[steps.count - 1].physical & -4096ULL);
	t = ask(address);
	fake_gone = NULL;
	ok(t.status == V2P_STATUS_NONE, "%s: a table whose memory is gone is empty", form->name);
}

/* One word of what leads to the tables is changed; says what becomes of the device. */
static u8 translation_with(u64 place, u64 value, struct v2p_translation *t)
{
	const u64 before = *word(place);
	struct v2p_walk_steps steps;
	int err;

	set(place, value);
	err = v2p_iova_walk(&iova, 0x123456, &steps, t);
	set(place, before);
	return err == -EOPNOTSUPP ? 0xff : err ? 0xfe : steps.translation;
}

/* The registers say something else, or the words beside the entries. */
static void test_registers(void)
{
	const unsigned int device = source & 127;
	struct v2p_translation t;
	bool good;

	if (form->kind == &v2p_amd) {
		/* A device table of a page, and what does not answer. */
		registers[0] &= ~511ULL;
		good = translation_with(last_entry, *word(last_entry), &t) ==
		       V2P_DEVICE_TRANSLATION_BLOCKED;
		registers[0] |= 7;
		registers[3] = U64_MAX;
		good = good && translation_with(last_entry, *word(last_entry), &t) == 0xff;
		registers[3] = 1;
		if (!is_amd_v1()) {
			const u64 first = *word(last_entry);

			/* More levels than there are, a reserved number of the guest's. */
			good = good && translation_with(last_entry, first | 3ULL << 56, &t) ==
				       V2P_DEVICE_TRANSLATION_BLOCKED &&
			       translation_with(last_entry + 16, 2ULL << 54, &t) ==
			       V2P_DEVICE_TRANSLATION_BLOCKED;
			/* A table with one level is too small for the PASID. */
			if (form->pasid)
				good = good && translation_with(last_entry, first & ~(3ULL << 56),
								&t) ==
					       V2P_DEVICE_TRANSLATION_BLOCKED;
		}
		ok(good, "%s: another device table, or registers", form->name);
		return;
	}
	registers[4] |= 3 << 10;
	good = translation_with(last_entry, *word(last_entry), &t) ==
	       V2P_DEVICE_TRANSLATION_BLOCKED;
	registers[4] = root | 2 << 10;
	good = good && translation_with(last_entry, *word(last_entry), &t) == 0xff;
	registers[4] = root | form->scalable << 10;
	*(u32 *)((char *)registers + 0x1c) = U32_MAX;
	good = good && translation_with(last_entry, *word(last_entry), &t) == 0xff;
	*(u32 *)((char *)registers + 0x1c) = BIT(31);
	if (form->scalable) {
		const u64 place = context + device * 32, entry = *word(place);

		/* A smaller directory, and none for requests with a PASID. */
		good = good && translation_with(place, entry & ~(7ULL << 9), &t) ==
			       V2P_DEVICE_TRANSLATION_BLOCKED &&
		       translation_with(place, entry & ~(1ULL << 3), &t) ==
		       (form->pasid ? V2P_DEVICE_TRANSLATION_BLOCKED :
				      V2P_DEVICE_TRANSLATION_TABLES);
		if (!is_second())
			good = good && translation_with(last_entry + 16,
							*word(last_entry + 16) | 3 << 2, &t) ==
				       V2P_DEVICE_TRANSLATION_BLOCKED;
	}
	ok(good, "%s: another mode, or registers", form->name);
}

static void test_whole_device(void)
{
	const u64 last = *word(last_entry);
	struct v2p_translation t;
	bool off;

	ok(translation_with(last_entry, 0, &t) ==
	   (is_amd_v1() || (form->kind == &v2p_amd && !form->pasid) ?
	    V2P_DEVICE_TRANSLATION_PASSTHROUGH : V2P_DEVICE_TRANSLATION_BLOCKED),
	   "%s: an entry that is not valid", form->name);

	if (form->kind == &v2p_vtd && form->scalable) {
		ok(translation_with(last_entry, (last & ~(7ULL << 6)) | 4 << 6, &t) ==
		   V2P_DEVICE_TRANSLATION_PASSTHROUGH && t.physical == 0x123456 &&
		   translation_with(last_entry, (last & ~(7ULL << 6)) | 3 << 6, &t) == 0xff &&
		   translation_with(last_entry, last | 7 << 6, &t) ==
		   V2P_DEVICE_TRANSLATION_BLOCKED && t.status == V2P_STATUS_NONE,
		   "%s: passed through, nested, reserved", form->name);
	} else if (form->kind == &v2p_vtd) {
		ok(translation_with(last_entry, last | 2 << 2, &t) ==
		   V2P_DEVICE_TRANSLATION_PASSTHROUGH && t.physical == 0x123456 &&
		   t.page_shift == 46 && t.flags == (V2P_FLAG_PRESENT | V2P_FLAG_WRITE) &&
		   translation_with(last_entry, last | 3 << 2, &t) ==
		   V2P_DEVICE_TRANSLATION_BLOCKED &&
		   translation_with(last_entry + 8, 7, &t) == V2P_DEVICE_TRANSLATION_BLOCKED,
		   "%s: passed through, reserved", form->name);
	} else {
		ok(translation_with(last_entry, last & ~2ULL, &t) ==
		   V2P_DEVICE_TRANSLATION_BLOCKED && t.status == V2P_STATUS_NONE &&
		   translation_with(last_entry, 3 | 1ULL << 62, &t) ==
		   (form->pasid ? V2P_DEVICE_TRANSLATION_BLOCKED :
				  V2P_DEVICE_TRANSLATION_PASSTHROUGH) &&
		   (form->pasid || t.flags == (V2P_FLAG_PRESENT | V2P_FLAG_WRITE |
					       V2P_FLAG_WRITE_ONLY)) &&
		   (is_amd_v1() || translation_with(last_entry, last | 3 << 9, &t) == 0xff),
		   "%s: no tables, passed through to write, nested", form->name);
	}

	test_registers();
	if (form->kind == &v2p_vtd)
		*(u32 *)((char *)registers + 0x1c) = 0;
	else
		registers[3] = 0;
	off = translation_with(last_entry, last, &t) == V2P_DEVICE_TRANSLATION_DIRECT;
	iova.iommu = NULL;
	ok(off && translation_with(last_entry, last, &t) == V2P_DEVICE_TRANSLATION_DIRECT &&
	   t.physical == 0x123456 && ask(0xfee12345).status ==
	   (form->pasid ? V2P_STATUS_MAPPED : V2P_STATUS_INVALID) &&
	   ask(1ULL << 46).status == V2P_STATUS_INVALID, "%s: switched off, or none", form->name);
}

/* Without tables, and by pages. */
static void test_direct(void)
{
	struct v2p_extent_range range = {
		.last = BIT_ULL(46) - 1, .filter.states = U32_MAX, .filter.page_shifts = U64_MAX,
		.filter.memory_types = U32_MAX,
	};
	unsigned int mapped, wrong = test_pieces(&range, &mapped, true);

	ok(!wrong && mapped == 2, "no tables: all but the interrupts, in %u extents, %u wrong",
	   mapped, wrong);
}

/* Entries that an IOMMU refuses. */
static void test_reserved(void)
{
	static const struct {
		u8 format, level;
		u64 entry;
	} none[] = {
		{ V2P_TABLE_FORMAT_VTD_SECOND_STAGE, V2P_LEVEL_P4D, 0x1000 | 3 | 1 << 7 },
		{ V2P_TABLE_FORMAT_VTD_SECOND_STAGE, V2P_LEVEL_PTE, 0x1000 | 1 << 2 },
		{ V2P_TABLE_FORMAT_VTD_FIRST_STAGE, V2P_LEVEL_PGD, 0x1000 | 3 | 1 << 7 },
		{ V2P_TABLE_FORMAT_VTD_FIRST_STAGE, V2P_LEVEL_PTE, 0x1000 | 6 },
		/* To a table of the same level, of a higher one, from the lowest. */
		{ V2P_TABLE_FORMAT_AMD_V1, V2P_LEVEL_PMD, 0x1000 | 1 | 2 << 9 | 3ULL << 61 },
		{ V2P_TABLE_FORMAT_AMD_V1, V2P_LEVEL_PMD, 0x1000 | 1 | 3 << 9 | 3ULL << 61 },
		{ V2P_TABLE_FORMAT_AMD_V1, V2P_LEVEL_PTE, 0x1000 | 1 | 1 << 9 | 3ULL << 61 },
		/* Without a right, or a size that the level does not have. */
		{ V2P_TABLE_FORMAT_AMD_V1, V2P_LEVEL_PTE, 0x1000 | 1 },
		{ V2P_TABLE_FORMAT_AMD_V1, V2P_LEVEL_PMD, 0x1000 | 1 | 1 << 9 },
		{ V2P_TABLE_FORMAT_AMD_V1, V2P_LEVEL_PMD, 1 | 7 << 9 | 3ULL << 61 },
		{ V2P_TABLE_FORMAT_AMD_V1, V2P_LEVEL_PTE,
		  0xfffff000 | 1 | 7 << 9 | 3ULL << 61 },
		{ V2P_TABLE_FORMAT_AMD_V1, V2P_LEVEL_LEVEL_6,
		  GENMASK_ULL(51, 12) | 1 | 7 << 9 | 3ULL << 61 },
	};
	struct v2p_iova_entry e;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(none); i++) {
		v2p_iova_decode(none[i].format, true, none[i].level, none[i].entry, &e);
		ok(e.what == V2P_IOVA_NONE && !e.flags, "no entry: %#llx of format %u, level %u",
		   (unsigned long long)none[i].entry, none[i].format, none[i].level);
	}
}

int main(int argc, char **argv)
{
	unsigned int i;

	/* Another seed, for more of it by hand. */
	srandom(argc > 1 ? atoi(argv[1]) : 1);
	fake = fake_arches[0];
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		begin(&forms[i]);
		map_all();
		test_translate();
		test_walk();
		test_extents();
		test_changes();
		test_changes_of_ranges();
		test_changes_for_ever();
		test_gone();
		test_whole_device();
	}
	test_reserved();
	begin(&forms[0]);
	iova.iommu = NULL;
	test_direct();
	return tap_end();
}
