/* SPDX-License-Identifier: GPL-2.0 */
/* What the module says of a page, beside what /proc says. */
#ifndef PAGE_INFO_H
#define PAGE_INFO_H

#include <stdbool.h>

#include <v2p.h>

#include "base/page.h"

/**
 * page_info_agrees() - whether it is of the page that /proc's flags are of
 * @info: what the module said
 * @page: what the flags say
 *
 * Each may have been read while the page was being freed or given out.
 */
bool page_info_agrees(const struct v2p_page_info *info, const struct page *page);

/**
 * page_info_add() - add what the module said
 * @info: of this page
 * @page_size: of the smallest page
 */
void page_info_add(const struct v2p_page_info *info, uint64_t page_size, struct page *page);

/* Where /proc has no flags: what the module alone says that it is, and whether it is poisoned. */
void page_info_set_use(const struct v2p_page_info *info, struct page *page);

/* The node and the zone alone. */
void page_info_add_place(const struct v2p_page_info *info, struct page *page);

#endif /* PAGE_INFO_H */
