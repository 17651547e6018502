/* SPDX-License-Identifier: GPL-2.0 */
/* The machine's memory in rows of cells, and what is in each cell. */
#ifndef PLOT_GRID_H
#define PLOT_GRID_H

#include <stdbool.h>

#include "plot/mappings.h"
#include "plot/ram.h"

/*
 * Mappings that are told apart in one cell at a time. Where more meet in one,
 * any that has more than a quarter of the bytes is still found.
 */
#define PLOT_SHARES 4

struct plot_share {
	size_t mapping;
	uint64_t bytes;
};

/**
 * struct plot_cell - a little of the memory
 * @ram: bytes of memory in it, the rest is a hole
 * @bytes: what is mapped, counted each time that it is mapped
 * @huge: of that, on huge pages
 * @shares: of which mappings; 0 bytes where unused
 */
struct plot_cell {
	uint64_t ram;
	uint64_t bytes;
	uint64_t huge;
	struct plot_share shares[PLOT_SHARES];
};

/**
 * struct plot_row - one stretch of the memory
 * @start: its physical address, a multiple of the rows' size
 * @cells: as many as the grid has columns
 */
struct plot_row {
	uint64_t start;
	struct plot_cell *cells;
};

/**
 * struct plot_grid - rows of one size, in order of address
 *
 * A stretch without any memory has no row. The last column may be cut short by
 * the end of the row.
 */
struct plot_grid {
	struct plot_row *rows;
	size_t row_count;
	size_t columns;
	uint64_t row_size;
	uint64_t cell_size;
};

/**
 * plot_grid_init() - lay the memory out
 * @columns: most cells in a row
 * @rows: most rows
 *
 * Return: 0 or -ENOMEM.
 */
int plot_grid_init(struct plot_grid *grid, const struct ram *ram, size_t columns, size_t rows);
void plot_grid_free(struct plot_grid *grid);

/**
 * plot_grid_add() - memory that is mapped
 * @ram: what the grid was laid out for
 * @range: any physical addresses
 *
 * Return: bytes of @range that are no memory.
 */
uint64_t plot_grid_add(struct plot_grid *grid, const struct ram *ram, struct ram_range range,
		       size_t mapping, bool huge);

/* The mappings have got other numbers: @moved has the new one for each. */
void plot_grid_renumber(struct plot_grid *grid, const size_t *moved);

/* The mapping that has most of a cell, in which something is. */
size_t plot_cell_mapping(const struct plot_cell *cell);

/* How much of a cell's memory is mapped, in @steps; 0 for nothing at all alone. */
unsigned int plot_cell_fill(const struct plot_cell *cell, unsigned int steps);

/* Whether most of what is mapped in a cell is on huge pages. */
bool plot_cell_huge(const struct plot_cell *cell);

/* What is mapped in a row. */
uint64_t plot_row_bytes(const struct plot_grid *grid, const struct plot_row *row);

/* Whether a row reaches over an address. */
static inline bool plot_row_has(const struct plot_grid *grid, const struct plot_row *row,
				uint64_t address)
{
	return address >= row->start && address - row->start < grid->row_size;
}

/* How much is left out between a row and the one before. */
uint64_t plot_row_gap(const struct plot_grid *grid, size_t row);

#endif /* PLOT_GRID_H */
