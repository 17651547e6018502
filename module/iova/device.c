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

static struct device *find_on_pci(const char *name)
{
#ifdef CONFIG_PCI
	return bus_find_device_by_name(&pci_bus_type, NULL, name);
#else
	return NULL;
#endif
}

static struct device *find_device(const char *name, struct netlink_ext_ack *extack)
{
	const char *const slash = strchr(name, '/');
	struct device *dev = NULL;

	if (!slash || slash == name || !slash[1]) {
		NL_SET_ERR_MSG(extack, "a device is a bus, a slash, and a name: pci/0000:00:1f.2");
		return ERR_PTR(-EINVAL);
	}
	if (strstarts(name, "pci/")) {
		dev = find_on_pci(slash + 1);
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

static int find_iommu(struct v2p_iova *iova, struct netlink_ext_ack *extack)
{
	int err;

	iova->iommu = v2p_arch_find_iommu(iova->dev, &iova->source);
	if (IS_ERR(iova->iommu)) {
		NL_SET_ERR_MSG(extack, "the registers of the device's IOMMU cannot be read");
		return PTR_ERR(iova->iommu);
	}
	if (iova->iommu)
		return 0;
	if (!device_iommu_mapped(iova->dev)) {
		if (!iova->dev->dma_range_map)
			return 0;
		NL_SET_ERR_MSG(extack, "the device's bus has memory at other addresses than the processor, which is not known here");
		return -EOPNOTSUPP;
	}

	err = iova->pasid == V2P_NO_PASID ? v2p_asked_check(iova) : -EOPNOTSUPP;
	iova->asked = !err;
	if (err == -EBUSY)
		NL_SET_ERR_MSG(extack, "a driver is being bound to the device or unbound, ask again");
	else if (err == -ENODEV)
		NL_SET_ERR_MSG(extack, "the device has no driver, so that the driver of its IOMMU cannot be asked, and its tables are not known here");
	else if (err)
		NL_SET_ERR_MSG(extack, "the device is behind an IOMMU whose tables are not known here, and whose driver cannot be asked safely");
	return err;
}

/* What can be told only by looking. */
static int look(const struct v2p_iova *iova, u64 *last, struct netlink_ext_ack *extack)
{
	struct v2p_iova_reader reader __uninitialized;
	struct v2p_iommu_tables tables;
	unsigned int tries = V2P_IOVA_MOST_TRIES;
	bool valid = false;
	int err = 0;

	while (!valid && !err && tries--) {
		int ended;

		v2p_iova_begin(&reader, NULL);
		err = v2p_iova_find_tables(iova, &reader, &tables);
		valid = v2p_iova_recheck(&reader);
		ended = v2p_iova_end(&reader);
		if (!valid)
			err = 0;
		err = err ?: ended;
	}
	if (err == -EOPNOTSUPP)
		NL_SET_ERR_MSG(extack, "the device's IOMMU translates in two stages, or in a mode that is not known here");
	if (err)
		return err;
	if (!valid) {
		NL_SET_ERR_MSG(extack, "the tables of the device's IOMMU are changed all the time, ask again");
		return -EBUSY;
	}
	*last = v2p_iova_last(&tables);
	return 0;
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
