/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_COMPAT_LINUX_IOMMU_H
#define V2P_COMPAT_LINUX_IOMMU_H

#include_next <linux/iommu.h>

/*
 * The domain of a device's group, whose mutex is held. In later kernels
 * iommu_get_domain_for_dev() wants it not to be held.
 */
#if !V2P_HAS_IOMMU_DRIVER_GET_DOMAIN_FOR_DEV
static inline struct iommu_domain *iommu_driver_get_domain_for_dev(struct device *dev)
{
	return iommu_get_domain_for_dev(dev);
}
#endif

#endif /* V2P_COMPAT_LINUX_IOMMU_H */
