// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

size_t utf8_decode(const char *bytes, uint32_t *character)
{
	const unsigned char *text = (const unsigned char *)bytes;
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t code;
	size_t length, i;

	*character = *text;
	if (*text < 0x80)
		return 1;
	if (*text >= 0xc2 && *text <= 0xdf)
		length = 2;
	else if (*text >= 0xe0 && *text <= 0xef)
		length = 3;
	else if (*text >= 0xf0 && *text <= 0xf4)
		length = 4;
	else
		return 0;

	code = *text & (0x7f >> length);
	for (i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	if (code < smallest[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*character = code;
	return length;
}

/*
 * Characters that a terminal acts upon, and those that show nothing, so that one name looks
 * like another: controls; what turns the direction of writing, up to the end of the line and
 * further; separators of lines; and what Unicode says may be left out when it is drawn.
 * In order.
 */
static const struct { uint32_t first, last; } hidden[] = {
	{ 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x00ad, 0x00ad }, { 0x034f, 0x034f },
	{ 0x061c, 0x061c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
	{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
	{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
	{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

static bool is_hidden(uint32_t character)
{
	size_t i = 0;

	if (character >= ' ' && character < 0x7f)
		return false;
	while (i < sizeof(hidden) / sizeof(hidden[0]) && hidden[i].last < character)
		i++;
	return i < sizeof(hidden) / sizeof(hidden[0]) && hidden[i].first <= character;
}

/* The character at @text, of which @length bytes are to be shown, or a question mark. */
static bool is_printable(const char *text, size_t *length)
{
	uint32_t character;

	*length = utf8_decode(text, &character);
	if (*length)
		return !is_hidden(character);
	*length = 1;
	return false;
}

void utf8_make_printable(char *text)
{
	char *to = text;
	size_t length;

	for (; *text; text += length) {
		if (is_printable(text, &length)) {
			memmove(to, text, length);
			to += length;
		} else {
			*to++ = '?';
		}
	}
	*to = '\0';
}

/* Whether all of 8 bytes are from ' ' to '~'. A carry can only come from one that is not. */
static bool are_plain(const char *text)
{
	const uint64_t ones = UINT64_MAX / 0xff;
	uint64_t bytes;

	memcpy(&bytes, text, sizeof(bytes));
	return !(((bytes - ones * ' ') | bytes | (bytes + ones)) & ones * 0x80);
}

size_t utf8_plain_length(const char *text)
{
	const size_t all = strlen(text);
	size_t length = 0;

	while (all - length >= 8 && are_plain(text + length))
		length += 8;
	while (text[length] >= ' ' && text[length] < 0x7f)
		length++;
	return length;
}

size_t utf8_print_plain(const char *text)
{
	const size_t length = utf8_plain_length(text);

	fwrite(text, 1, length, stdout);
	return length;
}

void utf8_print(const char *name)
{
	size_t length;

	/* Most names have nothing else. */
	for (name += utf8_print_plain(name); *name; name += length) {
		if (is_printable(name, &length))
			fwrite(name, 1, length, stdout);
		else
			putchar('?');
	}
}

void utf8_make_valid(char *text)
{
	while (*text) {
		uint32_t character;
		size_t length = utf8_decode(text, &character);

		if (!length) {
			*text = '?';
			length = 1;
		}
		text += length;
	}
}

size_t utf8_hidden(const char *text, uint32_t *character)
{
	size_t length = utf8_decode(text, character);

	return length && is_hidden(*character) ? length : 0;
}
