// SPDX-License-Identifier: GPL-2.0
/* Pages that the kernel takes elsewhere, and pinned ones that it fails to take. */
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "files.h"
#include "stressors.h"
#include "zram.h"

#ifndef MADV_HWPOISON
#define MADV_HWPOISON 100
#endif

#define PAGES 256
#define SIZE (PAGES * PAGE_SIZE)
/* Every sixteenth page is pinned, and the one behind it is never touched. */
#define EVERY 16

static bool is_pinned(unsigned int page)
{
	return page % EVERY == 0;
}

static bool is_never(unsigned int page)
{
	return page % EVERY == 1;
}

static char *page_at(unsigned int page)
{
	return HERE + page * PAGE_SIZE;
}

static void touch_movable(void)
{
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		if (!is_pinned(i) && !is_never(i))
			*(volatile size_t *)page_at(i) = i;
}

static void read_pinned(void)
{
	unsigned int i;

	for (i = 0; i < PAGES; i += EVERY)
		(void)*(volatile char *)page_at(i);
}

static bool set_up_mixed(struct stressor *stressor)
{
	unsigned int i;

	if (!map_room(HERE, SIZE))
		return fail(stressor, "no room");
	for (i = 0; i < PAGES; i++)
		if (is_pinned(i) ? !pin(stressor, page_at(i), RULE_STAYS) :
		    is_never(i) && !add_place(stressor, page_at(i), 0, RULE_NEVER))
			return false;
	touch_movable();
	return add_area(stressor, HERE, SIZE);
}

static unsigned long vmstat(const char *name)
{
	static char text[16384];
	const size_t length = strlen(name);
	const char *line;

	if (read_file("/proc/vmstat", text, sizeof(text)))
		return 0;
	for (line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, length) && line[length] == ' ')
			return strtoul(line + length, NULL, 10);
	}
	return 0;
}

/* ---- from node to node */

static bool set_up_migrating(struct stressor *stressor)
{
	if (access("/sys/devices/system/node/node1", F_OK))
		return skip(stressor, "the machine has one NUMA node");
	return set_up_mixed(stressor);
}

static void migrate(struct stressor *stressor, unsigned int *random)
{
	static int node;
	void *pages[PAGES];
	int nodes[PAGES], status[PAGES];
	unsigned int i;

	node = !node;
	memset(status, 0xff, sizeof(status));
	for (i = 0; i < PAGES; i++) {
		pages[i] = page_at(i);
		nodes[i] = node;
	}
	syscall(SYS_move_pages, 0, (long)PAGES, pages, nodes, status, MPOL_MF_MOVE);
	for (i = 0; i < PAGES; i++)
		stressor->effects += status[i] == node;
}

const struct kind migrating = { "migrating", set_up_migrating, migrate, "pages moved", 5 };

/* ---- by compaction */

#define COMPACT "/proc/sys/vm/compact_memory"

static bool set_up_compacting(struct stressor *stressor)
{
	if (access(COMPACT, F_OK))
		return skip(stressor, "the kernel is built without COMPACTION");
	return set_up_mixed(stressor);
}

/* Of every other page, so that there is something to compact. */
static void scatter(void)
{
	unsigned int i;

	for (i = 0; i < PAGES; i += 2)
		if (!is_pinned(i))
			madvise(page_at(i), PAGE_SIZE, MADV_DONTNEED);
}

static void compact(struct stressor *stressor, unsigned int *random)
{
	const unsigned long before = vmstat("compact_isolated");

	scatter();
	write_file(COMPACT, "1");
	stressor->effects += vmstat("compact_isolated") - before;
	touch_movable();
}

const struct kind compacting = {
	"compacting", set_up_compacting, compact, "pages compacted", 1,
};

/* ---- out to swap, and back */

static bool set_up_swapping(struct stressor *stressor)
{
	if (!zram_on(64))
		return skip(stressor, "the kernel has no zram to swap to");
	return set_up_mixed(stressor);
}

static unsigned int count_swapped(void)
{
	int pagemap = pagemap_open(getpid());
	uint64_t entries[PAGES];
	unsigned int i, n = 0;

	if (pagemap_read(pagemap, (uintptr_t)HERE, entries, PAGES))
		for (i = 0; i < PAGES; i++)
			n += !!(entries[i] & PM_SWAP);
	close(pagemap);
	return n;
}

static void swap(struct stressor *stressor, unsigned int *random)
{
	madvise(HERE, SIZE, MADV_PAGEOUT);
	stressor->effects += count_swapped();
	if (random_below(random, 2)) {
		touch_movable();
		read_pinned();
	}
}

const struct kind swapping = { "swapping", set_up_swapping, swap, "pages swapped out", 5 };

/* ---- switched off for NUMA hints, and by PROT_NONE */

#define BALANCING "/sys/kernel/debug/sched/numa_balancing/"
/* Some milliseconds. */
#define HINTING_CALLS 20000

static bool set_up_hinting(struct stressor *stressor)
{
	if (write_file("/proc/sys/kernel/numa_balancing", "1"))
		return skip(stressor, "the kernel is built without NUMA_BALANCING");
	write_file(BALANCING "scan_delay_ms", "10");
	write_file(BALANCING "scan_period_min_ms", "10");
	write_file(BALANCING "scan_period_max_ms", "50");
	return set_up_mixed(stressor);
}

/*
 * The scanner hints at pages of another node than the task runs on, and is paid for by
 * the task's own running time.
 */
static void run_on_either_node(unsigned int random)
{
	cpu_set_t one;
	unsigned int i;

	CPU_ZERO(&one);
	CPU_SET(random % 2 ? 0 : sysconf(_SC_NPROCESSORS_ONLN) - 1, &one);
	sched_setaffinity(0, sizeof(one), &one);
	for (i = 0; i < HINTING_CALLS; i++)
		getppid();
}

static void hint(struct stressor *stressor, unsigned int *random)
{
	const unsigned int first = random_below(random, PAGES);
	const unsigned int n = 1 + random_below(random, PAGES - first);
	const unsigned long before = vmstat("numa_pte_updates");

	mprotect(page_at(first), n * PAGE_SIZE, PROT_NONE);
	if (random_below(random, 2))
		usleep(100);
	mprotect(HERE, SIZE, RW);
	read_pinned();
	touch_movable();
	run_on_either_node(random_below(random, 2));
	stressor->effects += vmstat("numa_pte_updates") - before;
}

const struct kind hinting = {
	"hinted at, and PROT_NONE", set_up_hinting, hint, "entries hinted at", 5,
};

/* ---- merged by KSM, and written to again */

#define KSM "/sys/kernel/mm/ksm/"

static bool set_up_merging(struct stressor *stressor)
{
	if (write_file(KSM "run", "1"))
		return skip(stressor, "the kernel is built without KSM");
	write_file(KSM "sleep_millisecs", "1");
	write_file(KSM "pages_to_scan", "1000");
	return set_up_mixed(stressor) &&
	       (!madvise(HERE, SIZE, MADV_MERGEABLE) || fail(stressor, "MADV_MERGEABLE"));
}

static unsigned long count_merged(void)
{
	char text[32];

	return read_file(KSM "pages_sharing", text, sizeof(text)) ? 0 : strtoul(text, NULL, 0);
}

static void merge(struct stressor *stressor, unsigned int *random)
{
	const unsigned int first = random_below(random, PAGES);
	unsigned int i;

	/* Alike, till they are merged perhaps; then some are written to. */
	for (i = first; i < PAGES; i++)
		if (!is_pinned(i) && !is_never(i))
			memset(page_at(i), 7, PAGE_SIZE);
	usleep(random_below(random, 20000));
	stressor->effects += count_merged();
	for (i = first; i < PAGES; i += 3)
		if (!is_pinned(i) && !is_never(i))
			*page_at(i) = i;
}

const struct kind merging = { "merging", set_up_merging, merge, "pages merged", 5 };

/* ---- poisoned */

/* The kernel does not get them back, nor does it keep silent about them. */
#define MOST_POISONED 256

static void expect_signal(int signal)
{
}

static bool set_up_poisoning(struct stressor *stressor)
{
	signal(SIGBUS, expect_signal);
	/* Of nothing the kernel finds a page, where it looks for one at all. */
	if (madvise(NULL, PAGE_SIZE, MADV_HWPOISON) && errno == EINVAL)
		return skip(stressor, "the kernel is built without MEMORY_FAILURE");
	return set_up_mixed(stressor);
}

static void poison(struct stressor *stressor, unsigned int *random)
{
	static unsigned int poisoned;
	char *page = page_at(random_below(random, PAGES / EVERY) * EVERY + 2 +
			     random_below(random, EVERY - 2));

	*page = 1;
	if (poisoned < MOST_POISONED && !madvise(page, PAGE_SIZE, MADV_HWPOISON)) {
		poisoned++;
		stressor->effects++;
	}
	/* Seen so for a while; a new page then takes its place. */
	usleep(random_below(random, 100000));
	madvise(page, PAGE_SIZE, MADV_DONTNEED);
}

const struct kind poisoning = { "poisoning", set_up_poisoning, poison, "pages poisoned", 5 };
