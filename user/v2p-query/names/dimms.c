// SPDX-License-Identifier: GPL-2.0
/*
 * EDAC's sysfs has labels of modules, but no addresses: which is which is told only where an
 * error is reported. So it answers where there is one module. SMBIOS has addresses of modules,
 * where firmware cares to write them, or of whole arrays.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "names/dimms.h"

#define EDAC "/sys/devices/system/edac/mc"
#define SMBIOS "/sys/firmware/dmi/tables/DMI"

/* Types of SMBIOS's structures, and what is needed of each: offsets, and the least length. */
enum {
	MEMORY_DEVICE = 17, DEVICE_ARRAY = 0x04, DEVICE_SIZE = 0x0c, DEVICE_LOCATOR = 0x10,
	DEVICE_LENGTH = 0x15,
	ARRAY_ADDRESS = 19, ARRAY_HANDLE = 0x0c, ARRAY_LENGTH = 0x0f,
	DEVICE_ADDRESS = 20, DEVICE_HANDLE = 0x0c, DEVICE_ADDRESS_LENGTH = 0x13,
	/* Of both: in KiB from 0x04 and 0x08 on; or, where those are all ones, in bytes here. */
	EXTENDED_OF_ARRAY = 0x0f, EXTENDED_OF_DEVICE = 0x13,
};

void dimms_free(struct dimms *dimms)
{
	free(dimms->list);
	free(dimms->ranges);
	*dimms = (struct dimms){ 0 };
}

/* How many modules a memory controller has; the label of the last one is kept. */
static size_t load_controller(struct dimms *dimms, const char *controller)
{
	char path[sizeof(EDAC) + 600];
	struct dirent *entry;
	size_t count = 0;
	DIR *folder;

	snprintf(path, sizeof(path), EDAC "/%.255s", controller);
	folder = opendir(path);
	while (folder && (entry = readdir(folder))) {
		size_t length;
		char *label;

		/* What a kernel calls rank may be half a module. */
		if (strncmp(entry->d_name, "dimm", 4) && strncmp(entry->d_name, "rank", 4))
			continue;
		count++;
		snprintf(path, sizeof(path), EDAC "/%.255s/%.255s/dimm_label", controller,
			 entry->d_name);
		label = file_read(path, &length);
		snprintf(dimms->only, sizeof(dimms->only), "%.*s",
			 label ? (int)strcspn(label, "\n") : 0, label ? label : "");
		free(label);
	}
	if (folder)
		closedir(folder);
	return count;
}

static void load_edac(struct dimms *dimms)
{
	DIR *folder = opendir(EDAC);
	struct dirent *entry;
	size_t count = 0;

	while (folder && (entry = readdir(folder)))
		if (!strncmp(entry->d_name, "mc", 2))
			count += load_controller(dimms, entry->d_name);
	if (folder)
		closedir(folder);
	if (count != 1)
		dimms->only[0] = '\0';
}

static uint64_t number_at(const uint8_t *structure, size_t offset, size_t bytes)
{
	uint64_t number = 0;

	while (bytes--)
		number = number << 8 | structure[offset + bytes];
	return number;
}

static void add_device(struct dimms *dimms, const uint8_t *structure, const char *strings,
		       const char *end)
{
	unsigned int locator = structure[DEVICE_LOCATOR];
	struct dimm *larger;

	/* An empty socket; a module without a name is as good as unknown. */
	if (!number_at(structure, DEVICE_SIZE, 2) || !locator)
		return;
	while (--locator && strings < end && *strings)
		strings += strnlen(strings, end - strings) + 1;
	if (strings >= end || !*strings)
		return;
	larger = reallocarray(dimms->list, dimms->count + 1, sizeof(*larger));
	if (!larger)
		return;
	dimms->list = larger;
	larger += dimms->count++;
	larger->handle = number_at(structure, 2, 2);
	larger->array = number_at(structure, DEVICE_ARRAY, 2);
	snprintf(larger->label, sizeof(larger->label), "%.*s", (int)(end - strings), strings);
}

static void add_range(struct dimms *dimms, const uint8_t *structure, bool is_array)
{
	const size_t extended = is_array ? EXTENDED_OF_ARRAY : EXTENDED_OF_DEVICE;
	struct dimm_range range = { .is_array = is_array }, *larger;

	range.of = number_at(structure, is_array ? ARRAY_HANDLE : DEVICE_HANDLE, 2);
	range.start = number_at(structure, 4, 4);
	range.last = number_at(structure, 8, 4);
	if (range.start == UINT32_MAX && structure[1] >= extended + 16) {
		range.start = number_at(structure, extended, 8);
		range.last = number_at(structure, extended + 8, 8);
	} else {
		range.start <<= 10;
		range.last = (range.last << 10) + 1023;
	}
	if (range.last < range.start)
		return;
	larger = reallocarray(dimms->ranges, dimms->range_count + 1, sizeof(*larger));
	if (!larger)
		return;
	dimms->ranges = larger;
	larger[dimms->range_count++] = range;
}

static void parse(struct dimms *dimms, const char *table, size_t length)
{
	const char *end = table + length;

	while (end - table >= 4) {
		const uint8_t *structure = (const uint8_t *)table;
		const uint8_t type = structure[0], size = structure[1];
		const char *strings = table + size;

		if (size < 4 || size > end - table)
			return;
		/* Its texts end with an empty one; where there are none, with two NULs. */
		for (table = strings; end - table >= 2 && (table[0] || table[1]); table++)
			;
		if (end - table < 2)
			return;
		table += 2;
		if (type == MEMORY_DEVICE && size >= DEVICE_LENGTH)
			add_device(dimms, structure, strings, table);
		else if (type == ARRAY_ADDRESS && size >= ARRAY_LENGTH)
			add_range(dimms, structure, true);
		else if (type == DEVICE_ADDRESS && size >= DEVICE_ADDRESS_LENGTH)
			add_range(dimms, structure, false);
	}
}

void dimms_load(struct dimms *dimms)
{
	size_t length;
	char *table;

	dimms_free(dimms);
	load_edac(dimms);
	table = file_read(SMBIOS, &length);
	if (table)
		parse(dimms, table, length);
	free(table);
}

/* Several modules may have the same addresses: they are interleaved, and share them. */
static size_t find(const struct dimms *dimms, uint64_t address, bool arrays, const char **labels,
		   size_t most)
{
	size_t count = 0, i, k;

	for (i = 0; i < dimms->count; i++) {
		const struct dimm *dimm = &dimms->list[i];
		bool found = false;

		for (k = 0; k < dimms->range_count && !found; k++) {
			const struct dimm_range *range = &dimms->ranges[k];

			found = range->is_array == arrays && address >= range->start &&
				address <= range->last &&
				range->of == (arrays ? dimm->array : dimm->handle);
		}
		if (found && count < most)
			labels[count] = dimm->label;
		count += found;
	}
	return count;
}

/* How far the answer goes: to where any range ends, or begins. */
static void lower(const struct dimms *dimms, uint64_t address, uint64_t *last)
{
	size_t i;

	for (i = 0; i < dimms->range_count; i++) {
		const struct dimm_range *range = &dimms->ranges[i];

		if (address < range->start && range->start - 1 < *last)
			*last = range->start - 1;
		else if (address >= range->start && address <= range->last && range->last < *last)
			*last = range->last;
	}
}

size_t dimms_at(const struct dimms *dimms, uint64_t address, const char **labels, size_t most,
		const char **by, uint64_t *last)
{
	size_t count;

	*by = "EDAC";
	if (*dimms->only && most) {
		labels[0] = dimms->only;
		return 1;
	}
	*by = "SMBIOS";
	lower(dimms, address, last);
	count = find(dimms, address, false, labels, most);
	if (!count)
		count = find(dimms, address, true, labels, most);
	return count <= most ? count : 0;
}
