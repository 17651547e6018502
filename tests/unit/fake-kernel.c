// SPDX-License-Identifier: GPL-2.0
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>

#include "fake-device.h"
#include "fake-map.h"

#define WELL_BEHAVED { .version = "9.8.7", .arch = "fake", .max_batch = 1024, .extents = 1000, \
		       .per_message = 100, .per_datagram = 1, .cpus = 0xb, \
		       .cpus_per_message = 2, .known_states = V2P_BASE_STATES, \
		       .absent_status = V2P_STATUS_SWAPPED }

struct fake fake = WELL_BEHAVED;

/* What waits in the socket; in the order of arrival. */
struct waiting {
	struct waiting *next;
	size_t length;
	unsigned char bytes[];
};

static struct waiting *first, **last = &first;
static unsigned int waiting;
static bool overrun;
static bool connected;

static void empty_socket(void)
{
	while (first) {
		struct waiting *next = first->next;

		free(first);
		first = next;
	}
	last = &first;
	waiting = 0;
	overrun = false;
	fake_map_stop();
}

void fake_reset(void)
{
	empty_socket();
	fake = (struct fake)WELL_BEHAVED;
	fake_settle();
}

/*
 * An answer arrives, or is lost where the socket is full. From others than the kernel
 * none arrives in a socket that is connected to it.
 */
static void arrive(struct message *message, uint32_t from)
{
	struct waiting *item;

	if (from && connected)
		return;
	if (fake.room && waiting >= fake.room)
		overrun = true;
	if (overrun)
		return;
	item = malloc(sizeof(*item) + message->length);
	assert(item);
	item->next = NULL;
	item->length = message->length;
	memcpy(item->bytes, message->bytes, message->length);
	*last = item;
	last = &item->next;
	if (++waiting > fake.most_waiting)
		fake.most_waiting = waiting;
}

static void answer(const struct nlmsghdr *request, struct message *message, uint16_t type)
{
	struct nlmsghdr *head = (struct nlmsghdr *)message->bytes;

	head->nlmsg_len = message->length;
	head->nlmsg_type = type;
	head->nlmsg_pid = request->nlmsg_pid;
	head->nlmsg_seq = request->nlmsg_seq;
	if (fake.foreign) {
		/* Taken for the kernel's, this would be wrong. */
		head->nlmsg_type = type + 1;
		arrive(message, 4711);
		head->nlmsg_type = type;
	}
	if (fake.stale) {
		head->nlmsg_seq -= 1000;
		arrive(message, 0);
		head->nlmsg_seq += 1000;
	}
	if (type != NLMSG_ERROR)
		head->nlmsg_type += fake.reply_type;
	head->nlmsg_seq += fake.reply_seq;
	if (fake.mutate)
		message->length = fake.mutate(message->bytes, message->length);
	arrive(message, 0);
}

static void refuse(const struct nlmsghdr *request, int error, const char *words)
{
	static struct message message;
	struct nlmsghdr *head = (struct nlmsghdr *)message.bytes;
	struct nlmsgerr *body = NLMSG_DATA(head);
	size_t copied = fake.uncapped ? request->nlmsg_len : sizeof(*request);

	memset(message.bytes, 0, 64);
	body->error = error;
	memcpy(&body->msg, request, copied);
	if (!fake.uncapped)
		head->nlmsg_flags |= NLM_F_CAPPED;
	message.length = NLMSG_HDRLEN + sizeof(body->error) + NLMSG_ALIGN(copied);
	if (words || fake.missing || fake.bad)
		head->nlmsg_flags |= NLM_F_ACK_TLVS;
	if (fake.bad)
		fake_put(&message, NLMSGERR_ATTR_OFFS, &fake.bad, sizeof(fake.bad));
	if (fake.missing)
		fake_put(&message, NLMSGERR_ATTR_MISS_TYPE, &fake.missing,
			 sizeof(fake.missing));
	if (words)
		fake_put_words(&message, words);
	answer(request, &message, NLMSG_ERROR);
}

int fake_refusal(uint8_t command)
{
	const int error = fake.error;

	if (!error || command == V2P_CMD_INFO ||
	    (fake.error_command && fake.error_command != command) ||
	    (fake.error_pid && fake.error_pid != fake.pid))
		return 0;
	if (fake.error_after) {
		fake.error_after--;
		return 0;
	}
	if (fake.once)
		fake.error = 0;
	return error;
}

static void shift_numbers(struct message *message, int by)
{
	size_t at = 0;

	while (at < message->length) {
		struct nlmsghdr *head = (struct nlmsghdr *)(message->bytes + at);

		head->nlmsg_seq += by;
		at += NLMSG_ALIGN(head->nlmsg_len);
	}
}

/* The next part of an answer of any length. */
static void go_on(void)
{
	static struct message message;

	if (!fake_map_next(&message))
		return;
	if (fake.foreign)
		arrive(&message, 4711);
	if (fake.stale) {
		shift_numbers(&message, -1000);
		arrive(&message, 0);
		shift_numbers(&message, 1000);
	}
	if (fake.mutate)
		message.length = fake.mutate(message.bytes, message.length);
	arrive(&message, 0);
}

static void handle(const struct nlmsghdr *request)
{
	static struct message message;
	const struct genlmsghdr *generic = NLMSG_DATA(request);
	struct genlmsghdr *reply = NLMSG_DATA((struct nlmsghdr *)message.bytes);
	const unsigned char *attributes = (const unsigned char *)generic + GENL_HDRLEN;
	size_t left = request->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
	const unsigned char *addresses = NULL;
	const char *words;
	uint32_t first_cpu = 0;
	size_t count = 0;
	int error;

	assert(request->nlmsg_type == FAKE_FAMILY);
	assert(request->nlmsg_flags == NLM_F_REQUEST ||
	       (generic->cmd == V2P_CMD_MAP &&
		request->nlmsg_flags == (NLM_F_REQUEST | NLM_F_DUMP)));
	fake.requests++;
	fake.kernel = fake.user_root = fake.has_pasid = false;
	fake.pid = fake.pasid = 0;
	*fake.device = '\0';
	fake.fields = generic->cmd == V2P_CMD_MAP ?
		      V2P_FIELD_PHYSICAL | V2P_FIELD_PAGE_SHIFT | V2P_FIELD_FLAGS :
		      V2P_FIELD_PHYSICAL;
	fake.known_states = V2P_BASE_STATES;
	fake.known_flags = V2P_BASE_FLAGS;
	while (left >= NLA_HDRLEN) {
		const struct nlattr *attr = (const struct nlattr *)attributes;
		const unsigned char *data = attributes + NLA_HDRLEN;
		size_t length = attr->nla_len - NLA_HDRLEN;

		assert(attr->nla_len <= left);
		switch (attr->nla_type) {
		case V2P_A_PID:
			memcpy(&fake.pid, data, sizeof(fake.pid));
			break;
		case V2P_A_KERNEL:
			fake.kernel = true;
			break;
		case V2P_A_USER_ROOT:
			fake.user_root = true;
			break;
		case V2P_A_DEVICE:
			/* As the policy of the module has it. */
			assert(length <= sizeof(fake.device) && !data[length - 1]);
			memcpy(fake.device, data, length);
			break;
		case V2P_A_PASID:
			fake.has_pasid = true;
			memcpy(&fake.pasid, data, sizeof(fake.pasid));
			break;
		case V2P_A_FIELDS:
			memcpy(&fake.fields, data, sizeof(fake.fields));
			break;
		case V2P_A_KNOWN_STATES:
			memcpy(&fake.known_states, data, sizeof(fake.known_states));
			break;
		case V2P_A_KNOWN_FLAGS:
			memcpy(&fake.known_flags, data, sizeof(fake.known_flags));
			break;
		case V2P_A_CPU:
			memcpy(&first_cpu, data, sizeof(first_cpu));
			break;
		case V2P_A_VIRTUAL:
		case V2P_A_ADDRESS:
		case V2P_A_PHYSICAL:
			addresses = data;
			count = length / 8;
			break;
		}
		attributes += NLA_ALIGN(attr->nla_len);
		left -= NLA_ALIGN(attr->nla_len);
	}
	assert(!left);
	if (count > fake.largest)
		fake.largest = count;
	if (fake.silent)
		return;
	error = fake_refusal(generic->cmd);
	if (error) {
		refuse(request, error, fake.words);
		return;
	}
	if (fake.user_root && !fake.isolated) {
		refuse(request, fake.no_user_root ? -EINVAL : -EOPNOTSUPP,
		       fake.no_user_root ? generic->cmd == V2P_CMD_OPEN ?
			       "Unknown attribute type" : "Unsupported attribute" :
					   "there is no page-table isolation here");
		return;
	}
	assert(!fake_device_is_asked() || generic->cmd != V2P_CMD_OPEN);
	error = fake_device_is_asked() ? fake_device_refusal(&words) : 0;
	if (error) {
		refuse(request, error, words);
		return;
	}
	if (generic->cmd == V2P_CMD_REGIONS && fake.no_regions) {
		refuse(request, -EOPNOTSUPP, NULL);
		return;
	}
	if (generic->cmd == V2P_CMD_OPEN && fake.no_open) {
		refuse(request, -EOPNOTSUPP, NULL);
		return;
	}
	if (fake.no_pages && fake.fields & FAKE_PAGE_FIELDS) {
		refuse(request, -EINVAL, "reserved bit set");
		return;
	}
	if (generic->cmd == V2P_CMD_MAP) {
		error = fake_map_start(request, &words);
		if (error) {
			refuse(request, error, words);
		} else if (request->nlmsg_flags & NLM_F_DUMP) {
			go_on();
		} else {
			fake_map_at_once(&message);
			answer(request, &message, FAKE_FAMILY);
		}
		return;
	}
	if (generic->cmd == V2P_CMD_TRANSLATE && count > fake.max_batch) {
		refuse(request, -E2BIG, "more addresses than a batch holds");
		return;
	}
	if (generic->cmd == V2P_CMD_PAGE && (!count || count > V2P_MAX_PAGES)) {
		refuse(request, -E2BIG, "more addresses than a request of page holds");
		return;
	}
	if ((generic->cmd == V2P_CMD_TRANSLATE || generic->cmd == V2P_CMD_PAGE) && fake.memory &&
	    count > fake.memory) {
		refuse(request, -ENOMEM, "no memory for a reply of this size");
		return;
	}

	memset(message.bytes, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	message.length = NLMSG_HDRLEN + GENL_HDRLEN;
	reply->cmd = generic->cmd + fake.reply_command;
	reply->version = V2P_FAMILY_VERSION;
	if (generic->cmd == V2P_CMD_INFO)
		fake_fill_info(&message);
	else if (generic->cmd == V2P_CMD_TRANSLATE)
		fake_fill_arrays(&message, addresses, count, fake.fields);
	else if (generic->cmd == V2P_CMD_PER_CPU)
		fake_fill_cpus(&message, first_cpu);
	else if (generic->cmd == V2P_CMD_REGIONS)
		fake_fill_regions(&message);
	else if (generic->cmd == V2P_CMD_OPEN)
		fake_fill_open(&message);
	else if (generic->cmd == V2P_CMD_PAGE)
		fake_fill_pages(&message, addresses, count);
	else
		fake_fill_walk(&message, addresses);
	answer(request, &message, FAKE_FAMILY);
}

/* A request, or several. */
static ssize_t take_requests(const unsigned char *bytes, size_t length)
{
	size_t at;

	if (fake.send_error) {
		errno = fake.send_error;
		fake.send_error = 0;
		return -1;
	}
	fake.sends++;
	for (at = 0; at < length;) {
		const struct nlmsghdr *head = (const struct nlmsghdr *)(bytes + at);

		assert(head->nlmsg_len <= length - at);
		handle(head);
		at += NLMSG_ALIGN(head->nlmsg_len);
	}
	return length;
}

ssize_t send(int fd, const void *bytes, size_t length, int flags)
{
	(void)fd;
	(void)flags;
	return take_requests(bytes, length);
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	static _Alignas(8) unsigned char bytes[1 << 20];
	size_t length = 0, i;

	(void)fd;
	(void)flags;
	assert(!msg->msg_name);
	for (i = 0; i < msg->msg_iovlen; i++) {
		assert(length + msg->msg_iov[i].iov_len <= sizeof(bytes));
		memcpy(bytes + length, msg->msg_iov[i].iov_base, msg->msg_iov[i].iov_len);
		length += msg->msg_iov[i].iov_len;
	}
	return take_requests(bytes, length);
}

/* From then on, nothing arrives from anybody else. */
int connect(int fd, const struct sockaddr *address, socklen_t length)
{
	const struct sockaddr_nl *to = (const struct sockaddr_nl *)address;

	(void)fd;
	assert(length == sizeof(*to) && to->nl_family == AF_NETLINK);
	/* It is a new socket. */
	fake.connects++;
	empty_socket();
	connected = !to->nl_pid && !to->nl_groups;
	return 0;
}

ssize_t recv(int fd, void *to, size_t size, int flags)
{
	struct waiting *item = first;
	size_t length;

	(void)fd;
	assert(flags == (MSG_DONTWAIT | MSG_TRUNC));
	if (fake.receive_error && !fake.receives_before--) {
		errno = fake.receive_error;
		fake.receive_error = 0;
		fake.receives_before = 0;
		return -1;
	}
	/* An overrun is told first, as the kernel does. */
	if (overrun) {
		overrun = false;
		errno = ENOBUFS;
		return -1;
	}
	if (!item) {
		errno = EAGAIN;
		return -1;
	}
	length = item->length;
	memcpy(to, item->bytes, length < size ? length : size);
	first = item->next;
	if (!first)
		last = &first;
	waiting--;
	free(item);
	if (!first)
		go_on();
	return length;
}

int genl_ctrl_resolve(struct nl_sock *sock, const char *name)
{
	(void)sock;
	return fake.absent || strcmp(name, V2P_FAMILY_NAME) ? -NLE_OBJ_NOTFOUND : FAKE_FAMILY;
}

static void play_ranges(const char *play)
{
	if (!strcmp(play, "maps"))
		fake_map_use_mappings(false);
	if (!strcmp(play, "first pages"))
		fake_map_use_mappings(true);
	if (!strcmp(play, "few"))
		fake.extents = 20;
	if (!strcmp(play, "empty"))
		fake.extents = 0;
	if (!strcmp(play, "million"))
		fake.extents = 1000000;
	if (!strcmp(play, "dies in the middle")) {
		fake.map_error = -ESRCH;
		fake.map_error_after = 2;
		fake.words = "the process has ended";
	}
	/* A few that have no page, for this reason. */
	if (sscanf(play, "status %hhu", &fake.absent_status) == 1)
		fake.extents = 20;
	/* Two seconds for everything. */
	if (!strcmp(play, "slow") || !strcmp(play, "stuck")) {
		fake.delay = 200000;
		fake.tables = true;
	}
	if (!strcmp(play, "stuck"))
		fake.stuck_after = 8;
}

/* For the preloaded one. */
__attribute__((constructor)) static void play_from_environment(void)
{
	const char *given = getenv("V2P_FAKE"), *end;
	char play[64];

	if (!given)
		return;
	/* What is told of regions stands behind any other. */
	fake.no_regions = strstr(given, ", without regions");
	fake.kasan = strstr(given, ", with KASAN");
	end = fake.no_regions || fake.kasan ? strrchr(given, ',') : NULL;
	snprintf(play, sizeof(play), "%.*s", end ? (int)(end - given) : (int)strlen(given), given);
	if (!strncmp(play, "version ", 8))
		fake.version = given + 8;
	if (!strcmp(play, "absent"))
		fake.absent = true;
	if (!strcmp(play, "denied")) {
		fake.error = -EPERM;
		fake.words = "needs CAP_SYS_ADMIN in the initial user namespace";
	}
	if (!strcmp(play, "gone") || sscanf(play, "gone %u", &fake.error_pid) == 1) {
		fake.error = -ESRCH;
		fake.words = "no such process";
	}
	if (!strcmp(play, "thread") || sscanf(play, "thread %u", &fake.error_pid) == 1) {
		fake.error = -EINVAL;
		fake.words = "a kernel thread has no address space";
	}
	if (!strcmp(play, "old")) {
		fake.error = -EOPNOTSUPP;
		fake.error_command = V2P_CMD_WALK;
	}
	if (!strcmp(play, "dies")) {
		fake.error = -ESRCH;
		fake.error_after = 1;
		fake.words = "the process has exited";
	}
	if (sscanf(play, "ends after %u", &fake.error_after) == 1) {
		fake.error = -ESRCH;
		fake.error_command = V2P_CMD_TRANSLATE;
	}
	play_ranges(play);
	fake.isolated = !strncmp(play, "isolated", 8);
	fake.no_user_root = !strcmp(play, "without user-root");
	fake.no_device = !strcmp(play, "without devices");
	if (!strcmp(play, "isolated, few"))
		fake.extents = 20;
	if (!strcmp(play, "x86")) {
		fake.arch = "x86_64";
		fake.efi = true;
	}
	if (!strcmp(play, "without per-cpu")) {
		fake.error = -EOPNOTSUPP;
		fake.error_command = V2P_CMD_PER_CPU;
	}
	if (!strcmp(play, "without page")) {
		fake.error = -EOPNOTSUPP;
		fake.error_command = V2P_CMD_PAGE;
	}
	if (!strcmp(play, "without fields") || !strcmp(play, "without open and fields")) {
		fake.no_pages = true;
		fake.no_open = strcmp(play, "without fields");
		fake.extents = 20;
	}
	if (!strcmp(play, "changing"))
		fake.changing = 1000000;
	if (!strcmp(play, "changing for a while"))
		fake.changing = 10;
	if (!strcmp(play, "no physical"))
		fake.no_physical = true;
	if (!strcmp(play, "silent"))
		fake.silent = true;
}
