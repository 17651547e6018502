// SPDX-License-Identifier: GPL-2.0

#include <net/genetlink.h>

#include "machine.h"
#include "netlink-gen.h"
#include "netlink-internal.h"
#include "v2p-version.h"

static size_t info_size(const struct v2p_machine *machine)
{
	const size_t level = nla_total_size(0) + 3 * nla_total_size(sizeof(u8));

	return nla_total_size(sizeof(V2P_VERSION)) +
	       nla_total_size(strlen(machine->arch) + 1) +
	       3 * nla_total_size(sizeof(u8)) + 2 * nla_total_size(sizeof(u32)) +
	       machine->count * level;
}

static int fill_info(struct sk_buff *msg, const struct v2p_machine *machine)
{
	unsigned int i;

	if (nla_put_string(msg, V2P_A_MODULE_VERSION, V2P_VERSION) ||
	    nla_put_string(msg, V2P_A_ARCH, machine->arch) ||
	    nla_put_u8(msg, V2P_A_BASE_PAGE_SHIFT, PAGE_SHIFT) ||
	    nla_put_u8(msg, V2P_A_PHYSICAL_BITS, machine->physical_bits) ||
	    nla_put_u8(msg, V2P_A_VIRTUAL_BITS, machine->virtual_bits) ||
	    nla_put_u32(msg, V2P_A_FEATURES, machine->features) ||
	    nla_put_u32(msg, V2P_A_MAX_BATCH, V2P_NETLINK_MAX_BATCH))
		return -EMSGSIZE;

	for (i = 0; i < machine->count; i++) {
		const struct v2p_machine_level *level = &machine->levels[i];
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
	struct v2p_machine machine;
	struct sk_buff *msg;
	void *hdr;

	v2p_machine_describe(&machine);
	msg = genlmsg_new(info_size(&machine), GFP_KERNEL_ACCOUNT);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &v2p_family, 0, V2P_CMD_INFO);
	if (!hdr || fill_info(msg, &machine)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}
