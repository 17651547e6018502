// SPDX-License-Identifier: GPL-2.0
/*
 * Maps and unmaps memory for a device as fast as it can, in some slots, so that page tables of
 * the IOMMU come, go, and are used for something else. What was mapped in a slot at what time
 * can be asked.
 */
#include <linux/bitops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/scatterlist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "dma.h"
#include "regions.h"
#include "v2p_oracle.h"

#define SLOTS 32
#define POOL_PAGES (SZ_2M >> PAGE_SHIFT)
#define POISONED 16

/**
 * struct slot - what a part of the thread's work has mapped
 * @length: in bytes, or 0 for nothing
 * @iova: where, but for a scatter list
 * @table: the scatter list, if @scattered
 * @scattered: whether it is one
 * @told: what is told of it
 */
struct slot {
	u64 length;
	dma_addr_t iova;
	struct sg_table table;
	bool scattered;
	struct v2p_oracle_dma_slot told;
};

static struct device *device;
static struct task_struct *thread;
static struct page *pool;
static struct page **shuffled;
static struct slot slots[SLOTS];
static DEFINE_SPINLOCK(told_lock);

/* Nothing, until both are given. */
static void tell_slot(struct slot *slot, dma_addr_t iova, phys_addr_t physical, u64 length)
{
	spin_lock(&told_lock);
	slot->told.changes++;
	slot->told.iova = iova;
	slot->told.physical = physical;
	slot->told.length = length;
	spin_unlock(&told_lock);
}

/* All of the pool, page by page in no order: a page table of its own for it. */
static void map_all_shuffled(struct slot *slot)
{
	unsigned int some = get_random_u32() % POOL_PAGES;
	struct scatterlist *entry;
	unsigned int i;

	if (sg_alloc_table(&slot->table, POOL_PAGES, GFP_KERNEL))
		return;
	for_each_sgtable_sg(&slot->table, entry, i)
		sg_set_page(entry, shuffled[i], PAGE_SIZE, 0);
	if (dma_map_sgtable(device, &slot->table, DMA_BIDIRECTIONAL, 0)) {
		sg_free_table(&slot->table);
		return;
	}
	slot->scattered = true;
	slot->length = SZ_2M;
	/* Most often the kernel makes one segment of it. */
	if (sg_dma_len(slot->table.sgl) == SZ_2M)
		tell_slot(slot, sg_dma_address(slot->table.sgl) + ((u64)some << PAGE_SHIFT),
			  page_to_phys(shuffled[some]), PAGE_SIZE);
}

static void map_some(struct slot *slot)
{
	static const unsigned int shifts[] = { 0, 0, 0, 1, 4, 9 };
	unsigned int pages = 1U << shifts[get_random_u32() % ARRAY_SIZE(shifts)];
	unsigned int first = pages < POOL_PAGES ? get_random_u32() % (POOL_PAGES - pages) : 0;
	dma_addr_t iova;

	pages = min_t(unsigned int, pages, POOL_PAGES);
	iova = dma_map_page(device, pool + first, 0, (size_t)pages << PAGE_SHIFT,
			    DMA_BIDIRECTIONAL);
	if (dma_mapping_error(device, iova))
		return;
	slot->scattered = false;
	slot->iova = iova;
	slot->length = (u64)pages << PAGE_SHIFT;
	tell_slot(slot, iova, page_to_phys(pool + first), slot->length);
}

static void unmap_slot(struct slot *slot)
{
	if (!slot->length)
		return;
	tell_slot(slot, 0, 0, 0);
	if (slot->scattered) {
		dma_unmap_sgtable(device, &slot->table, DMA_BIDIRECTIONAL, 0);
		sg_free_table(&slot->table);
	} else {
		dma_unmap_page(device, slot->iova, slot->length, DMA_BIDIRECTIONAL);
	}
	slot->length = 0;
}

/*
 * Whoever takes a page that is free now for a page table finds addresses in it that nothing has:
 * a leaf, readable and writable, to VT-d and to AMD's IOMMU alike.
 */
static void poison_free_pages(void)
{
	const u64 entry = nowhere() | BIT_ULL(62) | BIT_ULL(61) | 3;
	struct page *pages[POISONED];
	unsigned int i, k;

	for (i = 0; i < POISONED; i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		if (!pages[i])
			break;
		for (k = 0; k < PAGE_SIZE / sizeof(entry); k++)
			((u64 *)page_address(pages[i]))[k] = entry;
	}
	while (i)
		__free_page(pages[--i]);
}

static int churn(void *unused)
{
	while (!kthread_should_stop()) {
		struct slot *slot = &slots[get_random_u32() % SLOTS];

		unmap_slot(slot);
		poison_free_pages();
		if (get_random_u32() % 4)
			map_some(slot);
		else
			map_all_shuffled(slot);
		cond_resched();
	}
	return 0;
}

static void free_pool(void)
{
	kfree(shuffled);
	if (pool)
		__free_pages(pool, get_order(SZ_2M));
	shuffled = NULL;
	pool = NULL;
}

static int alloc_pool(void)
{
	unsigned int i;

	pool = alloc_pages(GFP_KERNEL | __GFP_ZERO, get_order(SZ_2M));
	shuffled = kcalloc(POOL_PAGES, sizeof(*shuffled), GFP_KERNEL);
	if (!pool || !shuffled) {
		free_pool();
		return -ENOMEM;
	}
	for (i = 0; i < POOL_PAGES; i++)
		shuffled[i] = pool + i;
	shuffle(shuffled, POOL_PAGES);
	return 0;
}

int churn_start(struct device *dev)
{
	int err;

	err = alloc_pool();
	if (err)
		return err;
	device = dev;
	thread = kthread_run(churn, NULL, "v2p_oracle_dma");
	if (!IS_ERR(thread))
		return 0;
	free_pool();
	return PTR_ERR(thread);
}

void churn_stop(void)
{
	unsigned int i;

	kthread_stop(thread);
	for (i = 0; i < SLOTS; i++)
		unmap_slot(&slots[i]);
	free_pool();
}

int churn_slot(struct v2p_oracle_dma_slot *slot)
{
	u32 index = slot->index;

	if (index >= SLOTS)
		return -ENOENT;
	spin_lock(&told_lock);
	*slot = slots[index].told;
	spin_unlock(&told_lock);
	slot->index = index;
	slot->pool = page_to_phys(pool);
	return 0;
}
