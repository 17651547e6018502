// SPDX-License-Identifier: GPL-2.0
/*
 * Intel's VT-d, by its own tables: the root table has an entry for each bus, which points to a
 * context table, which has one for each device and function. In legacy mode that points to the
 * page tables; in scalable mode to a directory of PASID tables, whose entries do. Bits are
 * those of the specification's chapters "Register Descriptions" and "Translation Structure
 * Formats".
 */

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/minmax.h>

#include "entry.h"
#include "iommu.h"
#include "reader.h"

/* Registers. */
#define CAPABILITIES	0x08
#define STATUS		0x1c
#define ROOT_TABLE	0x20

#define STATUS_TRANSLATES	BIT(31)

/* Bits 11 and 10 of the address of the root table. */
enum mode {
	MODE_LEGACY,
	MODE_SCALABLE,
	/* Of an older version of the specification, which no kernel here uses. */
	MODE_EXTENDED,
	MODE_ABORT,
};

/* Of every entry. */
#define PRESENT		BIT_ULL(0)

/* Of a context entry, in legacy mode. */
enum {
	CONTEXT_TABLES,
	CONTEXT_TABLES_AND_DEVICE_TLB,
	CONTEXT_PASSTHROUGH,
};

/* Of a context entry, in scalable mode. */
#define CONTEXT_HAS_PASIDS	BIT_ULL(3)

/* Of an entry of a PASID table. */
enum {
	PASID_FIRST_STAGE = 1,
	PASID_SECOND_STAGE,
	PASID_NESTED,
	PASID_PASSTHROUGH,
};

#define PASID_MARKS	BIT_ULL(9)

/* What does not answer reads as all ones. */
static bool begin(struct v2p_iommu *iommu)
{
	const u64 capabilities = readq(iommu->registers + CAPABILITIES);

	iommu->width = v2p_iommu_bits(capabilities, 21, 16) + 1;
	return capabilities && capabilities != U64_MAX;
}

/* @address_width: 1 for three levels, 2 for four, 3 for five. */
static int second_stage(const struct v2p_iommu *iommu, u64 table, unsigned int address_width,
			bool marks, struct v2p_iommu_tables *tables)
{
	const unsigned int top = V2P_LEVEL_PMD + address_width;

	if (!address_width || top > V2P_LEVEL_PGD)
		return v2p_iommu_blocked(tables);
	*tables = (struct v2p_iommu_tables) {
		.translation = V2P_DEVICE_TRANSLATION_TABLES,
		.format = V2P_TABLE_FORMAT_VTD_SECOND_STAGE,
		.top = top,
		.width = min_t(u8, iommu->width, v2p_iova_shift(top + 1)),
		.marks = marks,
		.table = table & V2P_IOVA_ADDRESS,
	};
	return 0;
}

static u64 follow(struct v2p_iova_reader *reader, u8 level, u64 table, u32 index,
		  unsigned int size)
{
	const u64 physical = (table & V2P_IOVA_ADDRESS) + (u64)index * size;
	const u64 entry = v2p_iova_follow(reader, physical);

	v2p_iova_step(reader, level, index, physical, entry,
		      entry & PRESENT ? V2P_FLAG_PRESENT : 0);
	return entry;
}

static int legacy(const struct v2p_iommu *iommu, struct v2p_iova_reader *reader, u64 root,
		  u16 source, u32 pasid, struct v2p_iommu_tables *tables)
{
	const unsigned int size = 2 * sizeof(u64);
	u64 low, high;

	root = follow(reader, V2P_LEVEL_ROOT_TABLE, root, source >> 8, size);
	if (!(root & PRESENT))
		return v2p_iommu_blocked(tables);
	low = follow(reader, V2P_LEVEL_CONTEXT_TABLE, root, source & 0xff, size);
	high = v2p_iova_follow(reader, (root & V2P_IOVA_ADDRESS) + (source & 0xff) * size +
				       sizeof(u64));
	/* There are no PASIDs in this mode. */
	if (!(low & PRESENT) || pasid != V2P_NO_PASID)
		return v2p_iommu_blocked(tables);
	switch (v2p_iommu_bits(low, 3, 2)) {
	case CONTEXT_TABLES:
	case CONTEXT_TABLES_AND_DEVICE_TLB:
		return second_stage(iommu, low, v2p_iommu_bits(high, 2, 0), false, tables);
	case CONTEXT_PASSTHROUGH:
		return v2p_iommu_passthrough(v2p_iova_rights(true, true), tables);
	}
	return v2p_iommu_blocked(tables);
}

static int by_pasid_entry(const struct v2p_iommu *iommu, struct v2p_iova_reader *reader,
			  u64 table, u32 pasid, struct v2p_iommu_tables *tables)
{
	const unsigned int index = pasid % 64, size = 8 * sizeof(u64);
	const u64 physical = (table & V2P_IOVA_ADDRESS) + index * size;
	const u64 first = v2p_iova_follow(reader, physical);
	const u64 third = v2p_iova_follow(reader, physical + 2 * sizeof(u64));
	const u32 flags = first & PRESENT ? V2P_FLAG_PRESENT : 0;
	const unsigned int kind = v2p_iommu_bits(first, 8, 6);

	if (first & PRESENT && kind == PASID_FIRST_STAGE)
		v2p_iova_step(reader, V2P_LEVEL_PASID_TABLE, index,
			      physical + 2 * sizeof(u64), third, flags);
	else
		v2p_iova_step(reader, V2P_LEVEL_PASID_TABLE, index, physical, first, flags);
	if (!(first & PRESENT))
		return v2p_iommu_blocked(tables);
	switch (kind) {
	case PASID_FIRST_STAGE:
		if (v2p_iommu_bits(third, 3, 2) > 1)
			return v2p_iommu_blocked(tables);
		return v2p_iommu_processor_tables(V2P_TABLE_FORMAT_VTD_FIRST_STAGE, third,
						  v2p_iommu_bits(third, 3, 2), tables);
	case PASID_SECOND_STAGE:
		return second_stage(iommu, first, v2p_iommu_bits(first, 4, 2), first & PASID_MARKS,
				    tables);
	case PASID_NESTED:
		return -EOPNOTSUPP;
	case PASID_PASSTHROUGH:
		return v2p_iommu_passthrough(v2p_iova_rights(true, true), tables);
	}
	return v2p_iommu_blocked(tables);
}

static int scalable(const struct v2p_iommu *iommu, struct v2p_iova_reader *reader, u64 root,
		    u16 source, u32 pasid, struct v2p_iommu_tables *tables)
{
	/* An entry of the root table has two halves, each for half of the devices of a bus. */
	const unsigned int half = 2 * (source >> 8) + v2p_iommu_bits(source, 7, 7);
	const unsigned int size = 4 * sizeof(u64), device = source & 0x7f;
	u64 low, high, directory;

	root = follow(reader, V2P_LEVEL_ROOT_TABLE, root, half, sizeof(u64));
	if (!(root & PRESENT))
		return v2p_iommu_blocked(tables);
	low = follow(reader, V2P_LEVEL_CONTEXT_TABLE, root, device, size);
	high = v2p_iova_follow(reader, (root & V2P_IOVA_ADDRESS) + device * size + sizeof(u64));
	if (!(low & PRESENT))
		return v2p_iommu_blocked(tables);
	if (pasid == V2P_NO_PASID)
		pasid = v2p_iommu_bits(high, 19, 0);
	else if (!(low & CONTEXT_HAS_PASIDS))
		return v2p_iommu_blocked(tables);
	if (pasid / 64 >= 128U << v2p_iommu_bits(low, 11, 9))
		return v2p_iommu_blocked(tables);
	directory = follow(reader, V2P_LEVEL_PASID_DIRECTORY, low, pasid / 64, sizeof(u64));
	if (!(directory & PRESENT))
		return v2p_iommu_blocked(tables);
	return by_pasid_entry(iommu, reader, directory, pasid, tables);
}

static int find_tables(const struct v2p_iommu *iommu, struct v2p_iova_reader *reader,
		       u16 source, u32 pasid, struct v2p_iommu_tables *tables)
{
	const u32 status = readl(iommu->registers + STATUS);
	u64 root;

	if (status == U32_MAX)
		return -EOPNOTSUPP;
	if (!(status & STATUS_TRANSLATES))
		return v2p_iommu_direct(tables);
	root = readq(iommu->registers + ROOT_TABLE);
	if (reader->steps)
		reader->steps->root = root & V2P_IOVA_ADDRESS;
	switch (v2p_iommu_bits(root, 11, 10)) {
	case MODE_LEGACY:
		return legacy(iommu, reader, root, source, pasid, tables);
	case MODE_SCALABLE:
		return scalable(iommu, reader, root, source, pasid, tables);
	case MODE_ABORT:
		return v2p_iommu_blocked(tables);
	}
	return -EOPNOTSUPP;
}

const struct v2p_iommu_kind v2p_vtd = { .find_tables = find_tables, .begin = begin };
