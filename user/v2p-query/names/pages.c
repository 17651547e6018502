// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "names/page-info.h"
#include "names/pages.h"

/* So often a page is looked at again that has changed meanwhile. */
#define TRIES 4

/* Stands for a number that /proc does not tell. */
#define NOT_TOLD UINT64_MAX

/* Flags that tell what a page is, and not merely what is being done with it. */
#define IDENTITY (PAGE_BIT(LRU) | PAGE_BIT(SLAB) | PAGE_BIT(BUDDY) | PAGE_BIT(MMAP) |		\
		  PAGE_BIT(ANON) | PAGE_BIT(SWAPBACKED) | PAGE_BIT(COMPOUND_HEAD) |		\
		  PAGE_BIT(COMPOUND_TAIL) | PAGE_BIT(HUGE) | PAGE_BIT(HWPOISON) |		\
		  PAGE_BIT(NOPAGE) | PAGE_BIT(KSM) | PAGE_BIT(THP) | PAGE_BIT(OFFLINE) |	\
		  PAGE_BIT(ZERO_PAGE) | PAGE_BIT(PGTABLE) | PAGE_BIT(RESERVED))

int pages_refresh(struct pages *pages)
{
	bars_free(&pages->bars);
	pages->bars_are_loaded = false;
	zones_forget(&pages->zones);
	return resources_load(&pages->resources);
}

void pages_close(struct pages *pages)
{
	resources_free(&pages->resources);
	bars_free(&pages->bars);
	zones_free(&pages->zones);
	kpages_close(&pages->kpages);
	cgroups_free(&pages->cgroups);
	files_free(&pages->files);
	dimms_free(&pages->dimms);
}

/* "System RAM", "System RAM (kmem)" and the like. */
static bool is_ram(const struct page *page)
{
	size_t i;

	for (i = 0; i < page->resource_count; i++)
		if (!strncmp(page->resources[i], "System RAM", strlen("System RAM")))
			return true;
	return false;
}

static bool is_pmem(const struct page *page)
{
	size_t i;

	for (i = 0; i < page->resource_count; i++)
		if (!strncmp(page->resources[i], "Persistent Memory", strlen("Persistent Memory")))
			return true;
	return false;
}

static bool begins_as_one_of(const char *name, const char *const *words)
{
	for (; *words; words++)
		if (!strncmp(name, *words, strlen(*words)))
			return true;
	return false;
}

/* What is no memory of the kernel's is called after the narrowest name that it has. */
static enum page_use kind_by_resource(const struct page *page)
{
	static const char *const firmware[] = {
		"Reserved", "reserved", "RAM buffer", "ACPI ", "System ROM", "Video ROM",
		"Adapter ROM", "Extension ROM", "Unusable memory", "Soft Reserved",
		"Unknown E820 type", NULL
	};
	static const char *const buses[] = { "PCI Bus ", "PCI ECAM ", "PCI MMCONFIG ", NULL };
	const char *name;

	if (*page->device)
		return PAGE_MMIO;
	if (is_ram(page))
		return PAGE_OFFLINE;
	if (is_pmem(page))
		return PAGE_PMEM;
	if (!page->resource_count)
		return PAGE_HOLE;
	name = page->resources[page->resource_count - 1];
	if (begins_as_one_of(name, firmware))
		return PAGE_FIRMWARE;
	return begins_as_one_of(name, buses) ? PAGE_BUS : PAGE_MMIO;
}

static enum page_use kind_by_flags(uint64_t flags)
{
	static const struct {
		uint64_t bits;
		enum page_use kind;
	} kinds[] = {
		/* It has gone while it was looked at. */
		{ PAGE_BIT(NOPAGE), PAGE_OFFLINE },
		/* Flags behind may be set of these as well. */
		{ PAGE_BIT(HUGE), PAGE_HUGETLB },
		{ PAGE_BIT(BUDDY), PAGE_FREE },
		{ PAGE_BIT(ZERO_PAGE), PAGE_ZERO },
		{ PAGE_BIT(SLAB), PAGE_SLAB },
		{ PAGE_BIT(PGTABLE), PAGE_PAGE_TABLE },
		{ PAGE_BIT(OFFLINE), PAGE_OFFLINE },
		{ PAGE_BIT(RESERVED), PAGE_RESERVED },
		{ PAGE_BIT(KSM), PAGE_KSM },
		{ PAGE_BIT(ANON), PAGE_ANONYMOUS },
		{ PAGE_BIT(LRU) | PAGE_BIT(SWAPBACKED), PAGE_SHMEM },
		{ PAGE_BIT(LRU), PAGE_FILE },
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if ((flags & kinds[i].bits) == kinds[i].bits)
			return kinds[i].kind;
	return PAGE_OTHER;
}

/*
 * What an address is in the map of the machine, as are all up to @last, which is lowered for it.
 * Whether the kernel has a page there is not known yet.
 */
static void place(struct pages *pages, struct page *page, uint64_t address, uint64_t *last)
{
	const struct bar *bar;

	*page = (struct page){ .node = -1, .cgroup_path = "", .file_name = "" };
	page->resource_count = resources_at(&pages->resources, address, page->resources,
					    PAGE_RESOURCES, last);
	if (is_ram(page) || is_pmem(page))
		page->dimm_count = dimms_at(&pages->dimms, address, page->dimms, PAGE_DIMMS,
					    &page->dimms_by, last);
	if (is_ram(page)) {
		zones_find(&pages->zones, address);
		if (pages->zones.last < *last)
			*last = pages->zones.last;
		page->node = pages->zones.node;
		strcpy(page->zone, pages->zones.zone);
		return;
	}
	if (!pages->bars_are_loaded)
		bars_load(&pages->bars);
	pages->bars_are_loaded = true;
	bar = bars_at(&pages->bars, address, last);
	if (!bar)
		return;
	strcpy(page->device, bar->device);
	page->bar = bar->number;
	bar_driver(bar, page->driver, sizeof(page->driver));
}

/*
 * Whether the kernel has a page there. Where it has none, kernels up to 6.12 at least say so,
 * and later ones say 0 as of a page without flags. The module knows; without it, a page is where
 * memory is and is online. Of what is no RAM the kernel may have pages as well, which nobody uses.
 */
static bool has_page(const struct pages *pages, const struct page *page, size_t index)
{
	const uint64_t flags = pages->flags[index];

	if (pages->kpages.flags < 0)
		return pages->infos[index].page_status == V2P_PAGE_STATUS_ONLINE;
	if (flags & PAGE_BIT(NOPAGE))
		return false;
	if (!is_ram(page))
		return flags & ~PAGE_BIT(RESERVED);
	if (!flags && pages->v2p)
		return pages->infos[index].page_status == V2P_PAGE_STATUS_ONLINE;
	return flags || !pages->zones.offline;
}

/* The frame is in the folio that was found last. */
static bool is_in_folio(const struct folio *folio, uint64_t frame)
{
	return folio->order && frame >= folio->first &&
	       frame - folio->first < UINT64_C(1) << folio->order;
}

/* The flags of a frame, with those of its folio. Returns whether that had to be looked for. */
static bool find_folio(struct pages *pages, uint64_t frame, uint64_t flags, struct page *page)
{
	struct folio *folio = &pages->folio;
	bool looked = false;

	page->flags = flags;
	if (!(flags & (PAGE_BIT(COMPOUND_HEAD) | PAGE_BIT(COMPOUND_TAIL))))
		return false;
	if (!is_in_folio(folio, frame) || flags & PAGE_BIT(COMPOUND_HEAD)) {
		looked = true;
		if (!kpages_folio(&pages->kpages, frame, flags, folio)) {
			folio->order = 0;
			return true;
		}
	}
	page->order = folio->order;
	page->head = folio->first * pages->page_size;
	page->known |= PAGE_HAS_ORDER;
	if (flags & PAGE_BIT(COMPOUND_TAIL))
		page->flags = kpages_flags_of_tail(flags, folio->flags);
	return looked;
}

/* What the module says of frames of the chunk. After an error it is not asked again. */
static void ask_module(struct pages *pages, size_t index, size_t count)
{
	size_t i;

	if (!pages->v2p)
		return;
	for (i = index; i < index + count; i++)
		pages->addresses[i] = (pages->first + i) * pages->page_size;
	pages->module_error = v2p_page(pages->v2p, pages->addresses + index, count,
				       pages->infos + index);
	if (pages->module_error)
		pages->v2p = NULL;
}

int pages_open(struct pages *pages, struct v2p *v2p, int *no_flags)
{
	*pages = (struct pages){ .page_size = sysconf(_SC_PAGESIZE), .v2p = v2p };
	cgroups_init(&pages->cgroups);
	*no_flags = kpages_open(&pages->kpages);
	dimms_load(&pages->dimms);
	zones_init(&pages->zones);
	/* Whether it can tell is to be known before it is all that tells. */
	if (*no_flags)
		ask_module(pages, 0, 1);
	return pages_refresh(pages);
}

/* All that there is of some frames of the chunk, as many as the kernel has. */
static long read_frames(struct pages *pages, size_t index, size_t count)
{
	const struct kpages *kpages = &pages->kpages;
	const uint64_t first = pages->first + index;
	long got = count;

	if (kpages->flags >= 0)
		got = kpages_read(kpages->flags, first, count, pages->flags + index,
				  PAGE_BIT(NOPAGE));
	if (got <= 0)
		return got;
	kpages_read(kpages->count, first, got, pages->counts + index, NOT_TOLD);
	kpages_read(kpages->cgroup, first, got, pages->cgroups_of + index, NOT_TOLD);
	ask_module(pages, index, got);
	return got;
}

/* Behind all the rest, the flags once more: do they still say that it is the same page? */
static void read_again(struct pages *pages, size_t index, size_t count)
{
	kpages_read(pages->kpages.flags, pages->first + index, count, pages->flags_again + index,
		    PAGE_BIT(NOPAGE));
}

static bool has_changed(const struct pages *pages, size_t index)
{
	return (pages->flags[index] ^ pages->flags_again[index]) & IDENTITY;
}

static bool module_agrees(const struct pages *pages, size_t index, const struct page *page)
{
	return !pages->v2p || page_info_agrees(&pages->infos[index], page);
}

/*
 * What was read of a page between two looks at its flags that agree, and with them the module:
 * where that never does, it tells nothing.
 */
static bool settle(struct pages *pages, size_t index, struct page *page)
{
	const struct page placed = *page;
	unsigned int tries;

	for (tries = 0; tries < TRIES; tries++) {
		const bool last = tries == TRIES - 1;
		bool looked;

		if (tries) {
			pages->folio.order = 0;
			read_frames(pages, index, 1);
		}
		*page = placed;
		looked = find_folio(pages, pages->first + index, pages->flags[index], page);
		if (tries || looked)
			read_again(pages, index, 1);
		if (pages->kpages.no_ksm)
			page->flags &= ~PAGE_BIT(KSM);
		page->kind = kind_by_flags(page->flags);
		if (!has_changed(pages, index) && (last || module_agrees(pages, index, page)))
			return true;
	}
	*page = placed;
	return false;
}

/* What else is known of it, and the names of that. */
static void add_counts(struct pages *pages, size_t index, struct page *page)
{
	if (pages->counts[index] != NOT_TOLD) {
		page->mappings = pages->counts[index];
		page->known |= PAGE_HAS_MAPPINGS;
	}
	if (pages->cgroups_of[index] != NOT_TOLD) {
		page->cgroup = pages->cgroups_of[index];
		page->known |= PAGE_HAS_CGROUP;
	}
	if (page->cgroup)
		page->cgroup_path = cgroups_path(&pages->cgroups, page->cgroup);
	if (page->known & PAGE_HAS_FILE)
		page->file_name = files_name(&pages->files, page->file_major, page->file_minor,
					     page->file_inode);
}

static void tell_page(struct pages *pages, size_t index, struct page *page)
{
	if (!settle(pages, index, page)) {
		page->kind = PAGE_CHANGING;
		return;
	}
	page->known |= PAGE_HAS_FLAGS;
	page->bit34 = pages->kpages.bit34;
	if (pages->v2p && module_agrees(pages, index, page))
		page_info_add(&pages->infos[index], pages->page_size, page);
	add_counts(pages, index, page);
}

/* Without flags: it is what the module says, which it reads but once. */
static void tell_by_module(struct pages *pages, size_t index, struct page *page)
{
	page_info_set_use(&pages->infos[index], page);
	page_info_add(&pages->infos[index], pages->page_size, page);
	add_counts(pages, index, page);
}

static bool are_alike(const struct page *a, const struct page *b)
{
	return a->kind == b->kind && a->resource_count == b->resource_count &&
	       !memcmp(a->resources, b->resources, a->resource_count * sizeof(a->resources[0])) &&
	       !strcmp(a->device, b->device) && a->bar == b->bar && a->node == b->node &&
	       !strcmp(a->zone, b->zone) && a->dimm_count == b->dimm_count &&
	       !memcmp(a->dimms, b->dimms, a->dimm_count * sizeof(a->dimms[0]));
}

static int flush(struct pages *pages, pages_take *take, void *data)
{
	const bool any = pages->run.length;
	int stopped = 0;

	if (any)
		stopped = take(data, &pages->run);
	pages->run.length = 0;
	return stopped;
}

/* What is no page is told together with what lies before it. */
static int tell_run(struct pages *pages, const struct page *page, pages_take *take, void *data)
{
	int stopped = 0;

	if (pages->run.length && are_alike(&pages->run, page)) {
		pages->run.length += page->length;
		return 0;
	}
	stopped = flush(pages, take, data);
	pages->run = *page;
	return stopped;
}

/**
 * struct span - what is true of all addresses from one on
 * @page: of them
 * @last: the last of them
 * @chunk: frames of the chunk
 * @beyond: the kernel has no frames from this one on
 */
struct span {
	struct page page;
	uint64_t last;
	size_t chunk;
	uint64_t beyond;
};

/*
 * Whether the flags of a frame are there, or what the module says of it instead, after reading a
 * chunk from it on if need be. Without flags, nothing says where memory of devices ends.
 */
static int reach(struct pages *pages, struct span *span, uint64_t frame, uint64_t last_frame)
{
	long got;

	if (frame >= span->beyond ||
	    (pages->kpages.flags < 0 && !(pages->v2p && is_ram(&span->page))))
		return 0;
	if (frame >= pages->first && frame - pages->first < span->chunk)
		return 1;
	pages->first = frame;
	span->chunk = PAGES_CHUNK;
	if (last_frame - frame < PAGES_CHUNK)
		span->chunk = last_frame - frame + 1;
	pages->folio.order = 0;
	got = read_frames(pages, 0, span->chunk);
	if (got < 0)
		return got;
	if (!got) {
		span->beyond = frame;
		return 0;
	}
	/* It has just failed. */
	if (pages->kpages.flags < 0 && !pages->v2p) {
		span->chunk = 0;
		return 0;
	}
	span->chunk = got;
	if (pages->kpages.flags >= 0)
		read_again(pages, 0, got);
	return 1;
}

/* Memory of a device, of which the module knows the node and the zone. */
static bool is_of_device(const struct page *page, const struct v2p_page_info *info)
{
	return (page->kind == PAGE_PMEM || page->kind == PAGE_MMIO) &&
	       info->page_status == V2P_PAGE_STATUS_DEVICE;
}

/* Of a run that no chunk has: what is true of both ends. */
static void place_device(struct pages *pages, struct page *page)
{
	const uint64_t ends[] = { page->physical, page->physical + (page->length - 1) };
	struct v2p_page_info infos[2];

	if (!pages->v2p || (page->kind != PAGE_PMEM && page->kind != PAGE_MMIO))
		return;
	pages->module_error = v2p_page(pages->v2p, ends, 2, infos);
	if (pages->module_error)
		pages->v2p = NULL;
	else if (is_of_device(page, &infos[0]) && is_of_device(page, &infos[1]) &&
		 infos[0].node == infos[1].node && infos[0].zone == infos[1].zone)
		page_info_add_place(&infos[0], page);
}

/* One page, or as much as there is without pages. */
static int tell_next(struct pages *pages, struct span *span, uint64_t address, uint64_t last,
		     pages_take *take, void *data)
{
	const uint64_t frame = address / pages->page_size;
	const uint64_t page_last = address | (pages->page_size - 1);
	const int reached = reach(pages, span, frame, last / pages->page_size);
	struct page *page = &span->page;
	struct page told;
	int stopped;

	if (reached < 0)
		return reached;
	page->physical = address;
	page->length = (page_last < span->last ? page_last : span->last) - address + 1;
	if (reached && has_page(pages, page, frame - pages->first)) {
		told = *page;
		if (pages->kpages.flags >= 0)
			tell_page(pages, frame - pages->first, &told);
		else
			tell_by_module(pages, frame - pages->first, &told);
		stopped = flush(pages, take, data);
		return stopped ? stopped : take(data, &told);
	}
	if (!reached)
		page->length = span->last - address + 1;
	told = *page;
	told.kind = kind_by_resource(page);
	if (!reached)
		place_device(pages, &told);
	else if (pages->v2p && is_of_device(&told, &pages->infos[frame - pages->first]))
		page_info_add_place(&pages->infos[frame - pages->first], &told);
	if (told.kind == PAGE_OFFLINE && pages->kpages.flags < 0 && !reached &&
	    !pages->zones.offline)
		told.kind = PAGE_RAM;
	return tell_run(pages, &told, take, data);
}

int pages_tell(struct pages *pages, uint64_t start, uint64_t length, pages_take *take, void *data)
{
	const uint64_t last = start + (length - 1);
	struct span span = { .beyond = UINT64_MAX };
	uint64_t address = start;
	int stopped;

	pages->run.length = 0;
	for (;;) {
		if (address == start || address > span.last) {
			span.last = last;
			place(pages, &span.page, address, &span.last);
		}
		stopped = tell_next(pages, &span, address, last, take, data);
		if (stopped)
			return stopped;
		if (last - address < span.page.length)
			return flush(pages, take, data);
		address += span.page.length;
	}
}
