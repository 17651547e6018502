// SPDX-License-Identifier: GPL-2.0

#include <linux/compiler.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <net/genetlink.h>

#include "answers.h"
#include "arrays.h"
#include "aspace.h"
#include "entry.h"
#include "known.h"
#include "levels.h"
#include "netlink-gen.h"
#include "netlink-internal.h"
#include "spaces.h"
#include "steps.h"
#include "target.h"
#include "trace.h"
#include "walk.h"

#define DEFAULT_FIELDS	V2P_FIELD_PHYSICAL
/*
 * A walk is a single reply: there is no next one that may be of another process. And it tells
 * what the page tables say.
 */
#define WALK_FIELDS	(V2P_FIELD_MASK & ~(V2P_FIELD_IDENTITY | V2P_PAGE_FIELDS))

/**
 * struct request - a parsed request
 * @op: V2P_CMD_TRANSLATE or V2P_CMD_WALK
 * @target: the target
 * @fields: enum v2p_field
 * @known: what the sender knows beyond the base
 * @count: number of addresses
 * @virtual: the addresses, in the message, not necessarily aligned
 */
struct request {
	u8 op;
	struct v2p_netlink_target target;
	u32 fields;
	struct v2p_known known;
	u32 count;
	const u64 *virtual;
};

static const struct v2p_array arrays[] = {
#define ARRAY(...) V2P_ARRAY(struct v2p_translation_arrays, __VA_ARGS__),
	V2P_TRANSLATE_ARRAYS(ARRAY)
#undef ARRAY
};

static_assert(ARRAY_SIZE(arrays) == sizeof(struct v2p_translation_arrays) / sizeof(void *),
	      "each member of struct v2p_translation_arrays is an array of a reply");

static __always_inline size_t sum_arrays(u32 fields, u32 count)
{
	size_t size = 0;
	unsigned int i;

	_Pragma("GCC unroll 16")
	for (i = 0; i < ARRAY_SIZE(arrays); i++)
		if (v2p_array_wanted(&arrays[i], fields))
			size += nla_total_size_64bit(count * arrays[i].element);
	return size;
}

/* Including V2P_A_CHANGING. */
static size_t arrays_size(u32 fields, u32 count)
{
	size_t size = nla_total_size(0);

	if (fields & V2P_FIELD_IDENTITY)
		size += nla_total_size_64bit(sizeof(struct v2p_identity));
	/* The compiler unrolls these. */
	return size + (fields == DEFAULT_FIELDS ? sum_arrays(DEFAULT_FIELDS, count) :
						  sum_arrays(fields, count));
}

/* What fill_steps() needs, with all levels. */
static size_t steps_size(bool device)
{
	const size_t step = nla_total_size(0) + 2 * nla_total_size(sizeof(u8)) +
			    2 * nla_total_size(sizeof(u32)) +
			    2 * nla_total_size_64bit(sizeof(u64));

	return nla_total_size_64bit(sizeof(u64)) + 2 * nla_total_size(sizeof(u8)) +
	       (device ? V2P_MOST_STEPS : V2P_LEVELS) * step;
}

/*
 * As nla_reserve_64bit(), of an array with at least one element. That it is inlined, and
 * calls nothing, counts: there are as many as ten, mostly with a few bytes each.
 */
static __always_inline void *reserve_array(struct sk_buff *msg, u16 attr, size_t length)
{
	const size_t total = nla_total_size(length);
	struct nlattr *nla;

	if (nla_align_64bit(msg, V2P_A_PAD) || unlikely(skb_tailroom(msg) < total))
		return NULL;
	nla = __skb_put(msg, total);
	*nla = (struct nlattr) { .nla_len = nla_attr_size(length), .nla_type = attr };
	/* The padding; what is an element of it is written by the walk. */
	memset((void *)nla + total - NLA_ALIGNTO, 0, NLA_ALIGNTO);
	return nla_data(nla);
}

/* Reserves the arrays in the message, so that the walk writes to them directly. */
static __always_inline int reserve_wanted(struct sk_buff *msg, u32 fields, u32 count,
					  struct v2p_translation_arrays *out)
{
	unsigned int i;

	_Pragma("GCC unroll 16")
	for (i = 0; i < ARRAY_SIZE(arrays); i++) {
		void *array;

		if (!v2p_array_wanted(&arrays[i], fields))
			continue;
		array = reserve_array(msg, arrays[i].attr, count * arrays[i].element);
		if (!array)
			return -EMSGSIZE;
		*v2p_array_pointer(out, &arrays[i]) = array;
	}
	return 0;
}

static int reserve_arrays(struct sk_buff *msg, u32 fields, u32 count,
			  struct v2p_translation_arrays *out)
{
	return fields == DEFAULT_FIELDS ? reserve_wanted(msg, DEFAULT_FIELDS, count, out) :
					  reserve_wanted(msg, fields, count, out);
}

static int fill_steps(struct sk_buff *msg, const struct v2p_known *known,
		      const struct v2p_walk_steps *steps, bool device)
{
	unsigned int i;

	if (nla_put_u64_64bit(msg, V2P_A_ROOT, steps->root, V2P_A_PAD))
		return -EMSGSIZE;
	if (device &&
	    (nla_put_u8(msg, V2P_A_DEVICE_TRANSLATION, steps->translation) ||
	     nla_put_u8(msg, V2P_A_TABLE_FORMAT, steps->format)))
		return -EMSGSIZE;
	for (i = 0; i < steps->count; i++) {
		const struct v2p_walk_step *step = &steps->steps[i];
		struct nlattr *nest = nla_nest_start(msg, V2P_A_STEP);

		if (!nest ||
		    nla_put_u8(msg, V2P_A_STEP_LEVEL, step->level) ||
		    nla_put_u32(msg, V2P_A_STEP_INDEX, step->index) ||
		    nla_put_u64_64bit(msg, V2P_A_STEP_ENTRY_PHYSICAL,
				      step->physical, V2P_A_STEP_PAD) ||
		    nla_put_u64_64bit(msg, V2P_A_STEP_ENTRY, step->entry,
				      V2P_A_STEP_PAD) ||
		    nla_put_u32(msg, V2P_A_STEP_FLAGS,
				v2p_known_flags(known, step->flags)) ||
		    (device && nla_put_u8(msg, V2P_A_STEP_SHIFT, step->shift)))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	return 0;
}

static int walk_and_fill(struct sk_buff *msg, const struct request *request,
			 const struct v2p_aspace *aspace, struct v2p_translation_arrays *out)
{
	struct v2p_walk_steps steps __uninitialized;
	struct v2p_translation t;
	int err;

	err = v2p_aspace_walk(aspace, get_unaligned(request->virtual), &steps, &t);
	if (err)
		return err;
	v2p_translation_store(out, 0, &t);
	v2p_answers_restrict(&request->known, out, request->count);
	return fill_steps(msg, &request->known, &steps, aspace->kind == V2P_ASPACE_DEVICE);
}

static int translate_and_fill(struct sk_buff *msg, const struct request *request,
			      const struct v2p_aspace *aspace,
			      struct v2p_translation_arrays *out)
{
	bool changing;
	int err;

	err = v2p_aspace_translate(aspace, request->virtual, request->count, out, &changing);
	if (err)
		return err;
	if (unlikely(request->fields & V2P_PAGE_FIELDS))
		err = v2p_answers_add_pages(out, request->count, false);
	if (err)
		return err;
	v2p_answers_restrict(&request->known, out, request->count);
	if (!changing)
		return 0;
	return nla_put_flag(msg, V2P_A_CHANGING);
}

static int fill_reply(struct sk_buff *msg, const struct request *request,
		      const struct v2p_aspace *aspace, struct v2p_translation_arrays *out)
{
	int err;

	err = reserve_arrays(msg, request->fields, request->count, out);
	if (err)
		return err;
	if (request->op == V2P_CMD_WALK)
		return walk_and_fill(msg, request, aspace, out);
	return translate_and_fill(msg, request, aspace, out);
}

static void trace_result(const struct request *request,
			 const struct v2p_translation_arrays *out, int err)
{
	if (trace_v2p_result_enabled())
		trace_v2p_result(request->op, request->target.kind, request->target.pid,
				 err ? 0 : v2p_answers_mapped(out, request->count), err);
}

/*
 * A large reply takes a high-order allocation. If memory is too fragmented for it, the
 * caller can ask for fewer addresses at a time.
 */
static struct sk_buff *new_message(struct genl_info *info, const struct request *request)
{
	size_t size = arrays_size(request->fields, request->count);
	struct sk_buff *msg;

	if (request->op == V2P_CMD_WALK)
		size += steps_size(request->target.kind == V2P_ASPACE_DEVICE);
	if (size <= GENLMSG_DEFAULT_SIZE)
		return genlmsg_new(size, GFP_KERNEL_ACCOUNT);

	msg = genlmsg_new(size, GFP_KERNEL_ACCOUNT | __GFP_NORETRY | __GFP_NOWARN);
	if (!msg)
		GENL_SET_ERR_MSG(info, "no memory for a reply of this size, ask for fewer addresses at a time");
	return msg;
}

/*
 * Room for the array of physical addresses, where it is needed without being asked for. Before
 * the other arrays are reserved, which leave it alone then.
 */
static int add_physical(const struct request *request, struct v2p_translation_arrays *out)
{
	if (likely(v2p_answers_needed(request->fields) == request->fields))
		return 0;
	out->physical = kmalloc_array(request->count, sizeof(u64), GFP_KERNEL_ACCOUNT);
	return out->physical ? 0 : -ENOMEM;
}

static void free_physical(const struct request *request,
			  const struct v2p_translation_arrays *out)
{
	if (unlikely(v2p_answers_needed(request->fields) != request->fields))
		kfree(out->physical);
}

static int reply(struct genl_info *info, const struct request *request)
{
	const bool identify = request->fields & V2P_FIELD_IDENTITY;
	struct v2p_translation_arrays out = {};
	struct v2p_identity identity __uninitialized;
	struct v2p_aspace aspace __uninitialized;
	struct sk_buff *msg;
	void *hdr;
	int err;

	trace_v2p_request(request->op, request->target.kind, request->target.pid,
			  get_unaligned(request->virtual), request->count);

	msg = new_message(info, request);
	if (!msg) {
		err = -ENOMEM;
		goto out;
	}
	hdr = genlmsg_put_reply(msg, info, &v2p_family, 0, request->op);
	if (!hdr) {
		err = -EMSGSIZE;
		goto out_msg;
	}
	err = add_physical(request, &out);
	if (err)
		goto out_msg;

	/* Last, so that the address space is not kept while the allocation waits. */
	err = v2p_netlink_get_target(&aspace, &request->target, identify ? &identity : NULL,
				     info->extack);
	if (err)
		goto out_physical;
	err = fill_reply(msg, request, &aspace, &out);
	v2p_aspace_put(&aspace);
	if (!err && identify)
		err = nla_put_64bit(msg, V2P_A_IDENTITY, sizeof(identity), &identity,
				    V2P_A_PAD);
	if (err)
		goto out_physical;
	genlmsg_end(msg, hdr);
	free_physical(request, &out);

	trace_result(request, &out, 0);
	return genlmsg_reply(msg, info);

out_physical:
	free_physical(request, &out);
out_msg:
	nlmsg_free(msg);
out:
	trace_result(request, &out, err);
	return err;
}

int v2p_nl_translate_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct request request = { .op = V2P_CMD_TRANSLATE, .fields = DEFAULT_FIELDS };
	struct nlattr *virtual;
	int err;

	err = v2p_netlink_begin(skb, info->nlhdr, info->attrs, info->extack, &request.target);
	if (err)
		return err;
	if (info->attrs[V2P_A_FIELDS])
		request.fields = nla_get_u32(info->attrs[V2P_A_FIELDS]);
	v2p_netlink_parse_known(info->attrs, &request.known);

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
	request.virtual = nla_data(virtual);
	request.count = nla_len(virtual) / sizeof(u64);
	if (request.count > V2P_NETLINK_MAX_BATCH) {
		NL_SET_ERR_MSG_ATTR(info->extack, virtual,
				    "more addresses than a batch holds");
		return -E2BIG;
	}
	return reply(info, &request);
}

int v2p_nl_walk_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct request request = {
		.op = V2P_CMD_WALK, .fields = WALK_FIELDS, .count = 1,
	};
	int err;

	err = v2p_netlink_begin(skb, info->nlhdr, info->attrs, info->extack, &request.target);
	if (err)
		return err;
	v2p_netlink_parse_known(info->attrs, &request.known);
	if (GENL_REQ_ATTR_CHECK(info, V2P_A_ADDRESS)) {
		GENL_SET_ERR_MSG(info, "wants an address");
		return -EINVAL;
	}
	request.virtual = nla_data(info->attrs[V2P_A_ADDRESS]);
	return reply(info, &request);
}
