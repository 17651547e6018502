// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "tap.h"

static void test_size(unsigned int shift, const char *brief, const char *spelled)
{
	char text[TEXT_SIZE];

	text_page_size(text, shift, TEXT_SHORT);
	same_text(text, brief, brief);
	text_page_size(text, shift, TEXT_LONG);
	same_text(text, spelled, spelled);
}

static void test_bytes(uint64_t bytes, const char *brief, const char *spelled)
{
	char text[TEXT_SIZE];

	text_size(text, bytes, TEXT_SHORT);
	same_text(text, brief, brief);
	text_size(text, bytes, TEXT_LONG);
	same_text(text, spelled, spelled);
}

static void test_number(uint64_t number, const char *hex, const char *decimal)
{
	char text[TEXT_NUMBER];

	ok(text_hex(text, number) == text + strlen(text) && !strcmp(text, hex), "%s", hex);
	ok(text_decimal(text, number) == text + strlen(text) && !strcmp(text, decimal), "%s",
	   decimal);
}

static bool is_decimal(uint64_t number)
{
	char text[TEXT_NUMBER], wanted[TEXT_NUMBER];

	snprintf(wanted, sizeof(wanted), "%" PRIu64, number);
	return text_decimal(text, number) == text + strlen(wanted) && !strcmp(text, wanted);
}

/* Around each number from which on there is a digit, or a bit, more. */
static void test_lengths(void)
{
	bool good = true;
	uint64_t power = 1;
	unsigned int i;

	for (i = 0; i < 64; i++)
		good = good && is_decimal((UINT64_C(1) << i) - 1) && is_decimal(UINT64_C(1) << i);
	for (i = 0; i < 20; i++, power *= 10)
		good = good && is_decimal(power - 1) && is_decimal(power) && is_decimal(power + 1);
	ok(good && is_decimal(UINT64_MAX), "decimal numbers of every length");
}

static void test_range(uint64_t start, uint64_t length, const char *wanted)
{
	char text[TEXT_RANGE];

	text_range(text, start, length);
	same_text(text, wanted, wanted);
}

static void test_utf8(const char *given, const char *wanted)
{
	char text[64];

	strcpy(text, given);
	utf8_make_valid(text);
	same_text(text, wanted, wanted);
}

/* In UTF-8; what is no character has none. */
static size_t encode(uint32_t character, char text[5])
{
	unsigned char *to = (unsigned char *)text;
	size_t length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
	size_t i;

	for (i = length; i-- > 1; character >>= 6)
		to[i] = 0x80 | (character & 0x3f);
	to[0] = length == 1 ? character : (0xf00 >> length & 0xff) | character;
	to[length] = '\0';
	return length;
}

static bool is_shown(uint32_t character)
{
	char text[8], copy[8];
	size_t length = encode(character, text);
	uint32_t hidden;
	bool shown;

	strcpy(copy, text);
	utf8_make_printable(copy);
	shown = !strcmp(copy, text);
	/* Both ways tell the same. */
	if (shown ? utf8_hidden(text, &hidden) : strcmp(copy, "?") ||
	    utf8_hidden(text, &hidden) != length || hidden != character)
		ok(false, "U+%04X in two ways", character);
	return shown;
}

static void test_hidden(void)
{
	/* First and last of those that belong together. */
	static const uint32_t unsafe[][2] = {
		{ 0x1, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x2064 }, { 0x2066, 0x2069 },
		{ 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe007f }, { 0xe0100, 0xe01ef },
	};
	static const uint32_t safe[][2] = {
		{ 0x20, 0x7e }, { 0xa0, 0xac }, { 0xae, 0x34e }, { 0x350, 0x61b },
		{ 0x61d, 0x115e }, { 0x2000, 0x200a }, { 0x2010, 0x2027 }, { 0x202f, 0x205f },
		{ 0x3000, 0x3163 }, { 0x3165, 0xd7ff }, { 0x1f300, 0x1faff }, { 0x20000, 0x323af },
	};
	uint32_t character;
	size_t i;

	for (i = 0; i < sizeof(unsafe) / sizeof(unsafe[0]); i++) {
		for (character = unsafe[i][0]; character <= unsafe[i][1]; character++)
			if (is_shown(character))
				break;
		ok(character > unsafe[i][1], "U+%04X to U+%04X do not reach a terminal",
		   unsafe[i][0], unsafe[i][1]);
	}
	for (i = 0; i < sizeof(safe) / sizeof(safe[0]); i++) {
		for (character = safe[i][0]; character <= safe[i][1]; character++)
			if (!is_shown(character))
				break;
		ok(character > safe[i][1], "U+%04X to U+%04X do", safe[i][0], safe[i][1]);
	}
}

static void test_sizes(const struct v2p_info *info)
{
	char sizes[TEXT_SIZES];

	same_number(text_page_shifts(info), 1 << 30 | 1 << 21 | 1 << 12, "sizes of pages");
	text_sizes(sizes, text_page_shifts(info));
	same_text(sizes, "4K, 2M, 1G", "in words");
	text_sizes(sizes, 0);
	same_text(sizes, "", "none");
	text_sizes(sizes, UINT64_MAX);
	ok(strlen(sizes) == sizeof(sizes) - 1, "more than fit");
}

int main(void)
{
	static const struct v2p_info five = {
		.level_count = 5,
		.levels = {
			{ .level = V2P_LEVEL_PGD, .shift = 48 },
			{ .level = V2P_LEVEL_P4D, .shift = 39 },
			{ .level = V2P_LEVEL_PUD, .shift = 30 },
			{ .level = V2P_LEVEL_PMD, .shift = 21 },
			{ .level = V2P_LEVEL_PTE, .shift = 12 },
		},
	};
	struct v2p_info info = {
		.level_count = 3,
		.levels = {
			{ .level = V2P_LEVEL_PUD, .shift = 30 },
			{ .level = V2P_LEVEL_PMD, .shift = 21 },
			{ .level = V2P_LEVEL_PTE, .shift = 12 },
		},
	};
	char flags[TEXT_FLAGS], text[32];

	test_size(12, "4K", "4 KiB");
	test_size(16, "64K", "64 KiB");
	test_size(21, "2M", "2 MiB");
	test_size(29, "512M", "512 MiB");
	test_size(30, "1G", "1 GiB");
	test_size(48, "256T", "256 TiB");
	test_size(57, "128P", "128 PiB");
	test_size(63, "8E", "8 EiB");
	test_size(0, "1B", "1 B");
	test_size(255, "2^255", "2^255");

	test_bytes(0, "0B", "0 B");
	test_bytes(1023, "1023B", "1023 B");
	test_bytes(1024, "1K", "1 KiB");
	test_bytes(1535, "1.4K", "1.5 KiB");
	test_bytes(1536, "1.5K", "1.5 KiB");
	test_bytes(1048575, "1023K", "1024 KiB");
	test_bytes(1000 << 10, "1000K", "1000 KiB");
	test_bytes((1000 << 10) - 1, "999.9K", "1000 KiB");
	test_bytes(3 << 20, "3M", "3 MiB");
	test_bytes(1ULL << 40, "1T", "1 TiB");
	test_bytes((2 << 20) + 4096, "2M", "2.0 MiB");
	test_bytes(UINT64_MAX, "15.9E", "16 EiB");

	test_lengths();
	test_range(0x1000, 0x2000, "0x1000-0x3000");
	test_range(0, 1ULL << 47, "0x0-0x800000000000");
	test_range(-0x1000ULL, 0x1000, "0xfffffffffffff000-0x10000000000000000");

	test_number(0, "0x0", "0");
	test_number(9, "0x9", "9");
	test_number(16, "0x10", "16");
	test_number(0xabcdef, "0xabcdef", "11259375");
	test_number(1ULL << 60, "0x1000000000000000", "1152921504606846976");
	test_number(UINT64_MAX, "0xffffffffffffffff", "18446744073709551615");

	text_flags(flags, 0, 0, 0, ",");
	same_text(flags, "", "no flags");
	text_flags(flags, V2P_FLAG_PRESENT | V2P_FLAG_SOFT_DIRTY | V2P_FLAG_ENCRYPTED | 1U << 31, 0,
		   0, ",");
	same_text(flags, "present,soft-dirty,encrypted", "flags, and one that is newer");
	text_flags(flags, V2P_FLAG_PRESENT, V2P_MEMORY_TYPE_UC_MINUS, 3, ",");
	same_text(flags, "present,uc-minus,pkey=3", "a memory type and a key");
	text_flags(flags, 0, V2P_MEMORY_TYPE_DEVICE, 0, ",");
	same_text(flags, "device", "a memory type alone");
	text_flags(flags, V2P_FLAG_WRITE, 200, 0, ",");
	same_text(flags, "write", "a memory type that is newer");
	text_flags(flags, UINT32_MAX, V2P_MEMORY_TYPE_UC_MINUS, 255, ", ");
	ok(strlen(flags) < sizeof(flags) - 1 && !strcmp(strrchr(flags, ' '), " pkey=255"),
	   "all flags fit");

	same_text(text_status(V2P_STATUS_GUARD), "guard", "a status");
	same_text(text_status(200), "unknown", "a status that is newer");

	strcpy(text, "a\tb\033[1m\n\177\303\244");
	utf8_make_printable(text);
	same_text(text, "a?b?[1m??\303\244", "control characters");
	strcpy(text, "\302\233" "31m\302\237\302\240\233" "31m\237\303");
	utf8_make_printable(text);
	same_text(text, "?31m?\302\240?31m??", "those above ASCII, as UTF-8 and as bytes");

	test_hidden();
	test_sizes(&info);
	test_sizes(&five);

	test_utf8("plain", "plain");
	test_utf8("\303\244\342\202\254\360\237\230\200", "\303\244\342\202\254\360\237\230\200");
	test_utf8("\303", "?");
	test_utf8("\303x", "?x");
	test_utf8("\300\200", "??");
	test_utf8("\355\240\200", "???");
	test_utf8("\364\220\200\200", "????");
	test_utf8("\342\202", "??");
	test_utf8("\377a", "?a");

	return tap_end();
}
