/* SPDX-License-Identifier: GPL-2.0 */
/* PCI devices, and what the kernel says of them. */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * enum device_kind - what is between the device and memory, by what the kernel's sysfs says
 * @DEVICE_NONE: there is no such device
 * @DEVICE_DIRECT: nothing
 * @DEVICE_IDENTITY: an IOMMU that passes all through
 * @DEVICE_VTD: an IOMMU by Intel that translates
 * @DEVICE_AMD: one by AMD
 * @DEVICE_OTHER: another one
 */
enum device_kind {
	DEVICE_NONE, DEVICE_DIRECT, DEVICE_IDENTITY, DEVICE_VTD, DEVICE_AMD, DEVICE_OTHER,
};

/* Of a PCI device, by its name; and of the first device with these numbers, that name. */
enum device_kind device_kind(const char *name);
bool device_find(unsigned int vendor, unsigned int device, char *name, size_t size);

/* A file of it in sysfs, whole or (write) so much of it; 0 or a negative errno. */
int device_read(const char *name, const char *file, char *text, size_t size);
int device_write(const char *name, const char *file, const char *text);

#endif /* DEVICE_H */
