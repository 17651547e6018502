// SPDX-License-Identifier: GPL-2.0
/* The tracepoints tell each request and its result. */
#include <errno.h>
#include <unistd.h>

#include "fixture.h"
#include "wire.h"

#define TRACING "/sys/kernel/tracing/"

static char trace[256 * 1024];

FIXTURE(trace)
{
	struct v2p *v2p;
};

FIXTURE_SETUP(trace)
{
	if (access(TRACING "events/v2p", F_OK) && access(TRACING "trace", F_OK))
		SKIP(return, "tracefs is not mounted on " TRACING);
	ASSERT_EQ(0, v2p_open(&self->v2p));
	ASSERT_EQ(0, write_file(TRACING "trace", "\n"));
	ASSERT_EQ(0, write_file(TRACING "events/v2p/enable", "1"));
}

FIXTURE_TEARDOWN(trace)
{
	write_file(TRACING "events/v2p/enable", "0");
	v2p_close(self->v2p);
}

/* The lines of one event, of this process, hold some words. */
static bool traced(const char *event, const char *words)
{
	char start[32];
	const char *line;

	snprintf(start, sizeof(start), "-%d ", getpid());
	read_file(TRACING "trace", trace, sizeof(trace));
	for (line = trace; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		size_t length = strcspn(line, "\n");
		const char *at = memmem(line, length, event, strlen(event));

		if (at && memmem(line, length, start, strlen(start)) &&
		    memmem(at, length - (at - line), words, strlen(words)))
			return true;
	}
	return false;
}

#define EXPECT_TRACED(event, ...) do { \
	char words[256]; \
	snprintf(words, sizeof(words), __VA_ARGS__); \
	EXPECT_TRUE(traced(event, words)) { \
		TH_LOG("%s %s is not in:\n%s", event, words, trace); \
	} \
} while (0)

TEST_F(trace, translate)
{
	const uint64_t virtual[3] = { (uintptr_t)trace, 0, -1ULL };
	uint8_t status[3];

	*trace = 1;
	ASSERT_EQ(0, v2p_translate(self->v2p, v2p_pid(getpid()), virtual, 3,
				   &(struct v2p_arrays) { .size = sizeof(struct v2p_arrays),
							  .status = status }));
	EXPECT_TRACED("v2p_request:", "op=translate kernel=0 pid=%d address=0x%lx count=3",
		      getpid(), virtual[0]);
	EXPECT_TRACED("v2p_result:", "op=translate kernel=0 pid=%d mapped=1 error=0", getpid());
}

TEST_F(trace, walk)
{
	struct v2p_walk walk = { .size = sizeof(walk) };

	ASSERT_EQ(0, v2p_get_walk(self->v2p, v2p_kernel(), -1ULL, &walk));
	EXPECT_TRACED("v2p_request:", "op=walk kernel=1");
	EXPECT_TRACED("v2p_request:", "address=0xffffffffffffffff count=1");
	EXPECT_TRACED("v2p_result:", "op=walk kernel=1 pid=0 mapped=0 error=0");
}

/* Whether there is one or not. */
TEST_F(trace, user_root)
{
	uint64_t physical;
	int err;

	*trace = 1;
	err = v2p_virtual_to_physical(self->v2p, v2p_user_root(getpid()), (uintptr_t)trace,
				      &physical);
	EXPECT_TRACED("v2p_request:", "op=translate kernel=0 pid=%d address=0x%lx count=1 user_root=1",
		      getpid(), (uintptr_t)trace);
	EXPECT_TRACED("v2p_result:", "op=translate kernel=0 pid=%d mapped=%d error=%d user_root=1",
		      getpid(), !err, err);
}

static int take_none(const struct v2p_extent *extent, void *data)
{
	return 0;
}

TEST_F(trace, map)
{
	const struct v2p_range range = {
		.size = sizeof(range),
		.start = (uintptr_t)trace & -PAGE_SIZE, .length = PAGE_SIZE,
	};

	*trace = 1;
	ASSERT_EQ(0, v2p_map(self->v2p, v2p_pid(getpid()), &range, take_none, NULL));
	EXPECT_TRACED("v2p_request:", "op=map kernel=0 pid=%d address=0x%lx count=0",
		      getpid(), range.start);
	EXPECT_TRACED("v2p_result:", "op=map kernel=0 pid=%d mapped=1 error=0", getpid());
}

TEST_F(trace, per_cpu)
{
	int count = v2p_per_cpu_offsets(self->v2p, NULL, 0);

	ASSERT_LT(0, count);
	EXPECT_TRACED("v2p_request:", "op=per-cpu kernel=1 pid=0 address=0x0 count=0");
	EXPECT_TRACED("v2p_result:", "op=per-cpu kernel=1 pid=0 mapped=%d error=0", count);
}

/* Of three addresses, the last is of no memory. */
TEST_F(trace, page)
{
	uint64_t physical[3] = { 0x1000, 0, ~0ULL };
	struct v2p_page_info pages[3];
	int known, i;

	ASSERT_EQ(0, v2p_page(self->v2p, physical, 3, pages));
	for (known = 0, i = 0; i < 3; i++)
		known += pages[i].page_status != V2P_PAGE_STATUS_NONE;
	EXPECT_TRACED("v2p_request:", "op=page kernel=0 pid=0 address=0x1000 count=3");
	EXPECT_TRACED("v2p_result:", "op=page kernel=0 pid=0 mapped=%d error=0", known);
}

TEST_F(trace, regions)
{
	int count = v2p_regions(self->v2p, NULL, 0);

	ASSERT_LT(0, count);
	EXPECT_TRACED("v2p_request:", "op=regions kernel=1 pid=0 address=0x0 count=0");
	EXPECT_TRACED("v2p_result:", "op=regions kernel=1 pid=0 mapped=%d error=0", count);
}

/* An ioctl is named as the operation that it is like, with the pid that was opened. */
TEST_F(trace, space)
{
	const struct v2p_range range = {
		.size = sizeof(range),
		.start = (uintptr_t)trace & -PAGE_SIZE, .length = PAGE_SIZE,
	};
	const uint64_t virtual[3] = { (uintptr_t)trace, 0, -1ULL };
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct v2p_target space;
	uint8_t status[3];

	*trace = 1;
	space = v2p_space(v2p_space_open(self->v2p, v2p_pid(getpid())));
	EXPECT_TRACED("v2p_request:", "op=open kernel=0 pid=%d", getpid());
	EXPECT_TRACED("v2p_result:", "op=open kernel=0 pid=%d mapped=0 error=0", getpid());
	ASSERT_EQ(0, v2p_translate(self->v2p, space, virtual, 3,
				   &(struct v2p_arrays) { .size = sizeof(struct v2p_arrays),
							  .status = status }));
	EXPECT_TRACED("v2p_request:", "op=translate kernel=0 pid=%d address=0x%lx count=3",
		      getpid(), virtual[0]);
	EXPECT_TRACED("v2p_result:", "op=translate kernel=0 pid=%d mapped=1 error=0", getpid());
	ASSERT_EQ(0, v2p_get_walk(self->v2p, space, virtual[0], &walk));
	EXPECT_TRACED("v2p_request:", "op=walk kernel=0 pid=%d address=0x%lx count=1",
		      getpid(), virtual[0]);
	EXPECT_TRACED("v2p_result:", "op=walk kernel=0 pid=%d mapped=1 error=0", getpid());
	ASSERT_EQ(0, v2p_map(self->v2p, space, &range, take_none, NULL));
	EXPECT_TRACED("v2p_request:", "op=map kernel=0 pid=%d address=0x%lx count=0",
		      getpid(), range.start);
	EXPECT_TRACED("v2p_result:", "op=map kernel=0 pid=%d mapped=1 error=0", getpid());
	EXPECT_EQ(-EINVAL, v2p_map(self->v2p, space, &(struct v2p_range) {
			.size = sizeof(range), .start = 1ULL << 63, .length = 1 }, take_none, NULL));
	EXPECT_TRACED("v2p_result:", "op=map kernel=0 pid=%d mapped=0 error=-22", getpid());
	close(space.id);
}

TEST_F(trace, error)
{
	uint64_t physical;

	ASSERT_EQ(-EINVAL, v2p_virtual_to_physical(self->v2p, v2p_pid(2), 0, &physical));
	EXPECT_TRACED("v2p_result:", "kernel=0 pid=2 mapped=0 error=-22");
}

/* Who is refused a range is seen as well, by message and by dump. */
TEST_F(trace, map_error)
{
	const struct v2p_range whole = { .size = sizeof(whole), .length = V2P_TO_THE_END };
	const struct v2p_range outside = {
		.size = sizeof(outside), .start = 1UL << 60, .length = PAGE_SIZE,
	};

	ASSERT_EQ(-EINVAL, v2p_map(self->v2p, v2p_pid(2), &whole, take_none, NULL));
	EXPECT_TRACED("v2p_request:", "op=map kernel=0 pid=2 ");
	EXPECT_TRACED("v2p_result:", "op=map kernel=0 pid=2 mapped=0 error=-22");
	ASSERT_EQ(-EINVAL, v2p_map(self->v2p, v2p_pid(getpid()), &outside, take_none, NULL));
	EXPECT_TRACED("v2p_request:", "op=map kernel=0 pid=%d address=0x%lx", getpid(),
		      outside.start);
	EXPECT_TRACED("v2p_result:", "op=map kernel=0 pid=%d mapped=0 error=-22", getpid());
}

TEST_F(trace, switched_off)
{
	uint64_t physical;

	ASSERT_EQ(0, write_file(TRACING "events/v2p/enable", "0"));
	ASSERT_EQ(0, write_file(TRACING "trace", "\n"));
	v2p_virtual_to_physical(self->v2p, v2p_pid(getpid()), 0, &physical);
	EXPECT_FALSE(traced("v2p_request:", ""));
}

TEST_HARNESS_MAIN
