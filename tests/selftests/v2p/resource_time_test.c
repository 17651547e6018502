// SPDX-License-Identifier: GPL-2.0
/* The time of others that callers can take: many who ask at once, and many messages. */
#include <errno.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "resource.h"

/* Pages in the extents of a message. */
static size_t pages_in(const struct wire *w)
{
	size_t length, pages = 0, i;
	const uint8_t *lengths = wire_get(w, V2P_A_LENGTH, &length);
	uint64_t bytes;

	for (i = 0; lengths && i < length; i += sizeof(bytes)) {
		memcpy(&bytes, lengths + i, sizeof(bytes));
		pages += bytes / PAGE_SIZE;
	}
	return pages;
}

#define CPUS 2

/*
 * Parts of dumps that are read on a CPU for each round of a bystander's, on the average.
 * A single round has no bound: munmap() waits for the other CPU to flush its TLB, which an
 * emulator's host may keep from running, and the bystander rests four times as long then.
 */
#define MOST_PARTS (SOCKETS / 10)

/**
 * struct bystander - works on one CPU, and is a target
 * @rounds: it has done
 * @parts: of dumps that were read on its CPU
 *
 * With the askers' priority, its share would be one of 500: it has a higher one. The
 * parts are its clock, as an emulated CPU may rest for long, with all that is on it.
 */
struct bystander {
	unsigned long rounds;
	unsigned long parts;
};

/*
 * A crowd of threads, each with a socket of its own, that ask at once, and have all of
 * their dumps half read at once. Half of them are on each CPU.
 */
static struct crowd {
	pthread_barrier_t together;
	struct bystander *bystanders;
	pid_t pids[CPUS];
	unsigned long answered;
} crowd;

static bool ask_some(struct wire *w, pid_t pid)
{
	if (wire_translate_pid(w, pid, (uintptr_t)HERE) || !is_mapped(w))
		return false;
	wire_begin(w, V2P_CMD_WALK);
	wire_put_u32(w, V2P_A_PID, pid);
	wire_put_u64(w, V2P_A_ADDRESS, (uintptr_t)HERE);
	return !wire_ask(w) && is_mapped(w);
}

static int next_part(struct wire *w, int cpu, size_t *pages)
{
	const int ret = wire_next(w);

	if (ret == 1) {
		*pages += pages_in(w);
		__atomic_fetch_add(&crowd.bystanders[cpu].parts, 1, __ATOMIC_SEQ_CST);
	}
	return ret;
}

/* Of the bystander on the other CPU, who may have to wait for this one then. */
static void *ask_in_a_crowd(void *argument)
{
	const int cpu = (intptr_t)argument;
	const pid_t pid = crowd.pids[(cpu + 1) % CPUS];
	struct wire *w = malloc(sizeof(*w));
	bool good = w && !wire_open(w);
	size_t pages = 0;
	int ret = -1;

	run_on(cpu);
	pthread_barrier_wait(&crowd.together);
	good = good && ask_some(w, pid);
	if (good) {
		begin_long(w, pid);
		good = !wire_dump(w) && next_part(w, cpu, &pages) == 1;
	}
	pthread_barrier_wait(&crowd.together);
	while (good && (ret = next_part(w, cpu, &pages)) == 1)
		;
	if (good && !ret && pages == LONG_PAGES)
		__atomic_fetch_add(&crowd.answered, 1, __ATOMIC_SEQ_CST);
	else
		printf("# not answered: %d (%s), %zu pages of %lu\n", w ? w->error : 0,
		       w ? w->words : "", pages, LONG_PAGES);
	if (w)
		wire_close(w);
	free(w);
	return NULL;
}

static long own_microseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* For a child, a bystander, who leaves others most of the time however slow the kernel is. */
static void work(const struct child *child, int cpu)
{
	const struct sched_param above_others = { .sched_priority = 1 };
	struct bystander *self = &crowd.bystanders[cpu];

	run_on(cpu);
	if (sched_setscheduler(0, SCHED_FIFO, &above_others))
		_exit(1);
	map_room(HERE, LONG_SIZE);
	read_all(HERE, LONG_SIZE);
	say_ready(child);
	for (;; self->rounds++) {
		const long before = own_microseconds();

		map_room(THERE, HUGE_SIZE);
		*THERE = 1;
		munmap(THERE, HUGE_SIZE);
		usleep(1000 + 4 * (own_microseconds() - before));
	}
}

V2P_TEST(a_thousand_ask_at_once)
{
	static pthread_t threads[SOCKETS];
	struct child children[CPUS];
	unsigned long before[CPUS], rounds, parts;
	pthread_attr_t small;
	unsigned int i;

	ASSERT_TRUE(raise_limit());
	crowd.bystanders = mmap(NULL, PAGE_SIZE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, crowd.bystanders);
	for (i = 0; i < CPUS; i++) {
		if (child_start(&children[i]))
			work(&children[i], i);
		ASSERT_TRUE(child_wait(&children[i]));
		crowd.pids[i] = children[i].pid;
	}
	ASSERT_EQ(0, pthread_barrier_init(&crowd.together, NULL, SOCKETS + 1));
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 * 1024);
	for (i = 0; i < SOCKETS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], &small, ask_in_a_crowd,
					    (void *)(intptr_t)(i % CPUS)));
	for (i = 0; i < CPUS; i++)
		before[i] = crowd.bystanders[i].rounds;
	pthread_barrier_wait(&crowd.together);
	pthread_barrier_wait(&crowd.together);
	for (i = 0; i < SOCKETS; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQ(SOCKETS, crowd.answered);
	for (i = 0; i < CPUS; i++) {
		EXPECT_EQ(0, waitpid(children[i].pid, NULL, WNOHANG));
		child_end(&children[i]);
		rounds = crowd.bystanders[i].rounds - before[i];
		parts = crowd.bystanders[i].parts;
		TH_LOG("CPU %u: %lu rounds of the bystander, %lu parts", i, rounds, parts);
		EXPECT_LT(4 * MOST_PARTS, parts);
		EXPECT_GE(MOST_PARTS * rounds, parts);
	}
}

/* Messages of one send, which goes through as much of the kernel's half as a message may. */
#define MANY 4000
#define FEW V2P_MAX_IN_A_SEND

/* Times as much work as that of a few: to read and refuse the others is some. */
#define TIMES 60

/* What a thousand refusals take, each with its words. */
#define REFUSALS_ROOM (16 * 1024 * 1024)

static bool open_roomy(struct wire *w)
{
	const int room = REFUSALS_ROOM;

	return !wire_open(w) &&
	       !setsockopt(w->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) &&
	       !setsockopt(w->fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
}

static bool send_many(struct wire *w, unsigned int count)
{
	struct nlmsghdr *const request = (void *)w->request;
	size_t length = 0;
	char *requests;
	bool sent;

	wire_begin_map(w, 0);
	wire_put_u32(w, V2P_A_STATES, 1U << V2P_STATUS_DEVICE);
	request->nlmsg_len = w->length;
	request->nlmsg_flags = NLM_F_REQUEST;
	requests = malloc(count * w->length);
	while (requests && count--) {
		memcpy(requests + length, request, w->length);
		length += w->length;
	}
	sent = requests && send(w->fd, requests, length, 0) == (ssize_t)length;
	free(requests);
	return sent;
}

/* How many were answered, of @count; the others must have been refused. */
static unsigned int count_answers(struct wire *w, unsigned int count)
{
	unsigned int answered = 0;

	while (count--) {
		int ret;

		w->words[0] = '\0';
		ret = wire_next(w);
		answered += ret == 1;
		if (ret != 1 && (ret != -E2BIG || !strstr(w->words, "too many requests")))
			return -1U;
	}
	return answered;
}

static long processor_time(clockid_t clock)
{
	struct timespec time = {};

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* Microseconds of the processor's for a send, or -1 where it was not answered as it ought. */
static long cost_of_send(struct wire *w, unsigned int count)
{
	const long before = processor_time(CLOCK_THREAD_CPUTIME_ID);
	const bool sent = send_many(w, count);
	const long after = processor_time(CLOCK_THREAD_CPUTIME_ID);

	return sent && count_answers(w, count) == FEW ? after - before : -1;
}

V2P_TEST(one_send)
{
	long few, many;

	ASSERT_TRUE(open_roomy(&wire));
	few = cost_of_send(&wire, FEW);
	many = cost_of_send(&wire, MANY);
	TH_LOG("%ld us for %u requests in a send, %ld us for %u", few, FEW, many, MANY);
	EXPECT_LT(0, few);
	EXPECT_LT(0, many);
	EXPECT_GE(TIMES * few, many);
	/* What does no work is answered all the same, and what is sent after it is, too. */
	EXPECT_EQ(0, wire_info(&wire));
	EXPECT_EQ(0, wire_translate_pid(&wire, getpid(), (uintptr_t)&wire));
	wire_close(&wire);
}

/*
 * Who unloads a module with a family waits for the sends of others, and whoever looks a
 * family up waits behind that. How long is counted in what the sender works meanwhile.
 */
V2P_TEST(a_bystander_looks_a_family_up)
{
	static struct wire other;
	long few, waited, begun;
	struct child sender;
	clockid_t clock;

	ASSERT_TRUE(open_roomy(&wire));
	few = cost_of_send(&wire, FEW);
	ASSERT_LT(0, few);
	if (child_start(&sender)) {
		child_done(&sender);
		_exit(!send_many(&wire, MANY));
	}
	ASSERT_TRUE(child_wait(&sender));
	ASSERT_EQ(0, clock_getcpuclockid(sender.pid, &clock));
	begun = processor_time(clock);
	say_ready(&sender);
	while (processor_time(clock) < begun + few / 4 &&
	       !child_has_ended(&sender))
		usleep(100);
	EXPECT_EQ(0, unload_module("v2p"));
	/* Which loads it again. */
	EXPECT_EQ(0, wire_open(&other));
	waited = processor_time(clock) - begun;
	child_end(&sender);
	wire_close(&other);
	wire_close(&wire);
	TH_LOG("%ld us of work by the sender until it was found; %ld us for %u requests", waited,
	       few, FEW);
	EXPECT_GE(TIMES * few, waited);
}

TEST_HARNESS_MAIN
