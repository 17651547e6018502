/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers and words as text, for every kind of output. */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <v2p.h>

/* Takes every flag at once. */
#define TEXT_FLAGS 256
#define TEXT_SIZE 16

/*
 * The words for @flags, for @memory_type if it is specified, and "pkey=3" for @protection_key
 * if it is not 0, with @separator between them; "" where there are none.
 */
void text_flags(char text[TEXT_FLAGS], uint32_t flags, uint8_t memory_type,
		uint8_t protection_key, const char *separator);

/*
 * The same flags by letters, of which those of most pages have their places: "pwu-ad--".
 * The returned pointer is that of the NUL.
 */
#define TEXT_LETTERS 40
/* The flags that have a letter. */
#define TEXT_LETTERED UINT32_C(0x7fff)
char *text_letters(char text[TEXT_LETTERS], uint32_t flags);

/* "0x1f", "31", which fit into TEXT_NUMBER; the returned pointer is that of the NUL. */
#define TEXT_NUMBER 24
char *text_hex(char *text, uint64_t number);
char *text_decimal(char *text, uint64_t number);

/* "4K", "1.2M", or "4 KiB", "1.2 MiB". */
enum text_style {
	TEXT_SHORT,
	TEXT_LONG,
};

void text_size(char text[TEXT_SIZE], uint64_t bytes, enum text_style style);

/* The same, but "-" for none. */
void text_size_or_dash(char text[TEXT_SIZE], uint64_t bytes, enum text_style style);

/* 1 << @shift bytes; "2^200" where a module says such a thing. */
void text_page_size(char text[TEXT_SIZE], unsigned int shift, enum text_style style);

/*
 * "0x1000-0x3000", the end exclusive, of which the NUL's address is returned, and columns
 * that most of them fit into.
 */
#define TEXT_RANGE 40
#define TEXT_RANGE_WIDTH 29
#define TEXT_KERNEL_RANGE_WIDTH 37
char *text_range(char text[TEXT_RANGE], uint64_t start, uint64_t length);

/* "23:59:59.999" of the local time, or "2026-11-30T23:59:59.999999Z". */
#define TEXT_TIME 40
void text_time(char text[TEXT_TIME], const struct timespec *time, enum text_style style);

/* The word for a memory type, NULL where it is not specified, or is newer than this program. */
const char *text_memory_type(uint8_t memory_type);

/* The lowest levels, of which entries can be pages. */
#define TEXT_PAGE_LEVELS 3

/*
 * The sizes that pages of this machine can have, a bit (1 << page shift) for each: those of
 * its levels. Where runs of entries are mapped as one page, the info has to tell of them.
 */
uint64_t text_page_shifts(const struct v2p_info *info);

/* "4K, 2M, 1G"; the sizes of @shifts, as many as fit. */
#define TEXT_SIZES 64
void text_sizes(char text[TEXT_SIZES], uint64_t shifts);

/* "mapped", ...; "unknown" for one that is newer than this program. */
const char *text_status(uint8_t status);

/* "hugetlb", ...; "unknown" likewise. */
const char *text_page_kind(uint8_t kind);

#endif /* TEXT_H */
