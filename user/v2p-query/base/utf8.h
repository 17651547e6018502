/* SPDX-License-Identifier: GPL-2.0 */
/* Characters of names, which may hold any bytes. */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>
#include <stdint.h>

/**
 * utf8_decode() - the character that a text begins with
 * @text: any bytes that end with a NUL
 * @character: set to it; to the first byte where 0 is returned
 *
 * Return: its length in bytes, 0 where they are not well-formed UTF-8.
 */
size_t utf8_decode(const char *text, uint32_t *character);

/*
 * Replace by question marks what a terminal would act upon, or show nothing of, and what
 * is not UTF-8; the text gets no longer.
 */
void utf8_make_printable(char *text);

/* The same on its way to standard output. */
void utf8_print(const char *text);

/* How much of what begins @text is printable ASCII; the other one prints it. */
size_t utf8_plain_length(const char *text);
size_t utf8_print_plain(const char *text);

/* Replace bytes that are not UTF-8, and nothing else. */
void utf8_make_valid(char *text);

/* The length of the character at @text if utf8_make_printable() would replace it, else 0. */
size_t utf8_hidden(const char *text, uint32_t *character);

#endif /* UTF8_H */
