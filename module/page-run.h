/* SPDX-License-Identifier: GPL-2.0 */
/* Physical memory of which all pages are alike: the fewer of them have to be looked at. */
#ifndef V2P_PAGE_RUN_H
#define V2P_PAGE_RUN_H

#include <linux/types.h>

#include <uapi/linux/v2p.h>

/**
 * struct v2p_page_run - a run of pages that are of one node, and of one kind
 * @first: physical address of its first byte
 * @last: of its last byte
 * @node: that it is on; NUMA_NO_NODE where none is known
 * @kind: enum v2p_page_kind; of the page that was looked at only, where that was not asked for
 */
struct v2p_page_run {
	u64 first;
	u64 last;
	s16 node;
	u8 kind;
};

/* One that has no page. */
#define V2P_NO_PAGE_RUN	((struct v2p_page_run) { .first = 1 })

static inline bool v2p_page_run_has(const struct v2p_page_run *run, u64 physical)
{
	return physical >= run->first && physical <= run->last;
}

/*
 * A page that a process has mapped is none of these: it was freed since, and is somebody
 * else's by now.
 */
static inline u8 v2p_page_run_user_kind(const struct v2p_page_run *run)
{
	switch (run->kind) {
	case V2P_PAGE_KIND_FREE:
	case V2P_PAGE_KIND_SLAB:
	case V2P_PAGE_KIND_PAGE_TABLE:
		return V2P_PAGE_KIND_UNKNOWN;
	}
	return run->kind;
}

/**
 * v2p_page_run_read() - look at a page, and how many behind it are like it
 * @run: set; not all that it could be
 * @physical: an address in its first page
 * @last: no more is asked for than up to this address
 * @by_kind: its pages are of one kind, too
 *
 * May be called in any context. As v2p_page_read(), it holds nothing: what it finds may be old
 * already.
 *
 * Return: how many pages were looked at, of which each takes its time; two at most.
 */
unsigned int v2p_page_run_read(struct v2p_page_run *run, u64 physical, u64 last, bool by_kind);

#endif /* V2P_PAGE_RUN_H */
