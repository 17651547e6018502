// SPDX-License-Identifier: GPL-2.0

#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "iommu.h"

static LIST_HEAD(iommus);
static DEFINE_MUTEX(iommus_lock);

static struct v2p_iommu *new_iommu(const struct v2p_iommu_kind *kind, u64 base, size_t size)
{
	struct v2p_iommu *iommu = kzalloc(sizeof(*iommu), GFP_KERNEL);

	if (!iommu)
		return ERR_PTR(-ENOMEM);
	iommu->kind = kind;
	iommu->base = base;
	iommu->registers = ioremap(base, size);
	if (!iommu->registers) {
		kfree(iommu);
		return ERR_PTR(-ENOMEM);
	}
	if (!kind->begin(iommu)) {
		iounmap(iommu->registers);
		kfree(iommu);
		return ERR_PTR(-ENXIO);
	}
	list_add(&iommu->list, &iommus);
	return iommu;
}

const struct v2p_iommu *v2p_iommu_get(const struct v2p_iommu_kind *kind, u64 base, size_t size)
{
	struct v2p_iommu *iommu;

	if (!base)
		return ERR_PTR(-EINVAL);
	mutex_lock(&iommus_lock);
	list_for_each_entry(iommu, &iommus, list)
		if (iommu->base == base)
			goto out;
	iommu = new_iommu(kind, base, size);
out:
	mutex_unlock(&iommus_lock);
	return iommu;
}

void v2p_iommu_exit(void)
{
	struct v2p_iommu *iommu, *next;

	list_for_each_entry_safe(iommu, next, &iommus, list) {
		iounmap(iommu->registers);
		kfree(iommu);
	}
}
