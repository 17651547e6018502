// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "plot/ram.h"

/*
 * At any depth, and whatever follows in brackets: memory that was plugged in
 * stands below the device that it came with.
 */
static int parse_line(const char *line, struct ram_range *range)
{
	static const char memory[] = "System RAM";
	int name = 0;

	if (sscanf(line, " %" SCNx64 "-%" SCNx64 " : %n", &range->start, &range->end, &name) != 2 ||
	    !name || strncmp(line + name, memory, strlen(memory)) ||
	    range->end < range->start || range->end >> RAM_LIMIT_SHIFT)
		return -EINVAL;
	range->end++;
	return 0;
}

static int by_start(const void *left, const void *right)
{
	const struct ram_range *a = left, *b = right;

	return (a->start > b->start) - (a->start < b->start);
}

static void merge_neighbours(struct ram *ram)
{
	size_t i, kept = 0;

	qsort(ram->list, ram->count, sizeof(*ram->list), by_start);
	for (i = 1; i < ram->count; i++) {
		struct ram_range *last = &ram->list[kept];
		const struct ram_range *range = &ram->list[i];

		if (range->start > last->end)
			ram->list[++kept] = *range;
		else if (range->end > last->end)
			last->end = range->end;
	}
	ram->count = kept + 1;
}

static int parse(struct ram *ram, char *text)
{
	size_t size = 0;
	char *line, *rest;

	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		struct ram_range range;

		if (parse_line(line, &range))
			continue;
		if (ram->count == size) {
			struct ram_range *larger;

			size = size ? 2 * size : 16;
			larger = reallocarray(ram->list, size, sizeof(*larger));
			if (!larger)
				return -ENOMEM;
			ram->list = larger;
		}
		ram->list[ram->count++] = range;
	}
	if (!ram->count)
		return -ENODATA;
	merge_neighbours(ram);
	/* All the kernel shows to those without the right is 0-0. */
	return ram->list[ram->count - 1].end == 1 ? -EACCES : 0;
}

int ram_load(struct ram *ram, const char *path)
{
	size_t length;
	char *text;
	int ret;

	*ram = (struct ram){ 0 };
	text = file_read(path, &length);
	if (!text)
		return -errno;
	ret = parse(ram, text);
	free(text);
	if (ret)
		ram_free(ram);
	return ret;
}

void ram_free(struct ram *ram)
{
	free(ram->list);
	*ram = (struct ram){ 0 };
}

size_t ram_find(const struct ram *ram, uint64_t address)
{
	size_t low = 0, high = ram->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ram->list[middle].end > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}
