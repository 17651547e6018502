/* SPDX-License-Identifier: GPL-2.0 */
/* What a command is to the command line. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdint.h>

#include "base/complain.h"

/* All options; the table in option-table.c has them in this order. */
enum option_id {
	OPTION_PID,
	OPTION_COMM,
	OPTION_ALL_PROCESSES,
	OPTION_KERNEL,
	OPTION_USER_ROOT,
	OPTION_DEVICE,
	OPTION_PASID,
	OPTION_WALK,
	OPTION_WATCH,
	OPTION_LOOKS,
	OPTION_WATCH_FLAGS,
	OPTION_RANGE,
	OPTION_EVERY,
	OPTION_ALL,
	OPTION_STATUS,
	OPTION_PAGE_SIZE,
	OPTION_FLAGS,
	OPTION_MEMORY_TYPE,
	OPTION_MERGE,
	OPTION_SUMMARY,
	OPTION_CONTIGUOUS,
	OPTION_PLOT,
	OPTION_OWNERS,
	OPTION_INFO,
	OPTION_SYMBOLS,
	OPTION_QUIET,
	OPTION_JSON,
	OPTION_PRETTY,
	OPTION_JSON_LINES,
	OPTION_OUTPUT,
	OPTION_NO_HEADINGS,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_COMPLETE,
	OPTION_COUNT,
};

/* A set of options is a mask. */
#define OPTION_BIT(id) (UINT64_C(1) << (id))
#define OPTION(id) OPTION_BIT(OPTION_##id)
#define OPTIONS_DEVICE (OPTION(DEVICE) | OPTION(PASID))
#define OPTIONS_TARGET (OPTION(PID) | OPTION(KERNEL) | OPTION(USER_ROOT) | OPTIONS_DEVICE)
/* Those that name several processes, as does more than one --pid. */
#define OPTIONS_MANY (OPTION(COMM) | OPTION(ALL_PROCESSES))
#define OPTIONS_RANGE (OPTION(RANGE) | OPTION(ALL))
#define OPTIONS_FILTER \
	(OPTION(STATUS) | OPTION(PAGE_SIZE) | OPTION(FLAGS) | OPTION(MEMORY_TYPE))
#define OPTIONS_JSON (OPTION(JSON) | OPTION(PRETTY))
#define OPTIONS_COLUMNS (OPTION(OUTPUT) | OPTION(NO_HEADINGS))
#define OPTIONS_FORMAT (OPTION(QUIET) | OPTIONS_JSON | OPTION(JSON_LINES))

enum format {
	FORMAT_TABLE,
	FORMAT_QUIET,
	FORMAT_JSON,
	FORMAT_JSON_LINES,
	FORMAT_COUNT,
};

/*
 * What stands behind the options, or between them; addresses and no stream of them; a range may
 * be left out, or not.
 */
enum arguments {
	ARGUMENTS_NONE,
	ARGUMENTS_ADDRESSES,
	ARGUMENTS_FIXED_ADDRESSES,
	ARGUMENTS_RANGE,
	ARGUMENTS_ONE_RANGE,
	ARGUMENTS_FILE,
	ARGUMENTS_PHYSICAL,
};

struct options;
struct writer;

/**
 * struct command - something that v2p-query can do
 * @name: the word that names it, as the first argument
 * @about: what it shows, for the usage
 * @spellings: options that name it as well
 * @way_of: the command that it is a way to do, beside whose name such an option may stand; or
 *	NULL
 * @allows: options that go with it, beside those and @writers' formats
 * @arguments: what it takes
 * @writers: how it is written, for each format that goes with it
 * @run: does it
 */
struct command {
	const char *name;
	const char *about;
	uint64_t spellings;
	const struct command *way_of;
	uint64_t allows;
	enum arguments arguments;
	const struct writer *writers[FORMAT_COUNT];
	enum exit_status (*run)(const struct options *options);
};

/* Every option that goes with a command. */
uint64_t command_options(const struct command *command);

/* "translate, walk, info"; of a list that ends with NULL. */
#define COMMAND_LIST 160
void command_list(char list[COMMAND_LIST], const struct command *const *commands);

#endif /* COMMAND_H */
