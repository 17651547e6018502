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
enum { MANY = 64 };

/* Where there are MANY bytes to read. */
static void line_put_quickly(struct line *line, const char *text, size_t length)
{
	char *room;

	if (length > MANY) {
		line_put(line, text, length);
		return;
	}
	room = line_room(line, MANY);
	memcpy(room, text, MANY);
	line_used(line, room + length);
}

static size_t slot_of(uint64_t key)
{
	return key * UINT64_C(0x9e3779b97f4a7c15) >> 60;
}

bool line_known(struct line *line, const struct line_parts *parts, uint64_t key)
{
	const struct line_part *part = &parts->parts[slot_of(key)];

	if (part->key != key || !part->length)
		return false;
	line_put_quickly(line, part->text, part->length);
	return true;
}

void line_keep(const struct line *line, struct line_parts *parts, uint64_t key, size_t begin)
{
	struct line_part *part = &parts->parts[slot_of(key)];

	/* It may have been written out meanwhile. */
	if (line->used <= begin || line->used - begin > sizeof(part->text))
		return;
	part->key = key;
	part->length = line->used - begin;
	memcpy(part->text, line->text + begin, part->length);
}

void line_blanks(struct line *line, size_t count)
{
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

void line_put_hex(struct line *line, uint64_t number)
{
	line_used(line, text_hex(line_room(line, TEXT_NUMBER), number));
}

void line_put_decimal(struct line *line, uint64_t number)
{
	line_used(line, text_decimal(line_room(line, TEXT_NUMBER), number));
}

/* The blanks behind a cell of that length. */
static size_t blanks_behind(size_t length, size_t width)
{
	return (length < width ? width - length : 0) + 2;
}

/* The same for one that was put where there is room for both, and is no wider than MANY. */
static void fill_up(struct line *line, const char *cell, char *end, size_t width)
{
	memset(end, ' ', MANY);
	line_used(line, end + blanks_behind(end - cell, width));
}

void line_left(struct line *line, const char *text, size_t width)
{
	const size_t length = strlen(text);

	line_add(line, text, length);
	line_blanks(line, blanks_behind(length, width));
}

void line_hex(struct line *line, uint64_t number, size_t width)
{
	char *room = line_room(line, TEXT_NUMBER + MANY);

	fill_up(line, room, text_hex(room, number), width);
}

void line_decimal(struct line *line, uint64_t number, size_t width)
{
	char text[TEXT_NUMBER];

	text_decimal(text, number);
	line_right(line, text, width);
}

void line_range(struct line *line, uint64_t start, uint64_t length, size_t width)
{
	char *room = line_room(line, TEXT_RANGE + MANY);

	fill_up(line, room, text_range(room, start, length), width);
}

void line_right(struct line *line, const char *text, size_t width)
{
	const size_t length = strlen(text);

	line_blanks(line, length < width ? width - length : 0);
	line_add(line, text, length);
	line_blanks(line, 2);
}

void line_name(struct line *line, const char *name)
{
	const size_t plain = utf8_plain_length(name);

	if (plain <= MANY)
		line_put(line, name, plain);
	else
		line_add(line, name, plain);
	if (name[plain]) {
		line_write(line);
		utf8_print(name + plain);
	}
}

void line_end(struct line *line, const char *text)
{
	line_name(line, text);
	line_put(line, "\n", 1);
	line_write(line);
}
