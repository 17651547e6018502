// SPDX-License-Identifier: GPL-2.0
/* Ranges: every extent once and in order, whatever comes between. */
#include <errno.h>
#include <string.h>

#include <v2p.h>

#include "fake-kernel.h"
#include "start.h"
#include "tap.h"

static const struct v2p_range everything = {
	.size = sizeof(everything), .length = V2P_TO_THE_END,
};

/**
 * struct taken - what a callback saw
 * @next: extent of the fake that is awaited
 * @count: how many came
 * @wrong: how many were not those
 * @stop_after: extents, 0 for never
 * @nested: a handle to use within, which must not be
 * @progress: the latest, and how often
 * @fields: what was asked for
 */
struct taken {
	uint64_t next;
	uint64_t count;
	uint64_t wrong;
	uint64_t stop_after;
	struct v2p *nested;
	uint64_t progress;
	uint64_t progressed;
	uint32_t fields;
};

static int take(const struct v2p_extent *extent, void *data)
{
	struct taken *taken = data;
	const struct v2p_extent right = fake_extent(taken->next++);

	taken->wrong += extent->address != right.address || extent->length != right.length ||
			extent->physical != right.physical || extent->flags != right.flags ||
			extent->status != right.status || extent->page_shift != right.page_shift ||
			extent->swap_offset || extent->swap_type || extent->level ||
			extent->memory_type || extent->protection_key || extent->node ||
			extent->page_kind;
	taken->count++;
	if (taken->nested) {
		struct v2p_info info = { .size = sizeof(info) };
		int error = v2p_get_info(taken->nested, &info);

		if (error)
			return error;
	}
	return taken->count == taken->stop_after ? 42 : 0;
}

static void progress(uint64_t next, void *data)
{
	struct taken *taken = data;

	taken->wrong += next < taken->progress;
	taken->progress = next;
	taken->progressed++;
}

/* Everything, as it should be, with the handle as it is. */
static bool whole(struct v2p *v2p)
{
	struct taken taken = { 0 };

	return !v2p_map(v2p, v2p_pid(77), &everything, take, &taken) && !taken.wrong &&
	       taken.count == fake.extents && !*v2p_error(v2p);
}

static void test_shapes(void)
{
	static const struct {
		uint64_t extents;
		unsigned int per_message, per_datagram;
		bool done_apart;
	} shapes[] = {
		{ 0, 100, 1, false }, { 0, 100, 1, true }, { 1, 1, 1, false }, { 1, 100, 1, true },
		{ 1000, 1000, 1, false }, { 1000, 1001, 1, false }, { 1000, 1, 1, true },
		{ 1000, 7, 3, false }, { 1000, 7, 1000, false }, { 5000, 700, 3, true },
		{ 100000, 500, 1, false },
	};
	size_t i;

	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		struct v2p *v2p = start();

		fake.extents = shapes[i].extents;
		fake.per_message = shapes[i].per_message;
		fake.per_datagram = shapes[i].per_datagram;
		fake.done_apart = shapes[i].done_apart;
		ok(whole(v2p) && whole(v2p), "%llu extents, %u in a message, %u messages together",
		   (unsigned long long)shapes[i].extents, shapes[i].per_message,
		   shapes[i].per_datagram);
		/* Behind several parts, whether the process still lives is another question. */
		ok(fake.connects == 1 && fake.sends == (fake.datagrams > 2 ? 4 : 2),
		   "one connection, a request each");
		v2p_close(v2p);
	}
}

static void test_requests(void)
{
	struct v2p_range range = {
		.size = sizeof(range),
		.start = 0x7000, .length = 0x123456, .states = 1U << V2P_STATUS_SWAPPED | 1,
		.page_shifts = 1ULL << 21 | 1ULL << 34, .with_flags = V2P_FLAG_WRITE,
		.without_flags = V2P_FLAG_DIRTY | V2P_FLAG_EXEC, .merge = 1,
		.memory_types = 1U << V2P_MEMORY_TYPE_UC | 1U << V2P_MEMORY_TYPE_WB,
	};
	const struct v2p_range *asked = &fake.range;
	struct v2p *v2p = start();
	struct taken taken = { 0 };
	unsigned int requests;

	same_number(v2p_map(v2p, v2p_pid(77), &range, take, &taken), 0, "a range with everything");
	ok(asked->start == range.start && asked->length == range.length &&
	   asked->states == range.states && asked->page_shifts == range.page_shifts &&
	   asked->with_flags == range.with_flags &&
	   asked->without_flags == range.without_flags && asked->merge &&
	   asked->memory_types == range.memory_types, "is asked so");
	ok(fake.pid == 77 && !fake.kernel, "of the process");

	v2p_map(v2p, v2p_kernel(), &everything, take, &taken);
	ok(!asked->start && asked->length == V2P_TO_THE_END && !asked->states &&
	   !asked->page_shifts && !asked->with_flags && !asked->without_flags && !asked->merge &&
	   !asked->memory_types,
	   "everything is asked with nothing");
	ok(fake.kernel && !fake.pid, "of the kernel");

	fake.kernel = false;
	range = (struct v2p_range){
		.size = sizeof(struct v2p_range), .start = fake_extent(5).address, .length = V2P_TO_THE_END,
	};
	taken = (struct taken){ .next = 5 };
	ok(!v2p_map(v2p, v2p_pid(1), &range, take, &taken) && taken.count == 995 && !taken.wrong,
	   "from an address on");
	range = (struct v2p_range){
		.size = sizeof(struct v2p_range), .length = fake_extent(5).address,
	};
	taken = (struct taken){ 0 };
	ok(!v2p_map(v2p, v2p_pid(1), &range, take, &taken) && taken.count == 5 && !taken.wrong,
	   "up to an address");

	requests = fake.requests;
	same_number(-v2p_map(v2p, v2p_pid(1), NULL, take, NULL), EINVAL, "a range is required");
	same_number(-v2p_map(v2p, v2p_pid(1), &everything, NULL, NULL), EINVAL, "and a taker");
	same_number(fake.requests, requests, "without them the kernel is not asked");
	same_number(-v2p_map(NULL, v2p_pid(1), &everything, take, NULL), EINVAL, "and a handle");
	range = (struct v2p_range){ .size = sizeof(struct v2p_range), .start = 0x1000 };
	same_number(-v2p_map(v2p, v2p_pid(1), &range, take, NULL), EINVAL, "a range of no bytes");
	ok(strstr(v2p_error(v2p), "is empty") != NULL, "is refused in the kernel's words");
	ok(whole(v2p), "and the handle goes on working");
	same_number(fake.connects, 1, "on the same connection");
	v2p_close(v2p);
}

/* Of each extent what was asked for, and 0 else. */
static int take_fields(const struct v2p_extent *extent, void *data)
{
	static const uint8_t no_room[sizeof(extent->reserved2)];
	struct taken *taken = data;
	const struct v2p_extent right = fake_extent(taken->next++);
	const uint32_t fields = taken->fields;

	taken->wrong += extent->address != right.address || extent->length != right.length ||
		extent->status != right.status ||
		extent->physical != (fields & V2P_FIELD_PHYSICAL ? right.physical : 0) ||
		extent->page_shift != (fields & V2P_FIELD_PAGE_SHIFT ? right.page_shift : 0) ||
		extent->flags != (fields & V2P_FIELD_FLAGS ? right.flags : 0) ||
		extent->swap_type != (fields & V2P_FIELD_SWAP ? right.swap_type : 0) ||
		extent->swap_offset != (fields & V2P_FIELD_SWAP ? right.swap_offset : 0) ||
		extent->level != (fields & V2P_FIELD_LEVEL ? right.level : 0) ||
		extent->memory_type != (fields & V2P_FIELD_MEMORY_TYPE ? right.memory_type : 0) ||
		extent->protection_key !=
			(fields & V2P_FIELD_PROTECTION_KEY ? right.protection_key : 0) ||
		extent->node != (fields & V2P_FIELD_NODE ? right.node : 0) ||
		extent->page_kind != (fields & V2P_FIELD_PAGE_KIND ? right.page_kind : 0) ||
		extent->reserved || memcmp(extent->reserved2, no_room, sizeof(no_room));
	taken->count++;
	return 0;
}

static void test_fields(void)
{
	const uint32_t all = V2P_FIELD_MASK & ~(V2P_FIELD_ENTRY | V2P_FIELD_IDENTITY);
	struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	unsigned int right = 0, wanted = 0;
	struct v2p *v2p = start();
	struct taken taken;

	for (range.fields = all; range.fields; range.fields = (range.fields - 1) & all) {
		taken = (struct taken){ .fields = range.fields };
		right += !v2p_map(v2p, v2p_pid(1), &range, take_fields, &taken) &&
			 !taken.wrong && taken.count == 1000;
		wanted++;
	}
	same_number(right, wanted, "any fields");

	range.fields = all;
	range.memory_types = 1U << V2P_MEMORY_TYPE_UC;
	taken = (struct taken){ .fields = all };
	ok(!v2p_map(v2p, v2p_pid(1), &range, take_fields, &taken) && taken.count > 50 &&
	   taken.count < 200, "a memory type (%llu extents)", (unsigned long long)taken.count);
	v2p_close(v2p);
}

/* Those of the fake that lie in some memory; nothing is cut. */
static int take_physical(const struct v2p_extent *extent, void *data)
{
	struct taken *taken = data;

	taken->wrong += extent->status != V2P_STATUS_MAPPED;
	taken->count++;
	return 0;
}

static void test_physical_of(struct v2p *v2p, struct v2p_target target, const char *how)
{
	struct v2p_physical_range physical[V2P_MAX_PHYSICAL_RANGES] = {
		{ 0, fake_extent(7).physical }, { 1ULL << 50, 1 }, { UINT64_MAX, 1 },
	};
	struct v2p_range range = {
		.size = sizeof(range), .length = V2P_TO_THE_END,
		.physical = physical, .physical_count = 3,
	};
	struct taken taken = { 0 };
	uint64_t wanted = 0, i;

	for (i = 0; i < fake.extents; i++)
		wanted += fake_extent(i).status == V2P_STATUS_MAPPED &&
			  fake_extent(i).physical < physical[0].length;
	ok(!v2p_map(v2p, target, &range, take_physical, &taken) && !taken.wrong &&
	   taken.count == wanted && wanted > 10 && wanted < 900, "%s: %llu extents in some memory",
	   how, (unsigned long long)taken.count);
	ok(fake.range.physical_count == 3 && !memcmp(fake.physical, physical, 3 * sizeof(*physical)),
	   "as it was asked for");
	same_number(v2p_map_array(v2p, target, &range, NULL, 0), wanted, "in an array, too");

	for (i = 3; i < V2P_MAX_PHYSICAL_RANGES; i++)
		physical[i] = (struct v2p_physical_range){ UINT64_MAX - 64 + i, 1 };
	physical[2].start = 1ULL << 51;
	range.physical_count = V2P_MAX_PHYSICAL_RANGES;
	taken = (struct taken){ 0 };
	ok(!v2p_map(v2p, target, &range, take_physical, &taken) && taken.count == wanted &&
	   fake.range.physical_count == V2P_MAX_PHYSICAL_RANGES &&
	   !memcmp(fake.physical, physical, sizeof(physical)), "as many as can be");
	range.start = fake_extent(3).address;
	range.length = fake_extent(600).address - range.start;
	taken = (struct taken){ 0 };
	ok(!v2p_map(v2p, target, &range, take_physical, &taken) && taken.count &&
	   taken.count < wanted, "of a part of it");

	fake.no_physical = true;
	for (i = 0; i < 2; i++) {
		taken = (struct taken){ 0 };
		same_number(-v2p_map(v2p, target, &range, take_physical, &taken), EOPNOTSUPP,
			    "a module that does not know of it");
		ok(!taken.count && strstr(v2p_error(v2p), "physical memory: load a newer one"),
		   "is never taken for one that found everything");
		range.length = V2P_TO_THE_END;
	}
	fake.no_physical = false;
}

static void test_physical(void)
{
	static const struct {
		struct v2p_physical_range physical[2];
		size_t count;
		const char *words;
	} cases[] = {
		{ { { 1, 1 } }, 0, "1 to 64" },
		{ { { 1, 1 } }, V2P_MAX_PHYSICAL_RANGES + 1, "1 to 64" },
		{ { { 1, 0 } }, 1, "is empty" },
		{ { { 1, 1 }, { 2, 0 } }, 2, "is empty" },
		{ { { UINT64_MAX, 2 } }, 1, "ends behind" },
		{ { { 5, 5 }, { 9, 1 } }, 2, "in order" },
		{ { { 5, 5 }, { 4, 1 } }, 2, "in order" },
		{ { { 5, UINT64_MAX - 4 }, { 4, 1 } }, 2, "in order" },
	};
	struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	struct v2p *v2p = start();
	struct taken taken = { 0 };
	unsigned int requests;
	size_t i;

	test_physical_of(v2p, v2p_pid(77), "by pid");
	test_physical_of(v2p, v2p_space(start_space(v2p, v2p_pid(77))), "by a descriptor");

	requests = fake.requests;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		range.physical = cases[i].physical;
		range.physical_count = cases[i].count;
		same_number(-v2p_map(v2p, v2p_pid(77), &range, take, &taken), EINVAL,
			    "ranges that are none");
		ok(strstr(v2p_error(v2p), cases[i].words) != NULL, "are refused: %s",
		   v2p_error(v2p));
	}
	range.physical = NULL;
	same_number(-v2p_map(v2p, v2p_pid(77), &range, take, &taken), EINVAL, "a number of none");
	ok(fake.requests == requests && !taken.count, "the kernel is not asked");
	ok(whole(v2p), "and the handle goes on working");
	v2p_close(v2p);
}

static void test_progress(void)
{
	struct v2p_range range = {
		.size = sizeof(range), .length = 1ULL << 46, .progress = progress,
	};
	struct v2p *v2p = start();
	struct taken taken = { 0 };

	same_number(v2p_map(v2p, v2p_pid(1), &range, take, &taken), 0, "with progress");
	ok(!taken.wrong && taken.progress == 1ULL << 46 && taken.progressed == 11,
	   "which is told with each message, up to the end");
	range.length = V2P_TO_THE_END;
	taken = (struct taken){ 0 };
	v2p_map(v2p, v2p_pid(1), &range, take, &taken);
	ok(taken.progress && taken.progressed == 10, "the end of an address space is not");
	v2p_close(v2p);
}

static void test_stop(void)
{
	static const uint64_t after[] = { 1, 99, 100, 101, 5000 };
	struct taken taken;
	struct v2p *v2p;
	size_t i;

	for (i = 0; i < sizeof(after) / sizeof(*after); i++) {
		v2p = start();
		fake.extents = 1000000;
		taken = (struct taken){ .stop_after = after[i] };
		same_number(v2p_map(v2p, v2p_pid(1), &everything, take, &taken), 42,
			    "a callback that stops");
		ok(taken.count == after[i] && !taken.wrong, "is not called again");
		ok(fake.datagrams <= after[i] / 100 + 2, "the rest is not read (%u parts)",
		   fake.datagrams);
		fake.extents = 1000;
		ok(whole(v2p) && fake.connects == 2, "the handle goes on on a new connection");
		v2p_close(v2p);
	}

	v2p = start();
	fake.extents = 50;
	taken = (struct taken){ .stop_after = 7 };
	same_number(v2p_map(v2p, v2p_pid(1), &everything, take, &taken), 42, "a stop near the end");
	ok(fake.connects == 1 && whole(v2p), "needs no new connection");
	fake.extents = 60;
	fake.per_message = 10;
	fake.per_datagram = 10;
	taken = (struct taken){ .stop_after = 7 };
	same_number(v2p_map(v2p, v2p_pid(1), &everything, take, &taken), 42,
		    "nor one with more messages before the end");
	ok(fake.connects == 1 && taken.count == 7 && whole(v2p), "which are passed over");

	fake.extents = 1000000;
	fake.absent = true;
	taken = (struct taken){ .stop_after = 1 };
	same_number(v2p_map(v2p, v2p_pid(1), &everything, take, &taken), 42,
		    "a stop when the module goes");
	ok(!*v2p_error(v2p), "is all that is said");
	same_number(-v2p_map(v2p, v2p_pid(1), &everything, take, &taken), ENOENT,
		    "the next call finds that it has gone");
	ok(strstr(v2p_error(v2p), "modprobe") != NULL, "and the handle says so");
	fake.absent = false;
	fake.extents = 60;
	ok(whole(v2p), "it comes back");
	v2p_close(v2p);
}

static void test_nested(void)
{
	struct v2p *v2p = start(), *other;
	struct taken taken = { .nested = v2p };

	same_number(-v2p_map(v2p, v2p_pid(1), &everything, take, &taken), EBUSY,
		    "a call from within the callback is EBUSY");
	ok(taken.count == 1 && strstr(v2p_error(v2p), "callback") != NULL, "with words");
	ok(whole(v2p), "and the handle goes on working");
	v2p_close(v2p);

	v2p = start();
	v2p_open(&other);
	taken = (struct taken){ .nested = other };
	fake.per_datagram = 20;
	ok(!v2p_map(v2p, v2p_pid(1), &everything, take, &taken) && taken.count == 1000 &&
	   !taken.wrong, "another handle may be used");
	v2p_close(other);
	v2p_close(v2p);
}

static void test_errors(void)
{
	unsigned int after;

	for (after = 0; after < 4; after++) {
		struct v2p *v2p = start();
		struct taken taken = { 0 };

		fake.map_error = -ESRCH;
		fake.once = true;
		fake.map_error_after = after;
		fake.words = after % 2 ? "the process has exited" : NULL;
		same_number(-v2p_map(v2p, v2p_pid(1), &everything, take, &taken), ESRCH,
			    "an error at the end");
		ok(taken.count == 100 * after && !taken.wrong, "after %u extents", 100 * after);
		same_text(v2p_error(v2p), after % 2 ? "the process has exited" : "no such process",
			  "in the kernel's words, or in ours");
		ok(whole(v2p) && fake.connects == 1, "and the handle goes on working");
		v2p_close(v2p);
	}
}

/* The last part was made before it was received. */
static void test_end_of_the_process(void)
{
	struct v2p *v2p = start();
	struct taken taken = { 0 };

	fake.error_command = V2P_CMD_TRANSLATE;
	fake.error = -ESRCH;
	fake.words = "the process has exited";
	same_number(-v2p_map(v2p, v2p_pid(1), &everything, take, &taken), ESRCH,
		    "a process that ended while its last part was waiting");
	ok(taken.count == 1000 && !taken.wrong, "of which everything was taken");
	same_text(v2p_error(v2p), "the process has exited", "in the kernel's words");
	fake.error = -EPERM;
	ok(whole(v2p) && fake.connects == 1, "who has given the right up has been answered");
	fake.error = -ESRCH;
	fake.per_datagram = 20;
	fake.done_apart = false;
	ok(whole(v2p), "one part is as old as its request");
	v2p_close(v2p);
}

static void test_refusals(void)
{
	static const struct {
		int error;
		const char *words;
		const char *said;
	} cases[] = {
		{ EPERM, "kernel words", "kernel words" },
		{ ESRCH, NULL, "no such process" },
		{ EOPNOTSUPP, NULL, "newer" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct v2p *v2p = start();
		struct taken taken = { 0 };

		fake.error = -cases[i].error;
		fake.words = cases[i].words;
		same_number(-v2p_map(v2p, v2p_pid(1), &everything, take, &taken), cases[i].error,
			    "a refusal");
		ok(!taken.count && strstr(v2p_error(v2p), cases[i].said), "says why: %s",
		   v2p_error(v2p));
		fake.error = 0;
		ok(whole(v2p) && fake.connects == 1, "and the handle goes on working");
		v2p_close(v2p);
	}
}

static void test_at_once(void)
{
	const uint64_t end = fake_extent(99).address + fake_extent(99).length;
	struct v2p_range range = { .size = sizeof(range), .start = 1, .length = end - 1 };
	struct v2p *v2p = start();
	struct taken taken = { 0 };

	fake.per_message = 101;
	ok(!v2p_map(v2p, v2p_pid(1), &range, take, &taken) && taken.count == 100 && !taken.wrong,
	   "a range that fits into a message");
	same_number(fake.dumps, 0, "takes no dump");

	fake.per_message = 60;
	taken = (struct taken){ 0 };
	ok(!v2p_map(v2p, v2p_pid(1), &range, take, &taken) && taken.count == 100 && !taken.wrong,
	   "one that does not");
	same_number(fake.dumps, 1, "takes one");
	ok(fake.range.start == range.start && fake.range.length == range.length,
	   "of all of it, so that it is of one address space");

	fake.per_message = 101;
	taken = (struct taken){ .stop_after = 7 };
	same_number(v2p_map(v2p, v2p_pid(1), &range, take, &taken), 42, "stopped in the message");
	ok(taken.count == 7 && fake.dumps == 1, "nothing more is asked");
	v2p_close(v2p);
}

static void test_trouble(void)
{
	struct v2p *v2p = start();
	struct taken taken = { 0 };

	fake.foreign = true;
	fake.stale = true;
	ok(whole(v2p), "messages of others, and of before, are passed over");
	fake.foreign = fake.stale = false;

	fake.send_error = EINTR;
	ok(whole(v2p), "a send that a signal interrupts");
	fake.receive_error = EINTR;
	ok(whole(v2p), "a receive that a signal interrupts");
	fake.receive_error = ENOBUFS;
	same_number(-v2p_map(v2p, v2p_pid(1), &everything, take, &taken), ENOBUFS,
		    "a receive that fails");
	ok(*v2p_error(v2p), "has words");
	ok(whole(v2p) && fake.connects == 2, "and costs the connection");
	ok(whole(v2p), "and the handle goes on working");

	fake.silent = true;
	same_number(-v2p_map(v2p, v2p_pid(1), &everything, take, &taken), EPROTO,
		    "no answer is EPROTO, and no waiting");
	v2p_close(v2p);
}

static void test_changing(void)
{
	struct v2p_range range = { .size = sizeof(range), .length = 1ULL << 40 };
	struct taken taken = { 0 };
	struct v2p *v2p = start();

	fake.changing = 12;
	ok(whole(v2p) && !fake.changing, "messages that end before a hole that is being changed");
	same_number(fake.retry, V2P_DEFAULT_RETRY, "are asked for");
	ok(fake.slept > 1000 && fake.slept < 30000, "the caller waits in between (%u us)",
	   fake.slept);
	ok(fake.connects == 1 && fake.dumps == 1, "and goes on with the same answer");

	fake.changing = 1;
	ok(!v2p_map(v2p, v2p_pid(77), &range, take, &taken) && taken.count == 1000 &&
	   !taken.wrong, "a range whose end is known, too");

	fake.slept = 0;
	fake.changing = 3;
	same_number(v2p_set_retry(v2p, 0), 0, "not to ask again");
	ok(whole(v2p) && fake.changing == 3 && !fake.retry && !fake.slept,
	   "is not to wait, either");
	v2p_set_retry(v2p, 77);
	whole(v2p);
	same_number(fake.retry, 77, "or for another time");
	v2p_close(v2p);
}

int main(void)
{
	test_shapes();
	test_requests();
	test_fields();
	test_physical();
	test_progress();
	test_stop();
	test_nested();
	test_errors();
	test_end_of_the_process();
	test_refusals();
	test_at_once();
	test_changing();
	test_trouble();
	fake_reset();
	return tap_end();
}
