// SPDX-License-Identifier: GPL-2.0
/*
 * Devices behind an IOMMU whose tables are not known here: its driver in the kernel is asked,
 * by iommu_iova_to_phys().
 *
 * Most drivers walk their tables there without a lock, and trust their callers not to unmap
 * meanwhile: an unmap frees tables, and the walk reads what they became (io-pgtable of arm's
 * SMMU, and with it of most boards). These are not asked. That of virtio-iommu has no tables,
 * but a tree of mappings, and looks them up under the lock that it changes them under
 * (viommu_iova_to_phys(), viommu_del_mappings()).
 *
 * The domain that is asked must not be freed meanwhile, nor the IOMMU go away. A domain is
 * detached from the device's group before it is freed, and a device is taken out of its group
 * before its IOMMU goes (iommu_deinit_device(); in 6.1 iommu_group_remove_device()): both under
 * the group's mutex, which iommu_group_for_each_dev() holds while it calls back. Nothing that
 * maps or unmaps takes that. The group itself is found, as by whoever asks for one, while the
 * device is locked and has a driver.
 */

#include <linux/errno.h>
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/string.h>

#include "../arrays.h"
#include "../entry.h"
#include "../walk.h"
#include "asked.h"
#include "iova-internal.h"

struct question {
	const struct v2p_iova *iova;
	const u64 *virtual;
	unsigned int count;
	const struct v2p_translation_arrays *out;
};

/* What is built into the kernel has no name here. */
static bool is_safe(const struct device *dev)
{
	struct module *owner = dev->iommu->iommu_dev->ops->owner;

	return owner && !strcmp(module_name(owner), "virtio_iommu");
}

static struct v2p_translation translate(struct iommu_domain *domain, u64 address)
{
	const u64 physical = iommu_iova_to_phys(domain, address);

	/* Where all is passed through, so is what is no address. */
	if (physical >> v2p_arch_physical_bits())
		return (struct v2p_translation) { .status = V2P_STATUS_INVALID };
	if (!physical)
		return (struct v2p_translation) {
			.status = V2P_STATUS_NONE, .page_shift = PAGE_SHIFT,
		};
	return (struct v2p_translation) {
		.status = V2P_STATUS_MAPPED, .page_shift = PAGE_SHIFT, .physical = physical,
		.flags = V2P_FLAG_PRESENT,
	};
}

/* Called for each device of the group, whose mutex is held. */
static int answer(struct device *dev, void *data)
{
	const struct question *question = data;
	struct iommu_domain *domain;
	unsigned int i;

	if (dev != question->iova->dev)
		return 0;
	if (!is_safe(dev))
		return -EOPNOTSUPP;
	domain = iommu_driver_get_domain_for_dev(dev);
	for (i = 0; i < question->count; i++) {
		struct v2p_translation t = { .status = V2P_STATUS_NONE };
		const u64 address = v2p_read_u64(question->virtual + i);

		if (v2p_iova_is_interrupt(question->iova, address))
			t.status = V2P_STATUS_INVALID;
		else if (domain)
			t = translate(domain, address);
		v2p_translation_store(question->out, i, &t);
	}
	return 1;
}

int v2p_asked_translate(const struct v2p_iova *iova, const u64 *virtual, unsigned int count,
			const struct v2p_translation_arrays *out)
{
	struct question question = {
		.iova = iova, .virtual = virtual, .count = count, .out = out,
	};
	struct device *dev = iova->dev;
	struct iommu_group *group;
	int answered = -ENODEV;

	/* Not waiting for a driver that is just being bound or unbound. */
	if (!device_trylock(dev))
		return -EBUSY;
	group = dev->driver ? iommu_group_get(dev) : NULL;
	if (group) {
		answered = iommu_group_for_each_dev(group, &question, answer);
		iommu_group_put(group);
	}
	device_unlock(dev);
	if (answered < 0)
		return answered;
	return answered ? 0 : -ENODEV;
}

int v2p_asked_check(const struct v2p_iova *iova)
{
	return v2p_asked_translate(iova, NULL, 0, NULL);
}
