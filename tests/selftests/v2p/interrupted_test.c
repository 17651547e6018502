// SPDX-License-Identifier: GPL-2.0
/*
 * The library's questions, and what may come in between: signals, a socket that takes
 * nearly nothing, the end of whom it asks, and that of the module.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <linux/netlink.h>

#include "compared.h"
#include "concurrent.h"
#include "extents.h"
#include "fixture.h"

/* Many messages' worth of extents, and of addresses. */
#define LONG_SIZE (32 * HUGE_SIZE)
#define LONG_PAGES (LONG_SIZE / PAGE_SIZE)
#define ADDRESSES 20000

static const struct v2p_range the_long_range = {
	.size = sizeof(the_long_range), .start = (uintptr_t)HERE, .length = LONG_SIZE,
};

/*
 * The second half of the pages are memory, in which the addresses are; the first are
 * one page that is everywhere.
 */
static void make_long(void)
{
	map_room(HERE, LONG_SIZE);
	read_all(HERE, LONG_SIZE / 2);
	fill(HERE + LONG_SIZE / 2, LONG_SIZE / 2);
	mlock(HERE + LONG_SIZE / 2, LONG_SIZE / 2);
}

/**
 * struct question - the same addresses, over and over
 * @virtual: the addresses
 * @frames: what pagemap says of the pages, from the middle of the range on
 * @physical, @status: the last answer
 */
struct question {
	uint64_t virtual[ADDRESSES];
	uint64_t frames[LONG_PAGES / 2];
	uint64_t physical[ADDRESSES];
	uint8_t status[ADDRESSES];
};

static struct question question;

static size_t page_of(unsigned int i)
{
	return i * 7919UL % (LONG_PAGES / 2);
}

static bool prepare(pid_t pid)
{
	const uint64_t middle = (uintptr_t)HERE + LONG_SIZE / 2;
	const int pagemap = pagemap_open(pid);
	unsigned int i;
	bool good;

	for (i = 0; i < ADDRESSES; i++)
		question.virtual[i] = middle + page_of(i) * PAGE_SIZE + i % PAGE_SIZE;
	good = pagemap >= 0 && pagemap_read(pagemap, middle, question.frames, LONG_PAGES / 2);
	close(pagemap);
	return good;
}

static int ask_long(struct v2p *v2p, pid_t pid)
{
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = question.status, .physical = question.physical,
	};

	memset(question.status, 255, sizeof(question.status));
	return v2p_translate(v2p, v2p_pid(pid), question.virtual, ADDRESSES, &arrays);
}

/* Answers that are not what pagemap said. */
static unsigned int wrong_answers(void)
{
	unsigned int wrong = 0;
	unsigned int i;

	for (i = 0; i < ADDRESSES; i++)
		wrong += question.status[i] != V2P_STATUS_MAPPED ||
			 question.physical[i] !=
				(question.frames[page_of(i)] & PM_FRAME) * PAGE_SIZE +
				i % PAGE_SIZE;
	compared(COMPARED_PAGEMAP, ADDRESSES);
	return wrong;
}

static volatile unsigned long signals;

static void count_signal(int number)
{
	signals++;
}

/* No system call goes on by itself after it. */
static void signal_often(bool on)
{
	const struct sigaction action = { .sa_handler = count_signal };
	const struct itimerval often = {
		.it_interval.tv_usec = on ? 2000 : 0, .it_value.tv_usec = on ? 2000 : 0,
	};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

V2P_TEST(signals_that_are_handled)
{
	struct extents undisturbed = {}, disturbed = {};
	unsigned long rounds = 0;
	time_t start;

	ASSERT_TRUE(switch_moving_off());
	make_long();
	ASSERT_TRUE(prepare(getpid()));
	ASSERT_EQ(0, extents_map(self->self.v2p, v2p_pid(getpid()), &the_long_range,
				 &undisturbed));
	extents_forget_touched(&undisturbed);
	signal_often(true);
	for (start = time(NULL); time_is_left(start); rounds++) {
		ASSERT_EQ(0, extents_map(self->self.v2p, v2p_pid(getpid()), &the_long_range,
					 &disturbed));
		extents_forget_touched(&disturbed);
		ASSERT_TRUE(extents_same(&undisturbed, &disturbed));
		ASSERT_EQ(0, ask_long(self->self.v2p, getpid()));
		ASSERT_EQ(0, wrong_answers());
	}
	signal_often(false);
	TH_LOG("%lu rounds, %lu signals", rounds, signals);
	EXPECT_LT(10, signals);
}

/* The library's socket: the last one of netlink that was opened. */
static int find_socket(void)
{
	DIR *folder = opendir("/proc/self/fd");
	const struct dirent *entry;
	int found = -1;

	while (folder && (entry = readdir(folder))) {
		const int fd = atoi(entry->d_name);
		socklen_t length = sizeof(int);
		int domain;

		if (!getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) &&
		    domain == AF_NETLINK && fd > found)
			found = fd;
	}
	if (folder)
		closedir(folder);
	return found;
}

/* A right answer all the same, though every message is more than the buffer. */
V2P_TEST(the_least_buffer)
{
	const int fd = find_socket(), least = 1;
	struct extents wide = {}, narrow = {};
	socklen_t length = sizeof(int);
	int room, i;

	ASSERT_TRUE(switch_moving_off());
	make_long();
	ASSERT_TRUE(prepare(getpid()));
	ASSERT_EQ(0, extents_map(self->self.v2p, v2p_pid(getpid()), &the_long_range, &wide));
	extents_forget_touched(&wide);
	ASSERT_LE(0, fd);
	/* The library took measure of it as it was opened, and sends too much at once. */
	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least)));
	ASSERT_EQ(0, getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, &length));
	TH_LOG("it is of %d bytes", room);
	ASSERT_GT(4096, room);
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, ask_long(self->self.v2p, getpid())) {
			TH_LOG("%s", v2p_error(self->self.v2p));
		}
		EXPECT_EQ(0, wrong_answers());
		ASSERT_EQ(0, extents_map(self->self.v2p, v2p_pid(getpid()), &the_long_range,
					 &narrow)) {
			TH_LOG("%s", v2p_error(self->self.v2p));
		}
		extents_forget_touched(&narrow);
		EXPECT_TRUE(extents_same(&wide, &narrow));
	}
}

#define MOMENTS 12

/* A child that has the memory, and goes at some moment after it was told to. */
static void be_mortal(const struct child *child, bool exec, const useconds_t *moment)
{
	char *const argv[] = { "sleep", "60", NULL };

	make_long();
	child_done(child);
	say_ready(child);
	usleep(*moment);
	if (exec)
		execvp(argv[0], argv);
	_exit(0);
}

/*
 * Starts it, asks it once as long as it lives, and tells it to go: the later ones in the
 * middle of the third question, as long as this one took.
 */
static bool start_mortal(struct v2p *v2p, struct child *child, bool exec, unsigned int i)
{
	useconds_t *moment = mmap(NULL, PAGE_SIZE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct timespec before, after;

	if (child_start(child))
		be_mortal(child, exec, moment);
	if (!child_wait(child) || !prepare(child->pid))
		return false;
	clock_gettime(CLOCK_MONOTONIC, &before);
	if (ask_long(v2p, child->pid) || wrong_answers())
		return false;
	clock_gettime(CLOCK_MONOTONIC, &after);
	*moment = ((after.tv_sec - before.tv_sec) * 1000000 +
		   (after.tv_nsec - before.tv_nsec) / 1000) * i / (MOMENTS / 3);
	munmap(moment, PAGE_SIZE);
	return child_next(child);
}

/* All of it, or that there is no such process: nothing in between. */
V2P_TEST(the_target_exits)
{
	unsigned int answers = 0, gone = 0;
	unsigned int i;

	ASSERT_TRUE(switch_moving_off());
	for (i = 0; i < MOMENTS; i++) {
		struct child child;
		int ret;

		ASSERT_TRUE(start_mortal(self->self.v2p, &child, false, i));
		do {
			ret = ask_long(self->self.v2p, child.pid);
			if (ret)
				break;
			ASSERT_EQ(0, wrong_answers());
			answers++;
			ret = extents_map(self->self.v2p, v2p_pid(child.pid), &the_long_range,
					  &(struct extents) {});
		} while (!ret);
		ASSERT_EQ(-ESRCH, ret) {
			TH_LOG("%s", v2p_error(self->self.v2p));
		}
		gone++;
		child_end(&child);
	}
	TH_LOG("%u answers, %u times gone", answers, gone);
}

/*
 * Here the process stays. All answers are of its old memory, or all of its new, in which
 * there is nothing: a question of several messages in the middle of which it changes is
 * told so, and a dump ends with the old.
 */
V2P_TEST(the_target_executes)
{
	const time_t start = time(NULL);
	unsigned int cut = 0, told = 0;
	struct extents list = {};
	unsigned int i, k;

	ASSERT_TRUE(switch_moving_off());
	/* Each moment once, and on until one was in the middle of either. */
	for (i = 0; i < MOMENTS || ((!cut || !told) && time(NULL) - start < PATIENCE / 2);
	     i++) {
		struct child child;
		int ret;

		ASSERT_TRUE(start_mortal(self->self.v2p, &child, true, i % MOMENTS));
		do {
			ret = ask_long(self->self.v2p, child.pid);
			ASSERT_TRUE(!ret || ret == -ESRCH) {
				TH_LOG("%d %s", ret, v2p_error(self->self.v2p));
			}
			told += ret == -ESRCH;
			for (k = 0; !ret && k < ADDRESSES &&
				    question.status[k] == V2P_STATUS_MAPPED; k++)
				ASSERT_EQ((question.frames[page_of(k)] & PM_FRAME) *
					  PAGE_SIZE + k % PAGE_SIZE, question.physical[k]);
			ASSERT_TRUE(ret || !k || k == ADDRESSES) {
				TH_LOG("%u of %u are of its old memory", k, ADDRESSES);
			}
			for (; !ret && k < ADDRESSES; k++)
				ASSERT_EQ(V2P_STATUS_NONE, question.status[k]);
			ret = extents_map(self->self.v2p, v2p_pid(child.pid), &the_long_range,
					  &list);
			ASSERT_TRUE(!ret || ret == -ESRCH) {
				TH_LOG("%d %s", ret, v2p_error(self->self.v2p));
			}
			cut += ret == -ESRCH;
		} while (question.status[ADDRESSES - 1] != V2P_STATUS_NONE);
		child_end(&child);
	}
	TH_LOG("%u questions told, %u dumps cut", told, cut);
	EXPECT_LT(0, told);
	EXPECT_LT(0, cut);
}

#define READERS 3
#define UNLOADS 3

/* What they all see: answers of each, and whether it is time to stop. */
struct seen_by_all {
	unsigned long answers[READERS];
	bool stop;
};

static bool stopped(const struct seen_by_all *all)
{
	return __atomic_load_n(&all->stop, __ATOMIC_SEQ_CST);
}

/* Answers that are right, or the clear word that the module is not there. */
static int ask_of_what_goes(struct seen_by_all *all, unsigned long *answers,
			    const char *page, uint64_t physical)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = (uintptr_t)HERE, .length = LONG_SIZE / 16,
	};
	struct extents list = {};
	uint64_t answer;
	struct v2p *v2p;
	int ret;

	while (!stopped(all)) {
		ret = v2p_open(&v2p);
		while (!ret && !stopped(all)) {
			ret = v2p_virtual_to_physical(v2p, v2p_pid(getppid()),
						      (uintptr_t)page, &answer);
			if (!ret && answer != physical)
				return 2;
			if (!ret)
				ret = extents_map(v2p, v2p_pid(getppid()), &range, &list);
			if (!ret)
				__atomic_fetch_add(answers, 1, __ATOMIC_SEQ_CST);
		}
		if (ret && (ret != -ENOENT || !strstr(v2p_error(v2p), "not loaded"))) {
			printf("# %d: %s\n", ret, v2p_error(v2p));
			fflush(stdout);
			return 3;
		}
		v2p_close(v2p);
	}
	return 0;
}

static bool all_have_answers(const struct seen_by_all *all)
{
	unsigned int i;

	for (i = 0; i < READERS; i++)
		if (__atomic_load_n(&all->answers[i], __ATOMIC_SEQ_CST) < UNLOADS)
			return false;
	return true;
}

V2P_TEST(the_module_is_unloaded)
{
	struct seen_by_all *all = mmap(NULL, PAGE_SIZE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int unloaded = 0, busy = 0;
	struct v2p_translation answer;
	char *page = map_small(PAGE_SIZE);
	const time_t start = time(NULL);
	pid_t readers[READERS];
	int status, err;
	unsigned int i;

	ASSERT_TRUE(switch_moving_off());
	*page = 1;
	ASSERT_EQ(0, mlock(page, PAGE_SIZE));
	make_long();
	ASSERT_ASK(page, &answer);
	for (i = 0; i < READERS; i++) {
		readers[i] = fork();
		if (!readers[i])
			_exit(ask_of_what_goes(all, &all->answers[i], page, answer.physical));
	}
	while ((unloaded < UNLOADS || !busy || !all_have_answers(all)) &&
	       time(NULL) - start < PATIENCE / 2) {
		err = unload_module("v2p");
		/* A question brings it back, too. */
		ASSERT_TRUE(!err || err == -EWOULDBLOCK || err == -ENOENT || err == -EBUSY) {
			TH_LOG("%d", err);
		}
		unloaded += !err;
		busy += err == -EWOULDBLOCK;
		if (!err)
			load_module("v2p");
		usleep(20 * 1000);
	}
	__atomic_store_n(&all->stop, true, __ATOMIC_SEQ_CST);
	for (i = 0; i < READERS; i++) {
		ASSERT_EQ(readers[i], waitpid(readers[i], &status, 0));
		EXPECT_EQ(0, status);
		EXPECT_LT(0, all->answers[i]);
	}
	TH_LOG("unloaded %u times, %u times in use", unloaded, busy);
	EXPECT_LT(0, unloaded);
	EXPECT_LT(0, busy);
	ASSERT_TRUE(load_module("v2p"));
	/* Who was there before it went says so, and a new one gets an answer. */
	err = v2p_virtual_to_physical(self->self.v2p, v2p_pid(getpid()), (uintptr_t)page,
				      &answer.physical);
	EXPECT_EQ(-ENOENT, err);
	v2p_close(self->self.v2p);
	ASSERT_EQ(0, v2p_open(&self->self.v2p));
	ASSERT_ASK(page, &answer);
}

TEST_HARNESS_MAIN
