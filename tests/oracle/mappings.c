// SPDX-License-Identifier: GPL-2.0
/* User mappings of known frames, as drivers make them. */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/version.h>
#if defined(CONFIG_ARCH_SUPPORTS_PMD_PFNMAP) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#include <linux/pfn_t.h>
#endif

#include "mappings.h"
#include "regions.h"
#include "v2p_oracle.h"

#define FRAMES 64
#define MAPPING_PAGES (V2P_ORACLE_MAPPING_SIZE >> PAGE_SHIFT)
#define HUGE_ORDER (PMD_SHIFT - PAGE_SHIFT)

static struct page *frames[FRAMES];
static struct page *huge;

/* From 6.12 on, where there are transparent huge pages. */
#ifdef CONFIG_ARCH_SUPPORTS_PMD_PFNMAP
static const bool can_map_huge = true;

static vm_fault_t huge_fault(struct vm_fault *vmf, unsigned int order)
{
	if (order != HUGE_ORDER)
		return VM_FAULT_FALLBACK;
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
	return vmf_insert_pfn_pmd(vmf, pfn_to_pfn_t(page_to_pfn(huge)), true);
#else
	return vmf_insert_pfn_pmd(vmf, page_to_pfn(huge), true);
#endif
}

static vm_fault_t small_fault(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

static const struct vm_operations_struct huge_ops = {
	.fault = small_fault,
	.huge_fault = huge_fault,
};

static int map_huge(struct vm_area_struct *vma)
{
	vm_flags_set(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_ops = &huge_ops;
	return 0;
}
#else
static const bool can_map_huge;

static int map_huge(struct vm_area_struct *vma)
{
	return -EOPNOTSUPP;
}
#endif

static int map_frames(struct vm_area_struct *vma, bool inserted)
{
	unsigned long i;
	int err = 0;

	if (vma_pages(vma) > FRAMES)
		return -EINVAL;
	for (i = 0; i < vma_pages(vma) && !err; i++) {
		unsigned long address = vma->vm_start + (i << PAGE_SHIFT);

		err = inserted ? vm_insert_page(vma, address, frames[i]) :
				 remap_pfn_range(vma, address, page_to_pfn(frames[i]),
						 PAGE_SIZE, vma->vm_page_prot);
	}
	return err;
}

static int map_device(struct vm_area_struct *vma, pgprot_t prot, phys_addr_t physical)
{
	return io_remap_pfn_range(vma, vma->vm_start, PHYS_PFN(physical),
				  vma->vm_end - vma->vm_start, prot);
}

static phys_addr_t device_physical(enum v2p_oracle_mapping kind)
{
	return nowhere() + (8 + kind) * V2P_ORACLE_MAPPING_SIZE;
}

int mappings_map(struct vm_area_struct *vma)
{
	enum v2p_oracle_mapping kind = vma->vm_pgoff / MAPPING_PAGES;

	if (vma->vm_pgoff % MAPPING_PAGES || vma_pages(vma) > MAPPING_PAGES ||
	    !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	switch (kind) {
	case V2P_ORACLE_PFNMAP:
	case V2P_ORACLE_MIXEDMAP:
		return map_frames(vma, kind == V2P_ORACLE_MIXEDMAP);
	case V2P_ORACLE_WC:
		return map_device(vma, pgprot_writecombine(vma->vm_page_prot),
				  device_physical(kind));
	case V2P_ORACLE_UC:
		return map_device(vma, pgprot_noncached(vma->vm_page_prot),
				  device_physical(kind));
	case V2P_ORACLE_HUGE:
		return map_huge(vma);
	default:
		return -EINVAL;
	}
}

int mappings_frame(u64 offset, phys_addr_t *physical)
{
	enum v2p_oracle_mapping kind = offset / V2P_ORACLE_MAPPING_SIZE;
	unsigned long inside = offset % V2P_ORACLE_MAPPING_SIZE;

	switch (kind) {
	case V2P_ORACLE_PFNMAP:
	case V2P_ORACLE_MIXEDMAP:
		if (inside >> PAGE_SHIFT >= FRAMES)
			return -EINVAL;
		*physical = page_to_phys(frames[inside >> PAGE_SHIFT]) +
			    offset_in_page(inside);
		return 0;
	case V2P_ORACLE_WC:
	case V2P_ORACLE_UC:
		*physical = device_physical(kind) + inside;
		return 0;
	case V2P_ORACLE_HUGE:
		if (!can_map_huge)
			return -EOPNOTSUPP;
		*physical = page_to_phys(huge) + inside;
		return 0;
	default:
		return -EINVAL;
	}
}

int mappings_init(void)
{
	unsigned int i;

	huge = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_COMP, HUGE_ORDER);
	if (!huge)
		return -ENOMEM;
	for (i = 0; i < FRAMES; i++) {
		frames[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!frames[i]) {
			mappings_exit();
			return -ENOMEM;
		}
	}
	shuffle(frames, FRAMES);
	return 0;
}

void mappings_exit(void)
{
	unsigned int i;

	for (i = 0; i < FRAMES; i++)
		if (frames[i])
			__free_page(frames[i]);
	__free_pages(huge, HUGE_ORDER);
}
