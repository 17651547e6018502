// SPDX-License-Identifier: GPL-2.0
/* Page tables are freed, and hung elsewhere, while addresses are looked up in them. */
#include <poll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "concurrent.h"
#include "fixture.h"
#include "oracle.h"

/*
 * Tables are freed while they are walked, and their memory is at once somebody's
 * who fills it with what would be entries: of pages, or of tables, that are not
 * there. Only what was touched may ever be mapped, and only to memory.
 */
V2P_TEST(freed_tables)
{
	static const uint64_t garbage[] = { ARCH_LEAF_ENTRY, ARCH_TABLE_ENTRY };
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
	/* Made where it runs: no CPU else is ever in its mask but for the walk. */
	run_on(0);
	if (child_start(&child)) {
		map_room(THERE, 8 * PAGE_SIZE);
		say_ready(&child);
		for (;;) {
			map_room(HERE, TABLES_SIZE);
			*HERE = 1;
			munmap(HERE, TABLES_SIZE);
			for (i = 0; i < 8 * PAGE_SIZE; i += sizeof(garbage[0]))
				*(volatile uint64_t *)(THERE + i) = garbage[i / PAGE_SIZE % 2];
			madvise(THERE, 8 * PAGE_SIZE, MADV_DONTNEED);
		}
	}
	run_on(1);
	ASSERT_TRUE(child_wait(&child));
	start = time(NULL);
	for (i = 0; i < 1024; i++)
		virtual[i] = (uintptr_t)HERE + i % 64 * 8 * HUGE_SIZE;
	while (keep_asking(start, mapped)) {
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

static bool is_readable(int fd)
{
	struct pollfd wanted = { .fd = fd, .events = POLLIN };

	return poll(&wanted, 1, 0) == 1;
}

/*
 * Why they are not freed while they are walked: who frees them waits for the CPUs in the
 * process's mask, in which the one that asks is for as long as it reads, and no longer. That
 * nothing is answered wrong even without (the test above) is for what comes after a read.
 */
V2P_TEST(asker_is_waited_for)
{
	const uint32_t looks = 1 << 16;
	const int oracle = oracle_open();
	uint64_t virtual[1024], physical[1024];
	uint8_t status[1024];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
	};
	int64_t before, seen = 0, after;
	struct child child;
	time_t start;
	unsigned int i;
	int result;

	if (!ARCH_JOINS_MASK)
		SKIP(return, "this processor has no such mask");
	ASSERT_LE(0, oracle);
	run_on(0);
	if (child_start(&child)) {
		map_room(HERE, TABLES_SIZE);
		for (i = 0; i < 64; i++)
			HERE[i * HUGE_SIZE] = 1;
		before = oracle_in_mask(oracle, 1, looks);
		say_ready(&child);
		start = time(NULL);
		while (!seen && time(NULL) - start < PATIENCE / 4)
			seen = oracle_in_mask(oracle, 1, looks);
		child_done(&child);
		after = oracle_in_mask(oracle, 1, looks);
		_exit(before || after ? 2 : seen <= 0);
	}
	run_on(1);
	ASSERT_TRUE(child_wait(&child));
	for (i = 0; i < 1024; i++)
		virtual[i] = (uintptr_t)HERE + i % 64 * HUGE_SIZE;
	start = time(NULL);
	/* Until it has seen this CPU, or given up. */
	while (!is_readable(child.from) && time(NULL) - start < PATIENCE / 2)
		ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_pid(child.pid), virtual, 1024,
					   &arrays));
	ASSERT_TRUE(child_wait(&child));
	ASSERT_EQ(1, write(child.to, "", 1));
	ASSERT_EQ(child.pid, waitpid(child.pid, &result, 0));
	ASSERT_TRUE(WIFEXITED(result));
	/* 1: it was never in the mask; 2: also where nobody asked. */
	EXPECT_EQ(0, WEXITSTATUS(result));
	close(oracle);
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
		map_room(HERE, TABLES_SIZE);
		for (i = 0; i < TABLES; i += 8)
			HERE[i * HUGE_SIZE] = 1;
		say_ready(&child);
		for (;;) {
			if (mremap(HERE, TABLES_SIZE, TABLES_SIZE, flags, THERE) != THERE)
				_exit(1);
			for (i = 0; i < TABLES; i += 8)
				THERE[i * HUGE_SIZE + PAGE_SIZE] = 1;
			for (i = 0; i < TABLES; i += 8)
				madvise(THERE + i * HUGE_SIZE + PAGE_SIZE, PAGE_SIZE,
					MADV_DONTNEED);
			if (mremap(THERE, TABLES_SIZE, TABLES_SIZE, flags, HERE) != HERE)
				_exit(1);
		}
	}
	ASSERT_TRUE(child_wait(&child));
	start = time(NULL);
	for (i = 0; i < 1024; i++)
		virtual[i] = (uintptr_t)HERE + i * 8 % TABLES * HUGE_SIZE + PAGE_SIZE;
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

TEST_HARNESS_MAIN
