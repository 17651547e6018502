/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers as users write them. */
#ifndef NUMBER_H
#define NUMBER_H

#include <limits.h>
#include <stdbool.h>
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

static inline unsigned int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit |= 'a' - 'A';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return UINT_MAX;
}

/**
 * number_digits() - the digits that a text begins with
 * @digits: the text; set to what is behind them
 * @base: 10 or 16
 * @number: set to their value
 *
 * There are millions of numbers in a stream, and hundreds of thousands in kallsyms, and
 * strtoull() takes as long for one as all else of its line.
 *
 * Return: whether it fits into 64 bits.
 */
static inline bool number_digits(const char **digits, unsigned int base, uint64_t *number)
{
	unsigned int value;
	bool fits = true;

	*number = 0;
	for (; (value = digit_value(**digits)) < base; ++*digits)
		if (__builtin_mul_overflow(*number, base, number) ||
		    __builtin_add_overflow(*number, value, number))
			fits = false;
	return fits;
}

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

/* In nanoseconds. */
#define SECOND UINT64_C(1000000000)

/**
 * seconds_parse() - a decimal number of seconds, of which there may be parts: 0.25
 *
 * Return: NULL, or what is wrong with it.
 */
const char *seconds_parse(const char *text, uint64_t *nanoseconds);

/* So many digits has an address in /proc/PID/maps and the like. */
#define NUMBER_ADDRESS_DIGITS 8
#define NUMBER_ADDRESS_DIGITS_MAX 16

#endif /* NUMBER_H */
