// SPDX-License-Identifier: GPL-2.0
/*
 * The page table that user mode runs on, where that is not the kernel's (page-table
 * isolation): the same memory of the process, by another root, and of the kernel what user
 * mode needs and nothing else. Where there is none, that it is refused.
 */
#include <asm/ldt.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compared.h"
#include "concurrent.h"
#include "fixture.h"
#include "monitor.h"
#include "space.h"
#include "wire.h"

#define PAGES 64
#define SIZE (PAGES * PAGE_SIZE)

#define IS_ISOLATED() (self->info.features & V2P_FEATURE_USER_ROOT)

#define NEED_ISOLATION() \
	do { \
		if (!IS_ISOLATED()) \
			SKIP(return, "no page-table isolation: it takes pti=on"); \
	} while (0)

static struct wire wire;

static struct v2p_target mine(void)
{
	return v2p_user_root(getpid());
}

static int ask_target(struct v2p *v2p, struct v2p_target target, uint64_t address,
		      struct v2p_translation *answer)
{
	answer->size = sizeof(*answer);
	return v2p_translate_one(v2p, target, address, answer);
}

static int take_none(const struct v2p_extent *extent, void *data)
{
	return 0;
}

/* The processor's flag, which the kernel sets where it isolates. */
V2P_TEST(the_feature_is_that_of_the_kernel)
{
	static char text[16384];
	const char *end, *flags;

	ASSERT_EQ(0, read_file("/proc/cpuinfo", text, sizeof(text)));
	flags = strstr(text, "\nflags");
	ASSERT_NE(NULL, flags);
	end = strchr(flags + 1, '\n');
	ASSERT_NE(NULL, end);
	flags = strstr(flags, " pti ");
	EXPECT_EQ(flags && flags < end, !!IS_ISOLATED());
}

V2P_TEST(is_refused_where_there_is_none)
{
	static const struct v2p_range range = {
		.size = sizeof(range), .length = V2P_TO_THE_END,
	};
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct v2p_translation answer;
	struct v2p *v2p = self->self.v2p;

	if (IS_ISOLATED())
		SKIP(return, "there is page-table isolation");
#define EXPECT_NONE(asked) do { \
	EXPECT_EQ(-EOPNOTSUPP, asked); \
	EXPECT_NE(NULL, strstr(v2p_error(v2p), "no page-table isolation")) { \
		TH_LOG("%s", v2p_error(v2p)); \
	} \
} while (0)
	EXPECT_NONE(ask_target(v2p, mine(), (uintptr_t)&answer, &answer));
	EXPECT_NONE(v2p_get_walk(v2p, mine(), (uintptr_t)&answer, &walk));
	EXPECT_NONE(v2p_map(v2p, mine(), &range, take_none, NULL));
	EXPECT_NONE(v2p_space_open(v2p, mine()));
	/* Whom there is nothing to be known of is told that first. */
	EXPECT_EQ(-ESRCH, ask_target(v2p, v2p_user_root(0x7fffffff), 0, &answer));
	EXPECT_EQ(-EINVAL, ask_target(v2p, v2p_user_root(2), 0, &answer));
}

/* With a pid, and nothing else; the attribute that is wrong is named. */
V2P_TEST(goes_with_a_pid)
{
	static const uint8_t commands[] = {
		V2P_CMD_TRANSLATE, V2P_CMD_WALK, V2P_CMD_MAP, V2P_CMD_OPEN,
	};
	const uint64_t address = (uintptr_t)&wire;
	unsigned int i, dump;
	uint32_t at;

	ASSERT_EQ(0, wire_open(&wire));
	for (i = 0; i < sizeof(commands); i++) {
		for (dump = 0; dump < 1 + (commands[i] == V2P_CMD_MAP); dump++) {
			wire_begin(&wire, commands[i]);
			wire_put(&wire, V2P_A_KERNEL, NULL, 0);
			if (commands[i] == V2P_CMD_TRANSLATE)
				wire_put_u64(&wire, V2P_A_VIRTUAL, address);
			if (commands[i] == V2P_CMD_WALK)
				wire_put_u64(&wire, V2P_A_ADDRESS, address);
			at = wire.length;
			wire_put(&wire, V2P_A_USER_ROOT, NULL, 0);
			if (!dump) {
				EXPECT_EQ(-EINVAL, wire_ask(&wire));
				EXPECT_EQ(at, wire.bad);
			} else {
				EXPECT_EQ(-EINVAL, wire_dump(&wire) ?: wire_next(&wire));
			}
			EXPECT_NE(NULL, strstr(wire.words, "goes with a pid")) {
				TH_LOG("command %u: %s", commands[i], wire.words);
			}
		}
		/* Alone it is no target at all. */
		wire_begin(&wire, commands[i]);
		wire_put(&wire, V2P_A_USER_ROOT, NULL, 0);
		EXPECT_EQ(-EINVAL, wire_ask(&wire));
		EXPECT_NE(NULL, strstr(wire.words, "either a pid, the kernel or a device"));
	}
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put_u64(&wire, V2P_A_VIRTUAL, address);
	at = wire.length;
	wire_put(&wire, V2P_A_USER_ROOT, NULL, 0);
	EXPECT_EQ(IS_ISOLATED() ? 0 : -EOPNOTSUPP, wire_ask(&wire));
	EXPECT_EQ(IS_ISOLATED() ? 0 : at, wire.bad);
	wire_close(&wire);
}

/* An identity tells processes apart, not roots. */
V2P_TEST(has_the_identity_of_the_process)
{
	uint64_t identity[2][2];
	const void *found;
	size_t length;
	unsigned int i;

	NEED_ISOLATION();
	ASSERT_EQ(0, wire_open(&wire));
	for (i = 0; i < 2; i++) {
		wire_begin(&wire, V2P_CMD_TRANSLATE);
		wire_put_u32(&wire, V2P_A_PID, getpid());
		if (i)
			wire_put(&wire, V2P_A_USER_ROOT, NULL, 0);
		wire_put_u32(&wire, V2P_A_FIELDS, V2P_FIELD_IDENTITY);
		wire_put_u64(&wire, V2P_A_VIRTUAL, 0);
		ASSERT_EQ(0, wire_ask(&wire));
		found = wire_get(&wire, V2P_A_IDENTITY, &length);
		ASSERT_NE(NULL, found);
		ASSERT_EQ(sizeof(identity[i]), length);
		memcpy(identity[i], found, length);
	}
	EXPECT_EQ(0, memcmp(identity[0], identity[1], sizeof(identity[0])));
	wire_close(&wire);
}

static bool agrees(const struct asked *asked, struct v2p_target target, const char *area,
		   size_t size)
{
	static struct extents list;
	const struct v2p_range range = {
		.size = sizeof(range), .start = (uintptr_t)area, .length = size,
	};

	return extents_match(asked->v2p, target, asked->pagemap, &range, &list);
}

/* Each by the root itself, and by a descriptor of it. */
#define EXPECT_AGREES(area, size) do { \
	EXPECT_TRUE(agrees(&self->self, mine(), area, size)); \
	EXPECT_TRUE(agrees(&self->self, space, area, size)); \
} while (0)

V2P_TEST(memory_is_that_of_the_process)
{
	char *const small = map_small(SIZE), *const huge = map_aligned(HUGE_SIZE, RW, ANON);
	const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	char *const text = mmap(NULL, PAGE_SIZE, PROT_READ, MAP_PRIVATE, file, 0);
	char *const tlb = mmap(NULL, HUGE_SIZE, RW, ANON | MAP_HUGETLB | (21 << 26), -1, 0);
	struct v2p_target space;

	NEED_ISOLATION();
	space = v2p_space(v2p_space_open(self->self.v2p, mine()));
	ASSERT_LE(0, (int)space.id);
	fill(small, SIZE / 2);
	ASSERT_EQ(0, mprotect(small, SIZE / 4, PROT_NONE));
	make_huge(huge, HUGE_SIZE);
	read_all(text, PAGE_SIZE);
	EXPECT_AGREES(small, SIZE);
	EXPECT_AGREES(huge, HUGE_SIZE);
	EXPECT_AGREES(text, PAGE_SIZE);
	if (tlb != MAP_FAILED) {
		fill(tlb, HUGE_SIZE);
		EXPECT_AGREES(tlb, HUGE_SIZE);
	}
	close(space.id);
	close(file);
}

/* Of a range that the process unmaps, nothing is there by either root. */
V2P_TEST(what_is_unmapped_is_gone)
{
	struct v2p_translation answer;
	char *area;

	NEED_ISOLATION();
	/* So much that a table of each level but the top one goes with it. */
	area = mmap(NULL, 1UL << 40, RW, ANON | MAP_NORESERVE, -1, 0);
	ASSERT_NE(MAP_FAILED, area);
	area[1UL << 39] = 1;
	ASSERT_EQ(0, ask_target(self->self.v2p, mine(), (uintptr_t)area + (1UL << 39), &answer));
	EXPECT_EQ(V2P_STATUS_MAPPED, answer.status);
	ASSERT_EQ(0, munmap(area, 1UL << 40));
	ASSERT_EQ(0, ask_target(self->self.v2p, mine(), (uintptr_t)area + (1UL << 39), &answer));
	EXPECT_EQ(V2P_STATUS_NONE, answer.status);
}

V2P_TEST(the_roots_are_side_by_side)
{
	struct v2p_walk kernels = { .size = sizeof(kernels) }, users = kernels;
	char *const area = map_small(PAGE_SIZE);
	const struct v2p_step *k = kernels.steps, *u = users.steps;
	unsigned int i;

	NEED_ISOLATION();
	*area = 1;
	ASSERT_EQ(0, v2p_get_walk(self->self.v2p, v2p_pid(getpid()), (uintptr_t)area, &kernels));
	ASSERT_EQ(0, v2p_get_walk(self->self.v2p, mine(), (uintptr_t)area, &users));
	EXPECT_EQ(kernels.root ^ PAGE_SIZE, users.root);
	EXPECT_EQ(k->entry_physical ^ PAGE_SIZE, u->entry_physical);
	/* The kernel cannot execute what is the user's, not even by mistake. */
	EXPECT_EQ(0, k->flags & V2P_FLAG_EXEC);
	EXPECT_NE(0, u->flags & V2P_FLAG_EXEC);
	EXPECT_EQ(kernels.step_count, users.step_count);
	for (i = 1; i < kernels.step_count; i++)
		EXPECT_EQ(k[i].entry_physical, u[i].entry_physical);
	EXPECT_EQ(kernels.translation.physical, users.translation.physical);
	EXPECT_EQ(V2P_STATUS_MAPPED, users.translation.status);
}

V2P_TEST(of_the_kernel_only_what_user_mode_needs)
{
	const uint64_t entry = kernel_symbol("entry_SYSCALL_64"), banner = kernel_symbol("linux_banner");
	struct v2p_translation by_user, by_kernel;
	struct v2p *v2p = self->self.v2p;
	struct v2p_target space;

	NEED_ISOLATION();
	ASSERT_NE(0, entry);
	ASSERT_NE(0, banner);
	space = v2p_space(v2p_space_open(v2p, mine()));
	ASSERT_LE(0, (int)space.id);
	ASSERT_EQ(0, ask_target(v2p, v2p_kernel(), entry, &by_kernel));
	ASSERT_EQ(0, ask_target(v2p, mine(), entry, &by_user));
	EXPECT_EQ(V2P_STATUS_MAPPED, by_user.status);
	EXPECT_EQ(by_kernel.physical, by_user.physical);
	ASSERT_EQ(0, ask_target(v2p, space, entry, &by_user));
	EXPECT_EQ(V2P_STATUS_MAPPED, by_user.status);
	EXPECT_EQ(by_kernel.physical, by_user.physical);

	ASSERT_EQ(0, ask_target(v2p, v2p_kernel(), banner, &by_kernel));
	EXPECT_EQ(V2P_STATUS_MAPPED, by_kernel.status);
	ASSERT_EQ(0, ask_target(v2p, mine(), banner, &by_user));
	EXPECT_EQ(V2P_STATUS_NONE, by_user.status);
	ASSERT_EQ(0, ask_target(v2p, space, banner, &by_user));
	EXPECT_EQ(V2P_STATUS_NONE, by_user.status);
	/* The process as the kernel has it does not reach there at all. */
	ASSERT_EQ(0, ask_target(v2p, v2p_pid(getpid()), entry, &by_user));
	EXPECT_EQ(V2P_STATUS_INVALID, by_user.status);
	close(space.id);
}

/* Everything, from one end to the other, and not less of it from one range or by a descriptor. */
V2P_TEST(whatever_is_there_is_where_the_kernel_has_it)
{
	const struct v2p_range all = { .size = sizeof(all), .length = V2P_TO_THE_END };
	const uint64_t half = 1ULL << (self->info.virtual_bits - 1);
	struct v2p_range range = { .size = sizeof(range) };
	static struct extents whole, part;
	struct v2p_translation answer;
	struct v2p *v2p = self->self.v2p;
	size_t i, lower = 0, upper = 0;
	struct v2p_target space;

	NEED_ISOLATION();
	ASSERT_EQ(0, mlockall(MCL_CURRENT));
	space = v2p_space(v2p_space_open(v2p, mine()));
	ASSERT_LE(0, (int)space.id);
	ASSERT_EQ(0, extents_map(v2p, mine(), &all, &whole));
	for (i = 0; i < whole.count; i++) {
		const struct v2p_extent *e = &whole.at[i];
		const bool kernels = e->address >= -half;

		kernels ? upper++ : lower++;
		if (e->status != V2P_STATUS_MAPPED)
			continue;
		ASSERT_EQ(0, ask_target(v2p, kernels ? v2p_kernel() : v2p_pid(getpid()),
					e->address, &answer));
		EXPECT_EQ(e->physical, answer.physical) {
			TH_LOG("0x%lx, 0x%lx", e->address, e->length);
		}
		EXPECT_EQ(V2P_STATUS_MAPPED, answer.status);
		compared(COMPARED_KERNEL, 1);
	}
	EXPECT_LT(4, lower);
	EXPECT_LT(4, upper);
	TH_LOG("%zu extents of the process, %zu of the kernel", lower, upper);

	/* The upper half does not change; what is at the end of the lower one may. */
	range.start = half - GIANT_SIZE;
	range.length = 0 - range.start;
	ASSERT_EQ(0, extents_map(v2p, mine(), &range, &part));
	ASSERT_LE(upper, part.count);
	EXPECT_EQ(0, memcmp(&part.at[part.count - upper].address, &whole.at[lower].address, 8));
	ASSERT_EQ(0, extents_map(v2p, space, &range, &part));
	ASSERT_LE(upper, part.count);
	EXPECT_EQ(0, memcmp(&part.at[part.count - upper].address, &whole.at[lower].address, 8));
	ASSERT_EQ(0, extents_map(v2p, space, &all, &part));
	EXPECT_LE(upper + 4, part.count);
	EXPECT_LE(-half, part.at[part.count - upper].address);
	EXPECT_GT(-half, part.at[part.count - upper - 1].address);

	/* Each once, however many there are in a piece: with as many as come from each. */
	for (i = whole.count - upper; i < whole.count; i++) {
		range.start = whole.at[i].address;
		range.length = 0 - range.start;
		ASSERT_EQ(0, extents_map(v2p, space, &range, &part));
		ASSERT_EQ(whole.count - i, part.count) {
			TH_LOG("from 0x%lx: %zu extents", range.start, part.count);
		}
	}
	close(space.id);
}

/* What is between the halves is in none. */
V2P_TEST(between_the_halves)
{
	const uint64_t half = 1ULL << (self->info.virtual_bits - 1);
	const uint64_t outside[] = { half - PAGE_SIZE, half, 1ULL << 63, -half - 1 };
	const uint64_t inside[] = { 0, half - PAGE_SIZE - 1, -half, UINT64_MAX };
	struct v2p_range range = { .size = sizeof(range), .length = 1 };
	struct v2p_target targets[2] = { mine() };
	struct v2p_translation answer;
	struct v2p *v2p = self->self.v2p;
	unsigned int i, k;

	NEED_ISOLATION();
	targets[1] = v2p_space(v2p_space_open(v2p, mine()));
	ASSERT_LE(0, (int)targets[1].id);
	for (k = 0; k < 2; k++) {
		for (i = 0; i < 4; i++) {
			ASSERT_EQ(0, ask_target(v2p, targets[k], outside[i], &answer));
			EXPECT_EQ(V2P_STATUS_INVALID, answer.status);
			range.start = outside[i];
			EXPECT_EQ(-EINVAL, v2p_map(v2p, targets[k], &range, take_none, NULL));
			EXPECT_NE(NULL, strstr(v2p_error(v2p), "begins outside")) {
				TH_LOG("%s", v2p_error(v2p));
			}
			ASSERT_EQ(0, ask_target(v2p, targets[k], inside[i], &answer));
			EXPECT_NE(V2P_STATUS_INVALID, answer.status);
			range.start = inside[i];
			EXPECT_EQ(0, v2p_map(v2p, targets[k], &range, take_none, NULL)) {
				TH_LOG("%s", v2p_error(v2p));
			}
		}
		range.start = half - 2 * PAGE_SIZE;
		range.length = 2 * PAGE_SIZE;
		EXPECT_EQ(-EINVAL, v2p_map(v2p, targets[k], &range, take_none, NULL));
		EXPECT_NE(NULL, strstr(v2p_error(v2p), "ends outside"));
		range.length = 1;
	}
	/* Of others, no range goes from one half into the other. */
	range = (struct v2p_range) { .size = sizeof(range), .start = PAGE_SIZE };
	range.length = 0 - PAGE_SIZE - range.start;
	EXPECT_EQ(-EINVAL, v2p_map(v2p, v2p_pid(getpid()), &range, take_none, NULL));
	close(targets[1].id);
	targets[1] = v2p_space(v2p_space_open(v2p, v2p_pid(getpid())));
	EXPECT_EQ(-EINVAL, v2p_map(v2p, targets[1], &range, take_none, NULL));
	close(targets[1].id);
	targets[1] = v2p_space(v2p_space_open(v2p, v2p_kernel()));
	EXPECT_EQ(-EINVAL, v2p_map(v2p, targets[1], &range, take_none, NULL));
	range.length = V2P_TO_THE_END - 1;
	range.start = 0;
	EXPECT_EQ(-EINVAL, v2p_map(v2p, targets[1], &range, take_none, NULL));
	close(targets[1].id);
}

/* Addresses of both halves, mixed in all ways, are answered as each for itself. */
V2P_TEST(a_batch_of_both_halves)
{
	const uint64_t entry = kernel_symbol("entry_SYSCALL_64");
	char *const area = map_small(SIZE);
	uint64_t virtual[999], physical[999], entries[999];
	uint8_t status[999], shift[999], level[999];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
		.page_shift = shift, .entry = entries, .level = level,
	};
	struct v2p_translation answer;
	unsigned int i;

	NEED_ISOLATION();
	fill(area, SIZE);
	ASSERT_EQ(0, mlock(area, SIZE));
	for (i = 0; i < 999; i++)
		virtual[i] = i % 7 == 3 ? 1ULL << 60 : i * i % 5 < 2 ? entry + i % 3 :
			     (uintptr_t)area + i % PAGES * PAGE_SIZE + i % 100;
	ASSERT_EQ(0, v2p_translate(self->self.v2p, mine(), virtual, 999, &arrays));
	for (i = 0; i < 999; i++) {
		ASSERT_EQ(0, ask_target(self->self.v2p, mine(), virtual[i], &answer));
		ASSERT_EQ(answer.status, status[i]);
		ASSERT_EQ(i % 7 == 3 ? V2P_STATUS_INVALID : V2P_STATUS_MAPPED, status[i]);
		ASSERT_EQ(answer.physical, physical[i]);
		ASSERT_EQ(answer.page_shift, shift[i]);
		ASSERT_EQ(answer.level, level[i]);
		ASSERT_EQ(answer.entry & ~0x60ULL, entries[i] & ~0x60ULL);
	}
}

/* A process may have a table of segments, which has an address of its own there, and a page. */
V2P_TEST(a_table_of_segments)
{
	const struct user_desc segment = { .entry_number = 1, .limit = 1, .seg_32bit = 1 };
	const unsigned int shift = self->info.virtual_bits == 57 ? 48 : 39;
	const uint64_t address = -240UL << shift;
	struct v2p_translation answer;
	struct child child;

	NEED_ISOLATION();
	if (child_start(&child)) {
		child_done(&child);
		if (syscall(SYS_modify_ldt, 1, &segment, sizeof(segment)))
			_exit(errno);
		child_done(&child);
		_exit(0);
	}
	ASSERT_TRUE(child_wait(&child));
	ASSERT_EQ(0, ask_target(self->self.v2p, v2p_user_root(child.pid), address, &answer));
	EXPECT_EQ(V2P_STATUS_NONE, answer.status);
	if (!child_next(&child)) {
		child_end(&child);
		SKIP(return, "modify_ldt() fails");
	}
	ASSERT_EQ(0, ask_target(self->self.v2p, v2p_user_root(child.pid), address, &answer));
	EXPECT_EQ(V2P_STATUS_MAPPED, answer.status);
	/* It is the child's alone. */
	ASSERT_EQ(0, ask_target(self->self.v2p, mine(), address, &answer));
	EXPECT_EQ(V2P_STATUS_NONE, answer.status);
	child_end(&child);
}

/* A descriptor that is open goes with its process. */
V2P_TEST(a_process_that_ends)
{
	struct v2p_translation answer;
	struct v2p_target space;
	struct child child;

	NEED_ISOLATION();
	if (child_start(&child)) {
		child_done(&child);
		_exit(0);
	}
	ASSERT_TRUE(child_wait(&child));
	space = v2p_space(v2p_space_open(self->self.v2p, v2p_user_root(child.pid)));
	ASSERT_LE(0, (int)space.id);
	EXPECT_EQ(0, ask_target(self->self.v2p, space, (uintptr_t)&child, &answer));
	EXPECT_EQ(V2P_STATUS_MAPPED, answer.status);
	child_end(&child);
	EXPECT_EQ(-ESRCH, ask_target(self->self.v2p, space, (uintptr_t)&child, &answer));
	EXPECT_EQ(-ESRCH, ask_target(self->self.v2p, space, UINT64_MAX, &answer));
	close(space.id);
}

/*
 * A processor in user mode. Now and then it is interrupted and in the kernel: what the kernel
 * alone has is seen not to be there in some moment, what it has not is never seen.
 */
#define LOOKS 200

static bool is_ever(int monitor, uint64_t address, bool mapped, uint64_t *physical)
{
	unsigned int i;

	for (i = 0; i < LOOKS; i++)
		if (monitor_translate(monitor, address, 1, physical) == mapped)
			return true;
	return false;
}

V2P_TEST(as_a_processor_in_user_mode_has_it)
{
	static const char *const symbols[] = { "entry_SYSCALL_64", "linux_banner", "jiffies_64" };
	const uint64_t entry_area = 0xfffffe0000000000;
	char *const area = map_small(SIZE);
	struct v2p_translation answer;
	uint64_t addresses[20], its;
	unsigned int i, count = 0;
	struct child child;
	const char *why;
	int monitor;

	NEED_ISOLATION();
	monitor = monitor_open(&why);
	if (monitor < 0)
		SKIP(return, "%s", why);
	fill(area, SIZE);
	run_on(0);
	if (child_start(&child)) {
		run_on(1);
		/* Its own, none of which a fork may still take away. */
		fill(area, SIZE);
		mlock(area, SIZE);
		if (write(child.to, "", 1) != 1)
			_exit(1);
		for (;;)
			__asm__ volatile("pause");
	}
	ASSERT_TRUE(child_wait(&child));
	for (i = 0; i < 3; i++)
		addresses[count++] = kernel_symbol(symbols[i]);
	addresses[count++] = entry_area;
	for (i = 0; i < 16; i++)
		addresses[count++] = (uintptr_t)area + i * 4 * PAGE_SIZE + i;
	for (i = 0; i < count; i++) {
		bool mapped;

		ASSERT_EQ(0, ask_target(self->self.v2p, v2p_user_root(child.pid), addresses[i],
					&answer));
		mapped = answer.status == V2P_STATUS_MAPPED;
		EXPECT_EQ(i != 1 && i != 2, mapped);
		EXPECT_TRUE(is_ever(monitor, addresses[i], mapped, &its)) {
			TH_LOG("0x%lx", addresses[i]);
		}
		if (mapped)
			EXPECT_EQ(its, answer.physical);
		compared(COMPARED_MONITOR, 1);
	}
	child_end(&child);
	close(monitor);
}

TEST_HARNESS_MAIN
