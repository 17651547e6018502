/* SPDX-License-Identifier: GPL-2.0 */
/* Which NUMA node the machine's memory is on. */
#ifndef PLOT_NODES_H
#define PLOT_NODES_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct node_start - where the memory of a node begins, and goes on up to the next start
 */
struct node_start {
	uint64_t address;
	unsigned int node;
};

/**
 * struct nodes - starts in order of address
 * @count: 0 where there is one node, or where it is not known
 */
struct nodes {
	struct node_start *list;
	size_t count;
};

/**
 * nodes_load() - read which node has which memory
 * @nodes: filled in; to be freed with nodes_free() where 0 is returned
 * @system: /sys/devices/system, of which a kernel without memory blocks has less
 *
 * Return: 0 or -ENOMEM.
 */
int nodes_load(struct nodes *nodes, const char *system);
void nodes_free(struct nodes *nodes);

#endif /* PLOT_NODES_H */
