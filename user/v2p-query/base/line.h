/* SPDX-License-Identifier: GPL-2.0 */
/* A line of output, put together in memory: printf() would take most of the time of a row. */
#ifndef LINE_H
#define LINE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * struct line - a line that is being put together
 * @used: bytes of @text; 0 before the first cell
 * @text: what was not written yet
 */
struct line {
	size_t used;
	char text[8192];
};

/* Write out what was added. */
void line_write(struct line *line);

/* Where to put so many bytes, far less than a line has room for; line_used() says how many. */
static inline char *line_room(struct line *line, size_t length)
{
	if (length > sizeof(line->text) - line->used)
		line_write(line);
	return line->text + line->used;
}

static inline void line_used(struct line *line, const char *end)
{
	line->used = end - line->text;
}

/* Add few bytes as they are, or any number of them. */
static inline void line_put(struct line *line, const char *text, size_t length)
{
	char *room = line_room(line, length);

	memcpy(room, text, length);
	line_used(line, room + length);
}

void line_add(struct line *line, const char *text, size_t length);

/* A cell, filled up with blanks to so many characters, and the two blanks behind it. */
void line_left(struct line *line, const char *text, size_t width);
void line_right(struct line *line, const char *text, size_t width);
void line_hex(struct line *line, uint64_t number, size_t width);
void line_range(struct line *line, uint64_t start, uint64_t length, size_t width);
/* This one stands on the right. */
void line_decimal(struct line *line, uint64_t number, size_t width);

/*
 * Write the line to standard output, with its last cell, of which a terminal gets what it
 * can show.
 */
void line_end(struct line *line, const char *text);

#endif /* LINE_H */
