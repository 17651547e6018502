/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers and words as text, for every kind of output. */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>

#include <v2p.h>

/* Takes every flag at once. */
#define TEXT_FLAGS 256
#define TEXT_SIZE 16

/*
 * Replace what a terminal would act upon, or show nothing of, and what is not UTF-8; it
 * gets no longer.
 */
void text_make_printable(char *text);

/* The same on its way to standard output. */
void text_print_name(const char *name);

/* Replace bytes that are not UTF-8, and nothing else. */
void text_make_utf8(char *text);

/* The bytes of the character at @text if text_make_printable() would replace it, else 0. */
size_t text_hidden(const char *text, uint32_t *character);

/* The names of @flags, with @separator between them; "" where there is none. */
void text_flags(char text[TEXT_FLAGS], uint32_t flags, const char *separator);

/* "4K", "2M"; with @unit " KiB" and so on: "4 KiB". */
void text_size(char text[TEXT_SIZE], unsigned int shift, int spelled);

/* "0x1000-0x3000", the end exclusive, and columns that most of them fit into. */
#define TEXT_RANGE 40
void text_range(char text[TEXT_RANGE], uint64_t start, uint64_t length);
int text_range_width(int kernel);

/* "4K", "1.2M": rounded down to a tenth, exact where no tenth shows. */
void text_bytes(char text[TEXT_SIZE], uint64_t bytes);

/* The level at which an entry spans 1 << @page_shift, or NULL. */
const char *text_level(const struct v2p_info *info, unsigned int page_shift);

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

#endif /* TEXT_H */
