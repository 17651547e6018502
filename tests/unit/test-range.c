// SPDX-License-Identifier: GPL-2.0
/* Sizes, and extents cut where mappings end. What users write for a range: test-ranges.py. */
#include <stdio.h>
#include <string.h>

#include "extents.h"
#include "filter.h"
#include "range.h"
#include "tap.h"

static void test_sizes(void)
{
	static const struct {
		const char *text;
		uint64_t size;
	} good[] = {
		{ "0", 0 }, { "1", 1 }, { "4K", 4096 }, { "4k", 4096 }, { "2M", 2 << 20 },
		{ "0x10G", 16ULL << 30 }, { "1t", 1ULL << 40 }, { "16777215T", 0xffffffULL << 40 },
		{ "18446744073709551615", UINT64_MAX }, { "12345678901", 12345678901 },
	};
	static const char *const bad[] = {
		"", "K", "-1K", "0000000000000026", "04096", "549755813888", "1f", "4KB", "4 K", "4KK", "1.5M", "16777216T", "18446744073709551616", "4P",
		"0000000000000000000000000000000000000000000000000000000000000000000000000000000001K",
	};
	uint64_t size;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		ok(!size_parse(good[i].text, &size) && size == good[i].size, "'%s'", good[i].text);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(size_parse(bad[i], &size) != NULL, "'%s' is no size", bad[i]);
}

static struct mapping mappings[] = {
	{ 0x1000, 0x3000, "one" }, { 0x3000, 0x4000, "" }, { 0x8000, 0x9000, "three" },
	{ 0x9000, 0xa000, "three" },
};
static const struct maps maps = { .list = mappings, .count = 4 };

struct part {
	uint64_t start, length;
	const struct mapping *mapping;
};

/* Whether an extent is cut into @parts, the last of length 0, at the right physical places. */
static bool cut(struct splitter *splitter, uint64_t start, uint64_t end, uint8_t status,
		bool whole, const struct part *parts)
{
	struct v2p_extent rest = {
		.address = start, .length = end - start, .status = status,
		.physical = status == V2P_STATUS_MAPPED ? start + 0x100000 : 0,
		.page_shift = 12, .flags = 7,
	};
	struct piece piece;

	while (split(splitter, &rest, &piece, whole)) {
		const struct v2p_extent *got = &piece.extent;

		if (!parts->length || got->address != parts->start ||
		    got->length != parts->length || piece.mapping != parts->mapping ||
		    got->status != status || got->page_shift != 12 || got->flags != 7 ||
		    got->physical != (status == V2P_STATUS_MAPPED ? got->address + 0x100000 : 0))
			return false;
		parts++;
	}
	return !parts->length;
}

static void test_split(void)
{
	struct splitter splitter = { .maps = &maps };

	ok(cut(&splitter, 0, 0x1000, 0, false,
	       (struct part[]){ { 0, 0x1000, NULL }, { 0 } }), "before all mappings");
	ok(cut(&splitter, 0x1000, 0x2000, 0, false,
	       (struct part[]){ { 0x1000, 0x1000, mappings }, { 0 } }), "in one");
	ok(cut(&splitter, 0x2000, 0x3800, 0, false,
	       (struct part[]){ { 0x2000, 0x1000, mappings }, { 0x3000, 0x800, mappings + 1 },
				{ 0 } }), "in two");
	ok(cut(&splitter, 0x3800, 0xc000, V2P_STATUS_NONE, false,
	       (struct part[]){ { 0x3800, 0x800, mappings + 1 }, { 0x4000, 0x4000, NULL },
				{ 0x8000, 0x1000, mappings + 2 }, { 0x9000, 0x1000, mappings + 3 },
				{ 0xa000, 0x2000, NULL }, { 0 } }), "a hole over everything");
	ok(cut(&splitter, 0xc000, 0xd000, 0, false,
	       (struct part[]){ { 0xc000, 0x1000, NULL }, { 0 } }), "behind all");

	splitter = (struct splitter){ .maps = &maps };
	ok(cut(&splitter, 0x2000, 0x9800, 0, true,
	       (struct part[]){ { 0x2000, 0x7800, mappings }, { 0 } }), "uncut");
	splitter = (struct splitter){ .maps = NULL };
	ok(cut(&splitter, 0x2000, 0x9800, 0, false,
	       (struct part[]){ { 0x2000, 0x7800, NULL }, { 0 } }), "without mappings");
	splitter = (struct splitter){ .maps = &maps };
	ok(cut(&splitter, -0x2000ULL, 0, 0, false,
	       (struct part[]){ { -0x2000ULL, 0x2000, NULL }, { 0 } }), "up to the highest address");
}

static void test_maps(void)
{
	same_number(maps_count(&maps, "three"), 2, "two of a name");
	same_number(maps_count(&maps, "four"), 0, "none of another");
	same_number(maps_bytes(&maps, 0, UINT64_MAX), 0x5000, "bytes of all mappings");
	same_number(maps_bytes(&maps, 0x2800, 0x8100), 0x1900, "bytes of parts of them");
	same_number(maps_bytes(&maps, 0x4000, 0x8000), 0, "of none");
}

static void test_filters(void)
{
	struct v2p_range range = { 0 };

	ok(!filter_statuses(&range, "mapped,guard") && range.states == (1 | 1 << V2P_STATUS_GUARD),
	   "statuses");
	ok(!filter_page_sizes(&range, "4K,1G") && range.page_shifts == (1ULL << 12 | 1ULL << 30),
	   "page sizes");
	ok(!filter_flags(&range, "present,!uc-minus,exec") &&
	   range.with_flags == (V2P_FLAG_PRESENT | V2P_FLAG_EXEC) &&
	   range.without_flags == V2P_FLAG_UC_MINUS, "flags");
	ok(!range.start && !range.size && !range.merge, "and nothing else");
}

int main(void)
{
	test_sizes();
	test_split();
	test_maps();
	test_filters();
	return tap_end();
}
