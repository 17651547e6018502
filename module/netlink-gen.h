/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/v2p.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_V2P_GEN_H
#define _LINUX_V2P_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/v2p.h>

extern const struct nla_policy v2p_info_nl_policy[V2P_A_PAD + 1];

extern const struct nla_policy v2p_translate_nl_policy[V2P_A_VIRTUAL + 1];

extern const struct nla_policy v2p_walk_nl_policy[V2P_A_ADDRESS + 1];

extern const struct nla_policy v2p_map_nl_policy[V2P_A_PHYSICAL_RANGES + 1];

extern const struct nla_policy v2p_per_cpu_nl_policy[V2P_A_CPU + 1];

extern const struct nla_policy v2p_open_nl_policy[V2P_A_PASID + 1];

extern const struct nla_policy v2p_page_nl_policy[V2P_A_PHYSICAL + 1];

extern const struct nla_policy v2p_regions_nl_policy[V2P_A_PAD + 1];

/* Ops table for v2p */
extern const struct genl_ops v2p_nl_ops[8];

int v2p_nl_map_start(struct netlink_callback *cb);
int v2p_nl_map_done(struct netlink_callback *cb);

int v2p_nl_info_doit(struct sk_buff *skb, struct genl_info *info);
int v2p_nl_translate_doit(struct sk_buff *skb, struct genl_info *info);
int v2p_nl_walk_doit(struct sk_buff *skb, struct genl_info *info);
int v2p_nl_map_doit(struct sk_buff *skb, struct genl_info *info);
int v2p_nl_map_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int v2p_nl_per_cpu_doit(struct sk_buff *skb, struct genl_info *info);
int v2p_nl_open_doit(struct sk_buff *skb, struct genl_info *info);
int v2p_nl_page_doit(struct sk_buff *skb, struct genl_info *info);
int v2p_nl_regions_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* _LINUX_V2P_GEN_H */
