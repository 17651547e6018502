// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* The well-formed UTF-8 sequence at @text: its length, or 0, and which character it is. */
static size_t utf8_decode(const unsigned char *text, uint32_t *character)
{
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
 * What a terminal acts upon, and what shows nothing, so that a name looks like another
 * one: controls; what turns the direction of writing, up to the end of the line and
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

	*length = utf8_decode((const unsigned char *)text, &character);
	if (*length)
		return !is_hidden(character);
	*length = 1;
	return false;
}

void text_make_printable(char *text)
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

void text_print_name(const char *name)
{
	size_t length;

	for (; *name; name += length) {
		if (is_printable(name, &length))
			fwrite(name, 1, length, stdout);
		else
			putchar('?');
	}
}

void text_make_utf8(char *text)
{
	while (*text) {
		uint32_t character;
		size_t length = utf8_decode((unsigned char *)text, &character);

		if (!length) {
			*text = '?';
			length = 1;
		}
		text += length;
	}
}

size_t text_hidden(const char *text, uint32_t *character)
{
	size_t length = utf8_decode((const unsigned char *)text, character);

	return length && is_hidden(*character) ? length : 0;
}

void text_flags(char text[TEXT_FLAGS], uint32_t flags, const char *separator)
{
	size_t used = 0;

	text[0] = '\0';
	for (; flags; flags &= flags - 1) {
		const char *name = v2p_flag_name(flags & -flags);

		if (name && used < TEXT_FLAGS)
			used += snprintf(text + used, TEXT_FLAGS - used, "%s%s",
					 used ? separator : "", name);
	}
}

void text_size(char text[TEXT_SIZE], unsigned int shift, int spelled)
{
	static const char units[] = "BKMGTPE";
	unsigned int unit = shift / 10;

	if (unit >= sizeof(units) - 1)
		snprintf(text, TEXT_SIZE, "2^%u", shift);
	else if (!unit)
		snprintf(text, TEXT_SIZE, "%u%s", 1U << shift, spelled ? " bytes" : "B");
	else
		snprintf(text, TEXT_SIZE, spelled ? "%u %ciB" : "%u%c", 1U << shift % 10,
			 units[unit]);
}

void text_range(char text[TEXT_RANGE], uint64_t start, uint64_t length)
{
	/* The end of the highest address does not fit into 64 bits. */
	if (start + length < start)
		snprintf(text, TEXT_RANGE, "0x%" PRIx64 "-0x1%016" PRIx64, start, start + length);
	else
		snprintf(text, TEXT_RANGE, "0x%" PRIx64 "-0x%" PRIx64, start, start + length);
}

int text_range_width(int kernel)
{
	return kernel ? 37 : 29;
}

void text_bytes(char text[TEXT_SIZE], uint64_t bytes)
{
	static const char units[] = "BKMGTPE";
	unsigned int unit = 0;
	uint64_t tenths;

	while (unit < sizeof(units) - 2 && bytes >> 10 * unit >= 1024)
		unit++;
	/* In two steps: ten times as much may not fit. */
	tenths = (bytes >> 10 * unit) * 10;
	if (unit)
		tenths += ((bytes >> 10 * (unit - 1)) % 1024) * 10 / 1024;
	if (tenths % 10)
		snprintf(text, TEXT_SIZE, "%u.%u%c", (unsigned int)(tenths / 10),
			 (unsigned int)(tenths % 10), units[unit]);
	else
		snprintf(text, TEXT_SIZE, "%u%c", (unsigned int)(tenths / 10), units[unit]);
}

const char *text_level(const struct v2p_info *info, unsigned int page_shift)
{
	unsigned int i;

	/* Top level first. A run of entries spans more than its level's one. */
	for (i = 0; i < info->level_count; i++)
		if (info->levels[i].shift <= page_shift)
			return v2p_level_name(info->levels[i].level);
	return NULL;
}

uint64_t text_page_shifts(const struct v2p_info *info)
{
	unsigned int i = info->level_count > TEXT_PAGE_LEVELS ?
			 info->level_count - TEXT_PAGE_LEVELS : 0;
	uint64_t shifts = 0;

	for (; i < info->level_count; i++)
		if (info->levels[i].shift < 64)
			shifts |= UINT64_C(1) << info->levels[i].shift;
	return shifts;
}

void text_sizes(char text[TEXT_SIZES], uint64_t shifts)
{
	size_t used = 0;

	text[0] = '\0';
	for (; shifts && used < TEXT_SIZES; shifts &= shifts - 1) {
		char size[TEXT_SIZE];

		text_size(size, __builtin_ctzll(shifts), 0);
		used += snprintf(text + used, TEXT_SIZES - used, "%s%s", used ? ", " : "", size);
	}
}

const char *text_status(uint8_t status)
{
	const char *name = v2p_status_name(status);

	return name ? name : "unknown";
}
