// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "input/physical.h"
#include "input/range.h"

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

static enum exit_status parse_range(const char *text, struct v2p_physical_range *physical,
				    char problem[PROBLEM_SIZE])
{
	struct v2p_range range;
	const enum exit_status status = range_parse_numbers(text, NULL, &range, problem);

	if (status == EXIT_OK)
		*physical = (struct v2p_physical_range){ range.start, range.length };
	return status;
}

enum exit_status physical_parse(const char *text, struct v2p_physical_range *range,
				char problem[PROBLEM_SIZE])
{
	const size_t first = strcspn(text, "+-");
	const char *wrong;

	if (!*text)
		return problem_is(problem, EXIT_USAGE, "an empty physical address");
	if (!strncmp(text, PFN, strlen(PFN)))
		return parse_frame(text, range, problem);
	/* A minus in front is the number's. */
	if (first && text[first])
		return parse_range(text, range, problem);
	range->length = 1;
	wrong = address_number(text, &range->start);
	return wrong ? number_problem(problem, text, "", text, wrong) : EXIT_OK;
}

enum exit_status physical_check(const struct options *options, lines_take *take, void *data,
				size_t *count)
{
	char problem[PROBLEM_SIZE];
	size_t i;

	for (i = 0; i < options->count; i++) {
		enum exit_status status = take(data, options->addresses[i], problem);

		if (status != EXIT_OK)
			return complain(status, "%s", problem);
		*count = 0;
	}
	return EXIT_OK;
}
