// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "input/physical.h"

#define PFN "pfn:"

static enum exit_status parse_frame(const char *text, struct v2p_physical_range *range,
				    char problem[PROBLEM_SIZE])
{
	const char *number = text + strlen(PFN);
	const char *wrong;
	uint64_t frame;

	range->length = sysconf(_SC_PAGESIZE);
	wrong = number_parse(number, &frame);
	if (wrong)
		return number_problem(problem, text, "its number is ", number, wrong);
	if (__builtin_mul_overflow(frame, range->length, &range->start))
		return problem_is(problem, EXIT_USAGE, "%.100s: no such frame", text);
	return EXIT_OK;
}

/* @end: behind the minus. */
static enum exit_status set_end(const char *text, const char *end, struct v2p_physical_range *range,
				char problem[PROBLEM_SIZE])
{
	const char *wrong = address_number(end, &range->length);

	if (wrong)
		return number_problem(problem, text, "its end is ", end, wrong);
	if (range->length <= range->start)
		return problem_is(problem, EXIT_USAGE, "%.100s: the range %s", text,
				  range->length == range->start ? "is empty" :
								  "ends before it starts");
	range->length -= range->start;
	return EXIT_OK;
}

/* @length: behind the plus. */
static enum exit_status set_length(const char *text, const char *length,
				   struct v2p_physical_range *range, char problem[PROBLEM_SIZE])
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

enum exit_status physical_parse(const char *text, struct v2p_physical_range *range,
				char problem[PROBLEM_SIZE])
{
	const size_t first = strcspn(text, "+-");
	const char *more = text + first;
	const char *wrong;
	char *start;

	if (!*text)
		return problem_is(problem, EXIT_USAGE, "an empty physical address");
	if (!strncmp(text, PFN, strlen(PFN)))
		return parse_frame(text, range, problem);
	/* A minus in front is the number's. */
	if (!first || !*more) {
		range->length = 1;
		wrong = address_number(text, &range->start);
		return wrong ? number_problem(problem, text, "", text, wrong) : EXIT_OK;
	}
	start = strndup(text, first);
	if (!start)
		return problem_is(problem, EXIT_TROUBLE, "out of memory");
	wrong = address_number(start, &range->start);
	if (wrong) {
		number_problem(problem, text, "its start is ", start, wrong);
		free(start);
		return EXIT_USAGE;
	}
	free(start);
	return *more == '-' ? set_end(text, more + 1, range, problem) :
			      set_length(text, more + 1, range, problem);
}
