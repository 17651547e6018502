// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/page.h"
#include "names/bars.h"

#define DEVICES "/sys/bus/pci/devices"

/* IORESOURCE_MEM of the kernel, as sysfs shows it. */
#define IS_MEMORY 0x200

void bars_free(struct bars *bars)
{
	free(bars->list);
	*bars = (struct bars){ 0 };
}

static void add(struct bars *bars, const struct bar *bar)
{
	struct bar *larger = reallocarray(bars->list, bars->count + 1, sizeof(*larger));

	if (!larger)
		return;
	bars->list = larger;
	larger[bars->count++] = *bar;
}

/* A line for each: six registers and the ROM; those behind are of bridges and of SR-IOV. */
static void load_device(struct bars *bars, const char *device)
{
	struct bar bar = { 0 };
	char path[sizeof(DEVICES) + 64];
	char *text, *line, *rest;
	size_t length;

	if (snprintf(bar.device, sizeof(bar.device), "%s", device) >= (int)sizeof(bar.device))
		return;
	snprintf(path, sizeof(path), DEVICES "/%s/resource", bar.device);
	text = file_read(path, &length);
	rest = text;
	for (; (line = strsep(&rest, "\n")) && bar.number <= PAGE_ROM; bar.number++) {
		unsigned long long start, last, flags;

		if (sscanf(line, "%llx %llx %llx", &start, &last, &flags) != 3)
			break;
		bar.start = start;
		bar.last = last;
		if (flags & IS_MEMORY && last > start)
			add(bars, &bar);
	}
	free(text);
}

void bars_load(struct bars *bars)
{
	DIR *folder = opendir(DEVICES);
	struct dirent *entry;

	bars_free(bars);
	while (folder && (entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			load_device(bars, entry->d_name);
	if (folder)
		closedir(folder);
}

const struct bar *bars_at(const struct bars *bars, uint64_t address, uint64_t *last)
{
	const struct bar *found = NULL;
	size_t i;

	for (i = 0; i < bars->count; i++) {
		const struct bar *bar = &bars->list[i];

		if (address < bar->start) {
			if (bar->start - 1 < *last)
				*last = bar->start - 1;
		} else if (address <= bar->last) {
			if (bar->last < *last)
				*last = bar->last;
			found = bar;
		}
	}
	return found;
}

void bar_driver(const struct bar *bar, char *driver, size_t size)
{
	char path[sizeof(DEVICES) + 64], link[256];
	const char *slash;
	ssize_t length;

	*driver = '\0';
	snprintf(path, sizeof(path), DEVICES "/%s/driver", bar->device);
	length = readlink(path, link, sizeof(link) - 1);
	if (length < 0)
		return;
	link[length] = '\0';
	slash = strrchr(link, '/');
	snprintf(driver, size, "%.*s", (int)size - 1, slash ? slash + 1 : link);
}
