// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

void text_make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

/* Length of the well-formed UTF-8 sequence at @text, or 0. */
static size_t utf8_length(const unsigned char *text)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t code;
	size_t length, i;

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
	return length;
}

void text_make_utf8(char *text)
{
	while (*text) {
		size_t length = utf8_length((unsigned char *)text);

		if (!length) {
			*text = '?';
			length = 1;
		}
		text += length;
	}
}

void text_flags(char text[TEXT_FLAGS], uint32_t flags, const char *separator)
{
	size_t used = 0;
	unsigned int bit;

	text[0] = '\0';
	for (bit = 0; bit < 32; bit++) {
		const char *name = v2p_flag_name(flags & 1U << bit);

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

const char *text_level(const struct v2p_info *info, unsigned int page_shift)
{
	unsigned int i;

	/* Top level first. A run of entries spans more than its level's one. */
	for (i = 0; i < info->level_count; i++)
		if (info->levels[i].shift <= page_shift)
			return v2p_level_name(info->levels[i].level);
	return NULL;
}

const char *text_status(uint8_t status)
{
	const char *name = v2p_status_name(status);

	return name ? name : "unknown";
}
