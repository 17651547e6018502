// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <sys/socket.h>

#include "passing.h"

union rights {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

bool passing_give(int channel, int fd)
{
	union rights rights = { .header = {
		.cmsg_len = CMSG_LEN(sizeof(int)),
		.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
	} };
	struct iovec byte = { .iov_base = "", .iov_len = 1 };
	const struct msghdr message = {
		.msg_iov = &byte, .msg_iovlen = 1,
		.msg_control = rights.room, .msg_controllen = sizeof(rights.room),
	};

	memcpy(CMSG_DATA(&rights.header), &fd, sizeof(fd));
	return sendmsg(channel, &message, 0) == 1;
}

int passing_take(int channel)
{
	union rights rights;
	char byte;
	struct iovec room = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &room, .msg_iovlen = 1,
		.msg_control = rights.room, .msg_controllen = sizeof(rights.room),
	};
	int fd = -1;

	if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) == 1 &&
	    message.msg_controllen >= CMSG_LEN(sizeof(int)) &&
	    rights.header.cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(&rights.header), sizeof(fd));
	return fd;
}
