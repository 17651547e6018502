// SPDX-License-Identifier: GPL-2.0

#include <linux/capability.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/unaligned.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "arch/arch.h"
#include "netlink.h"
#include "netlink-gen.h"
#include "target.h"
#include "trace.h"
#include "version.h"
#include "walk.h"

/* Bounds a reply, with every field, to 32 KiB. */
#define MAX_BATCH	1024

#define DEFAULT_FIELDS	V2P_FIELD_PHYSICAL
#define ALL_FIELDS	(V2P_FIELD_PHYSICAL | V2P_FIELD_PAGE_SHIFT | \
			 V2P_FIELD_FLAGS | V2P_FIELD_ENTRY | V2P_FIELD_SWAP)

static struct genl_family v2p_family;

/*
 * Who may learn where memory lies is who may read it from /proc/PID/pagemap,
 * and that is asked of whoever opened the descriptor. netlink_capable() does not
 * ask the opener of a socket when the message names its destination; but the
 * answer goes to the socket, so to everybody who holds it.
 */
static int check_permission(struct sk_buff *skb, struct genl_info *info)
{
	const struct sock *sk = NETLINK_CB(skb).sk;

	if (netlink_capable(skb, CAP_SYS_ADMIN) &&
	    file_ns_capable(sk->sk_socket->file, &init_user_ns, CAP_SYS_ADMIN))
		return 0;

	GENL_SET_ERR_MSG(info, "needs CAP_SYS_ADMIN in the initial user namespace, when the socket is opened and when it is used");
	return -EPERM;
}

static int get_target(struct target *target, struct genl_info *info)
{
	struct nlattr *pid = info->attrs[V2P_A_PID];
	bool kernel = nla_get_flag(info->attrs[V2P_A_KERNEL]);

	if (!pid == !kernel) {
		GENL_SET_ERR_MSG(info, "wants either a pid or the kernel as the target");
		return -EINVAL;
	}
	if (kernel)
		return target_get_kernel(target, info->extack);

	NL_SET_BAD_ATTR(info->extack, pid);
	return target_get_process(target, nla_get_u32(pid), info->extack);
}

static u32 target_pid(struct genl_info *info)
{
	struct nlattr *pid = info->attrs[V2P_A_PID];

	return pid ? nla_get_u32(pid) : 0;
}

static size_t arrays_size(u32 fields, u32 count)
{
	size_t size = nla_total_size(count);

	if (fields & V2P_FIELD_PHYSICAL)
		size += nla_total_size_64bit(count * sizeof(u64));
	if (fields & V2P_FIELD_PAGE_SHIFT)
		size += nla_total_size(count);
	if (fields & V2P_FIELD_FLAGS)
		size += nla_total_size(count * sizeof(u32));
	if (fields & V2P_FIELD_ENTRY)
		size += nla_total_size_64bit(count * sizeof(u64));
	if (fields & V2P_FIELD_SWAP)
		size += nla_total_size(count) +
			nla_total_size_64bit(count * sizeof(u64));
	return size;
}

static void *reserve(struct sk_buff *msg, int attr, size_t size)
{
	struct nlattr *nla = nla_reserve(msg, attr, size);

	return nla ? nla_data(nla) : NULL;
}

static u64 *reserve_u64s(struct sk_buff *msg, int attr, u32 count)
{
	struct nlattr *nla = nla_reserve_64bit(msg, attr, count * sizeof(u64),
					       V2P_A_PAD);

	return nla ? nla_data(nla) : NULL;
}

/* Makes room in a message, so that the walk writes its answers right there. */
static int reserve_arrays(struct sk_buff *msg, u32 fields, u32 count,
			  struct walk_arrays *out)
{
	*out = (struct walk_arrays) {};

	out->status = reserve(msg, V2P_A_STATUS, count);
	if (!out->status)
		return -EMSGSIZE;
	if (fields & V2P_FIELD_PHYSICAL) {
		out->physical = reserve_u64s(msg, V2P_A_PHYSICAL, count);
		if (!out->physical)
			return -EMSGSIZE;
	}
	if (fields & V2P_FIELD_PAGE_SHIFT) {
		out->page_shift = reserve(msg, V2P_A_PAGE_SHIFT, count);
		if (!out->page_shift)
			return -EMSGSIZE;
	}
	if (fields & V2P_FIELD_FLAGS) {
		out->flags = reserve(msg, V2P_A_FLAGS, count * sizeof(u32));
		if (!out->flags)
			return -EMSGSIZE;
	}
	if (fields & V2P_FIELD_ENTRY) {
		out->entry = reserve_u64s(msg, V2P_A_ENTRY, count);
		if (!out->entry)
			return -EMSGSIZE;
	}
	if (fields & V2P_FIELD_SWAP) {
		out->swap_type = reserve(msg, V2P_A_SWAP_TYPE, count);
		out->swap_offset = reserve_u64s(msg, V2P_A_SWAP_OFFSET, count);
		if (!out->swap_type || !out->swap_offset)
			return -EMSGSIZE;
	}
	return 0;
}

static void trace_result(u8 op, u32 pid, const u8 *status, u32 count, int err)
{
	u32 mapped = 0;
	u32 i;

	if (!trace_v2p_result_enabled())
		return;
	for (i = 0; !err && i < count; i++)
		mapped += status[i] == V2P_STATUS_MAPPED;
	trace_v2p_result(op, pid, mapped, err);
}

static int fill_paging_levels(struct sk_buff *msg)
{
	unsigned int level;

	for (level = ARCH_TOP_LEVEL + 1; level-- > 0;) {
		struct nlattr *nest;

		if (arch_level_folded(level))
			continue;
		nest = nla_nest_start(msg, V2P_A_PAGING_LEVEL);
		if (!nest ||
		    nla_put_u8(msg, V2P_A_PAGING_LEVEL_LEVEL, level) ||
		    nla_put_u8(msg, V2P_A_PAGING_LEVEL_SHIFT,
			       arch_level_shift(level)) ||
		    nla_put_u8(msg, V2P_A_PAGING_LEVEL_BITS,
			       arch_level_bits(level)))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	return 0;
}

static int fill_info(struct sk_buff *msg)
{
	if (nla_put_string(msg, V2P_A_MODULE_VERSION, V2P_VERSION) ||
	    nla_put_string(msg, V2P_A_ARCH, ARCH_NAME) ||
	    nla_put_u8(msg, V2P_A_BASE_PAGE_SHIFT, PAGE_SHIFT) ||
	    nla_put_u8(msg, V2P_A_PHYSICAL_BITS, arch_physical_bits()) ||
	    nla_put_u8(msg, V2P_A_VIRTUAL_BITS, arch_virtual_bits()) ||
	    nla_put_u32(msg, V2P_A_FEATURES, walk_features()) ||
	    nla_put_u32(msg, V2P_A_MAX_BATCH, MAX_BATCH))
		return -EMSGSIZE;
	return fill_paging_levels(msg);
}

int v2p_nl_info_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg;
	void *hdr;

	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &v2p_family, 0, V2P_CMD_INFO);
	if (!hdr || fill_info(msg)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

static int check_batch(struct genl_info *info)
{
	struct nlattr *virtual;

	if (GENL_REQ_ATTR_CHECK(info, V2P_A_VIRTUAL)) {
		GENL_SET_ERR_MSG(info, "wants addresses");
		return -EINVAL;
	}
	virtual = info->attrs[V2P_A_VIRTUAL];
	if (!nla_len(virtual) || nla_len(virtual) % sizeof(u64)) {
		NL_SET_ERR_MSG_ATTR(info->extack, virtual,
				    "addresses are 8 bytes each, and at least one");
		return -EINVAL;
	}
	if (nla_len(virtual) > MAX_BATCH * sizeof(u64)) {
		NL_SET_ERR_MSG_ATTR(info->extack, virtual,
				    "more addresses than a batch holds");
		return -E2BIG;
	}
	return 0;
}

int v2p_nl_translate_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *virtual = info->attrs[V2P_A_VIRTUAL];
	struct walk_arrays out = {};
	struct target target = {};
	u32 fields = DEFAULT_FIELDS;
	struct sk_buff *msg;
	u32 count;
	void *hdr;
	int err;

	err = check_permission(skb, info);
	if (err)
		return err;
	err = check_batch(info);
	if (err)
		return err;
	count = nla_len(virtual) / sizeof(u64);
	if (info->attrs[V2P_A_FIELDS])
		fields = nla_get_u32(info->attrs[V2P_A_FIELDS]);

	trace_v2p_request(V2P_CMD_TRANSLATE, target_pid(info),
			  get_unaligned((u64 *)nla_data(virtual)), count);

	err = get_target(&target, info);
	if (err)
		goto out_trace;

	err = -ENOMEM;
	msg = genlmsg_new(arrays_size(fields, count), GFP_KERNEL);
	if (!msg)
		goto out_target;
	err = -EMSGSIZE;
	hdr = genlmsg_put_reply(msg, info, &v2p_family, 0, V2P_CMD_TRANSLATE);
	if (!hdr)
		goto out_msg;
	err = reserve_arrays(msg, fields, count, &out);
	if (err)
		goto out_msg;
	err = walk_translate(&target.space, nla_data(virtual), count, &out);
	if (err)
		goto out_msg;
	genlmsg_end(msg, hdr);

	trace_result(V2P_CMD_TRANSLATE, target_pid(info), out.status, count, 0);
	target_put(&target);
	return genlmsg_reply(msg, info);

out_msg:
	nlmsg_free(msg);
out_target:
	target_put(&target);
out_trace:
	trace_result(V2P_CMD_TRANSLATE, target_pid(info), NULL, 0, err);
	return err;
}

static int fill_path(struct sk_buff *msg, const struct walk_path *path)
{
	unsigned int i;

	if (nla_put_u64_64bit(msg, V2P_A_ROOT, path->root, V2P_A_PAD))
		return -EMSGSIZE;
	for (i = 0; i < path->count; i++) {
		const struct walk_step *step = &path->steps[i];
		struct nlattr *nest = nla_nest_start(msg, V2P_A_STEP);

		if (!nest ||
		    nla_put_u8(msg, V2P_A_STEP_LEVEL, step->level) ||
		    nla_put_u32(msg, V2P_A_STEP_INDEX, step->index) ||
		    nla_put_u64_64bit(msg, V2P_A_STEP_ENTRY_PHYSICAL,
				      step->physical, V2P_A_STEP_PAD) ||
		    nla_put_u64_64bit(msg, V2P_A_STEP_ENTRY, step->entry,
				      V2P_A_STEP_PAD) ||
		    nla_put_u32(msg, V2P_A_STEP_FLAGS, step->flags))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	return 0;
}

int v2p_nl_walk_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct walk_arrays out = {};
	struct target target = {};
	struct walk_path path;
	struct sk_buff *msg;
	u64 address;
	void *hdr;
	int err;

	err = check_permission(skb, info);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, V2P_A_ADDRESS)) {
		GENL_SET_ERR_MSG(info, "wants an address");
		return -EINVAL;
	}
	address = nla_get_u64(info->attrs[V2P_A_ADDRESS]);

	trace_v2p_request(V2P_CMD_WALK, target_pid(info), address, 1);

	err = get_target(&target, info);
	if (err)
		goto out_trace;

	err = -ENOMEM;
	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		goto out_target;
	err = -EMSGSIZE;
	hdr = genlmsg_put_reply(msg, info, &v2p_family, 0, V2P_CMD_WALK);
	if (!hdr)
		goto out_msg;
	err = reserve_arrays(msg, ALL_FIELDS, 1, &out);
	if (err)
		goto out_msg;
	err = walk_path(&target.space, address, &path, &out);
	if (err)
		goto out_msg;
	err = fill_path(msg, &path);
	if (err)
		goto out_msg;
	genlmsg_end(msg, hdr);

	trace_result(V2P_CMD_WALK, target_pid(info), out.status, 1, 0);
	target_put(&target);
	return genlmsg_reply(msg, info);

out_msg:
	nlmsg_free(msg);
out_target:
	target_put(&target);
out_trace:
	trace_result(V2P_CMD_WALK, target_pid(info), NULL, 0, err);
	return err;
}

static struct genl_family v2p_family __ro_after_init = {
	.name		= V2P_FAMILY_NAME,
	.version	= V2P_FAMILY_VERSION,
	.module		= THIS_MODULE,
	.ops		= v2p_nl_ops,
	.n_ops		= ARRAY_SIZE(v2p_nl_ops),
	.maxattr	= V2P_A_MAX,
	.netnsok	= true,
	.parallel_ops	= true,
};

int __init netlink_init(void)
{
	return genl_register_family(&v2p_family);
}

void netlink_exit(void)
{
	genl_unregister_family(&v2p_family);
}
