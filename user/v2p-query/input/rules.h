/* SPDX-License-Identifier: GPL-2.0 */
/* Which options and arguments go together, by what each command allows. */
#ifndef RULES_H
#define RULES_H

#include "input/options.h"

/**
 * struct given - what stood on the command line
 * @seen: options
 * @pids: how often --pid
 * @word: the command that was named by a word, or NULL
 */
struct given {
	uint64_t seen;
	size_t pids;
	const struct command *word;
};

/* The command that is meant. */
const struct command *rules_choose(const struct command *const *commands,
				   const struct given *given);

/**
 * rules_check() - whether it all goes together
 * @options: its command is chosen, and it has all arguments as addresses; each is put
 *	where the command wants it
 *
 * Return: EXIT_OK, or EXIT_USAGE after a complaint.
 */
enum exit_status rules_check(struct options *options, const struct command *const *commands,
			     const struct given *given);

#endif /* RULES_H */
