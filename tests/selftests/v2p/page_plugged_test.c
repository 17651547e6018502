// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that is really taken away: of it nothing is left, neither in the machine nor in the
 * kernel, which has unmapped its struct pages as well. QEMU plugs it in and out, with the kernel's
 * driver virtio_mem, which takes what is in use elsewhere first.
 */
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

#include "fixture.h"
#include "kpage.h"
#include "monitor.h"

#define AUTO_ONLINE "/sys/devices/system/memory/auto_online_blocks"

/* What there is to plug in (tests/vm/check), and on which node (tests/vm/boot). */
#define MEGABYTES 256
#define NODE 1
#define BYTES ((uint64_t)MEGABYTES << 20)

/* Questions at a time, and bytes of memory that move out of the way. */
#define MOST 512
#define AREA_SIZE (MOST * 16 * PAGE_SIZE)

/* Seconds until the driver has done what it was asked for. */
#define WAIT 60
#define ASK_AGAIN 10

FIXTURE(plugged)
{
	struct v2p *v2p;
	int monitor;
	struct child child;
	char auto_online[32];
};

/* The memory of the driver in /proc/iomem: where it begins, and how much it is. */
static uint64_t find_memory(uint64_t *start)
{
	FILE *file = fopen("/proc/iomem", "re");
	uint64_t first, last, found = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		if (!strstr(line, "System RAM (virtio_mem)") ||
		    sscanf(line, "%" SCNx64 "-%" SCNx64, &first, &last) != 2)
			continue;
		if (!found)
			*start = first;
		found += last + 1 - first;
	}
	if (file)
		fclose(file);
	return found;
}

/* Whether the kernel has all blocks of so much memory, switched on, or none at all. */
static bool has_memory(unsigned int megabytes)
{
	const uint64_t block = block_size(), size = (uint64_t)megabytes << 20;
	const uint64_t wanted = (size + block - 1) & -block;
	uint64_t start, at;

	if (find_memory(&start) != wanted)
		return false;
	for (at = 0; at < wanted; at += block)
		if (!block_is_online((start + at) / block))
			return false;
	return true;
}

/*
 * Until it is so. Where something was in use for too long, the driver tries again after a minute,
 * or as soon as it is asked for something else.
 */
static bool plug(int monitor, unsigned int megabytes)
{
	const struct timespec moment = { .tv_nsec = 20000000 };
	const time_t start = time(NULL);
	const char *why = "the driver does not get on";
	time_t asked = start;
	unsigned int now = 0;

	if (!monitor_plug(monitor, megabytes, &why))
		goto failed;
	while (time(NULL) - start < WAIT) {
		if (monitor_plugged(monitor, &now) && now == megabytes && has_memory(megabytes))
			return true;
		if (time(NULL) - asked >= ASK_AGAIN) {
			if (!monitor_plug(monitor, MEGABYTES / 2 + 2, &why) ||
			    !monitor_plug(monitor, megabytes, &why))
				goto failed;
			asked = time(NULL);
		}
		nanosleep(&moment, NULL);
	}
failed:
	printf("# %u MiB of %u are plugged in: %s\n", now, megabytes, why);
	return false;
}

FIXTURE_SETUP(plugged)
{
	const char *why;

	self->monitor = monitor_open(&why);
	if (self->monitor < 0)
		SKIP(return, "%s", why);
	if (!monitor_plug(self->monitor, 0, &why))
		SKIP(return, "the machine has no memory to plug in: %s", why);
	if (!load_module("virtio_mem"))
		SKIP(return, "the kernel is built without VIRTIO_MEM");
	/* What is movable goes there first, and gets out again. */
	ASSERT_EQ(0, read_file(AUTO_ONLINE, self->auto_online, sizeof(self->auto_online)));
	ASSERT_EQ(0, write_file(AUTO_ONLINE, "online_movable"));
	write_file("/proc/sys/kernel/numa_balancing", "0");
	ASSERT_EQ(0, v2p_open(&self->v2p)) {
		TH_LOG("%s", v2p_error(self->v2p));
	}
}

FIXTURE_TEARDOWN(plugged)
{
	if (self->child.pid)
		child_end(&self->child);
	EXPECT_TRUE(plug(self->monitor, 0));
	EXPECT_EQ(0, write_file(AUTO_ONLINE, self->auto_online));
	close(self->monitor);
	v2p_close(self->v2p);
}

#define PLUGGED_TEST(name) TEST_F_TIMEOUT(plugged, name, PATIENCE)

/* Nothing is said of it but that. */
static bool is_nothing(const struct v2p_page_info *page, uint8_t status)
{
	const struct v2p_page_info nothing = {
		.node = V2P_NO_NODE, .page_status = status, .known = page->known,
	};

	return !memcmp(&nothing, page, sizeof(nothing));
}

static bool is_there(const struct v2p_page_info *page)
{
	return page->page_status == V2P_PAGE_STATUS_ONLINE && page->node == NODE &&
	       page->zone == V2P_ZONE_MOVABLE && !(page->folio_index >> page->folio_order);
}

static void show(uint64_t physical, const struct v2p_page_info *page)
{
	printf("# %#" PRIx64 ": %s %s, node %d, zone %s, order %u, index %u\n", physical,
	       v2p_page_status_name(page->page_status), v2p_page_kind_name(page->page_kind),
	       page->node, v2p_zone_name(page->zone), page->folio_order, page->folio_index);
}

/* All over some memory, also the last of its pages. */
static void choose_frames(uint64_t start, uint64_t size, uint64_t *physical)
{
	unsigned int i;

	for (i = 0; i < MOST; i++)
		physical[i] = start + size / MOST * i + i % 16 * PAGE_SIZE;
	physical[MOST - 1] = start + size - 1;
}

/* Of what is plugged in by half, the kernel has the other half's struct pages as well. */
PLUGGED_TEST(by_half)
{
	static struct v2p_page_info pages[MOST];
	static uint64_t physical[MOST];
	unsigned int i, offline = 0, wrong = 0;
	uint64_t start, size, flags;

	ASSERT_TRUE(plug(self->monitor, block_size() >> 21));
	size = find_memory(&start);
	ASSERT_EQ(block_size(), size);
	choose_frames(start, size, physical);
	ASSERT_EQ(0, v2p_page(self->v2p, physical, MOST, pages));
	for (i = 0; i < MOST; i++) {
		const bool is_offline = pages[i].page_kind == V2P_PAGE_KIND_OFFLINE;

		ASSERT_TRUE(kpage_flags(physical[i] >> PAGE_SHIFT, &flags));
		offline += is_offline;
		if (!is_there(&pages[i]) || is_offline != !!(flags & KPF_OFFLINE)) {
			if (wrong++ < 10)
				show(physical[i], &pages[i]);
		}
	}
	EXPECT_EQ(0, wrong);
	EXPECT_EQ(MOST / 2, offline);

	ASSERT_TRUE(plug(self->monitor, 0));
	ASSERT_EQ(0, v2p_page(self->v2p, physical, MOST, pages));
	for (i = 0; i < MOST; i++)
		EXPECT_TRUE(is_nothing(&pages[i], V2P_PAGE_STATUS_NONE)) {
			show(physical[i], &pages[i]);
		}
}

/**
 * struct asked_of - what is asked again and again while memory comes and goes
 * @v2p: by this handle
 * @start: where the memory is
 * @area: a process's own memory, of which some is there while that is plugged in
 * @there: pages of the memory that were online, so far
 * @offline: that were offline
 * @gone: that were not there at all
 * @mapped: addresses of @area that were found in it in the last answer
 * @owned: bytes of @area that v2p_owners() found in it in the last answer
 * @wrong: answers that cannot be
 */
struct asked_of {
	struct v2p *v2p;
	uint64_t start;
	char *area;
	unsigned long there;
	unsigned long offline;
	unsigned long gone;
	unsigned long mapped;
	unsigned long owned;
	unsigned long wrong;
};

static bool is_in(const struct asked_of *asked, uint64_t physical)
{
	return physical - asked->start < BYTES;
}

static bool ask_pages(struct asked_of *asked)
{
	static struct v2p_page_info pages[MOST];
	uint64_t physical[MOST];
	unsigned int i;

	choose_frames(asked->start, BYTES, physical);
	if (v2p_page(asked->v2p, physical, MOST, pages))
		return false;
	for (i = 0; i < MOST; i++) {
		const bool there = is_there(&pages[i]);
		const bool offline = is_nothing(&pages[i], V2P_PAGE_STATUS_OFFLINE);
		const bool gone = is_nothing(&pages[i], V2P_PAGE_STATUS_NONE);

		asked->there += there;
		asked->offline += offline;
		asked->gone += gone;
		if (!there && !offline && !gone && asked->wrong++ < 10)
			show(physical[i], &pages[i]);
	}
	return true;
}

/* What was in the memory may be somewhere else, and the memory gone, when its node is looked up. */
static bool ask_area(struct asked_of *asked)
{
	uint64_t addresses[MOST], physical[MOST];
	uint8_t status[MOST], kind[MOST];
	uint32_t node[MOST];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical, .node = node,
		.page_kind = kind,
	};
	unsigned int i;

	for (i = 0; i < MOST; i++)
		addresses[i] = (uintptr_t)asked->area + i * (AREA_SIZE / MOST);
	if (v2p_translate(asked->v2p, v2p_pid(getpid()), addresses, MOST, &arrays))
		return false;
	asked->mapped = 0;
	for (i = 0; i < MOST; i++) {
		bool right;

		if (status[i] != V2P_STATUS_MAPPED)
			continue;
		if (is_in(asked, physical[i])) {
			asked->mapped++;
			right = node[i] == NODE ||
				(node[i] == V2P_NO_NODE && kind[i] == V2P_PAGE_KIND_UNKNOWN);
		} else {
			right = node[i] <= 1;
		}
		if (!right && asked->wrong++ < 10)
			printf("# %#" PRIx64 " at %#" PRIx64 ": node %d, %s\n", addresses[i],
			       physical[i], node[i], v2p_page_kind_name(kind[i]));
	}
	return true;
}

static int see_owner(pid_t pid, const struct v2p_extent *extent, void *data)
{
	struct asked_of *asked = data;

	if (extent->status != V2P_STATUS_MAPPED)
		return 0;
	if (!is_in(asked, extent->physical) && asked->wrong++ < 10)
		printf("# %d has %#" PRIx64 " at %#" PRIx64 "\n", pid, extent->physical,
		       extent->address);
	if (pid == getpid() && extent->address - (uintptr_t)asked->area < AREA_SIZE)
		asked->owned += extent->length;
	return 0;
}

static bool ask_owners(struct asked_of *asked)
{
	const struct v2p_physical_range range = { asked->start, BYTES };

	asked->owned = 0;
	return !v2p_owners(asked->v2p, &range, 1, see_owner, asked);
}

static bool ask_all(struct asked_of *asked)
{
	if (ask_pages(asked) && ask_area(asked) && ask_owners(asked))
		return true;
	printf("# %s\n", v2p_error(asked->v2p));
	return false;
}

/* For a child: plugs the memory in and out, a step each time that it is told to. */
static void plug_in_and_out(const struct child *child, int monitor)
{
	unsigned int step;

	for (step = 0;; step++) {
		child_done(child);
		if (!plug(monitor, step % 2 ? 0 : MEGABYTES))
			_exit(1);
	}
}

/* Asks until the child has done its step; false where that, or a question, fails. */
static bool ask_during_step(struct asked_of *asked, const struct child *child)
{
	struct pollfd poller = { .fd = child->from, .events = POLLIN };

	if (write(child->to, "", 1) != 1)
		return false;
	do {
		if (!ask_all(asked))
			return false;
	} while (!poll(&poller, 1, 0));
	return child_wait(child);
}

/* Half of it small pages, half of it huge ones, where there are any. */
static char *map_on_node(void)
{
	char *area = map_aligned(AREA_SIZE, RW, ANON);
	unsigned long node = 1UL << NODE;

	if (!area || keep_small(area, AREA_SIZE / 2) ||
	    syscall(SYS_mbind, area, AREA_SIZE, MPOL_PREFERRED, &node, 8 * sizeof(node), 0))
		return NULL;
	return area;
}

PLUGGED_TEST(in_and_out)
{
	enum { ROUNDS = 4 };
	struct asked_of asked = { .v2p = self->v2p };
	unsigned long there, gone;
	struct child *const child = &self->child;
	unsigned int round;

	/* Only now it is known where it will be. */
	ASSERT_TRUE(plug(self->monitor, MEGABYTES));
	ASSERT_EQ(BYTES, find_memory(&asked.start));
	ASSERT_TRUE(plug(self->monitor, 0));
	asked.area = map_on_node();
	ASSERT_NE(NULL, asked.area);
	if (child_start(child))
		plug_in_and_out(child, self->monitor);
	ASSERT_TRUE(child_wait(child));
	for (round = 0; round < ROUNDS; round++) {
		ASSERT_TRUE(ask_during_step(&asked, child));
		there = asked.there;
		madvise(asked.area, AREA_SIZE, MADV_DONTNEED);
		fill(asked.area, AREA_SIZE / 2);
		make_huge(asked.area + AREA_SIZE / 2, AREA_SIZE / 2);
		ASSERT_TRUE(ask_all(&asked));
		EXPECT_EQ(MOST, asked.there - there);
		EXPECT_LT(MOST / 2, asked.mapped);
		EXPECT_LT(AREA_SIZE / 2, asked.owned);

		ASSERT_TRUE(ask_during_step(&asked, child));
		gone = asked.gone;
		ASSERT_TRUE(ask_all(&asked));
		EXPECT_EQ(MOST, asked.gone - gone);
		EXPECT_EQ(0, asked.mapped);
		EXPECT_EQ(0, asked.owned);
	}
	printf("# %lu online, %lu offline, %lu gone\n", asked.there, asked.offline, asked.gone);
	EXPECT_EQ(0, asked.wrong);
}

TEST_HARNESS_MAIN
