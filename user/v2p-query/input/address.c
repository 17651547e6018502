// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "input/address.h"

static enum exit_status find(struct names *names, const char *name, struct place *place,
			     char problem[PROBLEM_SIZE])
{
	enum exit_status status = place_find(names, name, place, problem);

	/* The first mapping of a file is where it begins; other names may have several alike. */
	if (status == EXIT_OK && place->mapping && *place->mapping->name != '/')
		names_note_first(names, name, "");
	return status;
}

/* NAME+OFFSET, where a name such as libstdc++.so.6 may itself hold a plus. */
static enum exit_status parse_name(const char *text, struct names *names, struct place *place,
				   char problem[PROBLEM_SIZE])
{
	enum exit_status whole = find(names, text, place, problem);
	const char *plus = strrchr(text, '+');
	enum exit_status status;
	const char *wrong;
	uint64_t offset;
	char *name;

	if (whole != EXIT_USAGE || !plus || plus == text)
		return whole;
	wrong = number_parse(plus + 1, &offset);
	if (wrong && target_has_kernel(names->target) && strchr(plus, '@'))
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: its offset is %s: @CPU stands before it", text, wrong);
	if (wrong)
		return number_problem(problem, text, "its offset is ", plus + 1, wrong);

	name = strndup(text, plus - text);
	if (!name)
		return problem_is(problem, EXIT_TROUBLE, "out of memory");
	status = find(names, name, place, problem);
	free(name);
	if (status != EXIT_OK)
		return status;
	/* A per-CPU address may wrap: the CPU's offset that is added later brings it back. */
	if (__builtin_add_overflow(place->address, offset, &place->address) &&
	    place->kind != PLACE_OF_EACH_CPU)
		return problem_is(problem, EXIT_USAGE, "%.100s: larger than 64 bits", text);
	return EXIT_OK;
}

/* A name that was not found may be a hexadecimal address without its 0x. */
static void suggest_number(const char *text, char problem[PROBLEM_SIZE])
{
	size_t digits = strspn(text, "0123456789abcdefABCDEF"), used = strlen(problem);

	if (digits >= NUMBER_ADDRESS_DIGITS && digits <= NUMBER_ADDRESS_DIGITS_MAX &&
	    (!text[digits] || text[digits] == '+'))
		snprintf(problem + used, PROBLEM_SIZE - used,
			 " (hexadecimal starts with 0x): write 0x%.*s", (int)digits, text);
}

enum exit_status place_parse(const char *text, struct names *names, struct place *place,
			     char problem[PROBLEM_SIZE])
{
	enum exit_status status;

	*place = (struct place){ .kind = PLACE_PLAIN };
	/* Text that starts as a number does is never looked up as a name. */
	if (!*text)
		return problem_is(problem, EXIT_USAGE, "an empty address");
	if (isdigit((unsigned char)*text) || *text == '-') {
		const char *wrong = address_number(text, &place->address);

		return wrong ? number_problem(problem, text, "", text, wrong) : EXIT_OK;
	}
	status = parse_name(text, names, place, problem);
	if (status == EXIT_USAGE)
		suggest_number(text, problem);
	return status;
}

enum exit_status address_parse(const char *text, struct names *names, uint64_t *address,
			       char problem[PROBLEM_SIZE])
{
	struct place place;
	enum exit_status status = place_parse(text, names, &place, problem);

	if (status == EXIT_OK)
		status = place_address(&place, text, address, problem);
	return status;
}
