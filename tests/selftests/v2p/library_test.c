// SPDX-License-Identifier: GPL-2.0
/* What the library makes of several answers: against what these say one by one. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "extents.h"
#include "fixture.h"

/* The kernel may set them between two questions. */
#define TOUCHED (V2P_FLAG_ACCESSED | V2P_FLAG_DIRTY | V2P_FLAG_SOFT_DIRTY)

static bool is_contiguous(const struct asked *asked, const char *area, size_t length,
			  unsigned int page_shift, uint64_t *physical)
{
	const int ret = v2p_is_contiguous(asked->v2p, v2p_pid(asked->pid), (uintptr_t)area,
					  length, page_shift, physical);

	if (ret < 0)
		printf("# v2p_is_contiguous: %d %s\n", ret, v2p_error(asked->v2p));
	return ret == 1;
}

V2P_TEST(one_address_is_as_its_walk)
{
	char *area = map_small(4 * PAGE_SIZE);
	const uint64_t addresses[] = {
		(uintptr_t)area, (uintptr_t)area + 5, (uintptr_t)area + PAGE_SIZE,
		(uintptr_t)area + 2 * PAGE_SIZE, (uintptr_t)getpid, ARCH_NOWHERE,
	};
	unsigned int i;

	ASSERT_NE(NULL, area);
	fill(area, 2 * PAGE_SIZE);
	ASSERT_EQ(0, mlock(area, 2 * PAGE_SIZE));
	ASSERT_EQ(0, mprotect(area + PAGE_SIZE, PAGE_SIZE, PROT_NONE));
	for (i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		struct v2p_translation one = { .size = sizeof(one) };
		struct v2p_walk walk = { .size = sizeof(walk) };
		const struct v2p_translation *end = &walk.translation;

		ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_pid(getpid()), addresses[i], &walk));
		ASSERT_EQ(0, v2p_translate_one(self->self.v2p, v2p_pid(getpid()), addresses[i],
					       &one));
		EXPECT_TRUE(one.status == end->status && one.physical == end->physical &&
			    !((one.flags ^ end->flags) & ~TOUCHED) &&
			    one.page_shift == end->page_shift && one.level == end->level &&
			    one.memory_type == end->memory_type &&
			    one.protection_key == end->protection_key &&
			    one.swap_type == end->swap_type &&
			    one.swap_offset == end->swap_offset) {
			TH_LOG("0x%lx", addresses[i]);
		}
		EXPECT_EQ(i == 5 ? V2P_STATUS_INVALID : i == 3 ? V2P_STATUS_NONE :
			  V2P_STATUS_MAPPED, one.status);
		if (walk.step_count)
			EXPECT_EQ(walk.steps[walk.step_count - 1].level, one.level);
		if (one.status == V2P_STATUS_MAPPED)
			EXPECT_EQ(ARCH_ORDINARY, one.memory_type);
	}
}

V2P_TEST(an_array_of_extents)
{
	const struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	static struct v2p_extent extents[20000];
	static struct extents before, after;
	bool at_rest = false;
	struct child child;
	ssize_t count, i;

	if (child_start(&child)) {
		child_done(&child);
		_exit(0);
	}
	ASSERT_TRUE(child_wait(&child));
	/* It may write to another page before it waits, and the kernel may move some. */
	for (i = 0; i < 100 && !at_rest; i++) {
		ASSERT_EQ(0, extents_map(self->self.v2p, v2p_pid(child.pid), &range, &before));
		count = v2p_map_array(self->self.v2p, v2p_pid(child.pid), &range, extents, 20000);
		ASSERT_EQ(0, extents_map(self->self.v2p, v2p_pid(child.pid), &range, &after));
		extents_forget_touched(&before);
		extents_forget_touched(&after);
		at_rest = extents_same(&before, &after);
	}
	ASSERT_TRUE(at_rest);
	ASSERT_EQ(before.count, count);
	ASSERT_GT(20000, count);
	for (i = 0; i < count; i++)
		EXPECT_TRUE(extents[i].address == before.at[i].address &&
			    extents[i].length == before.at[i].length &&
			    extents[i].status == before.at[i].status);
	EXPECT_EQ(count, v2p_map_array(self->self.v2p, v2p_pid(child.pid), &range, NULL, 0));
	child_end(&child);
}

V2P_TEST(a_huge_page_is_contiguous)
{
	char *area = map_aligned(2 * HUGE_SIZE, RW, ANON);
	struct v2p_translation first;
	uint64_t physical;

	NEED_THP();
	ASSERT_NE(NULL, area);
	make_huge(area, HUGE_SIZE);
	ASSERT_EQ(0, mlock(area, HUGE_SIZE));
	ASSERT_ASK(area, &first);
	ASSERT_EQ(HUGE_SHIFT, first.page_shift);
	EXPECT_TRUE(is_contiguous(&self->self, area, HUGE_SIZE, HUGE_SHIFT, &physical));
	EXPECT_EQ(first.physical, physical);
	EXPECT_TRUE(is_contiguous(&self->self, area + 77, HUGE_SIZE - 77, 0, &physical));
	EXPECT_EQ(first.physical + 77, physical);
	EXPECT_FALSE(is_contiguous(&self->self, area, HUGE_SIZE, GIANT_SHIFT, NULL));
	EXPECT_FALSE(is_contiguous(&self->self, area, HUGE_SIZE + 1, 0, NULL));

	/* Split, it is one still, but not on pages of that size. */
	ASSERT_EQ(0, madvise(area, HUGE_SIZE, MADV_NOHUGEPAGE));
	ASSERT_EQ(0, mprotect(area, PAGE_SIZE, PROT_READ));
	fill(area + PAGE_SIZE, HUGE_SIZE - PAGE_SIZE);
	EXPECT_TRUE(is_contiguous(&self->self, area, HUGE_SIZE, PAGE_SHIFT, &physical));
	EXPECT_EQ(first.physical, physical);
	EXPECT_FALSE(is_contiguous(&self->self, area, HUGE_SIZE, HUGE_SHIFT, NULL));

	/* A page out of the middle, put at the end, where it does not belong. */
	ASSERT_NE(MAP_FAILED, mremap(area + 9 * PAGE_SIZE, PAGE_SIZE, PAGE_SIZE,
				     MREMAP_MAYMOVE | MREMAP_FIXED, area + HUGE_SIZE));
	EXPECT_FALSE(is_contiguous(&self->self, area, HUGE_SIZE, 0, NULL));
	EXPECT_FALSE(is_contiguous(&self->self, area + HUGE_SIZE - PAGE_SIZE, 2 * PAGE_SIZE, 0,
				   NULL));
	EXPECT_TRUE(is_contiguous(&self->self, area, 9 * PAGE_SIZE, 0, NULL));
	EXPECT_TRUE(is_contiguous(&self->self, area + 10 * PAGE_SIZE, HUGE_SIZE - 10 * PAGE_SIZE,
				  0, NULL));
}

#define SCRIPT "/tmp/again"
#define ADDRESSES 65536
#define TRIES 300

/* It executes itself for ever. */
static pid_t start_again(void)
{
	static const char script[] = "#!/bin/sh\nexec " SCRIPT "\n";
	int fd = open(SCRIPT, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
	pid_t pid;

	if (fd < 0 || write(fd, script, sizeof(script) - 1) != sizeof(script) - 1 || close(fd))
		return -1;
	pid = fork();
	if (!pid) {
		execl(SCRIPT, SCRIPT, NULL);
		_exit(1);
	}
	return pid;
}

/* The pid stays, the address space does not. */
V2P_TEST(a_batch_is_of_one_program)
{
	static uint64_t virtual[ADDRESSES];
	static uint8_t status[ADDRESSES];
	const struct v2p_arrays arrays = { .size = sizeof(arrays), .status = status };
	const pid_t pid = start_again();
	unsigned int i, refused = 0, answered = 0;

	ASSERT_LT(0, pid);
	for (i = 0; i < ADDRESSES; i++)
		virtual[i] = 0x400000 + i * PAGE_SIZE;
	for (i = 0; i < TRIES && (!refused || !answered); i++) {
		int err = v2p_translate(self->self.v2p, v2p_pid(pid), virtual, ADDRESSES, &arrays);

		if (err) {
			ASSERT_EQ(-ESRCH, err) {
				TH_LOG("%s", v2p_error(self->self.v2p));
			}
			ASSERT_NE(NULL, strstr(v2p_error(self->self.v2p), "another program"));
			refused++;
		}
		/* One message is of one program, whichever. */
		ASSERT_EQ(0, v2p_translate(self->self.v2p, v2p_pid(pid), virtual, 1000, &arrays));
		answered++;
	}
	EXPECT_LT(0, refused);
	TH_LOG("refused %u of %u", refused, i);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	unlink(SCRIPT);
}

TEST_HARNESS_MAIN
