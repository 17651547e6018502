/* SPDX-License-Identifier: GPL-2.0 */
/* What the extents of a mapping, and of all, amount to. */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "base/absent.h"
#include "output/writer.h"

/* No kernel has more. */
#define SUMMARY_NODES 1024

/**
 * struct stats - sums
 * @size: bytes of the mappings
 * @mapped: bytes that have a physical page
 * @by_shift: the same by the size of that page
 * @by_status: bytes by status
 * @extents: runs of physical memory
 * @largest: bytes of the largest of them
 * @by_kind: bytes by the kind of the page, where that was asked for
 * @nodes: above the highest node of which there are any, likewise
 * @by_node: of so many, bytes by the node
 */
struct stats {
	uint64_t size;
	uint64_t mapped;
	uint64_t by_shift[64];
	uint64_t by_status[ABSENT_STATUSES];
	uint64_t extents;
	uint64_t largest;
	uint64_t by_kind[__V2P_PAGE_KIND_MAX];
	uint32_t nodes;
	uint64_t by_node[SUMMARY_NODES];
};

/**
 * struct summary - sums on their way out, a row for each mapping
 * @row: of what is being summed up
 * @mapping: which mapping that is, NULL where there is none
 * @start, @end: from where to where, also where there is none
 * @rows: how many were complete before
 * @total: of all rows
 * @all: of the totals of processes that came before
 * @first, @last: addresses of the range
 */
struct summary {
	struct stats row;
	const struct mapping *mapping;
	uint64_t start;
	uint64_t end;
	size_t rows;
	struct stats total;
	struct stats all;
	uint64_t first;
	uint64_t last;
};

/**
 * struct summary_row - a row of a table of sums
 * @stats: the sums
 * @start, @end: from where to where, but of a total
 * @mapping: which mapping that is, or NULL
 * @is_total: of a target
 * @is_of_all: of several processes
 */
struct summary_row {
	const struct stats *stats;
	uint64_t start;
	uint64_t end;
	const struct mapping *mapping;
	bool is_total;
	bool is_of_all;
};

typedef void summary_print(const struct output *output, const struct summary *summary);

/* A writer's open() and close(): its state is a struct summary. Each target begins anew. */
enum exit_status summary_open(struct output *output);
void summary_begin(struct output *output);
void summary_close(struct output *output);

/* Both print a row that is complete by now; of several processes, no rows are printed. */
void summary_take(const struct output *output, const struct piece *piece, summary_print *print);
void summary_end(const struct output *output, summary_print *print);

/* Add the total of a process that is complete to that of all. */
void summary_add(struct summary *summary);

#endif /* SUMMARY_H */
