/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_IOVA_ASKED_H
#define V2P_IOVA_ASKED_H

#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/types.h>

struct v2p_iova;
struct v2p_translation_arrays;

#if IS_ENABLED(CONFIG_IOMMU_API)

/**
 * v2p_asked_translate() - ask the kernel's driver of a device's IOMMU
 * @iova: of the device
 * @virtual: addresses, as for v2p_translate_addresses(), like all that follow
 * @count: likewise
 * @out: likewise
 *
 * May sleep.
 *
 * Return: 0; -EOPNOTSUPP where it must not be asked, as it trusts its callers; -EBUSY while a
 * driver is being bound to the device or unbound; -ENODEV where the device has none.
 */
int v2p_asked_translate(const struct v2p_iova *iova, const u64 *virtual, unsigned int count,
			const struct v2p_translation_arrays *out);

/* The same without a question: could there be one? */
int v2p_asked_check(const struct v2p_iova *iova);

#else

static inline int v2p_asked_translate(const struct v2p_iova *iova, const u64 *virtual,
				      unsigned int count,
				      const struct v2p_translation_arrays *out)
{
	return -EOPNOTSUPP;
}

static inline int v2p_asked_check(const struct v2p_iova *iova)
{
	return -EOPNOTSUPP;
}

#endif

#endif /* V2P_IOVA_ASKED_H */
