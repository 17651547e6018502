// SPDX-License-Identifier: GPL-2.0
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* The 8 digits of a number, the first one in the lowest byte. */
static uint64_t hex_digits(uint32_t number)
{
	const uint64_t ones = UINT64_MAX / 0xff;
	uint64_t digits = __builtin_bswap32(number);

	/* A byte for each pair of digits, then for each digit. */
	digits = (digits | digits << 16) & 0x0000ffff0000ffff;
	digits = (digits | digits << 8) & 0x00ff00ff00ff00ff;
	digits = (digits >> 4 & 0x000f000f000f000f) | (digits & 0x000f000f000f000f) << 8;
	/* From 10 on, a digit and 6 have bit 4 set; from '9' to 'a' there are 40. */
	return digits + ones * '0' + ((digits + ones * 6) >> 4 & ones) * ('a' - '9' - 1);
}

char *text_hex(char *text, uint64_t number)
{
	const unsigned int blanks = number ? __builtin_clzll(number) / 4 : 15;
	uint64_t digits[2];

	number <<= 4 * blanks;
	digits[0] = htole64(hex_digits(number >> 32));
	digits[1] = htole64(hex_digits(number));
	memcpy(text, "0x", 2);
	memcpy(text + 2, digits, sizeof(digits));
	text += 2 + 16 - blanks;
	*text = '\0';
	return text;
}

#define TEN(digit) { digit, '0' }, { digit, '1' }, { digit, '2' }, { digit, '3' }, { digit, '4' }, \
		   { digit, '5' }, { digit, '6' }, { digit, '7' }, { digit, '8' }, { digit, '9' }

/* From 00 to 99. */
static const char pairs[100][2] = {
	TEN('0'), TEN('1'), TEN('2'), TEN('3'), TEN('4'),
	TEN('5'), TEN('6'), TEN('7'), TEN('8'), TEN('9'),
};

static unsigned int digits_of(uint64_t number)
{
	/* The least numbers that have one digit more. */
	static const uint64_t powers[] = {
		0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
		10000000000, 100000000000, 1000000000000, 10000000000000, 100000000000000,
		1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000,
		10000000000000000000u,
	};
	/* 1233 / 4096 is the logarithm of 2: a number of so many bits has this many, or one more. */
	const unsigned int least = (64 - __builtin_clzll(number | 1)) * 1233 >> 12;

	return least + (number >= powers[least]);
}

char *text_decimal(char *text, uint64_t number)
{
	char *const end = text + digits_of(number);

	for (text = end; number >= 100; number /= 100) {
		text -= 2;
		memcpy(text, pairs[number % 100], 2);
	}
	if (number >= 10)
		memcpy(text - 2, pairs[number], 2);
	else
		text[-1] = '0' + number;
	*end = '\0';
	return end;
}

/* Adds a word at the end of the text, which it returns; one that does not fit is left out. */
static char *add_word(char text[TEXT_FLAGS], char *end, const char *word, const char *separator)
{
	const size_t room = text + TEXT_FLAGS - end;
	const size_t length = strlen(word), before = end == text ? 0 : strlen(separator);

	if (before + length >= room)
		return end;
	memcpy(end, separator, before);
	memcpy(end + before, word, length + 1);
	return end + before + length;
}

void text_flags(char text[TEXT_FLAGS], uint32_t flags, uint8_t memory_type,
		uint8_t protection_key, const char *separator)
{
	const char *type = text_memory_type(memory_type);
	char *end = text;
	char key[TEXT_NUMBER + 8];

	*end = '\0';
	for (; flags; flags &= flags - 1) {
		const char *name = v2p_flag_name(flags & -flags);

		if (name)
			end = add_word(text, end, name, separator);
	}
	if (type)
		end = add_word(text, end, type, separator);
	if (protection_key) {
		text_decimal(stpcpy(key, "pkey="), protection_key);
		add_word(text, end, key, separator);
	}
}

/* Those of the flags in their order; the manual explains them. */
static const char letters[] = "pwuxadgsfnzce~o";
#define LETTERS (sizeof(letters) - 1)
/* So many are in every text, the others behind them where they are set. */
#define PLACES 8

_Static_assert((UINT32_C(1) << LETTERS) - 1 == TEXT_LETTERED, "a letter for each of these");
_Static_assert(LETTERS < TEXT_LETTERS && TEXT_LETTERS < TEXT_FLAGS, "room for all");

char *text_letters(char text[TEXT_LETTERS], uint32_t flags)
{
	unsigned int i;

	for (i = 0; i < PLACES; i++)
		*text++ = flags >> i & 1 ? letters[i] : '-';
	for (; i < LETTERS; i++)
		if (flags >> i & 1)
			*text++ = letters[i];
	*text = '\0';
	return text;
}

void text_time(char text[TEXT_TIME], const struct timespec *time, enum text_style style)
{
	struct tm parts;
	size_t used;

	if (style == TEXT_SHORT) {
		localtime_r(&time->tv_sec, &parts);
		used = strftime(text, TEXT_TIME, "%H:%M:%S", &parts);
		snprintf(text + used, TEXT_TIME - used, ".%03ld", time->tv_nsec / 1000000);
	} else {
		gmtime_r(&time->tv_sec, &parts);
		used = strftime(text, TEXT_TIME, "%Y-%m-%dT%H:%M:%S", &parts);
		snprintf(text + used, TEXT_TIME - used, ".%06ldZ", time->tv_nsec / 1000);
	}
}

const char *text_memory_type(uint8_t memory_type)
{
	return memory_type == V2P_MEMORY_TYPE_UNSPECIFIED ? NULL :
							    v2p_memory_type_name(memory_type);
}

/* Rounded down to a tenth in tables, where sums are compared; to the nearest in sentences. */
void text_size(char text[TEXT_SIZE], uint64_t bytes, enum text_style style)
{
	static const char units[] = "BKMGTPE";
	unsigned int unit = 0;
	uint64_t tenths;
	double value;

	while (unit < sizeof(units) - 2 && bytes >> 10 * unit >= 1024)
		unit++;
	if (style == TEXT_LONG) {
		value = (double)bytes / (UINT64_C(1) << 10 * unit);
		if (value == (uint64_t)value)
			text = text_decimal(text, value);
		else
			text += snprintf(text, TEXT_SIZE, "%.*f", value < 100, value);
		*text++ = ' ';
		*text++ = units[unit];
		strcpy(text, unit ? "iB" : "");
		return;
	}
	/* In two steps, as ten times @bytes may not fit into 64 bits. */
	tenths = (bytes >> 10 * unit) * 10;
	if (unit)
		tenths += ((bytes >> 10 * (unit - 1)) % 1024) * 10 / 1024;
	text = text_decimal(text, tenths / 10);
	/* From 1000 on, a column has no room for it. */
	if (tenths % 10 && tenths < 10000) {
		*text++ = '.';
		*text++ = '0' + tenths % 10;
	}
	*text++ = units[unit];
	*text = '\0';
}

void text_size_or_dash(char text[TEXT_SIZE], uint64_t bytes, enum text_style style)
{
	if (bytes)
		text_size(text, bytes, style);
	else
		strcpy(text, "-");
}

void text_page_size(char text[TEXT_SIZE], unsigned int shift, enum text_style style)
{
	if (shift < 64)
		text_size(text, UINT64_C(1) << shift, style);
	else
		snprintf(text, TEXT_SIZE, "2^%u", shift);
}

char *text_range(char text[TEXT_RANGE], uint64_t start, uint64_t length)
{
	/* The end of the highest address does not fit into 64 bits. */
	if (start + length < start)
		return text + snprintf(text, TEXT_RANGE, "0x%" PRIx64 "-0x1%016" PRIx64, start,
				       start + length);
	text = text_hex(text, start);
	*text++ = '-';
	return text_hex(text, start + length);
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

		text_page_size(size, __builtin_ctzll(shifts), TEXT_SHORT);
		used += snprintf(text + used, TEXT_SIZES - used, "%s%s", used ? ", " : "", size);
	}
}

const char *text_status(uint8_t status)
{
	const char *name = v2p_status_name(status);

	return name ? name : "unknown";
}

const char *text_page_kind(uint8_t kind)
{
	const char *name = v2p_page_kind_name(kind);

	return name ? name : "unknown";
}
