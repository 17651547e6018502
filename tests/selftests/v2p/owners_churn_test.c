// SPDX-License-Identifier: GPL-2.0
/*
 * Who has a page frame, while processes come and go and memory moves: whoever stays put is always
 * found, and nobody is named who never had it. Right answers come from pagemap, before and after.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "fixture.h"

#define STAYERS 4
#define CHURNERS 3
#define ROUNDS 40
#define SEEN_MAX 64
#define MOVE_ALL (1 << 2)

/**
 * struct found - the owners of a frame, as v2p_owners() gives them
 * @pid: whose
 * @address: where
 * @count: how many; those beyond SEEN_MAX are counted only
 */
struct found {
	pid_t pid[SEEN_MAX];
	uint64_t address[SEEN_MAX];
	unsigned int count;
};

static int see(pid_t pid, const struct v2p_extent *extent, void *data)
{
	struct found *seen = data;

	if (seen->count < SEEN_MAX) {
		seen->pid[seen->count] = pid;
		seen->address[seen->count] = extent->address;
	}
	seen->count++;
	return 0;
}

static bool has(const struct found *seen, pid_t pid, uint64_t address)
{
	unsigned int i;

	for (i = 0; i < seen->count && i < SEEN_MAX; i++)
		if (seen->pid[i] == pid && seen->address[i] == address)
			return true;
	return false;
}

static bool names(const struct found *seen, pid_t pid)
{
	unsigned int i;

	for (i = 0; i < seen->count && i < SEEN_MAX; i++)
		if (seen->pid[i] == pid)
			return true;
	return false;
}

static int ask_owners(struct v2p *v2p, uint64_t frame, struct found *seen)
{
	const struct v2p_physical_range range = { frame * PAGE_SIZE, PAGE_SIZE };

	*seen = (struct found) {};
	return v2p_owners(v2p, &range, 1, see, seen);
}

static uint64_t frame_of(int pagemap, const volatile void *address)
{
	const uint64_t entry = pagemap_entry(pagemap, address);

	return entry & PM_PRESENT ? entry & PM_FRAME : 0;
}

/* What comes and goes: children that touch memory of their own, and end. */
static void churn_by_forks(char *area, size_t size)
{
	for (;;) {
		pid_t pid = fork();

		if (!pid) {
			fill(area, size);
			_exit(0);
		}
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
}

static void churn_by_faults(char *area, size_t size)
{
	for (;;) {
		fill(area, size);
		mprotect(area, size, PROT_READ);
		mprotect(area, size, RW);
		madvise(area, size, MADV_DONTNEED);
	}
}

static void churn_by_moves(char *area, size_t size)
{
	char *other = mmap(NULL, size, RW, ANON, -1, 0);

	for (;;) {
		fill(area, size);
		if (mremap(area, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, other) == MAP_FAILED)
			_exit(1);
		fill(other, size);
		if (mremap(other, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, area) == MAP_FAILED)
			_exit(1);
	}
}

FIXTURE(owners)
{
	struct v2p *v2p;
	int pagemap;
	char *page;
	pid_t churners[CHURNERS];
};

static pid_t start_churner(void (*churn)(char *area, size_t size), char *page)
{
	pid_t pid = fork();

	if (!pid) {
		const size_t size = 256 * PAGE_SIZE;
		char *area;

		/* It, and all that come from it, never have had the page. */
		munmap(page, PAGE_SIZE);
		area = mmap(NULL, size, RW, ANON, -1, 0);
		if (area != MAP_FAILED)
			churn(area, size);
		_exit(1);
	}
	return pid;
}

FIXTURE_SETUP(owners)
{
	static void (*const churns[CHURNERS])(char *, size_t) = {
		churn_by_forks, churn_by_faults, churn_by_moves,
	};
	unsigned int i;

	write_file("/proc/sys/kernel/numa_balancing", "0");
	ASSERT_EQ(0, v2p_open(&self->v2p)) {
		TH_LOG("%s", v2p_error(self->v2p));
	}
	self->pagemap = pagemap_open(getpid());
	ASSERT_LE(0, self->pagemap);
	/* Nobody has touched it: a child that is forked now has nothing of it. */
	self->page = mmap(NULL, PAGE_SIZE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->page);
	for (i = 0; i < CHURNERS; i++) {
		self->churners[i] = start_churner(churns[i], self->page);
		ASSERT_LT(0, self->churners[i]);
	}
	*(volatile char *)self->page = 1;
}

FIXTURE_TEARDOWN(owners)
{
	unsigned int i;

	for (i = 0; i < CHURNERS; i++) {
		kill(self->churners[i], SIGKILL);
		waitpid(self->churners[i], NULL, 0);
	}
	munmap(self->page, PAGE_SIZE);
	close(self->pagemap);
	v2p_close(self->v2p);
}

#define OWNERS_TEST(name) TEST_F_TIMEOUT(owners, name, PATIENCE)

static bool all_churn(const pid_t *churners)
{
	unsigned int i;

	for (i = 0; i < CHURNERS; i++)
		if (waitpid(churners[i], NULL, WNOHANG))
			return false;
	return true;
}

/* All that have it are found each time, where they have it, and nobody else is. */
OWNERS_TEST(that_stay_put)
{
	struct child stayers[STAYERS];
	unsigned int i, round, asked = 0;
	struct found seen;

	for (i = 0; i < STAYERS; i++)
		if (child_start(&stayers[i])) {
			(void)*(volatile char *)self->page;
			child_done(&stayers[i]);
			_exit(0);
		}
	for (i = 0; i < STAYERS; i++)
		ASSERT_TRUE(child_wait(&stayers[i]));

	for (round = 0; round < ROUNDS; round++) {
		const uint64_t frame = frame_of(self->pagemap, self->page);

		ASSERT_NE(0, frame);
		ASSERT_EQ(0, ask_owners(self->v2p, frame, &seen)) {
			TH_LOG("%s", v2p_error(self->v2p));
		}
		/* It may be moved, as any page, and others then have the frame. */
		if (frame_of(self->pagemap, self->page) != frame)
			continue;
		asked++;
		EXPECT_EQ(STAYERS + 1, seen.count);
		EXPECT_TRUE(has(&seen, getpid(), (uintptr_t)self->page));
		for (i = 0; i < STAYERS; i++)
			EXPECT_TRUE(has(&seen, stayers[i].pid, (uintptr_t)self->page));
	}
	EXPECT_LT(ROUNDS / 2, asked);
	EXPECT_TRUE(all_churn(self->churners));
	for (i = 0; i < STAYERS; i++)
		child_end(&stayers[i]);
}

/* A page that goes from one address to another and back is at one of them, at both or at none. */
OWNERS_TEST(that_move_by_address)
{
	const pid_t tester = getpid();
	char *places[2];
	unsigned int i, round, found = 0, missed = 0;
	struct found seen;
	uint64_t frame;
	pid_t mover;
	int pagemap;

	for (i = 0; i < 2; i++) {
		places[i] = mmap(NULL, PAGE_SIZE, RW, ANON, -1, 0);
		ASSERT_NE(MAP_FAILED, places[i]);
	}
	mover = fork();
	if (!mover) {
		*(volatile char *)places[0] = 1;
		for (i = 0; getppid() == tester; i++)
			mremap(places[i % 2], PAGE_SIZE, PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED,
			       places[1 - i % 2]);
		_exit(0);
	}
	ASSERT_LT(0, mover);
	pagemap = pagemap_open(mover);
	ASSERT_LE(0, pagemap);
	for (round = 0; round < ROUNDS; round++) {
		do {
			frame = frame_of(pagemap, places[round % 2]);
		} while (!frame);
		ASSERT_EQ(0, ask_owners(self->v2p, frame, &seen));
		for (i = 0; i < seen.count && i < SEEN_MAX; i++) {
			EXPECT_EQ(mover, seen.pid[i]);
			EXPECT_TRUE(seen.address[i] == (uintptr_t)places[0] ||
				    seen.address[i] == (uintptr_t)places[1]);
		}
		EXPECT_GE(2, seen.count);
		found += seen.count > 0;
		missed += !seen.count;
	}
	TH_LOG("found %u times, missed %u times", found, missed);
	EXPECT_LT(0, found);
	kill(mover, SIGKILL);
	waitpid(mover, NULL, 0);
	close(pagemap);
}

static bool move_to(void *page, int node)
{
	int status = -1;

	return !syscall(SYS_move_pages, 0, 1UL, &page, &node, &status, MOVE_ALL) && status == node;
}

/*
 * A page whose frame changes all the time: the frame that it had may be anybody's by now, but not
 * that of somebody who has had another all the time; and it is at no other address.
 */
OWNERS_TEST(that_move_in_memory)
{
	const pid_t tester = getpid();
	unsigned int i, round, found = 0;
	struct found seen;
	uint64_t frame;
	pid_t mover;
	int pagemap;
	char *page = map_small(PAGE_SIZE);

	*(volatile char *)page = 1;
	if (!move_to(page, 1) || !move_to(page, 0))
		SKIP(return, "this machine has no two nodes");
	munmap(page, PAGE_SIZE);
	page = mmap(NULL, PAGE_SIZE, RW, ANON, -1, 0);
	mover = fork();
	if (!mover) {
		*(volatile char *)page = 1;
		for (i = 0; getppid() == tester; i++)
			move_to(page, i % 2);
		_exit(0);
	}
	ASSERT_LT(0, mover);
	pagemap = pagemap_open(mover);
	for (round = 0; round < ROUNDS; round++) {
		const uint64_t own = frame_of(self->pagemap, self->page);

		do {
			frame = frame_of(pagemap, page);
		} while (!frame);
		ASSERT_EQ(0, ask_owners(self->v2p, frame, &seen));
		if (own != frame && frame_of(self->pagemap, self->page) == own)
			EXPECT_FALSE(has(&seen, tester, (uintptr_t)self->page));
		for (i = 0; i < seen.count && i < SEEN_MAX; i++)
			EXPECT_TRUE(seen.pid[i] != mover || seen.address[i] == (uintptr_t)page);
		found += names(&seen, mover);
	}
	TH_LOG("found %u times of %u", found, ROUNDS);
	kill(mover, SIGKILL);
	waitpid(mover, NULL, 0);
	close(pagemap);
}

#define BLOCKS "/sys/devices/system/memory/"

static uint64_t block_size(void)
{
	char text[32];

	return read_file(BLOCKS "block_size_bytes", text, sizeof(text)) ? 0 :
	       strtoull(text, NULL, 16);
}

static void stop_waiting(int signal)
{
}

/* The kernel may try for ever to move what cannot be moved now: a signal ends that. */
static int set_block(uint64_t block, const char *state)
{
	const struct sigaction action = { .sa_handler = stop_waiting };
	char path[96];
	int error;

	sigaction(SIGALRM, &action, NULL);
	snprintf(path, sizeof(path), BLOCKS "memory%" PRIu64 "/state", block);
	alarm(10);
	error = write_file(path, state);
	alarm(0);
	return error;
}

/*
 * The block that a page is in goes offline: the page moves, and is found where it is then. Of the
 * memory that has gone, nobody has anything, which is an answer and no error.
 */
OWNERS_TEST(of_memory_that_goes_offline)
{
	const size_t size = 96UL << 20, step = 1UL << 20;
	const uint64_t bytes = block_size();
	struct v2p_physical_range range;
	uint64_t frame, block, last = 0, now;
	unsigned int tries = 0;
	struct found seen;
	char *area, *page;
	int error = -EBUSY;

	if (!bytes)
		SKIP(return, "the kernel is built without MEMORY_HOTPLUG");
	area = mmap(NULL, size, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, area);
	fill(area, size);
	/* What cannot be moved may be in the way of one block, and not in that of another. */
	for (page = area; page < area + size && tries < 12; page += step) {
		frame = frame_of(self->pagemap, page);
		block = frame * PAGE_SIZE / bytes;
		if (!frame || block == last)
			continue;
		last = block;
		tries++;
		error = set_block(block, "offline");
		if (!error)
			break;
	}
	if (error) {
		munmap(area, size);
		SKIP(return, "none of %u blocks of memory can be taken offline: %s", tries,
		     strerror(-error));
	}
	now = frame_of(self->pagemap, page);
	EXPECT_NE(0, now);
	EXPECT_NE(block, now * PAGE_SIZE / bytes);
	range = (struct v2p_physical_range) { block * bytes, bytes };
	seen = (struct found) {};
	EXPECT_EQ(0, v2p_owners(self->v2p, &range, 1, see, &seen)) {
		TH_LOG("%s", v2p_error(self->v2p));
	}
	EXPECT_EQ(0, seen.count);
	EXPECT_EQ(0, ask_owners(self->v2p, now, &seen));
	if (frame_of(self->pagemap, page) == now)
		EXPECT_TRUE(has(&seen, getpid(), (uintptr_t)page));
	EXPECT_TRUE(all_churn(self->churners));
	/* Some page of the block may have been poisoned by another test: then it stays offline. */
	error = set_block(block, "online");
	if (error != -EHWPOISON)
		EXPECT_EQ(0, error);
	munmap(area, size);
}

TEST_HARNESS_MAIN
