/* SPDX-License-Identifier: GPL-2.0 */
/* What the operations share. */
#ifndef V2P_NETLINK_INTERNAL_H
#define V2P_NETLINK_INTERNAL_H

#include <linux/types.h>

struct file;
struct genl_family;
struct netlink_ext_ack;
struct nlattr;
struct nlmsghdr;
struct sk_buff;
struct space;

/* Most addresses of one translation: bounds its reply, with every field, to 32 KiB. */
#define NETLINK_MAX_BATCH	1024

extern struct genl_family v2p_family;

/**
 * struct netlink_target - whom a request asks
 * @kernel: the kernel
 * @pid: else a process
 * @pid_attr: where that stands in the request
 * @opened: the socket that it came from; of a dump, only as it begins
 */
struct netlink_target {
	bool kernel;
	u32 pid;
	const struct nlattr *pid_attr;
	const struct file *opened;
};

/**
 * netlink_opened() - the socket that a request came from
 * @skb: the request
 *
 * Return: its file, which knows the credentials that it was opened with; NULL of a
 * socket of the kernel's own.
 */
const struct file *netlink_opened(const struct sk_buff *skb);

/**
 * netlink_admit() - may a request, which does work, be answered
 * @skb: the send that it came in
 * @nlh: the request
 * @extack: told the reason of an error
 *
 * Return: 0; -EPERM where its sender, or the opener of its socket, may not ask for
 * addresses; -E2BIG behind too many other messages of the send; -EINTR for a sender
 * who is being killed.
 */
int netlink_admit(const struct sk_buff *skb, const struct nlmsghdr *nlh,
		  struct netlink_ext_ack *extack);

/**
 * netlink_parse_target() - the target of a request
 * @skb: the request
 * @attrs: its attributes
 * @extack: told the reason of an error
 * @target: set
 *
 * Return: 0 or -EINVAL.
 */
int netlink_parse_target(const struct sk_buff *skb, struct nlattr **attrs,
			 struct netlink_ext_ack *extack, struct netlink_target *target);

/**
 * netlink_get_target() - the address space of a target
 * @space: to be given to target_put() after a success
 * @target: whom
 * @extack: told the reason of an error
 *
 * Return: as target_get_process() or target_get_kernel().
 */
int netlink_get_target(struct space *space, const struct netlink_target *target,
		       struct netlink_ext_ack *extack);

#endif /* V2P_NETLINK_INTERNAL_H */
