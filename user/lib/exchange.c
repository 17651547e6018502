// SPDX-License-Identifier: LGPL-2.1-only
/*
 * Requests out, answers in. The kernel answers a netlink request before
 * send() returns, and puts the next part of a long answer into the socket
 * when one is taken out. So no receive has to wait, and what has not arrived by
 * then never will.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/genetlink.h>

#include "internal.h"

/* The socket is connected to the kernel. One piece is cheaper sent by send(). */
int v2p_send(struct v2p *handle, struct iovec *vectors, size_t count)
{
	struct msghdr message = { .msg_iov = vectors, .msg_iovlen = count };
	ssize_t sent;

	do {
		sent = count == 1 ? send(handle->fd, vectors->iov_base, vectors->iov_len,
					 MSG_NOSIGNAL) :
				    sendmsg(handle->fd, &message, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0) {
		int error = errno;

		/* Something may have been answered all the same. */
		v2p_drain(handle);
		return v2p_fail(handle, -error, "cannot send to the v2p module: %s",
				strerror(error));
	}
	return 0;
}

/* One message, into the handle's buffer. */
static inline ssize_t receive_message(struct v2p *handle)
{
	ssize_t length;

	do {
		length = recv(handle->fd, handle->reply, sizeof(handle->reply),
			      MSG_DONTWAIT | MSG_TRUNC);
	} while (length < 0 && errno == EINTR);
	if (length < 0)
		return -errno;
	return (size_t)length > sizeof(handle->reply) ? -EMSGSIZE : length;
}

void v2p_drain(struct v2p *handle)
{
	ssize_t length;

	do {
		length = receive_message(handle);
	} while (length >= 0 || length == -EMSGSIZE || length == -ENOBUFS);
}

inline int v2p_receive_datagram(struct v2p *handle, size_t *length)
{
	ssize_t received = receive_message(handle);

	if (received == -EAGAIN)
		return v2p_fail(handle, -EPROTO, "the v2p module gave no answer");
	if (received == -EMSGSIZE)
		return v2p_fail_malformed(handle, "too long");
	if (received < 0)
		return v2p_fail(handle, received, "cannot receive from the v2p module: %s",
				strerror(-received));
	*length = received;
	return 0;
}

inline int v2p_check_answer(struct v2p *handle, const struct nlmsghdr *head, uint8_t command,
			    struct v2p_answer *answer)
{
	const struct genlmsghdr *generic = NLMSG_DATA(head);

	if (head->nlmsg_type == NLMSG_ERROR)
		return v2p_fail_refused(handle, head);
	if (head->nlmsg_type != handle->family)
		return v2p_fail_malformed(handle, "a message of another kind");
	if (head->nlmsg_len < NLMSG_LENGTH(GENL_HDRLEN))
		return v2p_fail_malformed(handle, "a cut header");
	if (generic->cmd != command)
		return v2p_fail_malformed(handle, "another operation's");

	answer->attributes = (const unsigned char *)generic + GENL_HDRLEN;
	answer->length = head->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
	return 0;
}

/*
 * The answer to one request. After any error more answers may wait in the
 * socket: v2p_drain() them.
 */
int v2p_receive(struct v2p *handle, uint32_t seq, uint8_t command, struct v2p_answer *answer)
{
	const struct nlmsghdr *head = (const struct nlmsghdr *)handle->reply;

	for (;;) {
		size_t length = 0;
		int error = v2p_receive_datagram(handle, &length);

		if (error)
			return error;
		if (length < sizeof(*head) || head->nlmsg_len < sizeof(*head) ||
		    head->nlmsg_len > length)
			return v2p_fail_malformed(handle, "a wrong length");
		/* An answer to nothing that was asked here is nobody's. */
		if (head->nlmsg_seq != seq || head->nlmsg_pid != handle->port)
			continue;
		return v2p_check_answer(handle, head, command, answer);
	}
}

int v2p_ask_by(struct v2p *handle, struct iovec *vectors, size_t count, uint32_t seq,
	       uint8_t command, struct v2p_answer *answer)
{
	int error = v2p_send(handle, vectors, count);

	if (error)
		return error;
	error = v2p_receive(handle, seq, command, answer);
	if (error)
		v2p_drain(handle);
	return error;
}

int v2p_ask(struct v2p *handle, struct v2p_request *request, uint8_t command,
	    struct v2p_answer *answer)
{
	const struct nlmsghdr *head = (const struct nlmsghdr *)request->bytes;
	struct iovec vector = { .iov_base = request->bytes, .iov_len = request->length };

	return v2p_ask_by(handle, &vector, 1, head->nlmsg_seq, command, answer);
}
