// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "range.h"

/* In /proc/PID/maps an address has so many digits. */
#define MAPS_DIGITS 8
#define MAPS_DIGITS_MAX 16

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

/* Up to 2^64, which as an end would be too large for a number, a range may go. */
static enum status set_length(const char *text, const char *length, struct v2p_range *range,
			      char problem[ADDRESS_PROBLEM])
{
	const char *wrong = size_parse(length, &range->size);

	if (wrong)
		return number_problem(problem, text, "its length is ", length, wrong);
	if (!range->size)
		return problem_is(problem, STATUS_USAGE, "%.100s: the range is empty", text);
	if (range->size - 1 > UINT64_MAX - range->start)
		return problem_is(problem, STATUS_USAGE, "%.100s: the range wraps around", text);
	return STATUS_MAPPED;
}

static enum status set_end(const char *text, const char *last, struct v2p_range *range,
			   char problem[ADDRESS_PROBLEM])
{
	uint64_t end;
	const char *wrong = address_number(last, &end);

	if (wrong)
		return number_problem(problem, text, "its end is ", last, wrong);
	if (end <= range->start)
		return problem_is(problem, STATUS_USAGE, "%.100s: the range %s", text,
				  end == range->start ? "is empty" : "ends before it starts");
	range->size = end - range->start;
	return STATUS_MAPPED;
}

static enum status parse_numbers(const char *text, struct v2p_range *range,
				 char problem[ADDRESS_PROBLEM])
{
	size_t length = strcspn(text, "+-");
	enum status status = STATUS_MAPPED;
	const char *wrong;
	char *start;

	if (!length)
		return problem_is(problem, STATUS_USAGE, "%.100s: its start is %s", text,
				  *text == '-' ? "negative" : "missing");
	if (!text[length])
		return problem_is(problem, STATUS_USAGE,
				  "%.100s: a range is START-END, START+LENGTH or NAME", text);
	start = strndup(text, length);
	if (!start)
		return problem_is(problem, STATUS_TROUBLE, "out of memory");
	wrong = address_number(start, &range->start);
	if (wrong)
		status = number_problem(problem, text, "its start is ", start, wrong);
	free(start);
	if (status != STATUS_MAPPED)
		return status;
	return text[length] == '-' ? set_end(text, text + length + 1, range, problem) :
				     set_length(text, text + length + 1, range, problem);
}

/* The digits at the front, if they are as many as an address has in /proc/PID/maps. */
static size_t maps_digits(const char *text)
{
	size_t digits = strspn(text, "0123456789abcdef");

	return digits >= MAPS_DIGITS && digits <= MAPS_DIGITS_MAX ? digits : 0;
}

/* START-END without 0x is plain enough where a line there begins so. */
static const struct mapping *find_line(const char *text, struct names *names)
{
	size_t first = maps_digits(text), last;
	const struct maps *maps;

	if (!first || text[first] != '-' || names->target.kernel)
		return NULL;
	last = maps_digits(text + first + 1);
	if (!last || text[first + 1 + last] || names_maps(names, &maps))
		return NULL;
	return maps_exactly(maps, strtoull(text, NULL, 16), strtoull(text + first + 1, NULL, 16));
}

static void take_mapping(const struct mapping *mapping, struct v2p_range *range)
{
	range->start = mapping->start;
	range->size = mapping->end - mapping->start;
}

static enum status take_name(const char *name, struct names *names, struct v2p_range *range,
			     char problem[ADDRESS_PROBLEM])
{
	const struct mapping *mapping;
	enum status status;

	range->size = 0;
	if (names->target.kernel)
		return names_symbol(names, name, &range->start, problem);
	status = names_mapping(names, name, &mapping, problem);
	if (status == STATUS_MAPPED)
		take_mapping(mapping, range);
	return status;
}

static void note_which(const char *name, struct names *names)
{
	const struct mapping *first;
	size_t count = names->target.kernel ? 0 : maps_count(&names->maps, name);

	if (count < 2)
		return;
	first = maps_find(&names->maps, name);
	snprintf(names->note, sizeof(names->note),
		 "%.100s: %zu mappings have this name, the first is taken: 0x%" PRIx64 "-0x%" PRIx64,
		 name, count, first->start, first->end);
}

/* Where an end or a length begins behind a start that is not a number, or NULL. */
static const char *find_size(const char *text)
{
	const char *plus = strrchr(text, '+'), *minus = strrchr(text, '-');
	uint64_t end;

	/* Names are full of minuses. */
	if (minus && (!plus || plus < minus) && !address_number(minus + 1, &end))
		return minus;
	return plus;
}

/* As for an address, the name may itself hold a plus. */
static enum status parse_name(const char *text, struct names *names, struct v2p_range *range,
			      char problem[ADDRESS_PROBLEM])
{
	enum status status = take_name(text, names, range, problem);
	const char *size = find_size(text);
	char *start;

	if (status == STATUS_MAPPED && !range->size)
		return problem_is(problem, STATUS_USAGE,
				  "%.100s: a symbol's size is not known: write %.100s+LENGTH",
				  text, text);
	if (status == STATUS_MAPPED)
		note_which(text, names);
	if (status != STATUS_USAGE)
		return status;
	/* Two addresses without 0x, the first of which begins with a letter. */
	if (!size && maps_digits(text) && text[maps_digits(text)] == '-')
		return parse_numbers(text, range, problem);
	if (!size)
		return status;

	start = strndup(text, size - text);
	if (!start)
		return problem_is(problem, STATUS_TROUBLE, "out of memory");
	status = address_parse(start, names, &range->start, problem);
	if (status == STATUS_MAPPED)
		status = *size == '-' ? set_end(text, size + 1, range, problem) :
					set_length(text, size + 1, range, problem);
	if (status == STATUS_MAPPED)
		note_which(start, names);
	free(start);
	return status;
}

enum status range_parse(const char *text, struct names *names, struct v2p_range *range,
			char problem[ADDRESS_PROBLEM])
{
	const struct mapping *line = find_line(text, names);
	enum status status = STATUS_MAPPED;

	if (!*text)
		return problem_is(problem, STATUS_USAGE, "an empty range");
	if (line)
		take_mapping(line, range);
	else if (isdigit((unsigned char)*text) || *text == '-' || *text == '+')
		status = parse_numbers(text, range, problem);
	else
		status = parse_name(text, names, range, problem);
	/* The library's word for something else; no address space is so large. */
	if (status == STATUS_MAPPED && range->size == V2P_TO_THE_END)
		return problem_is(problem, STATUS_USAGE, "%.100s: larger than any address space",
				  text);
	return status;
}
