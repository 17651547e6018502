// SPDX-License-Identifier: GPL-2.0
/*
 * Who has a page frame, as /proc tells it: a line "PID 0xADDRESS" for each page of each process
 * that is mapped to the frame of the physical address that is given, but for its own. It reads
 * the whole of each pagemap.
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pagemap.h"

static void look(long pid, uint64_t start, uint64_t end, int pagemap, uint64_t frame)
{
	static uint64_t entries[1 << 16];
	uint64_t page = start / PAGE_SIZE;

	while (page < end / PAGE_SIZE) {
		const uint64_t left = end / PAGE_SIZE - page;
		const size_t count = left < 1 << 16 ? left : 1 << 16;
		const ssize_t got = pread(pagemap, entries, count * 8, page * 8);
		size_t i;

		if (got <= 0)
			return;
		for (i = 0; i < (size_t)got / 8; i++)
			if (entries[i] & PM_PRESENT && (entries[i] & PM_FRAME) == frame)
				printf("%ld 0x%" PRIx64 "\n", pid, (page + i) * PAGE_SIZE);
		page += got / 8;
	}
}

static void look_through(long pid, uint64_t frame)
{
	char path[64], line[4096];
	uint64_t start, end;
	int pagemap;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%ld/maps", pid);
	maps = fopen(path, "r");
	snprintf(path, sizeof(path), "/proc/%ld/pagemap", pid);
	pagemap = open(path, O_RDONLY);
	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) == 2 && !(start >> 63))
			look(pid, start, end, pagemap, frame);
	if (maps)
		fclose(maps);
	close(pagemap);
}

int main(int argc, char **argv)
{
	const uint64_t frame = argc > 1 ? strtoull(argv[1], NULL, 0) / PAGE_SIZE : 0;
	const struct dirent *entry;
	DIR *proc = opendir("/proc");

	if (!frame || !proc)
		return 1;
	while ((entry = readdir(proc))) {
		const long pid = atol(entry->d_name);

		if (pid && pid != getpid())
			look_through(pid, frame);
	}
	return 0;
}
