// SPDX-License-Identifier: GPL-2.0
/* Many addresses at once, of a kernel that behaves, and of one that does not. */
#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <v2p.h>

#include "fake-kernel.h"
#include "settled.h"
#include "start.h"
#include "tap.h"

#define MOST 100000

static uint64_t addresses[MOST];
static uint8_t status[MOST + 1], page_shift[MOST + 1], swap_type[MOST + 1], level[MOST + 1];
static uint8_t memory_type[MOST + 1], protection_key[MOST + 1];
static uint8_t page_kind[MOST + 1];
static uint32_t flags[MOST + 1], node[MOST + 1];
static uint64_t physical[MOST + 1], entry[MOST + 1], swap_offset[MOST + 1];

static const struct v2p_arrays all = {
	.size = sizeof(all),
	.status = status,
	.physical = physical,
	.page_shift = page_shift,
	.flags = flags,
	.entry = entry,
	.swap_type = swap_type,
	.swap_offset = swap_offset,
	.level = level,
	.memory_type = memory_type,
	.protection_key = protection_key,
	.node = node,
	.page_kind = page_kind,
};

static size_t wrong(size_t count)
{
	size_t i, differ = 0;

	for (i = 0; i < count; i++) {
		struct v2p_translation t = fake_translation(addresses[i]);

		differ += status[i] != t.status || physical[i] != t.physical ||
			  page_shift[i] != t.page_shift || flags[i] != t.flags ||
			  entry[i] != t.entry || swap_type[i] != t.swap_type ||
			  swap_offset[i] != t.swap_offset || level[i] != t.level ||
			  memory_type[i] != t.memory_type ||
			  protection_key[i] != t.protection_key || node[i] != t.node ||
			  page_kind[i] != t.page_kind;
	}
	return differ;
}

static void test_batches(void)
{
	static const size_t counts[] = { 1, 2, 1023, 1024, 1025, 4096, 16 * 1024 + 1, MOST };
	static const uint32_t batches[] = { 1, 7, 1024, 5000, UINT32_MAX };
	size_t i, j;

	for (j = 0; j < sizeof(batches) / sizeof(*batches); j++) {
		struct v2p *v2p = start();
		uint32_t most;

		fake.max_batch = batches[j];
		for (i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
			int error;

			memset(status, 0xee, sizeof(status));
			error = v2p_translate(v2p, v2p_pid(77), addresses, counts[i], &all);
			ok(!error && !wrong(counts[i]) && status[counts[i]] == 0xee,
			   "%zu addresses in batches of at most %u", counts[i], batches[j]);
		}
		most = batches[j] < 8191 ? batches[j] : 8191;
		ok(fake.largest <= most && fake.largest >= (most < 1024 ? most : 1024),
		   "batches are as large as they may be (%zu of %u)", fake.largest, batches[j]);
		ok(fake.most_waiting > 1 || batches[j] > 2000, "several are in flight (%u)",
		   fake.most_waiting);
		ok(fake.most_waiting <= 16, "but not too many");
		ok(fake.pid == 77 && !fake.kernel, "the target is the process");
		v2p_close(v2p);
	}
}

static void test_fields(void)
{
	struct v2p *v2p = start();
	const struct v2p_arrays only_status = { .size = sizeof(only_status), .status = status };
	const struct v2p_arrays two = {
		.size = sizeof(two), .status = status, .physical = physical,
	};
	const struct v2p_arrays type = {
		.size = sizeof(type), .status = status, .swap_type = swap_type,
	};
	const struct v2p_arrays offset = {
		.size = sizeof(offset), .status = status, .swap_offset = swap_offset,
	};
	const struct v2p_arrays none = { .size = sizeof(none), .physical = physical };
	unsigned int requests, i;

	v2p_translate(v2p, v2p_kernel(), addresses, 9, &only_status);
	same_number(fake.fields, 0, "no array is asked for that has no place");
	ok(fake.kernel && !fake.pid, "the target is the kernel");
	v2p_translate(v2p, v2p_kernel(), addresses, 9, &two);
	same_number(fake.fields, V2P_FIELD_PHYSICAL, "physical alone");
	same_number(v2p_translate(v2p, v2p_kernel(), addresses, 9, &type), 0, "swap type alone");
	same_number(fake.fields, V2P_FIELD_SWAP, "asks for swap");
	same_number(v2p_translate(v2p, v2p_kernel(), addresses, 9, &offset), 0,
		    "swap offset alone");
	for (i = 0; i < 3; i++) {
		const struct v2p_arrays one = {
			.size = sizeof(one), .status = status,
			.level = i == 0 ? level : NULL,
			.memory_type = i == 1 ? memory_type : NULL,
			.protection_key = i == 2 ? protection_key : NULL,
		};

		same_number(v2p_translate(v2p, v2p_kernel(), addresses, 9, &one), 0,
			    "a level, a memory type or a protection key alone");
		same_number(fake.fields, V2P_FIELD_LEVEL << i, "is all that is asked for");
	}
	for (i = 0; i < 2; i++) {
		const struct v2p_arrays one = {
			.size = sizeof(one), .status = status, .node = i == 0 ? node : NULL,
			.page_kind = i == 1 ? page_kind : NULL,
		};

		same_number(v2p_translate(v2p, v2p_kernel(), addresses, 9, &one), 0,
			    "a node or a kind alone");
		same_number(fake.fields, V2P_FIELD_NODE << i, "is all that is asked for");
	}
	v2p_translate(v2p, v2p_kernel(), addresses, 9, &all);
	same_number(fake.fields, V2P_FIELD_MASK & ~V2P_FIELD_IDENTITY, "everything");

	requests = fake.requests;
	same_number(-v2p_translate(v2p, v2p_kernel(), addresses, 9, &none), EINVAL,
		    "status is required");
	same_number(-v2p_translate(v2p, v2p_kernel(), NULL, 9, &all), EINVAL, "so are addresses");
	same_number(v2p_translate(v2p, v2p_kernel(), NULL, 0, NULL), 0, "no address is no error");
	same_text(v2p_error(v2p), "", "a success has no words");
	same_number(fake.requests, requests, "and none of these asks the kernel");
	v2p_close(v2p);
}

static void test_errors(void)
{
	static const struct {
		int error;
		const char *words;
		const char *said;
	} cases[] = {
		{ EPERM, "kernel words", "kernel words" },
		{ ESRCH, "the process has exited", "the process has exited" },
		{ EINVAL, "a kernel thread", "a kernel thread" },
		{ E2BIG, "too many", "too many" },
		{ EPERM, NULL, "run it as root" },
		{ EPERM, NULL, "CAP_SYS_PTRACE for another process" },
		{ EPERM, NULL, "CAP_SYSLOG for the kernel" },
		{ ESRCH, NULL, "no such process" },
		{ EOPNOTSUPP, NULL, "newer" },
		{ ENOENT, NULL, "not loaded" },
		{ ENOMEM, NULL, "Cannot allocate memory" },
	};
	struct v2p *v2p;
	char words[32];
	size_t i;
	int round;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (round = 0; round < 2; round++) {
			int error;

			v2p = start();
			fake.error = -cases[i].error;
			fake.words = cases[i].words;
			fake.uncapped = round;
			error = v2p_translate(v2p, v2p_pid(1), addresses, 5000, &all);
			ok(error == -cases[i].error && strstr(v2p_error(v2p), cases[i].said),
			   "errno %d%s: %s", cases[i].error,
			   round ? ", its request copied" : "", v2p_error(v2p));
			fake.error = 0;
			ok(!v2p_translate(v2p, v2p_pid(1), addresses, 5000, &all) && !wrong(5000) &&
			   !*v2p_error(v2p), "the handle goes on working");
			v2p_close(v2p);
		}
	}

	v2p = start();
	fake.error = -EPROTONOSUPPORT;
	same_number(-v2p_translate(v2p, v2p_pid(1), addresses, 1, &all), ENOENT,
		    "a module that is being unloaded is not there");
	ok(strstr(v2p_error(v2p), "not loaded") != NULL, "and so it is said");
	fake.error = 0;
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, 1, &all) && fake.connects == 2,
	   "once it is loaded anew, the handle connects anew");
	v2p_close(v2p);

	v2p = start();
	fake.error = -EINVAL;
	fake.missing = V2P_A_VIRTUAL;
	v2p_translate(v2p, v2p_pid(1), addresses, 1, &all);
	snprintf(words, sizeof(words), "attribute %d", V2P_A_VIRTUAL);
	ok(strstr(v2p_error(v2p), words) != NULL, "a missing attribute is named");
	v2p_close(v2p);

	v2p = start();
	fake.error = -ESRCH;
	fake.error_after = 3;
	same_number(-v2p_translate(v2p, v2p_pid(1), addresses, MOST, &all), ESRCH,
		    "an error in the middle of many batches");
	fake.error = 0;
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, MOST, &all) && !wrong(MOST),
	   "no answer of before is taken for one of after");
	v2p_close(v2p);
}

static void test_trouble(void)
{
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct v2p *v2p = start();

	fake.send_error = EINTR;
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, 10, &all) && !wrong(10),
	   "a send that a signal interrupts is tried again");
	fake.receive_error = EINTR;
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, 10, &all) && !wrong(10), "a receive, too");

	fake.send_error = ENOBUFS;
	same_number(-v2p_get_walk(v2p, v2p_pid(1), 0, &walk), ENOBUFS, "a send that fails");
	ok(*v2p_error(v2p), "has words");
	fake.receive_error = ENOMEM;
	same_number(-v2p_translate(v2p, v2p_pid(1), addresses, 10, &all), ENOMEM,
		    "a receive that fails");
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, 10, &all) && !wrong(10),
	   "and the next answer is the right one");

	fake.room = 2;
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, MOST, &all) && !wrong(MOST),
	   "a socket that holds fewer answers than thought");
	fake.room = 0;
	fake.memory = 100;
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, MOST, &all) && !wrong(MOST),
	   "memory that has room for small answers alone");
	fake.memory = 99;
	same_number(-v2p_translate(v2p, v2p_pid(1), addresses, MOST, &all), ENOMEM,
		    "or not even for these");
	v2p_close(v2p);

	v2p = start();
	fake.foreign = true;
	fake.stale = true;
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, MOST, &all) && !wrong(MOST),
	   "messages of others, and of before, are passed over");
	fake.silent = true;
	same_number(-v2p_translate(v2p, v2p_pid(1), addresses, 10, &all), EPROTO,
		    "no answer is EPROTO, and no waiting");
	v2p_close(v2p);
}

#define HEAD (NLMSG_HDRLEN + GENL_HDRLEN)

/* The first attribute becomes the last one. */
static size_t rotate(unsigned char *bytes, size_t length)
{
	unsigned char first[256];
	const struct nlattr *attr = (const struct nlattr *)(bytes + HEAD);
	const size_t size = NLA_ALIGN(attr->nla_len);

	memcpy(first, attr, size);
	memmove(bytes + HEAD, bytes + HEAD + size, length - HEAD - size);
	memcpy(bytes + length - size, first, size);
	return length;
}

/* One that nobody knows comes first. */
static size_t insert(unsigned char *bytes, size_t length)
{
	const struct nlattr unknown = { .nla_len = NLA_HDRLEN, .nla_type = 0x3ff };

	memmove(bytes + HEAD + sizeof(unknown), bytes + HEAD, length - HEAD);
	memcpy(bytes + HEAD, &unknown, sizeof(unknown));
	((struct nlmsghdr *)bytes)->nlmsg_len = length + sizeof(unknown);
	return length + sizeof(unknown);
}

/* The order in which the module writes is the one that is read fastest, no more than that. */
static void test_order(void)
{
	struct v2p *v2p = start();

	fake.mutate = rotate;
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, 10, &all) && !wrong(10),
	   "an answer in another order");
	fake.mutate = insert;
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, 10, &all) && !wrong(10),
	   "an answer that says more");
	v2p_close(v2p);
}

static void test_changing(void)
{
	static const unsigned int answers[] = { 1, 2, 10, 40 };
	static const size_t counts[] = { 7, 1000, 1024, 5000, MOST };
	const struct v2p_arrays few = {
		.size = sizeof(few), .status = status, .physical = physical,
	};
	const uint64_t changeable = 1ULL << 40 | 0x3123;
	struct settled found;
	size_t i, j;
	struct v2p *v2p = start();
	struct v2p_walk walk = { .size = sizeof(walk) };
	uint64_t answer;

	for (i = 0; i < sizeof(answers) / sizeof(*answers); i++)
		for (j = 0; j < sizeof(counts) / sizeof(*counts); j++) {
			int error;

			memcpy(addresses, &changeable, sizeof(changeable));
			fake.changing = answers[i];
			error = v2p_translate(v2p, v2p_pid(1), addresses, counts[j], &all);
			found = count_settled(addresses, counts[j], &all);
			ok(!error && found.settled && !found.as_it_was && !found.others &&
			   !fake.changing,
			   "%zu addresses, %u answers that say changing", counts[j], answers[i]);
			fake.changing = answers[i];
			memset(flags, 0, sizeof(flags));
			error = v2p_translate(v2p, v2p_pid(1), addresses, counts[j], &few);
			found = count_settled(addresses, counts[j], &all);
			ok(!error && !found.as_it_was && !found.others && !fake.changing &&
			   !flags[0],
			   "the same, of which the flags are not asked for");
		}

	fake.changing = 1;
	fake.receive_error = ENOBUFS;
	fake.receives_before = 1;
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, 1, &few) && status[0] == V2P_STATUS_MAPPED,
	   "an answer that is lost, as it is asked anew");

	fake.changing = 5;
	ok(!v2p_get_walk(v2p, v2p_pid(1), changeable, &walk) &&
	   walk.translation.status == V2P_STATUS_MAPPED && !fake.changing, "a walk");
	fake.changing = 5;
	ok(!v2p_virtual_to_physical(v2p, v2p_pid(1), changeable, &answer) &&
	   answer == fake_settled(changeable).physical, "virtual_to_physical");
	fake.changing = 1000000;
	fake.requests = 0;
	ok(!v2p_set_retry(v2p, 0) &&
	   v2p_virtual_to_physical(v2p, v2p_pid(1), changeable, &answer) == -ENXIO &&
	   strstr(v2p_error(v2p), "being changed") && fake.requests == 1,
	   "says so by one question");
	v2p_set_retry(v2p, V2P_DEFAULT_RETRY);

	fake.requests = 0;
	fake.slept = 0;
	fake.changing = 1000000;
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, 5000, &all), "what goes on changing");
	found = count_settled(addresses, 5000, &all);
	ok(!found.settled && found.as_it_was && !found.others && flags[0] == V2P_FLAG_CHANGING,
	   "is none, with the flag");
	ok(fake.slept >= 1000 * (V2P_DEFAULT_RETRY - 2) &&
	   fake.slept <= 1000 * (V2P_DEFAULT_RETRY + 2), "after a hundred milliseconds (%u us)",
	   fake.slept);
	ok(fake.requests < 200, "in which it was not asked too often (%u)", fake.requests);
	fake.slept = 0;
	ok(!v2p_get_walk(v2p, v2p_pid(1), changeable, &walk) &&
	   walk.translation.status == V2P_STATUS_NONE &&
	   walk.translation.flags == V2P_FLAG_CHANGING && fake.slept > 90000, "a walk, too");

	fake.requests = 0;
	same_number(v2p_set_retry(v2p, 0), 0, "no retry");
	v2p_translate(v2p, v2p_pid(1), addresses, 1000, &all);
	same_number(fake.requests, 1, "asks once");
	ok(status[0] == V2P_STATUS_NONE && flags[0] == V2P_FLAG_CHANGING,
	   "and tells what it was told");
	v2p_get_walk(v2p, v2p_pid(1), changeable, &walk);
	same_number(fake.requests, 2, "so does a walk");
	v2p_set_retry(v2p, 1000);
	fake.slept = 0;
	v2p_get_walk(v2p, v2p_pid(1), changeable, &walk);
	ok(fake.slept > 990000 && fake.slept < 1010000, "a second (%u us)", fake.slept);
	same_number(-v2p_set_retry(v2p, V2P_MAX_RETRY + 1), EINVAL, "for ever is not for a while");
	ok(*v2p_error(v2p), "and is told so");
	same_number(-v2p_set_retry(NULL, 0), EINVAL, "no handle");

	fake.changing = 3;
	fake.error = -ESRCH;
	fake.error_after = 2;
	same_number(-v2p_translate(v2p, v2p_pid(1), addresses, 1000, &all), ESRCH,
		    "a process that ends between two tries");
	fake.error = 0;
	fake.changing = 0;
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, 1000, &all), "the handle goes on working");
	v2p_close(v2p);

	v2p = start();
	fake.max_batch = 7;
	fake.changing = 3;
	ok(!v2p_translate(v2p, v2p_pid(1), addresses, MOST, &all), "a module of small batches");
	found = count_settled(addresses, MOST, &all);
	ok(found.settled && !found.as_it_was && !found.others,
	   "is asked anew for no more than these hold");
	v2p_close(v2p);
}

/* A pid that is another process's, or another program's, between two messages. */
static void test_identity(void)
{
	static const struct {
		size_t count;
		unsigned int after, changing;
		bool asked, refused;
	} cases[] = {
		/* One message: one process. */
		{ 1, 0, 0, false, false }, { 1024, 0, 0, false, false }, { 1024, 1, 0, false, false },
		{ 1025, 0, 0, true, false }, { 1025, 3, 0, true, false },
		{ 1025, 2, 0, true, true }, { MOST, 2, 0, true, true }, { MOST, 50, 0, true, true },
		{ MOST, 98, 0, true, true }, { MOST, 99, 0, true, false },
		/* What is being changed is asked anew. */
		{ 1000, 0, 5, true, false }, { 1000, 2, 5, true, true }, { 1000, 3, 5, true, true },
		{ 5000, 6, 5, true, true },
	};
	size_t i;
	int by_exec;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (by_exec = 0; by_exec < 2; by_exec++) {
			struct v2p *v2p = start();
			int error;

			fake.replaced_after = cases[i].after;
			fake.by_exec = by_exec;
			fake.changing = cases[i].changing;
			error = v2p_translate(v2p, v2p_pid(1), addresses, cases[i].count, &all);
			ok(error == (cases[i].refused ? -ESRCH : 0) &&
			   !cases[i].asked == !(fake.fields & V2P_FIELD_IDENTITY),
			   "%zu addresses, replaced after %u messages", cases[i].count,
			   cases[i].after);
			ok(!cases[i].refused == !strstr(v2p_error(v2p), "executed another program"),
			   "%s", v2p_error(v2p));
			ok(!v2p_translate(v2p, v2p_pid(1), addresses, MOST, &all),
			   "the handle goes on working");
			v2p_translate(v2p, v2p_kernel(), addresses, MOST, &all);
			ok(!(fake.fields & V2P_FIELD_IDENTITY), "there is one kernel");
			v2p_close(v2p);
		}
}

int main(void)
{
	fill_addresses(addresses, MOST);
	test_batches();
	test_fields();
	test_errors();
	test_trouble();
	test_order();
	test_changing();
	test_identity();
	fake_reset();
	return tap_end();
}
