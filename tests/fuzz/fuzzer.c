// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "exchange.h"
#include "files.h"
#include "fuzzer.h"
#include "opened.h"
#include "round.h"
#include "sender.h"
#include "tally.h"

/* Received with one call, each of which may be as large as a dump's. */
#define SLOTS 16
#define SLOT_SIZE (128 * 1024)

/* Parts of a dump, after its first, with which there is enough of it. */
#define PARTS 8

/* Without an end of it for so long, the kernel hangs. */
#define PATIENCE 60

/* As many messages to an ioctl. */
#define MESSAGES_PER_IOCTL 4

/**
 * struct fuzzer - one process
 * @family: the number of v2p's
 * @contained: it is root in a user namespace of its own
 * @messages: that are still to be sent
 * @floor: the descriptor that open gives first
 */
struct fuzzer {
	struct random random;
	uint16_t family;
	bool contained;
	uint64_t messages;
	int floor;
	struct places places;
	struct coverage coverage;
	struct corpus corpus;
	struct datagram datagram;
	struct rounds rounds;
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
			unsigned int count)
{
	struct iovec vectors[SLOTS];
	unsigned int i;
	int received;

	for (i = 0; i < SLOTS; i++) {
		vectors[i] = (struct iovec){ fuzzer->slots[i], SLOT_SIZE };
		heads[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &vectors[i],
							  .msg_iovlen = 1 } };
	}
	received = recvmmsg(sender->fd, heads, count, MSG_DONTWAIT, NULL);
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
	unsigned int most = give_up ? random_below(&fuzzer->random, 3) : PARTS;
	struct mmsghdr heads[SLOTS];
	int received, i;

	while (limit && (!exchange->dump || exchange->parts < most)) {
		received = receive_some(fuzzer, sender, heads, give_up ? 1 : SLOTS);
		if (!received)
			return exchange_end(exchange);
		for (i = 0; i < received; i++)
			if (heads[i].msg_hdr.msg_flags & MSG_TRUNC ||
			    !exchange_take(exchange, fuzzer->slots[i], heads[i].msg_len))
				return false;
		if (received < 0)
			return false;
		limit -= received;
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
		.datagram = &fuzzer->datagram, .family = fuzzer->family,
		.allowed = sender->allowed, .floor = fuzzer->floor,
	};
	/* Only on a new socket are the parts of a dump small, so that there are some. */
	bool fresh = one_in(&fuzzer->random, 8);
	bool give_up = fresh && one_in(&fuzzer->random, 2);
	bool as_new;

	if (fresh && !reopen(fuzzer, sender))
		return false;
	exchange.port = sender->port;
	datagram_make(&fuzzer->datagram, &fuzzer->random, fuzzer->family, &fuzzer->places,
		      &fuzzer->corpus);
	alarm(PATIENCE);
	coverage_begin(&fuzzer->coverage);
	as_new = send_datagram(fuzzer, sender) &&
		 receive_answers(fuzzer, sender, &exchange, give_up);
	learn(fuzzer);
	alarm(0);
	/* Of those that were given up, answers were left. */
	if (as_new)
		as_new = opened_are(fuzzer->floor, exchange.opened);
	else
		opened_close(fuzzer->floor);
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
	fuzzer->floor = opened_floor();
	while (fuzzer->messages && tally->broken[PROMISE_ANSWERED] < 100) {
		/* Half of all are from who may ask. */
		unsigned int which = random_below(&fuzzer->random, 2 * count);
		struct sender *sender = &senders[which < count ? which : 0];
		unsigned int datagrams = 1 + random_below(&fuzzer->random, 16);
		uint64_t left = fuzzer->messages;

		if (!sender_become(sender))
			return false;
		opened_fill(fuzzer->floor);
		while (datagrams-- && fuzzer->messages)
			if (!exchange_one(fuzzer, sender))
				return false;
		/* Who holds a descriptor needs no right to ask by it. */
		rounds_some(&fuzzer->rounds, &fuzzer->random, &fuzzer->coverage,
			    (left - fuzzer->messages) / MESSAGES_PER_IOCTL);
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

void fuzzer_run(uint64_t seed, uint16_t family, bool contained, uint64_t messages)
{
	struct fuzzer *fuzzer = calloc(1, sizeof(*fuzzer));
	bool good;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!fuzzer || !places_open(&fuzzer->places) ||
	    !rounds_open(&fuzzer->rounds, &fuzzer->places))
		exit(1);
	fuzzer->random.state = seed;
	fuzzer->family = family;
	fuzzer->contained = contained;
	fuzzer->messages = messages;
	coverage_open(&fuzzer->coverage);
	good = fuzz(fuzzer);
	if (!contained)
		good = good && !seteuid(0);
	add_reached(fuzzer);
	rounds_close(&fuzzer->rounds);
	places_close(&fuzzer->places);
	exit(!good);
}
