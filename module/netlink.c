// SPDX-License-Identifier: GPL-2.0

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/sched/signal.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "aspace.h"
#include "iova/iommu.h"
#include "known.h"
#include "netlink.h"
#include "netlink-gen.h"
#include "netlink-internal.h"
#include "target.h"

static const struct file *socket_file(const struct sk_buff *skb)
{
	return NETLINK_CB(skb).sk->sk_socket->file;
}

/*
 * Frame numbers take CAP_SYS_ADMIN, as in /proc/PID/pagemap, which requires it of the
 * opener of the file. This requires it of the opener of the socket and of the sender:
 * netlink_capable() does not look at the opener if the message has a destination
 * address, but everybody who holds the socket can receive the answer. So can the owner
 * of its network namespace (nlmon). v2p_target_get_*() check what else a target takes.
 */
static bool is_permitted(const struct sk_buff *skb)
{
	const struct file *file = socket_file(skb);

	/* A socket that the kernel made for itself has no file. */
	return file && v2p_target_capable(file, &init_user_ns, CAP_SYS_ADMIN) &&
	       sock_net(NETLINK_CB(skb).sk)->user_ns == &init_user_ns;
}

static int refuse(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "needs CAP_SYS_ADMIN in the initial user namespace, when the socket is opened and when it is used, and a network namespace that belongs to it");
	return -EPERM;
}

/*
 * The messages of a send follow each other in its buffer. netlink_rcv_skb() has checked
 * the length of each before it goes on to the next.
 */
static bool is_among_the_first(const struct sk_buff *skb, const struct nlmsghdr *nlh)
{
	const void *const self = nlh;
	const void *pos = skb->head;
	unsigned int before;

	for (before = 0; before < V2P_MAX_IN_A_SEND && pos < self; before++)
		pos += NLMSG_ALIGN(((const struct nlmsghdr *)pos)->nlmsg_len);
	return before < V2P_MAX_IN_A_SEND && pos == self;
}

/*
 * genl_rcv() holds cb_lock for all messages of a send. A writer (genl_register_family())
 * waits for that, and everybody who looks a family up waits for the writer.
 */
static int admit(const struct sk_buff *skb, const struct nlmsghdr *nlh,
		 struct netlink_ext_ack *extack)
{
	if (!is_among_the_first(skb, nlh)) {
		NL_SET_ERR_MSG(extack, "too many requests in one send");
		return -E2BIG;
	}
	return fatal_signal_pending(current) ? -EINTR : 0;
}

/* PCI Express specification, "PASID TLP Prefix". */
#define MOST_PASID	((1U << 20) - 1)

static int parse_target(struct nlattr **attrs, struct netlink_ext_ack *extack,
			struct v2p_netlink_target *target)
{
	struct nlattr *user_root = attrs[V2P_A_USER_ROOT];
	struct nlattr *device = attrs[V2P_A_DEVICE];
	struct nlattr *pasid = attrs[V2P_A_PASID];
	struct nlattr *pid = attrs[V2P_A_PID];

	if (!!pid + !!device + nla_get_flag(attrs[V2P_A_KERNEL]) != 1) {
		NL_SET_ERR_MSG(extack, "wants either a pid, the kernel or a device as the target");
		return -EINVAL;
	}
	if (!pid && user_root) {
		NL_SET_ERR_MSG_ATTR(extack, user_root, "user-root is of a process, and goes with a pid only");
		return -EINVAL;
	}
	if (!device && pasid) {
		NL_SET_ERR_MSG_ATTR(extack, pasid, "a pasid is of a device, and goes with that only");
		return -EINVAL;
	}
	if (pasid && nla_get_u32(pasid) > MOST_PASID) {
		NL_SET_ERR_MSG_ATTR(extack, pasid, "a pasid has 20 bits");
		return -EINVAL;
	}
	if (device) {
		target->kind = V2P_ASPACE_DEVICE;
		target->device_attr = device;
		target->pasid = pasid ? nla_get_u32(pasid) : V2P_NO_PASID;
		return 0;
	}
	if (!pid)
		return 0;
	target->kind = user_root ? V2P_ASPACE_USER_ROOT : V2P_ASPACE_PROCESS;
	target->pid_attr = pid;
	target->user_root_attr = user_root;
	target->pid = nla_get_u32(pid);
	return 0;
}

static int begin(const struct sk_buff *skb, const struct nlmsghdr *nlh,
		 struct nlattr **attrs, struct netlink_ext_ack *extack,
		 struct v2p_netlink_target *target)
{
	int err = admit(skb, nlh, extack);

	if (err)
		return err;
	target->file = socket_file(skb);
	return attrs ? parse_target(attrs, extack, target) : 0;
}

int v2p_netlink_begin(const struct sk_buff *skb, const struct nlmsghdr *nlh,
		      struct nlattr **attrs, struct netlink_ext_ack *extack,
		      struct v2p_netlink_target *target)
{
	*target = (struct v2p_netlink_target) { .kind = V2P_ASPACE_KERNEL };
	if (!is_permitted(skb))
		return refuse(extack);
	return begin(skb, nlh, attrs, extack, target);
}

int v2p_netlink_begin_open(const struct sk_buff *skb, const struct nlmsghdr *nlh,
			   struct nlattr **attrs, struct netlink_ext_ack *extack,
			   struct v2p_netlink_target *target)
{
	const struct file *file = socket_file(skb);

	*target = (struct v2p_netlink_target) { .kind = V2P_ASPACE_KERNEL };
	/*
	 * The answer to a member of the group does not tell any address: there is no need to
	 * look at the network namespace, whose owner may listen.
	 */
	target->own = !is_permitted(skb);
	if (target->own && (!file || !v2p_target_may_open_own(file, extack)))
		return extack->_msg ? -EPERM : refuse(extack);
	return begin(skb, nlh, attrs, extack, target);
}

void v2p_netlink_parse_known(struct nlattr **attrs, struct v2p_known *known)
{
	*known = (struct v2p_known) {};
	if (!v2p_known_matters())
		return;
	if (attrs[V2P_A_KNOWN_STATES])
		known->states = nla_get_u32(attrs[V2P_A_KNOWN_STATES]);
	if (attrs[V2P_A_KNOWN_FLAGS])
		known->flags = nla_get_u32(attrs[V2P_A_KNOWN_FLAGS]);
}

static int get_device_target(struct v2p_aspace *aspace, const struct v2p_netlink_target *target,
			     struct v2p_identity *identity, struct netlink_ext_ack *extack)
{
	int err;

	if (identity)
		*identity = (struct v2p_identity) {};
	err = v2p_target_get_device(aspace, nla_data(target->device_attr), target->pasid,
				    target->file, extack);
	if (err)
		NL_SET_BAD_ATTR(extack, target->device_attr);
	return err;
}

int v2p_netlink_get_target(struct v2p_aspace *aspace,
			   const struct v2p_netlink_target *target,
			   struct v2p_identity *identity, struct netlink_ext_ack *extack)
{
	int err;

	if (target->own && target->kind != V2P_ASPACE_PROCESS)
		return refuse(extack);
	if (target->kind == V2P_ASPACE_DEVICE)
		return get_device_target(aspace, target, identity, extack);
	if (target->kind == V2P_ASPACE_KERNEL) {
		if (identity)
			*identity = (struct v2p_identity) {};
		return v2p_target_get_kernel(aspace, target->file, extack);
	}

	if (target->own)
		err = v2p_target_get_own(aspace, target->pid, identity, extack);
	else
		err = v2p_target_get_process(aspace, target->pid, target->file, identity,
					     extack);
	if (err) {
		NL_SET_BAD_ATTR(extack, target->pid_attr);
		return err;
	}
	if (target->kind == V2P_ASPACE_USER_ROOT) {
		err = v2p_target_take_user_root(aspace, target->file, extack);
		if (err)
			NL_SET_BAD_ATTR(extack, target->user_root_attr);
	}
	return err;
}

int v2p_netlink_begin_layout(const struct sk_buff *skb, const struct nlmsghdr *nlh,
			     struct netlink_ext_ack *extack, struct v2p_netlink_target *target)
{
	struct v2p_aspace aspace;
	int err;

	err = v2p_netlink_begin(skb, nlh, NULL, extack, target);
	if (!err)
		err = v2p_netlink_get_target(&aspace, target, NULL, extack);
	if (!err)
		v2p_aspace_put(&aspace);
	return err;
}

/* The generator leaves out .start and .done of a dump with kernel-policy per-op. */
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

static bool __init has_target(const struct genl_ops *op)
{
	return op->maxattr >= V2P_A_PID && op->policy[V2P_A_PID].type != NLA_UNSPEC;
}

int __init v2p_netlink_init(void)
{
	unsigned int i;

	memcpy(ops, v2p_nl_ops, sizeof(ops));
	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		/* parse_target() looks at as many. */
		if (has_target(&ops[i]) && WARN_ON(ops[i].maxattr < V2P_A_PASID))
			return -EINVAL;
		if (ops[i].cmd != V2P_CMD_MAP)
			continue;
		ops[i].start = v2p_nl_map_start;
		ops[i].done = v2p_nl_map_done;
	}
	return genl_register_family(&v2p_family);
}

void v2p_netlink_exit(void)
{
	genl_unregister_family(&v2p_family);
}
