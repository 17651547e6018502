// SPDX-License-Identifier: GPL-2.0

#include <linux/minmax.h>
#include <linux/mmzone.h>
#include <linux/numa.h>
#include <linux/pfn.h>

#include "page.h"
#include "page-run.h"

/*
 * The least memory that is plugged in or out, and that a device gets struct pages for, where
 * these have a place in a large virtual array. All of it has them, or nothing.
 */
#ifdef CONFIG_SPARSEMEM_VMEMMAP
#define PLUGGED_PAGES	((u64)PAGES_PER_SUBSECTION)
#else
#define PLUGGED_PAGES	1ULL
#endif

/* Pages from this one on that are like it. */
static u64 count_alike(u64 pfn, const struct v2p_page *page)
{
	switch (page->status) {
	case V2P_PAGE_STATUS_NONE:
	case V2P_PAGE_STATUS_OFFLINE:
	case V2P_PAGE_STATUS_DEVICE:
		return PLUGGED_PAGES - pfn % PLUGGED_PAGES;
	case V2P_PAGE_STATUS_ONLINE:
		break;
	default:
		return 1;
	}
	if (page->kind == V2P_PAGE_KIND_FREE)
		return v2p_page_count_free(pfn);
	/* A single page of a folio may have failed; that it is the first is seen then. */
	if (page->kind == V2P_PAGE_KIND_HUGETLB || page->kind == V2P_PAGE_KIND_THP ||
	    page->kind == V2P_PAGE_KIND_SLAB || page->kind == V2P_PAGE_KIND_ORDINARY)
		return BIT_ULL(page->order) - page->index;
	return 1;
}

/*
 * Where only the node matters, what is up to @end is of one if its last page is. A border between
 * two nodes may be anywhere, but there is not more than one in so much memory:
 * pageblock_pfn_to_page() rests on that, too.
 */
static bool is_of_one_node(u64 end, const struct v2p_page *page)
{
	struct v2p_page other;

	v2p_page_read(end, &other);
	return other.status == page->status && other.node == page->node;
}

unsigned int v2p_page_run_read(struct v2p_page_run *run, u64 physical, u64 last, bool by_kind)
{
	const u64 pfn = PHYS_PFN(physical);
	const u64 end = min(PHYS_PFN(last), pfn | (PLUGGED_PAGES - 1));
	unsigned int looks = 1;
	struct v2p_page page;
	u64 count;

	v2p_page_read(pfn, &page);
	count = count_alike(pfn, &page);
	if (!by_kind && page.status == V2P_PAGE_STATUS_ONLINE && count <= end - pfn) {
		looks++;
		if (is_of_one_node(end, &page))
			count = end - pfn + 1;
	}
	*run = (struct v2p_page_run) {
		.first = PFN_PHYS(pfn), .last = PFN_PHYS(pfn + count) - 1,
		.node = page.node, .kind = page.kind,
	};
	if (page.status == V2P_PAGE_STATUS_NONE)
		run->kind = V2P_PAGE_KIND_NO_RECORD;
	else if (page.status == V2P_PAGE_STATUS_OFFLINE)
		run->kind = V2P_PAGE_KIND_OFFLINE;
	return looks;
}
