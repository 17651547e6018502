// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel memory of every kind. None of the answers comes from a walk of v2p's:
 * they are known by construction, or the kernel's own functions give them.
 */
#include <linux/io.h>
#include <linux/memory_hotplug.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "arch.h"
#include "regions.h"
#include "v2p_oracle.h"

#define MAX_REGIONS 48
#define POOL_ORDER 9
#define SHUFFLED_PAGES 64
#define DATA_PAGES 16

struct region {
	const char *name;
	unsigned long start;
	unsigned long length;
	unsigned int page_shift;
	phys_addr_t physical;
	int (*truth)(const struct region *region, unsigned long address,
		     phys_addr_t *physical);
};

static struct region regions[MAX_REGIONS];
static unsigned int region_count;

static struct page *pool;
static struct page *shuffled[SHUFFLED_PAGES];
static void *shuffled_area, *vmalloc_area, *huge_area;
static void __iomem *io_areas[4];
static void __percpu *percpu_area;

/* All modules together have a few KiB of this. */
static DEFINE_PER_CPU(char[512], static_percpu);
static char module_data[DATA_PAGES * PAGE_SIZE] = { 1 };
static char module_bss[DATA_PAGES * PAGE_SIZE];
static const char module_rodata[DATA_PAGES * PAGE_SIZE] = { 1 };

phys_addr_t nowhere(void)
{
	return BIT_ULL(arch_physical_bits() - 1);
}

/* The oracle laid the region out in physical memory itself. */
static int truth_by_construction(const struct region *region, unsigned long address,
				 phys_addr_t *physical)
{
	*physical = region->physical + (address - region->start);
	return 0;
}

static int truth_of_direct_map(const struct region *region, unsigned long address,
			       phys_addr_t *physical)
{
	phys_addr_t pa = region->physical + (address - region->start);

	if (!pfn_to_online_page(PHYS_PFN(pa)) || !arch_maps_memory(address))
		return -ENXIO;
	if (virt_to_phys((void *)address) != pa)
		return -EIO;
	*physical = pa;
	return 0;
}

static int truth_of_vmalloc(const struct region *region, unsigned long address,
			    phys_addr_t *physical)
{
	unsigned long pfn = vmalloc_to_pfn((void *)address);

	*physical = PFN_PHYS(pfn) + offset_in_page(address);
	return 0;
}

static int truth_of_shuffled(const struct region *region, unsigned long address,
			     phys_addr_t *physical)
{
	unsigned long page = (address - region->start) >> PAGE_SHIFT;

	*physical = page_to_phys(shuffled[page]) + offset_in_page(address);
	return 0;
}

static int truth_of_percpu(const struct region *region, unsigned long address,
			   phys_addr_t *physical)
{
	if (is_vmalloc_addr((void *)address))
		return truth_of_vmalloc(region, address, physical);
	*physical = virt_to_phys((void *)address);
	return 0;
}

static int truth_of_image(const struct region *region, unsigned long address,
			  phys_addr_t *physical)
{
	return arch_image_truth(address, physical);
}

static int truth_of_tables(const struct region *region, unsigned long address,
			   phys_addr_t *physical)
{
	return arch_translate(address, physical);
}

static int truth_of_vmemmap(const struct region *region, unsigned long address,
			    phys_addr_t *physical)
{
	unsigned long pfn = PHYS_PFN(region->physical) +
			    (address - region->start) / sizeof(struct page);

	if (!pfn_to_online_page(pfn))
		return -ENXIO;
	return truth_of_tables(region, address, physical);
}

static int truth_of_nothing(const struct region *region, unsigned long address,
			    phys_addr_t *physical)
{
	return -ENXIO;
}

static struct region *add(const char *name, const void *start, unsigned long length,
			  typeof(regions[0].truth) truth)
{
	struct region *region = &regions[region_count++];

	BUG_ON(region_count > MAX_REGIONS);
	region->name = name;
	region->start = (unsigned long)start;
	region->length = length;
	region->truth = truth;
	return region;
}

void shuffle(struct page **pages, unsigned int count)
{
	while (count > 1) {
		unsigned int other = get_random_u32() % count--;

		swap(pages[count], pages[other]);
	}
}

static int add_shuffled(void)
{
	unsigned int i;

	for (i = 0; i < SHUFFLED_PAGES; i++) {
		shuffled[i] = alloc_page(GFP_KERNEL);
		if (!shuffled[i])
			return -ENOMEM;
	}
	shuffle(shuffled, SHUFFLED_PAGES);
	shuffled_area = vmap(shuffled, SHUFFLED_PAGES, VM_MAP, PAGE_KERNEL);
	if (!shuffled_area)
		return -ENOMEM;
	add("vmap", shuffled_area, SHUFFLED_PAGES * PAGE_SIZE,
	    truth_of_shuffled);
	return 0;
}

static int add_vmalloc(void)
{
	const unsigned long size = 256 * PAGE_SIZE;

	vmalloc_area = vmalloc(size);
	huge_area = vmalloc_huge(2 * PMD_SIZE, GFP_KERNEL);
	if (!vmalloc_area || !huge_area)
		return -ENOMEM;
	add("vmalloc", vmalloc_area, size, truth_of_vmalloc);
	/* The page that vmalloc keeps empty behind every area. */
	add("vmalloc-guard", vmalloc_area + size, PAGE_SIZE, truth_of_nothing);
	add("vmalloc-huge", huge_area, 2 * PMD_SIZE, truth_of_vmalloc);
	return 0;
}

static int add_ioremap(void)
{
	static const struct {
		const char *name;
		phys_addr_t offset;
		unsigned long size;
		unsigned int page_shift;
		bool wc;
	} kinds[] = {
		{ "ioremap", 0x3000, 8 * PAGE_SIZE, PAGE_SHIFT, false },
		{ "ioremap-wc", 0x100000, 8 * PAGE_SIZE, PAGE_SHIFT, true },
		{ "ioremap-2M", 2 * PMD_SIZE, 2 * PMD_SIZE, PMD_SHIFT, false },
		{ "ioremap-1G", PUD_SIZE, PUD_SIZE, PUD_SHIFT, false },
	};
	struct region *region;
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(kinds) != ARRAY_SIZE(io_areas));
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		phys_addr_t physical = nowhere() + kinds[i].offset;

		io_areas[i] = kinds[i].wc ? ioremap_wc(physical, kinds[i].size) :
					    ioremap(physical, kinds[i].size);
		if (!io_areas[i])
			return -ENOMEM;
		region = add(kinds[i].name, (__force void *)io_areas[i], kinds[i].size,
			     truth_by_construction);
		region->physical = physical;
		region->page_shift = min_t(unsigned int, kinds[i].page_shift, ARCH_IO_SHIFT);
	}
	return 0;
}

static int add_percpu(void)
{
	/* More is not given: with pages of 64 KiB, that is one. */
	const unsigned long size = min(2 * PAGE_SIZE, PCPU_MIN_UNIT_SIZE);
	unsigned int cpu;

	percpu_area = __alloc_percpu(size, PAGE_SIZE);
	if (!percpu_area)
		return -ENOMEM;
	for_each_online_cpu(cpu) {
		add("percpu-static", per_cpu_ptr(&static_percpu, cpu), sizeof(static_percpu),
		    truth_of_percpu);
		add("percpu-dynamic", per_cpu_ptr(percpu_area, cpu), size, truth_of_percpu);
#ifdef CONFIG_X86_64
		add("cpu-entry-area", get_cpu_entry_area(cpu), sizeof(struct cpu_entry_area),
		    truth_of_tables);
#endif
		if (region_count > MAX_REGIONS / 2)
			break;
	}
	return 0;
}

static void add_fixmap(void)
{
#ifdef CONFIG_X86_64
	struct region *region;

	region = add("fixmap-ioapic", (void *)fix_to_virt(FIX_IO_APIC_BASE_0), PAGE_SIZE,
		     truth_by_construction);
	region->physical = IO_APIC_DEFAULT_PHYS_BASE;
	region->page_shift = PAGE_SHIFT;
#endif
}

static unsigned long lowest_frame(void)
{
	unsigned long pfn = 0;

	while (!pfn_to_online_page(pfn))
		pfn += PAGES_PER_SECTION;
	return pfn;
}

static void add_frames(void)
{
	const unsigned long frames = get_num_physpages() + PHYS_PFN(SZ_1G);
	const unsigned long lowest = lowest_frame();
	struct region *region;

	region = add("pool", page_address(pool), PAGE_SIZE << POOL_ORDER,
		     truth_by_construction);
	region->physical = page_to_phys(pool);
	region = add("direct-map", __va(PFN_PHYS(lowest)), frames << PAGE_SHIFT,
		     truth_of_direct_map);
	region->physical = PFN_PHYS(lowest);
	region = add("vmemmap", pfn_to_page(lowest), frames * sizeof(struct page),
		     truth_of_vmemmap);
	region->physical = PFN_PHYS(lowest);
	add("kernel-image", ARCH_IMAGE_START, ARCH_IMAGE_SIZE, truth_of_image);
}

static void add_own_image(void)
{
	add("module-text", (void *)((unsigned long)regions_get & PAGE_MASK), PAGE_SIZE,
	    truth_of_vmalloc);
	add("module-rodata", module_rodata, sizeof(module_rodata), truth_of_vmalloc);
	add("module-data", module_data, sizeof(module_data), truth_of_vmalloc);
	add("module-data", module_bss, sizeof(module_bss), truth_of_vmalloc);
}

int regions_init(void)
{
	int err = -ENOMEM;

	pool = alloc_pages(GFP_KERNEL, POOL_ORDER);
	if (!pool)
		return -ENOMEM;
	add_frames();
	add_own_image();
	add_fixmap();
	err = add_shuffled();
	if (!err)
		err = add_vmalloc();
	if (!err)
		err = add_ioremap();
	if (!err)
		err = add_percpu();
	if (err)
		regions_exit();
	return err;
}

void regions_exit(void)
{
	unsigned int i;

	free_percpu(percpu_area);
	for (i = 0; i < ARRAY_SIZE(io_areas); i++)
		if (io_areas[i])
			iounmap(io_areas[i]);
	vfree(huge_area);
	vfree(vmalloc_area);
	vunmap(shuffled_area);
	for (i = 0; i < SHUFFLED_PAGES; i++)
		if (shuffled[i])
			__free_page(shuffled[i]);
	__free_pages(pool, POOL_ORDER);
}

int regions_get(struct v2p_oracle_region *region)
{
	const struct region *r;

	if (region->index >= region_count)
		return -ENOENT;
	r = &regions[region->index];
	region->page_shift = r->page_shift;
	region->start = r->start;
	region->length = r->length;
	strscpy(region->name, r->name, sizeof(region->name));
	return 0;
}

int regions_truth(u32 index, unsigned long address, phys_addr_t *physical)
{
	const struct region *r;

	if (index >= region_count)
		return -ENOENT;
	r = &regions[index];
	if (address < r->start || address - r->start >= r->length)
		return -EINVAL;
	return r->truth(r, address, physical);
}
