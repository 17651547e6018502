// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <sys/sysmacros.h>

#include "names/page-info.h"

/* Kinds that both sources know. */
static const struct {
	uint8_t said;
	enum page_use kind;
} both_know[] = {
	{ V2P_PAGE_KIND_HUGETLB, PAGE_HUGETLB },
	{ V2P_PAGE_KIND_FREE, PAGE_FREE },
	{ V2P_PAGE_KIND_SLAB, PAGE_SLAB },
	{ V2P_PAGE_KIND_PAGE_TABLE, PAGE_PAGE_TABLE },
	{ V2P_PAGE_KIND_OFFLINE, PAGE_OFFLINE },
	/* Of these, one source may say something else as well. */
	{ V2P_PAGE_KIND_KSM, PAGE_KSM },
	{ V2P_PAGE_KIND_ZERO, PAGE_ZERO },
	{ V2P_PAGE_KIND_RESERVED, PAGE_RESERVED },
};

/* So many of them are told alike. */
enum { TOLD_ALIKE = 5, BOTH_KNOW = sizeof(both_know) / sizeof(both_know[0]) };

/*
 * The module leaves out what it cannot tell, and says of a poisoned page nothing else; so it does
 * of the huge zero page, which it takes for ordinary.
 */
static bool same_kind(uint8_t said, enum page_use kind)
{
	size_t i;

	if (said == V2P_PAGE_KIND_UNKNOWN || said == V2P_PAGE_KIND_POISONED)
		return true;
	for (i = 0; i < TOLD_ALIKE; i++)
		if (both_know[i].said == said || both_know[i].kind == kind)
			return both_know[i].said == said && both_know[i].kind == kind;
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

void page_info_set_use(const struct v2p_page_info *info, struct page *page)
{
	size_t i;

	page->kind = PAGE_RAM;
	for (i = 0; i < BOTH_KNOW; i++)
		if (both_know[i].said == info->page_kind)
			page->kind = both_know[i].kind;
	if (info->page_kind == V2P_PAGE_KIND_POISONED)
		page->flags |= PAGE_BIT(HWPOISON);
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
