// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "sender.h"

/* All answers to a datagram wait in the socket. */
#define BUFFER (16 << 20)

static bool become(uid_t user)
{
	if (geteuid() == user)
		return true;
	if (!seteuid(user))
		return true;
	perror("seteuid");
	return false;
}

bool sender_become(const struct sender *sender)
{
	/* Nobody does not become somebody else. */
	return become(0) && become(sender->user);
}

bool sender_open(struct sender *sender, struct random *random)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	socklen_t length = sizeof(address);
	const int size = BUFFER, on = 1;

	if (sender->fd >= 0)
		close(sender->fd);
	if (!become(0) || !become(sender->opener))
		return false;
	sender->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (sender->fd < 0 || bind(sender->fd, (const void *)&address, sizeof(address)) ||
	    getsockname(sender->fd, (void *)&address, &length) ||
	    setsockopt(sender->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) ||
	    setsockopt(sender->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size))) {
		perror("socket");
		return false;
	}
	sender->port = address.nl_pid;
	/* Those that are unknown in a kernel stay off. */
	if (!one_in(random, 4))
		setsockopt(sender->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	if (one_in(random, 2))
		setsockopt(sender->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	if (one_in(random, 2))
		setsockopt(sender->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	return true;
}
