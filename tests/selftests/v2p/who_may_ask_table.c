// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../kselftest.h"
#include "subjects.h"
#include "files.h"
#include "who_may_ask_table.h"

#define TABLE "who_may_ask.txt"

struct column columns[COLUMNS];
struct row rows[ROWS];
unsigned int column_count, row_count;

static int read_cell(const char *word)
{
	static const struct {
		const char *word;
		int error;
	} cells[] = {
		{ "ok", 0 }, { "EPERM", -EPERM }, { "EINVAL", -EINVAL }, { "ESRCH", -ESRCH },
	};
	unsigned int i;

	for (i = 0; word && i < ARRAY_SIZE(cells); i++)
		if (!strcmp(cells[i].word, word))
			return cells[i].error;
	ksft_exit_fail_msg("%s: no cell: %s\n", TABLE, word ?: "missing");
}

static void read_row(char **rest)
{
	struct row *row = &rows[row_count++];
	const char *name = strtok_r(NULL, " ", rest);
	unsigned int i;

	if (!name || row_count > ROWS)
		ksft_exit_fail_msg("%s: a row without a name, or too many\n", TABLE);
	snprintf(row->name, sizeof(row->name), "%s", name);
	for (i = 0; i < column_count; i++)
		row->expected[i] = read_cell(strtok_r(NULL, " ", rest));
	name = strtok_r(NULL, " ", rest);
	if (!name || strcmp(name, "|"))
		ksft_exit_fail_msg("%s: row %s has too many cells\n", TABLE, row->name);
}

static void read_column(char **rest)
{
	struct column *column = &columns[column_count++];
	const char *name = strtok_r(NULL, " ", rest);

	if (!name || column_count > COLUMNS ||
	    sscanf(name, "%31[^@]@%31s", column->name, column->mode) < 1)
		ksft_exit_fail_msg("%s: a column without a name, or too many\n", TABLE);
}

void read_table(void)
{
	static char text[32768];
	char *line, *rest, *lines = text;

	if (read_file(TABLE, text, sizeof(text)))
		ksft_exit_fail_msg("%s cannot be read\n", TABLE);
	while ((line = strsep(&lines, "\n"))) {
		const char *kind = strtok_r(line, " ", &rest);

		if (kind && !strcmp(kind, "column"))
			read_column(&rest);
		else if (kind && !strcmp(kind, "row"))
			read_row(&rest);
		else if (kind && kind[0] != '#')
			ksft_exit_fail_msg("%s: %s is neither row nor column\n", TABLE, kind);
	}
}

/* Each row has a subject, and each subject a row. */
void match_subjects(void)
{
	unsigned int i;

	if (row_count != subject_count)
		ksft_exit_fail_msg("%u rows, %u subjects\n", row_count, subject_count);
	for (i = 0; i < row_count; i++)
		if (!subject_find(rows[i].name))
			ksft_exit_fail_msg("nobody knows how to be %s\n", rows[i].name);
}

int expected_of(const struct row *row, const char *name, const char *mode)
{
	unsigned int i;

	for (i = 0; i < column_count; i++)
		if (!strcmp(columns[i].name, name) && !strcmp(columns[i].mode, mode))
			return row->expected[i];
	ksft_exit_fail_msg("%s: no column %s\n", TABLE, name);
}
