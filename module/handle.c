// SPDX-License-Identifier: GPL-2.0

#include <linux/anon_inodes.h>
#include <linux/compat.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>

#include <uapi/linux/v2p_ioctl.h>

#include "aspace.h"
#include "handle.h"
#include "handle-internal.h"
#include "target.h"

static long handle_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct v2p_handle *handle = file->private_data;
	void __user *pointer = (void __user *)argument;

	switch (command) {
	case V2P_IOCTL_TRANSLATE:
		return v2p_handle_translate(handle, pointer);
	case V2P_IOCTL_WALK:
		return v2p_handle_walk(handle, pointer);
	case V2P_IOCTL_EXTENTS:
		return v2p_handle_extents(handle, pointer);
	}
	return -ENOTTY;
}

static int handle_release(struct inode *inode, struct file *file)
{
	struct v2p_handle *handle = file->private_data;

	v2p_aspace_drop(&handle->aspace);
	kfree(handle);
	return 0;
}

/* The module cannot be unloaded as long as a file is open. */
static const struct file_operations handle_ops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= handle_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.release	= handle_release,
};

struct file *v2p_handle_new(const struct v2p_aspace *aspace, u32 pid, bool own)
{
	struct v2p_handle *handle;
	struct file *file;

	handle = kmalloc(sizeof(*handle), GFP_KERNEL_ACCOUNT);
	if (!handle)
		return ERR_PTR(-ENOMEM);
	*handle = (struct v2p_handle) { .aspace = *aspace, .pid = pid, .own = own };

	file = anon_inode_getfile("[v2p]", &handle_ops, handle, O_RDONLY);
	if (IS_ERR(file))
		kfree(handle);
	else
		v2p_aspace_grab(&handle->aspace);
	return file;
}
