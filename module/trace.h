/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM v2p

#if !defined(V2P_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define V2P_TRACE_H

#include <linux/tracepoint.h>

#include <uapi/linux/v2p.h>

#include "aspace.h"

#define show_v2p_op(op) __print_symbolic(op,		\
	{ V2P_CMD_TRANSLATE, "translate" },		\
	{ V2P_CMD_WALK, "walk" },			\
	{ V2P_CMD_MAP, "map" },				\
	{ V2P_CMD_PER_CPU, "per-cpu" },		\
	{ V2P_CMD_OPEN, "open" },			\
	{ V2P_CMD_PAGE, "page" },			\
	{ V2P_CMD_REGIONS, "regions" })

/*
 * A permitted request, be it by netlink or by an ioctl, which is named as the operation that
 * it is like, with the pid that was given when its descriptor was opened. address is the first
 * of count addresses, of which an ioctl answers a piece at a time; if count is 0, the start of
 * a range. Both are 0 for an operation without addresses. Those of page are physical and
 * nobody's: its pid is 0.
 */
TRACE_EVENT(v2p_request,
	TP_PROTO(u8 op, enum v2p_aspace_kind kind, u32 pid, u64 address, u32 count),
	TP_ARGS(op, kind, pid, address, count),
	TP_STRUCT__entry(
		__field(u64, address)
		__field(u32, pid)
		__field(u32, count)
		__field(u8, op)
		__field(bool, kernel)
		__field(bool, user_root)
		__field(bool, device)
	),
	TP_fast_assign(
		__entry->address = address;
		__entry->pid = pid;
		__entry->count = count;
		__entry->op = op;
		__entry->kernel = kind == V2P_ASPACE_KERNEL;
		__entry->user_root = kind == V2P_ASPACE_USER_ROOT;
		__entry->device = kind == V2P_ASPACE_DEVICE;
	),
	TP_printk("op=%s kernel=%d pid=%u address=0x%llx count=%u user_root=%d device=%d",
		  show_v2p_op(__entry->op), __entry->kernel, __entry->pid,
		  __entry->address, __entry->count, __entry->user_root,
		  __entry->device)
);

/*
 * A message of the reply, or a piece of an ioctl's answer: how many mapped addresses, extents,
 * CPUs, regions, or pages of which something is known it has; or an error.
 */
TRACE_EVENT(v2p_result,
	TP_PROTO(u8 op, enum v2p_aspace_kind kind, u32 pid, u32 mapped, int error),
	TP_ARGS(op, kind, pid, mapped, error),
	TP_STRUCT__entry(
		__field(u32, pid)
		__field(u32, mapped)
		__field(int, error)
		__field(u8, op)
		__field(bool, kernel)
		__field(bool, user_root)
		__field(bool, device)
	),
	TP_fast_assign(
		__entry->pid = pid;
		__entry->mapped = mapped;
		__entry->error = error;
		__entry->op = op;
		__entry->kernel = kind == V2P_ASPACE_KERNEL;
		__entry->user_root = kind == V2P_ASPACE_USER_ROOT;
		__entry->device = kind == V2P_ASPACE_DEVICE;
	),
	TP_printk("op=%s kernel=%d pid=%u mapped=%u error=%d user_root=%d device=%d",
		  show_v2p_op(__entry->op), __entry->kernel, __entry->pid,
		  __entry->mapped, __entry->error, __entry->user_root,
		  __entry->device)
);

#endif /* V2P_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
