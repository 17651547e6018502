// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that are broken in all ways, from those who may ask and from those who
 * may not, and a look at every answer. To be run by root in a machine of its own.
 *
 *	wire [--messages COUNT] [--seed NUMBER] [--processes COUNT]
 *
 * A seed says what is sent, but for process ids and, with KCOV, for what is sent
 * because of what was reached.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "exchange.h"
#include "files.h"
#include "sender.h"
#include "tally.h"
#include "wire.h"

/* Received with one call, each of which may be as large as a dump's. */
#define SLOTS 16
#define SLOT_SIZE (128 * 1024)

/* Parts of a dump after which it is given up. */
#define PARTS 8

/* Without an end of it for so long, the kernel hangs. */
#define PATIENCE 60

static uint16_t family;

/**
 * struct fuzzer - one process
 * @contained: it is root in a user namespace of its own
 * @messages: that are still to be sent
 */
struct fuzzer {
	struct random random;
	bool contained;
	uint64_t messages;
	struct places places;
	struct coverage coverage;
	struct corpus corpus;
	struct datagram datagram;
	unsigned char slots[SLOTS][SLOT_SIZE];
};

static bool send_datagram(const struct fuzzer *fuzzer, const struct sender *sender)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t sent = sendto(sender->fd, fuzzer->datagram.bytes, fuzzer->datagram.length, 0,
			      (const void *)&kernel, sizeof(kernel));

	if (sent == (ssize_t)fuzzer->datagram.length)
		return true;
	return tally_break(PROMISE_ANSWERED, "cannot send: %s", strerror(errno));
}

/* Some datagrams. Returns how many, 0 where there are no more, or -1. */
static int receive_some(struct fuzzer *fuzzer, const struct sender *sender, struct mmsghdr *heads,
			unsigned int most)
{
	struct iovec vectors[SLOTS];
	unsigned int i;
	int received;

	for (i = 0; i < SLOTS; i++) {
		vectors[i] = (struct iovec){ fuzzer->slots[i], SLOT_SIZE };
		heads[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &vectors[i],
							  .msg_iovlen = 1 } };
	}
	received = recvmmsg(sender->fd, heads, most < SLOTS ? most : SLOTS, MSG_DONTWAIT, NULL);
	if (received < 0 && errno == EAGAIN)
		return 0;
	if (received < 0)
		tally_break(PROMISE_ANSWERED, "cannot receive: %s", strerror(errno));
	return received;
}

/* Reads everything, or gives up. Returns false where the socket is not as new any more. */
static bool receive_answers(struct fuzzer *fuzzer, const struct sender *sender,
			    struct exchange *exchange, bool give_up)
{
	unsigned int limit = give_up ? random_below(&fuzzer->random, 64) : UINT32_MAX;
	struct mmsghdr heads[SLOTS];
	unsigned int parts = 0;
	int received, i;

	while (limit && parts < PARTS) {
		received = receive_some(fuzzer, sender, heads, limit);
		if (!received)
			return exchange_end(exchange);
		for (i = 0; i < received; i++)
			if (heads[i].msg_hdr.msg_flags & MSG_TRUNC ||
			    !exchange_take(exchange, fuzzer->slots[i], heads[i].msg_len))
				return false;
		if (received < 0)
			return false;
		limit -= received;
		parts += exchange->dump ? received : 0;
	}
	if (exchange->dump)
		TALLY(abandoned);
	return false;
}

static void learn(struct fuzzer *fuzzer)
{
	const struct datagram *datagram = &fuzzer->datagram;
	unsigned int i;

	if (!coverage_end(&fuzzer->coverage))
		return;
	for (i = 0; i < datagram->count; i++)
		if (datagram->messages[i].length >= NLMSG_HDRLEN)
			corpus_add(&fuzzer->corpus, &fuzzer->random,
				   datagram->bytes + datagram->messages[i].at,
				   datagram->messages[i].length);
}

static bool reopen(struct fuzzer *fuzzer, struct sender *sender)
{
	return sender_open(sender, &fuzzer->random) && sender_become(sender);
}

/* One datagram and its answers. Returns false where nothing works any more. */
static bool exchange_one(struct fuzzer *fuzzer, struct sender *sender)
{
	struct exchange exchange = {
		.datagram = &fuzzer->datagram, .family = family,
		.allowed = sender->allowed,
	};
	/* Only on a new socket are the parts of a dump small, so that there are some. */
	bool give_up = one_in(&fuzzer->random, 32);
	bool as_new;

	if (give_up && !reopen(fuzzer, sender))
		return false;
	exchange.port = sender->port;
	datagram_make(&fuzzer->datagram, &fuzzer->random, family, &fuzzer->places,
		      &fuzzer->corpus);
	alarm(PATIENCE);
	coverage_begin(&fuzzer->coverage);
	as_new = send_datagram(fuzzer, sender) &&
		 receive_answers(fuzzer, sender, &exchange, give_up);
	learn(fuzzer);
	alarm(0);
	TALLY(datagrams);
	__atomic_fetch_add(&tally->messages, fuzzer->datagram.count, __ATOMIC_RELAXED);
	fuzzer->messages -= fuzzer->datagram.count < fuzzer->messages ? fuzzer->datagram.count :
								       fuzzer->messages;
	return as_new || reopen(fuzzer, sender);
}

static bool enter_container(void)
{
	char map[32];

	/* Only that the processes of the test may be asked for. */
	snprintf(map, sizeof(map), "0 0 1\n");
	return !unshare(CLONE_NEWUSER) && !write_file("/proc/self/uid_map", map);
}

static bool fuzz(struct fuzzer *fuzzer)
{
	struct sender senders[] = {
		{ .opener = 0, .user = 0, .allowed = true, .fd = -1 },
		{ .opener = 0, .user = NOBODY, .fd = -1 },
		{ .opener = NOBODY, .user = 0, .fd = -1 },
		{ .opener = NOBODY, .user = NOBODY, .fd = -1 },
	};
	unsigned int count = fuzzer->contained ? 1 : 4, i;

	/* Opened with every right, and used without. */
	for (i = 0; i < count; i++)
		if (!sender_open(&senders[i], &fuzzer->random))
			return false;
	if (fuzzer->contained) {
		senders[0].allowed = false;
		if (!enter_container()) {
			perror("a user namespace");
			return false;
		}
	}
	while (fuzzer->messages && tally->broken[PROMISE_ANSWERED] < 100) {
		/* Half of all are from who may ask. */
		unsigned int which = random_below(&fuzzer->random, 2 * count);
		struct sender *sender = &senders[which < count ? which : 0];
		unsigned int datagrams = 1 + random_below(&fuzzer->random, 16);

		if (!sender_become(sender))
			return false;
		while (datagrams-- && fuzzer->messages)
			if (!exchange_one(fuzzer, sender))
				return false;
	}
	return true;
}

static void add_reached(const struct fuzzer *fuzzer)
{
	uint64_t most = __atomic_load_n(&tally->reached, __ATOMIC_RELAXED);

	while (fuzzer->coverage.reached > most &&
	       !__atomic_compare_exchange_n(&tally->reached, &most, fuzzer->coverage.reached,
					    false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	__atomic_fetch_add(&tally->kept, fuzzer->corpus.seen, __ATOMIC_RELAXED);
}

static void be_fuzzer(uint64_t seed, unsigned int index, bool contained, uint64_t messages)
{
	struct fuzzer *fuzzer = calloc(1, sizeof(*fuzzer));
	bool good;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!fuzzer || !places_open(&fuzzer->places))
		exit(1);
	fuzzer->random.state = seed + index * 0xd1342543de82ef95;
	fuzzer->contained = contained;
	fuzzer->messages = messages;
	coverage_open(&fuzzer->coverage);
	good = fuzz(fuzzer);
	if (!contained)
		good = good && !seteuid(0);
	add_reached(fuzzer);
	places_close(&fuzzer->places);
	exit(!good);
}

/* Pages that are locked stay where they are. */
static void hold_pages_still(void)
{
	write_file("/proc/sys/kernel/numa_balancing", "0");
	write_file("/proc/sys/vm/compact_unevictable_allowed", "0");
	write_file("/proc/sys/net/core/rmem_max", "16777216");
	write_file("/proc/sys/net/core/wmem_max", "16777216");
}

static bool run_all(uint64_t seed, unsigned int processes, uint64_t messages)
{
	bool good = true;
	unsigned int i;
	int status;

	for (i = 0; i < processes + 1; i++) {
		bool contained = i == processes;
		/* A sixteenth for the one that may nothing. */
		uint64_t share = contained ? messages / 16 : (messages - messages / 16) / processes;
		pid_t pid = fork();

		if (pid < 0)
			return false;
		if (!pid)
			be_fuzzer(seed, i, contained, share + 1);
	}
	while (wait(&status) > 0) {
		if (status)
			printf("# a process ended with status 0x%x\n", status);
		good &= !status;
	}
	return good;
}

static unsigned int number;
static bool all_good = true;

static void result(bool good, const char *words)
{
	all_good &= good;
	printf("%sok %u %s\n", good ? "" : "not ", ++number, words);
}

static void promise_result(enum promise promise, const char *words)
{
	if (tally->broken[promise])
		printf("# %s\n", tally->words[promise]);
	result(!tally->broken[promise], words);
}

/* Each kind of answer came, so each has been looked at. */
static bool saw_everything(void)
{
	static const int errors[] = { 0, EPERM, ESRCH, EINVAL, E2BIG, ERANGE, EOPNOTSUPP, ENOENT };
	bool good = tally->refused && tally->compared && tally->dumps && tally->abandoned;
	unsigned int i;

	for (i = V2P_CMD_INFO; i <= V2P_CMD_MAX; i++) {
		printf("# command %u: %" PRIu64 " answers\n", i, tally->data[i]);
		good &= tally->data[i] > 0;
	}
	for (i = 0; i < TALLY_ERRORS; i++)
		if (tally->errors[i])
			printf("# %s: %" PRIu64 "\n", i ? strerrorname_np(i) : "acknowledged",
			       tally->errors[i]);
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		good &= tally->errors[errors[i]] > 0;
	printf("# %" PRIu64 " well-formed questions refused for lack of a right\n", tally->refused);
	printf("# %" PRIu64 " answers compared with pagemap\n", tally->compared);
	printf("# %" PRIu64 " dumps, %" PRIu64 " given up in the middle\n", tally->dumps,
	       tally->abandoned);
	return good;
}

static bool module_is_unused(void)
{
	char text[32];

	return !read_file("/sys/module/v2p/refcnt", text, sizeof(text)) && !strcmp(text, "0\n");
}

static void coverage_result(void)
{
	if (access("/sys/kernel/debug/kcov", F_OK)) {
		printf("ok %u what requests reach leads to new ones # SKIP the kernel has no KCOV\n",
		       ++number);
		return;
	}
	printf("# %" PRIu64 " places reached, %" PRIu64 " messages kept\n", tally->reached,
	       tally->kept);
	if (!tally->reached) {
		printf("ok %u what requests reach leads to new ones # SKIP the module is built without KCOV\n",
		       ++number);
		return;
	}
	result(tally->kept > 0, "what requests reach leads to new ones");
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "messages", required_argument, NULL, 'm' },
		{ "seed", required_argument, NULL, 's' },
		{ "processes", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	uint64_t messages = 100000, seed;
	unsigned int processes = get_nprocs();
	struct wire *wire = malloc(sizeof(*wire));
	bool lived;
	int option;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed) || !wire || !tally_open())
		return 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'm')
			messages = strtoull(optarg, NULL, 0);
		else if (option == 's')
			seed = strtoull(optarg, NULL, 0);
		else if (option == 'p')
			processes = strtoul(optarg, NULL, 0);
		else
			return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("TAP version 13\n1..9\n");
	printf("# --seed 0x%" PRIx64 " --messages %" PRIu64 " --processes %u\n", seed, messages,
	       processes);
	if (wire_open(wire)) {
		printf("Bail out! the family is not there\n");
		return 1;
	}
	family = wire->family;
	wire_close(wire);
	hold_pages_still();
	lived = run_all(seed, processes, messages);
	printf("# %" PRIu64 " messages in %" PRIu64 " datagrams\n", tally->messages,
	       tally->datagrams);
	result(lived && tally->messages >= messages, "all messages were sent, and none hung");
	promise_result(PROMISE_FORM, "every answer is well-formed");
	promise_result(PROMISE_ERRORS, "every error is one that was meant");
	promise_result(PROMISE_ANSWERED, "every request is answered, once and in order");
	promise_result(PROMISE_RIGHTS, "who may not ask gets no address");
	promise_result(PROMISE_FRAMES, "locked pages are where pagemap has them");
	result(saw_everything(), "every kind of answer was seen");
	result(module_is_unused(), "nothing holds the module");
	coverage_result();
	return all_good ? 0 : 1;
}
