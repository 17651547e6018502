// SPDX-License-Identifier: GPL-2.0
/*
 * A device with memory of its own, that the processor cannot reach: pages of a
 * process go there when told, and come back when the process touches them.
 */
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/memremap.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/version.h>

#include "device.h"

#if IS_ENABLED(CONFIG_DEVICE_PRIVATE)

#define MAX_PAGES 64

static struct dev_pagemap memory;
static struct resource *region;
static DEFINE_MUTEX(take_lock);
static unsigned long used;

/* What stands in device memory is kept in an ordinary page. */
static struct page *alloc_device_page(struct page *content)
{
	unsigned long pfn = PHYS_PFN(region->start) + used;
	struct page *kept, *page;

	if (pfn >= PHYS_PFN(region->end + 1))
		return NULL;
	kept = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	if (!kept)
		return NULL;
	if (content)
		copy_highpage(kept, content);
	used++;
	page = pfn_to_page(pfn);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
	zone_device_page_init(page, &memory, 0);
#else
	zone_device_page_init(page);
#endif
	page->zone_device_data = kept;
	return page;
}

static void device_page_free(struct page *page)
{
	__free_page(page->zone_device_data);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
static void device_folio_free(struct folio *folio)
{
	device_page_free(folio_page(folio, 0));
}
#endif

static vm_fault_t device_migrate_to_ram(struct vm_fault *vmf)
{
	unsigned long src = 0, dst = 0;
	struct migrate_vma args = {
		.vma = vmf->vma,
		.start = vmf->address & PAGE_MASK,
		.end = (vmf->address & PAGE_MASK) + PAGE_SIZE,
		.src = &src,
		.dst = &dst,
		.pgmap_owner = &memory,
		.flags = MIGRATE_VMA_SELECT_DEVICE_PRIVATE,
		.fault_page = vmf->page,
	};
	struct page *page;

	if (migrate_vma_setup(&args))
		return VM_FAULT_SIGBUS;
	if (src & MIGRATE_PFN_MIGRATE) {
		page = alloc_page(GFP_HIGHUSER_MOVABLE);
		if (page) {
			lock_page(page);
			copy_highpage(page, migrate_pfn_to_page(src)->zone_device_data);
			dst = migrate_pfn(page_to_pfn(page)) | (src & MIGRATE_PFN_WRITE);
		}
	}
	migrate_vma_pages(&args);
	migrate_vma_finalize(&args);
	return 0;
}

static const struct dev_pagemap_ops device_ops = {
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
	.folio_free = device_folio_free,
#else
	.page_free = device_page_free,
#endif
	.migrate_to_ram = device_migrate_to_ram,
};

static int migrate_to_device(struct vm_area_struct *vma, unsigned long start,
			     unsigned int pages)
{
	unsigned long src[MAX_PAGES] = {}, dst[MAX_PAGES] = {};
	struct migrate_vma args = {
		.vma = vma,
		.start = start,
		.end = start + (pages << PAGE_SHIFT),
		.src = src,
		.dst = dst,
		.pgmap_owner = &memory,
		.flags = MIGRATE_VMA_SELECT_SYSTEM,
	};
	unsigned int i;
	int err;

	err = migrate_vma_setup(&args);
	if (err)
		return err;
	for (i = 0; i < pages; i++) {
		struct page *page;

		if (!(src[i] & MIGRATE_PFN_MIGRATE))
			continue;
		page = alloc_device_page(migrate_pfn_to_page(src[i]));
		if (page)
			dst[i] = migrate_pfn(page_to_pfn(page)) |
				 (src[i] & MIGRATE_PFN_WRITE);
	}
	migrate_vma_pages(&args);
	migrate_vma_finalize(&args);
	return 0;
}

int device_take(unsigned long start, unsigned int pages)
{
	unsigned long end = start + ((unsigned long)pages << PAGE_SHIFT);
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int err = -EINVAL;

	if (!pages || pages > MAX_PAGES || offset_in_page(start))
		return -EINVAL;
	mutex_lock(&take_lock);
	mmap_read_lock(mm);
	vma = vma_lookup(mm, start);
	if (vma && end <= vma->vm_end)
		err = migrate_to_device(vma, start, pages);
	mmap_read_unlock(mm);
	mutex_unlock(&take_lock);
	return err;
}

int device_init(void)
{
	void *mapped;

	region = request_free_mem_region(&iomem_resource, SZ_4M, "v2p_oracle");
	if (IS_ERR(region))
		return PTR_ERR(region);
	memory.type = MEMORY_DEVICE_PRIVATE;
	memory.range.start = region->start;
	memory.range.end = region->end;
	memory.nr_range = 1;
	memory.ops = &device_ops;
	memory.owner = &memory;
	mapped = memremap_pages(&memory, NUMA_NO_NODE);
	if (!IS_ERR(mapped))
		return 0;
	release_mem_region(region->start, resource_size(region));
	return PTR_ERR(mapped);
}

void device_exit(void)
{
	memunmap_pages(&memory);
	release_mem_region(region->start, resource_size(region));
}

#else

int device_take(unsigned long start, unsigned int pages)
{
	return -EOPNOTSUPP;
}

int device_init(void)
{
	return 0;
}

void device_exit(void)
{
}

#endif
