// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/v2p.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink-gen.h"

#include <uapi/linux/v2p.h>

/* V2P_CMD_INFO - do */
const struct nla_policy v2p_info_nl_policy[V2P_A_PAD + 1] = {
};

/* V2P_CMD_TRANSLATE - do */
const struct nla_policy v2p_translate_nl_policy[V2P_A_VIRTUAL + 1] = {
	[V2P_A_PID] = { .type = NLA_U32, },
	[V2P_A_KERNEL] = { .type = NLA_FLAG, },
	[V2P_A_USER_ROOT] = { .type = NLA_FLAG, },
	[V2P_A_DEVICE] = { .type = NLA_NUL_STRING, .len = 127, },
	[V2P_A_PASID] = { .type = NLA_U32, },
	[V2P_A_FIELDS] = NLA_POLICY_MASK(NLA_U32, 0x7ff),
	[V2P_A_KNOWN_STATES] = { .type = NLA_U32, },
	[V2P_A_KNOWN_FLAGS] = { .type = NLA_U32, },
	[V2P_A_VIRTUAL] = { .type = NLA_BINARY, },
};

/* V2P_CMD_WALK - do */
const struct nla_policy v2p_walk_nl_policy[V2P_A_ADDRESS + 1] = {
	[V2P_A_PID] = { .type = NLA_U32, },
	[V2P_A_KERNEL] = { .type = NLA_FLAG, },
	[V2P_A_USER_ROOT] = { .type = NLA_FLAG, },
	[V2P_A_DEVICE] = { .type = NLA_NUL_STRING, .len = 127, },
	[V2P_A_PASID] = { .type = NLA_U32, },
	[V2P_A_KNOWN_STATES] = { .type = NLA_U32, },
	[V2P_A_KNOWN_FLAGS] = { .type = NLA_U32, },
	[V2P_A_ADDRESS] = { .type = NLA_U64, },
};

/* V2P_CMD_MAP - do */
const struct nla_policy v2p_map_nl_policy[V2P_A_PHYSICAL_RANGES + 1] = {
	[V2P_A_PID] = { .type = NLA_U32, },
	[V2P_A_KERNEL] = { .type = NLA_FLAG, },
	[V2P_A_USER_ROOT] = { .type = NLA_FLAG, },
	[V2P_A_DEVICE] = { .type = NLA_NUL_STRING, .len = 127, },
	[V2P_A_PASID] = { .type = NLA_U32, },
	[V2P_A_FIELDS] = NLA_POLICY_MASK(NLA_U32, 0x7ff),
	[V2P_A_KNOWN_STATES] = { .type = NLA_U32, },
	[V2P_A_KNOWN_FLAGS] = { .type = NLA_U32, },
	[V2P_A_START] = { .type = NLA_U64, },
	[V2P_A_SIZE] = { .type = NLA_U64, },
	[V2P_A_STATES] = NLA_POLICY_MASK(NLA_U32, 0x1ff),
	[V2P_A_PAGE_SHIFTS] = { .type = NLA_U64, },
	[V2P_A_WITH_FLAGS] = NLA_POLICY_MASK(NLA_U32, 0x7fff),
	[V2P_A_WITHOUT_FLAGS] = NLA_POLICY_MASK(NLA_U32, 0x7fff),
	[V2P_A_MEMORY_TYPES] = NLA_POLICY_MASK(NLA_U32, 0x1ff),
	[V2P_A_MERGE] = { .type = NLA_FLAG, },
	[V2P_A_RETRY] = NLA_POLICY_MAX(NLA_U32, 30000),
	[V2P_A_PHYSICAL_RANGES] = { .type = NLA_BINARY, },
};

/* V2P_CMD_PER_CPU - do */
const struct nla_policy v2p_per_cpu_nl_policy[V2P_A_CPU + 1] = {
	[V2P_A_CPU] = { .type = NLA_U32, },
};

/* V2P_CMD_OPEN - do */
const struct nla_policy v2p_open_nl_policy[V2P_A_PASID + 1] = {
	[V2P_A_PID] = { .type = NLA_U32, },
	[V2P_A_KERNEL] = { .type = NLA_FLAG, },
	[V2P_A_USER_ROOT] = { .type = NLA_FLAG, },
	[V2P_A_DEVICE] = { .type = NLA_NUL_STRING, .len = 127, },
	[V2P_A_PASID] = { .type = NLA_U32, },
};

/* V2P_CMD_PAGE - do */
const struct nla_policy v2p_page_nl_policy[V2P_A_PHYSICAL + 1] = {
	[V2P_A_PHYSICAL] = { .type = NLA_BINARY, },
};

/* V2P_CMD_REGIONS - do */
const struct nla_policy v2p_regions_nl_policy[V2P_A_PAD + 1] = {
};

/* Ops table for v2p */
const struct genl_ops v2p_nl_ops[8] = {
	{
		.cmd		= V2P_CMD_INFO,
		.doit		= v2p_nl_info_doit,
		.policy		= v2p_info_nl_policy,
		.maxattr	= V2P_A_PAD,
	},
	{
		.cmd		= V2P_CMD_TRANSLATE,
		.doit		= v2p_nl_translate_doit,
		.policy		= v2p_translate_nl_policy,
		.maxattr	= V2P_A_VIRTUAL,
	},
	{
		.cmd		= V2P_CMD_WALK,
		.doit		= v2p_nl_walk_doit,
		.policy		= v2p_walk_nl_policy,
		.maxattr	= V2P_A_ADDRESS,
	},
	{
		.cmd		= V2P_CMD_MAP,
		.doit		= v2p_nl_map_doit,
		.dumpit		= v2p_nl_map_dumpit,
		.policy		= v2p_map_nl_policy,
		.maxattr	= V2P_A_PHYSICAL_RANGES,
	},
	{
		.cmd		= V2P_CMD_PER_CPU,
		.doit		= v2p_nl_per_cpu_doit,
		.policy		= v2p_per_cpu_nl_policy,
		.maxattr	= V2P_A_CPU,
	},
	{
		.cmd		= V2P_CMD_OPEN,
		.doit		= v2p_nl_open_doit,
		.policy		= v2p_open_nl_policy,
		.maxattr	= V2P_A_PASID,
	},
	{
		.cmd		= V2P_CMD_PAGE,
		.doit		= v2p_nl_page_doit,
		.policy		= v2p_page_nl_policy,
		.maxattr	= V2P_A_PHYSICAL,
	},
	{
		.cmd		= V2P_CMD_REGIONS,
		.doit		= v2p_nl_regions_doit,
		.policy		= v2p_regions_nl_policy,
		.maxattr	= V2P_A_PAD,
	},
};
