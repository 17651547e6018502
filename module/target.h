/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_TARGET_H
#define V2P_TARGET_H

#include <linux/types.h>

struct netlink_ext_ack;
struct walk_space;

/**
 * target_get_process() - the address space of a process
 * @space: to be given to target_put() after a success
 * @pid: any of its threads, in the caller's pid namespace
 * @extack: told the reason of an error
 *
 * Return: 0; -ESRCH for no such process, or one that has exited; -EINVAL for a
 * kernel thread.
 */
int target_get_process(struct walk_space *space, u32 pid,
		       struct netlink_ext_ack *extack);

/**
 * target_get_kernel() - the kernel's address space
 * @space: to be given to target_put() after a success
 * @extack: told the reason of an error
 *
 * Return: 0; -EPERM where the kernel is locked down.
 */
int target_get_kernel(struct walk_space *space, struct netlink_ext_ack *extack);

/**
 * target_put() - drop the references
 * @space: an address space
 */
void target_put(struct walk_space *space);

#endif /* V2P_TARGET_H */
