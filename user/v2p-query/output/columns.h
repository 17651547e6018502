/* SPDX-License-Identifier: GPL-2.0 */
/* Tables: which columns there are, which of them are shown, and how a row is written. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <v2p.h>

#include "base/complain.h"
#include "base/line.h"

struct output;
struct row;
struct piece;
struct summary_row;

/**
 * struct cells - what a row is made of
 * @output: where it goes
 * @answer: the entry, and where its content is; without address and length where that is
 *	not an extent
 * @instead: the status, where there is no physical page; or NULL
 * @swap_file: of the area of a swap entry, NULL where it is not known
 * @row: the address of a table of addresses
 * @piece: the extent of a table of extents
 * @sums: of a summary
 */
struct cells {
	const struct output *output;
	const struct v2p_extent *answer;
	const char *instead;
	const char *swap_file;
	const struct row *row;
	const struct piece *piece;
	const struct summary_row *sums;
};

/* What makes the text of a cell: where many rows have the same, it is kept. */
enum column_of {
	COLUMN_OF_ROW,
	COLUMN_OF_PAGE,
	COLUMN_OF_LENGTH,
};

/**
 * struct column - one that a table can have
 * @name: by which it is chosen; its heading is the same in capitals
 * @about: what it shows, for people
 * @width: most cells fit into it; longer ones move the next
 * @kernel_width: where there are addresses of the kernel, if it is another
 * @right: cells stand on the right
 * @ends_row: where it is the last one, its cells are as long as they are
 * @of: what its text is made of alone
 * @fields: enum v2p_field, what it needs of each answer
 * @with_comm: it needs the name of the process
 * @with_mappings: of a process, it needs the names of mappings, at whose borders extents are
 *	then cut
 * @with_regions: of the kernel, it needs the names of regions, likewise
 * @with_symbols: it has the symbol that an address is in, where that is wanted
 * @write: adds the cell, filled up to @width and with the two blanks behind it; where @width
 *	is 0, as it is
 * @head: adds the heading, where that is not the name; or NULL
 */
struct column {
	const char *name;
	const char *about;
	uint8_t width;
	uint8_t kernel_width;
	bool right;
	bool ends_row;
	enum column_of of;
	uint32_t fields;
	bool with_comm;
	bool with_mappings;
	bool with_regions;
	bool with_symbols;
	void (*write)(struct line *line, const struct cells *cells, unsigned int width);
	void (*head)(struct line *line, const struct output *output, unsigned int width);
};

/**
 * struct table - all columns of a table
 * @columns: a list that ends with NULL
 * @usual: names of those that are shown where none is chosen
 * @of_kernel: the same where it is about the kernel alone, or NULL
 * @of_many: the same where it is about several processes, or NULL
 * @of_user_root: the same where it is about a process and the kernel's half, or NULL
 * @of_device: the same where it is about a device, or NULL
 */
struct table {
	const struct column *const *columns;
	const char *usual;
	const char *of_kernel;
	const char *of_many;
	const char *of_user_root;
	const char *of_device;
};

/* No table has more: each asserts it of its list, which ends with NULL. */
#define COLUMNS_MOST 32
#define COLUMNS_FIT(list) \
	_Static_assert(sizeof(list) / sizeof(*(list)) <= COLUMNS_MOST + 1, "room for all columns")

/**
 * struct shown_column - one that is shown
 * @column: it
 * @write: its
 * @of: likewise
 * @width: of its cells; 0 for what ends the row
 * @run: how many from here on are made of the same
 * @known: what these had in rows before
 */
struct shown_column {
	const struct column *column;
	void (*write)(struct line *line, const struct cells *cells, unsigned int width);
	uint8_t of;
	uint8_t width;
	uint8_t run;
	struct line_parts *known;
};

/**
 * struct columns - those that are shown, in their order
 * @list: they, and one without @write
 * @count: how many
 * @fills_up: the last one is filled up with blanks
 * @fields: what they need together, like @with_comm and @with_symbols
 * @with_mappings: they need the names of mappings, or of the kernel of its regions
 * @no_headings: the line with their names is not wanted
 */
struct columns {
	struct shown_column list[COLUMNS_MOST + 1];
	size_t count;
	bool fills_up;
	uint32_t fields;
	bool with_comm;
	bool with_mappings;
	bool with_symbols;
	bool no_headings;
};

/**
 * columns_choose() - those that the user wants
 * @columns: filled in; its @no_headings is left as it is
 * @table: what there is
 * @usual: names of those that are shown where none is chosen, NULL for none
 * @target: whose addresses are asked
 * @chosen: names with commas between them; with a plus in front, what is shown beside the
 *	usual ones; NULL for these alone
 *
 * Return: EXIT_OK, or EXIT_USAGE after a complaint.
 */
enum exit_status columns_choose(struct columns *columns, const struct table *table,
				const char *usual, struct v2p_target target, const char *chosen);

/* The line with their names, and a row. */
void columns_head(const struct columns *columns, const struct output *output);
void columns_row(const struct columns *columns, const struct cells *cells);

/* A writer's, of a table of extents: names once for several processes, and a row for each. */
void columns_begin(struct output *output);
void columns_extent(struct output *output, const struct piece *piece);

/* For people: what there is. */
void columns_explain(const struct table *table);

/* For a shell: the names of several tables, each once, and what they are. It ends with NULL. */
void columns_print_names(const struct table *const *tables);

#endif /* COLUMNS_H */
