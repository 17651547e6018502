// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device.h"
#include "files.h"
#include "vfio.h"

/* The emulated IOMMU need not keep a device from sending the interrupts of others. */
#define ALLOW "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts"

static int change_driver(const char *name, const char *driver)
{
	int err;

	err = device_write(name, "driver_override", driver);
	if (err)
		return err;
	device_write(name, "driver/unbind", name);
	return write_file("/sys/bus/pci/drivers_probe", name);
}

int vfio_bind(const char *name)
{
	if (!load_module("vfio_iommu_type1") || !load_module("vfio_pci"))
		return -EOPNOTSUPP;
	write_file(ALLOW, "1");
	return change_driver(name, "vfio-pci");
}

int vfio_unbind(const char *name)
{
	return change_driver(name, "\n");
}

int vfio_take(struct vfio *vfio, const char *name)
{
	char path[256], link[256];
	ssize_t length;

	vfio->container = -1;
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", name);
	length = readlink(path, link, sizeof(link) - 1);
	if (length < 0)
		return -errno;
	link[length] = '\0';
	snprintf(path, sizeof(path), "/dev/vfio%s", strrchr(link, '/'));
	vfio->group = open(path, O_RDWR | O_CLOEXEC);
	if (vfio->group < 0)
		return -errno;
	vfio->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (vfio->container < 0 ||
	    ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container))
		return -errno;
	return 0;
}

int vfio_translate(struct vfio *vfio)
{
	return ioctl(vfio->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) ? -errno : 0;
}

int vfio_map(const struct vfio *vfio, uint64_t iova, void *memory, size_t size, bool read,
	     bool write)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map), .iova = iova, .vaddr = (uintptr_t)memory, .size = size,
		.flags = (read ? VFIO_DMA_MAP_FLAG_READ : 0) |
			 (write ? VFIO_DMA_MAP_FLAG_WRITE : 0),
	};

	return ioctl(vfio->container, VFIO_IOMMU_MAP_DMA, &map) ? -errno : 0;
}

int vfio_unmap(const struct vfio *vfio, uint64_t iova, size_t size)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = iova, .size = size,
	};

	return ioctl(vfio->container, VFIO_IOMMU_UNMAP_DMA, &unmap) ? -errno : 0;
}

void vfio_close(struct vfio *vfio)
{
	if (vfio->group >= 0)
		close(vfio->group);
	if (vfio->container >= 0)
		close(vfio->container);
}
