// SPDX-License-Identifier: GPL-2.0
#include "fake-pages.h"

/* Pages of a block that are plugged in together. */
#define BLOCK	PAGES_PER_SUBSECTION

static u64 mixed(u64 number)
{
	return (number + 1) * 0x9e3779b97f4a7c15 >> 40;
}

/*
 * What a page is made of its number. Blocks have a record of their pages, or none; nodes have
 * their borders in the middle of blocks; in these, folios and free blocks have up to 8 pages.
 */
struct v2p_page fake_page(u64 pfn)
{
	static const u8 kinds[] = {
		V2P_PAGE_KIND_FREE, V2P_PAGE_KIND_THP, V2P_PAGE_KIND_HUGETLB, V2P_PAGE_KIND_SLAB,
		V2P_PAGE_KIND_ORDINARY, V2P_PAGE_KIND_ORDINARY,
	};
	struct v2p_page page = {
		.status = V2P_PAGE_STATUS_ONLINE,
		.node = mixed((pfn + BLOCK / 2) / BLOCK / 3) % 3,
		.order = mixed(pfn / 8) % 4,
	};

	switch (mixed(pfn / BLOCK) % 8) {
	case 0:
		return (struct v2p_page) { .node = V2P_NO_NODE };
	case 1:
		page.status = V2P_PAGE_STATUS_DEVICE;
		page.kind = V2P_PAGE_KIND_FS_DAX;
		page.node = 7;
		page.order = 0;
		return page;
	case 2:
		return (struct v2p_page) {
			.node = V2P_NO_NODE, .status = V2P_PAGE_STATUS_OFFLINE,
		};
	}
	page.kind = kinds[mixed(pfn >> page.order) % (sizeof(kinds) / sizeof(*kinds))];
	page.index = pfn % (1U << page.order);
	if (page.kind == V2P_PAGE_KIND_FREE)
		page.order = page.index = 0;
	/* By itself, and a kind of its own. */
	if (!page.order && mixed(pfn) % 10 == 0)
		page.kind = V2P_PAGE_KIND_ZERO;
	return page;
}

void v2p_page_read(u64 pfn, struct v2p_page *page)
{
	*page = fake_page(pfn);
	fake_reads += FAKE_LOOK;
}

u64 v2p_page_count_free(u64 pfn)
{
	u64 count = 1;

	/* No further than where all are. */
	while (!(pfn % (2 * count)) && count < 8)
		count *= 2;
	for (; count > 1; count /= 2) {
		u64 i = 0;

		while (i < count && fake_page(pfn + i).kind == V2P_PAGE_KIND_FREE)
			i++;
		if (i == count)
			break;
	}
	return count;
}
