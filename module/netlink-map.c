// SPDX-License-Identifier: GPL-2.0

#include <linux/slab.h>
#include <linux/time64.h>
#include <net/genetlink.h>

#include "answers.h"
#include "arrays.h"
#include "aspace.h"
#include "extent.h"
#include "frames.h"
#include "iova/iova.h"
#include "known.h"
#include "netlink-gen.h"
#include "netlink-internal.h"
#include "spaces.h"
#include "target.h"
#include "trace.h"

/* V2P_A_FIELDS absent. */
#define DEFAULT_FIELDS	V2P_EXTENT_FIELDS

/* Of a single entry, or of a process. */
#define REFUSED_FIELDS	(V2P_FIELD_ENTRY | V2P_FIELD_IDENTITY)

/**
 * struct request - what does not change in the course of a dump
 * @target: the target
 * @fields: enum v2p_field
 * @frames: the memory that is asked for, to be freed; NULL for all
 */
struct request {
	struct v2p_netlink_target target;
	u32 fields;
	struct v2p_frames *frames;
};

/**
 * struct dump - the state of a dump
 * @request: the request
 * @aspace: grabbed with v2p_aspace_grab(); no users are kept between messages
 * @range: the range, and how far it is walked
 * @refused: an error that .start could not report; or 0
 * @extack: its reason
 */
struct dump {
	struct request request;
	struct v2p_aspace aspace;
	struct v2p_extent_range range;
	int refused;
	struct netlink_ext_ack extack;
};

static const struct v2p_array arrays[] = {
#define ARRAY(...) V2P_ARRAY(struct v2p_extent_arrays, __VA_ARGS__),
	V2P_MAP_ARRAYS(ARRAY)
#undef ARRAY
};

static_assert(ARRAY_SIZE(arrays) == offsetof(struct v2p_extent_arrays, more) / sizeof(void *),
	      "each array of struct v2p_extent_arrays is an array of a reply");

/**
 * struct sizes - what the arrays take in a message, in bytes
 * @headers: headers and padding of all of them, and the flags after them
 * @extent: an element of each
 */
struct sizes {
	unsigned int headers;
	unsigned int extent;
};

static __always_inline struct sizes sum_sizes(u32 fields)
{
	struct sizes sizes = { .headers = 2 * nla_total_size(0) };
	unsigned int i;

	_Pragma("GCC unroll 16")
	for (i = 0; i < ARRAY_SIZE(arrays); i++) {
		if (!v2p_array_wanted(&arrays[i], fields | DEFAULT_FIELDS))
			continue;
		sizes.headers += nla_total_size_64bit(0) + NLA_ALIGNTO;
		sizes.extent += arrays[i].element;
	}
	return sizes;
}

static struct sizes reply_sizes(u32 fields)
{
	/* The compiler sums these. */
	return fields == DEFAULT_FIELDS ? sum_sizes(DEFAULT_FIELDS) : sum_sizes(fields);
}

/* How many extents fit into the rest of a message. */
static unsigned int extents_room(const struct sk_buff *msg, u32 fields)
{
	const unsigned int tailroom = skb_tailroom(msg);
	const struct sizes sizes = reply_sizes(fields);

	if (tailroom < sizes.headers)
		return 0;
	/* The length of an attribute has 16 bits. */
	return min_t(unsigned int, tailroom - sizes.headers, U16_MAX) / sizes.extent;
}

/*
 * For a range of few pages, what that many extents take, and the one that fill_extents()
 * keeps room for; for all others the usual size of a message.
 */
static size_t reply_size(struct nlattr **attrs, u32 fields)
{
	const struct sizes sizes = reply_sizes(fields);
	const size_t overhead = nla_total_size_64bit(sizeof(u64)) + sizes.headers;
	u64 pages;

	/* A page may have as many extents as ranges that it is in. */
	if (!attrs[V2P_A_SIZE] || attrs[V2P_A_PHYSICAL_RANGES])
		return GENLMSG_DEFAULT_SIZE;
	/* The first and the last page may be only partly in the range. */
	pages = (nla_get_u64(attrs[V2P_A_SIZE]) >> PAGE_SHIFT) + 2;
	if (pages + 1 > (GENLMSG_DEFAULT_SIZE - overhead) / sizes.extent)
		return GENLMSG_DEFAULT_SIZE;
	return overhead + (pages + 1) * sizes.extent;
}

/*
 * netlink_trim() replaces a message that is mostly empty by a smaller copy that no memory
 * cgroup is charged for. Shrink it first, with GFP_KERNEL_ACCOUNT.
 */
static int shrink_reply(struct sk_buff *msg)
{
	const unsigned int unused = skb_tailroom(msg);

	if (2 * unused < msg->truesize)
		return 0;
	return pskb_expand_head(msg, 0, -(int)unused, GFP_KERNEL_ACCOUNT);
}

/*
 * Where the arrays are in a message of @out->room extents: the walk writes there. What it
 * writes without being asked goes behind them, where the message is not used yet.
 */
static void place_arrays(const struct sk_buff *msg, u32 fields, struct v2p_extent_arrays *out)
{
	void *pos = skb_tail_pointer(msg);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arrays); i++) {
		if (!v2p_array_wanted(&arrays[i], fields))
			continue;
		pos += nla_total_size_64bit(0);
		*v2p_array_pointer(out, &arrays[i]) = pos;
		pos += NLA_ALIGN(out->room * arrays[i].element);
	}
	/* The widest of these comes first. */
	pos = PTR_ALIGN(pos, sizeof(u64));
	for (i = 0; DEFAULT_FIELDS & ~fields && i < ARRAY_SIZE(arrays); i++) {
		if (v2p_array_wanted(&arrays[i], fields) ||
		    !v2p_array_wanted(&arrays[i], DEFAULT_FIELDS))
			continue;
		*v2p_array_pointer(out, &arrays[i]) = pos;
		pos += NLA_ALIGN(out->room * arrays[i].element);
	}
}

/*
 * Adds the arrays to the message. None begins behind its place: with fewer extents than
 * there is room for, or less padding, before it, where nothing is needed any more.
 */
static int put_arrays(struct sk_buff *msg, u32 fields, struct v2p_extent_arrays *out)
{
	unsigned int i;

	for (i = 0; out->count && i < ARRAY_SIZE(arrays); i++) {
		const unsigned int length = out->count * arrays[i].element;
		void *data = skb_tail_pointer(msg) + NLA_HDRLEN;
		const void *place = *v2p_array_pointer(out, &arrays[i]);

		if (!v2p_array_wanted(&arrays[i], fields))
			continue;
		if (nla_need_padding_for_64bit(msg))
			data += nla_total_size(0);
		/* Before the header: nla_reserve_64bit() may clear what is moved. */
		if (data != place)
			memmove(data, place, length);
		if (!nla_reserve_64bit(msg, arrays[i].attr, length, V2P_A_PAD))
			return -EMSGSIZE;
	}
	return 0;
}

static void trace_request(const struct v2p_netlink_target *target, struct nlattr **attrs)
{
	const struct nlattr *start = attrs[V2P_A_START];

	trace_v2p_request(V2P_CMD_MAP, target->kind, target->pid,
			  start ? nla_get_u64(start) : 0, 0);
}

static void trace_result(const struct v2p_netlink_target *target, u32 count, int err)
{
	trace_v2p_result(V2P_CMD_MAP, target->kind, target->pid, count, err);
}

static bool is_finished(const struct v2p_extent_range *range)
{
	return range->walked && !range->open.length;
}

/*
 * Fills a message with as many extents as fit. @close: there is no next message that the
 * last extent could go on in.
 */
static int fill_extents(struct sk_buff *msg, const struct request *request,
			const struct v2p_aspace *aspace, struct v2p_extent_range *range,
			bool close)
{
	const u32 fields = request->fields;
	struct v2p_extent_arrays out = { .more = fields & ~DEFAULT_FIELDS };
	struct nlattr *next;
	int err;

	next = nla_reserve_64bit(msg, V2P_A_NEXT, sizeof(range->next), V2P_A_PAD);
	if (!next)
		return -EMSGSIZE;

	out.room = extents_room(msg, fields);
	/* At least one, and the one that stays open. */
	if (out.room < 2)
		return -EMSGSIZE;
	place_arrays(msg, fields, &out);

	out.room -= close;
	err = v2p_aspace_extents(aspace, range, &out);
	out.room += close;
	if (close)
		v2p_extent_close(range, &out);
	if (err)
		return err;

	trace_result(&request->target, out.count, 0);
	err = put_arrays(msg, fields, &out);
	if (err)
		return err;
	memcpy(nla_data(next), &range->next, sizeof(range->next));

	if ((range->changing || (close && range->reported_changing)) &&
	    nla_put_flag(msg, V2P_A_CHANGING))
		return -EMSGSIZE;
	return is_finished(range) ? nla_put_flag(msg, V2P_A_DONE) : 0;
}

static int parse_range(struct nlattr **attrs, struct netlink_ext_ack *extack,
		       const struct request *request, const struct v2p_aspace *aspace,
		       struct v2p_extent_range *range)
{
	u64 start = aspace->first;
	u64 size;

	*range = (struct v2p_extent_range) {
		.next = start,
		.last = aspace->last,
		.merge = nla_get_flag(attrs[V2P_A_MERGE]),
		.swap = request->fields & V2P_FIELD_SWAP,
		.by_page = request->fields & V2P_PAGE_FIELDS,
		.filter.states = V2P_DEFAULT_STATES,
		.filter.page_shifts = U64_MAX,
		.filter.memory_types = U32_MAX,
		.filter.frames = request->frames,
	};
	v2p_netlink_parse_known(attrs, &range->known);
	if (attrs[V2P_A_STATES])
		range->filter.states = nla_get_u32(attrs[V2P_A_STATES]);
	if (attrs[V2P_A_PAGE_SHIFTS])
		range->filter.page_shifts = nla_get_u64(attrs[V2P_A_PAGE_SHIFTS]);
	if (attrs[V2P_A_WITH_FLAGS])
		range->filter.with_flags = nla_get_u32(attrs[V2P_A_WITH_FLAGS]);
	if (attrs[V2P_A_WITHOUT_FLAGS])
		range->filter.without_flags = nla_get_u32(attrs[V2P_A_WITHOUT_FLAGS]);
	if (attrs[V2P_A_MEMORY_TYPES])
		range->filter.memory_types = nla_get_u32(attrs[V2P_A_MEMORY_TYPES]);
	/* Who asks for it knows it. */
	range->known.states |= range->filter.states;
	range->known.flags |= range->filter.with_flags | range->filter.without_flags;
	if (attrs[V2P_A_RETRY])
		range->retry = (u64)nla_get_u32(attrs[V2P_A_RETRY]) * NSEC_PER_MSEC;

	if (attrs[V2P_A_START]) {
		start = nla_get_u64(attrs[V2P_A_START]);
		if (!v2p_aspace_has(aspace, start)) {
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
		if (size - 1 > aspace->last - start ||
		    !v2p_aspace_has(aspace, start + size - 1)) {
			NL_SET_ERR_MSG_ATTR(extack, attrs[V2P_A_SIZE],
					    "the range ends outside the target's address space");
			return -EINVAL;
		}
		range->last = start + size - 1;
	}
	return 0;
}

static int parse_frames(const struct nlattr *attr, struct netlink_ext_ack *extack,
			struct v2p_frames **frames)
{
	const unsigned int pair = 2 * sizeof(u64);
	const unsigned int count = nla_len(attr) / pair;
	enum v2p_frames_fault fault;

	if (!count || count > V2P_MAX_PHYSICAL_RANGES || nla_len(attr) % pair) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "physical ranges are 1 to 64 pairs of an address and a length");
		return -EINVAL;
	}
	*frames = v2p_frames_alloc();
	if (!*frames)
		return -ENOMEM;
	nla_memcpy(v2p_frames_pairs(*frames), attr, count * pair);
	fault = v2p_frames_init(*frames, count);
	if (fault == V2P_FRAMES_GOOD)
		return 0;

	if (fault == V2P_FRAMES_EMPTY)
		NL_SET_ERR_MSG_ATTR(extack, attr, "a physical range is empty");
	else if (fault == V2P_FRAMES_TOO_LONG)
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "a physical range ends behind the highest address");
	else
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "physical ranges are not in order, or overlap");
	v2p_frames_free(*frames);
	*frames = NULL;
	return -EINVAL;
}

/* After success, @request->frames is to be freed. */
static int begin(const struct sk_buff *skb, const struct nlmsghdr *nlh,
		 struct nlattr **attrs, struct netlink_ext_ack *extack,
		 struct request *request)
{
	const struct nlattr *fields = attrs[V2P_A_FIELDS];
	const struct nlattr *ranges = attrs[V2P_A_PHYSICAL_RANGES];
	int err;

	request->frames = NULL;
	err = v2p_netlink_begin(skb, nlh, attrs, extack, &request->target);
	if (err)
		return err;
	request->fields = fields ? nla_get_u32(fields) : DEFAULT_FIELDS;
	if (request->fields & REFUSED_FIELDS) {
		NL_SET_ERR_MSG_ATTR(extack, fields, "an extent has no entry and no identity");
		return -EINVAL;
	}
	if (ranges) {
		err = parse_frames(ranges, extack, &request->frames);
		if (err)
			return err;
	}
	trace_request(&request->target, attrs);
	return 0;
}

static int get_range(struct nlattr **attrs, struct netlink_ext_ack *extack,
		     const struct request *request, struct v2p_aspace *aspace,
		     struct v2p_extent_range *range)
{
	int err;

	err = v2p_netlink_get_target(aspace, &request->target, NULL, extack);
	if (err)
		return err;
	if (aspace->kind == V2P_ASPACE_DEVICE && !v2p_iova_has_extents(aspace->iova)) {
		NL_SET_ERR_MSG(extack, "the kernel's driver of the device's IOMMU can be asked about single addresses only");
		err = -EOPNOTSUPP;
	} else {
		err = parse_range(attrs, extack, request, aspace, range);
	}
	if (err)
		v2p_aspace_put(aspace);
	return err;
}

int v2p_nl_map_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct v2p_extent_range range;
	struct v2p_aspace aspace;
	struct request request;
	struct sk_buff *msg;
	void *hdr;
	int err;

	err = begin(skb, info->nlhdr, info->attrs, info->extack, &request);
	if (err)
		return err;

	msg = genlmsg_new(reply_size(info->attrs, request.fields), GFP_KERNEL_ACCOUNT);
	if (!msg) {
		err = -ENOMEM;
		goto out;
	}
	hdr = genlmsg_put_reply(msg, info, &v2p_family, 0, V2P_CMD_MAP);
	if (!hdr) {
		err = -EMSGSIZE;
		goto out_msg;
	}

	/* Last, so that the address space is not kept while the allocation waits. */
	err = get_range(info->attrs, info->extack, &request, &aspace, &range);
	if (err)
		goto out_msg;
	/* It cannot go on in a next message: changing holes are reported at once. */
	range.deadline = 1;
	err = fill_extents(msg, &request, &aspace, &range, true);
	v2p_aspace_put(&aspace);
	if (err)
		goto out_msg;
	genlmsg_end(msg, hdr);
	err = shrink_reply(msg);
	if (err)
		goto out_msg;
	v2p_frames_free(request.frames);
	return genlmsg_reply(msg, info);

out_msg:
	nlmsg_free(msg);
out:
	trace_result(&request.target, 0, err);
	v2p_frames_free(request.frames);
	return err;
}

static struct dump **dump_of(struct netlink_callback *cb)
{
	return (struct dump **)cb->ctx;
}

int v2p_nl_map_start(struct netlink_callback *cb)
{
	struct nlattr **attrs = genl_dump_attrs(cb);
	/* Older kernels pass no extack to .start: .dumpit reports the error. */
	struct netlink_ext_ack reason = {};
	struct netlink_ext_ack *extack = cb->extack ?: &reason;
	struct request request = {};
	struct dump *dump;
	int err;

	/*
	 * Check the permission here: the rest of the dump runs in the context of whoever
	 * receives it. Without permission nothing is allocated, not even the state of a
	 * refused dump.
	 */
	err = begin(cb->skb, cb->nlh, attrs, extack, &request);
	if (err && !request.target.file)
		return err;

	dump = kzalloc(sizeof(*dump), GFP_KERNEL_ACCOUNT);
	if (!dump) {
		v2p_frames_free(request.frames);
		return -ENOMEM;
	}

	dump->request = request;
	if (!err) {
		err = get_range(attrs, extack, &dump->request, &dump->aspace, &dump->range);
		if (err)
			trace_result(&dump->request.target, 0, err);
	}
	if (!err) {
		v2p_aspace_grab(&dump->aspace);
		v2p_aspace_put(&dump->aspace);
	} else if (!cb->extack) {
		dump->refused = err;
		dump->extack = reason;
		dump->aspace = (struct v2p_aspace) {};
	} else {
		v2p_frames_free(request.frames);
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

	err = v2p_aspace_get(&dump->aspace, cb->extack);
	if (err)
		goto out_cancel;
	err = fill_extents(skb, &dump->request, &dump->aspace, &dump->range, false);
	v2p_aspace_put(&dump->aspace);
	if (err)
		goto out_cancel;
	genlmsg_end(skb, hdr);
	return is_finished(&dump->range) ? 0 : skb->len;

out_cancel:
	genlmsg_cancel(skb, hdr);
	trace_result(&dump->request.target, 0, err);
	return err;
}

int v2p_nl_map_done(struct netlink_callback *cb)
{
	struct dump *dump = *dump_of(cb);

	v2p_aspace_drop(&dump->aspace);
	v2p_frames_free(dump->request.frames);
	kfree(dump);
	return 0;
}
