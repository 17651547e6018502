// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common.h"

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)

/* Somewhere in a page. */
#define OFFSET		123

void die(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	va_start(args, format);
	fputs("bench: ", stderr);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

void *memory(size_t size)
{
	void *start = malloc(size);

	if (!start)
		die("out of memory");
	memset(start, 1, size);
	return start;
}

char *untouched(size_t size)
{
	char *start = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (start == MAP_FAILED || madvise(start, size, MADV_NOHUGEPAGE))
		die("no area of %zu bytes", size);
	return start;
}

char *small_pages(size_t size)
{
	char *start = untouched(size);
	size_t i;

	for (i = 0; i < size; i += PAGE_SIZE)
		start[i] = 1;
	return start;
}

char *huge_pages(size_t size)
{
	char *start = untouched(size + HUGE_PAGE);
	size_t i;

	start += -(uintptr_t)start % HUGE_PAGE;
	if (madvise(start, size, MADV_HUGEPAGE))
		die("no huge pages");
	for (i = 0; i < size; i += HUGE_PAGE)
		start[i] = 1;
	return start;
}

char *split_pages(size_t size)
{
	char *start = huge_pages(size);
	size_t i;

	/* What holds for a part of a huge page cannot be said of a huge one. */
	for (i = 0; i < size; i += HUGE_PAGE) {
		if (mprotect(start + i, PAGE_SIZE, PROT_READ) ||
		    mprotect(start + i, PAGE_SIZE, PROT_READ | PROT_WRITE))
			die("mprotect failed");
		start[i] = 1;
	}
	/* Or the kernel would make them huge again by and by. */
	if (madvise(start, size, MADV_NOHUGEPAGE))
		die("madvise failed");
	return start;
}

char *mixed_pages(size_t size)
{
	char *start = small_pages(size);
	size_t i;

	for (i = 0; i < size; i += 2 * PAGE_SIZE)
		if (mprotect(start + i, PAGE_SIZE, PROT_READ))
			die("mprotect failed");
	return start;
}

char *sparse_pages(size_t size, size_t count)
{
	char *start = untouched(size);
	size_t step = size / count / PAGE_SIZE * PAGE_SIZE;
	size_t i;

	for (i = 0; i < count; i++)
		start[i * step] = 1;
	return start;
}

/* The same numbers in each run. */
static uint64_t next_random(void)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

void scattered(uint64_t *addresses, size_t count, const char *area, size_t size)
{
	size_t i;

	for (i = 0; i < count; i++)
		addresses[i] = (uintptr_t)area + OFFSET +
			       next_random() % (size / PAGE_SIZE) * PAGE_SIZE;
}

static int compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

void sort(uint64_t *addresses, size_t count)
{
	qsort(addresses, count, sizeof(*addresses), compare);
}

void shuffle(uint64_t *addresses, size_t count)
{
	size_t i;

	for (i = count; i > 1; i--) {
		size_t other = next_random() % i;
		uint64_t address = addresses[i - 1];

		addresses[i - 1] = addresses[other];
		addresses[other] = address;
	}
}

char *shuffled_pages(size_t size)
{
	size_t count = size / PAGE_SIZE;
	uint64_t *addresses = memory(count * sizeof(*addresses));
	char *start = untouched(size);
	size_t i;

	neighbours(addresses, count, start, size);
	shuffle(addresses, count);
	for (i = 0; i < count; i++)
		*(char *)(uintptr_t)addresses[i] = 1;
	free(addresses);
	return start;
}

void neighbours(uint64_t *addresses, size_t count, const char *area, size_t size)
{
	size_t i;

	for (i = 0; i < count; i++)
		addresses[i] = (uintptr_t)area + OFFSET + i * PAGE_SIZE % size;
}

struct v2p *open_v2p(void)
{
	struct v2p *v2p;

	if (v2p_open(&v2p))
		die("%s", v2p_error(v2p));
	return v2p;
}

struct v2p_arrays plain_arrays(size_t count)
{
	return (struct v2p_arrays) {
		.size = sizeof(struct v2p_arrays),
		.status = memory(count),
		.physical = memory(count * sizeof(uint64_t)),
	};
}

struct v2p_arrays every_array(size_t count)
{
	struct v2p_arrays arrays = plain_arrays(count);

	arrays.page_shift = memory(count);
	arrays.flags = memory(count * sizeof(*arrays.flags));
	arrays.entry = memory(count * sizeof(*arrays.entry));
	arrays.swap_type = memory(count);
	arrays.swap_offset = memory(count * sizeof(*arrays.swap_offset));
	return arrays;
}

void ask(struct v2p *v2p, struct v2p_target target, const uint64_t *addresses, size_t count,
	 size_t per_call, const struct v2p_arrays *arrays)
{
	size_t done, size;

	/* What one call answers, the next may overwrite. */
	for (done = 0; done < count; done += size) {
		size = count - done < per_call ? count - done : per_call;
		if (v2p_translate(v2p, target, addresses + done, size, arrays))
			die("%s", v2p_error(v2p));
	}
}

void all_mapped(const struct v2p_arrays *arrays, size_t count, const char *what)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (arrays->status[i] != V2P_STATUS_MAPPED)
			die("%s: address %zu is %s", what, i, v2p_status_name(arrays->status[i]));
}
