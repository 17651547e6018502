/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_TARGET_H
#define V2P_TARGET_H

#include <linux/types.h>

struct netlink_ext_ack;
struct space;

/**
 * target_get_process() - the address space of a process
 * @space: to be given to target_put() after a success
 * @pid: any of its threads, in the caller's pid namespace
 * @extack: told the reason of an error
 *
 * Return: 0; -ESRCH for no such process, or one that has exited; -EINVAL for a
 * kernel thread.
 */
int target_get_process(struct space *space, u32 pid,
		       struct netlink_ext_ack *extack);

/**
 * target_get_kernel() - the kernel's address space
 * @space: to be given to target_put() after a success
 * @extack: told the reason of an error
 *
 * Return: 0; -EPERM where the kernel is locked down.
 */
int target_get_kernel(struct space *space, struct netlink_ext_ack *extack);

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
