// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "input/filter.h"
#include "input/range.h"

/* Takes the names of all statuses, or of all flags. */
#define KNOWN 320

typedef enum exit_status use_word(struct v2p_range *range, const char *word);

static enum exit_status use_words(struct v2p_range *range, const char *list, use_word *use)
{
	char *copy = strdup(list), *rest = copy, *word;
	enum exit_status status = EXIT_OK;

	if (!copy)
		return complain(EXIT_TROUBLE, "out of memory");
	while (status == EXIT_OK && (word = strsep(&rest, ",")))
		status = use(range, word);
	free(copy);
	return status;
}

/* Adds @name to "mapped, none", for a complaint. */
static void list_name(char known[KNOWN], const char *name)
{
	size_t used = strlen(known);

	snprintf(known + used, KNOWN - used, "%s%s", used ? ", " : "", name);
}

/* What is in the address space is not invalid. */
static const char *status_to_ask(unsigned int status)
{
	return status == V2P_STATUS_INVALID ? NULL : v2p_status_name(status);
}

static enum exit_status use_status(struct v2p_range *range, const char *word)
{
	char known[KNOWN] = "";
	unsigned int i;

	for (i = 0; i <= V2P_STATUS_MAX; i++) {
		const char *name = status_to_ask(i);

		if (!name)
			continue;
		if (!strcmp(word, name)) {
			range->states |= 1U << i;
			return EXIT_OK;
		}
		list_name(known, name);
	}
	return complain(EXIT_USAGE, "--status %.40s: no such status; there are %s", word, known);
}

static enum exit_status use_page_size(struct v2p_range *range, const char *word)
{
	uint64_t size;
	const char *wrong = size_parse(word, &size);

	if (!wrong && (!size || size & (size - 1)))
		wrong = "not a power of two";
	if (wrong)
		return complain(EXIT_USAGE, "--page-size %s: %s", word, wrong);
	/* As a power of two it is the bit for its own shift. */
	range->page_shifts |= size;
	return EXIT_OK;
}

static enum exit_status use_flag(struct v2p_range *range, const char *word)
{
	const char *wanted = word + (*word == '!');
	char known[KNOWN] = "";
	uint32_t left, flag;

	for (left = V2P_FLAG_MASK; left; left &= left - 1) {
		const char *name = v2p_flag_name(flag = left & -left);

		if (!name)
			continue;
		if (strcmp(wanted, name)) {
			list_name(known, name);
			continue;
		}
		*(wanted == word ? &range->with_flags : &range->without_flags) |= flag;
		if (range->with_flags & range->without_flags)
			return complain(EXIT_USAGE, "--flags %s: both wanted and not", wanted);
		return EXIT_OK;
	}
	return complain(EXIT_USAGE, "--flags %.40s: no such flag; there are %s", wanted, known);
}

enum exit_status filter_statuses(struct v2p_range *range, const char *list)
{
	return use_words(range, list, use_status);
}

enum exit_status filter_page_sizes(struct v2p_range *range, const char *list)
{
	return use_words(range, list, use_page_size);
}

enum exit_status filter_flags(struct v2p_range *range, const char *list)
{
	return use_words(range, list, use_flag);
}

void filter_complete(struct v2p_range *range)
{
	/* It is a flag of holes alone, which nobody sees who does not ask for them. */
	if (range->with_flags & V2P_FLAG_CHANGING && !range->states)
		range->states = 1U << V2P_STATUS_NONE;
}
