// SPDX-License-Identifier: GPL-2.0
/* The calls that spare a program what it would write around others. */
#include <errno.h>
#include <string.h>

#include <v2p.h>

#include "fake-kernel.h"
#include "start.h"
#include "tap.h"

static struct v2p *v2p;

static void test_translate_one(void)
{
	static const uint64_t asked[] = {
		0x12345678, 0x8012345678, 1ULL << 47, 0x10012345678, 0x20012345678,
	};
	size_t i;

	v2p = start();
	for (i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		struct v2p_translation wanted = fake_translation(asked[i]), got;

		memset(&got, 0xee, sizeof(got));
		wanted.size = got.size = sizeof(got);
		ok(!v2p_translate_one(v2p, v2p_pid(5), asked[i], &got) &&
		   got.physical == wanted.physical && got.entry == wanted.entry &&
		   got.swap_offset == wanted.swap_offset && got.flags == wanted.flags &&
		   got.status == wanted.status && got.page_shift == wanted.page_shift &&
		   got.level == wanted.level && got.memory_type == wanted.memory_type &&
		   got.protection_key == wanted.protection_key &&
		   got.node == V2P_NO_NODE && got.page_kind == V2P_PAGE_KIND_UNKNOWN &&
		   got.swap_type == wanted.swap_type && got.size == sizeof(got),
		   "all of %#llx", (unsigned long long)asked[i]);
	}
	/* Of the batch it has to learn once. */
	same_number(fake.requests, 1 + i, "by one question each");
	fake.error = -ESRCH;
	same_number(-v2p_translate_one(v2p, v2p_pid(5), 0, &(struct v2p_translation){
			.size = sizeof(struct v2p_translation) }), ESRCH, "an error");
	v2p_close(v2p);
}

static bool are_the_first(const struct v2p_extent *extents, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct v2p_extent right = fake_extent(i);

		if (extents[i].address != right.address || extents[i].length != right.length ||
		    extents[i].physical != right.physical || extents[i].flags != right.flags ||
		    extents[i].status != right.status)
			return false;
	}
	return true;
}

static void no_progress(uint64_t next, void *data)
{
	(void)next;
	(void)data;
	abort();
}

static void test_map_array(void)
{
	const struct v2p_range range = {
		.size = sizeof(range), .length = V2P_TO_THE_END, .progress = no_progress,
	};
	static struct v2p_extent extents[1001];

	v2p = start();
	memset(extents, 0xee, sizeof(extents));
	same_number(v2p_map_array(v2p, v2p_pid(1), &range, extents, 1001), 1000, "all extents");
	ok(are_the_first(extents, 1000), "are in the array");
	ok(extents[1000].status == 0xee, "and nothing behind them");
	memset(extents, 0xee, sizeof(extents));
	same_number(v2p_map_array(v2p, v2p_pid(1), &range, extents, 150), 1000,
		    "more than there is room for");
	ok(are_the_first(extents, 150) && extents[150].status == 0xee, "fill it, and no more");
	same_number(v2p_map_array(v2p, v2p_pid(1), &range, NULL, 0), 1000, "how many there are");
	same_number(-v2p_map_array(v2p, v2p_pid(1), &range, NULL, 1), EINVAL, "no place");
	ok(*v2p_error(v2p), "in words");
	same_number(-v2p_map_array(v2p, v2p_pid(1), NULL, extents, 1), EINVAL, "no range");
	fake.map_error = -ESRCH;
	fake.map_error_after = 2;
	same_number(-v2p_map_array(v2p, v2p_pid(1), &range, extents, 1001), ESRCH,
		    "a process that ends in the middle");
	v2p_close(v2p);
}

static int is_contiguous(uint64_t address, uint64_t length, unsigned int page_shift,
			 uint64_t *physical)
{
	return v2p_is_contiguous(v2p, v2p_pid(1), address, length, page_shift, physical);
}

static void test_is_contiguous(void)
{
	const struct v2p_extent small = fake_extent(7), huge = fake_extent(9), swapped = fake_extent(5);
	uint64_t physical = 1;

	v2p = start();
	same_number(is_contiguous(small.address, small.length, 0, &physical), 1, "an extent");
	same_number(physical, small.physical, "begins there");
	ok(fake.range.merge && fake.range.states == 1U << V2P_STATUS_MAPPED,
	   "whatever else its pages are");
	same_number(is_contiguous(small.address + 77, 4096, 12, &physical), 1, "a part of it");
	same_number(physical, small.physical + 77, "begins there");
	physical = 1;
	same_number(is_contiguous(small.address, small.length, 21, &physical), 0,
		    "larger pages than it has");
	same_number(is_contiguous(small.address, small.length + 1, 0, &physical), 0,
		    "a byte behind it");
	same_number(is_contiguous(small.address - 1, small.length, 0, &physical), 0,
		    "a byte before it");
	same_number(is_contiguous(swapped.address, 4096, 0, &physical), 0, "no page");
	same_number(physical, 1, "sets nothing");
	same_number(is_contiguous(huge.address + 1, huge.length - 1, 21, NULL), 1, "a huge page");
	same_number(is_contiguous(huge.address, huge.length, 30, NULL), 0, "is no giant page");
	same_number(fake.connects, 1, "all on one connection");

	fake.per_message = 1;
	same_number(is_contiguous(small.address, 1ULL << 30, 0, NULL), 0, "many extents");
	same_number(fake.dumps, 1, "take a dump");
	ok(fake.datagrams < 3, "which is not read to its end");
	fake.changing = 1;
	same_number(is_contiguous(small.address, small.length, 0, &physical), 1,
		    "and the handle goes on working");
	same_number(-is_contiguous(small.address, 0, 0, NULL), EINVAL, "no range");
	ok(*v2p_error(v2p), "in the kernel's words");
	fake.error = -ESRCH;
	same_number(-is_contiguous(small.address, 4096, 0, NULL), ESRCH, "no process");
	v2p_close(v2p);
}

static void test_flags_text(void)
{
	static const struct {
		uint32_t flags;
		const char *text;
	} cases[] = {
		{ 0, "" }, { V2P_FLAG_PRESENT, "present" },
		{ V2P_FLAG_SOFT_DIRTY | V2P_FLAG_PRESENT | V2P_FLAG_EXEC, "present,exec,soft-dirty" },
		{ 1U << 31 | 1U << 30, "0xc0000000" },
		{ 1U << 31 | V2P_FLAG_DIRTY, "dirty,0x80000000" },
	};
	char text[300];
	size_t i, size, length, right;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		length = strlen(cases[i].text);
		right = 0;
		for (size = 0; size <= length + 2; size++) {
			const size_t kept = !size || length < size ? length : size - 1;

			memset(text, 0xee, sizeof(text));
			right += v2p_flags_text(cases[i].flags, size ? text : NULL, size) == length &&
				 (!size || (strlen(text) == kept &&
					    !strncmp(text, cases[i].text, kept))) &&
				 (unsigned char)text[size] == 0xee;
		}
		same_number(right, length + 3, cases[i].text);
	}
	length = v2p_flags_text(UINT32_MAX, text, sizeof(text));
	ok(length < sizeof(text) && length == strlen(text) && strstr(text, ",changing,write-only,0xffff"),
	   "%s", text);
}

int main(void)
{
	test_translate_one();
	test_map_array();
	test_is_contiguous();
	test_flags_text();
	fake_reset();
	return tap_end();
}
