/* SPDX-License-Identifier: GPL-2.0 */
/* A line of a table, put together in memory: printf() would take most of the time of a row. */
#ifndef LINE_H
#define LINE_H

#include <stddef.h>

/**
 * struct line - a line that is being put together
 * @used: bytes of @text; 0 before the first cell
 * @text: what was not written yet
 */
struct line {
	size_t used;
	char text[8192];
};

/* A cell, filled up with blanks to so many characters, and the two blanks behind it. */
void line_left(struct line *line, const char *text, size_t width);
void line_right(struct line *line, const char *text, size_t width);

/*
 * Write the line to standard output, with its last cell, of which a terminal gets what it
 * can show.
 */
void line_end(struct line *line, const char *text);

#endif /* LINE_H */
