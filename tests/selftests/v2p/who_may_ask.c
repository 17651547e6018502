// SPDX-License-Identifier: GPL-2.0
/*
 * Asks for each cell of who_may_ask.txt that is for a lockdown mode, which it switches
 * on before:
 *
 *	who_may_ask none|integrity|confidentiality [user-root]
 *
 * With user-root, no more than the columns of the page table of user mode.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <linux/netlink.h>
#include <linux/v2p_ioctl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../kselftest.h"
#include "subjects.h"
#include "any_device.h"
#include "caps.h"
#include "child.h"
#include "files.h"
#include "pagemap.h"
#include "who_may_ask_table.h"
#include "wire.h"

#define LOCKDOWN "/sys/kernel/security/lockdown"
#define FOREIGN_USER 12345
#define KTHREAD 2
#define GONE 0x7fffffff

static struct wire wire;
static char page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static uint64_t kernel_address;
static pid_t foreign, theirs;
static char device[ANY_DEVICE];
static unsigned long asked;
static bool isolated, only_user_root;

/**
 * struct asking - one cell, being asked
 * @who: the subject's name
 * @column: whom
 * @pid: of it, or 0 for the kernel, or for a device
 * @device: its name, or NULL
 * @user_root: by the page table of user mode
 * @address: what is asked there
 * @mapped: it is known to be mapped
 * @expected: 0 or a negative errno
 * @words: in what an error says
 * @member: it may open its own address space, and nothing else
 */
struct asking {
	const char *who;
	const char *column;
	pid_t pid;
	const char *device;
	bool user_root;
	uint64_t address;
	bool mapped;
	int expected;
	const char *words;
	bool member;
};

static void put_target(const struct asking *a)
{
	if (a->pid)
		wire_put_u32(&wire, V2P_A_PID, a->pid);
	else if (a->device)
		wire_put(&wire, V2P_A_DEVICE, a->device, strlen(a->device) + 1);
	else
		wire_put(&wire, V2P_A_KERNEL, NULL, 0);
	if (a->user_root)
		wire_put(&wire, V2P_A_USER_ROOT, NULL, 0);
}

static int ask_info(const struct asking *a)
{
	return wire_info(&wire);
}

static int ask_translate(const struct asking *a)
{
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	put_target(a);
	wire_put_u64(&wire, V2P_A_VIRTUAL, a->address);
	return wire_ask(&wire);
}

static int ask_walk(const struct asking *a)
{
	wire_begin(&wire, V2P_CMD_WALK);
	put_target(a);
	wire_put_u64(&wire, V2P_A_ADDRESS, a->address);
	return wire_ask(&wire);
}

static int ask_map(const struct asking *a)
{
	wire_begin(&wire, V2P_CMD_MAP);
	put_target(a);
	wire_put_range(&wire, a->address & -PAGE_SIZE, PAGE_SIZE);
	return wire_ask(&wire);
}

/* Leaves the last message that had data as the reply. */
static int ask_map_dump(const struct asking *a)
{
	size_t length = 0;
	int ret;

	wire_begin(&wire, V2P_CMD_MAP);
	put_target(a);
	wire_put_range(&wire, a->address & -PAGE_SIZE, PAGE_SIZE);
	ret = wire_dump(&wire);
	if (ret)
		return ret;
	while ((ret = wire_next(&wire)) == 1)
		length = wire.reply_length;
	wire.reply_length = length;
	return ret;
}

static int last_fd = -1;

static int ask_open(const struct asking *a)
{
	const uint32_t *fd;
	size_t length;
	int ret;

	wire_begin(&wire, V2P_CMD_OPEN);
	put_target(a);
	ret = wire_ask(&wire);
	fd = wire_get(&wire, V2P_A_FD, &length);
	last_fd = !ret && fd && length == sizeof(*fd) ? (int)*fd : -1;
	return ret;
}

/* The descriptor answers, to whoever got it. */
static bool answers(const struct asking *a)
{
	uint8_t status = 0xff;
	struct v2p_ioctl_translate request = {
		.size = sizeof(request), .count = 1, .addresses = (uintptr_t)&a->address,
		.out_status = (uintptr_t)&status,
	};
	struct v2p_ioctl_walk walk = { .size = sizeof(walk), .address = a->address };
	const int ret = ioctl(last_fd, V2P_IOCTL_TRANSLATE, &request);
	/* Where page tables are is not for members of the group. */
	const int expected = a->member ? EPERM : 0;
	const int error = ioctl(last_fd, V2P_IOCTL_WALK, &walk) ? errno : 0;

	close(last_fd);
	return !ret && error == expected && (a->mapped ? status == V2P_STATUS_MAPPED : status <= V2P_STATUS_MAX);
}

struct operation {
	const char *name;
	int (*ask)(const struct asking *a);
};

/* Where its variables are is as much the kernel's as an address of it. */
static int ask_per_cpu(const struct asking *a)
{
	wire_begin(&wire, V2P_CMD_PER_CPU);
	return wire_ask(&wire);
}

/* Of physical memory, whosever it is. */
static int ask_page(const struct asking *a)
{
	wire_begin(&wire, V2P_CMD_PAGE);
	wire_put_u64(&wire, V2P_A_PHYSICAL, 0);
	return wire_ask(&wire);
}

/* So is what its addresses are for. */
static int ask_regions(const struct asking *a)
{
	wire_begin(&wire, V2P_CMD_REGIONS);
	return wire_ask(&wire);
}

static const struct operation info = { "info", ask_info };
static const struct operation layout[] = {
	{ "per-cpu", ask_per_cpu },
	{ "regions", ask_regions },
};
static const struct operation of_a_page = { "page", ask_page };
static const struct operation operations[] = {
	{ "translate", ask_translate },
	{ "walk", ask_walk },
	{ "map", ask_map },
	{ "map, dump", ask_map_dump },
	/* The last, as oneself it is asked for apart. */
	{ "open", ask_open },
};

#define OPEN (&operations[ARRAY_SIZE(operations) - 1])

/* Kernel 6.1 has no words for who is refused at the start of a dump. */
static bool has_words(const struct operation *operation)
{
	struct utsname name;

	uname(&name);
	return operation->ask != ask_map_dump || strncmp(name.release, "6.1.", 4) ||
	       wire.words[0];
}

/* A member of the group is told what it may, as long as it asks for that. */
static const char *words_of(const struct asking *a, const struct operation *operation)
{
	return a->member && a->pid && !a->user_root && operation == OPEN ? "own_group" : a->words;
}

/* Whether the answer is as expected: with what was asked for, or with nothing at all. */
static bool ask_once(const struct asking *a, const struct operation *operation)
{
	const int error = operation->ask(a);
	const uint8_t *status;
	size_t length;

	asked++;
	if (error != a->expected)
		return false;
	if (error)
		return !wire.reply_length &&
		       (!has_words(operation) ||
			strstr(wire.words, words_of(a, operation)));
	if (operation == OPEN)
		return answers(a);
	if (operation == &info)
		return wire.reply_length;
	if (operation == &layout[0])
		return wire_get(&wire, V2P_A_PER_CPU_OFFSETS, &length);
	if (operation == &of_a_page)
		return wire_get(&wire, V2P_A_PAGE_STATUS, &length) && length == 1;
	if (operation == &layout[1])
		return wire_get(&wire, V2P_A_REGION, &length);
	status = wire_get(&wire, V2P_A_STATUS, &length);
	return a->mapped ? status && length == 1 && *status == V2P_STATUS_MAPPED :
			   wire_get(&wire, V2P_A_NEXT, &length) || status;
}

/* Operations and ways of sending that go wrong. */
static unsigned int ask(const struct asking *a, const struct operation *of, unsigned int count)
{
	unsigned int wrong = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		for (wire.how = 0; wire.how < WIRE_SENDS; wire.how++) {
			if (ask_once(a, &of[i]))
				continue;
			wrong++;
			ksft_print_msg("%s asks %s, %s, sent in way %d: %d (%s), %zu bytes, instead of %d (%s)\n",
				       a->who, a->column, of[i].name, wire.how, wire.error,
				       wire.words, wire.reply_length, a->expected,
				       a->expected ? words_of(a, &of[i]) : "");
		}
	}
	return wrong;
}

static bool is_by_root(const char *column)
{
	return !strcmp(column, "root") || !strcmp(column, "self_root");
}

/*
 * Who lacks CAP_SYS_ADMIN is told that and nothing else, whatever there is to be known:
 * not even whether there is such a process. Others are told what they lack.
 */
static const char *words_for(const struct row *row, unsigned int column)
{
	const char *name = columns[column].name;
	const bool by_root = is_by_root(name);

	if (expected_of(row, "gone", "") == -EPERM)
		return "CAP_SYS_ADMIN";
	if (!strcmp(name, "kthread"))
		return "kernel thread";
	if (!strcmp(name, "gone"))
		return "no such process";
	/* The process comes first, then the kernel, and last of all whether there is one. */
	if (by_root && !row->expected[column])
		return "no page-table isolation";
	if (by_root && !expected_of(row, *name == 's' ? "self" : "foreign", ""))
		name = "kernel";
	if (!strcmp(name, "kernel") || !strcmp(name, "device"))
		return expected_of(row, "kernel", "none") ? "CAP_SYSLOG" : "locked down";
	return "CAP_SYS_PTRACE";
}

static unsigned int ask_column(const struct row *row, unsigned int i, const char *who,
			       pid_t own, pid_t mine)
{
	const struct {
		const char *column;
		pid_t pid;
		uint64_t address;
		bool mapped;
		bool user_root;
	} targets[] = {
		{ "self", getpid(), (uintptr_t)page, true },
		{ "open", getpid(), (uintptr_t)page, true },
		{ "own", own, (uintptr_t)page, true },
		{ "mine", mine, (uintptr_t)page },
		{ "theirs", theirs, (uintptr_t)page },
		{ "foreign", foreign, (uintptr_t)page, true },
		{ "init", 1, (uintptr_t)page },
		{ "kthread", KTHREAD, (uintptr_t)page },
		{ "gone", GONE, (uintptr_t)page },
		{ "kernel", 0, kernel_address, true },
		{ "self_root", getpid(), (uintptr_t)page, true, true },
		{ "root", foreign, (uintptr_t)page, true, true },
		{ "device", 0, PAGE_SIZE },
	};
	struct asking a = {
		.who = who, .column = columns[i].name, .expected = row->expected[i],
		.words = words_for(row, i),
		.member = expected_of(row, "open", "") != expected_of(row, "self", ""),
	};
	const bool self = !strcmp(a.column, "self"), of_device = !strcmp(a.column, "device");
	unsigned int k;

	if (!strcmp(a.column, "info"))
		return ask(&a, &info, 1);
	if (!strcmp(a.column, "page"))
		return ask(&a, &of_a_page, 1);
	for (k = 0; k < ARRAY_SIZE(targets); k++) {
		if (strcmp(a.column, targets[k].column))
			continue;
		a.pid = targets[k].pid;
		a.device = of_device ? device : NULL;
		a.address = targets[k].address;
		a.mapped = targets[k].mapped;
		a.user_root = targets[k].user_root;
		if (a.user_root && !a.expected && !isolated)
			a.expected = -EOPNOTSUPP;
		if (!strcmp(a.column, "open"))
			return ask(&a, OPEN, 1);
		return ask(&a, operations, ARRAY_SIZE(operations) - (self || of_device)) +
		       (a.pid || of_device ? 0 : ask(&a, layout, ARRAY_SIZE(layout)));
	}
	ksft_print_msg("no such column: %s\n", a.column);
	return 1;
}

/* A subject's questions, for a process of its own. */
struct session {
	const struct row *row;
	const struct subject *subject;
	uint64_t set;
	const char *who;
	const char *mode;
};

static void idle(const struct child *child)
{
	page[0] = 1;
	child_done(child);
	pause();
	_exit(0);
}

/*
 * For a child: runs another program, in a user namespace of its own. Who cannot make
 * one, as within one that no user is mapped into, does so where it is. The end of the
 * pipe tells that it runs.
 */
static void idle_in_namespace(const struct child *child)
{
	unshare(CLONE_NEWUSER);
	child_done(child);
	fcntl(child->to, F_SETFD, FD_CLOEXEC);
	execlp("sleep", "sleep", "3600", NULL);
	_exit(1);
}

static bool is_in_namespace(struct child *child)
{
	return child_wait(child) && !child_next(child);
}

static int hold_session(void *argument)
{
	const struct session *s = argument;
	struct child own, mine;
	unsigned int wrong = 0;
	unsigned int i;

	if (!s->subject->become(&wire, s->set)) {
		ksft_print_msg("cannot be %s\n", s->who);
		return 1;
	}
	page[0] = 1;
	if (child_start(&own))
		idle(&own);
	if (child_start(&mine))
		idle_in_namespace(&mine);
	if (!child_wait(&own) || !is_in_namespace(&mine))
		return 1;
	for (i = 0; i < column_count; i++)
		if ((!columns[i].mode[0] || !strcmp(columns[i].mode, s->mode)) &&
		    (!only_user_root || is_by_root(columns[i].name)))
			wrong += ask_column(s->row, i, s->who, own.pid, mine.pid);
	child_end(&own);
	child_end(&mine);
	if (!asked)
		wrong++;
	fflush(stdout);
	return wrong > 0;
}

static void test_subject(const struct row *row, const char *who, uint64_t set,
			const char *mode)
{
	struct session s = {
		.row = row, .subject = subject_find(row->name), .set = set,
		.who = who, .mode = mode,
	};

	fflush(stdout);
	ksft_test_result(!in_child(hold_session, &s), "%s\n", who);
}

static void test_row(const struct row *row, const char *mode)
{
	const uint64_t set = subject_find(row->name)->set;
	char who[64];
	int i;

	if (set != ANY_OTHER) {
		test_subject(row, row->name, set, mode);
		return;
	}
	for (i = 0; i <= caps_last(); i++) {
		snprintf(who, sizeof(who), "%s: %d", row->name, i);
		if (i != CAP_SYS_ADMIN)
			test_subject(row, who, CAPS(i), mode);
	}
}

static bool locked_down(const char *mode)
{
	char text[128], wanted[64];

	/* A kernel that cannot be locked down is not. */
	if (access(LOCKDOWN, F_OK))
		return !strcmp(mode, "none");
	snprintf(wanted, sizeof(wanted), "[%s]", mode);
	return !read_file(LOCKDOWN, text, sizeof(text)) && strstr(text, wanted);
}

/*
 * A dump whose first message is made before, and read, as the rest, after. It is a small
 * one on a socket that nothing has been read from.
 */
static bool begin_dump(struct wire *dump, uint32_t pid, bool user_root)
{
	if (wire_open(dump))
		return false;
	wire_close(dump);
	dump->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	wire_begin_map(dump, pid);
	if (user_root)
		wire_put(dump, V2P_A_USER_ROOT, NULL, 0);
	return !wire_dump(dump);
}

static void end_dump(struct wire *dump, bool begun, int expected, const char *whose)
{
	unsigned int messages = 0;
	int ret = -ENOENT;

	while (begun && (ret = wire_next(dump)) == 1)
		messages++;
	ksft_test_result(messages && ret == expected, "a dump that has begun: of %s, %s\n", whose,
			 expected ? "ends" : "goes on");
	ksft_print_msg("%u messages, then %d\n", messages, ret);
}

/* Opened before, used after. */
static int open_before(uint32_t pid, bool user_root)
{
	const struct asking a = { .pid = pid, .user_root = user_root };

	return wire_open(&wire) || ask_open(&a) ? -1 : last_fd;
}

static void use_after(int fd, uint64_t address, int expected, const char *whose)
{
	struct v2p_ioctl_walk request = { .size = sizeof(request), .address = address };
	const int error = ioctl(fd, V2P_IOCTL_WALK, &request) ? errno : 0;

	ksft_test_result(error == expected, "a descriptor that is open: of %s, %s\n", whose,
			 expected ? "is refused" : "goes on");
	close(fd);
}

static void lock_down(const char *mode)
{
	static struct wire of_kernel, of_process, of_root;
	const int kernel = open_before(0, false), process = open_before(foreign, false);
	const int root = isolated ? open_before(foreign, true) : -1;
	const bool secret = !strcmp(mode, "confidentiality");
	const bool kernel_begun = secret && begin_dump(&of_kernel, 0, false);
	const bool process_begun = secret && begin_dump(&of_process, foreign, false);
	const bool root_begun = secret && isolated && begin_dump(&of_root, foreign, true);

	if (strcmp(mode, "none") && write_file(LOCKDOWN, mode))
		ksft_exit_fail_msg("cannot lock down: %s\n", mode);
	if (!locked_down(mode))
		ksft_exit_fail_msg("this is to run under lockdown: %s\n", mode);
	if (secret) {
		end_dump(&of_kernel, kernel_begun, -EPERM, "the kernel");
		end_dump(&of_process, process_begun, 0, "a process");
		use_after(kernel, kernel_address, EPERM, "the kernel");
		use_after(process, (uintptr_t)page, 0, "a process");
	} else {
		close(kernel);
		close(process);
	}
	if (secret && isolated) {
		end_dump(&of_root, root_begun, -EPERM, "the page table of user mode");
		use_after(root, (uintptr_t)page, EPERM, "the page table of user mode");
	} else if (isolated) {
		close(root);
	}
	wire_close(&wire);
}

static bool is_isolated(void)
{
	bool is;

	if (wire_open(&wire))
		ksft_exit_fail_msg("the module does not answer\n");
	is = wire_has_feature(&wire, V2P_FEATURE_USER_ROOT);
	wire_close(&wire);
	return is;
}

static void become_foreign(void)
{
	if (setresgid(FOREIGN_USER, FOREIGN_USER, FOREIGN_USER) ||
	    setresuid(FOREIGN_USER, FOREIGN_USER, FOREIGN_USER))
		_exit(1);
}

int main(int argc, char **argv)
{
	const char *const mode = argc >= 2 ? argv[1] : "none";
	struct child child, other;
	unsigned int i;

	only_user_root = argc == 3 && !strcmp(argv[2], "user-root");
	ksft_print_header();
	read_table();
	match_subjects();
	isolated = is_isolated();
	kernel_address = kernel_symbol("_stext");
	if (caps_last() < CAP_SYS_ADMIN || !kernel_address)
		ksft_exit_fail_msg("the kernel does not say what it knows\n");
	if (!any_device(device))
		ksft_exit_fail_msg("there is no device\n");
	/* Another's from each but ANY_OTHER, and those in turn. */
	ksft_set_plan(row_count - 1 + caps_last() +
		      (strcmp(mode, "confidentiality") ? 0 : isolated ? 6 : 4));

	page[0] = 1;
	if (child_start(&child)) {
		become_foreign();
		idle(&child);
	}
	if (child_start(&other)) {
		become_foreign();
		idle_in_namespace(&other);
	}
	if (!child_wait(&child) || !is_in_namespace(&other))
		ksft_exit_fail_msg("no process to ask\n");
	foreign = child.pid;
	theirs = other.pid;
	lock_down(mode);
	for (i = 0; i < row_count; i++)
		test_row(&rows[i], mode);
	child_end(&child);
	child_end(&other);
	ksft_finished();
}
