// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's IOMMU, by its own tables: the device table has an entry for each device, which points
 * to the page tables that the specification calls the host's, and to a table of those of
 * guests, by PASID. Bits are those of the AMD I/O Virtualization Technology specification,
 * "Device Table Entry Format".
 */

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/mem_encrypt.h>
#include <linux/minmax.h>

#include "entry.h"
#include "iommu.h"
#include "reader.h"

/* Registers. */
#define DEVICE_TABLE	0x00
#define CONTROL		0x18

#define CONTROL_TRANSLATES	BIT_ULL(0)

/* Of the first word of a device's entry. */
#define VALID		BIT_ULL(0)
#define TABLES_VALID	BIT_ULL(1)
#define GUESTS_FOR_ALL	BIT_ULL(54)
#define GUESTS_VALID	BIT_ULL(55)
#define GRANTS_READ	BIT_ULL(61)
#define GRANTS_WRITE	BIT_ULL(62)

#define MOST_LEVELS	6

/* Of a device's entry; 0 where it may neither read nor write. */
static u32 rights(u64 entry)
{
	if (!(entry & (GRANTS_READ | GRANTS_WRITE)))
		return 0;
	return v2p_iova_rights(entry & GRANTS_READ, entry & GRANTS_WRITE);
}

/* By the table of page tables for each PASID, whose address is in three pieces. */
static int by_pasid(struct v2p_iova_reader *reader, u64 first, u64 second, u64 third, u32 pasid,
		    struct v2p_iommu_tables *tables)
{
	u64 table = v2p_iommu_bits(first, 60, 58) << 12 | v2p_iommu_bits(second, 31, 16) << 15 |
		    v2p_iommu_bits(second, 63, 43) << 31;
	unsigned int level = v2p_iommu_bits(first, 57, 56);

	if (level == 3 || pasid >> (9 * (level + 1)))
		return v2p_iommu_blocked(tables);
	for (;; level--) {
		const u32 index = (pasid >> (9 * level)) & 0x1ff;
		const u64 physical = (__sme_clr(table) & V2P_IOVA_ADDRESS) +
				     index * sizeof(u64);

		table = v2p_iova_follow(reader, physical);
		v2p_iova_step(reader, level ? V2P_LEVEL_PASID_DIRECTORY : V2P_LEVEL_PASID_TABLE,
			      index, physical, table, table & VALID ? V2P_FLAG_PRESENT : 0);
		if (!(table & VALID))
			return v2p_iommu_blocked(tables);
		if (!level)
			break;
	}
	if (v2p_iommu_bits(third, 55, 54) > 1)
		return v2p_iommu_blocked(tables);
	return v2p_iommu_processor_tables(V2P_TABLE_FORMAT_AMD_V2, __sme_clr(table),
					  v2p_iommu_bits(third, 55, 54), tables);
}

static int by_entry(const struct v2p_iommu *iommu, struct v2p_iova_reader *reader, u64 physical,
		    u16 source, u32 pasid, struct v2p_iommu_tables *tables)
{
	const u64 first = v2p_iova_follow(reader, physical);
	const u64 second = v2p_iova_follow(reader, physical + sizeof(u64));
	const u64 third = v2p_iova_follow(reader, physical + 2 * sizeof(u64));
	const unsigned int levels = v2p_iommu_bits(first, 11, 9);

	v2p_iova_step(reader, V2P_LEVEL_DEVICE_TABLE, source, physical, first,
		      first & VALID ? rights(first) : 0);
	/* What is not valid lets everything through that has no PASID. */
	if (!(first & VALID)) {
		const u32 flags = pasid == V2P_NO_PASID ? v2p_iova_rights(true, true) : 0;

		return v2p_iommu_passthrough(flags, tables);
	}
	if (!(first & TABLES_VALID))
		return v2p_iommu_blocked(tables);

	if (pasid != V2P_NO_PASID || (first & GUESTS_VALID && first & GUESTS_FOR_ALL)) {
		if (!(first & GUESTS_VALID))
			return v2p_iommu_blocked(tables);
		/* What the guest's tables lead to is translated once more, by the host's. */
		if (levels)
			return -EOPNOTSUPP;
		return by_pasid(reader, first, second, third, pasid == V2P_NO_PASID ? 0 : pasid,
				tables);
	}
	if (!levels)
		return v2p_iommu_passthrough(rights(first), tables);
	if (levels > MOST_LEVELS || !rights(first))
		return v2p_iommu_blocked(tables);
	*tables = (struct v2p_iommu_tables) {
		.translation = V2P_DEVICE_TRANSLATION_TABLES,
		.format = V2P_TABLE_FORMAT_AMD_V1,
		.top = levels - 1,
		.width = min_t(unsigned int, iommu->width, v2p_iova_shift(levels)),
		.marks = v2p_iommu_bits(first, 8, 7),
		.table = __sme_clr(first) & V2P_IOVA_ADDRESS,
	};
	return 0;
}

static int find_tables(const struct v2p_iommu *iommu, struct v2p_iova_reader *reader,
		       u16 source, u32 pasid, struct v2p_iommu_tables *tables)
{
	const unsigned int size = 4 * sizeof(u64);
	const u64 control = readq(iommu->registers + CONTROL);
	u64 base;

	if (control == U64_MAX)
		return -EOPNOTSUPP;
	if (!(control & CONTROL_TRANSLATES))
		return v2p_iommu_direct(tables);
	base = __sme_clr(readq(iommu->registers + DEVICE_TABLE));
	/* It has so many pages, and one more. */
	if ((u64)source * size >= (v2p_iommu_bits(base, 8, 0) + 1) << 12)
		return v2p_iommu_blocked(tables);
	base &= V2P_IOVA_ADDRESS;
	if (reader->steps)
		reader->steps->root = base;
	return by_entry(iommu, reader, base + (u64)source * size, source, pasid, tables);
}

/* What does not answer reads as all ones. */
static bool begin(struct v2p_iommu *iommu)
{
	iommu->width = 64;
	return readq(iommu->registers + CONTROL) != U64_MAX;
}

const struct v2p_iommu_kind v2p_amd = { .find_tables = find_tables, .begin = begin };
