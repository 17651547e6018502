// SPDX-License-Identifier: GPL-2.0
/* Descriptors of address spaces that fail: an error with words, and no wrong answer. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <linux/v2p_ioctl.h>

#include <v2p.h>

#include "fake-kernel.h"
#include "settled.h"
#include "start.h"
#include "tap.h"

#define PID 77
#define MOST 10000
#define ALL_STATES ((1U << __V2P_STATUS_MAX) - 1)

/* A hole at an odd page, which may be being changed. */
#define CHANGEABLE (1ULL << 40 | 0x3123)

static const struct v2p_range everything = {
	.size = sizeof(everything), .length = V2P_TO_THE_END, .states = ALL_STATES,
};

static struct v2p *v2p;
static int fd;

static void begin(void)
{
	v2p = start();
	fd = start_space(v2p, v2p_pid(PID));
}

static void end(void)
{
	close(fd);
	v2p_close(v2p);
}

static uint64_t addresses[MOST], physical[MOST];
static uint32_t flags[MOST];
static uint8_t status[MOST];

static const struct v2p_arrays all = {
	.size = sizeof(all), .status = status, .physical = physical, .flags = flags,
};

static int translate(size_t count)
{
	return v2p_translate(v2p, v2p_space(fd), addresses, count, &all);
}

/**
 * struct taken - what a callback saw
 * @count: extents, of which those from @wrong on were not the fake's
 * @changing: holes with the flag
 * @stop_after: extents, 0 for never
 * @nested: use the handle within
 */
struct taken {
	uint64_t count;
	uint64_t wrong;
	uint64_t changing;
	uint64_t stop_after;
	bool nested;
};

static int take(const struct v2p_extent *extent, void *data)
{
	struct taken *taken = data;
	const struct v2p_extent right = fake_extent(taken->count++);

	taken->changing += extent->flags == V2P_FLAG_CHANGING;
	taken->wrong += extent->address != right.address || extent->length != right.length ||
			extent->physical != right.physical || extent->status != right.status ||
			(extent->flags & ~V2P_FLAG_CHANGING) != right.flags;
	if (taken->nested)
		v2p_set_retry(v2p, 1);
	return taken->count == taken->stop_after ? 42 : 0;
}

static int map(struct taken *taken)
{
	return v2p_map(v2p, v2p_space(fd), &everything, take, taken);
}

static bool works(void)
{
	struct taken taken = { 0 };

	return !translate(MOST) && status[1] == fake_translation(addresses[1]).status &&
	       !*v2p_error(v2p) && !map(&taken) && taken.count == fake.extents &&
	       !taken.wrong && !*v2p_error(v2p);
}

/* What every call by the target answers, if all answer that; else 1. */
static int answer_of_all(struct v2p_target target)
{
	struct v2p_translation one = { .size = sizeof(one) };
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct taken taken = { 0 };
	uint64_t answer;
	int ret = v2p_translate(v2p, target, addresses, 1, &all);

	return v2p_translate_one(v2p, target, 0x1234, &one) == ret && *v2p_error(v2p) &&
	       v2p_get_walk(v2p, target, 0x1234, &walk) == ret && *v2p_error(v2p) &&
	       v2p_virtual_to_physical(v2p, target, 0x1234, &answer) == ret && *v2p_error(v2p) &&
	       v2p_translation_physical_offsets(v2p, target, 0x1234, NULL, 0) == ret &&
	       v2p_map_array(v2p, target, &everything, NULL, 0) == ret && *v2p_error(v2p) &&
	       v2p_is_contiguous(v2p, target, 0x1000, 4096, 0, NULL) == ret && *v2p_error(v2p) &&
	       v2p_map(v2p, target, &everything, take, &taken) == ret && !taken.count &&
	       !v2p_get_info(v2p, &(struct v2p_info){ .size = sizeof(struct v2p_info) }) &&
	       v2p_translate(v2p, target, addresses, 1, &all) == ret ? ret : 1;
}

static void test_descriptors(void)
{
	const int other = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct v2p_target target;

	begin();
	same_number(-answer_of_all(v2p_space(other)), ENOTTY, "a descriptor of another file");
	ok(strstr(v2p_error(v2p), "no address space") != NULL, "is told so");
	close(other);
	same_number(-answer_of_all(v2p_space(other)), EBADF, "one that is closed");
	ok(strstr(v2p_error(v2p), "not open") != NULL, "is told so");
	same_number(-answer_of_all(v2p_space(-1)), EBADF, "an error instead of one");
	ok(strstr(v2p_error(v2p), "not open") != NULL, "is told so");
	target = v2p_space(fd);
	target.id |= 1ULL << 32;
	same_number(-answer_of_all(target), EBADF, "one with higher bits");
	ok(works(), "the handle goes on working");
	end();
}

static void test_errors(void)
{
	static const struct {
		int error;
		const char *said;
	} cases[] = {
		{ EBADF, "not open" }, { ENOTTY, "of no address space" },
		{ EINVAL, "of no address space" },
		{ ESRCH, "its address space is gone" }, { EPERM, "locked down" },
		{ EFAULT, "no memory is where" }, { E2BIG, "does not know all" },
		{ ENOMEM, "Cannot allocate memory" }, { EINTR, "Interrupted" },
	};
	size_t i;

	begin();
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct taken taken = { 0 };

		fake.error = -cases[i].error;
		fake.words = "no words come with an ioctl";
		ok(answer_of_all(v2p_space(fd)) == -cases[i].error &&
		   strstr(v2p_error(v2p), cases[i].said), "%s", v2p_error(v2p));
		ok(map(&taken) == -cases[i].error &&
		   strstr(v2p_error(v2p), cases[i].said), "a range: %s", v2p_error(v2p));
		fake.error = 0;
		ok(works(), "the handle goes on working");
	}

	fake.error = -ESRCH;
	fake.error_after = 1;
	same_number(-translate(MOST), ESRCH, "a process that ends between two ioctls");
	fake.error = 0;
	fake.memory = 100;
	fake.largest = 0;
	ok(works() && fake.largest > 100, "memory that has room for few addresses alone");
	fake.memory = 99;
	same_number(-translate(MOST), ENOMEM, "or not even for these");
	end();
}

static void test_ranges(void)
{
	static const struct {
		uint64_t start, length;
		uint32_t fields;
		const char *said;
	} cases[] = {
		{ 0, 0, 0, "is empty" }, { 0x1000, 0, 0, "is empty" },
		{ 0x1000, -0x1000ULL, 0, "outside" }, { 0x1000, -0x0fffULL, 0, "outside" },
		{ 0, -0x1000ULL, 0, "outside" },
		{ -0x1000ULL, 0x1001, 0, "outside" }, { -0x1000ULL, 0x1000, 0, "address space" },
		{ 1ULL << 47, 1, 0, "address space" }, { 0, (1ULL << 47) + 1, 0, "address space" },
		{ 0, 0x1000, V2P_FIELD_ENTRY, "no entry" }, { 0, 0x1000, V2P_FIELD_IDENTITY, "no identity" },
		{ 0, 0x1000, V2P_FIELD_MASK + 1, "no entry" },
	};
	struct v2p_range range = { .size = sizeof(range) };
	size_t i;

	begin();
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct taken taken = { 0 };

		range.start = cases[i].start;
		range.length = cases[i].length;
		range.fields = cases[i].fields;
		ok(v2p_map(v2p, v2p_space(fd), &range, take, &taken) == -EINVAL && !taken.count &&
		   strstr(v2p_error(v2p), cases[i].said), "range %zu: %s", i, v2p_error(v2p));
	}
	same_number(-v2p_is_contiguous(v2p, v2p_space(fd), 0, 0, 0, NULL), EINVAL,
		    "no bytes are not contiguous");
	same_number(-v2p_is_contiguous(v2p, v2p_space(fd), 0, V2P_TO_THE_END, 0, NULL), EINVAL,
		    "nor is what has no length");
	close(fd);
	fd = start_space(v2p, v2p_kernel());
	range = (struct v2p_range){
		.size = sizeof(range), .start = -0x1000ULL, .length = 0x1000,
	};
	same_number(v2p_map_array(v2p, v2p_space(fd), &range, NULL, 0), 0,
		    "the last page of the kernel is a range");
	end();
}

/* An error comes, and stays, after so many extents. */
static void test_error_within(uint64_t after, unsigned int parts)
{
	struct taken taken = { 0 };

	begin();
	fake.extents = 5000;
	fake.map_error = -ESRCH;
	fake.map_error_after = parts;
	fake.per_message = parts ? after / parts : 1;
	same_number(-map(&taken), ESRCH, "an error within a range");
	ok(taken.count == after && !taken.wrong, "after %llu extents",
	   (unsigned long long)taken.count);
	ok(strstr(v2p_error(v2p), "is gone") != NULL, "with its words");
	same_number(-v2p_map_array(v2p, v2p_space(fd), &everything, NULL, 0), ESRCH,
		    "of which an array tells nothing");
	taken = (struct taken){ .nested = true };
	same_number(-map(&taken), ESRCH, "the same, with a callback that is refused a call");
	ok(taken.count == after && strstr(v2p_error(v2p), "is gone"), "has the same words");
	if (after) {
		taken = (struct taken){ .stop_after = after };
		same_number(map(&taken), 42, "a callback that stops right before it");
		same_text(v2p_error(v2p), "", "does not hear of it");
	}
	fake.once = true;
	taken = (struct taken){ 0 };
	if (after % 1024)
		ok(!map(&taken) && taken.count == 5000 && !taken.wrong && !*v2p_error(v2p),
		   "one that goes away is none");
	fake.map_error = 0;
	ok(works(), "the handle goes on working");
	end();
}

static void test_errors_within(void)
{
	struct taken taken = { 0 };

	test_error_within(0, 0);
	test_error_within(1, 1);
	test_error_within(100, 1);
	test_error_within(1023, 1);
	test_error_within(1024, 1);
	test_error_within(1025, 1);
	test_error_within(3000, 3);
	test_error_within(5000, 5);

	begin();
	fake.extents = 5000;
	fake.error = -ENOMEM;
	fake.error_after = 1;
	same_number(-map(&taken), ENOMEM, "an error that says nothing of extents");
	ok(taken.count == 1024 && !taken.wrong, "is one before any");
	end();
}

static void test_nested(void)
{
	struct taken taken = { .nested = true };

	begin();
	ok(!map(&taken) && taken.count == 1000 && !*v2p_error(v2p),
	   "a callback that is refused a call, and does not mind");
	taken = (struct taken){ .nested = true, .stop_after = 3 };
	same_number(map(&taken), 42, "one that minds");
	ok(strstr(v2p_error(v2p), "in use") != NULL, "can read why");
	end();
}

static unsigned int seen;

/* Makes of an answer what no kernel answers; to the first question only. */
static int lie(unsigned long request, void *argument)
{
	struct v2p_ioctl_translate *translation = argument;
	struct v2p_ioctl_extents *extents = argument;
	struct v2p_ioctl_walk *walk = argument;

	switch (request) {
	case V2P_IOCTL_TRANSLATE:
		translation->count += seen ? -1 : 1;
		break;
	case V2P_IOCTL_WALK:
		walk->count = seen ? V2P_MAX_LEVELS + 1 : UINT_MAX;
		break;
	case V2P_IOCTL_EXTENTS:
		extents->done = seen < 2;
		if (seen < 2)
			extents->count = seen ? 1025 : UINT64_MAX;
		if (seen == 2)
			extents->next = fake.range.start;
		if (seen == 3)
			extents->next = fake.range.start - 1;
		if (seen == 4)
			extents->next = fake.range.start + fake.range.length;
		break;
	}
	return 0;
}

static int positive(unsigned long request, void *argument)
{
	(void)request;
	(void)argument;
	return 1;
}

static void test_lies(void)
{
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct v2p_range range = everything;
	struct taken taken = { 0 };

	begin();
	range.start = 0x1000;
	range.length = 1ULL << 46;
	fake.mutate_ioctl = lie;
	for (seen = 0; seen < 2; seen++) {
		same_number(-translate(10), EBADMSG, "another number of addresses");
		ok(strstr(v2p_error(v2p), "malformed (count)") != NULL, "is told so");
		same_number(-v2p_get_walk(v2p, v2p_space(fd), 0x1234, &walk), EBADMSG,
			    "more levels than there are");
		ok(strstr(v2p_error(v2p), "malformed (steps)") != NULL, "is told so");
	}
	for (seen = 0; seen < 5; seen++) {
		same_number(-v2p_map(v2p, v2p_space(fd), &range, take, &taken), EBADMSG,
			    "more extents than room, or a range that does not get shorter");
		ok(!taken.count && strstr(v2p_error(v2p), "malformed (extents)"),
		   "is told so, and nothing taken");
	}
	fake.mutate_ioctl = positive;
	same_number(-answer_of_all(v2p_space(fd)), ENOTTY, "a number instead of an answer");
	fake.mutate_ioctl = NULL;
	ok(works(), "the handle goes on working");
	end();
}

static void test_changing_addresses(void)
{
	static const unsigned int answers[] = { 1, 2, 10, 40 };
	static const size_t counts[] = { 1, 1000, 4096, 4097, MOST };
	const struct v2p_arrays few = {
		.size = sizeof(few), .status = status, .physical = physical,
	};
	struct settled found;
	size_t i, j;
	unsigned int requests;

	begin();
	requests = fake.requests;
	for (i = 0; i < sizeof(answers) / sizeof(*answers); i++)
		for (j = 0; j < sizeof(counts) / sizeof(*counts); j++) {
			fake.changing = answers[i];
			ok(!translate(counts[j]), "%zu addresses, %u answers that say changing",
			   counts[j], answers[i]);
			found = count_settled(addresses, counts[j], &few);
			ok(found.settled && !found.as_it_was && !found.others && !fake.changing,
			   "are asked anew");
			fake.changing = answers[i];
			memset(flags, 0, sizeof(flags));
			ok(!v2p_translate(v2p, v2p_space(fd), addresses, counts[j], &few),
			   "without flags");
			found = count_settled(addresses, counts[j], &few);
			ok(found.settled && !found.as_it_was && !found.others && !fake.changing && !flags[0],
			   "too");
		}

	fake.changing = 1000000;
	fake.slept = fake.ioctls = 0;
	ok(!translate(5000), "what goes on changing");
	found = count_settled(addresses, 5000, &few);
	ok(!found.settled && found.as_it_was && !found.others && flags[0] == V2P_FLAG_CHANGING,
	   "is none, with the flag");
	ok(fake.slept >= 1000 * (V2P_DEFAULT_RETRY - 2) &&
	   fake.slept <= 1000 * (V2P_DEFAULT_RETRY + 2) && fake.ioctls < 200,
	   "after a hundred milliseconds (%u us, %u ioctls)", fake.slept, fake.ioctls);

	v2p_set_retry(v2p, 0);
	fake.slept = fake.ioctls = 0;
	ok(!translate(1000) && fake.ioctls == 1 && !fake.slept && flags[0] == V2P_FLAG_CHANGING,
	   "without retry it is asked once");
	v2p_set_retry(v2p, V2P_DEFAULT_RETRY);
	fake.error = -ESRCH;
	fake.error_after = 2;
	same_number(-translate(1000), ESRCH, "a process that ends between two tries");
	fake.error = 0;
	fake.changing = 0;
	ok(works(), "the handle goes on working");
	same_number(fake.requests, requests, "for all of that the socket is not used");
	end();
}

static void test_changing_walk(void)
{
	struct v2p_walk walk = { .size = sizeof(walk) };
	uint64_t answer;

	begin();
	fake.changing = 5;
	ok(!v2p_get_walk(v2p, v2p_space(fd), CHANGEABLE, &walk) && !fake.changing &&
	   walk.translation.status == V2P_STATUS_MAPPED, "a walk is asked anew");
	fake.changing = 5;
	ok(!v2p_virtual_to_physical(v2p, v2p_space(fd), CHANGEABLE, &answer) &&
	   answer == fake_settled(CHANGEABLE).physical && !fake.changing,
	   "so is virtual_to_physical");
	fake.changing = 1000000;
	fake.slept = 0;
	ok(!v2p_get_walk(v2p, v2p_space(fd), CHANGEABLE, &walk) &&
	   walk.translation.flags == V2P_FLAG_CHANGING && fake.slept > 90000,
	   "for a hundred milliseconds");
	v2p_set_retry(v2p, 0);
	fake.ioctls = 0;
	ok(!v2p_get_walk(v2p, v2p_space(fd), CHANGEABLE, &walk) && fake.ioctls == 1 &&
	   walk.translation.flags == V2P_FLAG_CHANGING, "without retry once");
	ok(v2p_virtual_to_physical(v2p, v2p_space(fd), CHANGEABLE, &answer) == -ENXIO &&
	   strstr(v2p_error(v2p), "being changed"), "what is not there says so");
	end();
}

static void test_changing_range(uint64_t extents)
{
	const uint64_t holes = extents / 8;
	struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	struct taken taken = { 0 };
	unsigned int usual;

	begin();
	fake.extents = extents;
	fake.absent_status = V2P_STATUS_NONE;
	fake.ioctls = 0;
	ok(!map(&taken) && taken.count == extents && !taken.wrong, "%zu extents and holes",
	   (size_t)extents);
	usual = fake.ioctls;
	fake.ioctls = 0;
	fake.changing = 12;
	taken = (struct taken){ 0 };
	ok(!map(&taken) && taken.count == extents && !taken.wrong && !taken.changing,
	   "a hole that is being changed is told when it is settled");
	ok(!fake.changing && fake.ioctls == usual + 12 && fake.slept > 1000 && fake.slept < 30000,
	   "for which it is asked again, in pauses (%u us)", fake.slept);
	fake.changing = 12;
	same_number(v2p_map_array(v2p, v2p_space(fd), &range, NULL, 0), extents - holes,
		    "where no holes are asked for");
	same_number(fake.changing, 0, "it may be one no more");

	fake.changing = 1000000;
	fake.slept = 0;
	taken = (struct taken){ 0 };
	ok(!map(&taken) && taken.count == extents && !taken.wrong && taken.changing == holes,
	   "what goes on changing is told so");
	ok(fake.slept >= 1000 * (V2P_DEFAULT_RETRY - 2) &&
	   fake.slept <= 1000 * (V2P_DEFAULT_RETRY + 2), "after a hundred milliseconds (%u us)",
	   fake.slept);
	v2p_set_retry(v2p, 0);
	fake.slept = fake.ioctls = 0;
	taken = (struct taken){ 0 };
	ok(!map(&taken) && taken.changing == holes && fake.ioctls == usual && !fake.slept,
	   "without retry at once");
	end();
}

int main(void)
{
	fill_addresses(addresses, MOST);
	addresses[0] = CHANGEABLE;
	test_descriptors();
	test_errors();
	test_ranges();
	test_errors_within();
	test_nested();
	test_lies();
	test_changing_addresses();
	test_changing_walk();
	test_changing_range(1000);
	test_changing_range(5000);
	fake_reset();
	return tap_end();
}
