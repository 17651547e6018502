// SPDX-License-Identifier: GPL-2.0
/* Everything moves while v2p is asked: answers may be old, never wrong. */
#include <errno.h>
#include <linux/mempolicy.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "compared.h"
#include "concurrent.h"
#include "extents.h"
#include "fixture.h"

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

	if (!has_two_nodes())
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
	bool found[PER_TABLE] = {};
	unsigned int found_count = 0;
	struct v2p_translation answer;
	uint64_t virtual[PER_TABLE], physical[PER_TABLE];
	uint8_t status[PER_TABLE], shift[PER_TABLE];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = status, .physical = physical, .page_shift = shift,
	};
	pthread_t splitter;
	unsigned int i;

	NEED_THP();
	moved = map_aligned(HUGE_SIZE, RW, ANON);
	make_huge(moved, HUGE_SIZE);
	for (i = 0; i < PER_TABLE; i++)
		virtual[i] = (uintptr_t)moved + i * PAGE_SIZE + 1;
	ASSERT_EQ(0, pthread_create(&splitter, NULL, split_and_collapse, NULL));
	/* The time is too short where the thread has been at it just once or twice. */
	while (time_is_left(start) || ((!huge || !small || found_count < PER_TABLE) &&
				       time(NULL) - start < PATIENCE / 2)) {
		ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_pid(getpid()), virtual, PER_TABLE,
					   &arrays));
		for (i = 0; i < PER_TABLE; i++) {
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
				EXPECT_TRUE(shift[i] == PAGE_SHIFT || shift[i] == ARCH_RUN_SHIFT);
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
	EXPECT_EQ(PER_TABLE, found_count);
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
