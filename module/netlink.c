// SPDX-License-Identifier: GPL-2.0

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/sched/signal.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "netlink.h"
#include "netlink-gen.h"
#include "netlink-internal.h"
#include "target.h"

const struct file *netlink_opened(const struct sk_buff *skb)
{
	return NETLINK_CB(skb).sk->sk_socket->file;
}

/*
 * Who may learn where memory lies is who may read it from /proc/PID/pagemap, and
 * there it is asked of whoever opened the descriptor. Here both are asked, in
 * every case: netlink_capable() spares the opener of the socket when the message
 * names its destination, but the answer goes to the socket, so to everybody who
 * holds it. And whoever owns its network namespace can tap it (nlmon). What else a
 * target takes is asked when it is found.
 */
static int check_permission(const struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	const struct file *opened = netlink_opened(skb);

	/* A socket of the kernel's own has no file. */
	if (opened && target_may_both(opened, &init_user_ns, CAP_SYS_ADMIN) &&
	    sock_net(NETLINK_CB(skb).sk)->user_ns == &init_user_ns)
		return 0;

	NL_SET_ERR_MSG(extack, "needs CAP_SYS_ADMIN in the initial user namespace, when the socket is opened and when it is used, and a network namespace that belongs to it");
	return -EPERM;
}

/*
 * Messages of a send stand one behind the other from the head of its buffer on.
 * netlink has checked the length of one before it goes on to the next.
 */
static bool is_among_the_first(const struct sk_buff *skb, const struct nlmsghdr *nlh)
{
	const void *const self = nlh;
	const void *at = skb->head;
	unsigned int before;

	for (before = 0; before < V2P_MAX_IN_A_SEND && at < self; before++)
		at += NLMSG_ALIGN(((const struct nlmsghdr *)at)->nlmsg_len);
	return before < V2P_MAX_IN_A_SEND && at == self;
}

/*
 * Generic netlink works all messages of a send off under a lock. Who wants it for
 * writing, as to load a module with a family does, waits for that, and keeps everybody
 * waiting who looks a family up.
 */
int netlink_admit(const struct sk_buff *skb, const struct nlmsghdr *nlh,
		  struct netlink_ext_ack *extack)
{
	int err;

	err = check_permission(skb, extack);
	if (err)
		return err;
	if (!is_among_the_first(skb, nlh)) {
		NL_SET_ERR_MSG(extack, "too many requests in one send");
		return -E2BIG;
	}
	return fatal_signal_pending(current) ? -EINTR : 0;
}

int netlink_parse_target(const struct sk_buff *skb, struct nlattr **attrs,
			 struct netlink_ext_ack *extack, struct netlink_target *target)
{
	struct nlattr *pid = attrs[V2P_A_PID];

	target->kernel = nla_get_flag(attrs[V2P_A_KERNEL]);
	if (!pid == !target->kernel) {
		NL_SET_ERR_MSG(extack, "wants either a pid or the kernel as the target");
		return -EINVAL;
	}
	target->opened = netlink_opened(skb);
	target->pid_attr = pid;
	target->pid = pid ? nla_get_u32(pid) : 0;
	return 0;
}

int netlink_get_target(struct space *space, const struct netlink_target *target,
		       struct netlink_ext_ack *extack)
{
	int err;

	if (target->kernel)
		return target_get_kernel(space, target->opened, extack);

	err = target_get_process(space, target->pid, target->opened, extack);
	if (err)
		NL_SET_BAD_ATTR(extack, target->pid_attr);
	return err;
}

/* The generated operations have no place for what surrounds a dump. */
static struct genl_ops ops[ARRAY_SIZE(v2p_nl_ops)] __ro_after_init;

struct genl_family v2p_family __ro_after_init = {
	.name		= V2P_FAMILY_NAME,
	.version	= V2P_FAMILY_VERSION,
	.module		= THIS_MODULE,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	.maxattr	= V2P_A_MAX,
	.netnsok	= true,
	.parallel_ops	= true,
};

int __init netlink_init(void)
{
	unsigned int i;

	memcpy(ops, v2p_nl_ops, sizeof(ops));
	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		if (ops[i].cmd != V2P_CMD_MAP)
			continue;
		ops[i].start = v2p_nl_map_start;
		ops[i].done = v2p_nl_map_done;
	}
	return genl_register_family(&v2p_family);
}

void netlink_exit(void)
{
	genl_unregister_family(&v2p_family);
}
