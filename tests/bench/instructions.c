// SPDX-License-Identifier: GPL-2.0
/* Instructions per address, beside those of /proc/self/pagemap. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../lib/pagemap.h"
#include "common.h"
#include "counter.h"

#define MOST		100000

/* What pagemap costs for an address does not depend on how many there are. */
#define MOST_BY_PAGEMAP	1024

enum pagemap {
	PAGEMAP_NONE,	/* it does not know such addresses */
	PAGEMAP_EACH,	/* a read for each address */
	PAGEMAP_RANGE,	/* one read */
};

/**
 * struct row - a line of the table
 * @name: its name, by which it is compared from run to run
 * @count: addresses that are asked for in all
 * @per_call: in one call; 0 for v2p_get_walk() instead
 * @pagemap: what it is compared with
 * @kernel: kernel addresses
 * @fully: every array is asked for
 * @opened: by a descriptor that is open
 * @fields: those of the page that are asked for as well
 */
struct row {
	const char *name;
	size_t count;
	size_t per_call;
	enum pagemap pagemap;
	bool kernel;
	bool fully;
	bool opened;
	uint32_t fields;
};

/* What is asked, and by what. */
static struct v2p *v2p;
static struct v2p_target space;
static int pagemap;
static uint64_t addresses[MOST];
static uint64_t entries[MOST];
static struct v2p_arrays plain, full;
static uint32_t node[MOST];
static uint8_t page_kind[MOST];

#define NODE V2P_FIELD_NODE
#define BOTH (V2P_FIELD_NODE | V2P_FIELD_PAGE_KIND)

static struct v2p_target target_of(const struct row *row)
{
	if (row->opened)
		return space;
	return row->kernel ? v2p_kernel() : v2p_pid(getpid());
}

static void by_v2p(const void *data)
{
	const struct row *row = data;
	struct v2p_arrays arrays = row->fully ? full : plain;

	if (row->fields & V2P_FIELD_NODE)
		arrays.node = node;
	if (row->fields & V2P_FIELD_PAGE_KIND)
		arrays.page_kind = page_kind;
	ask(v2p, target_of(row), addresses, row->count, row->per_call, &arrays);
}

static void by_walk(const void *data)
{
	const struct row *row = data;
	struct v2p_walk walk = { .size = sizeof(walk) };
	size_t i;

	for (i = 0; i < row->count; i++)
		if (v2p_get_walk(v2p, target_of(row), addresses[i], &walk))
			die("%s", v2p_error(v2p));
}

static size_t count_by_pagemap(const struct row *row)
{
	if (row->pagemap == PAGEMAP_RANGE)
		return row->count < AREA >> PAGE_SHIFT ? row->count : AREA >> PAGE_SHIFT;
	return row->count < MOST_BY_PAGEMAP ? row->count : MOST_BY_PAGEMAP;
}

static void by_pagemap(const void *data)
{
	const struct row *row = data;
	size_t count = count_by_pagemap(row);
	size_t per_read = row->pagemap == PAGEMAP_RANGE ? count : 1;
	size_t i;

	for (i = 0; i < count; i += per_read)
		if (!pagemap_read(pagemap, addresses[i], entries + i, per_read))
			die("cannot read pagemap");
}

/* A fast answer that is wrong is none. Leaves entries of the last call's addresses. */
static void check(const struct row *row)
{
	size_t count = row->per_call < MOST_BY_PAGEMAP ? row->per_call : MOST_BY_PAGEMAP;
	size_t i;

	if (!count)
		return;
	ask(v2p, target_of(row), addresses, count, count, &plain);
	all_mapped(&plain, count, row->name);
	for (i = 0; i < count && row->pagemap; i++)
		if ((entries[i] & PM_FRAME) != plain.physical[i] >> PAGE_SHIFT)
			die("%s: pagemap says otherwise", row->name);
}

static void print(const char *name, double own, double by_pagemap)
{
	printf("{\"table\": \"instructions\", \"name\": \"%s\", \"v2p\": %.2f", name, own);
	if (by_pagemap)
		printf(", \"pagemap\": %.2f", by_pagemap);
	printf("}\n");
}

static void measure(const struct row *row)
{
	double own = counter_least(row->per_call ? by_v2p : by_walk, row);
	double other = row->pagemap ? counter_least(by_pagemap, row) : 0;

	check(row);
	print(row->name, own / row->count, other / count_by_pagemap(row));
}

static void measure_all(const struct row *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		measure(&rows[i]);
}

/* ---- Ranges */

/**
 * struct range - a line of the table, about v2p_map()
 * @name: its name
 * @start: first address
 * @size: bytes
 * @units: what a figure is for, so many in the range
 * @extents: least and most that there may be, or the range is not what its name says
 * @pagemap: what it is compared with
 * @opened: by a descriptor that is open
 * @physical: what is looked for in it, so many, or NULL for everything
 * @physical_count: likewise
 * @fields: what is asked for, or 0 for what is by default
 */
struct range {
	const char *name;
	const char *start;
	uint64_t size;
	size_t units;
	size_t extents[2];
	enum pagemap pagemap;
	bool opened;
	const struct v2p_physical_range *physical;
	size_t physical_count;
	uint32_t fields;
};

static size_t extents;

static int take(const struct v2p_extent *extent, void *data)
{
	(void)data;
	extents += extent->status == V2P_STATUS_MAPPED;
	return 0;
}

static void by_map(const void *data)
{
	const struct range *range = data;
	const struct v2p_range asked = {
		.size = sizeof(asked), .start = (uintptr_t)range->start, .length = range->size,
		.physical = range->physical, .physical_count = range->physical_count,
		.fields = range->fields,
	};

	extents = 0;
	if (v2p_map(v2p, range->opened ? space : v2p_pid(getpid()), &asked, take, NULL))
		die("%s", v2p_error(v2p));
}

static void by_reading(const void *data)
{
	const struct range *range = data;

	if (!pagemap_read(pagemap, (uintptr_t)range->start, entries, range->size >> PAGE_SHIFT))
		die("cannot read pagemap");
}

static void measure_range(const struct range *range)
{
	double own = counter_least(by_map, range);
	double other = range->pagemap ? counter_least(by_reading, range) : 0;

	if (extents < range->extents[0] || extents > range->extents[1])
		die("%s: %zu extents", range->name, extents);
	print(range->name, own / range->units, other / range->units);
}

static void measure_ranges(void)
{
	const size_t pages = AREA >> PAGE_SHIFT, huge = AREA / HUGE_PAGE;
	const char *huge_area = huge_pages(AREA), *split = split_pages(AREA);
	const uint32_t fields = V2P_FIELD_PHYSICAL | V2P_FIELD_PAGE_SHIFT | V2P_FIELD_FLAGS;
	const struct range ranges[] = {
		/* arm64 has runs of pages in each, but where it was split. */
		{ "range, contiguous pages, each", split, AREA, pages,
		  { 1, 2 * huge }, PAGEMAP_RANGE },
		{ "range, scattered pages, each", shuffled_pages(AREA), AREA, pages,
		  { pages * 9 / 10, pages }, PAGEMAP_RANGE },
		{ "range, huge pages, each", huge_area, AREA, huge, { 1, huge }, PAGEMAP_RANGE },
		{ "range, one huge page", huge_area, HUGE_PAGE, 1, { 1, 1 }, PAGEMAP_RANGE },
		{ "range, 1 TiB, each of 1000 pages", sparse_pages(TIB, 1000), TIB, 1000,
		  { 1000, 1000 }, PAGEMAP_NONE },
		{ "opened: range, one huge page", huge_area, HUGE_PAGE, 1, { 1, 1 }, PAGEMAP_RANGE,
		  .opened = true },
		{ "range, contiguous pages, node, each", split, AREA, pages,
		  { 1, pages }, PAGEMAP_NONE, .fields = fields | NODE },
		{ "range, contiguous pages, node and kind, each", split, AREA, pages,
		  { 1, pages }, PAGEMAP_NONE, .fields = fields | BOTH },
		{ "range, huge pages, node and kind, each", huge_area, AREA, huge,
		  { 1, huge }, PAGEMAP_NONE, .fields = fields | BOTH },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		measure_range(&ranges[i]);
}

static int by_address(const void *a, const void *b)
{
	const struct v2p_physical_range *one = a, *other = b;

	return one->start < other->start ? -1 : one->start > other->start;
}

/* Frames from all over some memory. */
static void frames_of(const char *area, uint64_t size, struct v2p_physical_range *frames,
		      size_t count)
{
	struct v2p_translation answer = { .size = sizeof(answer) };
	size_t i;

	for (i = 0; i < count; i++) {
		if (v2p_translate_one(v2p, v2p_pid(getpid()),
				      (uintptr_t)area + size / count * i, &answer))
			die("%s", v2p_error(v2p));
		frames[i] = (struct v2p_physical_range) {
			answer.physical & -PAGE_SIZE, PAGE_SIZE,
		};
	}
}

/* Frames that others have, between those that these pages have. */
static void measure_searches(void)
{
	const size_t pages = AREA >> PAGE_SHIFT;
	struct v2p_physical_range frames[V2P_MAX_PHYSICAL_RANGES];
	const size_t half = V2P_MAX_PHYSICAL_RANGES / 2;
	const char *before = small_pages(AREA / 8), *area = shuffled_pages(AREA);
	const char *after = small_pages(AREA / 8);
	const struct range ranges[] = {
		{ "search for a frame, each page", area, AREA, pages, { 0, 0 }, PAGEMAP_NONE,
		  .physical = frames + half, .physical_count = 1 },
		{ "search for 64 frames, each page", area, AREA, pages, { 0, 0 }, PAGEMAP_NONE,
		  .physical = frames, .physical_count = V2P_MAX_PHYSICAL_RANGES },
	};
	size_t i;

	frames_of(before, AREA / 8, frames, half);
	frames_of(after, AREA / 8, frames + half, half);
	qsort(frames, 2 * half, sizeof(*frames), by_address);
	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		measure_range(&ranges[i]);
}

int main(void)
{
	static const struct row scattered_rows[] = {
		{ "one address", 100, 1, PAGEMAP_EACH },
		{ "scattered, 16", 1600, 16, PAGEMAP_EACH },
		{ "scattered, 256", 10240, 256, PAGEMAP_EACH },
		{ "scattered, 1024", 10240, 1024, PAGEMAP_EACH },
		{ "scattered, 100000", 100000, 100000, PAGEMAP_EACH },
		{ "scattered, 1024, every field", 10240, 1024, PAGEMAP_EACH, .fully = true },
		{ "walk, one address", 100, 0, PAGEMAP_EACH },
		{ "opened: one address", 100, 1, PAGEMAP_EACH, .opened = true },
		{ "opened: scattered, 16", 1600, 16, PAGEMAP_EACH, .opened = true },
		{ "opened: scattered, 1024", 10240, 1024, PAGEMAP_EACH, .opened = true },
		{ "opened: scattered, 1024, every field", 10240, 1024, PAGEMAP_EACH,
		  .fully = true, .opened = true },
		{ "opened: walk, one address", 100, 0, PAGEMAP_EACH, .opened = true },
		{ "opened: scattered, 1024, node", 10240, 1024, PAGEMAP_NONE, .opened = true,
		  .fields = NODE },
		{ "opened: scattered, 1024, node and kind", 10240, 1024, PAGEMAP_NONE,
		  .opened = true, .fields = BOTH },
	};
	static const struct row sorted_row = { "sorted, 1024", 1024, 1024, PAGEMAP_EACH };
	static const struct row neighbour_rows[] = {
		{ "neighbours, 1024", 1024, 1024, PAGEMAP_RANGE },
		{ "neighbours, 100000", 100000, 100000, PAGEMAP_RANGE },
		{ "neighbours, 1024, every field", 1024, 1024, PAGEMAP_RANGE, .fully = true },
	};
	static const struct row huge_rows[] = {
		{ "huge pages, 1024", 1024, 1024, PAGEMAP_EACH },
		{ "opened: huge pages, 1024, node and kind", 1024, 1024, PAGEMAP_NONE,
		  .opened = true, .fields = BOTH },
	};
	static const struct row kernel_rows[] = {
		{ "kernel, 1024", 1024, 1024, PAGEMAP_NONE, .kernel = true },
		{ "kernel, sorted, 1024", 1024, 1024, PAGEMAP_NONE, .kernel = true },
	};
	char *area;

	counter_check();
	v2p = open_v2p();
	space = v2p_space(v2p_space_open(v2p, v2p_pid(getpid())));
	pagemap = pagemap_open(getpid());
	if (pagemap < 0)
		die("no pagemap");
	plain = plain_arrays(MOST);
	full = every_array(MOST);
	area = small_pages(AREA);

	scattered(addresses, MOST, area, AREA);
	measure_all(scattered_rows, ARRAY_SIZE(scattered_rows));
	sort(addresses, sorted_row.count);
	measure(&sorted_row);
	neighbours(addresses, MOST, area, AREA);
	measure_all(neighbour_rows, ARRAY_SIZE(neighbour_rows));
	scattered(addresses, MOST, huge_pages(AREA), AREA);
	measure_all(huge_rows, ARRAY_SIZE(huge_rows));
	of_the_kernel(addresses, kernel_rows[0].count);
	measure(&kernel_rows[0]);
	sort(addresses, kernel_rows[1].count);
	measure(&kernel_rows[1]);
	measure_ranges();
	measure_searches();
	return 0;
}
