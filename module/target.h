/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_TARGET_H
#define V2P_TARGET_H

#include <linux/types.h>

struct file;
struct netlink_ext_ack;
struct v2p_aspace;
struct v2p_identity;
struct user_namespace;

/* Called once, before anything else. */
void v2p_target_init(void);

/**
 * v2p_target_capable() - does a capability belong to the sender and to the opener
 * @file: the socket
 * @ns: the user namespace that the capability is needed in
 * @cap: the capability
 *
 * Return: true if both the sender of the request and the opener of its socket have it.
 */
bool v2p_target_capable(const struct file *file, struct user_namespace *ns, int cap);

/**
 * v2p_target_may_open_own() - may the sender open a descriptor of its own address space
 * @file: the socket that the request came from
 * @extack: set to the reason where only the socket's opener is not the sender
 *
 * Return: true if the administrator has named a group for that, the sender is a member of it,
 * and has opened the socket itself, with the credentials that it has now.
 */
bool v2p_target_may_open_own(const struct file *file, struct netlink_ext_ack *extack);

/**
 * v2p_target_get_process() - get the address space of a process
 * @aspace: set; v2p_aspace_put() it after success
 * @pid: of any of its threads, in the caller's pid namespace
 * @file: the socket that the request came from
 * @identity: set after success, or NULL
 * @extack: set to the reason of an error
 *
 * Return: 0; -ESRCH if there is no such process or it has exited; -EINVAL for a kernel
 * thread; -EPERM without the right to access that process.
 */
int v2p_target_get_process(struct v2p_aspace *aspace, u32 pid, const struct file *file,
			   struct v2p_identity *identity, struct netlink_ext_ack *extack);

/**
 * v2p_target_get_own() - get the address space of the sender
 * @aspace: set; v2p_aspace_put() it after success
 * @pid: of any of its threads, in its pid namespace
 * @identity: set after success
 * @extack: set to the reason of an error
 *
 * Return: 0; -EPERM if the pid is of no thread of the sender's process.
 */
int v2p_target_get_own(struct v2p_aspace *aspace, u32 pid, struct v2p_identity *identity,
		       struct netlink_ext_ack *extack);

/**
 * v2p_target_get_kernel() - get the kernel's address space
 * @aspace: set; v2p_aspace_put() it after success
 * @file: the socket that the request came from
 * @extack: set to the reason of an error
 *
 * Return: 0; -EPERM without the right to it, or if the kernel is locked down.
 */
int v2p_target_get_kernel(struct v2p_aspace *aspace, const struct file *file,
			  struct netlink_ext_ack *extack);

/**
 * v2p_target_take_user_root() - go over to the page tables that user mode runs on
 * @aspace: that v2p_target_get_process() has got; changed
 * @file: the socket that the request came from
 * @extack: set to the reason of an error
 *
 * After an error, @aspace is put.
 *
 * Return: 0; -EPERM without the right to the kernel's address space, or if the kernel is
 * locked down; -EOPNOTSUPP if user mode runs on the page tables that the kernel uses too.
 */
int v2p_target_take_user_root(struct v2p_aspace *aspace, const struct file *file,
			      struct netlink_ext_ack *extack);

/**
 * v2p_target_get_device() - get what a device's addresses are translated by
 * @aspace: set; v2p_aspace_put() it after success
 * @name: as for v2p_iova_new()
 * @pasid: likewise
 * @file: the socket that the request came from
 * @extack: set to the reason of an error
 *
 * Return: 0; -EPERM without the right to the kernel's address space, or if the kernel is
 * locked down; else as v2p_iova_new().
 */
int v2p_target_get_device(struct v2p_aspace *aspace, const char *name, u32 pasid,
			  const struct file *file, struct netlink_ext_ack *extack);

/**
 * v2p_aspace_put() - drop the reference on the users of an address space
 * @aspace: got from v2p_target_get_*() or v2p_aspace_get()
 */
void v2p_aspace_put(struct v2p_aspace *aspace);

/**
 * v2p_aspace_grab() - keep an address space without keeping its process's memory
 * @aspace: with a reference on its users, which v2p_aspace_put() still has to drop
 *
 * What is grabbed is dropped with v2p_aspace_drop(), and used after v2p_aspace_get().
 */
void v2p_aspace_grab(struct v2p_aspace *aspace);

/**
 * v2p_aspace_get() - take a reference on the users of a grabbed address space again
 * @aspace: grabbed, which it stays; v2p_aspace_put() it after success
 * @extack: set to the reason of an error
 *
 * Return: 0; -ESRCH if the address space is gone; -ENODEV if the device is; -EPERM if the
 * kernel is locked down.
 */
int v2p_aspace_get(struct v2p_aspace *aspace, struct netlink_ext_ack *extack);

/**
 * v2p_aspace_drop() - drop what v2p_aspace_grab() took
 * @aspace: an address space
 */
void v2p_aspace_drop(struct v2p_aspace *aspace);

#endif /* V2P_TARGET_H */
