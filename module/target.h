/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_TARGET_H
#define V2P_TARGET_H

#include <linux/types.h>

struct file;
struct netlink_ext_ack;
struct space;
struct user_namespace;

/**
 * target_may_both() - has a capability who sends a request, and who opened its socket
 * @opened: the socket
 * @ns: over what
 * @capability: which
 *
 * Return: true where both have it.
 */
bool target_may_both(const struct file *opened, struct user_namespace *ns,
		     int capability);

/**
 * target_get_process() - the address space of a process
 * @space: to be given to target_put() after a success
 * @pid: any of its threads, in the caller's pid namespace
 * @opened: the socket
 * @extack: told the reason of an error
 *
 * Return: 0; -ESRCH for no such process, or one that has exited; -EINVAL for a
 * kernel thread; -EPERM without the right to look at another process.
 */
int target_get_process(struct space *space, u32 pid, const struct file *opened,
		       struct netlink_ext_ack *extack);

/**
 * target_get_kernel() - the kernel's address space
 * @space: to be given to target_put() after a success
 * @opened: the socket
 * @extack: told the reason of an error
 *
 * Return: 0; -EPERM without the right to it, or where the kernel is locked down.
 */
int target_get_kernel(struct space *space, const struct file *opened,
		      struct netlink_ext_ack *extack);

/**
 * target_put() - drop the references
 * @space: an address space
 */
void target_put(struct space *space);

/**
 * target_park() - keep an address space for later, without keeping it alive
 * @space: to be given to target_drop() at last, and not to target_put()
 */
void target_park(struct space *space);

/**
 * target_unpark() - go on with an address space that was parked
 * @space: to be given to target_put() after a success; it stays parked
 * @extack: told the reason of an error
 *
 * Return: 0; -ESRCH where it is gone; -EPERM where the kernel is locked down.
 */
int target_unpark(struct space *space, struct netlink_ext_ack *extack);

/**
 * target_drop() - end what target_park() began
 * @space: an address space
 */
void target_drop(struct space *space);

#endif /* V2P_TARGET_H */
