// SPDX-License-Identifier: GPL-2.0
/* The range changes while it is walked: old or new, never wrong, nothing missed. */
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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
			mprotect(WHOLE + (random >> 8) % PER_TABLE * PAGE_SIZE, PAGE_SIZE,
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
	uint64_t whole[PER_TABLE];
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
	all &= pagemap_read(pagemap, (uintptr_t)WHOLE, known->whole, PER_TABLE);
	for (i = 0; i < PER_TABLE; i++)
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
	for (; keep_asking(start, rounds > 10); rounds++) {
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
		whole = count_missing(&list, whole_page, known->whole, PER_TABLE);
		if (still || whole < 0 || whole > MOMENTARY) {
			printf("# round %d: missing %d, and %d of the huge page\n", rounds,
			       still, whole);
			return -1;
		}
		compared(COMPARED_PAGEMAP, BLOCKS * STILL + PER_TABLE);
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
	EXPECT_LT(10, watch(child.pid, &watched.known));
	ASSERT_EQ(other, waitpid(other, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	child_end(&child);
}

TEST_HARNESS_MAIN
