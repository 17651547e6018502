// SPDX-License-Identifier: LGPL-2.1-only
/* The connection to the module. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "internal.h"

/* Asked for; the kernel gives no more than its own limits allow. */
#define SOCKET_BUFFER (1 << 20)

static size_t buffer_size(int fd, int option)
{
	socklen_t length = sizeof(int);
	int size;

	if (getsockopt(fd, SOL_SOCKET, option, &size, &length) || size < 0)
		return 0;
	return size;
}

/* libnl's own codes are not errno values, and several of these become one of them. */
static int fail_netlink(struct v2p *handle, int code)
{
	int error;

	switch (code) {
	case -NLE_OBJ_NOTFOUND:
		return v2p_fail_errno(handle, -ENOENT);
	case -NLE_NOMEM:
		error = -ENOMEM;
		break;
	case -NLE_PERM:
	case -NLE_NOACCESS:
		error = -EPERM;
		break;
	default:
		error = -EPROTO;
	}
	return v2p_fail(handle, error, "cannot talk netlink to the kernel: %s", nl_geterror(code));
}

static int switch_on(struct v2p *handle, int option)
{
	const int on = 1;

	if (setsockopt(handle->fd, SOL_NETLINK, option, &on, sizeof(on))) {
		int error = errno;

		return v2p_fail(handle, -error, "cannot set a netlink option: %s",
				strerror(error));
	}
	return 0;
}

/* From then on, the socket takes messages from nobody else. */
static int connect_kernel(struct v2p *handle)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (connect(handle->fd, (const struct sockaddr *)&kernel, sizeof(kernel))) {
		int error = errno;

		return v2p_fail(handle, -error, "cannot connect to the kernel: %s",
				strerror(error));
	}
	v2p_drain(handle);
	return 0;
}

static int set_up_socket(struct v2p *handle)
{
	int ret;

	ret = genl_connect(handle->sock);
	if (ret)
		return fail_netlink(handle, ret);
	handle->fd = nl_socket_get_fd(handle->sock);
	handle->port = nl_socket_get_local_port(handle->sock);
	ret = connect_kernel(handle);
	if (ret)
		return ret;

	/* A size that is set before the first receive spares libnl a peek at each. */
	ret = nl_socket_set_msg_buf_size(handle->sock, V2P_REPLY_SIZE);
	if (!ret)
		ret = nl_socket_set_buffer_size(handle->sock, SOCKET_BUFFER, SOCKET_BUFFER);
	if (ret)
		return fail_netlink(handle, ret);
	handle->receive_room = buffer_size(handle->fd, SO_RCVBUF);
	handle->send_room = buffer_size(handle->fd, SO_SNDBUF);

	nl_socket_disable_auto_ack(handle->sock);
	ret = genl_ctrl_resolve(handle->sock, V2P_FAMILY_NAME);
	if (ret < 0)
		return fail_netlink(handle, ret);
	handle->family = ret;

	ret = switch_on(handle, NETLINK_EXT_ACK);
	if (!ret)
		ret = switch_on(handle, NETLINK_CAP_ACK);
	return ret;
}

static void drop_socket(struct v2p *handle)
{
	nl_socket_free(handle->sock);
	handle->sock = NULL;
}

static int connect_module(struct v2p *handle)
{
	int ret;

	handle->sock = nl_socket_alloc();
	if (!handle->sock)
		return v2p_fail(handle, -ENOMEM, "out of memory");
	ret = set_up_socket(handle);
	if (ret)
		drop_socket(handle);
	return ret;
}

void v2p_disconnect(struct v2p *handle)
{
	drop_socket(handle);
	handle->stale = true;
}

int v2p_reconnect(struct v2p *handle)
{
	int ret;

	drop_socket(handle);
	handle->stale = false;
	/* Another module may take fewer addresses at a time. */
	handle->batch = 0;
	ret = connect_module(handle);
	handle->stale = ret;
	return ret;
}

int v2p_open(struct v2p **handle)
{
	struct v2p *fresh;

	if (!handle)
		return -EINVAL;
	fresh = calloc(1, sizeof(*fresh));
	*handle = fresh;
	if (!fresh)
		return -ENOMEM;

	/* This thread may have been refused another one that was here. */
	v2p_clear_error(fresh);
	fresh->retry = V2P_DEFAULT_RETRY;
	return connect_module(fresh);
}

void v2p_free(struct v2p *handle)
{
	nl_socket_free(handle->sock);
	free(handle);
}
