// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "input/filter.h"
#include "input/option-table.h"

/* Takes the names of all statuses, or of all flags. */
#define KNOWN 320

/* No address in the address space is invalid, so that this cannot be asked for. */
static const char *status_name(unsigned int i)
{
	return i == V2P_STATUS_INVALID ? NULL : v2p_status_name(i);
}

static const char *flag_name(unsigned int i)
{
	return v2p_flag_name(1U << i);
}

/* What is being changed is left to the next look, and so is never a change. */
static const char *watched_flag_name(unsigned int i)
{
	return 1U << i == V2P_FLAG_CHANGING ? NULL : flag_name(i);
}

static const char *memory_type_name(unsigned int i)
{
	return v2p_memory_type_name(i);
}

/* Any power of two can be asked for; these are common. */
static const char *size_name(unsigned int i)
{
	static const char *const names[] = { "4K", "2M", "1G" };

	return i < sizeof(names) / sizeof(*names) ? names[i] : NULL;
}

static enum exit_status want_status(struct v2p_range *range, const char *word, uint32_t bit)
{
	(void)word;
	range->states |= bit;
	return EXIT_OK;
}

static enum exit_status want_flag(struct v2p_range *range, const char *word, uint32_t bit)
{
	*(*word == '!' ? &range->without_flags : &range->with_flags) |= bit;
	if (range->with_flags & range->without_flags)
		return complain(EXIT_USAGE, "--flags %s: both wanted and not",
				word + (*word == '!'));
	return EXIT_OK;
}

static enum exit_status want_memory_type(struct v2p_range *range, const char *word, uint32_t bit)
{
	(void)word;
	range->memory_types |= bit;
	return EXIT_OK;
}

static enum exit_status watch_flag(struct v2p_range *range, const char *word, uint32_t bit)
{
	(void)word;
	range->with_flags |= bit;
	return EXIT_OK;
}

/**
 * struct vocabulary - the words of an option
 * @thing: what each is called
 * @name: the word at a place below 32, or NULL
 * @negates: a ! may stand before them
 * @want: adds one of them to a range; NULL for sizes, which are numbers
 */
struct vocabulary {
	const char *thing;
	const char *(*name)(unsigned int i);
	bool negates;
	enum exit_status (*want)(struct v2p_range *range, const char *word, uint32_t bit);
};

static const struct vocabulary vocabularies[OPTION_COUNT] = {
	[OPTION_STATUS] = { "status", status_name, false, want_status },
	[OPTION_PAGE_SIZE] = { "size", size_name, false, NULL },
	[OPTION_FLAGS] = { "flag", flag_name, true, want_flag },
	[OPTION_WATCH_FLAGS] = { "flag", watched_flag_name, false, watch_flag },
	[OPTION_MEMORY_TYPE] = { "memory type", memory_type_name, false, want_memory_type },
};

static enum exit_status use_size(struct v2p_range *range, const char *word)
{
	uint64_t size;
	const char *wrong = size_parse(word, &size);

	if (!wrong && (!size || size & (size - 1)))
		wrong = "not a power of two";
	if (wrong)
		return complain(EXIT_USAGE, "--page-size %s: %s", word, wrong);
	/* A power of two is at once the bit (1 << page shift). */
	range->page_shifts |= size;
	return EXIT_OK;
}

/* Append @name to a list such as "mapped, none". */
static void list_name(char known[KNOWN], const char *name)
{
	size_t used = strlen(known);

	snprintf(known + used, KNOWN - used, "%s%s", used ? ", " : "", name);
}

static bool is_memory_type(const char *word)
{
	unsigned int i;

	for (i = 0; i < 32; i++)
		if (memory_type_name(i) && !strcmp(word, memory_type_name(i)))
			return true;
	return false;
}

static enum exit_status use_word(struct v2p_range *range, enum option_id option, const char *word)
{
	const struct vocabulary *words = &vocabularies[option];
	const char *wanted = word + (words->negates && *word == '!');
	char known[KNOWN] = "";
	unsigned int i;

	if (!words->want)
		return use_size(range, word);
	for (i = 0; i < 32; i++) {
		const char *name = words->name(i);

		if (!name)
			continue;
		if (!strcmp(wanted, name))
			return words->want(range, word, 1U << i);
		list_name(known, name);
	}
	return complain(EXIT_USAGE, "--%s %.40s: no such %s; there are %s%s",
			option_table[option].name, wanted, words->thing, known,
			words->name == flag_name && is_memory_type(wanted) ?
				"; it is a memory type: --memory-type" : "");
}

enum exit_status filter_use(struct v2p_range *range, enum option_id option, const char *list)
{
	char *copy = strdup(list), *rest = copy, *word;
	enum exit_status status = EXIT_OK;

	if (!copy)
		return complain(EXIT_TROUBLE, "out of memory");
	while (status == EXIT_OK && (word = strsep(&rest, ",")))
		status = use_word(range, option, word);
	free(copy);
	return status;
}

void filter_print_words(enum option_id option)
{
	const struct vocabulary *words = &vocabularies[option];
	unsigned int i;

	for (i = 0; words->name && i < 32; i++)
		if (words->name(i))
			puts(words->name(i));
}

void filter_complete(struct v2p_range *range)
{
	/* Only holes have this flag, and they are not shown by default. */
	if (range->with_flags & V2P_FLAG_CHANGING && !range->states)
		range->states = 1U << V2P_STATUS_NONE;
}
