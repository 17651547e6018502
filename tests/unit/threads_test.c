// SPDX-License-Identifier: GPL-2.0
/* A handle that is used twice at once: the second is refused, the first goes on. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <v2p.h>

#include "fake-kernel.h"
#include "start.h"
#include "tap.h"

#define MAP "../../user/lib/libv2p.map"

static int ask_info(struct v2p *v2p)
{
	struct v2p_info info = { .size = sizeof(info) };

	return v2p_get_info(v2p, &info);
}

static int ask_translate(struct v2p *v2p)
{
	const uint64_t address = 0x1000;
	uint8_t status;
	const struct v2p_arrays arrays = { .size = sizeof(arrays), .status = &status };

	return v2p_translate(v2p, v2p_pid(1), &address, 1, &arrays);
}

/* It must not find out before that there is nothing to do. */
static int ask_nothing(struct v2p *v2p)
{
	return v2p_translate(v2p, v2p_pid(1), NULL, 0, NULL);
}

static int ask_walk(struct v2p *v2p)
{
	struct v2p_walk walk = { .size = sizeof(walk) };

	return v2p_get_walk(v2p, v2p_pid(1), 0x1000, &walk);
}

static int take_all(const struct v2p_extent *extent, void *data)
{
	(void)extent;
	(void)data;
	return 0;
}

static int ask_map(struct v2p *v2p)
{
	const struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };

	return v2p_map(v2p, v2p_pid(1), &range, take_all, NULL);
}

static int ask_one(struct v2p *v2p)
{
	struct v2p_translation translation = { .size = sizeof(translation) };

	return v2p_translate_one(v2p, v2p_pid(1), 0x1000, &translation);
}

static int ask_map_array(struct v2p *v2p)
{
	const struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };

	return v2p_map_array(v2p, v2p_pid(1), &range, NULL, 0);
}

static int ask_contiguous(struct v2p *v2p)
{
	return v2p_is_contiguous(v2p, v2p_pid(1), 0x1000, 4096, 0, NULL);
}

static int take_owner(pid_t pid, const struct v2p_extent *extent, void *data)
{
	(void)pid;
	(void)extent;
	(void)data;
	return 0;
}

static int ask_owners(struct v2p *v2p)
{
	const struct v2p_physical_range range = { .start = 0x1000, .length = 4096 };

	return v2p_owners(v2p, &range, 1, take_owner, NULL);
}

static int ask_physical(struct v2p *v2p)
{
	uint64_t physical;

	return v2p_virtual_to_physical(v2p, v2p_pid(1), 0x1000, &physical);
}

static int ask_offsets(struct v2p *v2p)
{
	return v2p_translation_physical_offsets(v2p, v2p_pid(1), 0x1000, NULL, 0);
}

static int ask_cpus(struct v2p *v2p)
{
	return v2p_per_cpu_offsets(v2p, NULL, 0);
}

static int ask_page(struct v2p *v2p)
{
	const uint64_t physical = 0x1000;
	struct v2p_page_info page;

	return v2p_page(v2p, &physical, 1, &page);
}

static int ask_regions(struct v2p *v2p)
{
	return v2p_regions(v2p, NULL, 0);
}

static int set_retry(struct v2p *v2p)
{
	return v2p_set_retry(v2p, V2P_DEFAULT_RETRY);
}

static int ask_open(struct v2p *v2p)
{
	return v2p_space_open(v2p, v2p_pid(1));
}

/* Not by the socket. It must not find out before that there is no such descriptor. */
static int ask_space(struct v2p *v2p)
{
	uint64_t physical;

	return v2p_virtual_to_physical(v2p, v2p_space(-1), 0x1000, &physical);
}

static int map_space(struct v2p *v2p)
{
	const struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };

	return v2p_map(v2p, v2p_space(-1), &range, take_all, NULL);
}

static const struct call {
	const char *name;
	int (*ask)(struct v2p *v2p);
} calls[] = {
	{ "v2p_get_info", ask_info },
	{ "v2p_translate", ask_translate },
	{ "v2p_translate", ask_nothing },
	{ "v2p_get_walk", ask_walk },
	{ "v2p_translate_one", ask_one },
	{ "v2p_map", ask_map },
	{ "v2p_map_array", ask_map_array },
	{ "v2p_is_contiguous", ask_contiguous },
	{ "v2p_owners", ask_owners },
	{ "v2p_virtual_to_physical", ask_physical },
	{ "v2p_translation_physical_offsets", ask_offsets },
	{ "v2p_per_cpu_offsets", ask_cpus },
	{ "v2p_page", ask_page },
	{ "v2p_regions", ask_regions },
	{ "v2p_set_retry", set_retry },
	{ "v2p_space_open", ask_open },
	{ "v2p_virtual_to_physical", ask_space },
	{ "v2p_map", map_space },
};

enum { CALLS = sizeof(calls) / sizeof(calls[0]) };

static bool is_called(const char *name)
{
	size_t i, length = strlen(name);

	/* These need no handle that works. */
	if (!strcmp(name, "v2p_open") || !strcmp(name, "v2p_close") || !strcmp(name, "v2p_error") ||
	    !strcmp(name + length - 5, "_name") || !strcmp(name, "v2p_flags_text") ||
	    !strcmp(name, "v2p_version"))
		return true;
	for (i = 0; i < CALLS; i++)
		if (!strcmp(calls[i].name, name))
			return true;
	return false;
}

static void test_list(void)
{
	FILE *file = fopen(MAP, "r");
	unsigned int functions = 0, missing = 0;
	char line[128], name[64];

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, " %63[a-z0-9_];", name) != 1 || strncmp(name, "v2p_", 4))
			continue;
		functions++;
		if (!is_called(name)) {
			printf("# %s\n", name);
			missing++;
		}
	}
	if (file)
		fclose(file);
	ok(functions > CALLS && !missing, "every public function is tried here");
}

/**
 * struct holder - a thread that is in the callback of a v2p_map()
 * @target: of that
 * @entered: it is
 * @leave: it may go on
 * @count: extents that it got
 * @ret, @words: how it ended
 */
static struct holder {
	struct v2p *v2p;
	struct v2p_target target;
	sem_t entered;
	sem_t leave;
	uint64_t count;
	int ret;
	char words[256];
} holder;

static int hold(const struct v2p_extent *extent, void *data)
{
	struct holder *me = data;

	(void)extent;
	if (!me->count++) {
		sem_post(&me->entered);
		sem_wait(&me->leave);
	}
	return 0;
}

static void *run_holder(void *data)
{
	const struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	struct holder *me = data;

	me->ret = v2p_map(me->v2p, me->target, &range, hold, me);
	/* Of one that was closed there are no words. */
	if (me->ret)
		snprintf(me->words, sizeof(me->words), "%s", v2p_error(me->v2p));
	return NULL;
}

static pthread_t start_holder(struct v2p *v2p, struct v2p_target target)
{
	pthread_t thread;

	holder = (struct holder){ .v2p = v2p, .target = target };
	sem_init(&holder.entered, 0, 0);
	sem_init(&holder.leave, 0, 0);
	if (pthread_create(&thread, NULL, run_holder, &holder)) {
		printf("Bail out! no thread\n");
		exit(1);
	}
	sem_wait(&holder.entered);
	return thread;
}

static void end_holder(pthread_t thread)
{
	sem_post(&holder.leave);
	pthread_join(thread, NULL);
}

/* By a pid, or by the descriptor of its address space: -1 where there is none. */
static struct v2p_target target_of(int fd)
{
	return fd < 0 ? v2p_pid(77) : v2p_space(fd);
}

static int open_if(struct v2p *v2p, bool by_space)
{
	return by_space ? start_space(v2p, v2p_pid(77)) : -1;
}

static void close_if(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void test_refused(bool by_space)
{
	struct v2p *v2p = start(), *other;
	const int fd = open_if(v2p, by_space);
	pthread_t thread;
	unsigned int requests, ioctls;
	size_t i;

	v2p_open(&other);
	thread = start_holder(v2p, target_of(fd));
	requests = fake.requests;
	ioctls = fake.ioctls;
	for (i = 0; i < CALLS; i++) {
		same_number(-calls[i].ask(v2p), EBUSY, calls[i].name);
		ok(strstr(v2p_error(v2p), "in use") != NULL, "says why");
	}
	ok(fake.requests == requests && fake.ioctls == ioctls,
	   "and none of these asks the kernel");
	ok(!*v2p_error(other), "another handle has its own error");
	end_holder(thread);
	ok(!holder.ret && holder.count == fake.extents, "who uses the handle is not disturbed");
	ok(strstr(v2p_error(v2p), "in use") != NULL, "who was refused still reads why");
	ok(!ask_info(other), "another handle can be used");
	ok(strstr(v2p_error(v2p), "in use") != NULL, "whatever becomes of another");
	ok(!ask_info(v2p) && !*v2p_error(v2p), "until this one answers");
	close_if(fd);
	v2p_close(other);
	v2p_close(v2p);
}

/* The text of one is not that of the other. */
static void test_two_errors(bool by_space)
{
	struct v2p *v2p = start();
	const int fd = open_if(v2p, by_space);
	pthread_t thread;

	fake.map_error = -ESRCH;
	fake.map_error_after = 2;
	fake.words = "the process has ended";
	thread = start_holder(v2p, target_of(fd));
	same_number(-ask_walk(v2p), EBUSY, "one is refused");
	end_holder(thread);
	ok(holder.ret == -ESRCH && strstr(holder.words, "the process has ended") == holder.words,
	   "the other reads its own error");
	ok(strstr(v2p_error(v2p), "in use") != NULL, "and it its own");
	close_if(fd);
	v2p_close(v2p);
}

static void test_close(bool by_space)
{
	struct v2p *v2p = start();
	const int fd = open_if(v2p, by_space);
	pthread_t thread = start_holder(v2p, target_of(fd));

	v2p_close(v2p);
	end_holder(thread);
	ok(!holder.ret && holder.count == fake.extents,
	   "a handle that is closed in use is there to the end");

	/* Here may be what was refused before. */
	v2p = start();
	thread = start_holder(v2p, target_of(fd));
	ask_info(v2p);
	v2p_close(v2p);
	end_holder(thread);
	v2p = start();
	ok(!*v2p_error(v2p), "a new handle has no error");
	close_if(fd);
	v2p_close(v2p);
}

static int close_within(const struct v2p_extent *extent, void *data)
{
	(void)extent;
	v2p_close(data);
	return 42;
}

static void test_close_within(bool by_space)
{
	const struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	struct v2p *v2p = start();
	const int fd = open_if(v2p, by_space);

	same_number(v2p_map(v2p, target_of(fd), &range, close_within, v2p), 42,
		    "a callback may close the handle");
	close_if(fd);
}

/* A callback that uses the handle, and does not mind. */
static int ask_within(const struct v2p_extent *extent, void *data)
{
	(void)extent;
	return ask_info(data) == -EBUSY ? 0 : 1;
}

static void test_ask_within(bool by_space)
{
	const struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	struct v2p *v2p = start();
	const int fd = open_if(v2p, by_space);

	same_number(v2p_map(v2p, target_of(fd), &range, ask_within, v2p), 0,
		    "a callback may be refused and go on");
	same_text(v2p_error(v2p), "", "then v2p_map() has no error");
	close_if(fd);
	v2p_close(v2p);
}

#define TURNS 2000
#define MOST_TURNS 10000000
#define TOGETHER 100

static atomic_bool met;

/**
 * struct racer - a thread that uses a handle as if it were its own
 */
struct racer {
	struct v2p *v2p;
	struct v2p_target target;
	uint64_t address;
	unsigned long answered;
	unsigned long refused;
	unsigned long wrong;
};

static void *race(void *data)
{
	struct racer *me = data;
	uint64_t addresses[TOGETHER], physical[TOGETHER];
	uint8_t status[TOGETHER];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
	};
	unsigned long turn;
	unsigned int i;

	for (i = 0; i < TOGETHER; i++)
		addresses[i] = me->address + i * 4096;
	/* On one processor it may take long until they meet. */
	for (turn = 0; turn < MOST_TURNS && (me->answered < TURNS || !met); turn++) {
		int ret = v2p_translate(me->v2p, me->target, addresses, TOGETHER, &arrays);

		if (ret == -EBUSY) {
			met = true;
			me->refused++;
			sched_yield();
			me->wrong += !strstr(v2p_error(me->v2p), "in use");
			continue;
		}
		me->answered++;
		me->wrong += ret != 0;
		for (i = 0; i < TOGETHER; i++) {
			struct v2p_translation right = fake_translation(addresses[i]);

			me->wrong += status[i] != right.status || physical[i] != right.physical;
		}
	}
	return NULL;
}

static void test_race(bool by_space)
{
	struct v2p *v2p = start();
	const int fd = open_if(v2p, by_space);
	struct racer racers[2] = {
		{ .v2p = v2p, .target = v2p_pid(1), .address = 0x1000 },
		{ .v2p = v2p, .target = target_of(fd), .address = 0x7f0000000000 },
	};
	pthread_t thread;
	unsigned int i;

	met = false;
	ok(!ask_info(v2p), "before");
	if (pthread_create(&thread, NULL, race, &racers[1])) {
		printf("Bail out! no thread\n");
		exit(1);
	}
	race(&racers[0]);
	pthread_join(thread, NULL);
	for (i = 0; i < 2; i++)
		ok(!racers[i].wrong && racers[i].answered >= TURNS, "%lu answers, %lu times refused, %lu wrong",
		   racers[i].answered, racers[i].refused, racers[i].wrong);
	ok(met, "they did meet");
	close_if(fd);
	v2p_close(v2p);
}

int main(void)
{
	int by_space;

	test_list();
	for (by_space = 0; by_space < 2; by_space++) {
		test_refused(by_space);
		test_two_errors(by_space);
		test_close(by_space);
		test_close_within(by_space);
		test_ask_within(by_space);
		test_race(by_space);
	}
	fake_reset();
	return tap_end();
}
