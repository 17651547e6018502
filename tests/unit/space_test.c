// SPDX-License-Identifier: GPL-2.0
/* By the descriptor of an address space, every call gives what it gives by pid. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <v2p.h>
#include <v2p-layout.h>

#include "fake-kernel.h"
#include "start.h"
#include "tap.h"

#define PID 77
#define MOST 10000

static uint64_t addresses[MOST];

/**
 * struct answers - all arrays, with an element that belongs to nobody
 */
struct answers {
#define ARRAY(field, type, member, bits) uint##bits##_t member[MOST + 1];
	V2P_TRANSLATE_ARRAYS(ARRAY)
#undef ARRAY
};

static struct answers by_pid, by_space;

enum {
#define NUMBER(field, type, member, bits) NUMBER_OF_##member,
	V2P_TRANSLATE_ARRAYS(NUMBER)
#undef NUMBER
	ARRAYS
};

/* @which: a bit for each array that is asked for */
static int translate(struct v2p *v2p, struct v2p_target target, size_t count,
		     unsigned int which, struct answers *answers)
{
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
#define PLACE(field, type, member, bits) \
		.member = which >> NUMBER_OF_##member & 1 ? answers->member : NULL,
		V2P_TRANSLATE_ARRAYS(PLACE)
#undef PLACE
	};

	memset(answers, 0xee, sizeof(*answers));
	return v2p_translate(v2p, target, addresses, count, &arrays);
}

static bool is_translated_alike(struct v2p *v2p, struct v2p_target target, int fd, size_t count,
				unsigned int which)
{
	uint32_t fields;
	unsigned int requests;

	if (translate(v2p, target, count, which, &by_pid))
		return false;
	fields = fake.fields & ~V2P_FIELD_IDENTITY;
	requests = fake.requests;
	fake.pid = 0;
	fake.kernel = false;
	return !translate(v2p, v2p_space(fd), count, which, &by_space) &&
	       !memcmp(&by_pid, &by_space, sizeof(by_pid)) && fake.fields == fields &&
	       fake.requests == requests;
}

static void test_translate(struct v2p_target target)
{
	static const size_t counts[] = { 1, 2, 100, 1024, 4095, 4096, 4097, 8193, MOST };
	const unsigned int all = (1 << ARRAYS) - 1;
	unsigned int which, right = 0;
	struct v2p *v2p = start();
	const int fd = start_space(v2p, target);
	size_t i;

	for (i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		ok(is_translated_alike(v2p, target, fd, counts[i], all), "%zu addresses", counts[i]);
	ok(fake.kernel == (target.kind == V2P_TARGET_KERNEL) && fake.pid == target.id,
	   "the descriptor is the target's");
	ok(fake.known_states == (1U << __V2P_STATUS_MAX) - 1 && fake.known_flags == V2P_FLAG_MASK,
	   "all that the library knows may be answered");
	for (which = 1; which <= all; which += 2)
		right += is_translated_alike(v2p, target, fd, 9, which);
	same_number(right, 1 << (ARRAYS - 1), "any arrays, and nothing in others");
	fake.ioctls = 0;
	same_number(v2p_translate(v2p, v2p_space(fd), NULL, 0, NULL), 0, "no address is no error");
	same_number(fake.ioctls, 0, "and no question");
	same_text(v2p_error(v2p), "", "a success has no words");
	close(fd);
	v2p_close(v2p);
}

/* One address in all ways in which one can be asked for. */
static void test_address(struct v2p *v2p, int fd, uint64_t address)
{
	const struct v2p_target targets[2] = { v2p_pid(PID), v2p_space(fd) };
	struct v2p_translation ones[2];
	struct v2p_walk walks[2];
	uint64_t physical[2] = { 0 }, offsets[2][6];
	int errors[2][4];
	char words[2][256];
	unsigned int i;

	memset(ones, 0xee, sizeof(ones));
	memset(walks, 0xee, sizeof(walks));
	memset(offsets, 0xee, sizeof(offsets));
	for (i = 0; i < 2; i++) {
		ones[i].size = sizeof(ones[i]);
		walks[i].size = sizeof(walks[i]);
		errors[i][0] = v2p_translate_one(v2p, targets[i], address, &ones[i]);
		errors[i][1] = v2p_get_walk(v2p, targets[i], address, &walks[i]);
		errors[i][2] = v2p_virtual_to_physical(v2p, targets[i], address, &physical[i]);
		strcpy(words[i], v2p_error(v2p));
		errors[i][3] = v2p_translation_physical_offsets(v2p, targets[i], address,
								offsets[i], 3 + address % 3);
	}
	ok(!errors[1][0] && !errors[1][1] && !memcmp(errors[0], errors[1], sizeof(errors[0])) &&
	   !memcmp(&ones[0], &ones[1], sizeof(ones[0])) &&
	   !memcmp(&walks[0], &walks[1], sizeof(walks[0])) && physical[0] == physical[1] &&
	   !memcmp(offsets[0], offsets[1], sizeof(offsets[0])) && !strcmp(words[0], words[1]),
	   "%#llx, %u steps, %s", (unsigned long long)address, walks[1].step_count,
	   v2p_status_name(ones[1].status));
}

static void test_addresses(void)
{
	static const uint64_t asked[] = {
		0x7f0012345678, 0xff8012345679, 0x1234, 1ULL << 47, 1ULL << 63, 0x10012345678,
		0x20012345678, 0x2ff12345679, 0x3001234567a,
	};
	struct v2p *v2p = start();
	const int fd = start_space(v2p, v2p_pid(PID));
	size_t i;

	for (i = 0; i < sizeof(asked) / sizeof(*asked); i++)
		test_address(v2p, fd, asked[i]);
	same_number(fake.ioctls, 4 * i, "an ioctl each");
	ok(fake.known_states == (1U << __V2P_STATUS_MAX) - 1 && fake.known_flags == V2P_FLAG_MASK,
	   "by which all that the library knows may be answered");
	close(fd);
	v2p_close(v2p);
}

/**
 * struct list - the extents of a range, as they were told
 * @stop_after: so many, 0 for never
 * @progress: the latest
 * @wrong: progress that went back
 */
struct list {
	size_t count;
	size_t stop_after;
	uint64_t progress;
	unsigned int progressed;
	bool wrong;
	struct v2p_extent extents[6000];
};

static int keep(const struct v2p_extent *extent, void *data)
{
	struct list *list = data;

	list->extents[list->count++] = *extent;
	return list->count == list->stop_after ? 42 : 0;
}

static void note_progress(uint64_t next, void *data)
{
	struct list *list = data;

	list->wrong |= next < list->progress;
	list->progress = next;
	list->progressed++;
}

static struct list expected, found;

static bool is_mapped_alike(struct v2p *v2p, struct v2p_target target, int fd,
			    const struct v2p_range *range)
{
	unsigned int requests;

	memset(&expected, 0, sizeof(expected));
	memset(&found, 0, sizeof(found));
	if (v2p_map(v2p, target, range, keep, &expected))
		return false;
	requests = fake.requests;
	return !v2p_map(v2p, v2p_space(fd), range, keep, &found) &&
	       found.count == expected.count && found.progress == expected.progress &&
	       !found.progressed == !range->progress && !found.wrong &&
	       !memcmp(found.extents, expected.extents, sizeof(found.extents)) &&
	       fake.requests == requests && !*v2p_error(v2p);
}

static void test_ranges(struct v2p_target target, uint64_t extents)
{
	const uint32_t fields = V2P_FIELD_MASK & ~(V2P_FIELD_ENTRY | V2P_FIELD_IDENTITY);
	const uint32_t states = (1U << __V2P_STATUS_MAX) - 1;
	struct v2p *v2p = start();
	const int fd = start_space(v2p, target);
	const uint64_t first = fake_extent(0).address, tenth = fake_extent(9).address;
	const struct v2p_range ranges[] = {
		{ .length = V2P_TO_THE_END },
		{ .length = V2P_TO_THE_END, .states = states },
		{ .length = V2P_TO_THE_END, .states = 1U << V2P_STATUS_NONE },
		{ .length = V2P_TO_THE_END, .fields = fields },
		{ .length = V2P_TO_THE_END, .fields = V2P_FIELD_LEVEL, .merge = 1 },
		{ .length = V2P_TO_THE_END, .with_flags = V2P_FLAG_WRITE },
		{ .length = V2P_TO_THE_END, .without_flags = V2P_FLAG_WRITE },
		{ .length = V2P_TO_THE_END, .page_shifts = 1ULL << 21 },
		{ .length = V2P_TO_THE_END, .memory_types = 1U << V2P_MEMORY_TYPE_UC },
		{ .start = tenth + 4096, .length = V2P_TO_THE_END, .states = states },
		{ .start = tenth + 4096, .length = 4096, .fields = fields },
		{ .start = first, .length = 1 },
		{ .start = first, .length = 1ULL << 36, .progress = note_progress },
	};
	size_t i;

	fake.extents = extents;
	fake.absent_status = V2P_STATUS_NONE;
	for (i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		struct v2p_range range = ranges[i];

		range.size = sizeof(range);
		ok(is_mapped_alike(v2p, target, fd, &range), "range %zu of %zu extents", i,
		   found.count);
	}
	fake.absent_status = V2P_STATUS_SWAPPED;
	ok(is_mapped_alike(v2p, target, fd, &(struct v2p_range){
		.size = sizeof(struct v2p_range), .length = V2P_TO_THE_END, .fields = fields }) &&
	   found.count == extents, "all of them, some swapped out");
	close(fd);
	v2p_close(v2p);
}

static void test_fields(void)
{
	const uint32_t all = V2P_FIELD_MASK & ~(V2P_FIELD_ENTRY | V2P_FIELD_IDENTITY);
	struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	unsigned int right = 0, wanted = 0;
	struct v2p *v2p = start();
	const int fd = start_space(v2p, v2p_pid(PID));

	fake.extents = 20;
	for (range.fields = all; range.fields; range.fields = (range.fields - 1) & all) {
		right += is_mapped_alike(v2p, v2p_pid(PID), fd, &range) &&
			 fake.fields == range.fields;
		wanted++;
	}
	same_number(right, wanted, "any fields of extents");
	close(fd);
	v2p_close(v2p);
}

static void test_question(void)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = 0x7000, .length = 0x123456,
		.states = 1U << V2P_STATUS_SWAPPED | 1, .page_shifts = 1ULL << 21 | 1ULL << 34,
		.with_flags = V2P_FLAG_WRITE, .without_flags = V2P_FLAG_DIRTY | V2P_FLAG_EXEC,
		.memory_types = 1U << V2P_MEMORY_TYPE_UC, .fields = V2P_FIELD_SWAP, .merge = 1,
	};
	struct v2p_range asked = { .size = sizeof(asked), .length = V2P_TO_THE_END };
	struct v2p *v2p = start();
	const int fd = start_space(v2p, v2p_pid(PID));

	v2p_map(v2p, v2p_pid(PID), &range, keep, &expected);
	asked = fake.range;
	fake.range = (struct v2p_range){ 0 };
	v2p_map(v2p, v2p_space(fd), &range, keep, &expected);
	ok(!memcmp(&asked, &fake.range, sizeof(asked)) && asked.merge && fake.pid == PID &&
	   fake.fields == range.fields, "all of a range is asked");
	ok(fake.known_states == (1U << __V2P_STATUS_MAX) - 1 && fake.known_flags == V2P_FLAG_MASK,
	   "all that the library knows may be answered");
	close(fd);
	v2p_close(v2p);
}

/* One that knows neither node nor kind refuses these alone. */
static void test_older_module_of(struct v2p *v2p, struct v2p_target target, int error,
				 const char *words)
{
	const uint64_t address = 0x700012345678;
	struct v2p_translation one = { .size = sizeof(one) };
	struct v2p_walk walk = { .size = sizeof(walk) };
	uint32_t node;
	uint8_t status;
	const struct v2p_arrays plain = { .size = sizeof(plain), .status = &status };
	const struct v2p_arrays nodes = {
		.size = sizeof(nodes), .status = &status, .node = &node,
	};
	const struct v2p_range range = {
		.size = sizeof(range), .length = V2P_TO_THE_END, .fields = V2P_FIELD_PAGE_KIND,
	};

	same_number(-v2p_translate(v2p, target, &address, 1, &nodes), error, "a node of each");
	ok(strstr(v2p_error(v2p), words) != NULL, "%s", v2p_error(v2p));
	same_number(-v2p_map(v2p, target, &range, keep, &found), error, "extents of a kind");
	ok(strstr(v2p_error(v2p), words) != NULL, "%s", v2p_error(v2p));
	ok(!v2p_translate(v2p, target, &address, 1, &plain) && status == V2P_STATUS_MAPPED,
	   "all else is answered");
	ok(!v2p_translate_one(v2p, target, address, &one) && one.node == V2P_NO_NODE &&
	   one.page_kind == V2P_PAGE_KIND_UNKNOWN && one.protection_key, "so is all of one");
	ok(!v2p_get_walk(v2p, target, address, &walk) && walk.step_count == 4 &&
	   walk.translation.node == V2P_NO_NODE &&
	   walk.translation.page_kind == V2P_PAGE_KIND_UNKNOWN &&
	   walk.translation.protection_key, "and a walk, which never has these");
}

static void test_older_module(void)
{
	struct v2p *v2p = start();
	const int fd = start_space(v2p, v2p_pid(PID));

	fake.no_pages = true;
	test_older_module_of(v2p, v2p_pid(PID), EINVAL, "does not know all that is asked for: load a newer");
	test_older_module_of(v2p, v2p_space(fd), E2BIG, "does not tell node and kind: load a newer one");
	close(fd);
	v2p_close(v2p);
}

static void test_progress(void)
{
	const struct v2p_range range = {
		.size = sizeof(range), .length = V2P_TO_THE_END, .progress = note_progress,
	};
	struct v2p *v2p = start();
	const int fd = start_space(v2p, v2p_pid(PID));
	const struct v2p_extent *last = &found.extents[4 * 1024 - 1];

	fake.extents = 5000;
	memset(&found, 0, sizeof(found));
	same_number(v2p_map(v2p, v2p_space(fd), &range, keep, &found), 0, "with progress");
	ok(!found.wrong && found.progressed == 4 && found.count == 5000 &&
	   found.progress == last->address + last->length,
	   "which is told with each ioctl, but not the end of an address space");
	close(fd);
	v2p_close(v2p);
}

static void test_stop(void)
{
	static const size_t after[] = { 1, 1000, 1024, 1025, 5000 };
	const struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	struct v2p *v2p = start();
	const int fd = start_space(v2p, v2p_pid(PID));
	size_t i;

	fake.extents = 1000000;
	for (i = 0; i < sizeof(after) / sizeof(*after); i++) {
		memset(&found, 0, sizeof(found));
		found.stop_after = after[i];
		fake.ioctls = 0;
		same_number(v2p_map(v2p, v2p_space(fd), &range, keep, &found), 42,
			    "a callback that stops");
		ok(found.count == after[i] && fake.ioctls <= after[i] / 1024 + 1,
		   "is not called again after %zu extents, and nothing is asked", found.count);
		same_text(v2p_error(v2p), "", "nothing is wrong");
	}
	close(fd);
	v2p_close(v2p);
}

static void test_arrays(void)
{
	static const size_t sizes[] = { 0, 1, 1500, 6000 };
	const struct v2p_range range = {
		.size = sizeof(range), .length = V2P_TO_THE_END, .progress = note_progress,
	};
	struct v2p *v2p = start();
	const int fd = start_space(v2p, v2p_pid(PID));
	size_t i;

	fake.extents = 3000;
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		ssize_t count;

		memset(&expected, 0xee, sizeof(expected));
		memset(&found, 0xee, sizeof(found));
		v2p_map_array(v2p, v2p_pid(PID), &range, expected.extents, sizes[i]);
		count = v2p_map_array(v2p, v2p_space(fd), &range, sizes[i] ? found.extents : NULL,
				      sizes[i]);
		ok(count == 3000 && !memcmp(&expected, &found, sizeof(found)),
		   "an array for %zu extents", sizes[i]);
	}
	close(fd);
	v2p_close(v2p);
}

static void test_contiguous(void)
{
	static const struct {
		unsigned int extent, page_shift;
		uint64_t offset, shorter;
		int answer;
	} cases[] = {
		{ 0, 0, 0, 0, 1 }, { 0, 12, 0, 0, 1 }, { 0, 21, 0, 0, 0 }, { 9, 21, 0, 0, 1 },
		{ 9, 21, 0x5000, 0x6000, 1 }, { 9, 30, 0, 0, 0 }, { 4, 12, 0, -4096ULL, 0 },
		{ 4, 12, -4096ULL, 0, 0 }, { 5, 0, 0, 0, 0 },
	};
	struct v2p *v2p = start();
	const int fd = start_space(v2p, v2p_pid(PID));
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct v2p_extent extent = fake_extent(cases[i].extent);
		const uint64_t at = extent.address + cases[i].offset;
		const uint64_t length = extent.length - cases[i].shorter;
		uint64_t physical = 1;

		ok(v2p_is_contiguous(v2p, v2p_space(fd), at, length, cases[i].page_shift,
				     &physical) == cases[i].answer &&
		   physical == (cases[i].answer ? extent.physical + cases[i].offset : 1),
		   "%#llx bytes of extent %u: %d", (unsigned long long)length, cases[i].extent,
		   cases[i].answer);
	}
	close(fd);
	v2p_close(v2p);
}

/* Whoever has the descriptor, and whatever becomes of the handle that opened it. */
static void test_passed_on(void)
{
	struct v2p *v2p = start(), *other;
	const int first = start_space(v2p, v2p_pid(PID)), second = start_space(v2p, v2p_kernel());
	const int copy = dup(first);
	unsigned int requests;
	uint64_t physical;

	v2p_open(&other);
	requests = fake.requests;
	v2p_close(v2p);
	close(first);
	ok(!v2p_virtual_to_physical(other, v2p_space(copy), 0x1234, &physical) &&
	   physical == fake_translation(0x1234).physical && fake.pid == PID && !fake.kernel,
	   "a copy of the descriptor, on another handle");
	ok(!v2p_virtual_to_physical(other, v2p_space(second), 0x1234, &physical) && fake.kernel,
	   "another is of another address space");
	same_number(fake.requests, requests, "the new handle has asked nothing else");
	close(copy);
	close(second);
	v2p_close(other);
}

int main(void)
{
	fill_addresses(addresses, MOST);
	test_translate(v2p_pid(PID));
	test_translate(v2p_kernel());
	test_addresses();
	test_ranges(v2p_pid(PID), 1000);
	test_ranges(v2p_pid(PID), 5000);
	test_ranges(v2p_kernel(), 2048);
	test_fields();
	test_question();
	test_older_module();
	test_progress();
	test_stop();
	test_arrays();
	test_contiguous();
	test_passed_on();
	fake_reset();
	return tap_end();
}
