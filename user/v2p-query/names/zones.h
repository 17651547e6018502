/* SPDX-License-Identifier: GPL-2.0 */
/* Which NUMA node and zone physical memory is of, by sysfs and /proc/zoneinfo. */
#ifndef ZONES_H
#define ZONES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZONE_SIZE 16

/**
 * struct zone - a zone of a node
 * @node: its number
 * @start: the first address that it spans
 * @last: the last one
 * @name: as v2p_zone_name() has it
 */
struct zone {
	int node;
	uint64_t start;
	uint64_t last;
	char name[ZONE_SIZE];
};

/**
 * struct zones - all that was read
 * @list: of /proc/zoneinfo; what two zones span may be of either
 * @loaded: that was read
 * @block_size: bytes of a memory block, 0 where the kernel has none
 * @start: of the last answer
 * @last: its end; 0 before the first one
 * @node: or -1
 * @zone: as v2p_zone_name() has it, or ""
 * @offline: it is in a memory block that is not online
 */
struct zones {
	struct zone *list;
	size_t count;
	bool loaded;
	uint64_t block_size;
	uint64_t start;
	uint64_t last;
	int node;
	char zone[ZONE_SIZE];
	bool offline;
};

void zones_init(struct zones *zones);
void zones_free(struct zones *zones);

/* What is found next is not what it was. */
void zones_forget(struct zones *zones);

/* Answer for an address: set @node, @zone and @offline. */
void zones_find(struct zones *zones, uint64_t address);

#endif /* ZONES_H */
