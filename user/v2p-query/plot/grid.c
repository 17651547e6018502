// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "plot/grid.h"

/* No processor has smaller pages. */
#define SMALLEST_CELL 4096

/* Rows of 1 << @shift bytes that have some memory; their starts go to @rows, if given. */
static uint64_t find_rows(const struct ram *ram, unsigned int shift, struct plot_row *rows)
{
	uint64_t count = 0, next = 0;
	size_t i;

	for (i = 0; i < ram->count; i++) {
		uint64_t first = ram->list[i].start >> shift;
		uint64_t last = (ram->list[i].end - 1) >> shift;

		if (first < next)
			first = next;
		next = last + 1;
		if (first > last)
			continue;
		count += next - first;
		for (; rows && first <= last; first++)
			(rows++)->start = first << shift;
	}
	return count;
}

static struct plot_row *row_at(const struct plot_grid *grid, uint64_t address)
{
	size_t low = 0, high = grid->row_count;

	/* The last one that starts at or below it. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (grid->rows[middle].start <= address)
			low = middle;
		else
			high = middle;
	}
	return &grid->rows[low];
}

/* Moves @address, which is in memory, on to the next cell's, or to @end if that is nearer. */
static struct plot_cell *step(const struct plot_grid *grid, uint64_t *address, uint64_t end)
{
	const struct plot_row *row = row_at(grid, *address);
	size_t column = (*address - row->start) / grid->cell_size;
	uint64_t next = (column + 1) * grid->cell_size;

	next = row->start + (next < grid->row_size ? next : grid->row_size);
	*address = next < end ? next : end;
	return &row->cells[column];
}

static void measure_memory(struct plot_grid *grid, const struct ram *ram)
{
	size_t i;

	for (i = 0; i < ram->count; i++) {
		uint64_t address = ram->list[i].start;

		while (address < ram->list[i].end) {
			uint64_t from = address;
			struct plot_cell *cell = step(grid, &address, ram->list[i].end);

			cell->ram += address - from;
		}
	}
}

int plot_grid_init(struct plot_grid *grid, const struct ram *ram, size_t columns, size_t rows)
{
	unsigned int shift = 0;
	size_t i;

	/* Rows of 2^n bytes start at addresses that people know. */
	while (UINT64_C(1) << shift < columns * SMALLEST_CELL)
		shift++;
	while (find_rows(ram, shift, NULL) > rows)
		shift++;

	*grid = (struct plot_grid){ .row_size = UINT64_C(1) << shift };
	grid->cell_size = (grid->row_size + columns - 1) / columns;
	grid->cell_size = (grid->cell_size + SMALLEST_CELL - 1) / SMALLEST_CELL * SMALLEST_CELL;
	grid->columns = (grid->row_size + grid->cell_size - 1) / grid->cell_size;
	grid->row_count = find_rows(ram, shift, NULL);
	grid->rows = calloc(grid->row_count, sizeof(*grid->rows));
	if (!grid->rows)
		return -ENOMEM;
	find_rows(ram, shift, grid->rows);
	for (i = 0; i < grid->row_count; i++) {
		grid->rows[i].cells = calloc(grid->columns, sizeof(*grid->rows[i].cells));
		if (!grid->rows[i].cells) {
			plot_grid_free(grid);
			return -ENOMEM;
		}
	}
	measure_memory(grid, ram);
	return 0;
}

void plot_grid_free(struct plot_grid *grid)
{
	size_t i;

	for (i = 0; i < grid->row_count; i++)
		free(grid->rows[i].cells);
	free(grid->rows);
	*grid = (struct plot_grid){ 0 };
}

static void add_share(struct plot_cell *cell, size_t mapping, uint64_t bytes)
{
	struct plot_share *smallest = cell->shares;
	size_t i;

	for (i = 0; i < PLOT_SHARES; i++) {
		struct plot_share *share = &cell->shares[i];

		if (share->bytes && share->mapping == mapping) {
			share->bytes += bytes;
			return;
		}
		if (share->bytes < smallest->bytes)
			smallest = share;
	}
	/* It inherits the bytes of the one it drives out, or late ones would never have a chance. */
	smallest->mapping = mapping;
	smallest->bytes += bytes;
}

uint64_t plot_grid_add(struct plot_grid *grid, const struct ram *ram, struct ram_range range,
		       size_t mapping, bool huge)
{
	uint64_t outside = range.end - range.start;
	size_t i;

	for (i = ram_find(ram, range.start); i < ram->count; i++) {
		struct ram_range part = ram->list[i];

		if (part.start >= range.end)
			break;
		if (part.start < range.start)
			part.start = range.start;
		if (part.end > range.end)
			part.end = range.end;
		outside -= part.end - part.start;
		while (part.start < part.end) {
			uint64_t from = part.start;
			struct plot_cell *cell = step(grid, &part.start, part.end);

			cell->bytes += part.start - from;
			if (huge)
				cell->huge += part.start - from;
			add_share(cell, mapping, part.start - from);
		}
	}
	return outside;
}

static void renumber(struct plot_cell *cell, const size_t *moved)
{
	struct plot_cell before = *cell;
	size_t i;

	for (i = 0; i < PLOT_SHARES; i++)
		cell->shares[i] = (struct plot_share){ 0 };
	for (i = 0; i < PLOT_SHARES; i++)
		if (before.shares[i].bytes)
			add_share(cell, moved[before.shares[i].mapping], before.shares[i].bytes);
}

void plot_grid_renumber(struct plot_grid *grid, const size_t *moved)
{
	size_t row, column;

	for (row = 0; row < grid->row_count; row++)
		for (column = 0; column < grid->columns; column++)
			renumber(&grid->rows[row].cells[column], moved);
}

size_t plot_cell_mapping(const struct plot_cell *cell)
{
	const struct plot_share *most = cell->shares;
	size_t i;

	for (i = 1; i < PLOT_SHARES; i++)
		if (cell->shares[i].bytes > most->bytes)
			most = &cell->shares[i];
	return most->mapping;
}

unsigned int plot_cell_fill(const struct plot_cell *cell, unsigned int steps)
{
	if (!cell->bytes)
		return 0;
	if (cell->bytes >= cell->ram)
		return steps;
	return 1 + (unsigned int)((double)cell->bytes / cell->ram * (steps - 1));
}

bool plot_cell_huge(const struct plot_cell *cell)
{
	return cell->huge && cell->huge >= cell->bytes - cell->huge;
}

uint64_t plot_row_bytes(const struct plot_grid *grid, const struct plot_row *row)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < grid->columns; i++)
		bytes += row->cells[i].bytes;
	return bytes;
}

uint64_t plot_row_gap(const struct plot_grid *grid, size_t row)
{
	return row ? grid->rows[row].start - grid->rows[row - 1].start - grid->row_size : 0;
}
