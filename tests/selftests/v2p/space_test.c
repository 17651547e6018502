// SPDX-License-Identifier: GPL-2.0
/* Descriptors of address spaces, through the library: the same answers, for one mm only. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "caps.h"
#include "extents.h"
#include "passing.h"
#include "space.h"

#define PAGES 300
#define SIZE (PAGES * PAGE_SIZE)
/* More than the module answers at a time. */
#define MANY 20000

/* Every other page of these is there; nothing moves it. */
static char *make_pages(void)
{
	char *area = map_small(SIZE);
	size_t i;

	for (i = 0; i < PAGES; i += 2)
		area[i * PAGE_SIZE] = 1;
	return mlock2(area, SIZE, MLOCK_ONFAULT) ? NULL : area;
}

/**
 * struct answers - to as many addresses, in all arrays
 */
struct answers {
	uint64_t physical[MANY], entry[MANY], swap_offset[MANY];
	uint32_t flags[MANY];
	uint8_t status[MANY], page_shift[MANY], swap_type[MANY], level[MANY];
	uint8_t memory_type[MANY], protection_key[MANY];
};

static int translate_all(const struct asked *asked, struct v2p_target target,
			 const uint64_t *addresses, size_t count, struct answers *a)
{
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = a->status, .physical = a->physical,
		.page_shift = a->page_shift, .flags = a->flags, .entry = a->entry,
		.swap_type = a->swap_type, .swap_offset = a->swap_offset, .level = a->level,
		.memory_type = a->memory_type, .protection_key = a->protection_key,
	};
	const int ret = v2p_translate(asked->v2p, target, addresses, count, &arrays);

	if (ret)
		printf("# v2p_translate: %d %s\n", ret, v2p_error(asked->v2p));
	return ret;
}

static struct answers by_pid, by_space;
static uint64_t addresses[MANY];

/* Of memory that is at rest. The numbers around the sizes that the module works in. */
static bool is_answered_alike(const struct asked *asked, struct v2p_target target, int fd)
{
	static const size_t counts[] = { 1, 2, 7, 8, 9, 16, 26, 27, 255, 256, 1024, 5000, MANY };
	unsigned int i;

	for (i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		memset(&by_pid, 0xff, sizeof(by_pid));
		memset(&by_space, 0xff, sizeof(by_space));
		if (translate_all(asked, target, addresses, counts[i], &by_pid) ||
		    translate_all(asked, v2p_space(fd), addresses, counts[i], &by_space))
			return false;
		if (memcmp(&by_pid, &by_space, sizeof(by_pid))) {
			printf("# %zu addresses are answered otherwise\n", counts[i]);
			return false;
		}
	}
	return true;
}

V2P_TEST(answers_of_a_process)
{
	char *area = make_pages();
	struct child child;
	size_t i;
	int fd;

	ASSERT_NE(NULL, area);
	if (child_start(&child)) {
		/* Its own page tables: fork() has not copied all of them. */
		area = make_pages();
		if (write(child.to, &area, sizeof(area)) != sizeof(area))
			_exit(1);
		pause();
		_exit(0);
	}
	ASSERT_EQ(sizeof(area), read(child.from, &area, sizeof(area)));
	for (i = 0; i < MANY; i++)
		addresses[i] = (uintptr_t)area + i * 7919 % (PAGES + 4) * PAGE_SIZE + i % PAGE_SIZE;
	addresses[3] = ARCH_NOWHERE;
	addresses[4000] = kernel_symbol("_stext");
	fd = open_space(&self->self, child.pid);
	ASSERT_LE(0, fd);
	EXPECT_TRUE(is_answered_alike(&self->self, v2p_pid(child.pid), fd));
	EXPECT_EQ(V2P_STATUS_INVALID, by_space.status[3]);
	EXPECT_EQ(V2P_STATUS_INVALID, by_space.status[4000]);
	child_end(&child);
}

V2P_TEST(answers_of_the_kernel)
{
	const uint64_t text = kernel_symbol("_stext");
	size_t i;
	int fd;

	ASSERT_LT(0, text);
	for (i = 0; i < MANY; i++)
		addresses[i] = text + i * 7919 % 1024 * PAGE_SIZE + i % 8;
	addresses[3] = (uintptr_t)addresses;
	fd = open_space(&self->self, 0);
	ASSERT_LE(0, fd);
	EXPECT_TRUE(is_answered_alike(&self->self, v2p_kernel(), fd));
	EXPECT_EQ(V2P_STATUS_MAPPED, by_space.status[0]);
	EXPECT_EQ(V2P_STATUS_INVALID, by_space.status[3]);
}

V2P_TEST(one_address_and_its_walk)
{
	char *area = make_pages();
	const uint64_t asked[] = {
		(uintptr_t)area + 5, (uintptr_t)area + PAGE_SIZE, (uintptr_t)getpid, ARCH_NOWHERE,
	};
	const struct v2p_target me = v2p_pid(getpid());
	unsigned int i;
	int fd;

	ASSERT_NE(NULL, area);
	ASSERT_EQ(0, mlockall(MCL_CURRENT));
	fd = open_space(&self->self, getpid());
	ASSERT_LE(0, fd);
	for (i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		struct v2p_walk walks[2] = { { .size = sizeof(*walks) }, { .size = sizeof(*walks) } };
		struct v2p_translation ones[2] = { { .size = sizeof(*ones) }, { .size = sizeof(*ones) } };
		uint64_t physical[2] = { 0 };
		int ret;

		ASSERT_EQ(0, v2p_get_walk(self->self.v2p, me, asked[i], &walks[0]));
		ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_space(fd), asked[i], &walks[1])) {
			TH_LOG("%s", v2p_error(self->self.v2p));
		}
		EXPECT_EQ(0, memcmp(&walks[0], &walks[1], sizeof(walks[0])));
		EXPECT_EQ(i == 3 ? 0 : i == 1 ? V2P_MAX_LEVELS : walks[0].step_count,
			  i == 1 ? V2P_MAX_LEVELS : walks[1].step_count);

		ASSERT_EQ(0, v2p_translate_one(self->self.v2p, me, asked[i], &ones[0]));
		ASSERT_EQ(0, v2p_translate_one(self->self.v2p, v2p_space(fd), asked[i], &ones[1]));
		EXPECT_EQ(0, memcmp(&ones[0], &ones[1], sizeof(ones[0])));

		ret = v2p_virtual_to_physical(self->self.v2p, me, asked[i], &physical[0]);
		EXPECT_EQ(ret, v2p_virtual_to_physical(self->self.v2p, v2p_space(fd), asked[i],
						       &physical[1]));
		EXPECT_EQ(physical[0], physical[1]);
	}
}

static int add_extent(const struct v2p_extent *extent, void *data)
{
	extents_add(data, extent);
	return 0;
}

/* As extents_map(), whatever the fields are. */
static int map_fields(const struct asked *asked, struct v2p_target target,
		      const struct v2p_range *range, struct extents *list)
{
	list->count = 0;
	return range->fields ? v2p_map(asked->v2p, target, range, add_extent, list) :
			       extents_map(asked->v2p, target, range, list);
}

/* All kinds of ranges, of a process that waits. */
V2P_TEST(extents_of_a_process)
{
	static struct extents expected, found;
	struct child child;
	uint64_t start;
	unsigned int i;
	char *area;
	int fd;

	if (child_start(&child)) {
		area = make_pages();
		if (!area || mprotect(area, SIZE / 3, PROT_READ) ||
		    write(child.to, &area, sizeof(area)) != sizeof(area))
			_exit(1);
		pause();
		_exit(0);
	}
	ASSERT_EQ(sizeof(area), read(child.from, &area, sizeof(area)));
	fd = open_space(&self->self, child.pid);
	ASSERT_LE(0, fd);
	start = (uintptr_t)area;
	const struct v2p_range ranges[] = {
		{ .length = V2P_TO_THE_END },
		{ .length = V2P_TO_THE_END, .states = ALL_STATES },
		{ .length = V2P_TO_THE_END, .states = ALL_STATES, .merge = 1 },
		{ .length = V2P_TO_THE_END, .fields = V2P_FIELD_MASK & ~(V2P_FIELD_ENTRY |
									 V2P_FIELD_IDENTITY) },
		{ .length = V2P_TO_THE_END, .fields = V2P_FIELD_LEVEL },
		{ .length = V2P_TO_THE_END, .with_flags = V2P_FLAG_WRITE },
		{ .length = V2P_TO_THE_END, .without_flags = V2P_FLAG_WRITE },
		{ .length = V2P_TO_THE_END, .page_shifts = 1ULL << 21 },
		{ .length = V2P_TO_THE_END, .memory_types = 1U << V2P_MEMORY_TYPE_UC },
		{ .start = start, .length = SIZE },
		{ .start = start + 77, .length = SIZE - 100, .states = ALL_STATES },
		{ .start = start, .length = 1 },
		{ .start = start, .length = V2P_TO_THE_END },
	};
	for (i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		struct v2p_range range = ranges[i];

		range.size = sizeof(range);
		ASSERT_EQ(0, map_fields(&self->self, v2p_pid(child.pid), &range, &expected));
		ASSERT_EQ(0, map_fields(&self->self, v2p_space(fd), &range, &found)) {
			TH_LOG("range %u: %s", i, v2p_error(self->self.v2p));
		}
		extents_forget_touched(&expected);
		extents_forget_touched(&found);
		EXPECT_TRUE(extents_same(&expected, &found)) {
			TH_LOG("range %u", i);
		}
	}
	EXPECT_EQ(-EINVAL, extents_map(self->self.v2p, v2p_space(fd), &(struct v2p_range) {
			.size = sizeof(struct v2p_range), .start = 1ULL << 63, .length = 1 }, &found));
	EXPECT_EQ(-EINVAL, extents_map(self->self.v2p, v2p_space(fd), &(struct v2p_range) {
			.size = sizeof(struct v2p_range), .start = start, .length = 0 }, &found));
	EXPECT_EQ(-EINVAL, extents_map(self->self.v2p, v2p_space(fd), &(struct v2p_range) {
			.size = sizeof(struct v2p_range), .start = start, .length = -2ULL }, &found));
	child_end(&child);
}

V2P_TEST(extents_of_the_kernel)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = kernel_symbol("_stext") & -HUGE_SIZE,
		.length = 8 * HUGE_SIZE, .states = ALL_STATES,
	};
	static struct extents expected, found;
	int fd = open_space(&self->self, 0);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, extents_map(self->self.v2p, v2p_kernel(), &range, &expected));
	ASSERT_EQ(0, extents_map(self->self.v2p, v2p_space(fd), &range, &found));
	EXPECT_TRUE(extents_same(&expected, &found));
	EXPECT_LT(0, found.count);
}

static int status_of(const struct asked *asked, int fd, const volatile void *address)
{
	struct v2p_translation answer = { .size = sizeof(answer) };
	const int ret = v2p_translate_one(asked->v2p, v2p_space(fd), (uintptr_t)address, &answer);

	return ret ? ret : answer.status;
}

#define EXPECT_GONE(fd) do { \
	EXPECT_EQ(-ESRCH, status_of(&self->self, fd, &wanted)); \
	EXPECT_NE(NULL, strstr(v2p_error(self->self.v2p), "address space is gone")); \
	EXPECT_EQ(-ESRCH, v2p_get_walk(self->self.v2p, v2p_space(fd), (uintptr_t)&wanted, &walk)); \
	EXPECT_EQ(-ESRCH, extents_map(self->self.v2p, v2p_space(fd), &all, &(struct extents) {})); \
} while (0)

V2P_TEST(a_pid_that_comes_again)
{
	const struct v2p_range all = { .size = sizeof(all), .length = V2P_TO_THE_END };
	struct v2p_walk walk = { .size = sizeof(walk) };
	static volatile int wanted = 1;
	pid_t pid, again;
	int first, next;

	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid)
		for (;;)
			pause();
	first = open_space(&self->self, pid);
	ASSERT_LE(0, first);
	EXPECT_EQ(V2P_STATUS_MAPPED, status_of(&self->self, first, &wanted));
	kill(pid, SIGKILL);
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	EXPECT_GONE(first);

	again = fork_as(pid);
	if (!again)
		for (;;)
			pause();
	ASSERT_EQ(pid, again);
	next = open_space(&self->self, pid);
	ASSERT_LE(0, next);
	EXPECT_EQ(V2P_STATUS_MAPPED, status_of(&self->self, next, &wanted));
	EXPECT_GONE(first);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	EXPECT_GONE(next);
}

V2P_TEST(another_program)
{
	const struct v2p_range all = { .size = sizeof(all), .length = V2P_TO_THE_END };
	struct v2p_walk walk = { .size = sizeof(walk) };
	static volatile int wanted = 1;
	struct child child;
	int fd, after;

	if (child_start(&child)) {
		child_done(&child);
		fcntl(child.to, F_SETFD, FD_CLOEXEC);
		execlp("sleep", "sleep", "3600", NULL);
		_exit(1);
	}
	ASSERT_TRUE(child_wait(&child));
	fd = open_space(&self->self, child.pid);
	ASSERT_LE(0, fd);
	EXPECT_EQ(V2P_STATUS_MAPPED, status_of(&self->self, fd, &wanted));
	/* The end of the pipe. */
	ASSERT_FALSE(child_next(&child));
	EXPECT_GONE(fd);
	after = open_space(&self->self, child.pid);
	ASSERT_LE(0, after);
	EXPECT_EQ(0, v2p_get_walk(self->self.v2p, v2p_space(after), (uintptr_t)&wanted, &walk));
	child_end(&child);
}

/**
 * struct passed - what nobody is to find out
 */
struct passed {
	int socket;
	const char *page;
	pid_t pid;
	uint64_t physical;
	uint64_t text;
};

/* Returns the number of the first thing that is not as it should be. */
static int use_as_nobody(void *argument)
{
	const struct passed *passed = argument;
	uint64_t physical = 0;
	int process, kernel;
	struct v2p *v2p;

	if (!become_nobody() || v2p_open(&v2p))
		return 1;
	process = passing_take(passed->socket);
	kernel = passing_take(passed->socket);
	if (process < 0 || kernel < 0)
		return 2;
	if (v2p_virtual_to_physical(v2p, v2p_pid(passed->pid), (uintptr_t)passed->page,
				    &physical) != -EPERM)
		return 3;
	if (v2p_space_open(v2p, v2p_pid(passed->pid)) != -EPERM ||
	    v2p_space_open(v2p, v2p_pid(getpid())) != -EPERM ||
	    v2p_space_open(v2p, v2p_kernel()) != -EPERM)
		return 4;
	if (v2p_virtual_to_physical(v2p, v2p_space(process), (uintptr_t)passed->page, &physical) ||
	    physical != passed->physical)
		return 5;
	if (v2p_virtual_to_physical(v2p, v2p_space(kernel), passed->text, &physical))
		return 6;
	v2p_close(v2p);
	return 0;
}

V2P_TEST(passed_to_nobody)
{
	char *area = make_pages();
	struct passed passed = {
		.page = area, .pid = getpid(), .text = kernel_symbol("_stext"),
	};
	int pair[2];

	ASSERT_NE(NULL, area);
	ASSERT_EQ(0, v2p_virtual_to_physical(self->self.v2p, v2p_pid(getpid()), (uintptr_t)area,
					     &passed.physical));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	ASSERT_TRUE(passing_give(pair[0], open_space(&self->self, getpid())));
	ASSERT_TRUE(passing_give(pair[0], open_space(&self->self, 0)));
	passed.socket = pair[1];
	EXPECT_EQ(0, in_child(use_as_nobody, &passed));
}

V2P_TEST(what_is_no_space)
{
	const int fd = open_space(&self->self, getpid());
	const struct {
		int fd;
		int error;
		const char *words;
	} wrong[] = {
		{ -1, -EBADF, "not open" },
		{ 1000, -EBADF, "not open" },
		{ open("/dev/null", O_RDONLY | O_CLOEXEC), -ENOTTY, "of no address space" },
	};
	unsigned int i;

	ASSERT_LE(0, fd);
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	EXPECT_EQ(-EINVAL, v2p_space_open(self->self.v2p, v2p_space(fd)));
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		EXPECT_EQ(wrong[i].error, status_of(&self->self, wrong[i].fd, &fd));
		EXPECT_NE(NULL, strstr(v2p_error(self->self.v2p), wrong[i].words)) {
			TH_LOG("%s", v2p_error(self->self.v2p));
		}
	}
	/* Of those that could be had, none is lost. */
	EXPECT_EQ(-ESRCH, v2p_space_open(self->self.v2p, v2p_pid(0x7fffffff)));
	EXPECT_EQ(-EINVAL, v2p_space_open(self->self.v2p, v2p_pid(2)));
	EXPECT_EQ(wrong[2].fd + 1, dup(fd));
	close(wrong[2].fd + 1);
	close(fd);
	EXPECT_EQ(-EBADF, status_of(&self->self, fd, &fd));
}

/* As long as one is open, by whomever, the module stays. */
V2P_TEST(keeps_the_module)
{
	const int fd = open_space(&self->self, 0);
	struct v2p_info info = { .size = sizeof(info) };

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EWOULDBLOCK, unload_module("v2p"));
	EXPECT_EQ(0, v2p_get_info(self->self.v2p, &info));
	close(fd);
}

TEST_HARNESS_MAIN
