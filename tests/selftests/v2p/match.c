// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "match.h"
#include "compared.h"
#include "pagemap.h"
#include "pages.h"

#define CHUNK 512
#define ATTEMPTS 200

/* The largest offset that a marker has in pagemap: a few bits that name its kind. */
#define MARKER_BITS 0x3f

struct chunk {
	size_t count;
	uint64_t virtual[CHUNK];
	uint64_t before[CHUNK];
	uint64_t after[CHUNK];
	bool done[CHUNK];
	uint8_t status[CHUNK];
	uint64_t physical[CHUNK];
	uint8_t page_shift[CHUNK];
	uint32_t flags[CHUNK];
	uint8_t swap_type[CHUNK];
	uint64_t swap_offset[CHUNK];
};

static bool read_pagemap(int fd, const struct chunk *c, size_t stride, uint64_t *entries)
{
	size_t i;

	if (stride == 1)
		return pagemap_read(fd, c->virtual[0], entries, c->count);
	for (i = 0; i < c->count; i++)
		if (!pagemap_read(fd, c->virtual[i], &entries[i], 1))
			return false;
	return true;
}

static bool swap_matches(const struct chunk *c, size_t i)
{
	uint64_t offset = pm_swap_offset(c->before[i]);

	if (c->swap_type[i] != pm_swap_type(c->before[i]))
		return false;
	switch (c->status[i]) {
	case V2P_STATUS_GUARD:
	case V2P_STATUS_MARKER:
		return c->swap_offset[i] == 0 && offset <= MARKER_BITS;
	case V2P_STATUS_POISONED:
		return c->swap_offset[i] == offset ||
		       (c->swap_offset[i] == 0 && offset <= MARKER_BITS);
	case V2P_STATUS_SWAPPED:
	case V2P_STATUS_MIGRATING:
	case V2P_STATUS_DEVICE:
		return c->swap_offset[i] == offset;
	default:
		return false;
	}
}

static bool page_matches(const struct chunk *c, size_t i)
{
	uint64_t entry = c->before[i];
	bool uffd_wp = entry & PM_UFFD_WP;

	if (!!(c->flags[i] & V2P_FLAG_UFFD_WP) != uffd_wp)
		return false;
	if (c->flags[i] & V2P_FLAG_SOFT_DIRTY && !(entry & PM_SOFT_DIRTY))
		return false;
	if (entry & PM_PRESENT)
		return c->status[i] == V2P_STATUS_MAPPED && (entry & PM_FRAME) &&
		       c->physical[i] == (entry & PM_FRAME) * PAGE_SIZE +
					 c->virtual[i] % PAGE_SIZE;
	if (entry & PM_SWAP)
		return swap_matches(c, i);
	return c->status[i] == V2P_STATUS_NONE;
}

static void see(const struct chunk *c, size_t i, struct seen *seen)
{
	seen->pages++;
	seen->status[c->status[i]]++;
	seen->shift[c->page_shift[i]]++;
	if (c->status[i] == V2P_STATUS_MAPPED) {
		seen->flags_all &= c->flags[i];
		seen->flags_any |= c->flags[i];
	}
}

static bool check_chunk(struct chunk *c, struct seen *seen, size_t *left)
{
	size_t i;

	for (i = 0; i < c->count; i++) {
		uint64_t moved = c->before[i] ^ c->after[i];

		if (c->done[i] || moved & (PM_PLACE | PM_UFFD_WP | PM_SOFT_DIRTY))
			continue;
		if (!page_matches(c, i)) {
			if (c->status[i] == V2P_STATUS_MIGRATING)
				continue;
			printf("# 0x%" PRIx64 ": v2p says %s, physical 0x%" PRIx64
			       ", shift %u, flags 0x%x, swap %u:0x%" PRIx64
			       "; pagemap says 0x%016" PRIx64 "\n",
			       c->virtual[i], v2p_status_name(c->status[i]),
			       c->physical[i], c->page_shift[i], c->flags[i],
			       c->swap_type[i], c->swap_offset[i], c->before[i]);
			return false;
		}
		c->done[i] = true;
		see(c, i, seen);
		(*left)--;
	}
	return true;
}

struct v2p_target asked_target(const struct asked *asked)
{
	static bool by_space;
	int space;

	by_space = !by_space;
	if (!by_space)
		return v2p_pid(asked->pid);
	space = v2p_space_open(asked->v2p, v2p_pid(asked->pid));
	if (space < 0)
		printf("# v2p_space_open: %s\n", v2p_error(asked->v2p));
	return v2p_space(space);
}

void asked_end(struct v2p_target target)
{
	if (target.kind == V2P_TARGET_SPACE)
		close(target.id);
}

static bool match_chunk(const struct asked *asked, struct chunk *c, size_t stride,
			struct seen *seen)
{
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = c->status, .physical = c->physical,
		.page_shift = c->page_shift, .flags = c->flags,
		.swap_type = c->swap_type, .swap_offset = c->swap_offset,
	};
	const struct v2p_target target = asked_target(asked);
	size_t left = c->count;
	unsigned int attempt;
	bool good = true;

	memset(c->done, 0, sizeof(c->done));
	for (attempt = 0; good && left && attempt < ATTEMPTS; attempt++) {
		good = read_pagemap(asked->pagemap, c, stride, c->before);
		if (!good) {
			printf("# pagemap cannot be read at 0x%" PRIx64 "\n", c->virtual[0]);
			break;
		}
		good = !v2p_translate(asked->v2p, target, c->virtual, c->count, &arrays);
		if (!good) {
			printf("# v2p_translate: %s\n", v2p_error(asked->v2p));
			break;
		}
		good = read_pagemap(asked->pagemap, c, stride, c->after) &&
		       check_chunk(c, seen, &left);
	}
	asked_end(target);
	if (good && left)
		printf("# %zu pages never stood still\n", left);
	if (good)
		compared(COMPARED_PAGEMAP, c->count - left);
	return good && !left;
}

/* Any, but the same ones every time. */
static uint64_t offset_in_page(uint64_t page)
{
	return (page * 2654435761u >> 7) % PAGE_SIZE;
}

bool matches_pagemap(const struct asked *asked, const volatile void *start, size_t length,
	   size_t stride, struct seen *seen)
{
	uint64_t page = (uintptr_t)start / PAGE_SIZE;
	uint64_t end = page + length / PAGE_SIZE;
	const struct v2p_range range = {
		.size = sizeof(range), .start = (uintptr_t)start, .length = length,
	};
	static struct extents extents;
	static struct chunk c;
	struct v2p_target target;
	bool good;

	*seen = (struct seen) { .flags_all = ~0u };
	while (page < end) {
		for (c.count = 0; c.count < CHUNK && page < end; c.count++, page += stride)
			c.virtual[c.count] = page * PAGE_SIZE + offset_in_page(page);
		if (!match_chunk(asked, &c, stride, seen))
			return false;
	}
	target = asked_target(asked);
	good = extents_match(asked->v2p, target, asked->pagemap, &range, &extents);
	asked_end(target);
	return good;
}

bool ask(const struct asked *asked, const volatile void *address,
	 struct v2p_translation *answer)
{
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = &answer->status, .physical = &answer->physical,
		.page_shift = &answer->page_shift, .flags = &answer->flags,
		.entry = &answer->entry, .swap_type = &answer->swap_type,
		.swap_offset = &answer->swap_offset, .memory_type = &answer->memory_type,
		.protection_key = &answer->protection_key,
	};
	const struct v2p_target target = asked_target(asked);
	uint64_t virtual = (uintptr_t)address;
	const bool good = !v2p_translate(asked->v2p, target, &virtual, 1, &arrays);

	if (!good)
		printf("# v2p_translate: %s\n", v2p_error(asked->v2p));
	asked_end(target);
	return good;
}
