/* SPDX-License-Identifier: GPL-2.0 */
/* Shared by what answers questions about a device's addresses. */
#ifndef V2P_IOVA_INTERNAL_H
#define V2P_IOVA_INTERNAL_H

#include <linux/kref.h>
#include <linux/types.h>

#include "../arch/arch.h"
#include "entry.h"
#include "iommu.h"
#include "reader.h"

struct device;

/*
 * Sections of a call that may find that tables were changed meanwhile: whoever changes them all
 * the time must not keep the caller for ever.
 */
#define V2P_IOVA_MOST_TRIES	64

/**
 * struct v2p_iova - a device's addresses
 * @references: as many
 * @dev: the device, of which there is a reference
 * @iommu: that it is behind; NULL if there is none
 * @source: number of the device on its bus, as its requests have it
 * @pasid: of the requests that are meant, or V2P_NO_PASID
 * @asked: instead of reading tables, the kernel's driver of the IOMMU is asked (asked.h)
 *
 * What the tables say is looked up anew in each section (reader.h): the device may be given
 * other tables at any time.
 */
struct v2p_iova {
	struct kref references;
	struct device *dev;
	const struct v2p_iommu *iommu;
	u16 source;
	u32 pasid;
	bool asked;
};

/**
 * v2p_iova_find_tables() - what becomes of the addresses of a device
 * @iova: the device's
 * @reader: a section that was begun
 * @tables: set
 *
 * Return: as v2p_iommu_kind.find_tables.
 */
int v2p_iova_find_tables(const struct v2p_iova *iova, struct v2p_iova_reader *reader,
			 struct v2p_iommu_tables *tables);

/* The highest address that is translated. */
static inline u64 v2p_iova_last(const struct v2p_iommu_tables *tables)
{
	return tables->width < 64 ? BIT_ULL(tables->width) - 1 : U64_MAX;
}

/**
 * struct v2p_iova_place - where the walk to an address has come
 * @level: of the table, enum v2p_level
 * @table: physical address of the table
 * @beyond: the entry points to a table that is more than one level below, and does not reach
 *	to this address
 * @entry: of the address in the table
 * @e: the entry, decoded; not V2P_IOVA_TABLE unless @beyond
 */
struct v2p_iova_place {
	u8 level;
	u64 table;
	bool beyond;
	u64 entry;
	struct v2p_iova_entry e;
};

/**
 * v2p_iova_descend() - walk from the uppermost table to where an address is mapped
 * @reader: a section, in which @tables was found
 * @tables: with V2P_DEVICE_TRANSLATION_TABLES
 * @address: no higher than v2p_iova_last()
 * @place: set
 */
void v2p_iova_descend(struct v2p_iova_reader *reader, const struct v2p_iommu_tables *tables,
		      u64 address, struct v2p_iova_place *place);

/* Read the entry of an address in the table that it is in, and decode it. */
void v2p_iova_look(struct v2p_iova_reader *reader, const struct v2p_iommu_tables *tables,
		   u64 address, struct v2p_iova_place *place);

/* The size of what was found at a place, page or hole, as a power of two. */
static inline unsigned int v2p_iova_place_shift(const struct v2p_iova_place *place)
{
	return place->e.what == V2P_IOVA_PAGE ? place->e.shift : v2p_iova_shift(place->level);
}

/*
 * Is a request of the device to this address an interrupt, wherever tables would lead? Those
 * with a PASID never are.
 */
static inline bool v2p_iova_is_interrupt(const struct v2p_iova *iova, u64 address)
{
	return iova->pasid == V2P_NO_PASID && address >= V2P_ARCH_INTERRUPTS_FIRST &&
	       address <= V2P_ARCH_INTERRUPTS_LAST;
}

#endif /* V2P_IOVA_INTERNAL_H */
