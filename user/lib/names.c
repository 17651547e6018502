// SPDX-License-Identifier: LGPL-2.1-only
/* The words of the wire contract, for people. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "names-gen.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NAMES(table) table, COUNT(table)

/* Both the header and the names are made of the contract, but not by the same tool. */
#define NAMES_ALL_BITS(table, mask) \
	_Static_assert((UINT64_C(1) << COUNT(table)) - 1 == (mask), "a name for each bit")
#define NAMES_ALL(table, end) _Static_assert(COUNT(table) == (end), "a name for each")

NAMES_ALL(status_names, __V2P_STATUS_MAX);
NAMES_ALL(memory_type_names, __V2P_MEMORY_TYPE_MAX);
NAMES_ALL(level_names, __V2P_LEVEL_MAX);
NAMES_ALL(page_status_names, __V2P_PAGE_STATUS_MAX);
NAMES_ALL(page_kind_names, __V2P_PAGE_KIND_MAX);
NAMES_ALL(zone_names, __V2P_ZONE_MAX);
NAMES_ALL(region_names, __V2P_REGION_MAX);
NAMES_ALL(device_translation_names, __V2P_DEVICE_TRANSLATION_MAX);
NAMES_ALL(table_format_names, __V2P_TABLE_FORMAT_MAX);
NAMES_ALL_BITS(flag_names, V2P_FLAG_MASK);
NAMES_ALL_BITS(feature_names, V2P_FEATURE_MASK);

static const char *name_of(const char *const *table, size_t count, size_t index)
{
	return index < count ? table[index] : NULL;
}

static const char *name_of_bit(const char *const *table, size_t count, uint32_t bit)
{
	if (!bit || (bit & (bit - 1)))
		return NULL;
	return name_of(table, count, __builtin_ctz(bit));
}

const char *v2p_status_name(uint8_t status)
{
	return name_of(NAMES(status_names), status);
}

const char *v2p_flag_name(uint32_t flag)
{
	return name_of_bit(NAMES(flag_names), flag);
}

const char *v2p_feature_name(uint32_t feature)
{
	return name_of_bit(NAMES(feature_names), feature);
}

const char *v2p_memory_type_name(uint8_t type)
{
	return name_of(NAMES(memory_type_names), type);
}

const char *v2p_level_name(uint8_t level)
{
	return name_of(NAMES(level_names), level);
}

const char *v2p_page_status_name(uint8_t status)
{
	return name_of(NAMES(page_status_names), status);
}

const char *v2p_page_kind_name(uint8_t kind)
{
	return name_of(NAMES(page_kind_names), kind);
}

const char *v2p_zone_name(uint8_t zone)
{
	return name_of(NAMES(zone_names), zone);
}

const char *v2p_region_name(uint8_t region)
{
	return name_of(NAMES(region_names), region);
}

const char *v2p_device_translation_name(uint8_t translation)
{
	return name_of(NAMES(device_translation_names), translation);
}

const char *v2p_table_format_name(uint8_t format)
{
	return name_of(NAMES(table_format_names), format);
}

/* Returns the length that the text has with the word, whether it fits or not. */
static size_t add_word(char *text, size_t size, size_t length, const char *word)
{
	const char *comma = length ? "," : "";

	if (length >= size)
		return length + strlen(comma) + strlen(word);
	return length + snprintf(text + length, size - length, "%s%s", comma, word);
}

size_t v2p_flags_text(uint32_t flags, char *text, size_t size)
{
	const uint32_t unknown = flags & ~V2P_FLAG_MASK;
	char number[sizeof("0xffffffff")];
	size_t length = 0;
	uint32_t left;

	if (size)
		text[0] = '\0';
	for (left = flags & V2P_FLAG_MASK; left; left &= left - 1)
		length = add_word(text, size, length, v2p_flag_name(left & -left));
	if (unknown) {
		snprintf(number, sizeof(number), "%#" PRIx32, unknown);
		length = add_word(text, size, length, number);
	}
	return length;
}
