// SPDX-License-Identifier: GPL-2.0

#include <linux/unaligned.h>
#include <net/genetlink.h>

#include "netlink-gen.h"
#include "netlink-internal.h"
#include "path.h"
#include "space.h"
#include "target.h"
#include "trace.h"
#include "walk.h"

/* In every answer; no field of the wire. */
#define FIELD_STATUS	BIT(31)

#define DEFAULT_FIELDS	(FIELD_STATUS | V2P_FIELD_PHYSICAL)
#define ALL_FIELDS	(FIELD_STATUS | V2P_FIELD_MASK)

/**
 * struct question - what a request asks
 * @op: V2P_CMD_TRANSLATE or V2P_CMD_WALK
 * @target: whom
 * @fields: enum v2p_field, and FIELD_STATUS
 * @count: addresses
 * @virtual: the addresses, in the request, not necessarily aligned
 */
struct question {
	u8 op;
	struct netlink_target target;
	u32 fields;
	u32 count;
	const u64 *virtual;
};

/* The arrays of an answer. */
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

	ARRAY(FIELD_STATUS, V2P_A_STATUS, status),
	ARRAY(V2P_FIELD_PHYSICAL, V2P_A_PHYSICAL, physical),
	ARRAY(V2P_FIELD_PAGE_SHIFT, V2P_A_PAGE_SHIFT, page_shift),
	ARRAY(V2P_FIELD_FLAGS, V2P_A_FLAGS, flags),
	ARRAY(V2P_FIELD_ENTRY, V2P_A_ENTRY, entry),
	ARRAY(V2P_FIELD_SWAP, V2P_A_SWAP_TYPE, swap_type),
	ARRAY(V2P_FIELD_SWAP, V2P_A_SWAP_OFFSET, swap_offset),
#undef ARRAY
};

static_assert(ARRAY_SIZE(arrays) == sizeof(struct walk_arrays) / sizeof(void *),
	      "each member of struct walk_arrays is an array of an answer");

static bool is_wanted(const struct array *array, u32 fields)
{
	return array->field & fields;
}

/* With V2P_A_CHANGING. */
static size_t answer_size(u32 fields, u32 count)
{
	size_t size = nla_total_size(0);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arrays); i++)
		if (is_wanted(&arrays[i], fields))
			size += nla_total_size_64bit(count * arrays[i].element);
	return size;
}

/* As fill_path() fills it, with all levels. */
static size_t path_size(void)
{
	const size_t step = nla_total_size(0) + nla_total_size(sizeof(u8)) +
			    2 * nla_total_size(sizeof(u32)) +
			    2 * nla_total_size_64bit(sizeof(u64));

	return nla_total_size_64bit(sizeof(u64)) +
	       ARRAY_SIZE(((struct table_path *)NULL)->steps) * step;
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

static int fill_path(struct sk_buff *msg, const struct table_path *path)
{
	unsigned int i;

	if (nla_put_u64_64bit(msg, V2P_A_ROOT, path->root, V2P_A_PAD))
		return -EMSGSIZE;
	for (i = 0; i < path->count; i++) {
		const struct table_step *step = &path->steps[i];
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
			 const struct space *space, struct walk_arrays *out)
{
	struct table_path path;
	int err;

	err = walk_path(space, get_unaligned(q->virtual), &path, out);
	if (err)
		return err;
	return fill_path(msg, &path);
}

static int translate_and_fill(struct sk_buff *msg, const struct question *q,
			      const struct space *space, struct walk_arrays *out)
{
	bool changing;
	int err;

	err = walk_translate(space, q->virtual, q->count, out, &changing);
	if (err || !changing)
		return err;
	return nla_put_flag(msg, V2P_A_CHANGING);
}

static int fill_answer(struct sk_buff *msg, const struct question *q,
		       const struct space *space, struct walk_arrays *out)
{
	int err;

	err = reserve_arrays(msg, q->fields, q->count, out);
	if (err)
		return err;
	if (q->op == V2P_CMD_WALK)
		return walk_and_fill(msg, q, space, out);
	return translate_and_fill(msg, q, space, out);
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
	trace_v2p_result(q->op, q->target.kernel, q->target.pid, mapped, err);
}

/*
 * A large reply takes several pages in a row. Where memory is so fragmented that there
 * are none, fewer addresses at a time do as well.
 */
static struct sk_buff *new_message(struct genl_info *info, const struct question *q)
{
	size_t size = answer_size(q->fields, q->count);
	struct sk_buff *msg;

	if (q->op == V2P_CMD_WALK)
		size += path_size();
	if (size <= GENLMSG_DEFAULT_SIZE)
		return genlmsg_new(size, GFP_KERNEL_ACCOUNT);

	msg = genlmsg_new(size, GFP_KERNEL_ACCOUNT | __GFP_NORETRY | __GFP_NOWARN);
	if (!msg)
		GENL_SET_ERR_MSG(info, "no memory for a reply of this size, ask for fewer addresses at a time");
	return msg;
}

static int reply(struct genl_info *info, const struct question *q)
{
	struct walk_arrays out = {};
	struct space space;
	struct sk_buff *msg;
	void *hdr;
	int err;

	trace_v2p_request(q->op, q->target.kernel, q->target.pid, get_unaligned(q->virtual),
			  q->count);

	msg = new_message(info, q);
	if (!msg) {
		err = -ENOMEM;
		goto out;
	}
	hdr = genlmsg_put_reply(msg, info, &v2p_family, 0, q->op);
	if (!hdr) {
		err = -EMSGSIZE;
		goto out_msg;
	}

	/* Last, so that it is not kept while memory is waited for. */
	err = netlink_get_target(&space, &q->target, info->extack);
	if (err)
		goto out_msg;
	err = fill_answer(msg, q, &space, &out);
	target_put(&space);
	if (err)
		goto out_msg;
	genlmsg_end(msg, hdr);

	trace_result(q, &out, 0);
	return genlmsg_reply(msg, info);

out_msg:
	nlmsg_free(msg);
out:
	trace_result(q, &out, err);
	return err;
}

int v2p_nl_translate_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct question q = { .op = V2P_CMD_TRANSLATE, .fields = DEFAULT_FIELDS };
	struct nlattr *virtual;
	int err;

	err = netlink_admit(skb, info->nlhdr, info->extack);
	if (err)
		return err;
	err = netlink_parse_target(skb, info->attrs, info->extack, &q.target);
	if (err)
		return err;
	if (info->attrs[V2P_A_FIELDS])
		q.fields = FIELD_STATUS | nla_get_u32(info->attrs[V2P_A_FIELDS]);

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
	if (q.count > NETLINK_MAX_BATCH) {
		NL_SET_ERR_MSG_ATTR(info->extack, virtual,
				    "more addresses than a batch holds");
		return -E2BIG;
	}
	return reply(info, &q);
}

int v2p_nl_walk_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct question q = {
		.op = V2P_CMD_WALK, .fields = ALL_FIELDS, .count = 1,
	};
	int err;

	err = netlink_admit(skb, info->nlhdr, info->extack);
	if (err)
		return err;
	err = netlink_parse_target(skb, info->attrs, info->extack, &q.target);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, V2P_A_ADDRESS)) {
		GENL_SET_ERR_MSG(info, "wants an address");
		return -EINVAL;
	}
	q.virtual = nla_data(info->attrs[V2P_A_ADDRESS]);
	return reply(info, &q);
}
