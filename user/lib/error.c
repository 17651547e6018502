// SPDX-License-Identifier: LGPL-2.1-only
/* What went wrong, in the kernel's words or in ours. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

const char *v2p_error(const struct v2p *handle)
{
	if (!handle)
		return "out of memory";
	return v2p_refused == handle ?
		"the handle is in use: by another thread, or by the v2p_map() whose callback this is" :
		handle->error;
}

int v2p_fail(struct v2p *handle, int error, const char *format, ...)
{
	va_list arguments;

	v2p_forget_refusal(handle);
	va_start(arguments, format);
	vsnprintf(handle->error, sizeof(handle->error), format, arguments);
	va_end(arguments);
	return error;
}

int v2p_fail_malformed(struct v2p *handle, const char *what)
{
	return v2p_fail(handle, -EBADMSG,
			"the module's answer is malformed (%s): do module and library match?",
			what);
}

int v2p_fail_physical(struct v2p *handle)
{
	return v2p_fail(handle, -EOPNOTSUPP,
			"the loaded v2p module does not look for physical memory: load a newer one");
}

/* An error of which the kernel gave no more than the number. */
int v2p_fail_errno(struct v2p *handle, int error)
{
	switch (error) {
	case -ENOENT:
		if (handle->stale)
			return v2p_fail(handle, error,
					"the v2p module is not loaded any more, or was loaded anew: ask again");
		return v2p_fail(handle, error,
				"the v2p module is not loaded: sudo modprobe v2p, or sudo insmod v2p.ko");
	case -EPERM:
		return v2p_fail(handle, error,
				"CAP_SYS_ADMIN in the initial user namespace is needed, CAP_SYS_PTRACE for another process, CAP_SYSLOG for the kernel and for devices: run it as root");
	case -EOPNOTSUPP:
		return v2p_fail(handle, error,
				"the loaded v2p module does not know this operation: load a newer one");
	case -ESRCH:
		return v2p_fail(handle, error, "no such process");
	case -ENODEV:
		return v2p_fail(handle, error, "no such device");
	default:
		return v2p_fail(handle, error, "the v2p module refused: %s", strerror(-error));
	}
}

/*
 * Of netlink itself (lib/nlattr.c), where the module's policy has no such attribute: it is
 * older. The second where the policy has others with higher numbers, the third where it has the
 * attribute, and not all bits of it.
 */
static bool is_of_an_older_module(const struct v2p_attr *words)
{
	static const char *const said[] = {
		"Unknown attribute type", "Unsupported attribute", "reserved bit set",
	};
	size_t i;

	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (words->length >= strlen(said[i]) &&
		    !memcmp(words->data, said[i], strlen(said[i])))
			return true;
	return false;
}

/* The extended acknowledgement. */
static int read_words(struct v2p *handle, const unsigned char *bytes, size_t length)
{
	uint32_t missing = 0;
	struct v2p_attr attr;
	int found = -ENOENT;

	while (v2p_attr_next(&bytes, &length, &attr) > 0) {
		switch (attr.type) {
		case NLMSGERR_ATTR_MSG:
			if (!attr.length || !attr.data[0])
				break;
			if (is_of_an_older_module(&attr))
				v2p_fail(handle, 0,
					 "the loaded v2p module does not know all that is asked for: load a newer one");
			else
				v2p_fail(handle, 0, "%.*s",
					 (int)strnlen((const char *)attr.data, attr.length),
					 (const char *)attr.data);
			found = 0;
			break;
		case NLMSGERR_ATTR_OFFS:
			if (v2p_attr_copy(&attr, &handle->bad, sizeof(handle->bad)))
				handle->bad = 0;
			break;
		case NLMSGERR_ATTR_MISS_TYPE:
			if (!v2p_attr_copy(&attr, &missing, sizeof(missing)) && found) {
				v2p_fail(handle, 0, "the v2p module misses attribute %u in the request",
					 missing);
				found = 0;
			}
			break;
		}
	}
	return found;
}

/* It stands behind the copy of the request, if there is one. */
static int read_extack(struct v2p *handle, const struct nlmsghdr *message)
{
	const struct nlmsgerr *answer = NLMSG_DATA(message);
	const unsigned char *bytes = (const unsigned char *)(answer + 1);
	size_t length = message->nlmsg_len - NLMSG_LENGTH(sizeof(*answer));

	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
		return -ENOENT;

	if (!(message->nlmsg_flags & NLM_F_CAPPED)) {
		size_t copy = answer->msg.nlmsg_len;

		if (copy < sizeof(answer->msg))
			return -EBADMSG;
		copy = NLMSG_ALIGN(copy - sizeof(answer->msg));
		if (copy > length)
			return -EBADMSG;
		bytes += copy;
		length -= copy;
	}
	return read_words(handle, bytes, length);
}

int v2p_fail_refused(struct v2p *handle, const struct nlmsghdr *message)
{
	const struct nlmsgerr *answer = NLMSG_DATA(message);
	int error;

	handle->bad = 0;
	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*answer)))
		return v2p_fail_malformed(handle, "a cut error message");

	error = answer->error;
	if (error >= 0 || error < -4095)
		return v2p_fail_malformed(handle, "no data");
	/* So is a dump refused of a module that is on its way out, and nothing else. */
	if (error == -EPROTONOSUPPORT)
		error = -ENOENT;
	/* It may come back, with another number for its family. */
	if (error == -ENOENT)
		handle->stale = true;
	if (read_extack(handle, message))
		v2p_fail_errno(handle, error);
	return error;
}

/* The end of a long answer: 0, or an error that came in the middle. */
int v2p_fail_done(struct v2p *handle, const struct nlmsghdr *message)
{
	const unsigned char *payload = NLMSG_DATA(message);
	size_t words = NLMSG_LENGTH(sizeof(int32_t));
	int32_t error;

	if (message->nlmsg_len < words)
		return v2p_fail_malformed(handle, "a cut end");
	memcpy(&error, payload, sizeof(error));
	if (!error)
		return 0;
	if (error > 0 || error < -4095)
		return v2p_fail_malformed(handle, "the end");
	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    read_words(handle, payload + sizeof(error), message->nlmsg_len - words))
		v2p_fail_errno(handle, error);
	return error;
}
