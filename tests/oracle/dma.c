// SPDX-License-Identifier: GPL-2.0
/*
 * A driver for QEMU's "edu" device, which Linux has none for: maps memory for it in every way
 * that the kernel has for DMA, and knows which memory that is. The device does nothing with it.
 */
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "dma.h"
#include "regions.h"
#include "v2p_oracle.h"

#define MAX_PAGES (SZ_2M >> PAGE_SHIFT)

struct piece {
	dma_addr_t iova;
	phys_addr_t physical;
	u64 length;
};

/**
 * struct mapping - memory that is mapped for the device
 * @node: among all of them
 * @file: whose it is
 * @id: its number
 * @kind: how it was mapped
 * @direction: what for
 * @length: in bytes
 * @iova: where, but for a scatter list
 * @area: of coherent memory, the kernel's address
 * @pages: the first one of PAGES, or all of SCATTER, or NULL
 * @table: of SCATTER
 * @pieces: which memory it is
 * @count: how many pieces
 */
struct mapping {
	struct list_head node;
	const struct file *file;
	u32 id;
	u32 kind;
	enum dma_data_direction direction;
	u64 length;
	dma_addr_t iova;
	void *area;
	struct page **pages;
	struct sg_table table;
	struct piece *pieces;
	unsigned int count;
};

static DEFINE_MUTEX(lock);
static LIST_HEAD(mappings);
static struct pci_dev *edu;
static const struct file *churner;
static u32 last_id;

static const enum dma_data_direction directions[] = {
	[V2P_ORACLE_DMA_BOTH] = DMA_BIDIRECTIONAL,
	[V2P_ORACLE_DMA_READ] = DMA_TO_DEVICE,
	[V2P_ORACLE_DMA_WRITE] = DMA_FROM_DEVICE,
};

static unsigned int pages_of(const struct mapping *mapping)
{
	return mapping->length >> PAGE_SHIFT;
}

static void tell(struct mapping *mapping, dma_addr_t iova, phys_addr_t physical, u64 length)
{
	mapping->pieces[mapping->count++] = (struct piece) { iova, physical, length };
}

static int map_pages(struct mapping *mapping)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO, get_order(mapping->length));

	if (!page)
		return -ENOMEM;
	mapping->iova = dma_map_page(&edu->dev, page, 0, mapping->length, mapping->direction);
	if (dma_mapping_error(&edu->dev, mapping->iova)) {
		__free_pages(page, get_order(mapping->length));
		return -ENOMEM;
	}
	mapping->pages[0] = page;
	tell(mapping, mapping->iova, page_to_phys(page), mapping->length);
	return 0;
}

static int map_coherent(struct mapping *mapping)
{
	unsigned int i;

	mapping->area = dma_alloc_coherent(&edu->dev, mapping->length, &mapping->iova, GFP_KERNEL);
	if (!mapping->area)
		return -ENOMEM;
	for (i = 0; i < pages_of(mapping); i++) {
		void *at = mapping->area + (i << PAGE_SHIFT);
		struct page *page = is_vmalloc_addr(at) ? vmalloc_to_page(at) : virt_to_page(at);

		tell(mapping, mapping->iova + (i << PAGE_SHIFT), page_to_phys(page), PAGE_SIZE);
	}
	return 0;
}

static void free_scattered(struct mapping *mapping)
{
	unsigned int i;

	for (i = 0; i < pages_of(mapping) && mapping->pages[i]; i++)
		__free_page(mapping->pages[i]);
}

static int alloc_scattered(struct mapping *mapping)
{
	unsigned int i;

	for (i = 0; i < pages_of(mapping); i++) {
		mapping->pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!mapping->pages[i])
			return -ENOMEM;
	}
	shuffle(mapping->pages, pages_of(mapping));
	return sg_alloc_table(&mapping->table, pages_of(mapping), GFP_KERNEL);
}

/* What the kernel made one segment of is still the pages in their order. */
static void tell_segments(struct mapping *mapping)
{
	struct scatterlist *segment;
	unsigned int i, page = 0;

	for_each_sgtable_dma_sg(&mapping->table, segment, i) {
		u64 at;

		for (at = 0; at < sg_dma_len(segment); at += PAGE_SIZE)
			tell(mapping, sg_dma_address(segment) + at,
			     page_to_phys(mapping->pages[page++]), PAGE_SIZE);
	}
}

static int map_scattered(struct mapping *mapping)
{
	struct scatterlist *entry;
	unsigned int i;
	int err;

	err = alloc_scattered(mapping);
	if (err)
		goto err_pages;
	for_each_sgtable_sg(&mapping->table, entry, i)
		sg_set_page(entry, mapping->pages[i], PAGE_SIZE, 0);
	err = dma_map_sgtable(&edu->dev, &mapping->table, mapping->direction, 0);
	if (err)
		goto err_table;
	tell_segments(mapping);
	return 0;

err_table:
	sg_free_table(&mapping->table);
err_pages:
	free_scattered(mapping);
	return err;
}

/* Memory is there, which nobody is going to touch. */
static int map_frame_0(struct mapping *mapping)
{
	mapping->iova = dma_map_resource(&edu->dev, 0, mapping->length, mapping->direction, 0);
	if (dma_mapping_error(&edu->dev, mapping->iova))
		return -ENOMEM;
	tell(mapping, mapping->iova, 0, mapping->length);
	return 0;
}

static int map_by_kind(struct mapping *mapping)
{
	switch (mapping->kind) {
	case V2P_ORACLE_DMA_PAGES:
		return map_pages(mapping);
	case V2P_ORACLE_DMA_COHERENT:
		return map_coherent(mapping);
	case V2P_ORACLE_DMA_SCATTER:
		return map_scattered(mapping);
	case V2P_ORACLE_DMA_FRAME_0:
		return map_frame_0(mapping);
	default:
		return -EINVAL;
	}
}

static void unmap_by_kind(struct mapping *mapping)
{
	struct device *dev = &edu->dev;

	switch (mapping->kind) {
	case V2P_ORACLE_DMA_PAGES:
		dma_unmap_page(dev, mapping->iova, mapping->length, mapping->direction);
		__free_pages(mapping->pages[0], get_order(mapping->length));
		break;
	case V2P_ORACLE_DMA_COHERENT:
		dma_free_coherent(dev, mapping->length, mapping->area, mapping->iova);
		break;
	case V2P_ORACLE_DMA_SCATTER:
		dma_unmap_sgtable(dev, &mapping->table, mapping->direction, 0);
		sg_free_table(&mapping->table);
		free_scattered(mapping);
		break;
	case V2P_ORACLE_DMA_FRAME_0:
		dma_unmap_resource(dev, mapping->iova, mapping->length, mapping->direction, 0);
		break;
	}
}

static void free_mapping(struct mapping *mapping)
{
	kfree(mapping->pieces);
	kfree(mapping->pages);
	kfree(mapping);
}

static struct mapping *new_mapping(const struct v2p_oracle_dma_map *map)
{
	struct mapping *mapping;

	if (!map->length || !PAGE_ALIGNED(map->length) || map->length > SZ_2M ||
	    map->direction >= ARRAY_SIZE(directions))
		return ERR_PTR(-EINVAL);
	mapping = kzalloc(sizeof(*mapping), GFP_KERNEL);
	if (!mapping)
		return ERR_PTR(-ENOMEM);
	mapping->kind = map->kind;
	mapping->direction = directions[map->direction];
	mapping->length = map->length;
	mapping->pages = kcalloc(MAX_PAGES, sizeof(*mapping->pages), GFP_KERNEL);
	mapping->pieces = kcalloc(MAX_PAGES, sizeof(*mapping->pieces), GFP_KERNEL);
	if (mapping->pages && mapping->pieces)
		return mapping;
	free_mapping(mapping);
	return ERR_PTR(-ENOMEM);
}

int dma_map(const struct file *file, struct v2p_oracle_dma_map *map)
{
	struct mapping *mapping = new_mapping(map);
	int err = -ENODEV;

	if (IS_ERR(mapping))
		return PTR_ERR(mapping);
	mutex_lock(&lock);
	if (edu)
		err = map_by_kind(mapping);
	if (err) {
		free_mapping(mapping);
	} else {
		mapping->file = file;
		mapping->id = ++last_id;
		map->id = mapping->id;
		list_add_tail(&mapping->node, &mappings);
	}
	mutex_unlock(&lock);
	return err;
}

static struct mapping *find_mapping(u32 id)
{
	struct mapping *mapping;

	list_for_each_entry(mapping, &mappings, node)
		if (mapping->id == id)
			return mapping;
	return NULL;
}

int dma_piece(struct v2p_oracle_dma_piece *piece)
{
	struct mapping *mapping;
	int err = -ENOENT;

	mutex_lock(&lock);
	mapping = find_mapping(piece->id);
	if (mapping && piece->index < mapping->count) {
		piece->iova = mapping->pieces[piece->index].iova;
		piece->physical = mapping->pieces[piece->index].physical;
		piece->length = mapping->pieces[piece->index].length;
		err = 0;
	}
	mutex_unlock(&lock);
	return err;
}

static void remove_mapping(struct mapping *mapping)
{
	list_del(&mapping->node);
	unmap_by_kind(mapping);
	free_mapping(mapping);
}

int dma_unmap(u32 id)
{
	struct mapping *mapping;

	mutex_lock(&lock);
	mapping = find_mapping(id);
	if (mapping)
		remove_mapping(mapping);
	mutex_unlock(&lock);
	return mapping ? 0 : -ENOENT;
}

int dma_churn(const struct file *file)
{
	int err = -ENODEV;

	mutex_lock(&lock);
	if (churner)
		err = -EBUSY;
	else if (edu)
		err = churn_start(&edu->dev);
	if (!err)
		churner = file;
	mutex_unlock(&lock);
	return err;
}

static void end_churn(void)
{
	if (churner)
		churn_stop();
	churner = NULL;
}

int dma_slot(struct v2p_oracle_dma_slot *slot)
{
	int err = -ENODEV;

	mutex_lock(&lock);
	if (churner)
		err = churn_slot(slot);
	mutex_unlock(&lock);
	return err;
}

int dma_device(struct v2p_oracle_dma_device *name)
{
	int err = -ENODEV;

	mutex_lock(&lock);
	if (edu) {
		strscpy(name->name, pci_name(edu), sizeof(name->name));
		err = 0;
	}
	mutex_unlock(&lock);
	return err;
}

/* NULL is everybody. */
static void remove_mappings(const struct file *file)
{
	struct mapping *mapping, *next;

	if (!file || file == churner)
		end_churn();
	list_for_each_entry_safe(mapping, next, &mappings, node)
		if (!file || mapping->file == file)
			remove_mapping(mapping);
}

void dma_release(const struct file *file)
{
	mutex_lock(&lock);
	remove_mappings(file);
	mutex_unlock(&lock);
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int err;

	err = pci_enable_device(pdev);
	if (err)
		return err;
	/* Whatever the device itself can reach: it is never told any of the addresses. */
	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (err)
		goto err_disable;
	dma_set_max_seg_size(&pdev->dev, SZ_2M);
	mutex_lock(&lock);
	if (edu)
		err = -EBUSY;
	else
		edu = pdev;
	mutex_unlock(&lock);
	if (!err)
		return 0;

err_disable:
	pci_disable_device(pdev);
	return err;
}

static void edu_remove(struct pci_dev *pdev)
{
	mutex_lock(&lock);
	remove_mappings(NULL);
	edu = NULL;
	mutex_unlock(&lock);
	pci_disable_device(pdev);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{}
};

static struct pci_driver edu_driver = {
	.name = "v2p_oracle",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};

int dma_init(void)
{
	return pci_register_driver(&edu_driver);
}

void dma_exit(void)
{
	pci_unregister_driver(&edu_driver);
}
