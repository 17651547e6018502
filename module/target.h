/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_TARGET_H
#define V2P_TARGET_H

#include <linux/types.h>

#include "walk.h"

struct mm_struct;
struct netlink_ext_ack;

/**
 * struct target - whose address space is asked
 * @space: what the walk needs of it
 * @mm: what keeps it alive; NULL for the kernel
 */
struct target {
	struct walk_space space;
	struct mm_struct *mm;
};

/**
 * target_get_process() - the address space of a process
 * @target: to be given to target_put() after a success
 * @pid: any of its threads, in the caller's pid namespace
 * @extack: told the reason of an error
 *
 * Return: 0; -ESRCH for no such process, or one that has exited; -EINVAL for a
 * kernel thread.
 */
int target_get_process(struct target *target, u32 pid,
		       struct netlink_ext_ack *extack);

/**
 * target_get_kernel() - the kernel's address space
 * @target: to be given to target_put() after a success
 * @extack: told the reason of an error
 *
 * Return: 0; -EPERM where the kernel is locked down.
 */
int target_get_kernel(struct target *target, struct netlink_ext_ack *extack);

/**
 * target_put() - drop the references
 * @target: a target
 */
void target_put(struct target *target);

#endif /* V2P_TARGET_H */
