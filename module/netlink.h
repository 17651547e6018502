/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_NETLINK_H
#define V2P_NETLINK_H

/**
 * v2p_netlink_init() - register the netlink family
 *
 * Return: 0 or a negative errno.
 */
int v2p_netlink_init(void);

/** v2p_netlink_exit() - unregister it; waits for requests that are being answered */
void v2p_netlink_exit(void);

#endif /* V2P_NETLINK_H */
