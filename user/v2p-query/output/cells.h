/* SPDX-License-Identifier: GPL-2.0 */
/* Columns that several tables have. */
#ifndef CELLS_H
#define CELLS_H

#include "output/columns.h"

extern const struct column column_pid;
extern const struct column column_comm;
/* An address, and where it is, or why it is nowhere. */
extern const struct column column_virtual;
extern const struct column column_physical;
extern const struct column column_status;
extern const struct column column_bytes;
extern const struct column column_length;
extern const struct column column_size;
extern const struct column column_level;
extern const struct column column_flags;
extern const struct column column_flags_long;
extern const struct column column_memory_type;
extern const struct column column_protection_key;
/* Of the page, not of what maps it. */
extern const struct column column_node;
extern const struct column column_kind;
/* Of a process alone, and of the kernel alone. */
extern const struct column column_mapping;
extern const struct column column_region;

/* What FLAGS is made of. */
#define CELLS_FLAGS_FIELDS \
	(V2P_FIELD_FLAGS | V2P_FIELD_SWAP | V2P_FIELD_MEMORY_TYPE | V2P_FIELD_PROTECTION_KEY)

/* What a row's addresses lie in: a mapping, of the kernel a region; or NULL. */
const char *cells_place(const struct cells *cells);

/* A name in a cell of some width. */
void cell_name_within(struct line *line, const char *name, unsigned int width);

/* The same, "-" where there is none; in the last cell of a row it is as long as it is. */
static inline void cell_name(struct line *line, const char *name, unsigned int width)
{
	if (!name)
		name = "-";
	if (width)
		cell_name_within(line, name, width);
	else
		line_name(line, name);
}

#endif /* CELLS_H */
