/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_IOVA_SCOPE_H
#define V2P_IOVA_SCOPE_H

#include <linux/types.h>

struct pci_dev;

/**
 * struct v2p_scope_path - a PCI device as firmware names it, or a bridge
 * @bus: number of the bus that the first is on
 * @count: devices on the way, each but the last a bridge to the bus of the next
 * @path: a device's and a function's number for each, a byte each
 */
struct v2p_scope_path {
	u8 bus;
	unsigned int count;
	const u8 *path;
};

/**
 * v2p_scope_segment() - the PCI segment that a device is in
 * @pdev: the device
 *
 * Where its host bridge has gone, what pci_domain_nr() reads may have as well (VMD). The name
 * stays.
 *
 * Return: its number, or U32_MAX if the name has none.
 */
u32 v2p_scope_segment(const struct pci_dev *pdev);

/**
 * v2p_scope_matches() - is a device what firmware names
 * @pdev: the device
 * @path: what is named
 *
 * The reference on @pdev keeps all bridges above it.
 *
 * Return: true if it is.
 */
bool v2p_scope_matches(struct pci_dev *pdev, const struct v2p_scope_path *path);

/**
 * v2p_scope_is_below() - is a device what firmware names, or behind it
 * @pdev: as for v2p_scope_matches()
 * @path: of a bridge
 *
 * Return: true if it is.
 */
bool v2p_scope_is_below(struct pci_dev *pdev, const struct v2p_scope_path *path);

#endif /* V2P_IOVA_SCOPE_H */
