/* SPDX-License-Identifier: GPL-2.0 */
/* Shared by the operations of the netlink family. */
#ifndef V2P_NETLINK_INTERNAL_H
#define V2P_NETLINK_INTERNAL_H

#include <linux/types.h>

#include "aspace.h"

struct file;
struct genl_family;
struct netlink_ext_ack;
struct nlattr;
struct nlmsghdr;
struct sk_buff;
struct v2p_known;

/* Addresses of a batch: with all fields, a reply is of 39 KiB. */
#define V2P_NETLINK_MAX_BATCH	1024

extern struct genl_family v2p_family;

/**
 * struct v2p_netlink_target - the target of a request
 * @kind: the kind of its address space
 * @pid: of a process; else 0
 * @pid_attr: the attribute that holds @pid, for error reports
 * @user_root_attr: the attribute user-root, likewise; or NULL
 * @device_attr: the attribute device, likewise; or NULL
 * @pasid: with a device, of the requests that are meant; or V2P_NO_PASID
 * @own: it must be the sender's own
 * @file: the socket that the request came from; in a dump, valid only in .start
 */
struct v2p_netlink_target {
	enum v2p_aspace_kind kind;
	u32 pid;
	const struct nlattr *pid_attr;
	const struct nlattr *user_root_attr;
	const struct nlattr *device_attr;
	u32 pasid;
	bool own;
	const struct file *file;
};

/**
 * v2p_netlink_begin() - may a request be answered, and what is its target
 * @skb: the buffer of the send that the request came in
 * @nlh: the request
 * @attrs: its attributes, of an operation that has all attributes of a target; NULL in one that
 *	names no target, for which the kernel is set
 * @extack: set to the reason of an error
 * @target: set; after an error, @target->file is NULL unless the request was
 *	admitted
 *
 * Call it first in every operation but info.
 *
 * Return: 0; -EPERM if the sender or the opener of the socket may not ask for addresses;
 * -E2BIG if too many other messages are before it in the send; -EINTR if the sender is
 * being killed; -EINVAL if the request does not name one target.
 */
int v2p_netlink_begin(const struct sk_buff *skb, const struct nlmsghdr *nlh,
		      struct nlattr **attrs, struct netlink_ext_ack *extack,
		      struct v2p_netlink_target *target);

/**
 * v2p_netlink_begin_open() - the same for the operation open
 * @skb: as for v2p_netlink_begin(), like all that follow
 * @nlh: likewise
 * @attrs: likewise
 * @extack: likewise
 * @target: likewise
 *
 * Return: as v2p_netlink_begin(), but success also for who may open a descriptor of its own
 * address space; v2p_netlink_get_target() then gets nothing else.
 */
int v2p_netlink_begin_open(const struct sk_buff *skb, const struct nlmsghdr *nlh,
			   struct nlattr **attrs, struct netlink_ext_ack *extack,
			   struct v2p_netlink_target *target);

/**
 * v2p_netlink_parse_known() - what the sender of a request knows beyond the base
 * @attrs: the attributes of the request
 * @known: set
 */
void v2p_netlink_parse_known(struct nlattr **attrs, struct v2p_known *known);

/**
 * v2p_netlink_get_target() - get the address space of a target
 * @aspace: set; v2p_aspace_put() it after success
 * @target: the target
 * @identity: set after success, or NULL
 * @extack: set to the reason of an error
 *
 * Return: as v2p_target_get_process(), v2p_target_get_kernel(), v2p_target_get_device() or
 * v2p_target_take_user_root().
 */
int v2p_netlink_get_target(struct v2p_aspace *aspace,
			   const struct v2p_netlink_target *target,
			   struct v2p_identity *identity, struct netlink_ext_ack *extack);

/**
 * v2p_netlink_begin_layout() - may the sender know where the kernel has what
 * @skb: as for v2p_netlink_begin(), which this stands for, like all that follow
 * @nlh: likewise
 * @extack: likewise
 * @target: likewise; it is the kernel
 *
 * For operations that tell of the kernel's addresses without looking any of them up.
 *
 * Return: as v2p_netlink_begin() and v2p_target_get_kernel().
 */
int v2p_netlink_begin_layout(const struct sk_buff *skb, const struct nlmsghdr *nlh,
			     struct netlink_ext_ack *extack, struct v2p_netlink_target *target);

#endif /* V2P_NETLINK_INTERNAL_H */
