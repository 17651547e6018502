// SPDX-License-Identifier: GPL-2.0
/*
 * Only who has CAP_SYS_ADMIN in the initial user namespace is answered, when the
 * socket is opened as well as when it is used.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "fixture.h"
#include "wire.h"

static struct wire wire;

/* Switches CAP_SYS_ADMIN on and off; once it is gone for good, it stays off. */
static bool set_admin(bool effective, bool permitted)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	const uint32_t admin = 1u << CAP_SYS_ADMIN;

	if (syscall(SYS_capget, &header, data))
		return false;
	data[0].effective = effective ? data[0].effective | admin : data[0].effective & ~admin;
	if (!permitted)
		data[0].permitted &= ~admin;
	return !syscall(SYS_capset, &header, data);
}

static bool become_nobody(void)
{
	return !setgroups(0, NULL) && !setresgid(65534, 65534, 65534) &&
	       !setresuid(65534, 65534, 65534);
}

/* Kernel 6.1 has no words for who is refused at the start of a dump. */
static bool dump_has_words(void)
{
	struct utsname name;

	uname(&name);
	return strncmp(name.release, "6.1.", 4) || wire.words[0];
}

static bool map_answers(uint32_t pid, int error)
{
	int ret;

	wire_begin_map(&wire, pid);
	wire_put_u64(&wire, V2P_A_SIZE, 1);
	if (!pid)
		wire_put_u64(&wire, V2P_A_START, -1ULL);
	if (wire_ask(&wire) != error || (error && !strstr(wire.words, "CAP_SYS_ADMIN")))
		return false;
	ret = wire_dump(&wire) ? wire.error : wire_next(&wire);
	if (ret == 1)
		ret = wire_next(&wire);
	return ret == error &&
	       (!error || !dump_has_words() || strstr(wire.words, "CAP_SYS_ADMIN"));
}

/* Every question in every way of sending. Returns how many went as expected. */
static int ask_all(int error)
{
	int right = 0;

	for (wire.how = 0; wire.how < WIRE_SENDS; wire.how++) {
		const bool process = wire_translate_pid(&wire, getpid(), (uintptr_t)&wire) == error;
		const bool words = !error || strstr(wire.words, "CAP_SYS_ADMIN");
		const bool kernel = wire_translate_kernel(&wire, -1ULL) == error;
		const bool map = map_answers(getpid(), error) && map_answers(0, error);

		wire_begin(&wire, V2P_CMD_WALK);
		wire_put_u32(&wire, V2P_A_PID, getpid());
		wire_put_u64(&wire, V2P_A_ADDRESS, (uintptr_t)&wire);
		if (process && words && kernel && map && wire_ask(&wire) == error &&
		    (!error || !wire.reply_length) && !wire_info(&wire))
			right++;
		else
			printf("# sent in way %d: process %d, words %d, kernel %d, map %d, last %d\n",
			       wire.how, process, words, kernel, map, wire.error);
	}
	return right;
}

/* Each case runs in a process of its own, and returns 0 when it went as expected. */
static int all_right(int error)
{
	return ask_all(error) == WIRE_SENDS ? 0 : 1;
}

static int as_root(void *unused)
{
	return wire_open(&wire) ? 10 : all_right(0);
}

static int as_nobody(void *unused)
{
	return !become_nobody() ? 11 : wire_open(&wire) ? 10 : all_right(-EPERM);
}

static int as_root_without_admin(void *unused)
{
	return !set_admin(false, false) ? 11 : wire_open(&wire) ? 10 : all_right(-EPERM);
}

static int as_root_of_a_user_namespace(void *unused)
{
	if (unshare(CLONE_NEWUSER))
		return 11;
	return wire_open(&wire) ? 10 : all_right(-EPERM);
}

static int opened_with_used_without(void *unused)
{
	if (wire_open(&wire))
		return 10;
	return !set_admin(false, false) ? 11 : all_right(-EPERM);
}

static int opened_with_used_by_nobody(void *unused)
{
	if (wire_open(&wire))
		return 10;
	return !become_nobody() ? 11 : all_right(-EPERM);
}

static int opened_with_used_in_a_user_namespace(void *unused)
{
	if (wire_open(&wire))
		return 10;
	return unshare(CLONE_NEWUSER) ? 11 : all_right(-EPERM);
}

static int opened_without_used_with(void *unused)
{
	if (!set_admin(false, true) || wire_open(&wire) || !set_admin(true, true))
		return 10;
	return all_right(-EPERM);
}

/* The right comes back with the process: it was the process that lacked it. */
static int opened_with_used_with_again(void *unused)
{
	if (wire_open(&wire) || !set_admin(false, true))
		return 10;
	if (all_right(-EPERM) || !set_admin(true, true))
		return 11;
	return all_right(0);
}

TEST(root)
{
	EXPECT_EQ(0, in_child(as_root, NULL));
}

TEST(nobody)
{
	EXPECT_EQ(0, in_child(as_nobody, NULL));
}

TEST(root_without_admin)
{
	EXPECT_EQ(0, in_child(as_root_without_admin, NULL));
}

TEST(root_of_a_user_namespace)
{
	EXPECT_EQ(0, in_child(as_root_of_a_user_namespace, NULL));
}

TEST(opened_with_the_right_and_used_without)
{
	EXPECT_EQ(0, in_child(opened_with_used_without, NULL));
	EXPECT_EQ(0, in_child(opened_with_used_by_nobody, NULL));
	EXPECT_EQ(0, in_child(opened_with_used_in_a_user_namespace, NULL));
}

TEST(opened_without_the_right_and_used_with)
{
	EXPECT_EQ(0, in_child(opened_without_used_with, NULL));
}

TEST(opened_and_used_with_the_right_not_in_between)
{
	EXPECT_EQ(0, in_child(opened_with_used_with_again, NULL));
}

/* Nobody learns which processes there are, either. */
static int nobody_asks_for_a_pid(void *unused)
{
	if (!become_nobody() || wire_open(&wire))
		return 10;
	return wire_translate_pid(&wire, 0x7fffffff, 0) == -EPERM &&
	       wire_translate_pid(&wire, 1, 0) == -EPERM &&
	       wire_translate_pid(&wire, 2, 0) == -EPERM &&
	       map_answers(0x7fffffff, -EPERM) && map_answers(1, -EPERM) &&
	       map_answers(2, -EPERM) ? 0 : 1;
}

TEST(nobody_learns_which_processes_there_are)
{
	EXPECT_EQ(0, in_child(nobody_asks_for_a_pid, NULL));
}

/* A dump is asked for once, and answered to whoever reads on: as a descriptor. */
static int right_dropped_in_a_dump(void *unused)
{
	unsigned int messages = 0;
	const size_t size = 16 * HUGE_SIZE;
	char *area = map_small(size);
	int ret;

	if (wire_open(&wire))
		return 10;
	read_all(area, size);
	wire_begin_map(&wire, getpid());
	wire_put_range(&wire, (uintptr_t)area, size);
	if (wire_dump(&wire) || wire_next(&wire) != 1)
		return 12;
	if (!set_admin(false, false))
		return 11;
	while ((ret = wire_next(&wire)) == 1)
		messages++;
	if (ret || messages < 4)
		return 13;
	return all_right(-EPERM);
}

TEST(the_right_is_asked_for_when_a_dump_begins)
{
	EXPECT_EQ(0, in_child(right_dropped_in_a_dump, NULL));
}

static int library_without_right(void *unused)
{
	struct v2p_info info;
	uint64_t physical;
	struct v2p *v2p;

	if (!become_nobody() || v2p_open(&v2p))
		return 10;
	if (v2p_info(v2p, &info) || !info.max_batch)
		return 11;
	if (v2p_virtual_to_physical(v2p, v2p_pid(getpid()), 0, &physical) != -EPERM)
		return 12;
	return strstr(v2p_error(v2p), "CAP_SYS_ADMIN") ? 0 : 13;
}

TEST(the_library_without_the_right)
{
	EXPECT_EQ(0, in_child(library_without_right, NULL));
}

TEST_HARNESS_MAIN
