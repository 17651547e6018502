// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"
#include "range.h"

typedef enum status use_word(struct v2p_range *range, const char *word);

static enum status use_words(struct v2p_range *range, const char *list, use_word *use)
{
	char *copy = strdup(list), *rest = copy, *word;
	enum status status = STATUS_MAPPED;

	if (!copy)
		return complain(STATUS_TROUBLE, "out of memory");
	while (status == STATUS_MAPPED && (word = strsep(&rest, ",")))
		status = use(range, word);
	free(copy);
	return status;
}

/* "mapped, none, ...", for a complaint. */
static void name_statuses(char *text, size_t size)
{
	size_t used = 0;
	unsigned int i;

	text[0] = '\0';
	for (i = 0; i < V2P_STATUS_INVALID && used < size; i++)
		used += snprintf(text + used, size - used, "%s%s", i ? ", " : "",
				 v2p_status_name(i));
}

static enum status use_status(struct v2p_range *range, const char *word)
{
	char known[128];
	unsigned int i;

	/* What is in the address space is not invalid. */
	for (i = 0; i < V2P_STATUS_INVALID; i++) {
		if (strcmp(word, v2p_status_name(i)))
			continue;
		range->states |= 1U << i;
		return STATUS_MAPPED;
	}
	name_statuses(known, sizeof(known));
	return complain(STATUS_USAGE, "--status %s: no such status; there are %s", word, known);
}

static enum status use_page_size(struct v2p_range *range, const char *word)
{
	uint64_t size;
	const char *wrong = size_parse(word, &size);

	if (!wrong && (!size || size & (size - 1)))
		wrong = "not a power of two";
	if (wrong)
		return complain(STATUS_USAGE, "--page-size %s: %s", word, wrong);
	/* As a power of two it is the bit for its own shift. */
	range->page_shifts |= size;
	return STATUS_MAPPED;
}

static enum status use_flag(struct v2p_range *range, const char *word)
{
	const char *name = word + (*word == '!');
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		const char *known = v2p_flag_name(1U << bit);

		if (!known || strcmp(name, known))
			continue;
		*(name == word ? &range->with_flags : &range->without_flags) |= 1U << bit;
		if (range->with_flags & range->without_flags)
			return complain(STATUS_USAGE, "--flags %s: both wanted and not", name);
		return STATUS_MAPPED;
	}
	return complain(STATUS_USAGE, "--flags %s: no such flag", name);
}

enum status filter_statuses(struct v2p_range *range, const char *list)
{
	return use_words(range, list, use_status);
}

enum status filter_page_sizes(struct v2p_range *range, const char *list)
{
	return use_words(range, list, use_page_size);
}

enum status filter_flags(struct v2p_range *range, const char *list)
{
	return use_words(range, list, use_flag);
}
