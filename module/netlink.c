// SPDX-License-Identifier: GPL-2.0

#include <linux/capability.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/unaligned.h>
#include <net/genetlink.h>
#include <net/sock.h>

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

/**
 * struct question - what a request asks
 * @op: V2P_CMD_TRANSLATE or V2P_CMD_WALK
 * @kernel: the target is the kernel
 * @pid: else a process
 * @fields: enum v2p_field
 * @count: addresses
 * @virtual: the addresses, in the request, not necessarily aligned
 */
struct question {
	u8 op;
	bool kernel;
	u32 pid;
	u32 fields;
	u32 count;
	const u64 *virtual;
};

/* The arrays of an answer: field 0 is in every one. */
static const struct array {
	u32 field;
	u16 attr;
	u8 element;
	u8 offset;
} arrays[] = {
#define ARRAY(_field, _attr, _member) {						\
	.field = _field,							\
	.attr = _attr,								\
	.element = sizeof(*((struct walk_arrays *)NULL)->_member),		\
	.offset = offsetof(struct walk_arrays, _member),			\
}
	ARRAY(0, V2P_A_STATUS, status),
	ARRAY(V2P_FIELD_PHYSICAL, V2P_A_PHYSICAL, physical),
	ARRAY(V2P_FIELD_PAGE_SHIFT, V2P_A_PAGE_SHIFT, page_shift),
	ARRAY(V2P_FIELD_FLAGS, V2P_A_FLAGS, flags),
	ARRAY(V2P_FIELD_ENTRY, V2P_A_ENTRY, entry),
	ARRAY(V2P_FIELD_SWAP, V2P_A_SWAP_TYPE, swap_type),
	ARRAY(V2P_FIELD_SWAP, V2P_A_SWAP_OFFSET, swap_offset),
#undef ARRAY
};

static struct genl_family v2p_family;

static bool is_wanted(const struct array *array, u32 fields)
{
	return !array->field || array->field & fields;
}

static size_t arrays_size(u32 fields, u32 count)
{
	size_t size = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arrays); i++)
		if (is_wanted(&arrays[i], fields))
			size += nla_total_size_64bit(count * arrays[i].element);
	return size;
}

/* Makes room in a message, so that the walk writes its answers right there. */
static int reserve_arrays(struct sk_buff *msg, u32 fields, u32 count,
			  struct walk_arrays *out)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arrays); i++) {
		const struct array *array = &arrays[i];
		struct nlattr *nla;

		if (!is_wanted(array, fields))
			continue;
		nla = nla_reserve_64bit(msg, array->attr, count * array->element,
					V2P_A_PAD);
		if (!nla)
			return -EMSGSIZE;
		*(void **)((void *)out + array->offset) = nla_data(nla);
	}
	return 0;
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

static int walk_and_fill(struct sk_buff *msg, const struct question *q,
			 const struct walk_space *space, struct walk_arrays *out)
{
	struct walk_path path;
	int err;

	err = walk_path(space, get_unaligned(q->virtual), &path, out);
	if (err)
		return err;
	return fill_path(msg, &path);
}

static int fill_answer(struct sk_buff *msg, const struct question *q,
		       const struct walk_space *space, struct walk_arrays *out)
{
	int err;

	err = reserve_arrays(msg, q->fields, q->count, out);
	if (err)
		return err;
	if (q->op == V2P_CMD_WALK)
		return walk_and_fill(msg, q, space, out);
	return walk_translate(space, q->virtual, q->count, out);
}

/*
 * Who may learn where memory lies is who may read it from /proc/PID/pagemap, and
 * there it is asked of whoever opened the descriptor. Here both are asked, in
 * every case: netlink_capable() spares the opener of the socket when the message
 * names its destination, but the answer goes to the socket, so to everybody who
 * holds it.
 */
static int check_permission(struct sk_buff *skb, struct genl_info *info)
{
	const struct file *opened = NETLINK_CB(skb).sk->sk_socket->file;

	/* A socket of the kernel's own has no file. */
	if (opened && file_ns_capable(opened, &init_user_ns, CAP_SYS_ADMIN) &&
	    capable(CAP_SYS_ADMIN))
		return 0;

	GENL_SET_ERR_MSG(info, "needs CAP_SYS_ADMIN in the initial user namespace, when the socket is opened and when it is used");
	return -EPERM;
}

static int get_target(struct walk_space *space, const struct question *q,
		      struct genl_info *info)
{
	int err;

	if (q->kernel)
		return target_get_kernel(space, info->extack);

	err = target_get_process(space, q->pid, info->extack);
	if (err)
		NL_SET_BAD_ATTR(info->extack, info->attrs[V2P_A_PID]);
	return err;
}

static void trace_result(const struct question *q, const struct walk_arrays *out,
			 int err)
{
	u32 mapped = 0;
	u32 i;

	if (!trace_v2p_result_enabled())
		return;
	for (i = 0; !err && i < q->count; i++)
		mapped += out->status[i] == V2P_STATUS_MAPPED;
	trace_v2p_result(q->op, q->kernel, q->pid, mapped, err);
}

static int reply(struct sk_buff *skb, struct genl_info *info,
		 const struct question *q)
{
	struct walk_arrays out = {};
	struct walk_space space = {};
	struct sk_buff *msg;
	size_t size;
	void *hdr;
	int err;

	err = check_permission(skb, info);
	if (err)
		return err;

	trace_v2p_request(q->op, q->kernel, q->pid, get_unaligned(q->virtual),
			  q->count);

	err = get_target(&space, q, info);
	if (err)
		goto out;

	size = arrays_size(q->fields, q->count);
	if (q->op == V2P_CMD_WALK)
		size = max(size, GENLMSG_DEFAULT_SIZE);
	msg = genlmsg_new(size, GFP_KERNEL);
	if (!msg) {
		err = -ENOMEM;
		goto out_target;
	}
	hdr = genlmsg_put_reply(msg, info, &v2p_family, 0, q->op);
	if (!hdr) {
		err = -EMSGSIZE;
		goto out_msg;
	}
	err = fill_answer(msg, q, &space, &out);
	if (err)
		goto out_msg;
	genlmsg_end(msg, hdr);

	trace_result(q, &out, 0);
	target_put(&space);
	return genlmsg_reply(msg, info);

out_msg:
	nlmsg_free(msg);
out_target:
	target_put(&space);
out:
	trace_result(q, &out, err);
	return err;
}

static int parse_target(struct genl_info *info, struct question *q)
{
	struct nlattr *pid = info->attrs[V2P_A_PID];

	q->kernel = nla_get_flag(info->attrs[V2P_A_KERNEL]);
	if (!pid == !q->kernel) {
		GENL_SET_ERR_MSG(info, "wants either a pid or the kernel as the target");
		return -EINVAL;
	}
	if (pid)
		q->pid = nla_get_u32(pid);
	return 0;
}

int v2p_nl_translate_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct question q = { .op = V2P_CMD_TRANSLATE, .fields = DEFAULT_FIELDS };
	struct nlattr *virtual;
	int err;

	err = parse_target(info, &q);
	if (err)
		return err;
	if (info->attrs[V2P_A_FIELDS])
		q.fields = nla_get_u32(info->attrs[V2P_A_FIELDS]);

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
	q.virtual = nla_data(virtual);
	q.count = nla_len(virtual) / sizeof(u64);
	if (q.count > MAX_BATCH) {
		NL_SET_ERR_MSG_ATTR(info->extack, virtual,
				    "more addresses than a batch holds");
		return -E2BIG;
	}
	return reply(skb, info, &q);
}

int v2p_nl_walk_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct question q = {
		.op = V2P_CMD_WALK, .fields = ALL_FIELDS, .count = 1,
	};
	int err;

	err = parse_target(info, &q);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, V2P_A_ADDRESS)) {
		GENL_SET_ERR_MSG(info, "wants an address");
		return -EINVAL;
	}
	q.virtual = nla_data(info->attrs[V2P_A_ADDRESS]);
	return reply(skb, info, &q);
}

static int fill_info(struct sk_buff *msg)
{
	struct walk_machine machine;
	unsigned int i;

	walk_describe(&machine);
	if (nla_put_string(msg, V2P_A_MODULE_VERSION, V2P_VERSION) ||
	    nla_put_string(msg, V2P_A_ARCH, machine.arch) ||
	    nla_put_u8(msg, V2P_A_BASE_PAGE_SHIFT, PAGE_SHIFT) ||
	    nla_put_u8(msg, V2P_A_PHYSICAL_BITS, machine.physical_bits) ||
	    nla_put_u8(msg, V2P_A_VIRTUAL_BITS, machine.virtual_bits) ||
	    nla_put_u32(msg, V2P_A_FEATURES, machine.features) ||
	    nla_put_u32(msg, V2P_A_MAX_BATCH, MAX_BATCH))
		return -EMSGSIZE;

	for (i = 0; i < machine.count; i++) {
		const struct walk_level *level = &machine.levels[i];
		struct nlattr *nest = nla_nest_start(msg, V2P_A_PAGING_LEVEL);

		if (!nest ||
		    nla_put_u8(msg, V2P_A_PAGING_LEVEL_LEVEL, level->level) ||
		    nla_put_u8(msg, V2P_A_PAGING_LEVEL_SHIFT, level->shift) ||
		    nla_put_u8(msg, V2P_A_PAGING_LEVEL_BITS, level->bits))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	return 0;
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
