/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_NETLINK_H
#define V2P_NETLINK_H

/**
 * netlink_init() - begin to answer
 *
 * Return: 0 or a negative errno.
 */
int netlink_init(void);

/** netlink_exit() - stop to answer, after the answers under way */
void netlink_exit(void);

#endif /* V2P_NETLINK_H */
