/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel knows of one page of physical memory. */
#ifndef V2P_PAGE_H
#define V2P_PAGE_H

#include <linux/types.h>

#include <uapi/linux/v2p.h>

/**
 * struct v2p_page - what it knows
 * @status: enum v2p_page_status; nothing that follows means anything where it is
 *	V2P_PAGE_STATUS_NONE or V2P_PAGE_STATUS_OFFLINE
 * @kind: enum v2p_page_kind
 * @zone: enum v2p_zone
 * @order: size of its folio, as a power of two pages; 0 where it is by itself
 * @node: the NUMA node that it is on; or V2P_NO_NODE
 * @index: which page of its folio it is; 0 for the head
 * @references: to its folio
 * @file_device: device of the file system that its file is on, as struct stat has it; 0 if it
 *	is not known to be a page of a file, in which case all that follows is 0
 * @file_inode: inode number of its file
 * @file_offset: of the page in its file, in bytes
 */
struct v2p_page {
	u8 status;
	u8 kind;
	u8 zone;
	u8 order;
	u32 node;
	u32 index;
	u32 references;
	u64 file_device;
	u64 file_inode;
	u64 file_offset;
};

/**
 * v2p_page_read() - read what the kernel knows of a page
 * @pfn: its frame number; any
 * @page: all of it is set, but nothing of its file is found
 *
 * Takes no lock and no reference to a page, and may be called in any context. What it finds
 * may be old already, and each for itself: the page may be freed and given out meanwhile.
 */
void v2p_page_read(u64 pfn, struct v2p_page *page);

/**
 * v2p_page_read_with_file() - the same, and which file the page is of
 * @pfn: as for v2p_page_read()
 * @page: set
 */
void v2p_page_read_with_file(u64 pfn, struct v2p_page *page);

/**
 * v2p_page_count_free() - how many pages from one on are free
 * @pfn: the frame number of that one, which was V2P_PAGE_KIND_FREE
 *
 * As v2p_page_read().
 *
 * Return: pages of the block that it is the first of; 1 if it is not the first of one.
 */
u64 v2p_page_count_free(u64 pfn);

#endif /* V2P_PAGE_H */
