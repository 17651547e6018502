/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_IOVA_ASKED_H
#define V2P_IOVA_ASKED_H

#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/types.h>

struct device;
struct v2p_iova;
struct v2p_translation_arrays;

#if IS_ENABLED(CONFIG_IOMMU_API)

/**
 * v2p_asked_is_safe() - may the driver of a device's IOMMU be asked at any time
 * @dev: the device
 *
 * Return: true if it may; false also where the device has no driver.
 */
bool v2p_asked_is_safe(struct device *dev);

/**
 * v2p_asked_translate() - ask it
 * @iova: of a device for which v2p_asked_is_safe() was true
 * @virtual: addresses, as for v2p_translate_addresses(), like all that follow
 * @count: likewise
 * @out: likewise
 *
 * May sleep.
 *
 * Return: 0; -EBUSY while the device is being bound or unbound; -ENODEV where it has no driver
 * any more.
 */
int v2p_asked_translate(const struct v2p_iova *iova, const u64 *virtual, unsigned int count,
			const struct v2p_translation_arrays *out);

#else

static inline bool v2p_asked_is_safe(struct device *dev)
{
	return false;
}

static inline int v2p_asked_translate(const struct v2p_iova *iova, const u64 *virtual,
				      unsigned int count,
				      const struct v2p_translation_arrays *out)
{
	return -ENODEV;
}

#endif

#endif /* V2P_IOVA_ASKED_H */
