/* SPDX-License-Identifier: GPL-2.0 */
/* Which file a swap area is, where /proc/swaps lets that be known. */
#ifndef SWAPS_H
#define SWAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number is one byte on the wire. */
#define SWAPS_MAX 256

/**
 * struct swaps - the areas that are in use
 * @path: where they are listed, /proc/swaps
 * @text: what that said last, or NULL
 * @files: their files, in the order of the areas' numbers
 * @count: how many they are
 * @seen: numbers that swap entries have
 * @stable: the list is that of the time at which these were seen
 *
 * The list has the order of the numbers, but does not tell them: one that is free, as its
 * area was switched off, is left out.
 */
struct swaps {
	char path[64];
	char *text;
	char **files;
	size_t count;
	bool seen[SWAPS_MAX];
	bool stable;
};

void swaps_init(struct swaps *swaps);
void swaps_free(struct swaps *swaps);

/* Before page tables are read. Where the list cannot be had, no file is known. */
void swaps_begin(struct swaps *swaps);

/* After they were read: the numbers of areas that were found there. */
void swaps_see(struct swaps *swaps, const bool seen[SWAPS_MAX]);

/* Whether no area is in use, after swaps_begin(); false where that cannot be told. */
bool swaps_none(const struct swaps *swaps);

/**
 * swaps_file() - the file of an area
 * @type: its number, one of those that were seen
 *
 * Return: its path, or NULL where the list could mean another one.
 */
const char *swaps_file(const struct swaps *swaps, uint8_t type);

#endif /* SWAPS_H */
