/* SPDX-License-Identifier: GPL-2.0 */
/* An address space as a file descriptor, which answers by ioctls. */
#ifndef V2P_HANDLE_H
#define V2P_HANDLE_H

#include <linux/types.h>

struct file;
struct v2p_aspace;

/**
 * v2p_handle_new() - a file that answers for an address space
 * @aspace: the address space, of which the file keeps what v2p_aspace_grab() does. The
 *	reference on its users stays the caller's
 * @pid: that it was asked for by; 0 for the kernel
 * @own: no more than v2p_target_may_open_own() permits it
 *
 * Return: the file, which no descriptor refers to yet; or ERR_PTR() of -ENOMEM, -ENFILE, or
 * -ENOENT where the module is being unloaded.
 */
struct file *v2p_handle_new(const struct v2p_aspace *aspace, u32 pid, bool own);

#endif /* V2P_HANDLE_H */
