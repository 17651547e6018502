/* SPDX-License-Identifier: GPL-2.0 */
/* who_may_ask.txt, read. */
#ifndef WHO_MAY_ASK_TABLE_H
#define WHO_MAY_ASK_TABLE_H

#define COLUMNS 32
#define ROWS 64

/**
 * struct column - whom one asks
 * @name: of the column, without its mode
 * @mode: the lockdown mode that it is for, or ""
 */
struct column {
	char name[32];
	char mode[32];
};

/**
 * struct row - who asks
 * @name: of the row
 * @expected: for each column 0 or a negative errno
 */
struct row {
	char name[32];
	int expected[COLUMNS];
};

extern struct column columns[COLUMNS];
extern struct row rows[ROWS];
extern unsigned int column_count, row_count;

/* These end the program where something is missing. */
void read_table(void);
void match_subjects(void);
int expected_of(const struct row *row, const char *name, const char *mode);

#endif /* WHO_MAY_ASK_TABLE_H */
