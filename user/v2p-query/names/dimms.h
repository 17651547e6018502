/* SPDX-License-Identifier: GPL-2.0 */
/* Which modules of memory physical addresses may be in, by EDAC or SMBIOS. */
#ifndef DIMMS_H
#define DIMMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct dimm - a module of memory
 * @handle: of SMBIOS's structure
 * @array: the handle of the array that it is in
 * @label: what it is called, such as "DIMM_A1"
 */
struct dimm {
	uint16_t handle;
	uint16_t array;
	char label[64];
};

/**
 * struct dimm_range - addresses that SMBIOS says are in a module, or in an array of them
 * @start: the first one
 * @last: the last one
 * @of: the handle of that
 * @is_array: it is an array
 */
struct dimm_range {
	uint64_t start;
	uint64_t last;
	uint16_t of;
	bool is_array;
};

/**
 * struct dimms - all that was read
 * @only: the label of the only module that EDAC knows, "" where there are others, or none
 * @list: those of SMBIOS that are there
 * @ranges: where they are
 */
struct dimms {
	char only[64];
	struct dimm *list;
	size_t count;
	struct dimm_range *ranges;
	size_t range_count;
};

void dimms_load(struct dimms *dimms);
void dimms_free(struct dimms *dimms);

/**
 * dimms_at() - modules, one of which has an address
 * @labels: filled in
 * @most: how many fit
 * @by: set to who says so
 * @last: lowered to the last address of which this is true
 *
 * Return: how many; 0 where it is not known, and where more than @most come into question.
 */
size_t dimms_at(const struct dimms *dimms, uint64_t address, const char **labels, size_t most,
		const char **by, uint64_t *last);

#endif /* DIMMS_H */
