// SPDX-License-Identifier: GPL-2.0
/*
 * A process whose page moves when it is told to. Prints where the page is and will be, as shell
 * assignments, and then "done" for each letter of its standard input:
 *
 *	m	another page takes its place, which it was not at before
 *	p	it may not be written to any more
 *	u	it has no physical page any more
 *	x	the process executes another program, which stays as long as its standard input
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pagemap.h"

static uint64_t physical(int pagemap, const char *page)
{
	uint64_t entry;

	if (pread(pagemap, &entry, sizeof(entry), (uintptr_t)page / PAGE_SIZE * 8) != sizeof(entry))
		return 0;
	return (entry & PM_FRAME) * PAGE_SIZE;
}

/* Each is a mapping of its own. */
static char *map_page(void)
{
	char *page = mmap(NULL, 3 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	if (page == MAP_FAILED || munmap(page, PAGE_SIZE) || munmap(page + 2 * PAGE_SIZE, PAGE_SIZE))
		return NULL;
	page += PAGE_SIZE;
	*page = 1;
	return page;
}

static int obey(char letter, char *page, char *other)
{
	switch (letter) {
	case 'm':
		return mremap(other, PAGE_SIZE, PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, page) != page;
	case 'p':
		return mprotect(page, PAGE_SIZE, PROT_READ);
	case 'u':
		return madvise(page, PAGE_SIZE, MADV_DONTNEED);
	case 'x':
		return execlp("cat", "cat", NULL);
	default:
		return -1;
	}
}

int main(void)
{
	const int pagemap = open("/proc/self/pagemap", O_RDONLY);
	char *page = map_page(), *other = map_page();
	char letter;

	if (!page || !other || pagemap < 0)
		return 1;
	printf("TARGET=%d MOVING=0x%" PRIxPTR " BEFORE=0x%" PRIx64 " AFTER=0x%" PRIx64 "\n", getpid(),
	       (uintptr_t)page, physical(pagemap, page), physical(pagemap, other));
	fflush(stdout);
	while (read(0, &letter, 1) == 1) {
		if (obey(letter, page, other))
			return 1;
		puts("done");
		fflush(stdout);
	}
	return 0;
}
