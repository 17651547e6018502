// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "names/zones.h"

#define BLOCKS "/sys/devices/system/memory"

void zones_free(struct zones *zones)
{
	free(zones->list);
	*zones = (struct zones){ 0 };
}

static void add(struct zones *zones, const struct zone *zone)
{
	struct zone *larger = reallocarray(zones->list, zones->count + 1, sizeof(*larger));

	if (!larger)
		return;
	zones->list = larger;
	larger[zones->count++] = *zone;
}

/* As v2p_zone_name() spells it: "DMA32" is "dma32". */
static void spell(char zone[ZONE_SIZE], const char *name)
{
	size_t i;

	for (i = 0; name[i] && i + 1 < ZONE_SIZE; i++)
		zone[i] = tolower((unsigned char)name[i]);
	zone[i] = '\0';
}

/* "Node 0, zone   Normal", then "spanned 786432" and "start_pfn: 1048576", of those with pages. */
static void parse(struct zones *zones, char *text)
{
	const uint64_t page = sysconf(_SC_PAGESIZE);
	struct zone zone = { .node = -1 };
	uint64_t spanned = 0, number;
	char name[ZONE_SIZE], *line;

	while ((line = strsep(&text, "\n"))) {
		if (sscanf(line, "Node %d, zone %15s", &zone.node, name) == 2) {
			spell(zone.name, name);
			spanned = 0;
		} else if (sscanf(line, " spanned %" SCNu64, &number) == 1) {
			spanned = number;
		} else if (sscanf(line, " start_pfn: %" SCNu64, &number) == 1 && spanned) {
			zone.start = number * page;
			zone.last = zone.start + (spanned * page - 1);
			add(zones, &zone);
		}
	}
}

/* A file of a memory block, of one line; to be freed, or NULL. */
static char *read_of_block(const char *file)
{
	char path[96];
	size_t length;
	char *text;

	snprintf(path, sizeof(path), BLOCKS "/%s", file);
	text = file_read(path, &length);
	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

void zones_init(struct zones *zones)
{
	char *text = read_of_block("block_size_bytes");

	*zones = (struct zones){ 0 };
	if (text)
		zones->block_size = strtoull(text, NULL, 16);
	free(text);
}

void zones_forget(struct zones *zones)
{
	const uint64_t block_size = zones->block_size;

	zones_free(zones);
	zones->block_size = block_size;
}

/* Where there are many processors, it is long. */
static void load(struct zones *zones)
{
	size_t length;
	char *text;

	if (zones->loaded)
		return;
	zones->loaded = true;
	text = file_read("/proc/zoneinfo", &length);
	if (text)
		parse(zones, text);
	free(text);
}

/* The node of a memory block is a link in it; one that has memory of two nodes may have two. */
static int node_of_block(uint64_t block)
{
	int node = -1, found = 0;
	struct dirent *entry;
	char path[96];
	DIR *folder;

	snprintf(path, sizeof(path), BLOCKS "/memory%" PRIu64, block);
	folder = opendir(path);
	while (folder && (entry = readdir(folder))) {
		if (strncmp(entry->d_name, "node", 4) || !isdigit((unsigned char)entry->d_name[4]))
			continue;
		node = atoi(entry->d_name + 4);
		found++;
	}
	if (folder)
		closedir(folder);
	return found == 1 ? node : -1;
}

static void find_in_block(struct zones *zones, uint64_t address)
{
	const uint64_t block = address / zones->block_size;
	const uint64_t start = block * zones->block_size;
	char file[64], *text;

	if (start > zones->start)
		zones->start = start;
	if (start + (zones->block_size - 1) < zones->last)
		zones->last = start + (zones->block_size - 1);
	zones->node = node_of_block(block);
	snprintf(file, sizeof(file), "memory%" PRIu64 "/state", block);
	text = read_of_block(file);
	zones->offline = text && strcmp(text, "online");
	free(text);
	if (zones->offline)
		return;
	/* "none" where it has more than one zone. */
	snprintf(file, sizeof(file), "memory%" PRIu64 "/valid_zones", block);
	text = read_of_block(file);
	if (text && *text && strcmp(text, "none") && !strchr(text, ' '))
		spell(zones->zone, text);
	free(text);
}

/* What no memory block tells: the only zone that spans the address. */
static void find_in_list(struct zones *zones, uint64_t address)
{
	const struct zone *found = NULL;
	size_t count = 0, i;

	load(zones);
	for (i = 0; i < zones->count; i++) {
		const struct zone *zone = &zones->list[i];

		if (address < zone->start) {
			if (zone->start - 1 < zones->last)
				zones->last = zone->start - 1;
			continue;
		}
		if (address > zone->last) {
			if (zone->last + 1 > zones->start)
				zones->start = zone->last + 1;
			continue;
		}
		if (zone->start > zones->start)
			zones->start = zone->start;
		if (zone->last < zones->last)
			zones->last = zone->last;
		if ((zones->node >= 0 && zone->node != zones->node) ||
		    (*zones->zone && strcmp(zone->name, zones->zone)))
			continue;
		found = zone;
		count++;
	}
	if (count != 1)
		return;
	zones->node = found->node;
	snprintf(zones->zone, sizeof(zones->zone), "%s", found->name);
}

void zones_find(struct zones *zones, uint64_t address)
{
	if (zones->last && address >= zones->start && address <= zones->last)
		return;
	zones->start = 0;
	zones->last = UINT64_MAX;
	zones->node = -1;
	zones->zone[0] = '\0';
	zones->offline = false;
	if (zones->block_size)
		find_in_block(zones, address);
	if (!zones->offline && (zones->node < 0 || !*zones->zone))
		find_in_list(zones, address);
}
