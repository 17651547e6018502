// SPDX-License-Identifier: GPL-2.0
/* Everything moves while v2p is asked: answers may be old, never wrong. */
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "compared.h"
#include "concurrent.h"
#include "extents.h"
#include "fixture.h"
#include "oracle.h"

#define PAGES 32
#define SIZE (PAGES * PAGE_SIZE)

/*
 * A thread moves pages from node to node; its count of moves is odd while it is
 * at it. Of a question during which at most one move was under way, each answer
 * must be the place before or the place after.
 */
static unsigned long moves;
static bool stop;
static char *moved;

static void *move_pages_forever(void *unused)
{
	void *pages[PAGES];
	int nodes[PAGES], status[PAGES];
	int i, node = 0;

	for (i = 0; i < PAGES; i++)
		pages[i] = moved + i * PAGE_SIZE;
	while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
		node = !node;
		for (i = 0; i < PAGES; i++)
			nodes[i] = node;
		__atomic_fetch_add(&moves, 1, __ATOMIC_SEQ_CST);
		syscall(SYS_move_pages, 0, (long)PAGES, pages, nodes, status, MPOL_MF_MOVE);
		__atomic_fetch_add(&moves, 1, __ATOMIC_SEQ_CST);
		sched_yield();
	}
	return NULL;
}

static unsigned long moves_between(unsigned long first, unsigned long last)
{
	return (last + 1) / 2 - first / 2;
}

V2P_TEST(migrating)
{
	uint64_t virtual[PAGES], before[PAGES], after[PAGES];
	uint64_t physical[PAGES], swap_offset[PAGES];
	uint8_t status[PAGES], swap_type[PAGES];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = status, .physical = physical,
		.swap_type = swap_type, .swap_offset = swap_offset,
	};
	unsigned long checked = 0, changed = 0, migrating = 0, empty = 0, first;
	const time_t start = time(NULL);
	pthread_t mover;
	unsigned int i;

	if (access("/sys/devices/system/node/node1", F_OK))
		SKIP(return, "the machine has one NUMA node");
	moved = map_small(SIZE);
	fill(moved, SIZE);
	for (i = 0; i < PAGES; i++)
		virtual[i] = (uintptr_t)moved + i * PAGE_SIZE + i;
	ASSERT_EQ(0, pthread_create(&mover, NULL, move_pages_forever, NULL));
	while (time_is_left(start)) {
		first = __atomic_load_n(&moves, __ATOMIC_SEQ_CST);
		ASSERT_TRUE(pagemap_read(self->self.pagemap, virtual[0], before, PAGES));
		ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_pid(getpid()), virtual, PAGES,
					   &arrays));
		ASSERT_TRUE(pagemap_read(self->self.pagemap, virtual[0], after, PAGES));
		if (moves_between(first, __atomic_load_n(&moves, __ATOMIC_SEQ_CST)) > 1)
			continue;
		for (i = 0; i < PAGES; i++) {
			uint64_t frame = physical[i] / PAGE_SIZE;
			bool there = status[i] == V2P_STATUS_MAPPED &&
				((before[i] & PM_PRESENT && frame == (before[i] & PM_FRAME)) ||
				 (after[i] & PM_PRESENT && frame == (after[i] & PM_FRAME)));

			checked++;
			changed += before[i] != after[i];
			if (there && physical[i] % PAGE_SIZE == i)
				continue;
			if (status[i] == V2P_STATUS_MIGRATING) {
				bool old = !(before[i] & PM_PRESENT) ||
					   swap_offset[i] == (before[i] & PM_FRAME);

				EXPECT_TRUE(old);
				migrating++;
				continue;
			}
			/* The kernel empties an entry before it writes another one. */
			if (status[i] == V2P_STATUS_NONE && before[i] != after[i]) {
				empty++;
				continue;
			}
			/* Both looks at pagemap may have met the migration itself. */
			EXPECT_TRUE(status[i] == V2P_STATUS_MAPPED &&
				    !(before[i] & PM_PRESENT) && !(after[i] & PM_PRESENT)) {
				TH_LOG("page %u: %s 0x%lx, 0x%lx before, 0x%lx after", i,
				       v2p_status_name(status[i]), physical[i], before[i],
				       after[i]);
			}
		}
	}
	__atomic_store_n(&stop, true, __ATOMIC_SEQ_CST);
	pthread_join(mover, NULL);
	TH_LOG("%lu moves, %lu answers, %lu changed meanwhile, %lu in migration, %lu empty",
	       moves / 2, checked, changed, migrating, empty);
	EXPECT_LT(1, moves);
	EXPECT_LT(100, checked);
	EXPECT_LT(empty, checked / 100);
	compared(COMPARED_PAGEMAP, checked);
}

/* Huge pages come and go: the page tables under them do, too. */
static void *split_and_collapse(void *unused)
{
	while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
		madvise(moved, HUGE_SIZE, MADV_COLLAPSE);
		madvise(moved + HUGE_SIZE / 2, PAGE_SIZE, MADV_DONTNEED);
		moved[HUGE_SIZE / 2] = 1;
	}
	return NULL;
}

V2P_TEST(collapsing_and_splitting)
{
	const time_t start = time(NULL);
	unsigned long huge = 0, small = 0, absent = 0;
	bool found[512] = {};
	unsigned int found_count = 0;
	struct v2p_translation answer;
	uint64_t virtual[512], physical[512];
	uint8_t status[512], shift[512];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = status, .physical = physical, .page_shift = shift,
	};
	pthread_t splitter;
	unsigned int i;

	NEED_THP();
	moved = map_aligned(HUGE_SIZE, RW, ANON);
	make_huge(moved, HUGE_SIZE);
	for (i = 0; i < 512; i++)
		virtual[i] = (uintptr_t)moved + i * PAGE_SIZE + 1;
	ASSERT_EQ(0, pthread_create(&splitter, NULL, split_and_collapse, NULL));
	/* The time is too short where the thread has been at it just once or twice. */
	while (time_is_left(start) || ((!huge || !small || found_count < 512) &&
				       time(NULL) - start < PATIENCE / 2)) {
		ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_pid(getpid()), virtual, 512,
					   &arrays));
		for (i = 0; i < 512; i++) {
			if (status[i] != V2P_STATUS_MAPPED) {
				absent++;
				continue;
			}
			found_count += !found[i];
			found[i] = true;
			EXPECT_EQ(1, physical[i] % PAGE_SIZE);
			if (shift[i] == HUGE_SHIFT) {
				EXPECT_EQ(i * PAGE_SIZE + 1, physical[i] % HUGE_SIZE);
				huge++;
			} else {
				EXPECT_EQ(PAGE_SHIFT, shift[i]);
				small++;
			}
		}
		ASSERT_ASK(moved, &answer);
	}
	__atomic_store_n(&stop, true, __ATOMIC_SEQ_CST);
	pthread_join(splitter, NULL);
	TH_LOG("%lu answers in huge pages, %lu in small ones, %lu absent", huge, small, absent);
	EXPECT_LT(0, huge);
	EXPECT_LT(0, small);
	EXPECT_EQ(512, found_count);
}

/* A process that maps, touches and unmaps, so that its tables come and go. */
V2P_TEST(mapping_and_unmapping)
{
	const time_t start = time(NULL);
	uint64_t virtual[64], physical[64], known;
	uint8_t status[64];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
	};
	struct v2p_translation answer;
	char *still = map_small(PAGE_SIZE);
	char *room = mmap(NULL, 64 * HUGE_SIZE, PROT_NONE, ANON | MAP_NORESERVE, -1, 0);
	struct child child;
	unsigned int i;

	*still = 1;
	ASSERT_EQ(0, mlock(still, PAGE_SIZE));
	if (child_start(&child)) {
		*still = 2;
		mlock(still, PAGE_SIZE);
		say_ready(&child);
		for (;;) {
			mmap(room, 64 * HUGE_SIZE, RW, ANON | MAP_FIXED | MAP_NORESERVE, -1, 0);
			madvise(room, 64 * HUGE_SIZE, MADV_NOHUGEPAGE);
			for (i = 0; i < 64; i++)
				room[i * HUGE_SIZE] = 1;
			munmap(room, 64 * HUGE_SIZE);
		}
	}
	ASSERT_TRUE(child_wait(&child));
	ASSERT_TRUE(ask(&(struct asked) { self->self.v2p, child.pid, -1 }, still, &answer));
	known = answer.physical;
	for (i = 0; i < 63; i++)
		virtual[i] = (uintptr_t)room + i * HUGE_SIZE;
	virtual[63] = (uintptr_t)still;
	while (time_is_left(start)) {
		ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_pid(child.pid), virtual, 64,
					   &arrays));
		for (i = 0; i < 63; i++)
			EXPECT_TRUE(status[i] == V2P_STATUS_NONE ||
				    (status[i] == V2P_STATUS_MAPPED &&
				     physical[i] % PAGE_SIZE == 0));
		EXPECT_EQ(known, physical[63]);
	}
	child_end(&child);
}

/**
 * struct worked - what a process says of itself while it works
 * @rounds: how often it went through all of its memory
 * @faults: page faults that it had
 */
struct worked {
	unsigned long rounds;
	unsigned long faults;
};

static void work_forever(struct worked *worked, char *area, const struct child *child)
{
	struct rusage usage;
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		area[i * PAGE_SIZE] = 1;
	for (;;) {
		read_all(area, SIZE);
		fill(area, SIZE);
		getrusage(RUSAGE_SELF, &usage);
		__atomic_store_n(&worked->faults, usage.ru_minflt + usage.ru_majflt,
				 __ATOMIC_SEQ_CST);
		if (__atomic_add_fetch(&worked->rounds, 1, __ATOMIC_SEQ_CST) == 2)
			say_ready(child);
	}
}

V2P_TEST(no_page_fault)
{
	const time_t start = time(NULL);
	struct worked *worked = mmap(NULL, PAGE_SIZE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct v2p_range range = {
		.size = sizeof(range), .length = SIZE, .states = ALL_STATES,
	};
	unsigned long asked = 0, before, rounds, faults;
	uint64_t virtual[PAGES], physical[PAGES];
	uint8_t status[PAGES];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
	};
	char *area = map_small(SIZE);
	static struct extents found;
	struct child child;
	struct v2p_walk walk = { .size = sizeof(walk) };
	unsigned int i;

	ASSERT_NE(MAP_FAILED, worked);
	if (child_start(&child))
		work_forever(worked, area, &child);
	ASSERT_TRUE(child_wait(&child));
	range.start = (uintptr_t)area;
	for (i = 0; i < PAGES; i++)
		virtual[i] = (uintptr_t)area + i * PAGE_SIZE;
	before = __atomic_load_n(&worked->faults, __ATOMIC_SEQ_CST);
	rounds = __atomic_load_n(&worked->rounds, __ATOMIC_SEQ_CST);
	while (time_is_left(start) || asked < 100) {
		ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_pid(child.pid), virtual, PAGES,
					   &arrays));
		ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_pid(child.pid), virtual[0], &walk));
		ASSERT_EQ(0, extents_map(self->self.v2p, v2p_pid(child.pid), &range, &found));
		asked++;
	}
	faults = __atomic_load_n(&worked->faults, __ATOMIC_SEQ_CST) - before;
	rounds = __atomic_load_n(&worked->rounds, __ATOMIC_SEQ_CST) - rounds;
	child_end(&child);
	TH_LOG("asked %lu times, during %lu rounds with %lu faults", asked, rounds, faults);
	EXPECT_LT(0, rounds);
	/* The kernel may move a page on its own account. */
	EXPECT_GT(asked / 50, faults);
}

/*
 * Tables are freed while they are walked, and their memory is at once somebody's
 * who fills it with what would be entries: of pages, or of tables, that are not
 * there. Only what was touched may ever be mapped, and only to memory.
 */
V2P_TEST(freed_tables)
{
	static const uint64_t garbage[] = { 0x123456780000e7, 0x400000000067 };
	uint64_t virtual[1024], physical[1024], end = ram_end();
	unsigned long batches = 0, mapped = 0;
	uint8_t status[1024];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
	};
	struct child child;
	time_t start;
	unsigned int i;

	ASSERT_LT(0, end);
	run_on(1);
	if (child_start(&child)) {
		run_on(0);
		map_room(THERE, 8 * PAGE_SIZE);
		say_ready(&child);
		for (;;) {
			map_room(HERE, GIANT_SIZE);
			*HERE = 1;
			munmap(HERE, GIANT_SIZE);
			for (i = 0; i < 8 * PAGE_SIZE; i += sizeof(garbage[0]))
				*(volatile uint64_t *)(THERE + i) = garbage[i / PAGE_SIZE % 2];
			madvise(THERE, 8 * PAGE_SIZE, MADV_DONTNEED);
		}
	}
	ASSERT_TRUE(child_wait(&child));
	start = time(NULL);
	for (i = 0; i < 1024; i++)
		virtual[i] = (uintptr_t)HERE + i % 64 * 8 * HUGE_SIZE;
	while (time_is_left(start)) {
		ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_pid(child.pid), virtual, 1024,
					   &arrays));
		for (i = 0; i < 1024; i++) {
			bool known = status[i] == V2P_STATUS_NONE ||
				     (status[i] == V2P_STATUS_MAPPED && i % 64 == 0 &&
				      physical[i] < end);

			ASSERT_TRUE(known) {
				TH_LOG("0x%lx: %s 0x%lx, memory ends at 0x%lx", virtual[i],
				       v2p_status_name(status[i]), physical[i], end);
			}
			mapped += status[i] == V2P_STATUS_MAPPED;
		}
		batches++;
	}
	TH_LOG("%lu batches, %lu answers mapped", batches, mapped);
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	EXPECT_LT(0, mapped);
	child_end(&child);
}

/*
 * mremap() hangs a whole table elsewhere. Who came to it from where it was must
 * not answer with what it holds where it is.
 */
V2P_TEST(moved_tables)
{
	uint64_t virtual[1024], physical[1024];
	unsigned long batches = 0;
	uint8_t status[1024];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
	};
	struct child child;
	time_t start;
	unsigned int i;

	run_on(1);
	if (child_start(&child)) {
		const int flags = MREMAP_MAYMOVE | MREMAP_FIXED;

		run_on(0);
		map_room(HERE, GIANT_SIZE);
		for (i = 0; i < 512; i += 8)
			HERE[i * HUGE_SIZE] = 1;
		say_ready(&child);
		for (;;) {
			if (mremap(HERE, GIANT_SIZE, GIANT_SIZE, flags, THERE) != THERE)
				_exit(1);
			for (i = 0; i < 512; i += 8)
				THERE[i * HUGE_SIZE + PAGE_SIZE] = 1;
			for (i = 0; i < 512; i += 8)
				madvise(THERE + i * HUGE_SIZE + PAGE_SIZE, PAGE_SIZE,
					MADV_DONTNEED);
			if (mremap(THERE, GIANT_SIZE, GIANT_SIZE, flags, HERE) != HERE)
				_exit(1);
		}
	}
	ASSERT_TRUE(child_wait(&child));
	start = time(NULL);
	for (i = 0; i < 1024; i++)
		virtual[i] = (uintptr_t)HERE + i * 8 % 512 * HUGE_SIZE + PAGE_SIZE;
	while (time_is_left(start)) {
		ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_pid(child.pid), virtual, 1024,
					   &arrays));
		for (i = 0; i < 1024; i++) {
			ASSERT_EQ(V2P_STATUS_NONE, status[i]) {
				TH_LOG("0x%lx: %s 0x%lx after %lu batches", virtual[i],
				       v2p_status_name(status[i]), physical[i], batches);
			}
		}
		batches++;
	}
	TH_LOG("%lu batches", batches);
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	EXPECT_LT(0, batches);
	child_end(&child);
}

static pid_t start_short_life(void)
{
	pid_t pid = fork();

	if (!pid) {
		usleep(getpid() % 7 * 300);
		_exit(0);
	}
	return pid;
}

/* An answer or ESRCH, whatever the moment; the last reference is not v2p's. */
V2P_TEST(exiting)
{
	const time_t start = time(NULL);
	unsigned long answers = 0, gone = 0;
	uint64_t physical;

	while (time_is_left(start)) {
		pid_t pid = start_short_life();
		int err;

		do {
			err = v2p_virtual_to_physical(self->self.v2p, v2p_pid(pid),
						      (uintptr_t)&self->info, &physical);
			answers += !err || err == -ENXIO;
		} while (!err || err == -ENXIO);
		ASSERT_EQ(-ESRCH, err) {
			TH_LOG("%s", v2p_error(self->self.v2p));
		}
		gone++;
		ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	}
	EXPECT_LT(0, answers);
	EXPECT_LT(0, gone);
}

/* For a moment of each exec, the kernel has a process without a size. */
V2P_TEST(executing)
{
	const uint64_t virtual[] = {
		(uintptr_t)&self->info, kernel_symbol("_stext"), 1UL << 56,
	};
	unsigned long answers = 0;
	struct child child;
	time_t start;
	uint8_t status[3];
	const struct v2p_arrays arrays = { .size = sizeof(arrays), .status = status };

	ASSERT_LT(0, virtual[1]);
	run_on(1);
	if (child_start(&child)) {
		char *const argv[] = { "sh", "-c", "exec sh -c \"$0\" \"$0\"",
				       "exec sh -c \"$0\" \"$0\"", NULL };

		run_on(0);
		say_ready(&child);
		execvp("sh", argv);
		_exit(1);
	}
	ASSERT_TRUE(child_wait(&child));
	start = time(NULL);
	while (time_is_left(start)) {
		int err = v2p_translate(self->self.v2p, v2p_pid(child.pid), virtual, 3,
					&arrays);

		ASSERT_TRUE(!err || err == -ESRCH) {
			TH_LOG("%d %s", err, v2p_error(self->self.v2p));
		}
		if (err)
			continue;
		ASSERT_EQ(V2P_STATUS_INVALID, status[1]) {
			TH_LOG("the kernel's own address, after %lu answers", answers);
		}
		ASSERT_EQ(V2P_STATUS_INVALID, status[2]) {
			TH_LOG("a non-canonical address, after %lu answers", answers);
		}
		answers++;
	}
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	EXPECT_LT(10, answers);
	child_end(&child);
}

/* The kernel's tables, too, are freed under whoever walks them without a lock. */
V2P_TEST(kernel_mappings_that_go)
{
	const char *const unload[] = { "rmmod", "v2p_oracle", NULL };
	struct v2p_oracle_region region;
	uint64_t virtual[256];
	uint8_t status[256];
	const struct v2p_arrays arrays = { .size = sizeof(arrays), .status = status };
	const time_t start = time(NULL);
	unsigned int count = 0, i;
	int oracle = oracle_open();
	pid_t loader;

	ASSERT_LE(0, oracle);
	for (i = 0; oracle_region(oracle, i, &region) && count < 256; i++)
		if (!strncmp(region.name, "vm", 2) || !strncmp(region.name, "ioremap", 7))
			for (unsigned int k = 0; k < 16 && count < 256; k++)
				virtual[count++] = region.start + region.length / 16 * k;
	close(oracle);
	loader = fork();
	if (!loader) {
		while (time_is_left(start)) {
			run(unload);
			load_module("v2p_oracle");
		}
		_exit(0);
	}
	while (!waitpid(loader, NULL, WNOHANG)) {
		ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_kernel(), virtual, count,
					   &arrays));
		for (i = 0; i < count; i++)
			EXPECT_TRUE(status[i] == V2P_STATUS_MAPPED ||
				    status[i] == V2P_STATUS_NONE);
	}
}

/*
 * Two threads that take one handle for their own, each asking of pages that are its:
 * an answer is right, or there is none.
 */
#define TOGETHER 64

static atomic_bool met;

struct user {
	struct v2p *v2p;
	uint64_t virtual[TOGETHER];
	uint64_t physical[TOGETHER];
	unsigned long answered, refused, wrong;
	time_t start;
};

/* Where its pages are, asked while it is alone. */
static bool user_knows(struct user *user, char *area)
{
	uint8_t status[TOGETHER];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = user->physical,
	};
	unsigned int i;

	for (i = 0; i < TOGETHER; i++)
		user->virtual[i] = (uintptr_t)area + i * PAGE_SIZE;
	if (v2p_translate(user->v2p, v2p_pid(getpid()), user->virtual, TOGETHER, &arrays))
		return false;
	for (i = 0; i < TOGETHER; i++)
		if (status[i] != V2P_STATUS_MAPPED)
			return false;
	return true;
}

static void *use_handle(void *data)
{
	struct user *user = data;
	uint64_t physical[TOGETHER];
	uint8_t status[TOGETHER];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
	};

	while (time_is_left(user->start) ||
	       (!met && time(NULL) - user->start < PATIENCE / 2)) {
		int err = v2p_translate(user->v2p, v2p_pid(getpid()), user->virtual, TOGETHER,
					&arrays);

		if (err == -EBUSY) {
			met = true;
			user->refused++;
			user->wrong += !strstr(v2p_error(user->v2p), "in use");
			sched_yield();
			continue;
		}
		user->answered++;
		user->wrong += err || memcmp(physical, user->physical, sizeof(physical));
	}
	return NULL;
}

V2P_TEST(one_handle_in_two_threads)
{
	struct user users[2] = { { self->self.v2p }, { self->self.v2p } };
	pthread_t thread;
	unsigned int i;

	ASSERT_TRUE(switch_moving_off());
	for (i = 0; i < 2; i++) {
		char *area = mmap(NULL, TOGETHER * PAGE_SIZE, RW, ANON | MAP_POPULATE, -1, 0);

		ASSERT_NE(MAP_FAILED, area);
		ASSERT_EQ(0, mlock(area, TOGETHER * PAGE_SIZE));
		ASSERT_TRUE(user_knows(&users[i], area));
		users[i].start = time(NULL);
	}
	ASSERT_EQ(0, pthread_create(&thread, NULL, use_handle, &users[1]));
	use_handle(&users[0]);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	for (i = 0; i < 2; i++) {
		TH_LOG("%lu answers, %lu times refused", users[i].answered, users[i].refused);
		EXPECT_LT(0, users[i].answered);
		EXPECT_EQ(0, users[i].wrong);
	}
	EXPECT_TRUE(met);
}

TEST_HARNESS_MAIN
