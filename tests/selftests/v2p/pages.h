/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The extents of a range by another way: page by page, from v2p_translate() and
 * pagemap, filtered and put together in the plainest way there is.
 */
#ifndef PAGES_H
#define PAGES_H

#include <stdbool.h>
#include <v2p.h>

#include "match.h"
#include "extents.h"

/* For asked->pagemap: do without. */
#define NO_PAGEMAP (-1)

/**
 * struct pages - what is known of each page of a range
 * @start: address of the first
 * @count: how many
 * @room: how many fit
 *
 * The others are arrays of an element a page, never freed.
 */
struct pages {
	uint64_t start;
	size_t count;
	size_t room;
	uint64_t *entries;
	uint64_t *physical;
	uint64_t *swap_offset;
	uint32_t *flags;
	uint8_t *status;
	uint8_t *page_shift;
	uint8_t *memory_type;
	uint8_t *protection_key;
};

/**
 * pages_read() - learn all about the pages that hold a range
 * @range: with a size
 *
 * Return: false, printed, where v2p or pagemap fails.
 */
bool pages_read(struct v2p *v2p, struct v2p_target target, int pagemap,
		const struct v2p_range *range, struct pages *pages);

/* Adds to a list what a range, of which these are the pages, is answered with. */
void pages_to_extents(const struct pages *pages, const struct v2p_range *range,
		      struct extents *list);

/**
 * extents_match() - compare the extents of a range with its pages
 * @pagemap: of the target; NO_PAGEMAP where it knows nothing of this memory
 * @range: with a size
 * @list: set to its extents
 *
 * What changes meanwhile is compared anew.
 *
 * Return: whether they are the same. The first difference is printed.
 */
bool extents_match(struct v2p *v2p, struct v2p_target target, int pagemap,
		  const struct v2p_range *range, struct extents *list);

#endif /* PAGES_H */
