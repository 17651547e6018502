// SPDX-License-Identifier: GPL-2.0

#include <linux/kernel.h>
#include <linux/pci.h>

#include "scope.h"

static bool is_named(const struct pci_dev *pdev, const u8 *names)
{
	return pdev->devfn == PCI_DEVFN(names[0], names[1]);
}

u32 v2p_scope_segment(const struct pci_dev *pdev)
{
	u32 segment;

	return sscanf(pci_name(pdev), "%x:", &segment) == 1 ? segment : U32_MAX;
}

bool v2p_scope_matches(struct pci_dev *pdev, const struct v2p_scope_path *path)
{
	const u8 bus = pdev->bus->number;
	unsigned int i = path->count;

	if (!i)
		return false;
	/* Some firmware names the bus that the device is on, instead of the way there. */
	if (i == 1 && bus == path->bus && is_named(pdev, path->path))
		return true;
	for (;;) {
		if (!is_named(pdev, path->path + 2 * --i))
			return false;
		if (!pdev->bus->self)
			return !i && pdev->bus->number == path->bus;
		if (!i)
			return false;
		pdev = pdev->bus->self;
	}
}

bool v2p_scope_is_below(struct pci_dev *pdev, const struct v2p_scope_path *path)
{
	for (; pdev; pdev = pdev->bus->self)
		if (v2p_scope_matches(pdev, path))
			return true;
	return false;
}
