// SPDX-License-Identifier: GPL-2.0
/* The range changes while it is walked: old or new, never wrong, nothing missed. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "compared.h"
#include "concurrent.h"
#include "extents.h"
#include "fixture.h"

/* Of each of so many huge pages' room, some small pages stay where they are. */
#define BLOCKS 24
#define STILL 5
#define ROOM_SIZE (BLOCKS * HUGE_SIZE)
#define WHOLE (HERE + ROOM_SIZE)

/* Where the pages that stay stand in a block: the rest of it comes and goes. */
static const unsigned int still_at[STILL] = { 0, 1, 97, 300, 511 };

static char *still_page(unsigned int i)
{
	return HERE + i / STILL * HUGE_SIZE + still_at[i % STILL] * PAGE_SIZE;
}

static char *whole_page(unsigned int i)
{
	return WHOLE + i * PAGE_SIZE;
}

/* The kernel empties an entry for a moment in which it changes what it allows. */
#define MOMENTARY 2

/* For a child: what stays, among what may change, and a huge page behind it. */
static void make_still(void)
{
	unsigned int i;

	map_room(HERE, ROOM_SIZE);
	for (i = 0; i < BLOCKS * STILL; i++) {
		*still_page(i) = i;
		if (mlock(still_page(i), PAGE_SIZE))
			_exit(1);
	}
	if (mmap(WHOLE, HUGE_SIZE, RW, ANON | MAP_FIXED, -1, 0) != WHOLE)
		_exit(1);
	make_huge(WHOLE, HUGE_SIZE);
	if (mlock(WHOLE, HUGE_SIZE))
		_exit(1);
}

/* For a child: what lies between two pages that stay. */
static char *any_gap(size_t *size, unsigned int random)
{
	unsigned int gap = random / BLOCKS % 3 + 1;
	char *block = HERE + random % BLOCKS * HUGE_SIZE;

	*size = (still_at[gap + 1] - still_at[gap] - 1) * PAGE_SIZE;
	return block + (still_at[gap] + 1) * PAGE_SIZE;
}

/* For a child: changes whatever does not stay, for ever. */
static void change_all(void)
{
	char *huge = WHOLE + 2 * HUGE_SIZE;
	unsigned int step, random = 1;

	for (step = 0;; step++) {
		size_t size;
		char *gap;

		random = random * 1103515245u + 12345;
		gap = any_gap(&size, random >> 8);
		switch (step % 8) {
		case 0:
			munmap(gap, size);
			break;
		case 1:
			map_room(gap, size);
			fill(gap, size / 8);
			break;
		case 2:
			mprotect(gap, size, random & 256 ? PROT_READ : RW);
			break;
		case 3:
			madvise(gap, size, MADV_DONTNEED);
			break;
		case 4:
			/* Splits the huge page that stays, in the tables alone. */
			mprotect(WHOLE + (random >> 8) % 512 * PAGE_SIZE, PAGE_SIZE,
				 random & 256 ? PROT_READ : RW);
			break;
		case 5:
			mmap(huge, 2 * HUGE_SIZE, RW, ANON | MAP_FIXED, -1, 0);
			make_huge(huge, 2 * HUGE_SIZE);
			break;
		case 6:
			madvise(huge + PAGE_SIZE, PAGE_SIZE, MADV_DONTNEED);
			munmap(huge + HUGE_SIZE, HUGE_SIZE);
			break;
		case 7:
			if (step % 64 == 7 && !fork())
				_exit(0);
			waitpid(-1, NULL, 0);
			break;
		}
	}
}

/* Where each page that stays is. */
struct known {
	uint64_t still[BLOCKS * STILL];
	uint64_t whole[512];
};

static bool learn(pid_t pid, struct known *known)
{
	int pagemap = pagemap_open(pid);
	unsigned int i;
	bool all = true;

	for (i = 0; i < BLOCKS * STILL; i++) {
		known->still[i] = pagemap_entry(pagemap, still_page(i));
		all &= known->still[i] >> 63;
	}
	all &= pagemap_read(pagemap, (uintptr_t)WHOLE, known->whole, 512);
	for (i = 0; i < 512; i++)
		all &= known->whole[i] >> 63;
	close(pagemap);
	return all;
}

/* Returns how many of some pages are not there; -1, printed, where one is elsewhere. */
static int count_missing(const struct extents *list, char *(*page)(unsigned int),
			 const uint64_t *entries, unsigned int count)
{
	unsigned int i;
	int missing = 0;

	for (i = 0; i < count; i++) {
		const uint64_t address = (uintptr_t)page(i);
		const uint64_t known = (entries[i] & PM_FRAME) * PAGE_SIZE;
		const struct v2p_extent *e = extents_find(list, address);

		if (!e || e->status == V2P_STATUS_NONE) {
			missing++;
		} else if (e->status != V2P_STATUS_MAPPED ||
			   e->physical + address - e->address != known) {
			printf("# 0x%lx: %s, 0x%lx instead of 0x%lx\n", address,
			       v2p_status_name(e->status),
			       e->physical + address - e->address, known);
			return -1;
		}
	}
	return missing;
}

/* Asks again and again, as long as there is time. Returns how often, or -1. */
static int watch(pid_t pid, const struct known *known)
{
	const time_t start = time(NULL);
	static struct extents list;
	struct v2p *v2p;
	int rounds = 0;

	/* What stays is told at last, however long somebody is at it on a busy host. */
	if (v2p_open(&v2p) || v2p_set_retry(v2p, V2P_MAX_RETRY))
		return -1;
	for (; time_is_left(start); rounds++) {
		struct v2p_range range = {
			.size = sizeof(range),
			.start = (uintptr_t)HERE, .length = ROOM_SIZE + 4 * HUGE_SIZE,
			.merge = rounds % 2,
		};
		int err, still, whole;

		/* With holes, each byte comes once. */
		if (rounds % 4 > 1)
			range.states = ALL_STATES;
		if (rounds % 16 == 0) {
			range.start = 0;
			range.length = V2P_TO_THE_END;
		}
		err = extents_map(v2p, v2p_pid(pid), &range, &list);
		if (err) {
			printf("# round %d: %d %s\n", rounds, err, v2p_error(v2p));
			return -1;
		}
		if (range.states && range.length != V2P_TO_THE_END &&
		    extents_bytes(&list) != range.length) {
			printf("# round %d: a hole in the holes\n", rounds);
			return -1;
		}
		still = count_missing(&list, still_page, known->still, BLOCKS * STILL);
		whole = count_missing(&list, whole_page, known->whole, 512);
		if (still || whole < 0 || whole > MOMENTARY) {
			printf("# round %d: missing %d, and %d of the huge page\n", rounds,
			       still, whole);
			return -1;
		}
		compared(COMPARED_PAGEMAP, BLOCKS * STILL + 512);
	}
	v2p_close(v2p);
	return rounds;
}

/**
 * struct watched - for another process that watches
 * @pid: whom
 */
struct watched {
	pid_t pid;
	struct known known;
};

static int watch_too(void *argument)
{
	const struct watched *watched = argument;

	run_on(0);
	return watch(watched->pid, &watched->known) > 0 ? 0 : 1;
}

static void start_changing(struct child *child)
{
	if (child_start(child)) {
		run_on(0);
		make_still();
		child_done(child);
		say_ready(child);
		change_all();
	}
}

V2P_TEST(changing)
{
	static struct watched watched;
	struct child child;
	int rounds;

	ASSERT_TRUE(switch_moving_off());
	run_on(1);
	start_changing(&child);
	ASSERT_TRUE(child_wait(&child));
	watched.pid = child.pid;
	ASSERT_TRUE(learn(child.pid, &watched.known));
	ASSERT_TRUE(child_next(&child));
	rounds = watch(child.pid, &watched.known);
	EXPECT_LT(10, rounds);
	TH_LOG("%d rounds", rounds);
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	child_end(&child);
}

V2P_TEST(changing_and_two_who_ask)
{
	static struct watched watched;
	struct child child;
	pid_t other;
	int status;

	ASSERT_TRUE(switch_moving_off());
	run_on(1);
	start_changing(&child);
	ASSERT_TRUE(child_wait(&child));
	watched.pid = child.pid;
	ASSERT_TRUE(learn(child.pid, &watched.known));
	ASSERT_TRUE(child_next(&child));
	other = fork();
	if (!other)
		_exit(watch_too(&watched));
	EXPECT_LT(5, watch(child.pid, &watched.known));
	ASSERT_EQ(other, waitpid(other, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	child_end(&child);
}

/*
 * mremap() hangs whole tables elsewhere, of 2 MiB and of 1 GiB: a page is where it
 * was or where it goes, and nothing else is anywhere.
 */
V2P_TEST(moved_tables)
{
	static uint64_t entries[512];
	static struct extents list;
	unsigned long rounds = 0, here = 0, there = 0;
	struct child child;
	time_t start;
	unsigned int i;
	int pagemap;

	ASSERT_TRUE(switch_moving_off());
	run_on(1);
	if (child_start(&child)) {
		const int flags = MREMAP_MAYMOVE | MREMAP_FIXED;

		run_on(0);
		map_room(HERE, GIANT_SIZE);
		for (i = 0; i < 512; i++)
			HERE[i * HUGE_SIZE + i * PAGE_SIZE] = 1;
		child_done(&child);
		say_ready(&child);
		for (;;) {
			if (mremap(HERE, GIANT_SIZE, GIANT_SIZE, flags, THERE) != THERE ||
			    mremap(THERE, GIANT_SIZE, GIANT_SIZE, flags, HERE) != HERE)
				_exit(1);
			for (i = 0; i < 8; i++)
				if (mremap(HERE + i * HUGE_SIZE, HUGE_SIZE, HUGE_SIZE, flags,
					   THERE + i * HUGE_SIZE) == MAP_FAILED ||
				    mremap(THERE + i * HUGE_SIZE, HUGE_SIZE, HUGE_SIZE, flags,
					   HERE + i * HUGE_SIZE) == MAP_FAILED)
					_exit(1);
		}
	}
	ASSERT_TRUE(child_wait(&child));
	pagemap = pagemap_open(child.pid);
	for (i = 0; i < 512; i++) {
		entries[i] = pagemap_entry(pagemap, HERE + i * (HUGE_SIZE + PAGE_SIZE));
		ASSERT_NE(0, entries[i] & PM_PRESENT);
	}
	ASSERT_TRUE(child_next(&child));
	for (start = time(NULL); time_is_left(start); rounds++) {
		const char *base = rounds % 2 ? HERE : THERE;
		struct v2p_range range = {
			.size = sizeof(range), .start = (uintptr_t)base, .length = GIANT_SIZE,
		};
		size_t k;

		ASSERT_EQ(0, extents_map(self->self.v2p, v2p_pid(child.pid), &range, &list));
		for (k = 0; k < list.count; k++) {
			const struct v2p_extent *e = &list.at[k];
			uint64_t page = (e->address - range.start) / PAGE_SIZE;
			uint64_t frame = e->physical / PAGE_SIZE;

			ASSERT_TRUE(e->status == V2P_STATUS_MAPPED && page % 513 == 0 &&
				    e->length == PAGE_SIZE &&
				    frame == (entries[page / 513] & PM_FRAME)) {
				TH_LOG("0x%lx + 0x%lx: %s 0x%lx", e->address, e->length,
				       v2p_status_name(e->status), e->physical);
			}
		}
		*(rounds % 2 ? &here : &there) += list.count;
		compared(COMPARED_PAGEMAP, list.count);
	}
	TH_LOG("%lu rounds, %lu pages found here, %lu there", rounds, here, there);
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	EXPECT_LT(0, here);
	child_end(&child);
}

/* Of every so many pages, the last is one that the table has while it is THERE alone. */
#define STRANGERS (64 * PAGE_SIZE)

/*
 * A table is moved while it is read, and gets pages that it never has where it was: so
 * far apart that there is some time till one is read. HERE and what is THERE are @size
 * long, so that it is the table itself that is moved, or one above it.
 */
static void move_table_forever(size_t size)
{
	const int flags = MREMAP_MAYMOVE | MREMAP_FIXED;
	volatile unsigned int pause;
	size_t at;

	for (;;) {
		/* Time to be found HERE. */
		for (pause = 0; pause < 100000; pause++)
			;
		if (mremap(HERE, size, size, flags, THERE) != THERE)
			_exit(1);
		for (at = STRANGERS; at <= HUGE_SIZE; at += STRANGERS)
			THERE[at - PAGE_SIZE] = 1;
		for (at = STRANGERS; at <= HUGE_SIZE; at += STRANGERS)
			madvise(THERE + at - PAGE_SIZE, PAGE_SIZE, MADV_DONTNEED);
		if (mremap(THERE, size, size, flags, HERE) != HERE)
			_exit(1);
	}
}

/* Only every other page is ever HERE. */
static const struct v2p_extent *find_stranger(const struct extents *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->at[i].address / PAGE_SIZE % 2 || list->at[i].length != PAGE_SIZE)
			return &list->at[i];
	return NULL;
}

static void watch_moving_table(struct __test_metadata *_metadata, struct v2p *v2p,
			       size_t size)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = (uintptr_t)HERE, .length = HUGE_SIZE,
	};
	unsigned long rounds = 0, there = 0, gone = 0;
	const struct v2p_extent *stranger;
	static struct extents list;
	struct child child;
	unsigned int i;
	time_t start;

	run_on(1);
	if (child_start(&child)) {
		run_on(0);
		map_room(HERE, size);
		/* So that the table above what is moved stays. */
		map_room(HERE + size + HUGE_SIZE, PAGE_SIZE);
		HERE[size + HUGE_SIZE] = 1;
		/* Every other page: what is alike is read too fast. */
		for (i = 0; i < 511; i += 2)
			read_all(HERE + i * PAGE_SIZE, 1);
		say_ready(&child);
		move_table_forever(size);
	}
	ASSERT_TRUE(child_wait(&child));
	for (start = time(NULL); time_is_left(start); rounds++) {
		ASSERT_EQ(0, extents_map(v2p, v2p_pid(child.pid), &range, &list));
		stranger = find_stranger(&list);
		ASSERT_EQ(NULL, stranger) {
			TH_LOG("0x%lx + 0x%lx of %zu extents after %lu rounds", stranger->address,
			       stranger->length, list.count, rounds);
		}
		/* It may go or come while the walk has interrupts on. */
		there += list.count == HUGE_SIZE / PAGE_SIZE / 2;
		gone += !list.count;
	}
	TH_LOG("%lu times there, %lu times gone", there, gone);
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	EXPECT_LT(0, there);
	EXPECT_LT(0, gone);
	child_end(&child);
}

V2P_TEST(moved_while_it_is_read)
{
	watch_moving_table(_metadata, self->self.v2p, HUGE_SIZE);
}

V2P_TEST(moved_by_what_it_hangs_in)
{
	watch_moving_table(_metadata, self->self.v2p, GIANT_SIZE);
}

/* One page everywhere, so that the answer is long. */
#define LONG_SIZE (64 * HUGE_SIZE)

static void start_long(struct child *child)
{
	if (child_start(child)) {
		map_room(HERE, LONG_SIZE);
		read_all(HERE, LONG_SIZE);
		child_done(child);
		pause();
		_exit(0);
	}
}

/**
 * struct ending - how a process ends while its extents are taken
 * @child: the process
 * @end: what ends it
 * @taken: extents taken
 * @next: where the next is to be
 * @wrong: extents that were not what they must be
 */
struct ending {
	struct child *child;
	void (*end)(struct child *child);
	unsigned long taken;
	uint64_t next;
	unsigned long wrong;
};

static int take_and_end(const struct v2p_extent *extent, void *data)
{
	struct ending *ending = data;

	if (!ending->taken++)
		ending->end(ending->child);
	ending->wrong += extent->address != ending->next || extent->length != PAGE_SIZE ||
			 extent->status != V2P_STATUS_MAPPED;
	ending->next = extent_end(extent);
	return 0;
}

static void kill_it(struct child *child)
{
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
}

static void end_in_the_middle(struct v2p *v2p, struct child *child,
			      void (*end)(struct child *child), struct ending *ending,
			      int *err)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = (uintptr_t)HERE, .length = LONG_SIZE,
	};

	*ending = (struct ending) { .child = child, .end = end, .next = range.start };
	*err = v2p_map(v2p, v2p_pid(child->pid), &range, take_and_end, ending);
}

V2P_TEST(exit_in_the_middle)
{
	struct ending ending;
	struct child child;
	int err;

	start_long(&child);
	ASSERT_TRUE(child_wait(&child));
	end_in_the_middle(self->self.v2p, &child, kill_it, &ending, &err);
	EXPECT_EQ(-ESRCH, err);
	EXPECT_NE(NULL, strstr(v2p_error(self->self.v2p), "ended")) {
		TH_LOG("%s", v2p_error(self->self.v2p));
	}
	EXPECT_LT(1, ending.taken);
	EXPECT_GT(LONG_SIZE / PAGE_SIZE, ending.taken);
	EXPECT_EQ(0, ending.wrong);
	/* The handle is none the worse for it. */
	EXPECT_EQ(0, v2p_get_info(self->self.v2p, &self->info));
}

/* The process goes on, but what was asked is gone: it closes its end in exec. */
static void let_it_exec(struct child *child)
{
	char byte;

	if (write(child->to, "", 1) == 1 && read(child->from, &byte, 1) != 0)
		abort();
}

V2P_TEST(exec_in_the_middle)
{
	struct ending ending;
	struct child child;
	int err;

	if (child_start(&child)) {
		map_room(HERE, LONG_SIZE);
		read_all(HERE, LONG_SIZE);
		fcntl(child.to, F_SETFD, FD_CLOEXEC);
		child_done(&child);
		execlp("sleep", "sleep", "60", NULL);
		_exit(1);
	}
	ASSERT_TRUE(child_wait(&child));
	end_in_the_middle(self->self.v2p, &child, let_it_exec, &ending, &err);
	EXPECT_EQ(-ESRCH, err);
	EXPECT_LT(1, ending.taken);
	EXPECT_GT(LONG_SIZE / PAGE_SIZE, ending.taken);
	EXPECT_EQ(0, ending.wrong);
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	child_end(&child);
}

/* Whenever it ends: all of its extents or an error, and nothing in between. */
V2P_TEST(exit_at_any_time)
{
	const struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	const time_t start = time(NULL);
	unsigned long whole = 0, gone = 0;
	static struct extents list;

	while (time_is_left(start)) {
		pid_t pid = fork();
		int err;

		if (!pid) {
			usleep(getpid() % 7 * 300);
			_exit(0);
		}
		do {
			err = extents_map(self->self.v2p, v2p_pid(pid), &range, &list);
			whole += !err;
		} while (!err);
		ASSERT_EQ(-ESRCH, err) {
			TH_LOG("%d %s", err, v2p_error(self->self.v2p));
		}
		gone++;
		ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	}
	TH_LOG("%lu answers, %lu ends", whole, gone);
	EXPECT_LT(0, whole);
	EXPECT_LT(0, gone);
}

/* The first change of a whole address space is the one that its exec makes. */
V2P_TEST(exec_at_any_time)
{
	const struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	unsigned long whole = 0, gone = 0;
	static struct extents list;
	struct child child;
	time_t start;

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
	for (start = time(NULL); time_is_left(start);) {
		int err = extents_map(self->self.v2p, v2p_pid(child.pid), &range, &list);

		ASSERT_TRUE(!err || err == -ESRCH) {
			TH_LOG("%d %s", err, v2p_error(self->self.v2p));
		}
		whole += !err;
		gone += err != 0;
	}
	TH_LOG("%lu answers, %lu ends", whole, gone);
	EXPECT_LT(0, whole);
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	child_end(&child);
}

TEST_HARNESS_MAIN
