// SPDX-License-Identifier: GPL-2.0
/* Extents of the kernel: against the oracle, its own dump, and v2p_translate(). */
#include <errno.h>
#include <inttypes.h>
#include <time.h>

#include "compared.h"
#include "fixture.h"
#include "oracle.h"
#include "pages.h"

#define ASKED 256
#define KERNEL v2p_kernel()

static struct extents found;

FIXTURE(kernel)
{
	struct v2p *v2p;
	struct v2p_info info;
	int oracle;
};

FIXTURE_SETUP(kernel)
{
	ASSERT_EQ(0, v2p_open(&self->v2p)) {
		TH_LOG("%s", v2p_error(self->v2p));
	}
	self->info.size = sizeof(self->info);
	ASSERT_EQ(0, v2p_get_info(self->v2p, &self->info));
	self->oracle = oracle_open();
	ASSERT_LE(0, self->oracle);
}

FIXTURE_TEARDOWN(kernel)
{
	v2p_close(self->v2p);
}

#define KERNEL_TEST(name) TEST_F_TIMEOUT(kernel, name, PATIENCE)

static uint64_t any(void)
{
	static uint64_t random = 88172645463325252;

	random ^= random << 13;
	random ^= random >> 7;
	random ^= random << 17;
	return random;
}

/* Of some addresses of a region, the extents say what the oracle says. */
static bool region_agrees(struct v2p *v2p, int oracle, const struct v2p_oracle_region *region)
{
	struct v2p_range range = {
		.size = sizeof(range), .start = region->start, .length = region->length,
	};
	unsigned int i;
	int err;

	err = extents_map(v2p, KERNEL, &range, &found);
	if (err) {
		printf("# %s: %d %s\n", region->name, err, v2p_error(v2p));
		return false;
	}
	for (i = 0; i < ASKED; i++) {
		uint64_t address = region->start + any() % region->length, truth = 0;
		const struct v2p_extent *e = extents_find(&found, address);
		bool right;

		err = oracle_truth(oracle, region->index, address, &truth);
		right = e ? !err && e->status == V2P_STATUS_MAPPED &&
			    e->physical + address - e->address == truth : err == -ENXIO;
		if (!right) {
			printf("# %s 0x%" PRIx64 ": 0x%" PRIx64 "; the oracle says %d, 0x%"
			       PRIx64 "\n", region->name, address,
			       e ? e->physical + address - e->address : 0, err, truth);
			return false;
		}
		compared(COMPARED_KERNEL, 1);
	}
	return true;
}

KERNEL_TEST(regions)
{
	struct v2p_oracle_region region;
	unsigned int i;

	for (i = 0; oracle_region(self->oracle, i, &region); i++) {
		/* Not all of the image's region is the image. */
		if (!strcmp(region.name, "kernel-image"))
			continue;
		EXPECT_TRUE(region_agrees(self->v2p, self->oracle, &region));
	}
	EXPECT_LT(10, i);
}

/* What is contiguous by construction is one extent. */
KERNEL_TEST(contiguous)
{
	struct v2p_oracle_region region;
	struct v2p_range range;
	unsigned int i;

	for (i = 0; oracle_region(self->oracle, i, &region); i++) {
		const bool io = !strncmp(region.name, "ioremap", 7);

		if (!io && strcmp(region.name, "pool"))
			continue;
		/* The direct map of the pool may be cut in pages of two sizes. */
		range = (struct v2p_range) {
			.size = sizeof(struct v2p_range),
			.start = region.start, .length = region.length, .merge = !io,
		};
		ASSERT_EQ(0, extents_map(self->v2p, KERNEL, &range, &found));
		ASSERT_EQ(1, found.count);
		EXPECT_EQ(region.start, found.at[0].address);
		EXPECT_EQ(region.length, found.at[0].length);
		if (io)
			EXPECT_EQ(region.page_shift, found.at[0].page_shift);
	}
}

/* The image and the regions, each page, in every way. */
KERNEL_TEST(pages)
{
	static const struct v2p_range wishes[] = {
		{}, { .merge = 1 }, { .states = ALL_STATES },
		{ .page_shifts = 1ULL << HUGE_SHIFT },
		{ .with_flags = V2P_FLAG_WRITE, .merge = 1 },
		{ .without_flags = V2P_FLAG_ACCESSED },
		{ .with_flags = V2P_FLAG_EXEC, .states = ALL_STATES },
	};
	const uint64_t text = kernel_symbol("_stext"), end = kernel_symbol("_end");
	struct v2p_oracle_region region;
	struct v2p_range range;
	unsigned int i, k;

	ASSERT_LT(0, text);
	ASSERT_LT(text, end);
	for (k = 0; k < sizeof(wishes) / sizeof(*wishes); k++) {
		range = wishes[k];
		range.size = sizeof(range);
		range.start = text;
		range.length = end - text;
		EXPECT_TRUE(extents_match(self->v2p, KERNEL, NO_PAGEMAP, &range, &found));
		for (i = 0; oracle_region(self->oracle, i, &region); i++) {
			if (region.length > GIANT_SIZE)
				continue;
			/* A cut region, and what stands around it. */
			range.start = region.start - any() % (16 * PAGE_SIZE);
			range.length = region.length + any() % (32 * PAGE_SIZE);
			if (region.length == GIANT_SIZE)
				range.length = region.length / 8;
			EXPECT_TRUE(extents_match(self->v2p, KERNEL, NO_PAGEMAP, &range,
						 &found)) {
				TH_LOG("%s, wish %u", region.name, k);
			}
		}
	}
}

/* Any address of any extent; what changed meanwhile is in another one by now. */
static unsigned int count_differing(struct v2p *v2p, const struct extents *list)
{
	uint64_t virtual[ASKED], physical[ASKED];
	const struct v2p_extent *from[ASKED];
	uint8_t status[ASKED], shift[ASKED];
	uint32_t flags[ASKED];
	unsigned int i, differing = 0;

	for (i = 0; i < ASKED; i++) {
		from[i] = &list->at[any() % list->count];
		virtual[i] = from[i]->address + any() % from[i]->length;
	}
	if (v2p_translate(v2p, KERNEL, virtual, ASKED,
			  &(struct v2p_arrays) { .size = sizeof(struct v2p_arrays),
						 .status = status, .physical = physical,
						 .page_shift = shift, .flags = flags }))
		return ASKED;
	for (i = 0; i < ASKED; i++)
		differing += status[i] != V2P_STATUS_MAPPED ||
			     physical[i] != from[i]->physical + virtual[i] -
					    from[i]->address ||
			     shift[i] != from[i]->page_shift ||
			     (flags[i] ^ from[i]->flags) & ~TOUCHED_FLAGS;
	return differing;
}

KERNEL_TEST(everything)
{
	const uint64_t first = -(1ULL << (self->info.virtual_bits - 1));
	struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	static struct extents holes;
	struct v2p_oracle_region region;
	unsigned int i, differing = 0;
	const time_t start = time(NULL);

	if (has_kasan())
		SKIP(return, "KASAN's shadow has more pages than can be listed");
	ASSERT_EQ(0, extents_map(self->v2p, KERNEL, &range, &found));
	TH_LOG("%zu extents in %ld s", found.count, (long)(time(NULL) - start));
	EXPECT_LT(100, found.count);
	for (i = 0; i < found.count; i++) {
		EXPECT_EQ(V2P_STATUS_MAPPED, found.at[i].status);
		EXPECT_EQ(0, found.at[i].flags & V2P_FLAG_USER);
	}
	for (i = 0; i < 16; i++)
		differing += count_differing(self->v2p, &found);
	EXPECT_GE(16, differing);
	compared(COMPARED_KERNEL, 16 * ASKED - differing);
	for (i = 0; oracle_region(self->oracle, i, &region); i++) {
		uint64_t truth;

		if (oracle_truth(self->oracle, i, region.start, &truth))
			continue;
		if (!strcmp(region.name, "kernel-image"))
			continue;
		EXPECT_NE(NULL, extents_find(&found, region.start)) {
			TH_LOG("%s", region.name);
		}
	}

	/* Holes and all: from the first address to the last. */
	range.states = ALL_STATES;
	ASSERT_EQ(0, extents_map(self->v2p, KERNEL, &range, &holes));
	EXPECT_EQ(first, holes.at[0].address);
	EXPECT_EQ(-first, extents_bytes(&holes));
	EXPECT_EQ(0, extent_end(&holes.at[holes.count - 1]));
}

KERNEL_TEST(the_last_page)
{
	struct v2p_range range = { .size = sizeof(range), .start = -PAGE_SIZE, .length = PAGE_SIZE,
				   .states = ALL_STATES };

	ASSERT_EQ(0, extents_map(self->v2p, KERNEL, &range, &found));
	ASSERT_EQ(1, found.count);
	EXPECT_EQ(V2P_STATUS_NONE, found.at[0].status);
	EXPECT_EQ(-PAGE_SIZE, found.at[0].address);
	EXPECT_EQ(PAGE_SIZE, found.at[0].length);
	range = (struct v2p_range) {
		.size = sizeof(struct v2p_range), .start = -1ULL, .length = V2P_TO_THE_END,
		.states = ALL_STATES,
	};
	ASSERT_EQ(0, extents_map(self->v2p, KERNEL, &range, &found));
	ASSERT_EQ(1, found.count);
	EXPECT_EQ(1, found.at[0].length);
}

/**
 * struct line - of the kernel's own dump of its page tables
 * @start: first address
 * @end: behind the last
 * @flags: V2P_FLAG_PRESENT, _WRITE, _USER, _EXEC and _GLOBAL
 * @page_shift: of the level
 */
struct line {
	uint64_t start;
	uint64_t end;
	uint32_t flags;
	uint8_t page_shift;
};

#define LINE_FLAGS (V2P_FLAG_PRESENT | V2P_FLAG_WRITE | V2P_FLAG_USER | V2P_FLAG_EXEC | \
		    V2P_FLAG_GLOBAL)

/* Levels stand at a line's end; columns are of a fixed width. */
static bool parse_line(const char *text, struct line *line)
{
	static const struct {
		const char *name;
		uint8_t page_shift;
	} levels[] = { { "pte", 12 }, { "pmd", 21 }, { "pud", 30 }, { "p4d", 39 }, { "pgd", 48 } };
	const char *level = strrchr(text, ' ');
	unsigned int i;

	if (sscanf(text, "0x%" SCNx64 "-0x%" SCNx64, &line->start, &line->end) != 2 || !level)
		return false;
	for (i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		if (!strncmp(level + 1, levels[i].name, 3))
			line->page_shift = levels[i].page_shift;
	line->flags = 0;
	if (strstr(text, " RW ") || strstr(text, " ro "))
		line->flags |= V2P_FLAG_PRESENT;
	if (strstr(text, " RW "))
		line->flags |= V2P_FLAG_WRITE;
	if (strstr(text, " USR "))
		line->flags |= V2P_FLAG_USER;
	if (strstr(text, " x "))
		line->flags |= V2P_FLAG_EXEC;
	if (strstr(text, " GLB "))
		line->flags |= V2P_FLAG_GLOBAL;
	return true;
}

/* Of a line with more small pages than that, the first are compared (KASAN's shadow). */
#define LONGEST (32 * HUGE_SIZE)

/* Whether v2p has as extents what a line of the dump says. */
static bool line_agrees(struct v2p *v2p, const struct line *line)
{
	struct v2p_range range = {
		.size = sizeof(range), .start = line->start, .length = line->end - line->start,
	};
	size_t i;
	int err;

	if (line->flags && line->page_shift == PAGE_SHIFT && range.length > LONGEST)
		range.length = LONGEST;
	err = extents_map(v2p, KERNEL, &range, &found);
	if (err) {
		printf("# %d %s\n", err, v2p_error(v2p));
		return false;
	}
	if (!line->flags)
		return !found.count;
	for (i = 0; i < found.count; i++)
		if (found.at[i].page_shift != line->page_shift ||
		    (found.at[i].flags & LINE_FLAGS) != line->flags)
			return false;
	return extents_bytes(&found) == range.length;
}

KERNEL_TEST(page_table_dump)
{
	static char text[4096];
	unsigned int lines = 0, differing = 0;
	struct line line;
	FILE *dump;

	dump = fopen("/sys/kernel/debug/page_tables/kernel", "r");
	if (!dump)
		SKIP(return, "the kernel is built without PTDUMP_DEBUGFS");
	while (fgets(text, sizeof(text), dump)) {
		if (!parse_line(text, &line) ||
		    line.start < -(1ULL << (self->info.virtual_bits - 1)))
			continue;
		lines++;
		if (line_agrees(self->v2p, &line)) {
			compared(COMPARED_KERNEL, 1);
			continue;
		}
		differing++;
		printf("# %zu extents, the first of 2^%u with 0x%x, where the kernel has %s",
		       found.count, found.count ? found.at[0].page_shift : 0,
		       found.count ? found.at[0].flags : 0, text);
	}
	fclose(dump);
	TH_LOG("%u lines, %u of them changed since", lines, differing);
	EXPECT_LT(100, lines);
	/* vmalloc's areas come and go. */
	EXPECT_GE(lines / 20, differing);
}

TEST_HARNESS_MAIN
