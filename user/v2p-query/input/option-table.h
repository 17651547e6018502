/* SPDX-License-Identifier: GPL-2.0 */
/* What every option is called, takes and does. */
#ifndef OPTION_TABLE_H
#define OPTION_TABLE_H

#include <stdbool.h>

#include "input/command.h"

/**
 * struct option_entry - an option
 * @name: behind two dashes
 * @letter: behind one, or 0
 * @value: what it takes, in the words of the usage; or NULL
 * @optional: that may be left out, and else stands behind an equals sign
 * @help: lines of the usage, NULL for none
 * @also: another name, as other programs have it; or NULL
 */
struct option_entry {
	const char *name;
	char letter;
	const char *value;
	const char *help;
	const char *also;
	bool optional;
};

/* "--pid PID", "--watch[=SECONDS]" */
#define OPTION_WORDS 64
void option_words(char words[OPTION_WORDS], const struct option_entry *option);

extern const struct option_entry option_table[OPTION_COUNT];

/* The first one of a set, with its dashes. */
const char *option_name(uint64_t options);

/* "--range, --all or --plot" */
#define OPTION_LIST 256
void option_list(char text[OPTION_LIST], uint64_t options);

#endif /* OPTION_TABLE_H */
