// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <linux/genetlink.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>

#include "wire.h"

#define WAIT_MS 20000
#define HEADERS (NLMSG_HDRLEN + GENL_HDRLEN)

static const struct sockaddr_nl the_kernel = { .nl_family = AF_NETLINK };

void wire_begin(struct wire *wire, uint8_t command)
{
	struct nlmsghdr *nlh = (void *)wire->request;
	struct genlmsghdr *genl = NLMSG_DATA(nlh);

	memset(wire->request, 0, HEADERS);
	nlh->nlmsg_type = wire->family;
	genl->cmd = command;
	genl->version = 1;
	wire->length = HEADERS;
}

void wire_put(struct wire *wire, uint16_t attribute, const void *data, size_t length)
{
	struct nlattr *nla = (void *)(wire->request + wire->length);
	size_t padded = NLA_HDRLEN + NLA_ALIGN(length);

	if (wire->length + padded > sizeof(wire->request))
		return;
	memset(nla, 0, padded);
	nla->nla_len = NLA_HDRLEN + length;
	nla->nla_type = attribute;
	if (length)
		memcpy((uint8_t *)nla + NLA_HDRLEN, data, length);
	wire->length += padded;
}

void wire_put_u32(struct wire *wire, uint16_t attribute, uint32_t value)
{
	wire_put(wire, attribute, &value, sizeof(value));
}

void wire_put_u64(struct wire *wire, uint16_t attribute, uint64_t value)
{
	wire_put(wire, attribute, &value, sizeof(value));
}

static ssize_t send_to_the_kernel(const struct wire *wire)
{
	struct iovec request = {
		.iov_base = (void *)wire->request, .iov_len = wire->length,
	};
	const struct msghdr message = {
		.msg_name = (void *)&the_kernel, .msg_namelen = sizeof(the_kernel),
		.msg_iov = &request, .msg_iovlen = 1,
	};

	if (wire->ring)
		return ring_do(wire->ring, IORING_OP_SENDMSG, wire->fd, &message, 1);
	return sendto(wire->fd, wire->request, wire->length, 0, (const void *)&the_kernel,
		      sizeof(the_kernel));
}

static ssize_t send_plainly(const struct wire *wire)
{
	if (wire->ring)
		return ring_do(wire->ring, IORING_OP_SEND, wire->fd, wire->request,
			       wire->length);
	return send(wire->fd, wire->request, wire->length, 0);
}

static ssize_t write_plainly(const struct wire *wire)
{
	if (wire->ring)
		return ring_do(wire->ring, IORING_OP_WRITE, wire->fd, wire->request,
			       wire->length);
	return write(wire->fd, wire->request, wire->length);
}

static int send_request(struct wire *wire)
{
	struct nlmsghdr *nlh = (void *)wire->request;
	ssize_t n = -1;

	nlh->nlmsg_len = wire->length;
	switch (wire->how) {
	case WIRE_SENDTO:
		n = send_to_the_kernel(wire);
		break;
	case WIRE_SEND:
	case WIRE_WRITE:
		if (connect(wire->fd, (const void *)&the_kernel, sizeof(the_kernel)))
			return -errno;
		n = wire->how == WIRE_SEND ? send_plainly(wire) : write_plainly(wire);
		break;
	case WIRE_UNNAMED:
		n = send_plainly(wire);
		break;
	case WIRE_SENDS:
		break;
	}
	if (n < 0)
		return wire->ring ? n : -errno;
	return 0;
}

/* What may stand behind an error. */
static void read_words(struct wire *wire, const struct nlmsghdr *nlh, size_t at)
{
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	while (at + NLA_HDRLEN <= nlh->nlmsg_len) {
		const struct nlattr *nla = (const void *)((const uint8_t *)nlh + at);
		const void *data = (const uint8_t *)nla + NLA_HDRLEN;

		if (nla->nla_len < NLA_HDRLEN || at + nla->nla_len > nlh->nlmsg_len)
			return;
		switch (nla->nla_type & NLA_TYPE_MASK) {
		case NLMSGERR_ATTR_MSG:
			strncpy(wire->words, data, sizeof(wire->words) - 1);
			break;
		case NLMSGERR_ATTR_OFFS:
			memcpy(&wire->bad, data, sizeof(wire->bad));
			break;
		case NLMSGERR_ATTR_MISS_TYPE:
			memcpy(&wire->missing, data, sizeof(wire->missing));
			break;
		}
		at += NLA_ALIGN(nla->nla_len);
	}
}

static const struct nlmsghdr *fail(struct wire *wire, int error)
{
	wire->error = -error;
	return NULL;
}

/* One message; several may come at once. NULL, with wire->error set, if none comes. */
static const struct nlmsghdr *receive(struct wire *wire)
{
	struct pollfd poller = { .fd = wire->fd, .events = POLLIN };
	const struct nlmsghdr *nlh;
	ssize_t n;

	if (!wire->left) {
		n = poll(&poller, 1, WAIT_MS);
		if (n != 1)
			return fail(wire, n ? errno : ETIMEDOUT);
		n = recv(wire->fd, wire->received, sizeof(wire->received), 0);
		if (n < 0)
			return fail(wire, errno);
		wire->next = 0;
		wire->left = n;
	}
	nlh = (const void *)(wire->received + wire->next);
	if (!NLMSG_OK(nlh, wire->left))
		return fail(wire, EPROTO);
	n = NLMSG_ALIGN(nlh->nlmsg_len);
	wire->next += n;
	wire->left -= (size_t)n < wire->left ? (size_t)n : wire->left;
	return nlh;
}

static void forget_answer(struct wire *wire)
{
	wire->error = 0;
	wire->words[0] = '\0';
	wire->missing = 0;
	wire->bad = 0;
	wire->ended = false;
	wire->reply_length = 0;
}

int wire_next(struct wire *wire)
{
	const struct nlmsghdr *nlh = receive(wire);

	wire->reply_length = 0;
	if (!nlh)
		return wire->error;
	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
		memcpy(&wire->error, NLMSG_DATA(nlh), sizeof(wire->error));
		read_words(wire, nlh, NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct nlmsgerr)));
		return wire->error;
	case NLMSG_DONE:
		memcpy(&wire->error, NLMSG_DATA(nlh), sizeof(wire->error));
		read_words(wire, nlh, NLMSG_HDRLEN + sizeof(wire->error));
		wire->ended = true;
		return wire->error;
	default:
		memcpy(wire->reply, nlh, nlh->nlmsg_len);
		wire->reply_length = nlh->nlmsg_len;
		return 1;
	}
}

static int send_with(struct wire *wire, uint16_t flags)
{
	struct nlmsghdr *nlh = (void *)wire->request;

	nlh->nlmsg_flags = flags;
	forget_answer(wire);
	wire->error = send_request(wire);
	return wire->error;
}

int wire_ask(struct wire *wire)
{
	size_t length = 0;
	int ret;

	ret = send_with(wire, NLM_F_REQUEST | NLM_F_ACK);
	if (ret)
		return ret;
	/* The answer, if there is one, comes before the acknowledgement. */
	while ((ret = wire_next(wire)) == 1)
		length = wire->reply_length;
	wire->reply_length = length;
	return ret;
}

int wire_dump(struct wire *wire)
{
	return send_with(wire, NLM_F_REQUEST | NLM_F_DUMP);
}

int wire_send(struct wire *wire)
{
	return send_with(wire, NLM_F_REQUEST);
}

const void *wire_get(const struct wire *wire, uint16_t attribute, size_t *length)
{
	size_t at = HEADERS;

	while (at + NLA_HDRLEN <= wire->reply_length) {
		const struct nlattr *nla = (const void *)(wire->reply + at);

		if (nla->nla_len < NLA_HDRLEN)
			break;
		if ((nla->nla_type & NLA_TYPE_MASK) == attribute) {
			*length = nla->nla_len - NLA_HDRLEN;
			return (const uint8_t *)nla + NLA_HDRLEN;
		}
		at += NLA_ALIGN(nla->nla_len);
	}
	return NULL;
}

int wire_open(struct wire *wire)
{
	const int one = 1;
	const void *family;
	size_t length;
	int err;

	memset(wire, 0, sizeof(*wire));
	wire->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (wire->fd < 0)
		return -errno;
	if (bind(wire->fd, (const void *)&the_kernel, sizeof(the_kernel)) ||
	    setsockopt(wire->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)) ||
	    setsockopt(wire->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one)))
		return -errno;

	wire->family = GENL_ID_CTRL;
	wire_begin(wire, CTRL_CMD_GETFAMILY);
	wire_put(wire, CTRL_ATTR_FAMILY_NAME, V2P_FAMILY_NAME, sizeof(V2P_FAMILY_NAME));
	err = wire_ask(wire);
	if (err)
		return err;
	family = wire_get(wire, CTRL_ATTR_FAMILY_ID, &length);
	if (!family || length != sizeof(wire->family))
		return -EPROTO;
	memcpy(&wire->family, family, sizeof(wire->family));
	return 0;
}

void wire_close(struct wire *wire)
{
	close(wire->fd);
}

int wire_translate_pid(struct wire *wire, uint32_t pid, uint64_t address)
{
	wire_begin(wire, V2P_CMD_TRANSLATE);
	wire_put_u32(wire, V2P_A_PID, pid);
	wire_put_u64(wire, V2P_A_VIRTUAL, address);
	return wire_ask(wire);
}

int wire_translate_kernel(struct wire *wire, uint64_t address)
{
	wire_begin(wire, V2P_CMD_TRANSLATE);
	wire_put(wire, V2P_A_KERNEL, NULL, 0);
	wire_put_u64(wire, V2P_A_VIRTUAL, address);
	return wire_ask(wire);
}

int wire_info(struct wire *wire)
{
	wire_begin(wire, V2P_CMD_INFO);
	return wire_ask(wire);
}

bool wire_has_feature(struct wire *wire, uint32_t feature)
{
	const void *attribute;
	uint32_t features;
	size_t length;

	if (wire_info(wire))
		return false;
	attribute = wire_get(wire, V2P_A_FEATURES, &length);
	if (!attribute || length != sizeof(features))
		return false;
	memcpy(&features, attribute, sizeof(features));
	return features & feature;
}

void wire_begin_map(struct wire *wire, uint32_t pid)
{
	wire_begin(wire, V2P_CMD_MAP);
	if (pid)
		wire_put_u32(wire, V2P_A_PID, pid);
	else
		wire_put(wire, V2P_A_KERNEL, NULL, 0);
}

void wire_put_range(struct wire *wire, uint64_t start, uint64_t size)
{
	wire_put_u64(wire, V2P_A_START, start);
	wire_put_u64(wire, V2P_A_SIZE, size);
}

bool wire_get_next(const struct wire *wire, uint64_t *next)
{
	size_t length;
	const void *attribute = wire_get(wire, V2P_A_NEXT, &length);

	if (!attribute || length != sizeof(*next))
		return false;
	memcpy(next, attribute, sizeof(*next));
	return true;
}
