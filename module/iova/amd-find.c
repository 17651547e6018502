// SPDX-License-Identifier: GPL-2.0
/* Which AMD IOMMU a device is behind, by the ACPI table IVRS. */

#include <linux/acpi.h>
#include <linux/err.h>
#include <linux/pci.h>
#include <linux/unaligned.h>

#include "iommu.h"
#include "scope.h"

/* Registers up to the control register, in a page of their own. */
#define REGISTERS	0x1000

/* Where a block's entries begin, by its type. */
#define OLD_BLOCK	0x10
#define OLD_ENTRIES	24
#define NEW_ENTRIES	40

/* Entries of a block that name devices; each has the number of one in its second byte. */
enum {
	ENTRY_ALL = 1,
	ENTRY_ONE = 2,
	ENTRY_FIRST = 3,
	ENTRY_LAST = 4,
	ENTRY_ALIAS = 66,
	ENTRY_ALIAS_FIRST = 67,
	ENTRY_EXTENDED = 70,
	ENTRY_EXTENDED_FIRST = 71,
	ENTRY_ACPI = 240,
};

static bool is_block(u8 type)
{
	return type == 0x10 || type == 0x11 || type == 0x40;
}

/* Of as many bytes as there are, or 0 where it is not known. */
static unsigned int entry_length(const u8 *entry, unsigned int left)
{
	const unsigned int fixed = 22;

	if (entry[0] < 0x80)
		return 4 << (entry[0] >> 6);
	if (entry[0] == ENTRY_ACPI && left >= fixed)
		return fixed + entry[fixed - 1];
	return 0;
}

/* @others: only an entry that is for all devices counts, else only one that is not. */
static bool has_source(const u8 *entry, const u8 *end, u16 source, bool others)
{
	u16 first = 0;
	bool begun = false;

	while (end - entry >= 4) {
		const unsigned int length = entry_length(entry, end - entry);
		const u16 number = get_unaligned_le16(entry + 1);

		if (!length || length > end - entry)
			return false;
		switch (entry[0]) {
		case ENTRY_ALL:
			if (others)
				return true;
			break;
		case ENTRY_ONE:
		case ENTRY_ALIAS:
		case ENTRY_EXTENDED:
			if (!others && number == source)
				return true;
			break;
		case ENTRY_FIRST:
		case ENTRY_ALIAS_FIRST:
		case ENTRY_EXTENDED_FIRST:
			first = number;
			begun = true;
			break;
		case ENTRY_LAST:
			if (!others && begun && source >= first && source <= number)
				return true;
			begun = false;
			break;
		}
		entry += length;
	}
	return false;
}

static bool has(const struct acpi_ivrs_hardware_10 *block, u16 segment, u16 source, bool others)
{
	const unsigned int begin = block->header.type == OLD_BLOCK ? OLD_ENTRIES : NEW_ENTRIES;
	const u8 *const bytes = (const u8 *)block;

	return block->header.length > begin && block->pci_segment_group == segment &&
	       has_source(bytes + begin, bytes + block->header.length, source, others);
}

static u64 find_registers(const struct acpi_table_header *table, u16 segment, u16 source)
{
	const void *const end = (const void *)table + table->length;
	unsigned int others;

	for (others = 0; others < 2; others++) {
		const void *next = (const void *)table + sizeof(struct acpi_table_ivrs);

		while (end - next >= (long)sizeof(struct acpi_ivrs_hardware_10)) {
			const struct acpi_ivrs_hardware_10 *block = next;

			if (block->header.length < sizeof(block->header) ||
			    block->header.length > end - next)
				break;
			if (is_block(block->header.type) &&
			    has(block, segment, source, others))
				return block->base_address;
			next += block->header.length;
		}
	}
	return 0;
}

const struct v2p_iommu *v2p_amd_find(struct device *dev, u16 *source)
{
	struct acpi_table_header *table;
	struct pci_dev *pdev;
	u64 registers;
	u32 segment;

	/* Platform devices with an entry of their own are not looked for. */
	if (!dev_is_pci(dev))
		return NULL;
	pdev = to_pci_dev(dev);
	segment = v2p_scope_segment(pdev);
	if (segment > U16_MAX || ACPI_FAILURE(acpi_get_table(ACPI_SIG_IVRS, 0, &table)))
		return NULL;
	*source = pci_dev_id(pdev);
	registers = find_registers(table, segment, *source);
	acpi_put_table(table);
	return registers ? v2p_iommu_get(&v2p_amd, registers, REGISTERS) : NULL;
}
