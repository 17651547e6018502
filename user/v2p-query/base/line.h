/* SPDX-License-Identifier: GPL-2.0 */
/* A line of output, put together in memory: printf() would take most of the time of a row. */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
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

/**
 * struct line_part - a part that rows before had, as most rows have the same
 * @key: what it was made of
 * @length: 0 while there is none
 */
struct line_part {
	uint64_t key;
	size_t length;
	char text[496];
};

/* What is at the same place in each row; 0 at first. */
struct line_parts {
	struct line_part parts[16];
};

/* Add the part that has this key, and return true; false where it has to be made. */
bool line_known(struct line *line, const struct line_parts *parts, uint64_t key);

/* Keep what was added since @line->used was @begin. */
void line_keep(const struct line *line, struct line_parts *parts, uint64_t key, size_t begin);

void line_blanks(struct line *line, size_t count);

/* A cell, filled up with blanks to so many characters, and the two blanks behind it. */
void line_left(struct line *line, const char *text, size_t width);
void line_right(struct line *line, const char *text, size_t width);
/* No wider than 60 characters. */
void line_hex(struct line *line, uint64_t number, size_t width);
void line_range(struct line *line, uint64_t start, uint64_t length, size_t width);
/* This one stands on the right. */
void line_decimal(struct line *line, uint64_t number, size_t width);

/* A name, of which a terminal gets what it can show. */
void line_name(struct line *line, const char *name);

/* Numbers as they are, without a cell. */
void line_put_hex(struct line *line, uint64_t number);
void line_put_decimal(struct line *line, uint64_t number);

/* Write the line to standard output, with its last cell, which is such a name. */
void line_end(struct line *line, const char *text);

/* A short text, whose length the compiler knows where it is a literal; or several of them. */
static inline void line_text(struct line *line, const char *text)
{
	line_put(line, text, strlen(text));
}

#define LINE_TEXTS_1(line, text) line_text(line, text)
#define LINE_TEXTS_2(line, text, ...) (line_text(line, text), LINE_TEXTS_1(line, __VA_ARGS__))
#define LINE_TEXTS_3(line, text, ...) (line_text(line, text), LINE_TEXTS_2(line, __VA_ARGS__))
#define LINE_TEXTS_4(line, text, ...) (line_text(line, text), LINE_TEXTS_3(line, __VA_ARGS__))
#define LINE_TEXTS_5(line, text, ...) (line_text(line, text), LINE_TEXTS_4(line, __VA_ARGS__))
#define LINE_TEXTS_6(line, text, ...) (line_text(line, text), LINE_TEXTS_5(line, __VA_ARGS__))
#define LINE_TEXTS_7(line, text, ...) (line_text(line, text), LINE_TEXTS_6(line, __VA_ARGS__))
#define LINE_TEXTS_8(line, text, ...) (line_text(line, text), LINE_TEXTS_7(line, __VA_ARGS__))
#define LINE_TEXTS_OF(_1, _2, _3, _4, _5, _6, _7, _8, macro, ...) macro
#define line_texts(line, ...) \
	LINE_TEXTS_OF(__VA_ARGS__, LINE_TEXTS_8, LINE_TEXTS_7, LINE_TEXTS_6, LINE_TEXTS_5, \
		      LINE_TEXTS_4, LINE_TEXTS_3, LINE_TEXTS_2, LINE_TEXTS_1)(line, __VA_ARGS__)

#endif /* LINE_H */
