// SPDX-License-Identifier: GPL-2.0
/* Sizes, names in ranges, and extents cut where mappings end. The command: ranges_test.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "input/filter.h"
#include "input/range.h"
#include "output/split.h"
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

/* Fixtures are where names are looked up. */
static void use_fixtures(struct names *names, struct v2p_target target)
{
	names_init(names, target);
	strcpy(names->kallsyms, "fixtures/kallsyms");
	strcpy(names->mappings, "fixtures/maps-names");
}

static void expect(struct v2p_target target, const char *text, uint64_t start, uint64_t end,
		   const char *note)
{
	char problem[PROBLEM_SIZE] = "";
	struct v2p_range range = { .size = sizeof(range) };
	struct names names;
	enum exit_status status;

	use_fixtures(&names, target);
	status = range_parse(text, &names, &range, problem);
	if (status != EXIT_OK || range.start != start || range.start + range.length != end)
		printf("# %d, %#llx+%#llx: '%s'\n", status, (unsigned long long)range.start,
		       (unsigned long long)range.length, problem);
	ok(status == EXIT_OK && range.start == start && range.start + range.length == end,
	   "'%s' is a range", text);
	ok(*note ? names.note_count && strstr(names.notes[0], note) : !names.note_count,
	   "noted: '%s'", names.note_count ? names.notes[0] : "");
	names_free(&names);
}

static void expect_not(struct v2p_target target, const char *text, const char *words)
{
	char problem[PROBLEM_SIZE] = "";
	struct v2p_range range = { .size = sizeof(range) };
	struct names names;

	use_fixtures(&names, target);
	ok(range_parse(text, &names, &range, problem) == EXIT_USAGE && strstr(problem, words),
	   "'%s': %s", text, problem);
	names_free(&names);
}

static void test_names(void)
{
	const struct v2p_target kernel = v2p_kernel(), process = v2p_pid(1234);

	expect(kernel, "_text-_etext", 0xffffffff81000000, 0xffffffff82000000, "");
	expect(kernel, "_text+8-_etext+0x10", 0xffffffff81000008, 0xffffffff82000010, "");
	expect(kernel, "vmlinux:_text-vmlinux:_etext", 0xffffffff81000000, 0xffffffff82000000, "");
	expect(kernel, "0xffffffff81ffffff-_etext", 0xffffffff81ffffff, 0xffffffff82000000, "");
	expect(kernel, "_text-0xffffffff81000001", 0xffffffff81000000, 0xffffffff81000001, "");
	expect_not(kernel, "_text-_etxt", "_etxt: no such kernel symbol");
	expect_not(kernel, "_txt-_etext", "no such kernel symbol");
	expect_not(kernel, "_text-", "its end is not a number");
	expect_not(kernel, "_etext-_text", "ends before it starts");
	expect_not(kernel, "_text-_text", "is empty");
	expect_not(kernel, "_text-_etext+8x", "its offset is not a number");
	expect_not(kernel, "_text-ffffffff82000000", "write 0xffffffff82000000");

	expect(process, "[heap]-[stack]", 0x55d0c2f3a000, 0x7ffd5c284000, "");
	expect(process, "[heap]-[stack]+0x1000", 0x55d0c2f3a000, 0x7ffd5c285000, "");
	expect(process, "0x10000000-[heap]", 0x10000000, 0x55d0c2f3a000, "");
	expect(process, "a-ld-linux-x86-64.so.2", 0x10000000, 0x7f12ab000000, "");
	expect(process, "ld-linux-x86-64.so.2-[stack]", 0x7f12ab000000, 0x7ffd5c284000,
	       "3 mappings");
	expect(process, "ld-linux-x86-64.so.2-0x7f12ab000800", 0x7f12ab000000, 0x7f12ab000800,
	       "3 mappings");
	expect(process, "ld-linux-x86-64.so.2+4K", 0x7f12ab000000, 0x7f12ab001000, "3 mappings");
	expect(process, "ld-linux-x86-64.so.2", 0x7f12ab000000, 0x7f12ab001000,
	       "the first is taken: 0x7f12ab000000-0x7f12ab001000 (--every takes all)");
	expect(process, "[anon]", 0x7f12a8000000, 0x7f12a8021000, "3 mappings");
	expect(process, "[anon]+4K", 0x7f12a8000000, 0x7f12a8001000, "3 mappings");
	/* A name that is all of it comes first. */
	expect(process, "a-b", 0x10002000, 0x10003000, "");
	expect(process, "a-b+0x1000-[heap]", 0x10003000, 0x55d0c2f3a000, "");
	expect_not(process, "a-b-c", "two ways");
	expect_not(process, "a-c+4096", "two ways");
	expect_not(process, "a-c+1+4096", "two ways");
	expect(process, "b-c-c+1+1", 0x10001000, 0x10004000 + 1, "");
	expect(process, "a-b+1", 0x10002000, 0x10002001, "");
	expect_not(process, "a-[nothing]", "[nothing]: process 1234 has no such mapping");
	expect_not(process, "[stack]-[heap]", "ends before it starts");
}

/* Of each name that is not the only one. */
static void test_notes(void)
{
	static const char *const texts[] = { "[anon]-ld-linux-x86-64.so.2+1", "[anon]+4K", "[stack]" };
	char problem[PROBLEM_SIZE];
	struct v2p_range range;
	struct names names;
	uint64_t address;
	size_t i;

	use_fixtures(&names, v2p_pid(1234));
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		ok(!range_parse(texts[i], &names, &range, problem), "'%s': %s", texts[i], problem);
	ok(!address_parse("[anon]+8", &names, &address, problem), "an address of that name");
	same_number(names.note_count, 1, "a note for one name");
	ok(!range_parse("ld-linux-x86-64.so.2", &names, &range, problem) && names.note_count == 2 &&
	   strstr(names.notes[0], "[anon]: 3") && strstr(names.notes[1], "ld-linux-x86-64.so.2: 3"),
	   "two for two");
	names_free(&names);
}

static void test_hidden(void)
{
	static const char *const ranges[] = { "_text-_etext", "_text+8-0xffffffff81001000", "_text+4K" };
	char problem[PROBLEM_SIZE];
	struct v2p_range range;
	struct names names;
	size_t i;

	use_fixtures(&names, v2p_kernel());
	strcpy(names.kallsyms, "fixtures/kallsyms-hidden");
	for (i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		ok(range_parse(ranges[i], &names, &range, problem) == EXIT_TROUBLE &&
		   strstr(problem, "hides"), "'%s': %s", ranges[i], problem);
	names_free(&names);
}

static void test_every(void)
{
	static const struct {
		const char *name;
		size_t count;
		struct { uint64_t start, end; } ranges[3];
	} good[] = {
		{ "ld-linux-x86-64.so.2", 2,
		  { { 0x7f12ab000000, 0x7f12ab020000 }, { 0x7f12ab022000, 0x7f12ab024000 } } },
		{ "[anon]", 3, { { 0x7f12a8000000, 0x7f12a8021000 },
				 { 0x7f12a8030000, 0x7f12a8032000 },
				 { 0x7f12ab020000, 0x7f12ab021000 } } },
		{ "[heap]", 1, { { 0x55d0c2f3a000, 0x55d0c30dc000 } } },
	};
	char problem[PROBLEM_SIZE];
	struct v2p_range *ranges;
	struct names names;
	size_t count, i, k;

	use_fixtures(&names, v2p_pid(1234));
	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		bool same = !range_parse_every(good[i].name, &names, &ranges, &count, problem) &&
			    count == good[i].count;

		for (k = 0; same && k < count; k++)
			same = ranges[k].start == good[i].ranges[k].start &&
			       ranges[k].start + ranges[k].length == good[i].ranges[k].end;
		ok(same, "every %s", good[i].name);
		free(ranges);
	}
	ok(range_parse_every("[nothing]", &names, &ranges, &count, problem) == EXIT_USAGE,
	   "none of another: %s", problem);
	ok(range_parse_every("[heap]+4K", &names, &ranges, &count, problem) == EXIT_USAGE,
	   "nor of a part: %s", problem);
	names_free(&names);
}

static struct mapping mappings[] = {
	{ 0x1000, 0x3000, "one" }, { 0x3000, 0x4000, "" }, { 0x8000, 0x9000, "three" },
	{ 0x9000, 0xa000, "three" },
};
static const struct maps maps = { .list = mappings, .count = 4 };
static const struct splitter at_start = { .list = mappings, .count = 4 };

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
	struct splitter splitter = at_start;

	ok(cut(&splitter, 0, 0x1000, V2P_STATUS_MAPPED, false,
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

	splitter = at_start;
	ok(cut(&splitter, 0x2000, 0x9800, 0, true,
	       (struct part[]){ { 0x2000, 0x7800, mappings }, { 0 } }), "uncut");
	splitter = (struct splitter){ .list = NULL };
	ok(cut(&splitter, 0x2000, 0x9800, 0, false,
	       (struct part[]){ { 0x2000, 0x7800, NULL }, { 0 } }), "without mappings");
	splitter = at_start;
	ok(cut(&splitter, -0x2000ULL, 0, 0, false,
	       (struct part[]){ { -0x2000ULL, 0x2000, NULL }, { 0 } }), "up to the highest address");
}

/* Where the content is instead goes on behind a cut. */
static void test_split_swapped(void)
{
	struct splitter splitter = at_start;
	struct v2p_extent rest = {
		.address = 0x2000, .length = 0x2000, .status = V2P_STATUS_SWAPPED, .swap_offset = 7,
	};
	struct piece piece;

	splitter.page_shift = 12;
	ok(split(&splitter, &rest, &piece, false) && piece.extent.swap_offset == 7 &&
	   split(&splitter, &rest, &piece, false) && piece.extent.swap_offset == 8 &&
	   !split(&splitter, &rest, &piece, false), "a swapped extent in two");
	rest = (struct v2p_extent){ .address = 0x3000, .length = 0x2000, .status = V2P_STATUS_GUARD };
	ok(split(&splitter, &rest, &piece, false) && split(&splitter, &rest, &piece, false) &&
	   !piece.extent.swap_offset, "one that is nowhere stays so");
}

static void test_maps(void)
{
	same_number(maps_count(&maps, "three"), 2, "two of a name");
	same_number(maps_count(&maps, "four"), 0, "none of another");
}

static void test_filters(void)
{
	struct v2p_range range = { .size = sizeof(range) };

	ok(!filter_use(&range, OPTION_STATUS, "mapped,guard") &&
	   range.states == (1 << V2P_STATUS_MAPPED | 1 << V2P_STATUS_GUARD), "statuses");
	ok(!filter_use(&range, OPTION_PAGE_SIZE, "4K,1G") &&
	   range.page_shifts == (1ULL << 12 | 1ULL << 30), "page sizes");
	ok(!filter_use(&range, OPTION_FLAGS, "present,!soft-dirty,exec") &&
	   range.with_flags == (V2P_FLAG_PRESENT | V2P_FLAG_EXEC) &&
	   range.without_flags == V2P_FLAG_SOFT_DIRTY, "flags");
	ok(!filter_use(&range, OPTION_MEMORY_TYPE, "uc,uc-minus") &&
	   range.memory_types == (1 << V2P_MEMORY_TYPE_UC | 1 << V2P_MEMORY_TYPE_UC_MINUS),
	   "memory types");
	ok(!range.start && !range.length && !range.merge, "and nothing else");
}

int main(void)
{
	test_sizes();
	test_names();
	test_notes();
	test_hidden();
	test_every();
	test_split();
	test_split_swapped();
	test_maps();
	test_filters();
	return tap_end();
}
