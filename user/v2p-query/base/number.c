// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

/*
 * Lengths and offsets of 8 decimal digits are common, so that only longer numbers are suspected
 * to be hexadecimal.
 */
#define OTHER_DIGITS 12

#define UNMARKED "not a number (hexadecimal starts with 0x)"

static bool is_hexadecimal(const char *text)
{
	size_t digits = strspn(text, "0123456789abcdefABCDEF");

	return digits && digits <= NUMBER_ADDRESS_DIGITS_MAX && !text[digits];
}

/* @least: so many decimal digits may be hexadecimal ones whose 0x is missing. */
static const char *parse_number(const char *text, size_t least, uint64_t *number)
{
	const char *digits = text, *end;
	unsigned int base = 10;
	bool fits;

	if (text[0] == '-' && isdigit((unsigned char)text[1]))
		return "negative";
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		digits = text + 2;
		base = 16;
	}
	if (base == 16 && !isxdigit((unsigned char)*digits))
		return "not a number";
	if (base == 10 && !isdigit((unsigned char)*digits))
		return is_hexadecimal(digits) ? UNMARKED : "not a number";

	end = digits;
	fits = number_digits(&end, base, number);
	if (*end)
		return base == 10 && isxdigit((unsigned char)*end) ? UNMARKED : "not a number";
	if (!fits)
		return "larger than 64 bits";
	if (base == 10 && ((digits[0] == '0' && digits[1]) ||
			   (strlen(digits) >= least && is_hexadecimal(digits))))
		return "ambiguous (hexadecimal starts with 0x)";
	return NULL;
}

const char *number_parse(const char *text, uint64_t *number)
{
	return parse_number(text, OTHER_DIGITS, number);
}

const char *address_number(const char *text, uint64_t *number)
{
	return parse_number(text, NUMBER_ADDRESS_DIGITS, number);
}

enum exit_status number_problem(char problem[PROBLEM_SIZE], const char *text, const char *what,
				const char *number, const char *wrong)
{
	uint64_t decimal;

	if (!is_hexadecimal(number))
		return problem_is(problem, EXIT_USAGE, "%.100s: %s%s", text, what, wrong);
	if (number[strspn(number, "0123456789")])
		return problem_is(problem, EXIT_USAGE, "%.100s: %s%s: write 0x%s", text, what,
				  wrong, number);
	decimal = strtoull(number, NULL, 10);
	return problem_is(problem, EXIT_USAGE,
			  "%.100s: %s%s: write 0x%s, or 0x%" PRIx64 " if it is decimal", text,
			  what, wrong, number, decimal);
}

const char *size_parse(const char *text, uint64_t *size)
{
	static const char units[] = "KMGT";
	char digits[80];
	const char *unit, *wrong;
	size_t length = strlen(text);
	unsigned int shift;

	unit = length ? strchr(units, toupper((unsigned char)text[length - 1])) : NULL;
	if (!unit)
		return number_parse(text, size);
	if (length > sizeof(digits))
		return "larger than 64 bits";

	memcpy(digits, text, length - 1);
	digits[length - 1] = '\0';
	wrong = number_parse(digits, size);
	if (wrong)
		return wrong;
	shift = 10 * (unit - units + 1);
	if (*size > UINT64_MAX >> shift)
		return "larger than 64 bits";
	*size <<= shift;
	return NULL;
}

const char *seconds_parse(const char *text, uint64_t *nanoseconds)
{
	uint64_t unit = SECOND, whole;
	const char *end = text;
	bool fits;

	if (text[0] == '-' && isdigit((unsigned char)text[1]))
		return "negative";
	if (!isdigit((unsigned char)text[text[0] == '.']))
		return "not a number";
	fits = number_digits(&end, 10, &whole) && whole < UINT64_MAX / SECOND;
	*nanoseconds = whole * SECOND;
	if (*end == '.')
		for (end++; isdigit((unsigned char)*end); end++) {
			unit /= 10;
			*nanoseconds += unit * digit_value(*end);
		}
	if (*end)
		return "not a number";
	return fits ? NULL : "larger than 64 bits";
}
