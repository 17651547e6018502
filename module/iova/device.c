// SPDX-License-Identifier: GPL-2.0
/* From a device's name to what its addresses are translated by. */

#include <linux/device.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../arch/arch.h"
#include "asked.h"
#include "iova.h"
#include "iova-internal.h"

static struct device *find_device(const char *name, struct netlink_ext_ack *extack)
{
	const char *const slash = strchr(name, '/');
	struct device *dev = NULL;

	if (!slash || slash == name || !slash[1]) {
		NL_SET_ERR_MSG(extack, "a device is a bus, a slash, and a name: pci/0000:00:1f.2");
		return ERR_PTR(-EINVAL);
	}
	if (IS_ENABLED(CONFIG_PCI) && strstarts(name, "pci/")) {
		dev = bus_find_device_by_name(&pci_bus_type, NULL, slash + 1);
	} else if (strstarts(name, "platform/")) {
		dev = bus_find_device_by_name(&platform_bus_type, NULL, slash + 1);
	} else {
		NL_SET_ERR_MSG(extack, "devices are of the bus pci or platform");
		return ERR_PTR(-EINVAL);
	}
	if (dev)
		return dev;
	NL_SET_ERR_MSG(extack, "no such device");
	return ERR_PTR(-ENODEV);
}

/* Of an IOMMU that has a group for the device, but whose tables are not known. */
static int refuse(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "the device is behind an IOMMU whose tables are not known here, and whose driver cannot be asked safely");
	return -EOPNOTSUPP;
}

static int find_iommu(struct v2p_iova *iova, struct netlink_ext_ack *extack)
{
	iova->iommu = v2p_arch_find_iommu(iova->dev, &iova->source);
	if (IS_ERR(iova->iommu)) {
		NL_SET_ERR_MSG(extack, "the registers of the device's IOMMU cannot be mapped");
		return PTR_ERR(iova->iommu);
	}
	if (iova->iommu || !device_iommu_mapped(iova->dev))
		return 0;
	iova->asked = iova->pasid == V2P_NO_PASID && v2p_asked_is_safe(iova->dev);
	return iova->asked ? 0 : refuse(extack);
}

/* What can be told only by looking. */
static int look(const struct v2p_iova *iova, u64 *last, struct netlink_ext_ack *extack)
{
	struct v2p_iova_reader reader __uninitialized;
	struct v2p_iommu_tables tables;
	int err, ended;

	v2p_iova_begin(&reader, NULL);
	err = v2p_iova_find_tables(iova, &reader, &tables);
	if (!v2p_iova_recheck(&reader))
		err = 0;
	ended = v2p_iova_end(&reader);
	*last = v2p_iova_last(&tables);
	if (err)
		NL_SET_ERR_MSG(extack, "the device's IOMMU translates in two stages, or in a mode that is not known here");
	return err ?: ended;
}

struct v2p_iova *v2p_iova_new(const char *name, u32 pasid, u64 *last,
			      struct netlink_ext_ack *extack)
{
	struct device *dev = find_device(name, extack);
	struct v2p_iova *iova;
	int err;

	if (IS_ERR(dev))
		return ERR_CAST(dev);
	iova = kmalloc(sizeof(*iova), GFP_KERNEL_ACCOUNT);
	if (!iova) {
		put_device(dev);
		return ERR_PTR(-ENOMEM);
	}
	*iova = (struct v2p_iova) { .dev = dev, .pasid = pasid };
	kref_init(&iova->references);
	err = find_iommu(iova, extack);
	if (!err && iova->asked)
		*last = U64_MAX;
	else if (!err)
		err = look(iova, last, extack);
	if (!err)
		return iova;
	v2p_iova_put(iova);
	return ERR_PTR(err);
}

void v2p_iova_hold(struct v2p_iova *iova)
{
	kref_get(&iova->references);
}

static void release(struct kref *references)
{
	struct v2p_iova *iova = container_of(references, struct v2p_iova, references);

	put_device(iova->dev);
	kfree(iova);
}

void v2p_iova_put(struct v2p_iova *iova)
{
	kref_put(&iova->references, release);
}

bool v2p_iova_has_extents(const struct v2p_iova *iova)
{
	return !iova->asked;
}

int v2p_iova_check(const struct v2p_iova *iova, struct netlink_ext_ack *extack)
{
	if (device_is_registered(iova->dev))
		return 0;
	NL_SET_ERR_MSG(extack, "the device is gone");
	return -ENODEV;
}

void v2p_iova_exit(void)
{
	v2p_iommu_exit();
}
