// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "base/line.h"
#include "base/utf8.h"

static void write_out(struct line *line)
{
	fwrite(line->text, 1, line->used, stdout);
	line->used = 0;
}

static void add(struct line *line, const char *text, size_t length)
{
	if (length > sizeof(line->text) - line->used)
		write_out(line);
	if (length > sizeof(line->text)) {
		fwrite(text, 1, length, stdout);
		return;
	}
	memcpy(line->text + line->used, text, length);
	line->used += length;
}

static void add_blanks(struct line *line, size_t count)
{
	static const char blanks[] = "                                ";

	for (; count > sizeof(blanks) - 1; count -= sizeof(blanks) - 1)
		add(line, blanks, sizeof(blanks) - 1);
	add(line, blanks, count);
}

void line_left(struct line *line, const char *text, size_t width)
{
	const size_t length = strlen(text);

	add(line, text, length);
	add_blanks(line, (length < width ? width - length : 0) + 2);
}

void line_right(struct line *line, const char *text, size_t width)
{
	const size_t length = strlen(text);

	add_blanks(line, length < width ? width - length : 0);
	add(line, text, length);
	add_blanks(line, 2);
}

void line_end(struct line *line, const char *text)
{
	write_out(line);
	utf8_print(text);
	putchar('\n');
}
