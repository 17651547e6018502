/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables of an IOMMU, as QEMU's monitor reads them: from the IOMMU's own registers down, by
 * nothing that v2p has.
 */
#ifndef IOMMU_TABLES_H
#define IOMMU_TABLES_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct table_leaf - what is at the end
 * @mapped: whether anything is
 * @physical: where
 * @shift: of what maps it, as a power of two
 * @read: the device may
 * @write: the device may
 * @at: physical address of the entry
 * @beyond: the address has more bits than the tables translate; nothing is mapped then
 */
struct table_leaf {
	bool mapped;
	uint64_t physical;
	uint8_t shift;
	bool read;
	bool write;
	uint64_t at;
	bool beyond;
};

/*
 * Of the PCI device DOMAIN:BUS:SLOT.FUNCTION, whose addresses are translated by tables; false
 * where the tables are not understood.
 */
bool vtd_tables(int monitor, const char *name, uint64_t address, struct table_leaf *leaf);
bool amd_tables(int monitor, const char *name, uint64_t address, struct table_leaf *leaf);

#endif /* IOMMU_TABLES_H */
