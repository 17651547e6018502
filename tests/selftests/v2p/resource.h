/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What callers can make the kernel spend: the time of others, and memory. All of them
 * here have the right to ask; they are careless, or very many. The bounds, from the
 * constants of module/:
 *
 * - A message takes 64 KiB at most: V2P_NETLINK_MAX_BATCH (1024) addresses of 34 bytes
 *   with all fields, and netlink's heads, are a little more than 32 KiB. A part of a dump
 *   is of 32 KiB by netlink's own limit.
 *   The answer to a walk is of what it takes, that to a map in one message of a page at
 *   most.
 * - What waits in a socket is no more than its buffer holds, and one message. A dump
 *   makes its next part when there is room again.
 * - Between its parts, a dump keeps struct dump, and where it looks for physical memory
 *   struct v2p_frames (4 KiB), charged to the memory cgroup of who asked, and of its target
 *   the mm_struct with the topmost table, but none of the memory.
 * - Of the messages of one send, no more than V2P_MAX_IN_A_SEND (16) do work.
 * - Interrupts are off for V2P_IRQOFF_BUDGET (512) entries of PTE tables at most. The
 *   descent to a table costs V2P_DESCENT_COST (7) more: 64 scattered addresses fit.
 * - The next part of a dump comes after MAX_SECTIONS (256) sections with interrupts off
 *   at the latest, which are 131072 entries. In between there is cond_resched(), and a
 *   caller that is killed stops. Where a recheck fails, the section is read again, but
 *   only after that.
 */
#ifndef RESOURCE_H
#define RESOURCE_H

#include <errno.h>
#include <stdbool.h>
#include <sys/resource.h>

#include "concurrent.h"
#include "fixture.h"
#include "wire.h"

#define SOCKETS 1000

/* Extents enough for several messages, in no memory: all are of the one zero page. */
#define LONG_SIZE (3072 * PAGE_SIZE)
#define LONG_PAGES (LONG_SIZE / PAGE_SIZE)

static struct wire wire;

static inline bool raise_limit(void)
{
	const struct rlimit limit = { 2 * SOCKETS, 2 * SOCKETS };

	return !setrlimit(RLIMIT_NOFILE, &limit);
}

static inline void begin_long(struct wire *w, pid_t pid)
{
	wire_begin_map(w, pid);
	wire_put_range(w, (uintptr_t)HERE, LONG_SIZE);
}

static inline bool is_mapped(const struct wire *w)
{
	size_t length;
	const uint8_t *status = wire_get(w, V2P_A_STATUS, &length);

	return status && length == 1 && *status == V2P_STATUS_MAPPED;
}

#endif /* RESOURCE_H */
