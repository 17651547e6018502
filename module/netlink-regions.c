// SPDX-License-Identifier: GPL-2.0

#include <linux/unaligned.h>
#include <net/genetlink.h>

#include "netlink-gen.h"
#include "netlink-internal.h"
#include "regions.h"
#include "trace.h"

static int fill_regions(struct sk_buff *msg, const struct v2p_region_range *ranges, u32 count)
{
	struct nlattr *starts, *lengths, *regions;
	u32 i;

	starts = nla_reserve_64bit(msg, V2P_A_VIRTUAL, count * sizeof(u64), V2P_A_PAD);
	lengths = nla_reserve_64bit(msg, V2P_A_LENGTH, count * sizeof(u64), V2P_A_PAD);
	regions = nla_reserve(msg, V2P_A_REGION, count * sizeof(u8));
	if (!starts || !lengths || !regions)
		return -EMSGSIZE;

	for (i = 0; i < count; i++) {
		const struct v2p_region_range *range = &ranges[i];

		put_unaligned(range->start, (u64 *)nla_data(starts) + i);
		put_unaligned(range->last - range->start + 1, (u64 *)nla_data(lengths) + i);
		((u8 *)nla_data(regions))[i] = range->region;
	}
	return 0;
}

static int reply(struct genl_info *info, const struct v2p_region_range *ranges, u32 count)
{
	size_t size = 2 * nla_total_size_64bit(count * sizeof(u64)) +
		      nla_total_size(count * sizeof(u8));
	struct sk_buff *msg;
	void *hdr;

	msg = genlmsg_new(size, GFP_KERNEL_ACCOUNT);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &v2p_family, 0, V2P_CMD_REGIONS);
	if (!hdr || fill_regions(msg, ranges, count)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

int v2p_nl_regions_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct v2p_region_range ranges[V2P_MAX_REGIONS];
	struct v2p_netlink_target target;
	u32 count;
	int err;

	err = v2p_netlink_begin_layout(skb, info->nlhdr, info->extack, &target);
	if (err)
		return err;

	trace_v2p_request(V2P_CMD_REGIONS, target.kind, 0, 0, 0);
	count = v2p_regions_get(ranges);
	err = reply(info, ranges, count);
	trace_v2p_result(V2P_CMD_REGIONS, target.kind, 0, err ? 0 : count, err);
	return err;
}
