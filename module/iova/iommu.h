/* SPDX-License-Identifier: GPL-2.0 */
/* IOMMUs whose tables are known, and what they say of a device. */
#ifndef V2P_IOVA_IOMMU_H
#define V2P_IOVA_IOMMU_H

#include <linux/bits.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/types.h>

#include "entry.h"

struct device;
struct netlink_ext_ack;
struct v2p_iova_reader;

/* The addresses of requests that are sent without a PASID. */
#define V2P_NO_PASID	U32_MAX

/**
 * struct v2p_iommu_tables - what becomes of the addresses of a device
 * @translation: enum v2p_device_translation; the others mean something only where it is
 *	V2P_DEVICE_TRANSLATION_TABLES, but @flags
 * @format: enum v2p_table_format
 * @top: level of the uppermost page table, enum v2p_level
 * @width: bits of an address that is translated; all others must be 0
 * @marks: for v2p_iova_decode()
 * @flags: enum v2p_flag of what is passed through
 * @table: physical address of that table
 */
struct v2p_iommu_tables {
	u8 translation;
	u8 format;
	u8 top;
	u8 width;
	bool marks;
	u32 flags;
	u64 table;
};

/* Of a word of a table of devices, these bits of it. */
static inline u64 v2p_iommu_bits(u64 word, unsigned int high, unsigned int low)
{
	return (word & GENMASK_ULL(high, low)) >> low;
}

/*
 * What a table of devices says, each for find_tables() to return. An entry that is not present, or
 * has a reserved value, makes the IOMMU refuse all requests.
 */
static inline int v2p_iommu_blocked(struct v2p_iommu_tables *tables)
{
	tables->translation = V2P_DEVICE_TRANSLATION_BLOCKED;
	return 0;
}

/* Passed through, for what @flags allow: 0 for nothing. */
static inline int v2p_iommu_passthrough(u32 flags, struct v2p_iommu_tables *tables)
{
	if (!flags)
		return v2p_iommu_blocked(tables);
	tables->translation = V2P_DEVICE_TRANSLATION_PASSTHROUGH;
	tables->flags = flags;
	return 0;
}

/* It is switched off. */
static inline int v2p_iommu_direct(struct v2p_iommu_tables *tables)
{
	tables->translation = V2P_DEVICE_TRANSLATION_DIRECT;
	tables->flags = v2p_iova_rights(true, true);
	return 0;
}

/*
 * By page tables as those of the processor, of four levels, or of five. The upper half of the
 * addresses, which is that of kernels, is left out: Linux uses the lower one alone, for itself as
 * for a process that shares its tables with a device.
 */
static inline int v2p_iommu_processor_tables(u8 format, u64 table, bool five_levels,
					     struct v2p_iommu_tables *tables)
{
	const unsigned int top = five_levels ? V2P_LEVEL_PGD : V2P_LEVEL_P4D;

	*tables = (struct v2p_iommu_tables) {
		.translation = V2P_DEVICE_TRANSLATION_TABLES,
		.format = format,
		.top = top,
		.width = v2p_iova_shift(top + 1) - 1,
		.table = table & V2P_IOVA_ADDRESS,
	};
	return 0;
}

struct v2p_iommu;

/**
 * struct v2p_iommu_kind - what differs between makers of IOMMUs
 * @find_tables: looks a device up in the tables of devices: of an IOMMU, in a section that was
 *	begun, which records what is followed and the steps of a walk, the device that has this
 *	number on its bus, as its requests have it, and the PASID or V2P_NO_PASID. Sets the
 *	tables, which are zeroed. Returns 0, or -EOPNOTSUPP where the device uses what is not known
 *	here
 * @begin: reads what does not change of its registers; returns false where these are none
 */
struct v2p_iommu_kind {
	int (*find_tables)(const struct v2p_iommu *iommu, struct v2p_iova_reader *reader,
			   u16 source, u32 pasid, struct v2p_iommu_tables *tables);
	bool (*begin)(struct v2p_iommu *iommu);
};

/**
 * struct v2p_iommu - an IOMMU
 * @kind: how its tables are read
 * @base: physical address of its registers
 * @registers: mapped
 * @width: bits of an address at most, whatever levels the tables have
 * @list: of all that devices were asked about behind
 *
 * Kept until the module goes: there are few.
 */
struct v2p_iommu {
	const struct v2p_iommu_kind *kind;
	u64 base;
	void __iomem *registers;
	u8 width;
	struct list_head list;
};

/**
 * v2p_iommu_get() - the IOMMU that has its registers at an address
 * @kind: how its tables are read
 * @base: physical address of its registers
 * @size: bytes of them that are needed
 *
 * May sleep.
 *
 * Return: it, or an ERR_PTR(): -ENXIO where there are no registers.
 */
const struct v2p_iommu *v2p_iommu_get(const struct v2p_iommu_kind *kind, u64 base, size_t size);

/* Called once, when nobody asks any more. */
void v2p_iommu_exit(void);

/**
 * v2p_vtd_find() - the Intel VT-d unit that a device is behind
 * @dev: the device
 * @source: set to its number on the bus, as its requests have it
 *
 * May sleep. Takes the scopes of units from the ACPI table DMAR (Intel VT-d specification,
 * "BIOS Considerations").
 *
 * Return: the unit; NULL if there is none; or an ERR_PTR().
 */
const struct v2p_iommu *v2p_vtd_find(struct device *dev, u16 *source);

/**
 * v2p_amd_find() - the AMD IOMMU that a device is behind
 * @dev: as for v2p_vtd_find()
 * @source: likewise
 *
 * May sleep. Takes the devices of each from the ACPI table IVRS (AMD I/O Virtualization
 * Technology specification, "I/O Virtualization ACPI Table").
 *
 * Return: likewise.
 */
const struct v2p_iommu *v2p_amd_find(struct device *dev, u16 *source);

extern const struct v2p_iommu_kind v2p_vtd;
extern const struct v2p_iommu_kind v2p_amd;

#endif /* V2P_IOVA_IOMMU_H */
