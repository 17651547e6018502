/* SPDX-License-Identifier: GPL-2.0 */
/* The ways to write answers. */
#ifndef PRINTER_H
#define PRINTER_H

#include <v2p.h>

#include "commands/session.h"
#include "input/batch.h"

/**
 * struct row - one answer
 * @address: what was asked
 * @translation: the answer
 * @walk: the way to it, or NULL where it was not asked for
 * @mapping: what the address lies in, or NULL
 * @swap_file: of the area of a swap entry, NULL where it is not known
 * @label: of what it was named by
 * @number: how many rows came before
 */
struct row {
	uint64_t address;
	struct v2p_translation translation;
	const struct v2p_walk *walk;
	const char *mapping;
	const char *swap_file;
	const struct label *label;
	size_t number;
};

/**
 * struct printer - one way to write them
 * @begin: before the first row, or before the end where there is none; or NULL
 * @row: each row
 * @end: after the last row, or NULL
 *
 * The error that @end is told is NULL, or what came behind that row. An error before
 * the first row calls neither @begin nor @end.
 */
struct printer {
	void (*begin)(const struct session *session);
	void (*row)(const struct session *session, const struct row *row);
	void (*end)(const struct session *session, const char *error);
};

extern const struct printer table_printer;
extern const struct printer quiet_printer;
extern const struct printer json_printer;
extern const struct printer drawing_printer;

/* Whether the row tells of physical memory: that of its address, and of what was named. */
bool printer_has_page(const struct row *row);

/* What it tells instead: the status of its address, or what became of what was named. */
const char *printer_status(const struct row *row);

#endif /* PRINTER_H */
