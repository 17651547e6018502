// SPDX-License-Identifier: GPL-2.0
/*
 * Known requests, each while QEMU records every instruction: to be attributed
 * to what the request spends them on. With the argument "guarded" only those that
 * the check records, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/pagemap.h"
#include "common.h"
#include "counter.h"

#define BATCH	1024
#define ROUNDS	2

/* Those of the kernel's take so many instructions that fewer have to do. */
#define KERNEL_BATCH	256

/* So that each page has a table of its own on two levels. */
#define SPARSE	GIB

/* Some tables' worth of pages. */
#define RANGE	(4 * MIB)

/* A look at a struct page takes many instructions, and they are a part of a table at a time. */
#define LOOKED_AT	MIB

static struct v2p *v2p;
static int monitor;
static uint64_t addresses[BATCH];
static struct v2p_arrays plain, full;

/* What keeps interrupts off for longest, of each kind of request. */
static const char *const guarded[] = {
	"walk", "scattered", "neighbours", "neighbours-full", "kernel-full", "range-mixed",
	"range-kernel", "search", "search-far", "search-found", "range-pages", "range-pages-kernel",
};
static bool only_guarded;

static bool is_guarded(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(guarded); i++)
		if (!strcmp(name, guarded[i]))
			return true;
	return false;
}

/* The recording is cut at these two. */
static void __attribute__((noinline, noclone)) request_begins(void)
{
	__asm__ volatile("");
}

static void __attribute__((noinline, noclone)) request_ends(void)
{
	__asm__ volatile("");
}

/*
 * Without a rest: while a guest with such a clock sleeps, its time flies, and brings
 * it work.
 */
static void question(const char *words, char *answer, size_t size)
{
	size_t length = 0;

	if (write(monitor, words, strlen(words)) != (ssize_t)strlen(words))
		die("cannot write to the monitor");
	do {
		ssize_t got = read(monitor, answer + length, size - 1 - length);

		if (got > 0)
			length += got;
		else if (errno != EAGAIN)
			die("cannot read from the monitor");
	} while (!length || answer[length - 1] != '\n');
	answer[length - 1] = '\0';
	if (!strncmp(answer, "error", strlen("error")))
		die("the monitor: %s", answer);
}

/**
 * struct request - what is asked
 * @target: of whom
 * @arrays: what of each address, or NULL for v2p_get_walk() of the first
 * @range: or of a range instead
 * @count: addresses or pages
 */
struct request {
	struct v2p_target target;
	const struct v2p_arrays *arrays;
	const struct v2p_range *range;
	size_t count;
};

static int take(const struct v2p_extent *extent, void *data)
{
	(void)extent;
	(void)data;
	return 0;
}

static void run(const void *data)
{
	const struct request *request = data;
	struct v2p_walk walk = { .size = sizeof(walk) };
	int error;

	request_begins();
	if (request->range)
		error = v2p_map(v2p, request->target, request->range, take, NULL);
	else if (request->arrays)
		error = v2p_translate(v2p, request->target, addresses, request->count,
				      request->arrays);
	else
		error = v2p_get_walk(v2p, request->target, addresses[0], &walk);
	request_ends();
	if (error)
		die("%s", v2p_error(v2p));
}

static void record(const char *name, const struct request *request)
{
	/* An interrupt makes a request longer, but nothing that it has to wait for. */
	const unsigned int rounds = only_guarded ? 1 : ROUNDS;
	const bool chosen = is_guarded(name);
	char words[64], answer[64];
	uint64_t counted;
	unsigned int i;

	if (only_guarded && !chosen)
		return;
	counted = counter_least(run, request);
	snprintf(words, sizeof(words), "record %s\n", name);
	question(words, answer, sizeof(answer));
	for (i = 0; i < rounds; i++)
		run(request);
	question("record\n", answer, sizeof(answer));
	if (request->arrays)
		all_mapped(request->arrays, request->count, name);
	printf("{\"table\": \"recorded\", \"name\": \"%s\", \"count\": %zu, \"counted\": %" PRIu64
	       ", \"guarded\": %s}\n", name, request->count, counted, chosen ? "true" : "false");
}

static void record_addresses(const char *name, const struct v2p_arrays *arrays, size_t count)
{
	record(name, &(struct request) {
		.target = v2p_pid(getpid()), .arrays = arrays, .count = count,
	});
}

static void record_range_of(struct v2p_target target, const char *name, uint64_t start,
			    uint64_t size, size_t pages)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = start, .length = size,
	};

	record(name, &(struct request) {
		.target = target, .range = &range, .count = pages,
	});
}

static void record_range(const char *name, const char *start, uint64_t size, size_t pages)
{
	record_range_of(v2p_pid(getpid()), name, (uintptr_t)start, size, pages);
}

/* A range in which memory is looked for. */
static void record_search(const char *name, const char *start, uint64_t size,
			  const struct v2p_physical_range *physical, size_t count)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = (uintptr_t)start, .length = size,
		.physical = physical, .physical_count = count,
	};

	record(name, &(struct request) {
		.target = v2p_pid(getpid()), .range = &range, .count = size / PAGE_SIZE,
	});
}

/* A range of extents by the kind of their pages. */
static void record_pages(struct v2p_target target, const char *name, uint64_t start,
			 uint64_t size)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = start, .length = size,
		.fields = V2P_FIELD_PHYSICAL | V2P_FIELD_NODE | V2P_FIELD_PAGE_KIND,
	};

	record(name, &(struct request) {
		.target = target, .range = &range, .count = size / PAGE_SIZE,
	});
}

/* For nothing that is there, for nothing but near all that is there, and for everything. */
static void record_searches(void)
{
	const struct v2p_physical_range first = { 0, 1 }, all = { 0, UINT64_MAX };
	struct v2p_physical_range near[V2P_MAX_PHYSICAL_RANGES];
	const char *mixed = mixed_pages(RANGE);
	uint64_t i;

	/* All memory but one lies in the first part of what is looked for. */
	for (i = 0; i < V2P_MAX_PHYSICAL_RANGES; i++)
		near[i] = (struct v2p_physical_range) { i << 28 | 1, 1 };
	near[i - 1].start = 1ULL << 51;
	record_search("search", mixed, RANGE, &first, 1);
	record_search("search-far", mixed, RANGE, near, V2P_MAX_PHYSICAL_RANGES);
	record_search("search-found", mixed, RANGE, &all, 1);
}

/* What the program's own addresses belong to. */
static void print_code(void)
{
	FILE *file = fopen("/proc/self/maps", "r");
	char line[512], mode[8], name[256];
	uint64_t start, end;

	if (!file)
		die("cannot read /proc/self/maps");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %*s %*s %*s %255s",
			   &start, &end, mode, name) == 4 && mode[2] == 'x')
			printf("{\"table\": \"code\", \"name\": \"%s\", \"start\": %" PRIu64
			       ", \"end\": %" PRIu64 "}\n", basename(name), start, end);
	fclose(file);
	printf("{\"table\": \"marks\", \"begin\": %" PRIuPTR ", \"end\": %" PRIuPTR "}\n",
	       (uintptr_t)request_begins, (uintptr_t)request_ends);
}

int main(int argc, char **argv)
{
	const char *path = getenv("V2P_MONITOR");
	const char *area;
	size_t i;

	only_guarded = argc > 1 && !strcmp(argv[1], "guarded");
	counter_check();
	monitor = path ? open(path, O_RDWR | O_NONBLOCK) : -1;
	if (monitor < 0)
		die("no monitor to record by");
	v2p = open_v2p();
	plain = plain_arrays(BATCH);
	full = every_array(BATCH);
	print_code();

	area = small_pages(AREA);
	scattered(addresses, BATCH, area, AREA);
	record_addresses("one", &plain, 1);
	record_addresses("walk", NULL, 1);
	record_addresses("scattered", &plain, BATCH);
	record_addresses("scattered-full", &full, BATCH);
	neighbours(addresses, BATCH, area, AREA);
	record_addresses("neighbours", &plain, BATCH);
	record_addresses("neighbours-full", &full, BATCH);

	area = sparse_pages(BATCH * SPARSE, BATCH);
	for (i = 0; i < BATCH; i++)
		addresses[i] = (uintptr_t)area + i * SPARSE;
	shuffle(addresses, BATCH);
	record_addresses("sparse-full", &full, BATCH);
	of_the_kernel(addresses, KERNEL_BATCH);
	record("kernel-full", &(struct request) {
		.target = v2p_kernel(), .arrays = &full, .count = KERNEL_BATCH,
	});

	record_range("range", split_pages(RANGE), RANGE, RANGE / PAGE_SIZE);
	record_range("range-mixed", mixed_pages(RANGE), RANGE, RANGE / PAGE_SIZE);
	record_range_of(v2p_kernel(), "range-kernel", vmalloc_start(), RANGE,
			RANGE / PAGE_SIZE);
	record_range("extents", shuffled_pages(RANGE), RANGE, RANGE / PAGE_SIZE);
	record_range("range-huge", huge_pages(AREA), AREA, AREA / HUGE_PAGE);
	record_range("range-sparse", sparse_pages(64 * SPARSE, 64), 64 * SPARSE, 64);
	record_searches();
	record_pages(v2p_pid(getpid()), "range-pages", (uintptr_t)mixed_pages(RANGE), LOOKED_AT);
	record_pages(v2p_kernel(), "range-pages-kernel", vmalloc_start(), LOOKED_AT);
	return 0;
}
