// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "base/line.h"
#include "base/text.h"
#include "base/utf8.h"

void line_write(struct line *line)
{
	fwrite_unlocked(line->text, 1, line->used, stdout);
	line->used = 0;
}

void line_add(struct line *line, const char *text, size_t length)
{
	if (length <= sizeof(line->text)) {
		line_put(line, text, length);
		return;
	}
	line_write(line);
	fwrite(text, 1, length, stdout);
}

/* A copy of fixed size takes fewer instructions than one of the right size. */
static void add_blanks(struct line *line, size_t count)
{
	enum { MANY = 64 };
	char *room;

	for (; count > MANY; count -= MANY) {
		room = line_room(line, MANY);
		memset(room, ' ', MANY);
		line_used(line, room + MANY);
	}
	room = line_room(line, MANY);
	memset(room, ' ', MANY);
	line_used(line, room + count);
}

/* The blanks behind a cell of that length. */
static void fill_up(struct line *line, size_t length, size_t width)
{
	add_blanks(line, (length < width ? width - length : 0) + 2);
}

void line_left(struct line *line, const char *text, size_t width)
{
	const size_t length = strlen(text);

	line_add(line, text, length);
	fill_up(line, length, width);
}

void line_hex(struct line *line, uint64_t number, size_t width)
{
	char *room = line_room(line, TEXT_NUMBER);
	char *end = text_hex(room, number);

	line_used(line, end);
	fill_up(line, end - room, width);
}

void line_decimal(struct line *line, uint64_t number, size_t width)
{
	char text[TEXT_NUMBER];

	text_decimal(text, number);
	line_right(line, text, width);
}

void line_range(struct line *line, uint64_t start, uint64_t length, size_t width)
{
	char *room = line_room(line, TEXT_RANGE);
	char *end = text_range(room, start, length);

	line_used(line, end);
	fill_up(line, end - room, width);
}

void line_right(struct line *line, const char *text, size_t width)
{
	const size_t length = strlen(text);

	add_blanks(line, length < width ? width - length : 0);
	line_add(line, text, length);
	add_blanks(line, 2);
}

void line_end(struct line *line, const char *text)
{
	const size_t plain = utf8_plain_length(text);

	line_add(line, text, plain);
	if (text[plain]) {
		line_write(line);
		utf8_print(text + plain);
	}
	line_add(line, "\n", 1);
	line_write(line);
}
