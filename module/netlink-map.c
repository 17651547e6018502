// SPDX-License-Identifier: GPL-2.0

#include <linux/slab.h>
#include <linux/time64.h>
#include <net/genetlink.h>

#include "extent.h"
#include "netlink-gen.h"
#include "netlink-internal.h"
#include "space.h"
#include "target.h"
#include "trace.h"

/**
 * struct dump - a range that is answered in many messages
 * @target: whose
 * @space: parked with target_park() between the messages
 * @range: how far it is walked
 * @refused: 0, or why there is nothing to be answered
 * @extack: the words for that
 */
struct dump {
	struct netlink_target target;
	struct space space;
	struct extent_range range;
	int refused;
	struct netlink_ext_ack extack;
};

/* The arrays of a message. */
static const struct array {
	u16 attr;
	u8 element;
	u8 offset;
} arrays[] = {
#define ARRAY(_attr, _member) {							\
	.attr = _attr,								\
	.element = sizeof(*((struct extent_arrays *)NULL)->_member),		\
	.offset = offsetof(struct extent_arrays, _member),			\
}

	ARRAY(V2P_A_VIRTUAL, virtual),
	ARRAY(V2P_A_PHYSICAL, physical),
	ARRAY(V2P_A_LENGTH, length),
	ARRAY(V2P_A_FLAGS, flags),
	ARRAY(V2P_A_STATUS, status),
	ARRAY(V2P_A_PAGE_SHIFT, page_shift),
#undef ARRAY
};

static void **array_member(struct extent_arrays *out, const struct array *array)
{
	return (void *)out + array->offset;
}

/* What stands around the elements of all arrays, and the flags behind them. */
#define HEADS_SIZE	(ARRAY_SIZE(arrays) * (nla_total_size_64bit(0) + NLA_ALIGNTO) + \
			 2 * nla_total_size(0))

/* An extent has one in each. */
static unsigned int element_size(void)
{
	unsigned int size = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arrays); i++)
		size += arrays[i].element;
	return size;
}

/* How many extents fit into what is left of a message. */
static unsigned int extents_room(const struct sk_buff *msg)
{
	const unsigned int space = skb_tailroom(msg);

	if (space < HEADS_SIZE)
		return 0;
	/* An attribute's length has 16 bits. */
	return min_t(unsigned int, space - HEADS_SIZE, U16_MAX) / element_size();
}

/*
 * Of a range of few pages what as many extents take, and one that fill_extents() keeps
 * room for; of any other range a page.
 */
static size_t reply_size(struct nlattr **attrs)
{
	const size_t around = nla_total_size_64bit(sizeof(u64)) + HEADS_SIZE;
	u64 pages;

	if (!attrs[V2P_A_SIZE])
		return GENLMSG_DEFAULT_SIZE;
	/* Of the first and of the last one the range may have a part. */
	pages = (nla_get_u64(attrs[V2P_A_SIZE]) >> PAGE_SHIFT) + 2;
	if (pages + 1 > (GENLMSG_DEFAULT_SIZE - around) / element_size())
		return GENLMSG_DEFAULT_SIZE;
	return around + (pages + 1) * element_size();
}

/*
 * Of a message that is mostly empty netlink_trim() makes a smaller copy, which is charged
 * to nobody. So it gets one that is charged.
 */
static int shrink_reply(struct sk_buff *msg)
{
	const unsigned int unused = skb_tailroom(msg);

	if (2 * unused < msg->truesize)
		return 0;
	return pskb_expand_head(msg, 0, -(int)unused, GFP_KERNEL_ACCOUNT);
}

/* Makes room in a message, so that the walk writes its extents right there. */
static int reserve_arrays(struct sk_buff *msg, struct extent_arrays *out)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arrays); i++) {
		struct nlattr *nla = nla_reserve_64bit(msg, arrays[i].attr,
						       out->room * arrays[i].element,
						       V2P_A_PAD);

		if (!nla)
			return -EMSGSIZE;
		*array_member(out, &arrays[i]) = nla_data(nla);
	}
	return 0;
}

/* Gives back the room that was not needed; @start is where the arrays begin. */
static void close_up_arrays(struct sk_buff *msg, struct extent_arrays *out, void *start)
{
	unsigned int i;

	if (out->count == out->room)
		return;
	nlmsg_trim(msg, start);
	for (i = 0; out->count && i < ARRAY_SIZE(arrays); i++) {
		const unsigned int length = out->count * arrays[i].element;
		unsigned int head = NLA_HDRLEN;

		if (nla_need_padding_for_64bit(msg))
			head += nla_total_size(0);
		/* First, as the padding behind it may be in its old place. */
		memmove(skb_tail_pointer(msg) + head, *array_member(out, &arrays[i]),
			length);
		nla_reserve_64bit(msg, arrays[i].attr, length, V2P_A_PAD);
	}
}

static void trace_request(const struct netlink_target *target, struct nlattr **attrs)
{
	const struct nlattr *start = attrs[V2P_A_START];

	trace_v2p_request(V2P_CMD_MAP, target->kernel, target->pid,
			  start ? nla_get_u64(start) : 0, 0);
}

static void trace_result(const struct netlink_target *target, u32 count, int err)
{
	trace_v2p_result(V2P_CMD_MAP, target->kernel, target->pid, count, err);
}

static bool is_finished(const struct extent_range *range)
{
	return range->walked && !range->open.length;
}

/*
 * As many extents as fit. @close: the message is the last one, so the extent that
 * it ends in does not go on in the next.
 */
static int fill_extents(struct sk_buff *msg, const struct netlink_target *target,
			const struct space *space, struct extent_range *range,
			bool close)
{
	struct extent_arrays out = {};
	struct nlattr *next;
	void *start;
	int err;

	next = nla_reserve_64bit(msg, V2P_A_NEXT, sizeof(range->next), V2P_A_PAD);
	if (!next)
		return -EMSGSIZE;

	start = skb_tail_pointer(msg);
	out.room = extents_room(msg);
	/* One for what is open, and at least one. */
	if (out.room < 2)
		return -EMSGSIZE;
	err = reserve_arrays(msg, &out);
	if (err)
		return err;

	out.room -= close;
	err = extent_walk(space, range, &out);
	out.room += close;
	if (close)
		extent_close(range, &out);
	if (err)
		return err;

	trace_result(target, out.count, 0);
	close_up_arrays(msg, &out, start);
	memcpy(nla_data(next), &range->next, sizeof(range->next));

	if ((range->changing || (close && range->marked)) && nla_put_flag(msg, V2P_A_CHANGING))
		return -EMSGSIZE;
	return is_finished(range) ? nla_put_flag(msg, V2P_A_DONE) : 0;
}

static int parse_range(struct nlattr **attrs, struct netlink_ext_ack *extack,
		       const struct space *space, struct extent_range *range)
{
	u64 start = space->first;
	u64 size;

	*range = (struct extent_range) {
		.next = start,
		.last = space->last,
		.merge = nla_get_flag(attrs[V2P_A_MERGE]),
		.filter.states = ~(u32)BIT(V2P_STATUS_NONE),
		.filter.page_shifts = U64_MAX,
	};
	if (attrs[V2P_A_STATES])
		range->filter.states = nla_get_u32(attrs[V2P_A_STATES]);
	if (attrs[V2P_A_PAGE_SHIFTS])
		range->filter.page_shifts = nla_get_u64(attrs[V2P_A_PAGE_SHIFTS]);
	if (attrs[V2P_A_WITH_FLAGS])
		range->filter.with_flags = nla_get_u32(attrs[V2P_A_WITH_FLAGS]);
	if (attrs[V2P_A_WITHOUT_FLAGS])
		range->filter.without_flags = nla_get_u32(attrs[V2P_A_WITHOUT_FLAGS]);
	if (attrs[V2P_A_RETRY])
		range->retry = (u64)nla_get_u32(attrs[V2P_A_RETRY]) * NSEC_PER_MSEC;

	if (attrs[V2P_A_START]) {
		start = nla_get_u64(attrs[V2P_A_START]);
		if (start < space->first || start > space->last) {
			NL_SET_ERR_MSG_ATTR(extack, attrs[V2P_A_START],
					    "the range begins outside the target's address space");
			return -EINVAL;
		}
		range->next = start;
	}
	if (attrs[V2P_A_SIZE]) {
		size = nla_get_u64(attrs[V2P_A_SIZE]);
		if (!size) {
			NL_SET_ERR_MSG_ATTR(extack, attrs[V2P_A_SIZE], "the range is empty");
			return -EINVAL;
		}
		if (size - 1 > space->last - start) {
			NL_SET_ERR_MSG_ATTR(extack, attrs[V2P_A_SIZE],
					    "the range ends outside the target's address space");
			return -EINVAL;
		}
		range->last = start + size - 1;
	}
	return 0;
}

static int parse_target(const struct sk_buff *skb, struct nlattr **attrs,
			struct netlink_ext_ack *extack, struct netlink_target *target)
{
	int err;

	err = netlink_parse_target(skb, attrs, extack, target);
	if (!err)
		trace_request(target, attrs);
	return err;
}

static int get_range(struct nlattr **attrs, struct netlink_ext_ack *extack,
		     const struct netlink_target *target, struct space *space,
		     struct extent_range *range)
{
	int err;

	err = netlink_get_target(space, target, extack);
	if (err)
		return err;
	err = parse_range(attrs, extack, space, range);
	if (err)
		target_put(space);
	return err;
}

int v2p_nl_map_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct netlink_target target;
	struct extent_range range;
	struct space space;
	struct sk_buff *msg;
	void *hdr;
	int err;

	err = netlink_admit(skb, info->nlhdr, info->extack);
	if (err)
		return err;
	err = parse_target(skb, info->attrs, info->extack, &target);
	if (err)
		return err;

	msg = genlmsg_new(reply_size(info->attrs), GFP_KERNEL_ACCOUNT);
	if (!msg) {
		err = -ENOMEM;
		goto out;
	}
	hdr = genlmsg_put_reply(msg, info, &v2p_family, 0, V2P_CMD_MAP);
	if (!hdr) {
		err = -EMSGSIZE;
		goto out_msg;
	}

	/* Last, so that it is not kept while memory is waited for. */
	err = get_range(info->attrs, info->extack, &target, &space, &range);
	if (err)
		goto out_msg;
	/* There is no next message of this: it tells at once, and that it did. */
	range.give_up = 1;
	err = fill_extents(msg, &target, &space, &range, true);
	target_put(&space);
	if (err)
		goto out_msg;
	genlmsg_end(msg, hdr);
	err = shrink_reply(msg);
	if (err)
		goto out_msg;
	return genlmsg_reply(msg, info);

out_msg:
	nlmsg_free(msg);
out:
	trace_result(&target, 0, err);
	return err;
}

static struct dump **dump_of(struct netlink_callback *cb)
{
	return (struct dump **)cb->ctx;
}

int v2p_nl_map_start(struct netlink_callback *cb)
{
	struct nlattr **attrs = genl_dump_attrs(cb);
	struct netlink_ext_ack *extack = cb->extack;
	struct dump *dump;
	int err;

	/*
	 * Only now: the rest of the dump runs in whoever receives it. Who has no right
	 * leaves nothing behind, not even a dump that is refused.
	 */
	err = netlink_admit(cb->skb, cb->nlh, extack);
	if (err)
		return err;

	dump = kzalloc(sizeof(*dump), GFP_KERNEL_ACCOUNT);
	if (!dump)
		return -ENOMEM;

	/* Older kernels take words for an error only from what follows. */
	if (!extack)
		extack = &dump->extack;

	err = parse_target(cb->skb, attrs, extack, &dump->target);
	if (!err) {
		err = get_range(attrs, extack, &dump->target, &dump->space, &dump->range);
		if (err)
			trace_result(&dump->target, 0, err);
	}
	if (!err) {
		target_park(&dump->space);
	} else if (!cb->extack) {
		dump->refused = err;
		dump->space.mm = NULL;
	} else {
		kfree(dump);
		return err;
	}
	*dump_of(cb) = dump;
	return 0;
}

int v2p_nl_map_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = *dump_of(cb);
	void *hdr;
	int err;

	if (dump->refused) {
		*cb->extack = dump->extack;
		return dump->refused;
	}

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &v2p_family, NLM_F_MULTI, V2P_CMD_MAP);
	if (!hdr)
		return -EMSGSIZE;

	err = target_unpark(&dump->space, cb->extack);
	if (err)
		goto out_cancel;
	err = fill_extents(skb, &dump->target, &dump->space, &dump->range, false);
	target_put(&dump->space);
	if (err)
		goto out_cancel;
	genlmsg_end(skb, hdr);
	return is_finished(&dump->range) ? 0 : skb->len;

out_cancel:
	genlmsg_cancel(skb, hdr);
	trace_result(&dump->target, 0, err);
	return err;
}

int v2p_nl_map_done(struct netlink_callback *cb)
{
	struct dump *dump = *dump_of(cb);

	target_drop(&dump->space);
	kfree(dump);
	return 0;
}
