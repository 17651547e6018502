// SPDX-License-Identifier: GPL-2.0
/*
 * What /proc/kpageflags says of page frames, in the words of the kernel's page-types for raw
 * flags: a line "0xADDRESS WORD,WORD..." for each of so many frames, from one on, at such a
 * distance. Tails of compound pages have no line, as not all kernels tell their flags.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "pagemap.h"

static const char *const words[64] = {
	"locked", "error", "referenced", "uptodate", "dirty", "lru", "active", "slab",
	"writeback", "reclaim", "buddy", "mmap", "anonymous", "swapcache", "swapbacked",
	"compound_head", "compound_tail", "huge", "unevictable", "hwpoison", "nopage", "ksm",
	"thp", "offline", "zero_page", "idle_page", "pgtable", [32] = "reserved", "mlocked",
	"owner_2", "private", "private_2", "owner_private", "arch", "uncached", "softdirty",
	"arch_2", "arch_3", [47] = "anon_exclusive", "readahead",
};

enum { RECLAIM = 9, WRITEBACK = 8, ANONYMOUS = 12, TAIL = 16, OWNER_2 = 34,
	ANON_EXCLUSIVE = 47, READAHEAD = 48 };

static int has(uint64_t flags, int bit)
{
	return flags >> bit & 1;
}

/* What page-types calls expanding overloaded flags. */
static uint64_t expand(uint64_t flags)
{
	if (has(flags, ANONYMOUS) && has(flags, OWNER_2))
		flags ^= UINT64_C(1) << OWNER_2 | UINT64_C(1) << ANON_EXCLUSIVE;
	if (has(flags, RECLAIM) && !has(flags, WRITEBACK))
		flags ^= UINT64_C(1) << RECLAIM | UINT64_C(1) << READAHEAD;
	return flags;
}

int main(int argc, char **argv)
{
	const int fd = open("/proc/kpageflags", O_RDONLY);
	uint64_t first, count, step, flags, i;
	struct utsname name;
	unsigned int bit;

	if (argc != 4 || fd < 0 || uname(&name))
		return 1;
	first = strtoull(argv[1], NULL, 0);
	count = strtoull(argv[2], NULL, 0);
	step = strtoull(argv[3], NULL, 0);
	for (i = 0; i < count; i++, first += step) {
		const char *between = " ";

		if (pread(fd, &flags, 8, first * 8) != 8)
			break;
		if (has(flags, TAIL))
			continue;
		printf("0x%" PRIx64, first * PAGE_SIZE);
		flags = expand(flags);
		for (bit = 0; bit < 64; bit++) {
			const char *word = words[bit];

			if (!has(flags, bit))
				continue;
			if (bit == OWNER_2 && !strncmp(name.release, "6.1.", 4))
				word = "mappedtodisk";
			printf("%s%s", between, word ? word : "?");
			between = ",";
		}
		putchar('\n');
	}
	return 0;
}
