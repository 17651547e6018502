// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "arena.h"
#include "places.h"

#define PATTERN 0xa5
#define GUARD 64

/* Of each writable zone: from where to where it is watched, if anywhere. */
static struct window {
	size_t from;
	size_t to;
} windows[ARENA_WRITABLE];

/* What was there, and where a change is meant. */
static unsigned char before[ARENA_WRITABLE][ARENA_GOOD];
static unsigned char allowed[ARENA_WRITABLE][ARENA_GOOD];

static void *zone_memory(unsigned int zone)
{
	return (void *)arena_zone(zone);
}

bool arena_open(void)
{
	unsigned int i;

	for (i = 0; i < ARENA_ZONES; i++) {
		if (mmap(zone_memory(i), ARENA_GOOD, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) !=
		    zone_memory(i)) {
			perror("the arena");
			return false;
		}
		memset(zone_memory(i), PATTERN, ARENA_GOOD);
	}
	for (i = 0; i < ARENA_GOOD / sizeof(uint64_t); i++)
		((uint64_t *)zone_memory(ARENA_READ_ONLY))[i] = PLACE_START + 64 * i;
	return !mprotect(zone_memory(ARENA_READ_ONLY), ARENA_GOOD, PROT_READ);
}

uint64_t arena_place(struct random *random, unsigned int zone, uint64_t bytes,
		     unsigned int align)
{
	uint64_t offset;

	if (bytes > ARENA_GOOD)
		return arena_zone(zone);
	/* Right before what is not there. */
	if (one_in(random, 8))
		return arena_zone(zone) + ARENA_GOOD - bytes;
	offset = random_below(random, ARENA_GOOD - bytes + 1);
	return arena_zone(zone) + (one_in(random, 4) ? offset : offset - offset % align);
}

uint64_t arena_misplace(struct random *random, unsigned int zone, uint64_t bytes)
{
	static const uint64_t strange[] = {
		1, 4095, 4096, 0x7ffffffff000, 0x800000000000, 1ULL << 56, 1ULL << 63,
		0xffff888000000000, 0xff11000000000000, 0xffffffff81000000, 0xffffffffff600000,
		UINT64_MAX - 7, UINT64_MAX,
	};
	const uint64_t end = arena_zone(zone) + ARENA_GOOD;

	switch (random_below(random, 7)) {
	case 0:
		return 0;
	case 1:
		return end + random_below(random, ARENA_GOOD);
	case 2:
		return end - 1 - random_below(random, bytes && bytes < ARENA_GOOD ? bytes : 64);
	case 3:
		return arena_zone(zone) - 1 - random_below(random, 64);
	case 4:
		return arena_place(random, ARENA_READ_ONLY, bytes, 8);
	case 5:
		return arena_zone(ARENA_READ_ONLY) + ARENA_GOOD - 1 - random_below(random, 64);
	default:
		return RANDOM_OF(random, strange);
	}
}

uint64_t arena_reach(uint64_t pointer, bool write)
{
	const uint64_t offset = pointer - ARENA_START;
	const uint64_t zone = offset / ARENA_ZONE, at = offset % ARENA_ZONE;

	if (zone > ARENA_READ_ONLY || (write && zone == ARENA_READ_ONLY) || at >= ARENA_GOOD)
		return 0;
	return ARENA_GOOD - at;
}

/* The part of a range that is in a zone; false where there is none. */
static bool clip(unsigned int zone, uint64_t from, uint64_t to, struct window *window)
{
	const uint64_t start = arena_zone(zone), end = start + ARENA_GOOD;

	if (to <= start || from >= end)
		return false;
	window->from = from > start ? from - start : 0;
	window->to = (to < end ? to : end) - start;
	return true;
}

static uint64_t end_of(uint64_t pointer, uint64_t bytes)
{
	return pointer < UINT64_MAX - GUARD - bytes ? pointer + bytes : UINT64_MAX - GUARD;
}

void arena_begin(bool everywhere)
{
	unsigned int i;

	for (i = 0; i < ARENA_WRITABLE; i++)
		windows[i] = (struct window){ .to = everywhere ? ARENA_GOOD : 0 };
}

void arena_use(uint64_t pointer, uint64_t bytes)
{
	const uint64_t from = pointer > GUARD ? pointer - GUARD : 0;
	const uint64_t to = end_of(pointer, bytes < ARENA_GOOD ? bytes : ARENA_GOOD) + GUARD;
	struct window part;
	unsigned int i;

	for (i = 0; i < ARENA_WRITABLE; i++) {
		struct window *window = &windows[i];

		if (!clip(i, from, to, &part))
			continue;
		if (window->to) {
			part.from = part.from < window->from ? part.from : window->from;
			part.to = part.to > window->to ? part.to : window->to;
		}
		*window = part;
	}
}

void arena_fill(void)
{
	unsigned int i;

	for (i = 0; i < ARENA_WRITABLE; i++)
		memset(zone_memory(i) + windows[i].from, PATTERN, windows[i].to - windows[i].from);
}

void arena_watch(void)
{
	unsigned int i;

	for (i = 0; i < ARENA_WRITABLE; i++) {
		const size_t from = windows[i].from, length = windows[i].to - from;

		memcpy(before[i] + from, zone_memory(i) + from, length);
		memset(allowed[i] + from, 0, length);
	}
}

void arena_allow(uint64_t pointer, uint64_t bytes)
{
	/* Who writes goes forward, and no further than to a fault. */
	const uint64_t reach = arena_reach(pointer, true);
	struct window part;
	unsigned int i;

	for (i = 0; i < ARENA_WRITABLE; i++)
		if (clip(i, pointer, pointer + (bytes < reach ? bytes : reach), &part))
			memset(allowed[i] + part.from, 1, part.to - part.from);
}

bool arena_untouched(uint64_t *where)
{
	unsigned int i;
	size_t at;

	for (i = 0; i < ARENA_WRITABLE; i++) {
		const unsigned char *now = zone_memory(i);

		for (at = windows[i].from; at < windows[i].to; at++) {
			if (now[at] == before[i][at] || allowed[i][at])
				continue;
			*where = arena_zone(i) + at;
			return false;
		}
	}
	return true;
}
