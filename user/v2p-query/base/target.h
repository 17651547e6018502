/* SPDX-License-Identifier: GPL-2.0 */
/* What a target is. */
#ifndef V2P_QUERY_TARGET_H
#define V2P_QUERY_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include <v2p.h>

static inline bool target_is_kernel(struct v2p_target target)
{
	return target.kind == V2P_TARGET_KERNEL;
}

static inline bool target_is_device(struct v2p_target target)
{
	return target.kind == V2P_TARGET_DEVICE;
}

static inline bool target_is_user_root(struct v2p_target target)
{
	return target.kind == V2P_TARGET_USER_ROOT;
}

/* Is it a process, which has an id, a name, and mappings? */
static inline bool target_is_process(struct v2p_target target)
{
	return target.kind == V2P_TARGET_PID || target_is_user_root(target);
}

static inline bool target_has_pasid(struct v2p_target target)
{
	return target.flags & V2P_TARGET_PASID;
}

/* Does it have addresses of the kernel's half? They are longer to write, and have symbols. */
static inline bool target_has_kernel(struct v2p_target target)
{
	return target_is_kernel(target) || target_is_user_root(target);
}

/* Is an address of it one of the kernel's? */
static inline bool target_is_kernel_at(struct v2p_target target, uint64_t address)
{
	return target_is_kernel(target) || address >> 63;
}

static inline pid_t target_pid(struct v2p_target target)
{
	return target.id;
}

#endif /* V2P_QUERY_TARGET_H */
