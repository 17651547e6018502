// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "answer.h"
#include "exchange.h"
#include "handle.h"
#include "tally.h"

static bool reaches_family(const struct exchange *exchange, const struct message *message)
{
	return message->flags & NLM_F_REQUEST && message->type == exchange->family;
}

static bool is_dump(const struct message *message)
{
	return (message->flags & NLM_F_DUMP) == NLM_F_DUMP;
}

/* What is no request, or for netlink itself, is acknowledged if it wants that. */
static bool is_answered(const struct message *message)
{
	return message->flags & NLM_F_ACK ||
	       (message->flags & NLM_F_REQUEST && message->type >= NLMSG_MIN_TYPE);
}

static const struct message *current(struct exchange *exchange)
{
	const struct datagram *datagram = exchange->datagram;

	while (exchange->next < datagram->count &&
	       !is_answered(&datagram->messages[exchange->next]))
		exchange->next++;
	return exchange->next < datagram->count ? &datagram->messages[exchange->next] : NULL;
}

static void finish(struct exchange *exchange)
{
	exchange->next++;
	exchange->has_data = false;
}

/* Whether a question that is not broken may be answered with that. */
static bool is_wanted(const struct exchange *exchange, const struct message *message, int error)
{
	const struct wanted *wanted = &message->wanted;

	if (!wanted->known)
		return true;
	if (!exchange->allowed && message->cmd != V2P_CMD_INFO) {
		TALLY(refused);
		return error == -EPERM ||
		       tally_break(PROMISE_RIGHTS, "error %d for one without a right", error);
	}
	if (is_dump(message) && error == -EBUSY)
		return true;
	if (message - exchange->datagram->messages >= V2P_MAX_IN_A_SEND &&
	    message->cmd != V2P_CMD_INFO)
		return error == -E2BIG ||
		       tally_break(PROMISE_ANSWERED, "error %d behind too many others", error);
	if (wanted->error == ANY_ERROR ? !error || error == -ESRCH || error == -EINVAL ||
					 error == -ENODEV || error == -EOPNOTSUPP :
					 error == wanted->error)
		return true;
	return tally_break(PROMISE_ANSWERED, "command %u: error %d, %d was to be expected",
			   message->cmd, error, wanted->error);
}

static bool check_frame(const struct wanted *wanted, uint8_t cmd, const struct answer *answer)
{
	TALLY(compared);
	if (answer->count != 1 || !answer->attributes[V2P_A_PHYSICAL])
		return tally_break(PROMISE_FRAMES, "%u answers for one address", answer->count);
	if (cmd == V2P_CMD_MAP &&
	    (answer_u64(answer, V2P_A_VIRTUAL, 0) != wanted->address ||
	     answer_u64(answer, V2P_A_LENGTH, 0) != 1))
		return tally_break(PROMISE_FRAMES, "an extent somewhere else");
	if (answer_u64(answer, V2P_A_STATUS, 0) != V2P_STATUS_MAPPED ||
	    !place_agrees(wanted->place, wanted->address,
			  answer_u64(answer, V2P_A_PHYSICAL, 0)))
		return tally_break(PROMISE_FRAMES, "pagemap has another frame for 0x%lx",
				   wanted->address);
	return true;
}

/* They come one after another, as the lowest that are free, and none is closed meanwhile. */
static bool check_opened(struct exchange *exchange, const struct answer *answer)
{
	const int wanted = exchange->floor + exchange->opened++;
	const int fd = answer_u64(answer, V2P_A_FD, 0);

	return (fd == wanted && handle_is_one(fd)) ||
	       tally_break(PROMISE_OPENED, "descriptor %d, not %d", fd, wanted);
}

static bool check_data(struct exchange *exchange, const struct message *message,
		       const struct nlmsghdr *head, bool first)
{
	struct answer answer;

	if (!answer_read(head, message->wanted.device || !message->wanted.known, &answer))
		return false;
	if (((const struct genlmsghdr *)NLMSG_DATA(head))->cmd != message->cmd)
		return tally_break(PROMISE_FORM, "the answer to another command");
	TALLY(data[message->cmd]);
	if (!exchange->allowed && message->cmd != V2P_CMD_INFO)
		return tally_break(PROMISE_RIGHTS, "data of command %u", message->cmd);
	if (!first)
		return true;
	if (message->cmd == V2P_CMD_OPEN && !check_opened(exchange, &answer))
		return false;
	if (!is_wanted(exchange, message, 0))
		return false;
	return !message->wanted.place ||
	       check_frame(&message->wanted, message->cmd, &answer);
}

static bool take_data(struct exchange *exchange, const struct message *message,
		      const struct nlmsghdr *head)
{
	if (!reaches_family(exchange, message) || exchange->has_data)
		return tally_break(PROMISE_ANSWERED, "data that nobody asked for");
	if (!(head->nlmsg_flags & NLM_F_MULTI) != !is_dump(message))
		return tally_break(PROMISE_FORM, "one of several parts, or not");
	if (!check_data(exchange, message, head, true))
		return false;
	if (is_dump(message)) {
		TALLY(dumps);
		exchange->dump = message;
		exchange->parts = 0;
		finish(exchange);
	} else if (message->flags & NLM_F_ACK) {
		exchange->has_data = true;
	} else {
		finish(exchange);
	}
	return true;
}

static bool take_error(struct exchange *exchange, const struct message *message,
		       const struct nlmsghdr *head)
{
	const void *request = exchange->datagram->bytes + message->at;
	bool had_data = exchange->has_data;
	int error;

	finish(exchange);
	if (!answer_read_error(head, request, &error))
		return false;
	TALLY(errors[-error]);
	if (!error) {
		if (!(message->flags & NLM_F_ACK))
			return tally_break(PROMISE_ANSWERED, "an acknowledgement not asked for");
		if (reaches_family(exchange, message) && !had_data)
			return tally_break(PROMISE_ANSWERED, "an acknowledgement without data");
		return true;
	}
	if (had_data)
		return tally_break(PROMISE_ANSWERED, "data, and an error");
	return is_wanted(exchange, message, error);
}

/* A dump that is refused may say so by its end. */
static bool take_end(struct exchange *exchange, const struct message *message,
		     const struct nlmsghdr *head, bool first)
{
	int error;

	if (!is_dump(message))
		return tally_break(PROMISE_ANSWERED, "the end of no dump");
	if (!answer_read_end(head, &error))
		return false;
	TALLY(errors[-error]);
	if (!first)
		/* Of a process that was drawn by lot, which may have ended meanwhile. */
		return !error || (error == -ESRCH && message->wanted.error != 0) ||
		       (error == -ESRCH && !message->wanted.known) ||
		       tally_break(PROMISE_ANSWERED, "a dump ends with error %d", error);
	finish(exchange);
	if (!error)
		return tally_break(PROMISE_ANSWERED, "a dump without data");
	return is_wanted(exchange, message, error);
}

static bool take_rest(struct exchange *exchange, const struct nlmsghdr *head)
{
	const struct message *message = exchange->dump;

	exchange->parts++;
	if (head->nlmsg_type != NLMSG_DONE)
		return check_data(exchange, message, head, false);
	exchange->dump = NULL;
	return take_end(exchange, message, head, false);
}

static bool take(struct exchange *exchange, const struct nlmsghdr *head)
{
	const struct message *message;

	if (exchange->dump && head->nlmsg_seq == exchange->dump->seq &&
	    (head->nlmsg_type == exchange->family || head->nlmsg_type == NLMSG_DONE))
		return take_rest(exchange, head);
	message = current(exchange);
	if (!message || head->nlmsg_seq != message->seq || head->nlmsg_pid != exchange->port)
		return tally_break(PROMISE_ANSWERED, "an answer of type %u to something else",
				   head->nlmsg_type);
	if (head->nlmsg_type == exchange->family)
		return take_data(exchange, message, head);
	if (head->nlmsg_type == NLMSG_ERROR)
		return take_error(exchange, message, head);
	if (head->nlmsg_type == NLMSG_DONE && reaches_family(exchange, message))
		return take_end(exchange, message, head, true);
	return tally_break(PROMISE_FORM, "a message of type %u", head->nlmsg_type);
}

static void show(const struct exchange *exchange, unsigned int at, const uint64_t *before,
		 const void *answer, size_t length)
{
	const struct datagram *datagram = exchange->datagram;
	enum promise promise;

	for (promise = 0; promise < PROMISES; promise++) {
		if (tally->broken[promise] == before[promise])
			continue;
		if (at < datagram->count)
			tally_show(promise, "the request",
				   datagram->bytes + datagram->messages[at].at,
				   datagram->messages[at].length);
		tally_show(promise, "the answer", answer, length);
	}
}

bool exchange_take(struct exchange *exchange, const unsigned char *bytes, size_t length)
{
	uint64_t before[PROMISES];

	memcpy(before, tally->broken, sizeof(before));
	while (length) {
		const struct nlmsghdr *head = (const void *)bytes;
		unsigned int at;
		size_t step;

		if (!NLMSG_OK(head, length)) {
			tally_break(PROMISE_FORM, "a message of a wrong length");
			show(exchange, exchange->next, before, bytes, length);
			return false;
		}
		current(exchange);
		at = exchange->next;
		if (!take(exchange, head)) {
			show(exchange, at, before, bytes, head->nlmsg_len);
			return false;
		}
		step = NLMSG_ALIGN(head->nlmsg_len);
		step = step < length ? step : length;
		bytes += step;
		length -= step;
	}
	return true;
}

bool exchange_end(struct exchange *exchange)
{
	const struct message *message = current(exchange);
	uint64_t before[PROMISES];

	memcpy(before, tally->broken, sizeof(before));
	if (message) {
		tally_break(PROMISE_ANSWERED, "command %u, type %u, flags 0x%x: no answer%s",
			    message->cmd, message->type, message->flags,
			    exchange->has_data ? " but data" : "");
		show(exchange, exchange->next, before, NULL, 0);
		return false;
	}
	return !exchange->dump || tally_break(PROMISE_ANSWERED, "a dump without an end");
}
