/* SPDX-License-Identifier: GPL-2.0 */
/* What the tables of commands and options say to people and to their shell. */
#ifndef USAGE_H
#define USAGE_H

#include "input/command.h"

/* Both take a list of commands that ends with NULL. */
void usage_print(const struct command *const *commands);

/**
 * usage_complete() - what can stand at a place of the command line, one a line, with a tab and
 *	what it is behind it where that is not clear
 * @word: an option for the words that it takes; a command for its options; anything
 *	else for all commands and options
 */
void usage_complete(const struct command *const *commands, const char *word);

#endif /* USAGE_H */
