/* SPDX-License-Identifier: GPL-2.0 */
/* What v2p-query can do, a file each. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "input/options.h"

/* Each is a struct command called command_NAME. The first is meant where none is named. */
#define COMMANDS(command)	\
	command(translate)	\
	command(walk)		\
	command(watch)		\
	command(extents)	\
	command(summary)	\
	command(contiguous)	\
	command(plot)		\
	command(owners)		\
	command(page)		\
	command(info)

#define DECLARE(name) extern const struct command command_##name;
COMMANDS(DECLARE)
#undef DECLARE

/* All of them, and NULL. */
extern const struct command *const commands[];

#endif /* COMMANDS_H */
