// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that are broken in all ways, from those who may ask and from those who
 * may not, and a look at every answer. To be run by root in a machine of its own.
 *
 *	wire [--messages COUNT] [--seed NUMBER] [--processes COUNT]
 *
 * A seed says what is sent, but for process ids and, with KCOV, for what is sent
 * because of what was reached.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "fuzzer.h"
#include "send.h"
#include "tally.h"
#include "tap.h"
#include "wire.h"

/* Pages that are locked stay where they are. */
static void hold_pages_still(void)
{
	write_file("/proc/sys/kernel/numa_balancing", "0");
	write_file("/proc/sys/vm/compact_unevictable_allowed", "0");
	write_file("/proc/sys/net/core/rmem_max", "16777216");
	write_file("/proc/sys/net/core/wmem_max", "16777216");
}

/* For who waits for hours. */
static void show_progress(void)
{
	static uint64_t shown;

	if (tally->messages / 1000000 == shown)
		return;
	shown = tally->messages / 1000000;
	printf("# %" PRIu64 " million messages so far\n", shown);
}

static bool run_all(uint64_t seed, uint16_t family, unsigned int processes, uint64_t messages)
{
	bool good = true;
	unsigned int i;
	int status;
	pid_t pid;

	for (i = 0; i < processes + 1; i++) {
		bool contained = i == processes;
		/* A sixteenth for the one that may nothing. */
		uint64_t share = contained ? messages / 16 : (messages - messages / 16) / processes;

		pid = fork();
		if (pid < 0)
			return false;
		if (!pid)
			fuzzer_run(seed + i * 0xd1342543de82ef95, family, contained, share + 1);
	}
	while ((pid = waitpid(-1, &status, WNOHANG)) >= 0) {
		if (!pid) {
			show_progress();
			sleep(1);
			continue;
		}
		if (status)
			printf("# a process ended with status 0x%x\n", status);
		good &= !status;
	}
	return good;
}

static void promise_result(enum promise promise, const char *words)
{
	if (tally->broken[promise])
		printf("# %s\n", tally->words[promise]);
	ok(!tally->broken[promise], "%s", words);
}

/* Each kind of answer came, so each has been looked at. */
static bool saw_everything(void)
{
	static const int errors[] = { 0, EPERM, ESRCH, EINVAL, E2BIG, ERANGE, EOPNOTSUPP, ENOENT,
				      ENODEV };
	bool good = tally->refused && tally->compared && tally->dumps && tally->abandoned;
	unsigned int i;

	for (i = V2P_CMD_INFO; i <= V2P_CMD_MAX; i++) {
		printf("# command %u: %" PRIu64 " answers\n", i, tally->data[i]);
		good &= tally->data[i] > 0;
	}
	for (i = 0; i < TALLY_ERRORS; i++)
		if (tally->errors[i])
			printf("# %s: %" PRIu64 "\n", i ? strerrorname_np(i) : "acknowledged",
			       tally->errors[i]);
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		good &= tally->errors[errors[i]] > 0;
	printf("# %" PRIu64 " well-formed questions refused for lack of a right\n", tally->refused);
	printf("# %" PRIu64 " answers compared with pagemap\n", tally->compared);
	printf("# %" PRIu64 " dumps, %" PRIu64 " given up in the middle\n", tally->dumps,
	       tally->abandoned);
	return good;
}

static bool saw_all_ioctls(uint64_t messages)
{
	static const int errors[] = { 0, EBADF, ENOTTY, EINVAL, E2BIG, EFAULT, ESRCH };
	bool good = tally->ioctls >= messages / 8 && tally->ioctls_many &&
		    tally->ioctls_compared && tally->storm_answers && tally->storm_faults &&
		    (tally->ioctls_compat || !send_has_compat());
	unsigned int i;

	printf("# %" PRIu64 " ioctls\n", tally->ioctls);
	for (i = 0; i < TALLY_IOCTLS; i++) {
		printf("# ioctl %u: %" PRIu64 " answers\n", i, tally->ioctls_answered[i]);
		good &= tally->ioctls_answered[i] > 0;
	}
	for (i = 0; i < TALLY_ERRORS; i++)
		if (tally->ioctl_errors[i])
			printf("# ioctls, %s: %" PRIu64 "\n", i ? strerrorname_np(i) : "answered",
			       tally->ioctl_errors[i]);
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		good &= tally->ioctl_errors[errors[i]] > 0;
	printf("# %" PRIu64 " answered to 32 bits, %" PRIu64 " about very many addresses\n",
	       tally->ioctls_compat, tally->ioctls_many);
	printf("# %" PRIu64 " answers to ioctls compared with pagemap\n", tally->ioctls_compared);
	printf("# %" PRIu64 " times several threads: %" PRIu64 " answers, %" PRIu64 " faults\n",
	       tally->storms, tally->storm_answers, tally->storm_faults);
	return good;
}

static bool module_is_unused(void)
{
	char text[32];

	return !read_file("/sys/module/v2p/refcnt", text, sizeof(text)) && !strcmp(text, "0\n");
}

static void coverage_result(void)
{
	if (access("/sys/kernel/debug/kcov", F_OK)) {
		ok_skip("what requests reach leads to new ones", "the kernel has no KCOV");
		return;
	}
	printf("# %" PRIu64 " places reached, %" PRIu64 " messages and %" PRIu64 " ioctls kept\n",
	       tally->reached, tally->kept, tally->ioctls_kept);
	if (!tally->reached) {
		ok_skip("what requests reach leads to new ones", "the module is built without KCOV");
		return;
	}
	ok(tally->kept > 0 && tally->ioctls_kept > 0, "%s",
	   "what requests reach leads to new ones");
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "messages", required_argument, NULL, 'm' },
		{ "seed", required_argument, NULL, 's' },
		{ "processes", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	uint64_t messages = 100000, seed;
	unsigned int processes = get_nprocs();
	struct wire *wire = malloc(sizeof(*wire));
	bool lived;
	int option;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed) || !wire || !tally_open())
		return 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'm')
			messages = strtoull(optarg, NULL, 0);
		else if (option == 's')
			seed = strtoull(optarg, NULL, 0);
		else if (option == 'p')
			processes = strtoul(optarg, NULL, 0);
		else
			return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	tap_plan(14);
	printf("# --seed 0x%" PRIx64 " --messages %" PRIu64 " --processes %u\n", seed, messages,
	       processes);
	if (wire_open(wire)) {
		printf("Bail out! the family is not there\n");
		return 1;
	}
	wire_close(wire);
	hold_pages_still();
	lived = run_all(seed, wire->family, processes, messages);
	printf("# %" PRIu64 " messages in %" PRIu64 " datagrams\n", tally->messages,
	       tally->datagrams);
	ok(lived && tally->messages >= messages, "%s", "all messages were sent, and none hung");
	promise_result(PROMISE_FORM, "every answer is well-formed");
	promise_result(PROMISE_ERRORS, "every error is one that was meant");
	promise_result(PROMISE_ANSWERED, "every request is answered, once and in order");
	promise_result(PROMISE_RIGHTS, "who may not ask gets no address");
	promise_result(PROMISE_FRAMES, "locked pages are where pagemap has them");
	ok(saw_everything(), "%s", "every kind of answer was seen");
	promise_result(PROMISE_OPENED, "each open gives a descriptor, and nothing else does");
	promise_result(PROMISE_IOCTL_ERRORS, "every ioctl ends as it must");
	promise_result(PROMISE_IOCTL_FORM, "every answer to an ioctl is well-formed");
	promise_result(PROMISE_UNTOUCHED, "ioctls write nowhere else");
	ok(saw_all_ioctls(messages), "%s", "every kind of ioctl, and of its end, was seen");
	ok(module_is_unused(), "%s", "nothing holds the module");
	coverage_result();
	return tap_end();
}
