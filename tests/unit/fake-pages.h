/* SPDX-License-Identifier: GPL-2.0 */
/* What the module reads of a page of fake memory, in place of module/page.c. */
#ifndef FAKE_PAGES_H
#define FAKE_PAGES_H

#include "fake-mm.h"

#include "../../module/page.h"

/* To look at a page counts as so many reads of entries. */
#define FAKE_LOOK	20

struct v2p_page fake_page(u64 pfn);

#endif /* FAKE_PAGES_H */
