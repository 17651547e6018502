/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_COMPAT_NET_GENETLINK_H
#define V2P_COMPAT_NET_GENETLINK_H

#include <linux/version.h>
#include_next <net/genetlink.h>

/* The attributes of a dump request. No macro tells of genl_info_dump(). */
static inline struct nlattr **genl_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
	return genl_dumpit_info(cb)->attrs;
#else
	return genl_info_dump(cb)->attrs;
#endif
}

#endif /* V2P_COMPAT_NET_GENETLINK_H */
