// SPDX-License-Identifier: LGPL-2.1-only
/* The words of the wire contract, for people. */
#include "internal.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NAMES(table) table, COUNT(table)

/* What the contract has gained has to get its name here. */
#define NAMES_ALL_BITS(table, mask) \
	_Static_assert((UINT64_C(1) << COUNT(table)) - 1 == (mask), "a name for each bit")
#define NAMES_ALL(table, end) _Static_assert(COUNT(table) == (end), "a name for each")

static const char *const statuses[] = {
	[V2P_STATUS_MAPPED] = "mapped",
	[V2P_STATUS_NONE] = "none",
	[V2P_STATUS_SWAPPED] = "swapped",
	[V2P_STATUS_MIGRATING] = "migrating",
	[V2P_STATUS_POISONED] = "poisoned",
	[V2P_STATUS_GUARD] = "guard",
	[V2P_STATUS_MARKER] = "marker",
	[V2P_STATUS_DEVICE] = "device",
	[V2P_STATUS_INVALID] = "invalid",
};
NAMES_ALL(statuses, __V2P_STATUS_MAX);

/* In the order of their bits. */
static const char *const flags[] = {
	"present", "write", "user", "exec", "accessed", "dirty", "global", "soft-dirty",
	"uffd-wp", "protnone", "special", "contiguous", "encrypted",
	"wb", "wc", "wt", "wp", "uc", "uc-minus", "device",
	"changing",
};
NAMES_ALL_BITS(flags, V2P_FLAG_MASK);

static const char *const features[] = {
	"soft-dirty", "uffd-wp", "poison-marker", "guard", "device-private", "encryption",
};
NAMES_ALL_BITS(features, V2P_FEATURE_MASK);

static const char *const levels[] = {
	[V2P_LEVEL_PTE] = "pte",
	[V2P_LEVEL_PMD] = "pmd",
	[V2P_LEVEL_PUD] = "pud",
	[V2P_LEVEL_P4D] = "p4d",
	[V2P_LEVEL_PGD] = "pgd",
};
NAMES_ALL(levels, __V2P_LEVEL_MAX);

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
	return name_of(NAMES(statuses), status);
}

const char *v2p_flag_name(uint32_t flag)
{
	return name_of_bit(NAMES(flags), flag);
}

const char *v2p_feature_name(uint32_t feature)
{
	return name_of_bit(NAMES(features), feature);
}

const char *v2p_level_name(uint8_t level)
{
	return name_of(NAMES(levels), level);
}
