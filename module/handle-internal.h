/* SPDX-License-Identifier: GPL-2.0 */
/* Shared by the ioctls of a handle. */
#ifndef V2P_HANDLE_INTERNAL_H
#define V2P_HANDLE_INTERNAL_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/uaccess.h>

#include "aspace.h"

/**
 * struct v2p_handle - an address space that is open
 * @aspace: grabbed with v2p_aspace_grab(); no users are kept between ioctls
 * @pid: that it was opened by; 0 for the kernel
 * @own: it was opened by v2p_target_may_open_own()
 *
 * Nothing of it changes.
 */
struct v2p_handle {
	struct v2p_aspace aspace;
	u32 pid;
	bool own;
};

/* Who holds a descriptor of a process's may not be one who may ask about any page. */
static inline bool v2p_handle_user_kinds(const struct v2p_aspace *aspace)
{
	return aspace->kind == V2P_ASPACE_PROCESS;
}

/*
 * What each ioctl does: linux/v2p_ioctl.h. The walk writes to memory of the kernel, and from
 * there it is copied to the caller without a reference on the users of the address space: a
 * copy may wait for as long as the caller likes (userfaultfd).
 */
long v2p_handle_translate(struct v2p_handle *handle, void __user *argument);
long v2p_handle_walk(struct v2p_handle *handle, void __user *argument);
long v2p_handle_extents(struct v2p_handle *handle, void __user *argument);

/**
 * v2p_handle_copy_request() - copy the argument of an ioctl, of whatever version
 * @request: filled in; what the caller does not know is 0
 * @size: its bytes
 * @first: bytes of its first version
 * @argument: begins with its size
 *
 * Return: 0; -EINVAL for less than the first version; -E2BIG for what is not known here; or
 * -EFAULT.
 */
static __always_inline int v2p_handle_copy_request(void *request, size_t size, size_t first,
						   const void __user *argument)
{
	/* Every version has as much, so that the size takes no look of its own. */
	const bool copied = !copy_from_user(request, argument, first);
	u32 theirs;

	if (copied)
		theirs = *(const u32 *)request;
	else if (get_user(theirs, (const u32 __user *)argument))
		return -EFAULT;
	if (theirs < first)
		return -EINVAL;
	if (theirs > PAGE_SIZE)
		return -E2BIG;
	if (!copied)
		return -EFAULT;
	/* So is the first version of one that has grown, if it asks for no more than that. */
	if (theirs == first) {
		memset(request + first, 0, size - first);
		return 0;
	}
	if (likely(theirs == size))
		return size > first && copy_from_user(request + first, argument + first,
						      size - first) ? -EFAULT : 0;
	return copy_struct_from_user(request, size, argument, theirs);
}

#endif /* V2P_HANDLE_INTERNAL_H */
