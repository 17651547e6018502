// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "output/json-row.h"

static void add(struct json_row *row, const char *text)
{
	line_put(&row->line, text, strlen(text));
}

static void new_line(struct json_row *row)
{
	unsigned int i;

	add(row, "\n");
	for (i = 0; i < row->indent; i++)
		add(row, " ");
}

void json_row_begin_element(struct json_row *row, const struct output *output)
{
	row->line.used = 0;
	row->pretty = output->pretty;
	row->indent = output_indent(output) + 4;
	row->empty = !output->count;
	json_row_next(row);
	json_row_open(row, '{');
}

void json_row_end_element(struct json_row *row)
{
	json_row_close(row, '}');
	line_write(&row->line);
}

void json_row_begin_line(struct json_row *row, const struct output *output)
{
	row->line.used = 0;
	row->pretty = false;
	row->indent = 0;
	json_row_open(row, '{');
	if (!output->many)
		return;
	if (target_is_kernel(output->target)) {
		json_row_key(row, "kernel");
		line_text(&row->line, "true");
	} else {
		json_row_key(row, "pid");
		json_row_number(row, target_pid(output->target));
	}
	if (*output->comm) {
		json_row_key(row, "comm");
		json_row_text(row, output->comm);
	}
}

void json_row_end_line(struct json_row *row)
{
	json_row_close(row, '}');
	line_put(&row->line, "\n", 1);
	line_write(&row->line);
}

void json_row_open(struct json_row *row, char bracket)
{
	line_put(&row->line, &bracket, 1);
	row->indent += 2;
	row->empty = true;
}

void json_row_close(struct json_row *row, char bracket)
{
	row->indent -= 2;
	if (row->pretty && !row->empty)
		new_line(row);
	line_put(&row->line, &bracket, 1);
	row->empty = false;
}

void json_row_next(struct json_row *row)
{
	if (!row->empty)
		line_put(&row->line, ",", 1);
	row->empty = false;
	if (row->pretty)
		new_line(row);
}

void json_row_pretty_key(struct json_row *row, const char *key)
{
	json_row_next(row);
	json_row_word(row, key);
	line_put(&row->line, ": ", 2);
}

void json_row_hex(struct json_row *row, uint64_t value)
{
	char *end = line_room(&row->line, TEXT_NUMBER + 2);

	*end++ = '"';
	end = text_hex(end, value);
	*end++ = '"';
	line_used(&row->line, end);
}

void json_row_number(struct json_row *row, uint64_t value)
{
	line_put_decimal(&row->line, value);
}

void json_row_word(struct json_row *row, const char *word)
{
	const size_t length = strlen(word);
	char *room = line_room(&row->line, length + 2);

	room[0] = '"';
	memcpy(room + 1, word, length);
	room[1 + length] = '"';
	line_used(&row->line, room + length + 2);
}

/* As \uXXXX, above U+FFFF as a surrogate pair. */
static void add_code(struct json_row *row, uint32_t character)
{
	char text[7] = "\\u";
	unsigned int i;

	if (character >= 0x10000) {
		add_code(row, 0xd800 + ((character - 0x10000) >> 10));
		add_code(row, 0xdc00 + (character & 0x3ff));
		return;
	}
	for (i = 0; i < 4; i++)
		text[2 + i] = "0123456789abcdef"[character >> (12 - 4 * i) & 15];
	add(row, text);
}

/* Adds a character that has to be looked at, and returns how many bytes of @text it was. */
static size_t add_character(struct json_row *row, const char *text)
{
	static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *found = strchr(plain, *text);
	uint32_t character;
	size_t length;

	if (found) {
		const char escape[] = { '\\', letters[found - plain], '\0' };

		add(row, escape);
		return 1;
	}
	length = utf8_hidden(text, &character);
	if (length) {
		add_code(row, character);
		return length;
	}
	length = utf8_decode(text, &character);
	if (length)
		line_put(&row->line, text, length);
	else
		add(row, "?");
	return length ? length : 1;
}

/* How much of what begins @text stands in JSON as it is, and is printable ASCII. */
static size_t unescaped_length(const char *text)
{
	const size_t plain = utf8_plain_length(text);
	size_t length = 0;

	while (length < plain && text[length] != '"' && text[length] != '\\')
		length++;
	return length;
}

void json_row_text(struct json_row *row, const char *text)
{
	line_put(&row->line, "\"", 1);
	while (*text) {
		const size_t plain = unescaped_length(text);

		line_add(&row->line, text, plain);
		text += plain;
		if (*text)
			text += add_character(row, text);
	}
	line_put(&row->line, "\"", 1);
}

void json_row_flags(struct json_row *row, uint32_t flags)
{
	json_row_key(row, "flags");
	json_row_open(row, '[');
	for (; flags; flags &= flags - 1) {
		const char *name = v2p_flag_name(flags & -flags);

		if (!name)
			continue;
		json_row_next(row);
		json_row_word(row, name);
	}
	json_row_close(row, ']');
}

void json_row_level(struct json_row *row, uint8_t level)
{
	const char *name = v2p_level_name(level);

	if (!name)
		return;
	json_row_key(row, "level");
	json_row_word(row, name);
}

/* What does not fit into a number that all programs can read is left out. */
static void add_power(struct json_row *row, const char *key, unsigned int shift)
{
	if (shift >= 63)
		return;
	json_row_next(row);
	json_row_word(row, key);
	line_text(&row->line, row->pretty ? ": " : ":");
	json_row_number(row, UINT64_C(1) << shift);
}

void json_row_page_size(struct json_row *row, unsigned int page_shift)
{
	add_power(row, "page_size", page_shift);
}

void json_row_span(struct json_row *row, unsigned int shift)
{
	add_power(row, "span", shift);
}

void json_row_memory(struct json_row *row, const struct v2p_extent *answer)
{
	const char *type = text_memory_type(answer->memory_type);

	if (type) {
		json_row_key(row, "memory_type");
		json_row_word(row, type);
	}
	if (answer->status == V2P_STATUS_MAPPED) {
		json_row_key(row, "protection_key");
		json_row_number(row, answer->protection_key);
	}
}

void json_row_page(struct json_row *row, const struct v2p_extent *answer, uint32_t fields)
{
	if (answer->status != V2P_STATUS_MAPPED)
		return;
	if (fields & V2P_FIELD_NODE && answer->node != V2P_NO_NODE) {
		json_row_key(row, "node");
		json_row_number(row, answer->node);
	}
	if (fields & V2P_FIELD_PAGE_KIND) {
		json_row_key(row, "page_kind");
		json_row_word(row, text_page_kind(answer->page_kind));
	}
}

static void add_swap(struct json_row *row, const struct v2p_extent *answer, const char *file)
{
	json_row_key(row, "swap");
	json_row_open(row, '{');
	json_row_key(row, "type");
	json_row_number(row, answer->swap_type);
	json_row_key(row, "offset");
	json_row_hex(row, answer->swap_offset);
	json_row_close(row, '}');
	if (!file)
		return;
	json_row_key(row, "swap_file");
	json_row_text(row, file);
}

void json_row_instead(struct json_row *row, const struct v2p_extent *answer,
		      unsigned int page_shift, const char *swap_file)
{
	if (answer->status == V2P_STATUS_SWAPPED) {
		add_swap(row, answer, swap_file);
	} else if (answer->status != V2P_STATUS_MAPPED && answer->swap_offset) {
		json_row_key(row, "frame_physical");
		json_row_hex(row, answer->swap_offset << page_shift % 64);
	}
}

void json_row_mapping(struct json_row *row, const struct output *output, const char *name)
{
	if (!name)
		return;
	if (target_is_kernel(output->target))
		json_row_key(row, "region");
	else
		json_row_key(row, "mapping");
	json_row_text(row, name);
}
