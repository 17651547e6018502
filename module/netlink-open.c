// SPDX-License-Identifier: GPL-2.0

#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <net/genetlink.h>

#include "aspace.h"
#include "handle.h"
#include "netlink-gen.h"
#include "netlink-internal.h"
#include "target.h"
#include "trace.h"

static struct file *open_target(struct genl_info *info, const struct v2p_netlink_target *target,
				struct v2p_identity *identity)
{
	struct v2p_aspace aspace;
	struct file *handle;
	int err;

	err = v2p_netlink_get_target(&aspace, target, identity, info->extack);
	if (err)
		return ERR_PTR(err);
	handle = v2p_handle_new(&aspace, target->pid, target->own);
	v2p_aspace_put(&aspace);
	return handle;
}

static int reply(struct genl_info *info, u32 fd, const struct v2p_identity *identity)
{
	struct sk_buff *msg;
	void *hdr;

	msg = genlmsg_new(nla_total_size(sizeof(fd)) + nla_total_size_64bit(sizeof(*identity)),
			  GFP_KERNEL_ACCOUNT);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &v2p_family, 0, V2P_CMD_OPEN);
	if (!hdr || nla_put_u32(msg, V2P_A_FD, fd) ||
	    nla_put_64bit(msg, V2P_A_IDENTITY, sizeof(*identity), identity, V2P_A_PAD)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

/* Returns the number of the descriptor. */
static int open_and_reply(struct genl_info *info, const struct v2p_netlink_target *target)
{
	struct v2p_identity identity;
	struct file *handle;
	int err, fd;

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	handle = open_target(info, target, &identity);
	if (IS_ERR(handle)) {
		err = PTR_ERR(handle);
		goto out_fd;
	}
	err = reply(info, fd, &identity);
	if (err)
		goto out_handle;
	/* From here on others can use it, and close it. */
	fd_install(fd, handle);
	return fd;

out_handle:
	fput(handle);
out_fd:
	put_unused_fd(fd);
	return err;
}

/* Runs in the context of the sender, whose descriptor it becomes. */
int v2p_nl_open_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct v2p_netlink_target target;
	int ret;

	ret = v2p_netlink_begin_open(skb, info->nlhdr, info->attrs, info->extack, &target);
	if (ret)
		return ret;
	if (target.kind == V2P_ASPACE_DEVICE) {
		NL_SET_ERR_MSG_ATTR(info->extack, target.device_attr,
				    "there are no descriptors of a device's addresses");
		return -EOPNOTSUPP;
	}
	trace_v2p_request(V2P_CMD_OPEN, target.kind, target.pid, 0, 0);
	ret = open_and_reply(info, &target);
	trace_v2p_result(V2P_CMD_OPEN, target.kind, target.pid, 0, min(ret, 0));
	return min(ret, 0);
}
