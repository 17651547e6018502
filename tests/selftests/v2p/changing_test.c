// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that is there all the time, while its page tables are changed in all ways that
 * empty an entry for a while: no answer is none without saying that it may be for that
 * reason, and the library, which asks anew, never says none at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "concurrent.h"
#include "fixture.h"
#include "wire.h"

#define PAGES 512
#define KHUGEPAGED "/sys/kernel/mm/transparent_hugepage/khugepaged/"
/* For the library: nobody is at it for as long, on however slow a machine. */
#define LONG_ENOUGH 30000

/**
 * struct changed - memory, and who changes it
 * @area: a huge page's worth
 * @stop: it is enough
 * @effects: what came of it, so far
 * @node: where its pages were moved to last
 * @uffd: a userfaultfd that it is registered with
 */
static struct changed {
	char *area;
	bool stop;
	unsigned long effects;
	int node;
	int uffd;
} changed;

/**
 * struct told - what the answers for it were
 * @answers: how many
 * @marked: of them, none and being changed
 * @unmarked: just none
 * @wrong: anything else that cannot be
 * @way: that of the first wrong one, or unmarked one
 */
struct told {
	unsigned long answers;
	unsigned long marked;
	unsigned long unmarked;
	unsigned long wrong;
	const char *way;
};

static void tell(struct told *told, const char *way, uint8_t status, uint32_t flags)
{
	const bool marked = flags & V2P_FLAG_CHANGING;
	const bool bad = status == V2P_STATUS_NONE ? !marked :
			 marked || (status != V2P_STATUS_MAPPED &&
				    status != V2P_STATUS_MIGRATING);

	told->answers++;
	told->marked += status == V2P_STATUS_NONE && marked;
	told->unmarked += status == V2P_STATUS_NONE && !marked;
	told->wrong += status != V2P_STATUS_NONE && bad;
	if (bad && !told->way)
		told->way = way;
}

static void ask_batch(struct v2p *v2p, struct told *told)
{
	static uint64_t virtual[PAGES], physical[PAGES];
	static uint32_t flags[PAGES];
	static uint8_t status[PAGES];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = status, .physical = physical, .flags = flags,
	};
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		virtual[i] = (uintptr_t)changed.area + i * PAGE_SIZE;
	if (v2p_translate(v2p, v2p_pid(getpid()), virtual, PAGES, &arrays)) {
		told->wrong++;
		return;
	}
	for (i = 0; i < PAGES; i++)
		tell(told, "batch", status[i], flags[i]);
}

static void ask_walk(struct v2p *v2p, struct told *told)
{
	const uint64_t address = (uintptr_t)changed.area + told->answers % PAGES * PAGE_SIZE;
	struct v2p_walk walk = { .size = sizeof(walk) };

	if (v2p_get_walk(v2p, v2p_pid(getpid()), address, &walk))
		told->wrong++;
	else
		tell(told, "walk", walk.translation.status, walk.translation.flags);
}

static int take_extent(const struct v2p_extent *extent, void *data)
{
	tell(data, "extent", extent->status, extent->flags);
	return 0;
}

static void ask_map(struct v2p *v2p, struct told *told)
{
	const struct v2p_range range = {
		.size = sizeof(range),
		.start = (uintptr_t)changed.area, .length = HUGE_SIZE,
		.states = ALL_STATES, .merge = told->answers % 2,
	};

	told->wrong += !!v2p_map(v2p, v2p_pid(getpid()), &range, take_extent, told);
}

/* No flags are asked for: it is an attribute that tells. */
static void ask_plainly(struct wire *wire, struct told *told)
{
	const uint64_t address = (uintptr_t)changed.area + told->answers % PAGES * PAGE_SIZE;
	const uint8_t *status;
	size_t length;
	bool marked;

	status = wire_translate_pid(wire, getpid(), address) ? NULL :
		 wire_get(wire, V2P_A_STATUS, &length);
	marked = wire_get(wire, V2P_A_CHANGING, &length);
	if (status)
		tell(told, "plain", *status, marked ? V2P_FLAG_CHANGING : 0);
	else
		told->wrong++;
}

/* Bytes of a range, of which holes are not asked for. */
static int add_length(const struct v2p_extent *extent, void *data)
{
	*(uint64_t *)data += extent->length;
	return 0;
}

static bool map_is_whole(struct v2p *v2p)
{
	const struct v2p_range range = {
		.size = sizeof(range),
		.start = (uintptr_t)changed.area, .length = HUGE_SIZE,
	};
	uint64_t length = 0;

	return !v2p_map(v2p, v2p_pid(getpid()), &range, add_length, &length) &&
	       length == HUGE_SIZE;
}

/* Asks while a thread changes it, until enough has been seen, or there is no hope. */
static void ask_while(struct __test_metadata *_metadata, struct v2p *v2p,
		      void *(*change)(void *), unsigned long effects, unsigned long marked)
{
	static struct wire wire;
	const time_t start = time(NULL);
	struct told once = {}, anew = {};
	unsigned long holes = 0;
	struct v2p *patient;
	pthread_t changer;

	ASSERT_EQ(0, v2p_open(&patient));
	ASSERT_EQ(0, v2p_set_retry(patient, LONG_ENOUGH));
	ASSERT_EQ(0, v2p_set_retry(v2p, 0));
	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_EQ(0, pthread_create(&changer, NULL, change, NULL));
	while (time_is_left(start) ||
	       ((__atomic_load_n(&changed.effects, __ATOMIC_RELAXED) < effects ||
		 once.marked < marked) && time(NULL) - start < PATIENCE / 2)) {
		ask_batch(v2p, &once);
		ask_walk(v2p, &once);
		ask_map(v2p, &once);
		ask_plainly(&wire, &once);
		ask_batch(patient, &anew);
		ask_walk(patient, &anew);
		ask_map(patient, &anew);
		holes += !map_is_whole(patient);
	}
	__atomic_store_n(&changed.stop, true, __ATOMIC_SEQ_CST);
	pthread_join(changer, NULL);
	wire_close(&wire);
	v2p_close(patient);

	TH_LOG("%lu effects; %lu answers, of which %lu none and marked, %lu none (%s); %lu asked anew, of which %lu and %lu",
	       changed.effects, once.answers, once.marked, once.unmarked,
	       once.way ? once.way : "-", anew.answers, anew.marked, anew.unmarked);
	EXPECT_EQ(0, once.unmarked);
	EXPECT_EQ(0, once.wrong);
	EXPECT_EQ(0, anew.marked);
	EXPECT_EQ(0, anew.unmarked);
	EXPECT_EQ(0, anew.wrong);
	EXPECT_EQ(0, holes);
	EXPECT_LE(effects, changed.effects);
	EXPECT_LE(marked, once.marked);
}

static bool goes_on(void)
{
	return !__atomic_load_n(&changed.stop, __ATOMIC_SEQ_CST);
}

static void add_effects(unsigned long n)
{
	__atomic_fetch_add(&changed.effects, n, __ATOMIC_RELAXED);
}

/* Nothing is taken away: the pages of the huge one become small ones. */
static void split(void)
{
	mprotect(changed.area + HUGE_SIZE / 2, PAGE_SIZE, PROT_READ);
	mprotect(changed.area + HUGE_SIZE / 2, PAGE_SIZE, RW);
}

static void *collapse_forever(void *unused)
{
	while (goes_on()) {
		add_effects(!madvise(changed.area, HUGE_SIZE, MADV_COLLAPSE));
		split();
	}
	return NULL;
}

V2P_TEST(collapsing)
{
	changed.area = map_aligned(HUGE_SIZE, RW, ANON);
	fill(changed.area, HUGE_SIZE);
	if (madvise(changed.area, HUGE_SIZE, MADV_COLLAPSE) && errno == EINVAL)
		SKIP(return, "the kernel is built without TRANSPARENT_HUGEPAGE");
	ask_while(_metadata, self->self.v2p, collapse_forever, 20, 5);
}

/* Small kernels have no events in /proc/vmstat. */
static unsigned long count_collapses(void)
{
	char text[32];

	return read_file(KHUGEPAGED "pages_collapsed", text, sizeof(text)) ? 0 :
	       strtoul(text, NULL, 10);
}

/* The kernel's own thread collapses what is split. */
static void *split_forever(void *unused)
{
	const unsigned long before = count_collapses();

	while (goes_on()) {
		split();
		usleep(1000);
		__atomic_store_n(&changed.effects, count_collapses() - before,
				 __ATOMIC_RELAXED);
	}
	return NULL;
}

V2P_TEST(khugepaged)
{
	if (write_file(KHUGEPAGED "scan_sleep_millisecs", "1"))
		SKIP(return, "the kernel is built without TRANSPARENT_HUGEPAGE");
	write_file(KHUGEPAGED "alloc_sleep_millisecs", "1");
	write_file(KHUGEPAGED "defrag", "1");
	changed.area = map_aligned(HUGE_SIZE, RW, ANON);
	fill(changed.area, HUGE_SIZE);
	madvise(changed.area, HUGE_SIZE, MADV_HUGEPAGE);
	ask_while(_metadata, self->self.v2p, split_forever, 1, 0);
}

static void *protect_forever(void *unused)
{
	while (goes_on()) {
		mprotect(changed.area, HUGE_SIZE, PROT_READ);
		mprotect(changed.area, HUGE_SIZE, PROT_NONE);
		mprotect(changed.area, HUGE_SIZE, RW);
		add_effects(1);
	}
	return NULL;
}

V2P_TEST(protecting)
{
	changed.area = map_aligned(HUGE_SIZE, RW, ANON);
	madvise(changed.area, HUGE_SIZE, MADV_NOHUGEPAGE);
	fill(changed.area, HUGE_SIZE);
	ask_while(_metadata, self->self.v2p, protect_forever, 100, 1);
}

static bool write_protect(bool on)
{
	struct uffdio_writeprotect range = {
		.range = { (uintptr_t)changed.area, HUGE_SIZE },
		.mode = on ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
	};

	return !ioctl(changed.uffd, UFFDIO_WRITEPROTECT, &range);
}

static void *write_protect_forever(void *unused)
{
	while (goes_on())
		add_effects(write_protect(true) && write_protect(false));
	return NULL;
}

/* Who does that has the mmap_lock for reading, as everybody may, and each table's. */
V2P_TEST(write_protecting)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = { .mode = UFFDIO_REGISTER_MODE_WP };

	changed.uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (changed.uffd < 0 || ioctl(changed.uffd, UFFDIO_API, &api))
		SKIP(return, "the kernel is built without USERFAULTFD");
	changed.area = map_aligned(HUGE_SIZE, RW, ANON);
	madvise(changed.area, HUGE_SIZE, MADV_NOHUGEPAGE);
	fill(changed.area, HUGE_SIZE);
	area.range = (struct uffdio_range) { (uintptr_t)changed.area, HUGE_SIZE };
	if (ioctl(changed.uffd, UFFDIO_REGISTER, &area))
		SKIP(return, "userfaultfd cannot write-protect here");
	ask_while(_metadata, self->self.v2p, write_protect_forever, 100, 1);
	close(changed.uffd);
}

/* Who does that has no mmap_lock at all; an entry is empty for some instructions. */
static void *move_forever(void *unused)
{
	static void *pages[PAGES];
	static int nodes[PAGES], status[PAGES];
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		pages[i] = changed.area + i * PAGE_SIZE;
	while (goes_on()) {
		changed.node = !changed.node;
		for (i = 0; i < PAGES; i++)
			nodes[i] = changed.node;
		syscall(SYS_move_pages, 0, (long)PAGES, pages, nodes, status, MPOL_MF_MOVE);
		for (i = 0; i < PAGES; i++)
			add_effects(status[i] == changed.node);
	}
	return NULL;
}

V2P_TEST(migrating)
{
	if (!has_two_nodes())
		SKIP(return, "the machine has one NUMA node");
	changed.area = map_aligned(HUGE_SIZE, RW, ANON);
	madvise(changed.area, HUGE_SIZE, MADV_NOHUGEPAGE);
	fill(changed.area, HUGE_SIZE);
	ask_while(_metadata, self->self.v2p, move_forever, 1000, 0);
}

static int count_holes(const struct v2p_extent *extent, void *data)
{
	unsigned long *holes = data;

	holes[!!(extent->flags & V2P_FLAG_CHANGING)] += extent->status == V2P_STATUS_NONE;
	return 0;
}

/* Where nobody is at it, a hole is a hole. */
V2P_TEST(at_rest)
{
	const struct v2p_range range = {
		.size = sizeof(range), .length = V2P_TO_THE_END, .states = ALL_STATES,
	};
	struct v2p_translation answer;
	unsigned long holes[2] = {};
	struct asked child_asked = self->self;
	struct child child;
	char *area;

	area = map_small(64 * PAGE_SIZE);
	fill(area, 32 * PAGE_SIZE);
	if (child_start(&child)) {
		child_done(&child);
		_exit(0);
	}
	ASSERT_TRUE(child_wait(&child));
	child_asked.pid = child.pid;
	ASSERT_EQ(0, v2p_set_retry(self->self.v2p, 0));
	ASSERT_EQ(0, v2p_map(self->self.v2p, v2p_pid(child.pid), &range, count_holes, holes));
	EXPECT_LT(10, holes[0]);
	EXPECT_EQ(0, holes[1]);
	ASSERT_TRUE(ask(&child_asked, area + 40 * PAGE_SIZE, &answer));
	EXPECT_EQ(V2P_STATUS_NONE, answer.status);
	EXPECT_EQ(0, answer.flags);
	child_end(&child);
}

TEST_HARNESS_MAIN
