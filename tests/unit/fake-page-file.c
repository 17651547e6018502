// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fake-answers.h"

/*
 * V2P_PAGES is a file with a line for each frame of which the module knows more than that it is
 * there: its number, and then status, kind, zone, order, index, node, references, device, inode
 * and offset.
 */
bool fake_page_played(uint64_t physical, struct v2p_page_info *page)
{
	const char *path = getenv("V2P_PAGES");
	FILE *file = path ? fopen(path, "r") : NULL;
	uint64_t frame;

	if (!path)
		return false;
	while (file && fscanf(file, "%" SCNi64 " %" SCNu8 " %" SCNu8 " %" SCNu8 " %" SCNu8 " %" SCNu32
			      " %" SCNu32 " %" SCNu32 " %" SCNi64 " %" SCNu64 " %" SCNi64, &frame,
			      &page->page_status, &page->page_kind, &page->zone, &page->folio_order,
			      &page->folio_index, &page->node, &page->references, &page->file_device,
			      &page->file_inode, &page->file_offset) == 11) {
		if (frame == physical >> 12) {
			fclose(file);
			return true;
		}
	}
	if (file)
		fclose(file);
	*page = (struct v2p_page_info){ .page_status = V2P_PAGE_STATUS_ONLINE, .node = V2P_NO_NODE };
	return true;
}
