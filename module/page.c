// SPDX-License-Identifier: GPL-2.0

/*
 * A struct page belongs to whoever has the page, and may change at any time; and its memory
 * may go away: what pfn_to_online_page() has found, offline_pages() and remove_memory() can
 * take away right after, as nothing that a module may take stops them. So
 *
 * - a struct page is read only by copy_from_kernel_nofault(), into a copy, and only the copy
 *   is asked. Where the memory of struct pages has been unmapped meanwhile (vmemmap_free())
 *   this fails, it does not fault. Where it was freed, and is not unmapped yet, the copy is
 *   of something else; pfn_to_online_page() is asked again after it, which says so, as
 *   offline_pages() comes first.
 * - what a copy points to is read only after the pointer was found to lead to where such
 *   things are: the head of a tail has to be an online page a bit below it, an inode has to
 *   be in memory that the kernel maps as a whole, never in a device's registers.
 * - all of it is one RCU read-side critical section. That keeps struct mem_section_usage,
 *   which pfn_to_online_page() and pfn_valid() read (section_deactivate() frees it by RCU),
 *   and the inode (see find_file()).
 *
 * No answer holds a pointer.
 */

#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/memory_hotplug.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/pagemap.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

#include "page.h"

/* Pages of the largest folio that any kernel has: as much as a hugetlb page of 16 GiB. */
#define MAX_FOLIO_PAGES	(16ULL * SZ_1G >> PAGE_SHIFT)

#define SNAPSHOT_ALIGN	128

/*
 * How often a folio is read that is being split, freed or put together meanwhile, or a page that
 * seems to be in a hole of memory.
 */
#define MAX_TRIES	4

/**
 * struct snapshot - copies of struct pages
 * @page: of the page
 * @folio: of its head, and, if that is a large folio, of the page behind it; all else is 0
 * @pages: these two
 * @head: where the head is
 * @index: which page of the folio the page is
 *
 * @folio is never at the beginning of a page of memory. There, some of the kernel's tests take
 * a head for one that may stand for a tail, and go to the page behind it.
 */
struct snapshot {
	struct page page;
	union {
		struct folio folio;
		struct page pages[2];
	};
	const struct page *head;
	unsigned long index;
} __aligned(SNAPSHOT_ALIGN);

static_assert(offsetof(struct snapshot, folio) % SNAPSHOT_ALIGN);

static bool copy_page_struct(struct page *to, const struct page *from)
{
	/* Not initialized, as in DEBUG_VM kernels: no test may be asked of it. */
	return !copy_from_kernel_nofault(to, from, sizeof(*to)) &&
	       page_copy_flags(to) != (unsigned long)PAGE_POISON_PATTERN;
}

static bool read_compound(unsigned long *compound, const struct page *page)
{
	struct page *from = (struct page *)page;

	return !get_kernel_nofault(*compound, (unsigned long *)from + 1);
}

/*
 * Finds the head of the page that @s has a copy of. What a tail says may be of a folio that is
 * no more, or no folio at all.
 */
static bool find_head(struct snapshot *s, u64 pfn, const struct page *page)
{
	unsigned long next = 0;

	if (page_copy_flags(&s->page) & BIT(PG_head) && !read_compound(&next, page + 1))
		return false;
	s->head = page_copy_head(page, &s->page, next);
	if (s->head == page) {
		s->index = 0;
		return true;
	}
	if (s->head > page || !IS_ALIGNED((unsigned long)s->head, sizeof(unsigned long)))
		return false;
	s->index = page - s->head;
	return s->index < MAX_FOLIO_PAGES && s->index <= pfn &&
	       pfn_to_online_page(pfn - s->index) == s->head;
}

static bool copy_folio(struct snapshot *s, u64 pfn)
{
	const struct page *const second = s->head + 1;
	unsigned int order;

	memset(&s->folio, 0, sizeof(s->folio));
	if (!s->index)
		s->pages[0] = s->page;
	else if (!copy_page_struct(&s->pages[0], s->head))
		return false;
	/* A tail by now. The kernel's tests assert that they are not asked about one. */
	if (page_copy_compound(&s->pages[0]) & 1)
		return false;
	if (!folio_test_large(&s->folio))
		return !s->index;
	if (!copy_page_struct(&s->pages[1], second))
		return false;
	/* By itself by now: what it has there is no order. */
	if (!(page_copy_compound(&s->pages[1]) & 1) ||
	    page_copy_head(second, &s->pages[1], 0) != s->head)
		return false;
	order = folio_order(&s->folio);
	return order <= ilog2(MAX_FOLIO_PAGES) && !(s->index >> order) &&
	       IS_ALIGNED(pfn - s->index, 1UL << order);
}

/* Is the page behind the head still of this folio, and the order that it had true? */
static bool is_order_true(const struct snapshot *s)
{
	unsigned long compound;

	return !(page_copy_flags(&s->pages[0]) & BIT(PG_head)) ||
	       (read_compound(&compound, s->head + 1) &&
		compound == page_copy_compound(&s->pages[1]));
}

/* Copies a page and its head, which belong together. */
static bool take_snapshot(struct snapshot *s, u64 pfn, const struct page *page)
{
	unsigned long compound;
	unsigned int tries;

	for (tries = 0; tries < MAX_TRIES; tries++) {
		if (!copy_page_struct(&s->page, page))
			return false;
		if (!find_head(s, pfn, page) || !copy_folio(s, pfn))
			continue;
		/*
		 * Is it still of this folio? __split_folio_to_order() may have been here. Of a
		 * head, the word is a pointer of a list, and changes all the time.
		 */
		smp_rmb();
		if (!read_compound(&compound, page))
			return false;
		if (!is_order_true(s))
			continue;
		if (s->index ? compound == page_copy_compound(&s->page) : !(compound & 1))
			return true;
	}
	return false;
}

/*
 * Is it of a free block? Only the first page of a block says so, and how large it is
 * (set_buddy_order()). Blocks are aligned to their size.
 */
static bool is_in_free_block(u64 pfn, const struct page *page)
{
	unsigned long pages;
	struct page first;

	for (pages = 2; pages <= MAX_ORDER_NR_PAGES; pages *= 2) {
		const unsigned long behind = pfn & (pages - 1);

		if (!(behind & (pages / 2)))
			continue;
		if (!copy_page_struct(&first, page - behind))
			return false;
		if (PageBuddy(&first))
			return page_private(&first) < BITS_PER_LONG &&
			       behind >> page_private(&first) == 0;
	}
	return false;
}

/* Of what is neither of a process, nor of a file, nor has another owner that leaves a mark. */
static u8 unmarked_kind(struct snapshot *s, u64 pfn, const struct page *page)
{
	if (page_ref_count(&s->pages[0]))
		return V2P_PAGE_KIND_ORDINARY;
	return is_in_free_block(pfn, page) ? V2P_PAGE_KIND_FREE : V2P_PAGE_KIND_UNKNOWN;
}

static u8 find_kind(struct snapshot *s, u64 pfn, const struct page *page)
{
	struct page *head = &s->pages[0];
	const bool hugetlb = folio_copy_test_hugetlb(&s->folio);

	if (pfn == __pa_symbol(empty_zero_page) >> PAGE_SHIFT)
		return V2P_PAGE_KIND_ZERO;
	/* A hugetlb page goes as a whole. */
	if (PageHWPoison(&s->page) || (hugetlb && PageHWPoison(head)))
		return V2P_PAGE_KIND_POISONED;
	if (hugetlb)
		return V2P_PAGE_KIND_HUGETLB;
	if (PageBuddy(&s->page))
		return V2P_PAGE_KIND_FREE;
	if (PageOffline(&s->page))
		return V2P_PAGE_KIND_OFFLINE;
	if (PageTable(head))
		return V2P_PAGE_KIND_PAGE_TABLE;
	if (folio_test_slab(&s->folio))
		return V2P_PAGE_KIND_SLAB;
	if (page_copy_flags(&s->page) & BIT(PG_reserved))
		return V2P_PAGE_KIND_RESERVED;
	if (folio_test_ksm(&s->folio))
		return V2P_PAGE_KIND_KSM;
	if (folio_test_large(&s->folio) && (s->folio.mapping || folio_test_lru(&s->folio)))
		return V2P_PAGE_KIND_THP;
	return s->folio.mapping ? V2P_PAGE_KIND_ORDINARY : unmarked_kind(s, pfn, page);
}

static u8 find_zone(struct page *copy)
{
	switch (page_zonenum(copy)) {
#ifdef CONFIG_ZONE_DMA
	case ZONE_DMA:
		return V2P_ZONE_DMA;
#endif
#ifdef CONFIG_ZONE_DMA32
	case ZONE_DMA32:
		return V2P_ZONE_DMA32;
#endif
	case ZONE_NORMAL:
		return V2P_ZONE_NORMAL;
#ifdef CONFIG_HIGHMEM
	case ZONE_HIGHMEM:
		return V2P_ZONE_HIGHMEM;
#endif
	case ZONE_MOVABLE:
		return V2P_ZONE_MOVABLE;
#ifdef CONFIG_ZONE_DEVICE
	case ZONE_DEVICE:
		return V2P_ZONE_DEVICE;
#endif
	default:
		return V2P_ZONE_UNKNOWN;
	}
}

/*
 * What lies in a hole between memory may have a record as well: it says the node and the zone
 * of some memory near it (init_unavailable_range()), which does not reach there.
 */
static void set_place(struct v2p_page *out, u64 pfn, struct page *copy)
{
	const unsigned int zone = page_zonenum(copy);
	const int node = page_to_nid(copy);
	const struct pglist_data *data;

	if (node < 0 || node >= MAX_NUMNODES || zone >= MAX_NR_ZONES)
		return;
	/* Once there, it stays. */
	data = NODE_DATA(node);
	if (!data || !zone_spans_pfn(&data->node_zones[zone], pfn))
		return;
	out->zone = find_zone(copy);
	out->node = node;
}

/* Memory that is online: it may be read, whatever is there. A device's registers may not. */
static bool is_readable(const void *member)
{
	return IS_ALIGNED((unsigned long)member, sizeof(u32)) && virt_addr_valid(member) &&
	       pfn_to_online_page(PHYS_PFN(__pa(member)));
}

/*
 * folio->mapping is set as long as the folio is in the page cache of a file, whose inode stays
 * for that time: evict() first takes all folios out (truncate_inode_pages_final()), each by
 * clearing folio->mapping (page_cache_delete()), then frees the inode, after an RCU grace
 * period (i_callback(), or by the file system's own destroy_inode(), which has to do likewise,
 * as find_inode_rcu() and RCU path walks rely on it). The superblock goes after all its inodes,
 * after one more (destroy_super_rcu()). So if folio->mapping was read in this critical section,
 * and was of a page cache, inode and superblock stay to its end. That has not changed from 6.1
 * to 7.3.
 *
 * That it was of a page cache is not certain: the copy may be torn, the page be somebody's who
 * keeps something else in there. So nothing is believed: the mapping has to be the one inside
 * of an inode that it names as its host, in memory that is in the direct map, be that an inode
 * by then or not; likewise the superblock. Nothing that is there faults when read without a
 * fault, and nothing has side effects. And it counts only if the folio has the same mapping
 * still: a folio that was truncated, or migrated, in between is of no file.
 */
static void find_file(struct snapshot *s, struct v2p_page *out)
{
	struct address_space *const mapping = s->folio.mapping;
	struct folio *const folio = (struct folio *)s->head;
	struct inode *const inode = container_of(mapping, struct inode, i_data);
	typeof(inode->i_ino) number;
	struct address_space *again;
	struct super_block *super;
	pgoff_t index;
	struct inode *host;
	dev_t device;

	if (!mapping || (unsigned long)mapping & FOLIO_MAPPING_FLAGS ||
	    !is_readable(&mapping->host) || get_kernel_nofault(host, &mapping->host) ||
	    host != inode ||
	    !is_readable(&inode->i_ino) || get_kernel_nofault(number, &inode->i_ino) ||
	    !is_readable(&inode->i_sb) || get_kernel_nofault(super, &inode->i_sb) ||
	    !is_readable(&super->s_dev) || get_kernel_nofault(device, &super->s_dev))
		return;
	/* Was it of this file while that was read? See above. */
	smp_rmb();
	if (get_kernel_nofault(again, &folio->mapping) || again != mapping ||
	    get_kernel_nofault(index, &folio->index) || index != s->folio.index)
		return;
	out->file_device = new_encode_dev(device);
	out->file_inode = number;
	out->file_offset = (folio_copy_file_index(&s->folio) + s->index) << PAGE_SHIFT;
}

static bool may_have_file(u8 kind)
{
	return kind == V2P_PAGE_KIND_ORDINARY || kind == V2P_PAGE_KIND_THP ||
	       kind == V2P_PAGE_KIND_HUGETLB || kind == V2P_PAGE_KIND_POISONED;
}

static bool read_online(u64 pfn, struct v2p_page *out, bool file)
{
	struct page *const page = pfn_to_online_page(pfn);
	struct snapshot s;

	if (!page)
		return false;
	if (take_snapshot(&s, pfn, page)) {
		/* All its pages are on one node; HVO does not keep what tails say of it. */
		set_place(out, pfn, &s.pages[0]);
		out->kind = find_kind(&s, pfn, page);
		out->order = folio_order(&s.folio);
		out->index = s.index;
		out->references = page_ref_count(&s.pages[0]);
		if (file && may_have_file(out->kind))
			find_file(&s, out);
	} else if (copy_page_struct(&s.page, page)) {
		set_place(out, pfn, &s.page);
	}
	/* Was it there all the time? offline_pages() says so before anything goes. */
	smp_rmb();
	if (pfn_to_online_page(pfn) != page)
		return false;
	out->status = V2P_PAGE_STATUS_ONLINE;
	return true;
}

static u8 device_kind(const struct dev_pagemap *pagemap)
{
	switch (pagemap->type) {
	case MEMORY_DEVICE_PRIVATE:
		return V2P_PAGE_KIND_DEVICE_PRIVATE;
	case MEMORY_DEVICE_COHERENT:
		return V2P_PAGE_KIND_DEVICE_COHERENT;
	case MEMORY_DEVICE_FS_DAX:
		return V2P_PAGE_KIND_FS_DAX;
	case MEMORY_DEVICE_GENERIC:
		return V2P_PAGE_KIND_DEVICE;
	case MEMORY_DEVICE_PCI_P2PDMA:
		return V2P_PAGE_KIND_PCI_P2PDMA;
	default:
		return V2P_PAGE_KIND_UNKNOWN;
	}
}

/*
 * The pagemap is held for a moment, by a count for each CPU, as pfn_to_online_page() itself
 * does where it has to look: memunmap_pages() waits for that. The pages are not.
 */
static bool read_device(u64 pfn, struct v2p_page *out)
{
	struct dev_pagemap *const pagemap = get_dev_pagemap_of(pfn);
	struct page copy;

	if (!pagemap)
		return false;
	out->status = V2P_PAGE_STATUS_DEVICE;
	out->kind = device_kind(pagemap);
	/* Where its struct pages are kept on the device itself, those of these have no content. */
	if (copy_page_struct(&copy, pfn_to_page(pfn)) && is_zone_device_page(&copy))
		set_place(out, pfn, &copy);
	put_dev_pagemap(pagemap);
	return true;
}

static void read_page(u64 pfn, struct v2p_page *out, bool file)
{
	static const struct v2p_page nothing = { .node = V2P_NO_NODE };
	unsigned int tries;

	rcu_read_lock();
	for (tries = 0; tries < MAX_TRIES; tries++) {
		*out = nothing;
		if (read_online(pfn, out, file))
			break;
		*out = nothing;
		if (read_device(pfn, out) || !pfn_valid(pfn))
			break;
		if (!online_section_nr(pfn_to_section_nr(pfn))) {
			out->status = V2P_PAGE_STATUS_OFFLINE;
			break;
		}
		/*
		 * Either online_pages() has been here since, or it is in a hole: a section that
		 * has some memory from boot on is valid and online as a whole.
		 */
	}
	rcu_read_unlock();
}

void v2p_page_read(u64 pfn, struct v2p_page *page)
{
	read_page(pfn, page, false);
}

void v2p_page_read_with_file(u64 pfn, struct v2p_page *page)
{
	read_page(pfn, page, true);
}

u64 v2p_page_count_free(u64 pfn)
{
	const struct page *page;
	struct page copy;
	u64 count = 1;

	rcu_read_lock();
	page = pfn_to_online_page(pfn);
	if (page && copy_page_struct(&copy, page) && PageBuddy(&copy) &&
	    page_private(&copy) < BITS_PER_LONG)
		count = min_t(u64, BIT_ULL(page_private(&copy)), MAX_ORDER_NR_PAGES);
	rcu_read_unlock();
	/* Else it is a block no more, and that something else. */
	return IS_ALIGNED(pfn, count) ? count : 1;
}
