// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/page.h"
#include "names/kpages.h"

/* Larger than any: 16 GiB of 4 KiB. */
#define MOST_ORDER 22

/* What is said of a folio, and not of one of its pages. */
#define OF_FOLIO (PAGE_BIT(LOCKED) | PAGE_BIT(ERROR) | PAGE_BIT(REFERENCED) |			\
		  PAGE_BIT(UPTODATE) | PAGE_BIT(DIRTY) | PAGE_BIT(LRU) | PAGE_BIT(ACTIVE) |	\
		  PAGE_BIT(SLAB) | PAGE_BIT(WRITEBACK) | PAGE_BIT(RECLAIM) | PAGE_BIT(ANON) |	\
		  PAGE_BIT(SWAPCACHE) | PAGE_BIT(SWAPBACKED) | PAGE_BIT(UNEVICTABLE) |		\
		  PAGE_BIT(IDLE) | PAGE_BIT(MLOCKED) | PAGE_BIT(PRIVATE) |			\
		  PAGE_BIT(PRIVATE_2) | PAGE_BIT(OWNER_PRIVATE))

/* Of an entry of /proc/PID/pagemap. */
#define FRAME_OF_PAGEMAP ((UINT64_C(1) << 55) - 1)

/* PG_owner_2 was PG_mappedtodisk up to 6.11. */
static const char *name_bit34(void)
{
	unsigned int major, minor;
	struct utsname name;

	if (uname(&name) || sscanf(name.release, "%u.%u", &major, &minor) != 2)
		return NULL;
	return major > 6 || (major == 6 && minor >= 12) ? "owner_2" : "mappedtodisk";
}

long kpages_read(int fd, uint64_t first, size_t count, uint64_t *values, uint64_t missing)
{
	size_t done = 0, i;
	int error = 0;

	/* A file's offset is signed. */
	while (done < count && first + done <= INT64_MAX / sizeof(*values)) {
		const ssize_t got = pread(fd, values + done, (count - done) * sizeof(*values),
					  (first + done) * sizeof(*values));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			error = -errno;
		if (got < (ssize_t)sizeof(*values))
			break;
		done += got / sizeof(*values);
	}
	for (i = done; i < count; i++)
		values[i] = missing;
	return error ? error : (long)done;
}

static uint64_t flags_of(const struct kpages *kpages, uint64_t frame)
{
	uint64_t flags;

	return kpages_read(kpages->flags, frame, 1, &flags, 0) == 1 ? flags : 0;
}

/*
 * Some kernels (6.10 and later ones, 6.12 among them) give all anonymous pages the flag of KSM's:
 * is a page that nobody can have merged one of these?
 */
static bool all_are_ksm(const struct kpages *kpages)
{
	const size_t size = sysconf(_SC_PAGESIZE);
	volatile char *page = mmap(NULL, size, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;

	if (page != MAP_FAILED) {
		*page = 1;
		if (fd >= 0)
			kpages_read(fd, (uintptr_t)page / size, 1, &entry, 0);
		entry &= FRAME_OF_PAGEMAP;
		entry = entry ? flags_of(kpages, entry) : 0;
		munmap((void *)page, size);
	}
	if (fd >= 0)
		close(fd);
	return entry & PAGE_BIT(KSM);
}

int kpages_open(struct kpages *kpages)
{
	int error;

	kpages->flags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	error = kpages->flags < 0 ? -errno : 0;
	kpages->count = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC);
	kpages->cgroup = open("/proc/kpagecgroup", O_RDONLY | O_CLOEXEC);
	kpages->bit34 = name_bit34();
	kpages->no_ksm = !error && all_are_ksm(kpages);
	return error;
}

void kpages_close(struct kpages *kpages)
{
	if (kpages->flags >= 0)
		close(kpages->flags);
	if (kpages->count >= 0)
		close(kpages->count);
	if (kpages->cgroup >= 0)
		close(kpages->cgroup);
}

/* All frames between the first one and this one are tails. */
static bool find_first(const struct kpages *kpages, uint64_t frame, struct folio *folio)
{
	unsigned int order;

	for (order = 1; order <= MOST_ORDER; order++) {
		const uint64_t first = frame & ~((UINT64_C(1) << order) - 1);

		/* The same as of the order before. */
		if (!(frame & UINT64_C(1) << (order - 1)))
			continue;
		folio->first = first;
		folio->flags = flags_of(kpages, first);
		if (!(folio->flags & PAGE_BIT(COMPOUND_TAIL)))
			return folio->flags & PAGE_BIT(COMPOUND_HEAD);
	}
	return false;
}

/*
 * As folios are aligned by their size, what lies behind one by that size is no tail, and all
 * before that is.
 */
static bool find_order(const struct kpages *kpages, struct folio *folio)
{
	for (folio->order = 1; folio->order <= MOST_ORDER; folio->order++) {
		const uint64_t next = folio->first + (UINT64_C(1) << folio->order);

		if (!(flags_of(kpages, next) & PAGE_BIT(COMPOUND_TAIL)))
			return true;
	}
	return false;
}

bool kpages_folio(const struct kpages *kpages, uint64_t frame, uint64_t flags,
		  struct folio *folio)
{
	*folio = (struct folio){ .first = frame, .flags = flags };
	if (flags & PAGE_BIT(COMPOUND_TAIL) && !find_first(kpages, frame, folio))
		return false;
	return find_order(kpages, folio) &&
	       frame < folio->first + (UINT64_C(1) << folio->order);
}

uint64_t kpages_flags_of_tail(uint64_t flags, uint64_t head)
{
	flags |= head & OF_FOLIO;
	/* Where one of its pages is poisoned, all of a page of hugetlb is. */
	if (flags & PAGE_BIT(HUGE))
		flags |= head & PAGE_BIT(HWPOISON);
	/* Whether a page of processes is one's alone is said of each, and is not shown of all. */
	if (flags & PAGE_BIT(ANON))
		flags &= ~PAGE_BIT(34);
	return flags;
}
