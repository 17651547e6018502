// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <sys/sysmacros.h>

#include "names/page-info.h"

/*
 * Kinds that both sources know. The module leaves out what it cannot tell, and says of a poisoned
 * page nothing else; so it does of the huge zero page, which it takes for ordinary.
 */
static bool same_kind(uint8_t said, enum page_use kind)
{
	static const struct {
		uint8_t said;
		enum page_use kind;
	} kinds[] = {
		{ V2P_PAGE_KIND_HUGETLB, PAGE_HUGETLB },
		{ V2P_PAGE_KIND_FREE, PAGE_FREE },
		{ V2P_PAGE_KIND_SLAB, PAGE_SLAB },
		{ V2P_PAGE_KIND_PAGE_TABLE, PAGE_PAGE_TABLE },
		{ V2P_PAGE_KIND_OFFLINE, PAGE_OFFLINE },
	};
	size_t i;

	if (said == V2P_PAGE_KIND_UNKNOWN || said == V2P_PAGE_KIND_POISONED)
		return true;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].said == said || kinds[i].kind == kind)
			return kinds[i].said == said && kinds[i].kind == kind;
	/* Flags may not tell of KSM. */
	return said != V2P_PAGE_KIND_KSM || kind == PAGE_KSM || kind == PAGE_ANONYMOUS;
}

bool page_info_agrees(const struct v2p_page_info *info, const struct page *page)
{
	const bool tail = page->flags & PAGE_BIT(COMPOUND_TAIL);
	const bool large = tail || page->flags & PAGE_BIT(COMPOUND_HEAD);

	if (info->page_status != V2P_PAGE_STATUS_ONLINE || !same_kind(info->page_kind, page->kind))
		return false;
	if (info->page_kind == V2P_PAGE_KIND_UNKNOWN)
		return true;
	if (page->known & PAGE_HAS_ORDER && page->order != info->folio_order)
		return false;
	return large == !!info->folio_order && tail == !!info->folio_index;
}

void page_info_add_place(const struct v2p_page_info *info, struct page *page)
{
	const char *zone = info->zone == V2P_ZONE_UNKNOWN ? NULL : v2p_zone_name(info->zone);

	if (info->node != V2P_NO_NODE)
		page->node = info->node;
	if (zone)
		snprintf(page->zone, sizeof(page->zone), "%s", zone);
}

void page_info_add(const struct v2p_page_info *info, uint64_t page_size, struct page *page)
{
	page_info_add_place(info, page);
	/* It has read the place of the page, and nothing that belongs together. */
	if (info->page_kind == V2P_PAGE_KIND_UNKNOWN)
		return;
	page->references = info->references;
	page->known |= PAGE_HAS_REFERENCES;
	if (info->folio_order) {
		page->order = info->folio_order;
		page->head = page->physical / page_size * page_size -
			     info->folio_index * page_size;
		page->known |= PAGE_HAS_ORDER;
	}
	if (info->page_kind == V2P_PAGE_KIND_KSM) {
		page->kind = PAGE_KSM;
		page->flags |= PAGE_BIT(KSM);
	}
	if (!info->file_device)
		return;
	page->file_major = major(info->file_device);
	page->file_minor = minor(info->file_device);
	page->file_inode = info->file_inode;
	page->file_offset = info->file_offset;
	page->known |= PAGE_HAS_FILE;
	/* No list of the page cache has it yet, by which the flags would tell. */
	if (page->kind == PAGE_OTHER)
		page->kind = page->flags & PAGE_BIT(SWAPBACKED) ? PAGE_SHMEM : PAGE_FILE;
}
