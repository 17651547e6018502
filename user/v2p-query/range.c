// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "range.h"

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
		return problem_is(problem, STATUS_USAGE, "%.100s: its length is %s", text, wrong);
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
	const char *wrong = number_parse(last, &end);

	if (wrong)
		return problem_is(problem, STATUS_USAGE, "%.100s: its end is %s", text, wrong);
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
	const char *wrong;
	char *start;

	if (!length)
		return problem_is(problem, STATUS_USAGE, "%.100s: negative", text);
	if (!text[length])
		return problem_is(problem, STATUS_USAGE,
				  "%.100s: a range is START-END, START+LENGTH or NAME", text);
	start = strndup(text, length);
	if (!start)
		return problem_is(problem, STATUS_TROUBLE, "out of memory");
	wrong = number_parse(start, &range->start);
	free(start);
	if (wrong)
		return problem_is(problem, STATUS_USAGE, "%.100s: its start is %s", text, wrong);
	return text[length] == '-' ? set_end(text, text + length + 1, range, problem) :
				     set_length(text, text + length + 1, range, problem);
}

static enum status take_mapping(const char *name, struct names *names, struct v2p_range *range,
				char problem[ADDRESS_PROBLEM])
{
	const struct mapping *mapping;
	enum status status = names_mapping(names, name, &mapping, problem);
	size_t count;

	if (status != STATUS_MAPPED)
		return status;
	range->start = mapping->start;
	range->size = mapping->end - mapping->start;
	count = maps_count(&names->maps, name);
	if (count > 1)
		complain(STATUS_MAPPED,
			 "%.100s: %zu mappings have this name, the first is taken: 0x%" PRIx64
			 "-0x%" PRIx64, name, count, mapping->start, mapping->end);
	return STATUS_MAPPED;
}

static enum status take_symbol(const char *name, struct names *names, struct v2p_range *range,
			       char problem[ADDRESS_PROBLEM])
{
	range->size = 0;
	return names_symbol(names, name, &range->start, problem);
}

static enum status take_name(const char *name, struct names *names, struct v2p_range *range,
			     char problem[ADDRESS_PROBLEM])
{
	return names->target.kernel ? take_symbol(name, names, range, problem) :
				      take_mapping(name, names, range, problem);
}

/* As for an address, the name may itself hold a plus. */
static enum status parse_name(const char *text, struct names *names, struct v2p_range *range,
			      char problem[ADDRESS_PROBLEM])
{
	enum status status = take_name(text, names, range, problem);
	const char *plus = strrchr(text, '+');
	char *name;

	if (status == STATUS_MAPPED && !range->size)
		return problem_is(problem, STATUS_USAGE,
				  "%.100s: a symbol's size is not known: write %.100s+LENGTH",
				  text, text);
	if (status != STATUS_USAGE || !plus || plus == text)
		return status;

	name = strndup(text, plus - text);
	if (!name)
		return problem_is(problem, STATUS_TROUBLE, "out of memory");
	status = take_name(name, names, range, problem);
	free(name);
	return status == STATUS_MAPPED ? set_length(text, plus + 1, range, problem) : status;
}

enum status range_parse(const char *text, struct names *names, struct v2p_range *range,
			char problem[ADDRESS_PROBLEM])
{
	enum status status;

	if (!*text)
		return problem_is(problem, STATUS_USAGE, "an empty range");
	if (isdigit((unsigned char)*text) || *text == '-' || *text == '+')
		status = parse_numbers(text, range, problem);
	else
		status = parse_name(text, names, range, problem);
	/* The library's word for something else; no address space is so large. */
	if (status == STATUS_MAPPED && range->size == V2P_TO_THE_END)
		return problem_is(problem, STATUS_USAGE, "%.100s: larger than any address space",
				  text);
	return status;
}
