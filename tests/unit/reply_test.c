// SPDX-License-Identifier: GPL-2.0
/* Answers that are cut, changed or lying: an error each, never a crash or a wrong answer. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <v2p.h>

#include "fake-kernel.h"
#include "tap.h"

#define COUNT 5
#define HEAD (NLMSG_HDRLEN + GENL_HDRLEN)

static const uint64_t addresses[COUNT] = {
	0x1000, 0x7f0000002000, 0x123456789abc, 1ULL << 62, 0x20000003000,
};

enum { INFO = V2P_CMD_INFO, TRANSLATE, WALK, MAP, PER_CPU, PAGE, REGIONS, REFUSAL, END };

#define ALL_MAP_FIELDS (V2P_FIELD_MASK & ~(V2P_FIELD_ENTRY | V2P_FIELD_IDENTITY))

static struct v2p *v2p;

/* Of ranges; 0 for the default. */
static uint32_t map_fields;
/* Addresses in a message. */
static uint32_t batch = 1024;

static int take(const struct v2p_extent *extent, void *data)
{
	(void)extent;
	(void)data;
	return 0;
}

static int ask_per_cpu(void)
{
	const size_t size = 2;
	struct v2p_cpu_offset *offsets = malloc(size * sizeof(*offsets));
	int found = v2p_per_cpu_offsets(v2p, offsets, size);

	free(offsets);
	return found < 0 ? found : 0;
}

static int ask_page(void)
{
	struct v2p_page_info *pages = malloc(COUNT * sizeof(*pages));
	int error = v2p_page(v2p, addresses, COUNT, pages);

	free(pages);
	return error;
}

static int ask_regions(void)
{
	const size_t size = 2;
	struct v2p_region_range *ranges = malloc(size * sizeof(*ranges));
	int found = v2p_regions(v2p, ranges, size);

	free(ranges);
	return found < 0 ? found : 0;
}

/* Exactly as many elements as there are addresses, each its own block: ASan sees one too many. */
static int ask(int what)
{
	const struct v2p_range range = {
		.size = sizeof(range), .length = V2P_TO_THE_END, .fields = map_fields,
	};
	struct v2p_info info = { .size = sizeof(info) };
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = malloc(COUNT),
		.physical = malloc(COUNT * sizeof(uint64_t)),
		.page_shift = malloc(COUNT),
		.flags = malloc(COUNT * sizeof(uint32_t)),
		.entry = malloc(COUNT * sizeof(uint64_t)),
		.swap_type = malloc(COUNT),
		.swap_offset = malloc(COUNT * sizeof(uint64_t)),
		.level = malloc(COUNT),
		.memory_type = malloc(COUNT),
		.protection_key = malloc(COUNT),
		.node = malloc(COUNT * sizeof(uint32_t)),
		.page_kind = malloc(COUNT),
	};
	int error;

	if (what == INFO)
		error = v2p_get_info(v2p, &info);
	else if (what == WALK)
		error = v2p_get_walk(v2p, v2p_pid(1), addresses[0], &walk);
	else if (what == PER_CPU)
		error = ask_per_cpu();
	else if (what == PAGE)
		error = ask_page();
	else if (what == REGIONS)
		error = ask_regions();
	else if (what == MAP || what == END)
		error = v2p_map(v2p, v2p_pid(1), &range, take, NULL);
	else
		error = v2p_translate(v2p, v2p_pid(1), addresses, COUNT, &arrays);
	free(arrays.status);
	free(arrays.physical);
	free(arrays.page_shift);
	free(arrays.flags);
	free(arrays.entry);
	free(arrays.swap_type);
	free(arrays.swap_offset);
	free(arrays.level);
	free(arrays.memory_type);
	free(arrays.protection_key);
	free(arrays.node);
	free(arrays.page_kind);
	return error;
}

static void begin(int what)
{
	struct v2p_info info = { .size = sizeof(info) };

	fake_reset();
	fake.max_batch = batch;
	if (v2p_open(&v2p) || v2p_get_info(v2p, &info)) {
		printf("Bail out! no fake kernel\n");
		exit(1);
	}
	fake.extents = COUNT;
	if (what == END) {
		fake.map_error = -ESRCH;
		fake.words = "words of the kernel";
	}
	if (what == REFUSAL) {
		fake.error = -EPERM;
		fake.words = "words of the kernel";
		fake.missing = 3;
		fake.uncapped = true;
	}
}

static const char *name_of(int what)
{
	static const char *const names[] = {
		[INFO] = "info", [TRANSLATE] = "translate", [WALK] = "walk",
		[MAP] = "map", [PER_CPU] = "per-cpu", [PAGE] = "page", [REGIONS] = "regions",
		[REFUSAL] = "refusal", [END] = "end of a map",
	};

	return names[what];
}

/* Cuts: the datagram, or the length in its header as well. */
static size_t cut_to;
static bool cut_header;

static size_t cut(unsigned char *bytes, size_t length)
{
	uint32_t shorter = cut_to;

	if (cut_to >= length)
		return length;
	if (cut_header && cut_to >= sizeof(shorter))
		memcpy(bytes, &shorter, sizeof(shorter));
	return cut_to;
}

static size_t whole_length;

static size_t measure(unsigned char *bytes, size_t length)
{
	(void)bytes;
	whole_length = length;
	return length;
}

/*
 * Without the last of these arrays, it is an older module's answer. Behind the status, there are
 * three of bytes, each behind a pad of its own.
 */
static bool is_of_an_older_module(size_t cut_off)
{
	const size_t array = 2 * NLA_HDRLEN + NLA_ALIGN(COUNT), rest = cut_off % array;

	return cut_off <= 3 * array + (NLA_ALIGN(COUNT) - COUNT) &&
	       (rest <= NLA_ALIGN(COUNT) - COUNT || rest == array - NLA_HDRLEN);
}

static void test_cuts(int what)
{
	unsigned int bad = 0, tried = 0;
	int both;

	begin(what);
	fake.mutate = measure;
	ask(what);
	fake.mutate = cut;
	for (both = 0; both < 2; both++) {
		cut_header = both;
		for (cut_to = 0; cut_to < whole_length; cut_to++) {
			int error = ask(what);

			tried++;
			/* A refusal that only lost its words is still one. */
			if ((what == REFUSAL && error == -EPERM) || (what == END && error == -ESRCH))
				continue;
			/* The end of the whole may have been cut off. */
			if ((what == MAP || what == END) && error == -EPROTO)
				continue;
			/* What follows the last array is padding. */
			if (!error && both && what != REFUSAL && whole_length - cut_to < NLA_ALIGNTO)
				continue;
			/* Fewer levels, but whole ones, are another machine's. */
			if (!error && both && what == INFO && (whole_length - cut_to) % 28 == 0)
				continue;
			if (!error && both && what == PAGE &&
			    is_of_an_older_module(whole_length - cut_to))
				continue;
			if (error != -EBADMSG) {
				printf("# cut to %zu of %zu: %d\n", cut_to, whole_length, error);
				bad++;
			}
		}
	}
	ok(!bad && tried, "%s: %u cuts, each seen", name_of(what), tried);
	v2p_close(v2p);
}

static uint64_t random_state = 88172645463325252;

static uint64_t random_number(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static size_t change(unsigned char *bytes, size_t length)
{
	unsigned int changes = 1 + random_number() % 4;

	while (changes--)
		bytes[random_number() % length] = random_number();
	return length;
}

static void test_changes(int what)
{
	unsigned int i, refused = 0, odd = 0;

	begin(what);
	fake.mutate = change;
	for (i = 0; i < 20000; i++) {
		int error = ask(what);

		refused += error == -EBADMSG || error == -EPROTO;
		odd += error > 0;
		/* Each failure leaves words. */
		odd += !!error != !!*v2p_error(v2p);
	}
	fake.mutate = NULL;
	fake.error = fake.map_error = 0;
	ok(!odd && refused, "%s: 20000 random changes, %u refused", name_of(what), refused);
	same_number(ask(what), 0, "and the handle goes on working");
	v2p_close(v2p);
}

/* Lies about one array: one element too few or too many, twice, or not at all. */
static enum { SHORT, LONG, TWICE, ABSENT } lie;
static uint16_t lie_about;

static size_t find(unsigned char *bytes, size_t length, uint16_t type)
{
	size_t at = HEAD;

	while (at < length) {
		struct nlattr *attr = (struct nlattr *)(bytes + at);

		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return at;
		at += NLA_ALIGN(attr->nla_len);
	}
	return 0;
}

static size_t tell_lie(unsigned char *bytes, size_t length)
{
	size_t at = find(bytes, length, lie_about);
	struct nlattr *attr = (struct nlattr *)(bytes + at);
	size_t whole, rest;

	if (!at)
		return length;
	whole = NLA_ALIGN(attr->nla_len);
	rest = length - at - whole;
	switch (lie) {
	case SHORT:
		attr->nla_len -= lie_about == V2P_A_PAGING_LEVEL ? NLA_ALIGNTO : 1;
		break;
	case LONG:
		memmove(bytes + at + whole + 8, bytes + at + whole, rest);
		attr->nla_len += 8;
		length += 8;
		break;
	case TWICE:
		memmove(bytes + at + 2 * whole, bytes + at + whole, rest);
		memcpy(bytes + at + whole, bytes + at, whole);
		length += whole;
		break;
	case ABSENT:
		attr->nla_type = V2P_A_PAD;
		break;
	}
	((struct nlmsghdr *)bytes)->nlmsg_len = length;
	return length;
}

static void test_lies(int what, uint16_t first, uint16_t last)
{
	static const char *const names[] = { "short", "long", "twice", "absent" };

	for (lie = SHORT; lie <= ABSENT; lie++) {
		for (lie_about = first; lie_about <= last; lie_about++) {
			/* A level or step may be there many times. */
			bool many = lie_about == V2P_A_STEP || lie_about == V2P_A_PAGING_LEVEL;
			/* An older module does not tell all of a page. */
			const int wanted = what == PAGE && lie == ABSENT &&
					   lie_about != V2P_A_PAGE_STATUS ? 0 : -EBADMSG;
			int error;

			if (lie_about == V2P_A_ADDRESS || (many && lie >= TWICE) ||
			    (what == INFO && lie == TWICE) ||
			    (lie_about == V2P_A_ROOT && lie == TWICE) ||
			    (lie_about == V2P_A_NEXT && lie == TWICE) ||
			    (lie_about == V2P_A_MODULE_VERSION && lie < TWICE) ||
			    (lie_about == V2P_A_ARCH && lie < TWICE))
				continue;
			begin(what);
			/* A lie changes a datagram of one message. */
			fake.done_apart = true;
			fake.mutate = tell_lie;
			error = ask(what);
			if (error != wanted)
				printf("# %d\n", error);
			ok(error == wanted, "%s: attribute %u %s", name_of(what), lie_about,
			   names[lie]);
			v2p_close(v2p);
		}
	}
}

static void test_headers(void)
{
	begin(TRANSLATE);
	fake.reply_seq = 5;
	same_number(-ask(TRANSLATE), EPROTO, "an answer to another request");
	fake.reply_seq = 0;
	fake.reply_command = 1;
	same_number(-ask(TRANSLATE), EBADMSG, "an answer of another operation");
	fake.reply_command = 0;
	fake.reply_type = 1;
	same_number(-ask(TRANSLATE), EBADMSG, "an answer of another family");
	fake.reply_type = 0;
	same_number(ask(TRANSLATE), 0, "and the handle goes on working");

	fake.reply_seq = 5;
	same_number(-ask(MAP), EPROTO, "extents of another request");
	fake.reply_seq = 0;
	fake.reply_command = 1;
	same_number(-ask(MAP), EBADMSG, "extents of another operation");
	fake.reply_command = 0;
	fake.reply_type = 1;
	same_number(-ask(MAP), EBADMSG, "extents of another family");
	fake.reply_type = 0;
	same_number(ask(MAP), 0, "and the handle goes on working");

	fake.error = 0;
	fake.error_command = TRANSLATE;
	v2p_close(v2p);
}

static size_t many_levels(unsigned char *bytes, size_t length)
{
	size_t step = find(bytes, length, V2P_A_STEP);
	size_t at = step ? step : find(bytes, length, V2P_A_PAGING_LEVEL);
	size_t whole = NLA_ALIGN(((struct nlattr *)(bytes + at))->nla_len);
	int i;

	for (i = 0; i < (step ? V2P_MAX_STEPS : V2P_MAX_LEVELS); i++) {
		memmove(bytes + at + whole, bytes + at, length - at);
		length += whole;
	}
	((struct nlmsghdr *)bytes)->nlmsg_len = length;
	return length;
}

/* An acknowledgement without data, and errors that are none. */
static int32_t told_error;

static size_t tell_error(unsigned char *bytes, size_t length)
{
	memcpy(bytes + NLMSG_HDRLEN, &told_error, sizeof(told_error));
	return length;
}

static void test_strange(void)
{
	static const int32_t errors[] = { 0, 1, -4096, INT32_MIN, INT32_MAX };
	size_t i;

	begin(WALK);
	fake.mutate = many_levels;
	same_number(-ask(WALK), EBADMSG, "more steps than there is room for");
	same_number(-ask(INFO), EBADMSG, "more levels than there are");
	v2p_close(v2p);

	for (i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		begin(REFUSAL);
		told_error = errors[i];
		fake.mutate = tell_error;
		ok(ask(TRANSLATE) == -EBADMSG, "an error message with errno %d", errors[i]);
		v2p_close(v2p);
	}

	for (i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		begin(END);
		told_error = errors[i];
		fake.mutate = tell_error;
		same_number(-ask(MAP), told_error ? EBADMSG : 0, "an end with a strange errno");
		v2p_close(v2p);
	}

	begin(INFO);
	fake.max_batch = 0;
	same_number(-ask(INFO), EBADMSG, "batches of nothing");
	v2p_close(v2p);
}

static unsigned int spoilt;

/* The second region: empty, into the first, into the third, or beyond the last address. */
static size_t spoil_region(unsigned char *bytes, size_t length)
{
	static const uint64_t starts[] = { 0, 0xffff800100c01fff, 0, 0 };
	static const uint64_t lengths[] = { 0, 0x1000, 0x3000000, UINT64_MAX };
	unsigned char *start = memmem(bytes, length, &fake_regions[1].start, sizeof(uint64_t));
	unsigned char *size = memmem(bytes, length, &fake_regions[1].length, sizeof(uint64_t));

	if (start && size) {
		if (starts[spoilt])
			memcpy(start, &starts[spoilt], sizeof(uint64_t));
		memcpy(size, &lengths[spoilt], sizeof(uint64_t));
	}
	return length;
}

static void test_regions(void)
{
	for (spoilt = 0; spoilt < 4; spoilt++) {
		begin(REGIONS);
		fake.mutate = spoil_region;
		same_number(-ask(REGIONS), EBADMSG, "regions that cannot be");
		v2p_close(v2p);
	}
}

int main(void)
{
	int what;

	for (what = INFO; what <= END; what++) {
		test_cuts(what);
		test_changes(what);
	}
	test_lies(TRANSLATE, V2P_A_STATUS, V2P_A_PROTECTION_KEY);
	test_lies(TRANSLATE, V2P_A_NODE, V2P_A_PAGE_KIND);
	test_lies(WALK, V2P_A_STATUS, V2P_A_PROTECTION_KEY);
	test_lies(WALK, V2P_A_ROOT, V2P_A_STEP);
	test_lies(MAP, V2P_A_VIRTUAL, V2P_A_FLAGS);
	map_fields = ALL_MAP_FIELDS;
	test_cuts(MAP);
	test_changes(MAP);
	test_lies(MAP, V2P_A_VIRTUAL, V2P_A_FLAGS);
	test_lies(MAP, V2P_A_SWAP_TYPE, V2P_A_PROTECTION_KEY);
	test_lies(MAP, V2P_A_NODE, V2P_A_PAGE_KIND);
	test_lies(MAP, V2P_A_LENGTH, V2P_A_LENGTH);
	map_fields = 0;
	/* Where an answer takes several messages, they say whose they are. */
	batch = 2;
	test_cuts(TRANSLATE);
	test_changes(TRANSLATE);
	test_lies(TRANSLATE, V2P_A_STATUS, V2P_A_IDENTITY);
	batch = 1024;
	test_lies(MAP, V2P_A_NEXT, V2P_A_LENGTH);
	test_lies(INFO, V2P_A_MODULE_VERSION, V2P_A_MAX_BATCH);
	test_lies(PER_CPU, V2P_A_CPUS, V2P_A_CPU_COUNT);
	test_lies(PAGE, V2P_A_NODE, V2P_A_FILE_OFFSET);
	test_lies(REGIONS, V2P_A_VIRTUAL, V2P_A_VIRTUAL);
	test_lies(REGIONS, V2P_A_LENGTH, V2P_A_LENGTH);
	test_lies(REGIONS, V2P_A_REGION, V2P_A_REGION);
	test_regions();
	test_headers();
	test_strange();
	fake_reset();
	return tap_end();
}
