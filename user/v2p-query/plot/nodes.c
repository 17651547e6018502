// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "plot/nodes.h"
#include "plot/ram.h"

/* How much a block of memory is, as sysfs tells it; 0 where it does not. */
static uint64_t read_block_size(const char *system)
{
	char path[PATH_MAX], *text;
	uint64_t size = 0;
	size_t length;

	snprintf(path, sizeof(path), "%s/memory/block_size_bytes", system);
	text = file_read(path, &length);
	if (text && sscanf(text, "%" SCNx64, &size) != 1)
		size = 0;
	free(text);
	return size;
}

/* Of a path that ends with node1/memory42. */
static int parse_block(const char *path, uint64_t size, struct node_start *start)
{
	const char *name = strstr(path, "/node/node");
	uint64_t number;
	int end = 0;

	if (!name || sscanf(name, "/node/node%u/memory%" SCNu64 "%n", &start->node, &number, &end) != 2 ||
	    name[end] || number > (UINT64_C(1) << RAM_LIMIT_SHIFT) / size)
		return -EINVAL;
	start->address = number * size;
	return 0;
}

/* A block may be of two nodes, of which the lower one is taken to begin it. */
static int by_address(const void *left, const void *right)
{
	const struct node_start *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return (a->node > b->node) - (a->node < b->node);
}

/* Keep those blocks with which another node begins. */
static void keep_starts(struct nodes *nodes)
{
	size_t i, kept = 0;

	qsort(nodes->list, nodes->count, sizeof(*nodes->list), by_address);
	for (i = 0; i < nodes->count; i++)
		if (!kept || nodes->list[kept - 1].node != nodes->list[i].node)
			nodes->list[kept++] = nodes->list[i];
	nodes->count = kept > 1 ? kept : 0;
}

int nodes_load(struct nodes *nodes, const char *system)
{
	const uint64_t size = read_block_size(system);
	char pattern[PATH_MAX];
	glob_t found;
	size_t i;

	*nodes = (struct nodes){ 0 };
	snprintf(pattern, sizeof(pattern), "%s/node/node[0-9]*/memory[0-9]*", system);
	if (!size || glob(pattern, GLOB_NOSORT, NULL, &found))
		return 0;
	nodes->list = calloc(found.gl_pathc, sizeof(*nodes->list));
	for (i = 0; nodes->list && i < found.gl_pathc; i++)
		if (!parse_block(found.gl_pathv[i], size, &nodes->list[nodes->count]))
			nodes->count++;
	globfree(&found);
	if (!nodes->list)
		return -ENOMEM;
	keep_starts(nodes);
	return 0;
}

void nodes_free(struct nodes *nodes)
{
	free(nodes->list);
	*nodes = (struct nodes){ 0 };
}
