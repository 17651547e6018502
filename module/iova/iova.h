/* SPDX-License-Identifier: GPL-2.0 */
/* What the addresses that a device uses for DMA lead to. */
#ifndef V2P_IOVA_H
#define V2P_IOVA_H

#include <linux/types.h>

struct netlink_ext_ack;
struct v2p_extent_arrays;
struct v2p_extent_range;
struct v2p_iova;
struct v2p_translation;
struct v2p_translation_arrays;
struct v2p_walk_steps;

/**
 * v2p_iova_new() - a device's addresses
 * @name: its bus, a slash, and its name there
 * @pasid: of the requests that are meant; V2P_NO_PASID for those without
 * @last: set to the highest address
 * @extack: set to the reason of an error
 *
 * May sleep.
 *
 * Return: to be given to v2p_iova_put(); or an ERR_PTR(): -EINVAL for a name that is none or a
 * bus that is not known, -ENODEV where there is no such device, -EOPNOTSUPP where the tables of
 * its IOMMU are not known, -EBUSY where they are changed all the time, or a driver is being bound
 * to the device or unbound, -ENOMEM.
 */
struct v2p_iova *v2p_iova_new(const char *name, u32 pasid, u64 *last,
			      struct netlink_ext_ack *extack);

/* One more reference, to be given to v2p_iova_put(). The device may go all the same. */
void v2p_iova_hold(struct v2p_iova *iova);
void v2p_iova_put(struct v2p_iova *iova);

/**
 * v2p_iova_check() - is the device still there
 * @iova: its addresses
 * @extack: set to the reason of an error
 *
 * Return: 0, or -ENODEV.
 */
int v2p_iova_check(const struct v2p_iova *iova, struct netlink_ext_ack *extack);

/*
 * As v2p_translate_addresses(), v2p_walk_address() and v2p_extent_walk(). Also -EOPNOTSUPP, where
 * the tables of the IOMMU have become others that are not known; -EBUSY of a walk, where they are
 * changed all the time, and where the device is being bound or unbound, and the kernel's driver of
 * the IOMMU had to be asked; -ENODEV where that cannot be, as the device has no driver.
 */
int v2p_iova_translate(const struct v2p_iova *iova, const u64 *virtual, unsigned int count,
		       const struct v2p_translation_arrays *out, bool *changing);
int v2p_iova_walk(const struct v2p_iova *iova, u64 address, struct v2p_walk_steps *steps,
		  struct v2p_translation *t);
int v2p_iova_extents(const struct v2p_iova *iova, struct v2p_extent_range *range,
		     struct v2p_extent_arrays *out);

/**
 * v2p_iova_has_extents() - can ranges of addresses be told
 * @iova: the addresses
 *
 * Return: false where only one address after the other can be asked about.
 */
bool v2p_iova_has_extents(const struct v2p_iova *iova);

#endif /* V2P_IOVA_H */
