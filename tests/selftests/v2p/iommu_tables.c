// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "monitor.h"
#include "iommu_tables.h"

/* Where QEMU's machines have them. */
#define VTD_ROOT_REGISTER 0xfed90020
#define AMD_DEVICE_TABLE_REGISTER 0xfed80000

#define ADDRESS 0xffffffffff000ULL
#define BIT(n) (1ULL << (n))

static uint64_t bits(uint64_t word, unsigned int high, unsigned int low)
{
	return word >> low & (BIT(high - low + 1) - 1);
}

static bool words(int monitor, uint64_t at, uint64_t *to, unsigned int count)
{
	return monitor_read(monitor, at, to, count * sizeof(*to));
}

static bool place_of(const char *name, unsigned int *bus, unsigned int *function)
{
	unsigned int domain, slot, number;

	if (sscanf(name, "%x:%x:%x.%u", &domain, bus, &slot, &number) != 4)
		return false;
	*function = slot << 3 | number;
	return true;
}

static bool is_beyond(uint64_t address, unsigned int shift, struct table_leaf *leaf)
{
	leaf->beyond = shift < 64 && address >> shift;
	return leaf->beyond;
}

/*
 * Down tables of which bit 7 tells a page from a table, and bit 1 of each entry whether it may be
 * written to. Of @present any bit says that there is an entry, @readable that it may be read.
 */
static bool walk_down(int monitor, uint64_t table, unsigned int levels, uint64_t address,
		      uint64_t present, uint64_t readable, struct table_leaf *leaf)
{
	unsigned int shift = 12 + 9 * levels;
	uint64_t entry;

	leaf->read = leaf->write = true;
	do {
		shift -= 9;
		leaf->at = table + bits(address, shift + 8, shift) * sizeof(entry);
		if (!words(monitor, leaf->at, &entry, 1))
			return false;
		if (!(entry & present))
			return true;
		leaf->read &= !!(entry & readable);
		leaf->write &= !!(entry & BIT(1));
		table = entry & ADDRESS;
	} while (shift > 12 && !(entry & BIT(7)));
	leaf->mapped = true;
	leaf->shift = shift;
	leaf->physical = (table & -BIT(shift)) | (address & (BIT(shift) - 1));
	return true;
}

/* As the processor's: of the first stage, and of AMD's v2. Whoever may use a page may read it. */
static bool processor_tables(int monitor, uint64_t table, unsigned int levels, uint64_t address,
			     struct table_leaf *leaf)
{
	return is_beyond(address, 12 + 9 * levels - 1, leaf) ||
	       walk_down(monitor, table, levels, address, BIT(0), BIT(0), leaf);
}

static bool vtd_second_stage(int monitor, uint64_t table, unsigned int levels, uint64_t address,
			     struct table_leaf *leaf)
{
	return is_beyond(address, 12 + 9 * levels, leaf) ||
	       walk_down(monitor, table, levels, address, BIT(0) | BIT(1), BIT(0), leaf);
}

static bool vtd_legacy(int monitor, uint64_t table, unsigned int function, uint64_t address,
		       struct table_leaf *leaf)
{
	uint64_t context[2];

	if (!words(monitor, table + function * sizeof(context), context, 2) ||
	    !(context[0] & BIT(0)) || bits(context[0], 3, 2))
		return false;
	return vtd_second_stage(monitor, context[0] & ADDRESS, bits(context[1], 2, 0) + 2,
				address, leaf);
}

/* By the PASID that stands for requests without one. */
static bool vtd_scalable(int monitor, uint64_t table, unsigned int function, uint64_t address,
			 struct table_leaf *leaf)
{
	uint64_t context[4], directory, entry[8];
	unsigned int pasid, levels;

	if (!words(monitor, table + (function & 0x7f) * sizeof(context), context, 4) ||
	    !(context[0] & BIT(0)))
		return false;
	pasid = bits(context[1], 19, 0);
	if (!words(monitor, (context[0] & ADDRESS) + (pasid >> 6) * sizeof(directory), &directory, 1) ||
	    !(directory & BIT(0)) ||
	    !words(monitor, (directory & ADDRESS) + (pasid & 0x3f) * sizeof(entry), entry, 8) ||
	    !(entry[0] & BIT(0)))
		return false;
	switch (bits(entry[0], 8, 6)) {
	case 1:
		levels = bits(entry[2], 3, 2) ? 5 : 4;
		return processor_tables(monitor, entry[2] & ADDRESS, levels, address, leaf);
	case 2:
		levels = bits(entry[0], 4, 2) + 2;
		return vtd_second_stage(monitor, entry[0] & ADDRESS, levels, address, leaf);
	default:
		return false;
	}
}

bool vtd_tables(int monitor, const char *name, uint64_t address, struct table_leaf *leaf)
{
	unsigned int bus, function;
	uint64_t root, entry[2];
	bool scalable;

	memset(leaf, 0, sizeof(*leaf));
	if (!place_of(name, &bus, &function) || !words(monitor, VTD_ROOT_REGISTER, &root, 1))
		return false;
	scalable = bits(root, 11, 10) == 1;
	if (!words(monitor, (root & ADDRESS) + bus * sizeof(entry), entry, 2))
		return false;
	if (scalable && function & 0x80)
		entry[0] = entry[1];
	if (!(entry[0] & BIT(0)))
		return false;
	return (scalable ? vtd_scalable : vtd_legacy)(monitor, entry[0] & ADDRESS, function,
						      address, leaf);
}

/* Each entry tells the level of what it points to; 0 is memory, 7 memory of a size of its own. */
static bool amd_v1(int monitor, uint64_t table, unsigned int level, uint64_t address,
		   struct table_leaf *leaf)
{
	unsigned int shift = 12 + 9 * level;
	uint64_t entry = 0;

	if (is_beyond(address, shift, leaf))
		return true;

	while (level) {
		if (level > 6 || 12 + 9 * level > shift)
			return false;
		shift = 12 + 9 * (level - 1);
		leaf->at = table + bits(address, shift + 8, shift) * sizeof(entry);
		if (!words(monitor, leaf->at, &entry, 1))
			return false;
		if (!(entry & BIT(0)))
			return true;
		leaf->read &= !!(entry & BIT(61));
		leaf->write &= !!(entry & BIT(62));
		table = entry & ADDRESS;
		level = bits(entry, 11, 9);
		if (level == 7) {
			/* As many ones as there are below the lowest zero. */
			for (shift = 12; entry & BIT(shift); shift++)
				;
			shift++;
			level = 0;
		}
	}
	leaf->mapped = true;
	leaf->shift = shift;
	leaf->physical = (table & -BIT(shift)) | (address & (BIT(shift) - 1));
	return true;
}

bool amd_tables(int monitor, const char *name, uint64_t address, struct table_leaf *leaf)
{
	unsigned int bus, function;
	uint64_t root, entry[4], guest;

	memset(leaf, 0, sizeof(*leaf));
	if (!place_of(name, &bus, &function) ||
	    !words(monitor, AMD_DEVICE_TABLE_REGISTER, &root, 1) ||
	    !words(monitor, (root & ADDRESS) + (bus << 8 | function) * sizeof(entry), entry, 4) ||
	    (entry[0] & 3) != 3)
		return false;
	leaf->read = !!(entry[0] & BIT(61));
	leaf->write = !!(entry[0] & BIT(62));
	if (!(entry[0] & BIT(55)))
		return amd_v1(monitor, entry[0] & ADDRESS, bits(entry[0], 11, 9), address, leaf);
	/* The table of the address spaces, of one level, and the first one in it. */
	guest = bits(entry[0], 60, 58) << 12 | bits(entry[1], 31, 16) << 15 |
		bits(entry[1], 63, 43) << 31;
	if (bits(entry[0], 57, 56) || !words(monitor, guest, &root, 1) || !(root & BIT(0)))
		return false;
	return processor_tables(monitor, root & ADDRESS, 4, address, leaf);
}
