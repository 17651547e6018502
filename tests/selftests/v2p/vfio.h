/* SPDX-License-Identifier: GPL-2.0 */
/* A PCI device that is a program's: its driver is vfio-pci. */
#ifndef TESTS_VFIO_H
#define TESTS_VFIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct vfio - a device that we have
 * @group: the IOMMU's, that it is in
 * @container: address spaces for it
 */
struct vfio {
	int group;
	int container;
};

/* Gives it to vfio-pci, or back to whoever drives it else. Return 0 or a negative errno. */
int vfio_bind(const char *name);
int vfio_unbind(const char *name);

/* Takes its group, and leaves it nothing that is mapped. Returns 0 or a negative errno. */
int vfio_take(struct vfio *vfio, const char *name);

/* Has addresses translated for it, as they are mapped next. All return 0 or a negative errno. */
int vfio_translate(struct vfio *vfio);
int vfio_map(const struct vfio *vfio, uint64_t iova, void *memory, size_t size, bool read,
	     bool write);
int vfio_unmap(const struct vfio *vfio, uint64_t iova, size_t size);

void vfio_close(struct vfio *vfio);

#endif /* TESTS_VFIO_H */
