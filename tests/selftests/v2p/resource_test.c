// SPDX-License-Identifier: GPL-2.0
/*
 * What callers can make the kernel spend: the time of others, and memory. All of them
 * here have the right to ask; they are careless, or very many. The bounds, from the
 * constants of module/:
 *
 * - A message takes 64 KiB at most: V2P_NETLINK_MAX_BATCH (1024) addresses of 34 bytes
 *   with all fields, and netlink's heads, are a little more than 32 KiB. A part of a dump
 *   is of 32 KiB by netlink's own limit.
 *   The answer to a walk is of what it takes, that to a map in one message of a page at
 *   most.
 * - What waits in a socket is no more than its buffer holds, and one message. A dump
 *   makes its next part when there is room again.
 * - Between its parts, a dump keeps struct dump, charged to the memory cgroup of who
 *   asked, and of its target the mm_struct with the topmost table, but none of the memory.
 * - Of the messages of one send, no more than V2P_MAX_IN_A_SEND (16) do work.
 * - Interrupts are off for V2P_IRQOFF_BUDGET (512) entries of PTE tables at most. The
 *   descent to a table costs V2P_DESCENT_COST (7) more: 64 scattered addresses fit.
 * - The next part of a dump comes after MAX_SECTIONS (256) sections with interrupts off
 *   at the latest, which are 131072 entries. In between there is cond_resched(), and a
 *   caller that is killed stops. Where a recheck fails, the section is read again, but
 *   only after that.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "concurrent.h"
#include "fixture.h"
#include "kernel_memory.h"
#include "wire.h"

#define SOCKETS 1000

/* Extents enough for several messages, in no memory: all are of the one zero page. */
#define LONG_SIZE (6 * HUGE_SIZE)
#define LONG_PAGES (LONG_SIZE / PAGE_SIZE)

/*
 * The most that a message takes, with what surrounds its bytes: a translation of
 * V2P_NETLINK_MAX_BATCH addresses with all fields, and a part of a dump.
 */
#define LARGEST_MESSAGE (65 * 1024)
#define LARGEST_PART (33 * 1024)

static struct wire wire;

static bool raise_limit(void)
{
	const struct rlimit limit = { 2 * SOCKETS, 2 * SOCKETS };

	return !setrlimit(RLIMIT_NOFILE, &limit);
}

/* Bytes that wait in a socket, with what surrounds them, and the bytes that may. */
static bool queued(int fd, size_t *bytes, size_t *room)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t length = sizeof(info);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &length))
		return false;
	*bytes = info[SK_MEMINFO_RMEM_ALLOC];
	*room = info[SK_MEMINFO_RCVBUF];
	return true;
}

static void begin_long(struct wire *w, pid_t pid)
{
	wire_begin_map(w, pid);
	wire_put_range(w, (uintptr_t)HERE, LONG_SIZE);
}

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

static bool is_mapped(const struct wire *w)
{
	size_t length;
	const uint8_t *status = wire_get(w, V2P_A_STATUS, &length);

	return status && length == 1 && *status == V2P_STATUS_MAPPED;
}

#define CPUS 2

/* Parts of dumps that are read on a CPU, at most, between two rounds of a bystander's. */
#define MOST_PARTS (SOCKETS / 4)

/**
 * struct bystander - works on one CPU, and is a target
 * @rounds: it has done
 * @parts: of dumps that were read on its CPU
 * @seen: of them, until its last round
 * @most: of them, between two of its rounds
 *
 * With the askers' priority, its share would be one of 500: it has a higher one. The
 * parts are its clock, as an emulated CPU may rest for long, with all that is on it.
 */
struct bystander {
	unsigned long rounds;
	unsigned long parts;
	unsigned long seen;
	unsigned long most;
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

static void look_around(struct bystander *bystander)
{
	const unsigned long parts = __atomic_load_n(&bystander->parts, __ATOMIC_SEQ_CST);

	if (parts - bystander->seen > bystander->most)
		bystander->most = parts - bystander->seen;
	bystander->seen = parts;
}

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
		look_around(self);
		usleep(1000 + 4 * (own_microseconds() - before));
	}
}

V2P_TEST(a_thousand_ask_at_once)
{
	static pthread_t threads[SOCKETS];
	struct child children[CPUS];
	struct bystander *bystander;
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
	pthread_barrier_wait(&crowd.together);
	pthread_barrier_wait(&crowd.together);
	for (i = 0; i < SOCKETS; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQ(SOCKETS, crowd.answered);
	for (i = 0; i < CPUS; i++) {
		EXPECT_EQ(0, waitpid(children[i].pid, NULL, WNOHANG));
		child_end(&children[i]);
		bystander = &crowd.bystanders[i];
		look_around(bystander);
		TH_LOG("CPU %u: %lu rounds of the bystander, at most %lu of %lu parts between two",
		       i, bystander->rounds, bystander->most, bystander->parts);
		EXPECT_LT(4 * MOST_PARTS, bystander->parts);
		EXPECT_GE(MOST_PARTS, bystander->most);
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

static bool anonymous_is_at_most(long kib)
{
	return meminfo("AnonPages") <= kib;
}

static bool slab_is_at_most(long kib)
{
	return meminfo("Slab") <= kib;
}

#define KEPT_HUGE 16
#define KEPT_SMALL (8 * HUGE_SIZE)

/* For a child: has memory of all kinds. */
static void have_memory(const struct child *child)
{
	char *huge = mmap(NULL, KEPT_HUGE * HUGE_SIZE, RW, ANON | MAP_HUGETLB, -1, 0);
	char *small = map_small(KEPT_SMALL);

	if (huge == MAP_FAILED || !small)
		_exit(1);
	fill(huge, KEPT_HUGE * HUGE_SIZE);
	fill(small, KEPT_SMALL);
	map_room(HERE, LONG_SIZE);
	read_all(HERE, LONG_SIZE);
	child_done(child);
	pause();
	_exit(0);
}

/* A dump on a socket of its own, of which one message is read. Returns the socket. */
static int abandon_dump(pid_t pid)
{
	if (wire_open(&wire))
		return -1;
	begin_long(&wire, pid);
	if (!wire_dump(&wire) && wire_next(&wire) == 1)
		return wire.fd;
	wire_close(&wire);
	return -1;
}

/**
 * struct round - a thousand dumps that were abandoned
 * @slab: the kernel's memory meanwhile, in KiB
 * @objects: what the kernel had of small objects after it
 * @waiting: bytes that waited in all sockets
 * @most: bytes that waited in one
 * @room: bytes that may
 */
struct round {
	long slab;
	long objects;
	size_t waiting;
	size_t most;
	size_t room;
};

/* Whether the target's memory went with it, while a thousand were reading of it. */
static bool abandon_a_thousand(struct round *round)
{
	const long users = module_users(), huge = meminfo("HugePages_Free");
	const long anonymous = meminfo("AnonPages");
	static int sockets[SOCKETS];
	bool good = true;
	struct child child;
	unsigned int i;
	size_t bytes = 0;

	if (child_start(&child))
		have_memory(&child);
	if (!child_wait(&child) || meminfo("HugePages_Free") != huge - KEPT_HUGE ||
	    meminfo("AnonPages") < anonymous + (long)(KEPT_SMALL / 1024) / 2)
		return false;
	for (i = 0; i < SOCKETS; i++) {
		sockets[i] = abandon_dump(child.pid);
		good &= sockets[i] >= 0 && queued(sockets[i], &bytes, &round->room);
		round->most = bytes > round->most ? bytes : round->most;
		round->waiting += bytes;
	}
	good &= module_users() == users + SOCKETS;
	round->slab = meminfo("Slab");
	child_end(&child);

	good &= soon(anonymous_is_at_most, anonymous + KEPT_SMALL / 1024 / 8);
	good &= meminfo("HugePages_Free") == huge;
	good &= module_users() == users + SOCKETS;
	if (!good)
		printf("# AnonPages %ld, then %ld; HugePages_Free %ld, then %ld; users %ld, then %ld\n",
		       anonymous, meminfo("AnonPages"), huge, meminfo("HugePages_Free"),
		       users, module_users());

	for (i = 0; i < SOCKETS; i++)
		if (sockets[i] >= 0)
			close(sockets[i]);
	good &= soon(users_are, users);
	round->objects = kernel_objects("kmalloc-cg-");
	return good;
}

V2P_TEST(a_thousand_abandoned_dumps)
{
	struct round first = {}, next = {};
	const long before = meminfo("Slab");
	long slab;

	if (has_kasan())
		SKIP(return, "KASAN keeps what was freed, for a time");
	ASSERT_TRUE(raise_limit());
	ASSERT_TRUE(abandon_a_thousand(&first));
	slab = meminfo("Slab");
	ASSERT_TRUE(abandon_a_thousand(&next));
	TH_LOG("Slab: %ld kB before, %ld kB meanwhile, %ld kB after it, %ld kB after it again",
	       before, first.slab, slab, meminfo("Slab"));
	TH_LOG("waiting: %zu bytes, at most %zu of %zu in a socket; objects after it: %ld, %ld",
	       next.waiting, next.most, next.room, first.objects, next.objects);
	/* At least a message waits, in memory that is its reader's socket's. */
	EXPECT_LT(0, next.most);
	EXPECT_GE(next.room + LARGEST_MESSAGE, next.most);
	/* A quarter of the messages, or half of the dumps, would show. */
	EXPECT_TRUE(soon(slab_is_at_most, slab + 8 * SOCKETS));
	if (first.objects >= 0)
		EXPECT_GE(first.objects + SOCKETS / 2, next.objects);
}

/* A question for so many addresses, with all fields. */
static void begin_translate(unsigned int count)
{
	static uint64_t addresses[2048];
	unsigned int i;

	for (i = 0; i < count; i++)
		addresses[i] = (uintptr_t)&wire;
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put_u32(&wire, V2P_A_FIELDS, V2P_FIELD_MASK);
	wire_put(&wire, V2P_A_VIRTUAL, addresses, count * sizeof(addresses[0]));
}

/* It is asked, but no answer is taken. */
static int send_translate(unsigned int count)
{
	begin_translate(count);
	return wire_send(&wire);
}

static uint32_t max_batch(void)
{
	const uint32_t *batch;
	size_t length;

	batch = wire_info(&wire) ? NULL : wire_get(&wire, V2P_A_MAX_BATCH, &length);
	return batch ? *batch : 0;
}

V2P_TEST(the_largest_answers)
{
	size_t translation, part, room;
	uint32_t batch;

	ASSERT_EQ(0, wire_open(&wire));
	batch = max_batch();
	ASSERT_LT(0, batch);
	ASSERT_EQ(0, send_translate(batch));
	ASSERT_TRUE(queued(wire.fd, &translation, &room));
	ASSERT_EQ(1, wire_next(&wire));
	map_room(HERE, LONG_SIZE);
	read_all(HERE, LONG_SIZE);
	begin_long(&wire, getpid());
	/* The first part is as small as the reader's buffer was before. */
	ASSERT_EQ(0, wire_dump(&wire));
	ASSERT_EQ(1, wire_next(&wire));
	ASSERT_EQ(1, wire_next(&wire));
	ASSERT_TRUE(queued(wire.fd, &part, &room));
	TH_LOG("bytes: %zu of a translation, %zu of a dump, %zu may wait", translation, part,
	       room);
	EXPECT_LT(8 * 1024, translation);
	EXPECT_GE(LARGEST_MESSAGE, translation);
	EXPECT_LT(8 * 1024, part);
	EXPECT_GE(LARGEST_PART, part);
	wire_close(&wire);
}

/* Who takes no answers is refused more; those that wait are right, and then it goes on. */
V2P_TEST(unread_answers)
{
	unsigned int answers = 0, refused = 0;
	size_t bytes, room, length, most = 0;
	const uint8_t *status;
	uint32_t batch;
	unsigned int i;
	int ret;

	ASSERT_EQ(0, wire_open(&wire));
	batch = max_batch();
	for (i = 0; i < 200; i++) {
		ret = send_translate(batch);
		ASSERT_TRUE(!ret || ret == -ENOBUFS);
		ASSERT_TRUE(queued(wire.fd, &bytes, &room));
		most = bytes > most ? bytes : most;
	}
	EXPECT_GE(room + LARGEST_MESSAGE, most);
	for (i = 0; i < 400 && queued(wire.fd, &bytes, &room); i++) {
		ret = bytes ? wire_next(&wire) : 0;
		if (ret == -ENOBUFS) {
			refused++;
			continue;
		}
		if (ret != 1)
			break;
		status = wire_get(&wire, V2P_A_STATUS, &length);
		ASSERT_NE(NULL, status);
		ASSERT_EQ(batch, length);
		EXPECT_EQ(V2P_STATUS_MAPPED, status[0]);
		EXPECT_EQ(V2P_STATUS_MAPPED, status[batch - 1]);
		answers++;
	}
	EXPECT_EQ(0, ret);
	TH_LOG("%u answers waited, %zu bytes of %zu", answers, most, room);
	EXPECT_LT(0, answers);
	EXPECT_GT(200, answers);
	EXPECT_LT(0, refused);
	ret = wire_translate_pid(&wire, getpid(), (uintptr_t)&wire);
	if (ret == -ENOBUFS)
		ret = wire_translate_pid(&wire, getpid(), (uintptr_t)&wire);
	EXPECT_EQ(0, ret);
	EXPECT_TRUE(is_mapped(&wire));
	wire_close(&wire);
}

/* A memory cgroup of our own, in a hierarchy that only we see. */
#define GROUPS "/tmp/v2p-groups"
#define GROUP GROUPS "/v2p"

static bool make_group(void)
{
	mkdir(GROUPS, 0700);
	if (mount("none", GROUPS, "cgroup2", 0, NULL))
		return false;
	if (write_file(GROUPS "/cgroup.subtree_control", "+memory") ||
	    (mkdir(GROUP, 0700) && errno != EEXIST)) {
		umount(GROUPS);
		return false;
	}
	return true;
}

static void remove_group(void)
{
	rmdir(GROUP);
	umount(GROUPS);
}

/* Of the kernel's small objects, what the group is charged with. */
static long charged(void)
{
	static char text[16384];
	const char *at;

	if (read_file(GROUP "/memory.stat", text, sizeof(text)))
		return -1;
	at = strstr(text, "slab_unreclaimable ");
	return at ? atol(at + strlen("slab_unreclaimable ")) : -1;
}

static bool charged_at_least(long bytes)
{
	return charged() >= bytes;
}

/* What a dump keeps between its messages: struct dump, which has the words of an error. */
#define DUMP_BYTES 128

static int charge_dumps(void *argument)
{
	static int sockets[SOCKETS];
	size_t bytes, room, waiting = 0;
	long before = 0, after;
	unsigned int i;

	if (write_file(GROUP "/cgroup.procs", "0") || !raise_limit())
		return 10;
	map_room(HERE, LONG_SIZE);
	read_all(HERE, LONG_SIZE);
	for (i = 0; i < SOCKETS; i++) {
		if (wire_open(&wire))
			return 11;
		sockets[i] = wire.fd;
	}
	/* Counts may lag by two seconds. */
	do {
		after = before;
		usleep(2500 * 1000);
		before = charged();
	} while (before != after);
	for (i = 0; i < SOCKETS; i++) {
		wire.fd = sockets[i];
		begin_long(&wire, getpid());
		if (wire_dump(&wire) || !queued(wire.fd, &bytes, &room))
			return 12;
		waiting += bytes;
	}
	if (!soon(charged_at_least, before + SOCKETS * DUMP_BYTES))
		return 13;
	printf("# charged: %ld bytes before, %ld with %u dumps, of which %zu bytes wait\n", before,
	       charged(), SOCKETS, waiting);
	fflush(stdout);
	return waiting <= SOCKETS * (room + LARGEST_PART) ? 0 : 14;
}

/* In so many sockets so many answers wait, or what fills half of one. */
#define UNREAD 60
#define UNREAD_EACH 40

/* All memory that the group is charged with. */
static long charged_in_all(void)
{
	char text[32];

	return read_file(GROUP "/memory.current", text, sizeof(text)) ? -1 : atol(text);
}

static void ask_translate(void)
{
	begin_translate(10);
}

static void ask_large_translate(void)
{
	begin_translate(1024);
}

static void ask_walk(void)
{
	wire_begin(&wire, V2P_CMD_WALK);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put_u64(&wire, V2P_A_ADDRESS, (uintptr_t)HERE);
}

static void ask_map_of_a_page(void)
{
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)HERE, PAGE_SIZE);
}

static void ask_map_of_many(void)
{
	begin_long(&wire, getpid());
}

/* There may be much, but is not. */
static void ask_map_of_nothing(void)
{
	begin_long(&wire, getpid());
	wire_put_u32(&wire, V2P_A_STATES, 1U << V2P_STATUS_DEVICE);
}

static void ask_info(void)
{
	wire_begin(&wire, V2P_CMD_INFO);
}

static const struct question {
	const char *name;
	void (*ask)(void);
} questions[] = {
	{ "translations", ask_translate },
	{ "large translations", ask_large_translate },
	{ "walks", ask_walk },
	{ "maps of a page", ask_map_of_a_page },
	{ "maps of many extents", ask_map_of_many },
	{ "maps of nothing", ask_map_of_nothing },
	{ "info", ask_info },
};

static bool leave_unread(const struct question *question, size_t *waiting)
{
	size_t bytes = 0, room = 1;
	unsigned int i;

	if (wire_open(&wire))
		return false;
	for (i = 0; i < UNREAD_EACH && bytes < room / 2 + 1; i++) {
		question->ask();
		if (wire_send(&wire) || !queued(wire.fd, &bytes, &room))
			return false;
	}
	*waiting += bytes;
	return true;
}

static int charge_answers(void *argument)
{
	const struct question *question = argument;
	long before, after;
	size_t waiting = 0;
	unsigned int i;

	printf("# %s that nobody reads\n", question->name);
	if (write_file(GROUP "/cgroup.procs", "0") || !raise_limit())
		return 20;
	map_room(HERE, LONG_SIZE);
	read_all(HERE, LONG_SIZE);
	/* What a first question alone takes is not counted. */
	if (!leave_unread(question, &waiting))
		return 21;
	waiting = 0;
	before = charged_in_all();
	for (i = 0; i < UNREAD; i++)
		if (!leave_unread(question, &waiting))
			return 22;
	after = charged_in_all();
	printf("# charged: %ld bytes before, %ld with %zu bytes of answers that wait\n",
	       before, after, waiting);
	fflush(stdout);
	/* What was charged beforehand for what may come next is a little. */
	return waiting > UNREAD * UNREAD_EACH * 256 && after - before >= (long)waiting / 5 * 4 ?
	       0 : 23;
}

/*
 * The group is charged for answers, and for what a dump keeps. The parts of a dump are
 * made by netlink itself, and are not the group's in any kernel so far, but the socket's:
 * it takes no more than its buffer.
 */
V2P_TEST(a_memory_cgroup_is_charged)
{
	unsigned int i;

	if (!make_group())
		SKIP(return, "the kernel has no memory cgroups");
	EXPECT_EQ(0, in_child(charge_dumps, NULL));
	for (i = 0; i < ARRAY_SIZE(questions); i++)
		EXPECT_EQ(0, in_child(charge_answers, (void *)&questions[i]));
	remove_group();
}

TEST_HARNESS_MAIN
