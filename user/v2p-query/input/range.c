// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "input/range.h"

/* A range may end at 2^64, which does not fit into a number: compare its last byte. */
static enum exit_status set_length(const char *text, const char *length, struct v2p_range *range,
				   char problem[PROBLEM_SIZE])
{
	const char *wrong = size_parse(length, &range->length);

	if (wrong)
		return number_problem(problem, text, "its length is ", length, wrong);
	if (!range->length)
		return problem_is(problem, EXIT_USAGE, "%.100s: the range is empty", text);
	if (range->length - 1 > UINT64_MAX - range->start)
		return problem_is(problem, EXIT_USAGE, "%.100s: the range wraps around", text);
	return EXIT_OK;
}

static enum exit_status set_end(const char *text, const char *last, struct names *names,
				struct v2p_range *range, char problem[PROBLEM_SIZE])
{
	enum exit_status status = EXIT_OK;
	const char *wrong;
	uint64_t end;

	if (!names || !*last || isdigit((unsigned char)*last) || *last == '-') {
		wrong = address_number(last, &end);
		if (wrong)
			status = number_problem(problem, text, "its end is ", last, wrong);
	} else {
		status = address_parse(last, names, &end, problem);
	}
	if (status != EXIT_OK)
		return status;
	if (end <= range->start)
		return problem_is(problem, EXIT_USAGE, "%.100s: the range %s", text,
				  end == range->start ? "is empty" : "ends before it starts");
	range->length = end - range->start;
	return EXIT_OK;
}

/* @size: the rest of @text behind the start: -END or +LENGTH */
static enum exit_status set_size(const char *text, const char *size, struct names *names,
				 struct v2p_range *range, char problem[PROBLEM_SIZE])
{
	return *size == '-' ? set_end(text, size + 1, names, range, problem) :
			      set_length(text, size + 1, range, problem);
}

enum exit_status range_parse_numbers(const char *text, struct names *names,
				     struct v2p_range *range, char problem[PROBLEM_SIZE])
{
	size_t length = strcspn(text, "+-");
	enum exit_status status = EXIT_OK;
	const char *wrong;
	char *start;

	if (!length)
		return problem_is(problem, EXIT_USAGE, "%.100s: its start is %s", text,
				  *text == '-' ? "negative" : "missing");
	if (!text[length])
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: a range is START-END, START+LENGTH or NAME", text);
	start = strndup(text, length);
	if (!start)
		return problem_is(problem, EXIT_TROUBLE, "out of memory");
	wrong = address_number(start, &range->start);
	if (wrong)
		status = number_problem(problem, text, "its start is ", start, wrong);
	free(start);
	return status == EXIT_OK ? set_size(text, text + length, names, range, problem) : status;
}

/* How many hexadecimal digits @text begins with, 0 if /proc/PID/maps prints no address so. */
static size_t maps_digits(const char *text)
{
	size_t digits = strspn(text, "0123456789abcdef");

	return digits >= NUMBER_ADDRESS_DIGITS && digits <= NUMBER_ADDRESS_DIGITS_MAX ? digits : 0;
}

/* START-END without 0x is accepted if a line of /proc/PID/maps begins with it. */
static const struct mapping *find_line(const char *text, struct names *names)
{
	size_t first = maps_digits(text), last;
	const struct maps *maps;

	if (!first || text[first] != '-' || !target_is_process(names->target))
		return NULL;
	last = maps_digits(text + first + 1);
	if (!last || text[first + 1 + last] || names_maps(names, &maps))
		return NULL;
	return maps_exactly(maps, strtoull(text, NULL, 16), strtoull(text + first + 1, NULL, 16));
}

static void take_mapping(const struct mapping *mapping, struct v2p_range *range)
{
	range->start = mapping->start;
	range->length = mapping->end - mapping->start;
}

static enum exit_status take_name(const char *name, struct names *names, struct v2p_range *range,
				  char problem[PROBLEM_SIZE])
{
	struct place place;
	enum exit_status status = place_find(names, name, &place, problem);

	range->length = 0;
	if (status == EXIT_OK)
		status = place_address(&place, name, &range->start, problem);
	if (status == EXIT_OK && place.mapping)
		take_mapping(place.mapping, range);
	else if (status == EXIT_OK)
		range->length = place.size;
	return status;
}

/* Parse the start, which is what stands in front of @size in @text. */
static enum exit_status take_start(const char *text, const char *size, struct names *names,
				   struct v2p_range *range, char problem[PROBLEM_SIZE])
{
	char *start = strndup(text, size - text);
	enum exit_status status;
	struct place place;

	if (!start)
		return problem_is(problem, EXIT_TROUBLE, "out of memory");
	status = place_parse(start, names, &place, problem);
	if (status == EXIT_OK)
		status = place_address(&place, text, &range->start, problem);
	if (status == EXIT_OK)
		names_note_first(names, start, "");
	free(start);
	return status;
}

/**
 * struct cut - where a text whose start is a name may be cut, as names hold - and +
 * @both: the minus between a START and an END, both of which are there; or NULL
 * @start: a minus behind a START that is there, or cannot be looked up; or NULL
 * @length: the plus between a START that is there and a LENGTH, or NULL
 * @several: there is more than one way
 */
struct cut {
	const char *both;
	const char *start;
	const char *length;
	bool several;
};

static struct cut find_cut(const char *text, struct names *names)
{
	const char *minus, *plus = strrchr(text, '+');
	struct cut cut = { NULL };
	char problem[PROBLEM_SIZE];
	struct v2p_range range;
	size_t notes = names->note_count;
	uint64_t end;

	for (minus = strchr(text, '-'); minus; minus = strchr(minus + 1, '-')) {
		enum exit_status status = take_start(text, minus, names, &range, problem);

		if (status != EXIT_USAGE)
			cut.start = minus;
		if (status != EXIT_OK ||
		    address_parse(minus + 1, names, &end, problem) != EXIT_OK)
			continue;
		cut.several = cut.both;
		cut.both = minus;
	}
	if (plus && !size_parse(plus + 1, &end) &&
	    take_start(text, plus, names, &range, problem) == EXIT_OK) {
		cut.several |= cut.both != NULL;
		cut.length = plus;
	}
	/* Forget the notes of all attempts: the chosen one is parsed again. */
	names->note_count = notes;
	return cut;
}

/* If no cut is right, the one whose error message helps most; or NULL. */
static const char *guess_cut(const char *text, const struct cut *cut)
{
	const char *plus = strrchr(text, '+'), *minus = strrchr(text, '-');
	uint64_t end;

	if (minus && (!plus || plus < minus) && !address_number(minus + 1, &end))
		return minus;
	return cut->start ? cut->start : plus;
}

static enum exit_status parse_parts(const char *text, struct names *names, struct v2p_range *range,
				    char problem[PROBLEM_SIZE])
{
	struct cut cut = find_cut(text, names);
	const char *size = cut.both ? cut.both : cut.length;
	enum exit_status status;

	if (cut.several)
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: can be read in two ways: write numbers", text);
	if (!size)
		size = guess_cut(text, &cut);
	if (size) {
		status = take_start(text, size, names, range, problem);
		return status == EXIT_OK ? set_size(text, size, names, range, problem) : status;
	}
	/* Two addresses without 0x, the first of which begins with a letter. */
	if (maps_digits(text) && text[maps_digits(text)] == '-')
		return range_parse_numbers(text, names, range, problem);
	return EXIT_USAGE;
}

/* Try the whole text as a name first. */
static enum exit_status parse_name(const char *text, struct names *names, struct v2p_range *range,
				   char problem[PROBLEM_SIZE])
{
	enum exit_status status = take_name(text, names, range, problem);

	if (status == EXIT_OK && !range->length)
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: a symbol's size is not known: write %.100s+LENGTH",
				  text, text);
	if (status == EXIT_OK)
		names_note_first(names, text, " (--every takes all)");
	return status == EXIT_USAGE ? parse_parts(text, names, range, problem) : status;
}

enum exit_status range_parse(const char *text, struct names *names, struct v2p_range *range,
			     char problem[PROBLEM_SIZE])
{
	const struct mapping *line = find_line(text, names);
	enum exit_status status = EXIT_OK;

	if (!*text)
		return problem_is(problem, EXIT_USAGE, "an empty range");
	if (line) {
		status = place_check_mapping(names, line, problem);
		take_mapping(line, range);
	} else if (isdigit((unsigned char)*text) || *text == '-' || *text == '+') {
		status = range_parse_numbers(text, names, range, problem);
	} else {
		status = parse_name(text, names, range, problem);
	}
	/* This length means something else to libv2p; no address space is so large. */
	if (status == EXIT_OK && range->length == V2P_TO_THE_END)
		return problem_is(problem, EXIT_USAGE, "%.100s: larger than any address space",
				  text);
	return status;
}

enum exit_status range_parse_every(const char *name, struct names *names, struct v2p_range **ranges,
				   size_t *count, char problem[PROBLEM_SIZE])
{
	const struct mapping *mapping;
	struct v2p_range *last = NULL;
	enum exit_status status;
	struct place place;

	if (!*name)
		return problem_is(problem, EXIT_USAGE, "an empty range");
	status = place_find(names, name, &place, problem);
	if (status != EXIT_OK)
		return status;
	mapping = place.mapping;
	if (!mapping)
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: --every is for mappings, not symbols", name);
	*count = 0;
	*ranges = calloc(maps_count(&names->maps, name), sizeof(**ranges));
	if (!*ranges)
		return problem_is(problem, EXIT_TROUBLE, "out of memory");
	for (; mapping; mapping = maps_next(&names->maps, name, mapping)) {
		if (last && last->start + last->length == mapping->start) {
			last->length += mapping->end - mapping->start;
		} else {
			last = &(*ranges)[(*count)++];
			take_mapping(mapping, last);
		}
	}
	return EXIT_OK;
}
