// SPDX-License-Identifier: GPL-2.0
/* Where the kernel's memory is, by its own files. */
#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common.h"

/* The largest part of the direct map, of which alone /proc/kcore tells where it is in RAM. */
static uint64_t direct_map(uint64_t *size)
{
	uint64_t start = 0;
	Elf64_Ehdr head;
	Elf64_Phdr part;
	FILE *file = fopen("/proc/kcore", "r");
	unsigned int i;

	if (!file || fread(&head, sizeof(head), 1, file) != 1 ||
	    fseek(file, head.e_phoff, SEEK_SET))
		die("cannot read /proc/kcore");
	*size = 0;
	for (i = 0; i < head.e_phnum; i++) {
		if (fread(&part, sizeof(part), 1, file) != 1)
			die("cannot read /proc/kcore");
		if (part.p_type == PT_LOAD && part.p_paddr != (Elf64_Addr)-1 &&
		    part.p_paddr && part.p_filesz > *size) {
			start = part.p_vaddr;
			*size = part.p_filesz;
		}
	}
	fclose(file);
	if (!*size)
		die("no direct map in /proc/kcore");
	return start;
}

static size_t of_vmalloc(uint64_t *addresses, size_t count)
{
	FILE *file = fopen("/proc/vmallocinfo", "r");
	char line[512];
	size_t found = 0;

	if (!file)
		die("cannot read /proc/vmallocinfo");
	while (found < count && fgets(line, sizeof(line), file)) {
		const char *pages = strstr(line, " pages=");
		unsigned long number, i;
		uint64_t start;

		if (!pages || sscanf(line, "0x%" SCNx64, &start) != 1 ||
		    sscanf(pages, " pages=%lu", &number) != 1)
			continue;
		for (i = 0; i < number && found < count; i++)
			addresses[found++] = start + i * 4 * KIB;
	}
	fclose(file);
	return found;
}

uint64_t vmalloc_start(void)
{
	uint64_t start;

	if (!of_vmalloc(&start, 1))
		die("vmalloc has no pages");
	return start;
}

void of_the_kernel(uint64_t *addresses, size_t count)
{
	uint64_t size;
	uint64_t start = direct_map(&size);
	size_t half = count / 2;

	if (of_vmalloc(addresses, half) < half)
		die("vmalloc has less than %zu pages", half);
	scattered(addresses + half, count - half, (const char *)(uintptr_t)start, size);
	shuffle(addresses, count);
}
