// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that were built with an older v2p.h than the library, or with a newer one, and
 * targets of which a library knows nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <v2p.h>

#include "fake-kernel.h"
#include "tap.h"

/* What a newer v2p.h adds to any structure. */
#define LATER 24

static struct v2p *v2p;

static void start(void)
{
	fake_reset();
	if (v2p_open(&v2p)) {
		printf("Bail out! v2p_open: %s\n", v2p_error(v2p));
		exit(1);
	}
}

static int take(const struct v2p_extent *extent, void *data)
{
	(void)extent;
	(*(uint64_t *)data)++;
	return 0;
}

static int get_info(void *info)
{
	return v2p_get_info(v2p, info);
}

static int get_walk(void *walk)
{
	return v2p_get_walk(v2p, v2p_pid(1), 0x1000, walk);
}

static int translate_one(void *translation)
{
	return v2p_translate_one(v2p, v2p_pid(1), 0x1000, translation);
}

static int translate(void *arrays)
{
	const uint64_t address = 0x1000;

	return v2p_translate(v2p, v2p_pid(1), &address, 1, arrays);
}

static int map(void *range)
{
	uint64_t count = 0;

	return v2p_map(v2p, v2p_pid(1), range, take, &count);
}

static uint8_t status;
static const struct v2p_info an_info;
static const struct v2p_walk a_walk;
static const struct v2p_translation a_translation;
static const struct v2p_arrays some_arrays = { .status = &status };
static const struct v2p_range a_range = { .length = V2P_TO_THE_END };

/* @first: bytes of the first version that there was; none may be less */
static const struct sized {
	const char *name;
	int (*ask)(void *structure);
	const void *example;
	size_t size;
	size_t first;
	bool is_input;
} all[] = {
	{ "info", get_info, &an_info, sizeof(an_info), 216, false },
	{ "walk", get_walk, &a_walk, sizeof(a_walk), 864, false },
	{ "translation", translate_one, &a_translation, sizeof(a_translation), 48, false },
	{ "arrays", translate, &some_arrays, sizeof(some_arrays), 88, true },
	{ "range", map, &a_range, sizeof(a_range), 64, true },
};

/* Asks with a copy of the example that has @size bytes, and that size. */
static int ask(const struct sized *sized, size_t size, unsigned char rest, unsigned char *copy)
{
	memset(copy, rest, size);
	memcpy(copy, sized->example, size < sized->size ? size : sized->size);
	memcpy(copy, &size, sizeof(size));
	return sized->ask(copy);
}

/* Each has a block of its own: ASan sees what is read or written behind it. */
static void test_sizes(const struct sized *sized)
{
	const size_t newer = sized->size + LATER;
	unsigned char *copy = malloc(newer);
	size_t size, right = 0;

	for (size = 0; size < sized->first; size++) {
		unsigned char *small = malloc(sized->size);

		memcpy(small, sized->example, sized->size);
		memcpy(small, &size, sizeof(size));
		right += sized->ask(small) == -EINVAL && strstr(v2p_error(v2p), sized->name);
		free(small);
	}
	same_number(right, sized->first, sized->name);
	{
		const size_t garbage = SIZE_MAX / 2;
		unsigned char *unset = malloc(sized->size);

		memcpy(unset, sized->example, sized->size);
		memcpy(unset, &garbage, sizeof(garbage));
		ok(sized->ask(unset) == -EINVAL, "a size that was never set is refused");
		free(unset);
	}
	for (right = 0; size <= sized->size; size++) {
		unsigned char *exact = malloc(size);
		size_t after;

		right += !ask(sized, size, 0, exact);
		memcpy(&after, exact, sizeof(after));
		right -= after != size;
		free(exact);
	}
	same_number(right, size - sized->first, "any size from the first version on");

	if (sized->is_input) {
		same_number(ask(sized, newer, 0, copy), 0, "a newer program that asks for nothing new");
		same_number(-ask(sized, newer, 1, copy), E2BIG, "one that does is told so");
		ok(strstr(v2p_error(v2p), sized->name) != NULL, "in words");
		memset(copy, 0, newer);
		memcpy(copy, sized->example, sized->size);
		memcpy(copy, &newer, sizeof(newer));
		copy[newer - 1] = 1;
		same_number(-sized->ask(copy), E2BIG, "be it the last byte");
	} else {
		same_number(ask(sized, newer, 0xee, copy), 0, "a newer program");
		for (right = 0; right < LATER && !copy[sized->size + right]; right++)
			;
		same_number(right, LATER, "reads 0 of what this library does not know");
	}
	free(copy);
	same_number(-sized->ask(NULL), EINVAL, "none at all");
	ok(strstr(v2p_error(v2p), sized->name) != NULL, "is told so");
}

static void test_translation_in_walk(void)
{
	struct {
		struct v2p_walk walk;
		unsigned char later[LATER];
	} newer = { .walk.size = sizeof(newer) };
	struct v2p_walk walk = { .size = sizeof(walk) };

	v2p_get_walk(v2p, v2p_pid(1), 0x1000, &walk);
	same_number(walk.translation.size, sizeof(walk.translation), "the size within a walk");
	v2p_get_walk(v2p, v2p_pid(1), 0x1000, &newer.walk);
	same_number(newer.walk.translation.size, sizeof(walk.translation) + LATER,
		    "is the program's");
}

static void test_targets(void)
{
	const uint64_t address = 0x1000;
	const struct v2p_arrays arrays = { .size = sizeof(arrays), .status = &status };
	const struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct v2p_translation one = { .size = sizeof(one) };
	struct v2p_target targets[32];
	uint64_t count = 0, physical;
	size_t i, n = 0;
	unsigned int requests;

	memset(targets, 0, sizeof(targets));
	targets[++n].kind = V2P_TARGET_DEVICE + 1;
	targets[++n].kind = UINT32_MAX;
	targets[++n] = v2p_pid(1);
	targets[n].flags = 1;
	targets[++n] = v2p_pid(1);
	targets[n].id |= 1ULL << 32;
	targets[++n] = v2p_pid(1);
	targets[n].name = "";
	targets[++n] = v2p_kernel();
	targets[n].id = 1;
	targets[++n] = v2p_user_root(1);
	targets[n].flags = 1;
	targets[++n] = v2p_user_root(1);
	targets[n].id |= 1ULL << 32;
	targets[++n] = v2p_user_root(1);
	targets[n].name = "";
	targets[++n] = v2p_user_root(1);
	targets[n].reserved[3] = 1;
	targets[++n] = v2p_space(0);
	targets[n].flags = 1;
	targets[++n] = v2p_space(0);
	targets[n].name = "";
	for (i = 0; i < sizeof(targets->reserved) / sizeof(*targets->reserved); i++) {
		targets[++n] = i % 2 ? v2p_pid(1) : v2p_kernel();
		targets[n].reserved[i] = 1ULL << (63 * (i / 2));
		targets[++n] = v2p_space(0);
		targets[n].reserved[i] = 1ULL << (63 * (i % 2));
	}

	v2p_virtual_to_physical(v2p, v2p_pid(1), address, &physical);
	requests = fake.requests;
	for (i = 0; i <= n; i++)
		ok(v2p_translate(v2p, targets[i], &address, 1, &arrays) == -EINVAL &&
		   strstr(v2p_error(v2p), "target") &&
		   v2p_space_open(v2p, targets[i]) == -EINVAL &&
		   v2p_get_walk(v2p, targets[i], address, &walk) == -EINVAL &&
		   v2p_map(v2p, targets[i], &range, take, &count) == -EINVAL &&
		   v2p_translate_one(v2p, targets[i], address, &one) == -EINVAL &&
		   v2p_map_array(v2p, targets[i], &range, NULL, 0) == -EINVAL &&
		   v2p_is_contiguous(v2p, targets[i], address, 4096, 0, NULL) == -EINVAL &&
		   v2p_virtual_to_physical(v2p, targets[i], address, &physical) == -EINVAL &&
		   v2p_translation_physical_offsets(v2p, targets[i], address, NULL, 0) == -EINVAL,
		   "target %zu: %s", i, v2p_error(v2p));
	same_number(fake.requests, requests, "the kernel is asked for none of them");
	v2p_virtual_to_physical(v2p, v2p_pid(-1), address, &physical);
	same_number(fake.pid, UINT32_MAX, "whether there is such a process is for the kernel to say");
}

int main(void)
{
	size_t i;

	start();
	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		test_sizes(&all[i]);
	test_translation_in_walk();
	test_targets();
	v2p_close(v2p);
	fake_reset();
	return tap_end();
}
