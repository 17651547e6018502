/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers as users write them. */
#ifndef NUMBER_H
#define NUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "base/complain.h"

/**
 * number_parse() - a number, hexadecimal with 0x, else decimal
 * address_number() - the same where an address is wanted
 *
 * Maps, kallsyms, nm and others print hexadecimal without 0x. What may be that is
 * ambiguous rather than decimal: digits alone that begin with a zero, or are 12 to 16;
 * for an address, 8 to 16.
 *
 * Return: NULL, or what is wrong with it.
 */
const char *number_parse(const char *text, uint64_t *number);
const char *address_number(const char *text, uint64_t *number);

/**
 * number_problem() - say what is wrong with a number, and how to write it
 * @text: what the user wrote
 * @what: which part of it the number is, "its offset is "; or ""
 * @number: the number alone
 * @wrong: number_parse()'s word for it
 *
 * Return: EXIT_USAGE.
 */
enum exit_status number_problem(char problem[PROBLEM_SIZE], const char *text, const char *what,
				const char *number, const char *wrong);

/**
 * size_parse() - a number of bytes, with K, M, G or T behind it for more
 *
 * Return: NULL, or what is wrong with it.
 */
const char *size_parse(const char *text, uint64_t *size);

/* So many digits has an address in /proc/PID/maps and the like. */
#define NUMBER_ADDRESS_DIGITS 8
#define NUMBER_ADDRESS_DIGITS_MAX 16

#endif /* NUMBER_H */
