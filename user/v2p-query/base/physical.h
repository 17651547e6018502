/* SPDX-License-Identifier: GPL-2.0 */
/* Physical memory whose owners are asked for, and what was found. */
#ifndef PHYSICAL_H
#define PHYSICAL_H

#include <stdint.h>

#include <v2p.h>

/* @counted where the kernel does not tell. */
#define PHYSICAL_NOT_COUNTED UINT64_MAX

/**
 * struct physical - physical memory that is asked about
 * @range: where it is; of no length where a device's address leads nowhere
 * @device: the device whose address it was found by, or NULL
 * @address: that address
 * @status: enum v2p_status, of it
 * @mappings: by processes that were found, of each of its base pages
 * @kernel_mappings: by the kernel, likewise
 * @counted: mappings by processes that the kernel counts
 */
struct physical {
	struct v2p_physical_range range;
	const char *device;
	uint64_t address;
	uint8_t status;
	uint64_t mappings;
	uint64_t kernel_mappings;
	uint64_t counted;
};

#endif /* PHYSICAL_H */
