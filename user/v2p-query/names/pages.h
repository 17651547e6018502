/* SPDX-License-Identifier: GPL-2.0 */
/* What is at physical addresses, put together from all that tells. */
#ifndef PAGES_H
#define PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include <v2p.h>

#include "base/page.h"
#include "names/bars.h"
#include "names/cgroups.h"
#include "names/dimms.h"
#include "names/files.h"
#include "names/kpages.h"
#include "names/resources.h"
#include "names/zones.h"

/* Frames that are looked at together. */
#define PAGES_CHUNK 512

/**
 * struct pages - all that tells of pages
 * @page_size: of the smallest
 * @v2p: a connection to the module, NULL where it cannot tell
 * @module_error: what that said instead of telling, a negative errno; or 0
 * @bars_are_loaded: they were needed
 * @flags: of the frames of a chunk, which begins with @first, once and again
 * @counts: their mappings; UINT64_MAX where that is not told
 * @cgroups_of: what they are charged to; likewise
 * @addresses: of them
 * @infos: what the module says of them; where there are no flags, all that is known
 * @folio: the last one that was found in the chunk; of order 0 where none was
 * @run: memory that is alike and not told yet
 */
struct pages {
	uint64_t page_size;
	struct v2p *v2p;
	int module_error;
	struct resources resources;
	struct bars bars;
	bool bars_are_loaded;
	struct zones zones;
	struct kpages kpages;
	struct cgroups cgroups;
	struct files files;
	struct dimms dimms;
	uint64_t first;
	uint64_t flags[PAGES_CHUNK];
	uint64_t flags_again[PAGES_CHUNK];
	uint64_t counts[PAGES_CHUNK];
	uint64_t cgroups_of[PAGES_CHUNK];
	uint64_t addresses[PAGES_CHUNK];
	struct v2p_page_info infos[PAGES_CHUNK];
	struct folio folio;
	struct page run;
};

/**
 * pages_open() - prepare to tell
 * @v2p: a connection to the module, or NULL
 * @no_flags: set to a negative errno where the kernel's flags cannot be read, else to 0
 *
 * Return: 0, or a negative errno where not even /proc/iomem can be read.
 */
int pages_open(struct pages *pages, struct v2p *v2p, int *no_flags);
void pages_close(struct pages *pages);

/* Forget what may have changed since: what is plugged in and online. An error as before. */
int pages_refresh(struct pages *pages);

/**
 * pages_take - take what is known of memory
 * @data: of pages_tell()
 *
 * Return: 0 to go on, else what pages_tell() is to return.
 */
typedef int pages_take(void *data, const struct page *page);

/**
 * pages_tell() - tell what is in a range of physical memory
 * @start: its first byte
 * @length: how many, at least one; up to the end of all addresses
 * @take: called for each page of memory, in their order, and for each run of what is no
 *	memory and all alike
 *
 * Return: 0, a negative errno, or what @take returned.
 */
int pages_tell(struct pages *pages, uint64_t start, uint64_t length, pages_take *take, void *data);

#endif /* PAGES_H */
