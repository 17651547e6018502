// SPDX-License-Identifier: GPL-2.0
#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm_types.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "device.h"
#include "dma.h"
#include "mappings.h"
#include "percpu.h"
#include "regions.h"
#include "v2p_oracle.h"

static long oracle_region(void __user *arg)
{
	struct v2p_oracle_region region;
	int err;

	if (copy_from_user(&region, arg, sizeof(region)))
		return -EFAULT;
	err = regions_get(&region);
	if (err)
		return err;
	return copy_to_user(arg, &region, sizeof(region)) ? -EFAULT : 0;
}

static long oracle_truth(void __user *arg)
{
	struct v2p_oracle_truth truth;
	phys_addr_t physical;
	int err;

	if (copy_from_user(&truth, arg, sizeof(truth)))
		return -EFAULT;
	err = regions_truth(truth.index, truth.address, &physical);
	if (err)
		return err;
	truth.physical = physical;
	return copy_to_user(arg, &truth, sizeof(truth)) ? -EFAULT : 0;
}

static long oracle_frame(void __user *arg)
{
	struct v2p_oracle_frame frame;
	phys_addr_t physical;
	int err;

	if (copy_from_user(&frame, arg, sizeof(frame)))
		return -EFAULT;
	err = mappings_frame(frame.offset, &physical);
	if (err)
		return err;
	frame.physical = physical;
	return copy_to_user(arg, &frame, sizeof(frame)) ? -EFAULT : 0;
}

static long oracle_take(void __user *arg)
{
	struct v2p_oracle_take take;

	if (copy_from_user(&take, arg, sizeof(take)))
		return -EFAULT;
	return device_take(take.start, take.pages);
}

static long oracle_per_cpu(void __user *arg)
{
	struct v2p_oracle_per_cpu variable;
	int err;

	if (copy_from_user(&variable, arg, sizeof(variable)))
		return -EFAULT;
	err = percpu_get(&variable);
	if (err)
		return err;
	return copy_to_user(arg, &variable, sizeof(variable)) ? -EFAULT : 0;
}

static long oracle_dma_device(void __user *arg)
{
	struct v2p_oracle_dma_device device = {};
	int err;

	err = dma_device(&device);
	if (err)
		return err;
	return copy_to_user(arg, &device, sizeof(device)) ? -EFAULT : 0;
}

static long oracle_dma_map(const struct file *file, void __user *arg)
{
	struct v2p_oracle_dma_map map;
	int err;

	if (copy_from_user(&map, arg, sizeof(map)))
		return -EFAULT;
	err = dma_map(file, &map);
	if (err)
		return err;
	return copy_to_user(arg, &map, sizeof(map)) ? -EFAULT : 0;
}

static long oracle_dma_unmap(void __user *arg)
{
	u32 id;

	if (copy_from_user(&id, arg, sizeof(id)))
		return -EFAULT;
	return dma_unmap(id);
}

static long oracle_dma_piece(void __user *arg)
{
	struct v2p_oracle_dma_piece piece;
	int err;

	if (copy_from_user(&piece, arg, sizeof(piece)))
		return -EFAULT;
	err = dma_piece(&piece);
	if (err)
		return err;
	return copy_to_user(arg, &piece, sizeof(piece)) ? -EFAULT : 0;
}

static long oracle_dma_slot(void __user *arg)
{
	struct v2p_oracle_dma_slot slot;
	int err;

	if (copy_from_user(&slot, arg, sizeof(slot)))
		return -EFAULT;
	err = dma_slot(&slot);
	if (err)
		return err;
	return copy_to_user(arg, &slot, sizeof(slot)) ? -EFAULT : 0;
}

static long oracle_in_mask(void __user *arg)
{
	struct v2p_oracle_in_mask mask;
	u32 i;

	if (copy_from_user(&mask, arg, sizeof(mask)))
		return -EFAULT;
	if (mask.cpu >= nr_cpu_ids)
		return -ENXIO;
	mask.seen = 0;
	for (i = 0; i < mask.looks && !signal_pending(current); i++) {
		mask.seen += cpumask_test_cpu(mask.cpu, mm_cpumask(current->mm));
		if (i % 1024 == 0)
			cond_resched();
		barrier();
	}
	return copy_to_user(arg, &mask, sizeof(mask)) ? -EFAULT : 0;
}

static long oracle_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case V2P_ORACLE_REGION:
		return oracle_region(user);
	case V2P_ORACLE_TRUTH:
		return oracle_truth(user);
	case V2P_ORACLE_FRAME:
		return oracle_frame(user);
	case V2P_ORACLE_TAKE:
		return oracle_take(user);
	case V2P_ORACLE_PER_CPU:
		return oracle_per_cpu(user);
	case V2P_ORACLE_DMA_DEVICE:
		return oracle_dma_device(user);
	case V2P_ORACLE_DMA_MAP:
		return oracle_dma_map(file, user);
	case V2P_ORACLE_DMA_UNMAP:
		return oracle_dma_unmap(user);
	case V2P_ORACLE_DMA_PIECE:
		return oracle_dma_piece(user);
	case V2P_ORACLE_DMA_CHURN:
		return dma_churn(file);
	case V2P_ORACLE_DMA_SLOT:
		return oracle_dma_slot(user);
	case V2P_ORACLE_IN_MASK:
		return oracle_in_mask(user);
	default:
		return -ENOTTY;
	}
}

static int oracle_mmap(struct file *file, struct vm_area_struct *vma)
{
	return mappings_map(vma);
}

static int oracle_release(struct inode *inode, struct file *file)
{
	dma_release(file);
	return 0;
}

static const struct file_operations oracle_fops = {
	.owner = THIS_MODULE,
	.release = oracle_release,
	.unlocked_ioctl = oracle_ioctl,
	.mmap = oracle_mmap,
};

static struct miscdevice oracle_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "v2p_oracle",
	.mode = 0600,
	.fops = &oracle_fops,
};

static int __init oracle_init(void)
{
	int err;

	percpu_init();
	err = regions_init();
	if (err)
		return err;
	err = mappings_init();
	if (err)
		goto err_regions;
	err = device_init();
	if (err)
		goto err_mappings;
	err = dma_init();
	if (err)
		goto err_device;
	err = misc_register(&oracle_device);
	if (err)
		goto err_dma;
	return 0;

err_dma:
	dma_exit();
err_device:
	device_exit();
err_mappings:
	mappings_exit();
err_regions:
	regions_exit();
	return err;
}

static void __exit oracle_exit(void)
{
	misc_deregister(&oracle_device);
	dma_exit();
	device_exit();
	mappings_exit();
	regions_exit();
}

module_init(oracle_init);
module_exit(oracle_exit);

MODULE_DESCRIPTION("Right answers for the tests of v2p");
MODULE_LICENSE("GPL");
