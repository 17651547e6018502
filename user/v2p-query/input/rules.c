// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "input/option-table.h"
#include "input/rules.h"

#define MOST_IN_A_GROUP 4

/* Of each group at most one can be used; options of one mask do not exclude each other. */
static const uint64_t groups[][MOST_IN_A_GROUP] = {
	{ OPTION(PID) | OPTION(COMM), OPTION(KERNEL), OPTION(ALL_PROCESSES), OPTION(DEVICE) },
	{ OPTION(KERNEL) | OPTION(DEVICE), OPTION(EVERY) },
	{ OPTION(KERNEL) | OPTION(DEVICE), OPTION(USER_ROOT) },
	{ OPTION(DEVICE), OPTION(SYMBOLS) },
	{ OPTIONS_MANY, OPTION(USER_ROOT) },
	{ OPTION(QUIET), OPTION(SYMBOLS) },
	{ OPTION(RANGE), OPTION(ALL) },
	{ OPTION(QUIET), OPTIONS_JSON, OPTION(JSON_LINES) },
	{ OPTION(QUIET), OPTION(OUTPUT) },
	{ OPTION(QUIET) | OPTIONS_JSON | OPTION(JSON_LINES), OPTION(NO_HEADINGS) },
};

/* The first requires the second. */
static const uint64_t needs[][2] = {
	{ OPTION(EVERY), OPTION(RANGE) },
	{ OPTION(USER_ROOT), OPTION(PID) },
	{ OPTION(PASID), OPTION(DEVICE) },
};

uint64_t command_options(const struct command *command)
{
	static const uint64_t formats[FORMAT_COUNT] = {
		[FORMAT_QUIET] = OPTION(QUIET),
		[FORMAT_JSON] = OPTIONS_JSON,
		[FORMAT_JSON_LINES] = OPTION(JSON_LINES),
	};
	uint64_t options = command->spellings | command->allows;
	unsigned int i;

	for (i = 0; i < FORMAT_COUNT; i++)
		if (command->writers[i])
			options |= formats[i];
	return options;
}

/* If options name several commands, the last one of the list. */
const struct command *rules_choose(const struct command *const *commands,
				   const struct given *given)
{
	const struct command *chosen = commands[0];
	size_t i;

	for (i = 0; commands[i]; i++)
		if (given->seen & commands[i]->spellings)
			chosen = commands[i];
	return given->word && chosen->way_of != given->word ? given->word : chosen;
}

static enum exit_status check_groups(uint64_t seen)
{
	size_t i, k;

	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		uint64_t first = 0;

		for (k = 0; k < MOST_IN_A_GROUP; k++) {
			uint64_t option = seen & groups[i][k];

			if (first && option)
				return complain(EXIT_USAGE, "%s cannot be used with %s",
						option_name(option), option_name(first));
			first |= option;
		}
	}
	return EXIT_OK;
}

/* How the user named the command, by a word or by an option; NULL if not at all. */
static const char *name_of(const struct command *command, const struct given *given)
{
	if (given->word == command)
		return command->name;
	return given->seen & command->spellings ? option_name(given->seen & command->spellings) :
						  NULL;
}

static enum exit_status check_allowed(const struct command *command,
				      const struct command *const *commands,
				      const struct given *given)
{
	uint64_t wrong = given->seen & ~command_options(command), others = 0;
	const char *name = name_of(command, given);
	char list[OPTION_LIST];
	size_t i;

	if (!wrong && given->pids > 1 &&
	    (!(command_options(command) & OPTIONS_MANY) || given->seen & OPTION(USER_ROOT)))
		return complain(EXIT_USAGE, "option '--pid' is given more than once");
	if (!wrong)
		return EXIT_OK;
	wrong &= -wrong;
	if (name)
		return complain(EXIT_USAGE, "%s cannot be used with %s", option_name(wrong), name);
	for (i = 0; commands[i]; i++)
		if (command_options(commands[i]) & wrong)
			others |= commands[i]->spellings;
	option_list(list, others);
	return complain(EXIT_USAGE, "%s requires %s", option_name(wrong), list);
}

void command_list(char list[COMMAND_LIST], const struct command *const *commands)
{
	size_t used = 0, i;

	list[0] = '\0';
	for (i = 0; commands[i] && used < COMMAND_LIST; i++)
		used += snprintf(list + used, COMMAND_LIST - used, "%s%s", i ? ", " : "",
				 commands[i]->name);
}

static enum exit_status check_target(const struct options *options,
				     const struct command *const *commands, uint64_t seen)
{
	const uint64_t allowed = command_options(options->command);
	char list[COMMAND_LIST];

	if (seen & (OPTIONS_TARGET | OPTIONS_MANY) || !(allowed & OPTIONS_TARGET) ||
	    options->command->arguments == ARGUMENTS_PHYSICAL)
		return EXIT_OK;
	if (options->no_command) {
		command_list(list, commands);
		return complain(EXIT_USAGE, "'%.60s' is not a command; there are %s",
				options->no_command, list);
	}
	return complain(EXIT_USAGE, allowed & OPTIONS_MANY ?
			"--pid, --comm, --all-processes, --kernel or --device is required" :
			"exactly one of --pid, --kernel and --device is required");
}

static enum exit_status check_needs(uint64_t seen)
{
	size_t i;

	for (i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (seen & needs[i][0] && !(seen & needs[i][1]))
			return complain(EXIT_USAGE, "%s requires %s", option_name(needs[i][0]),
					option_name(needs[i][1]));
	return EXIT_OK;
}

static bool takes_addresses(const struct command *command)
{
	return command->arguments == ARGUMENTS_ADDRESSES ||
	       command->arguments == ARGUMENTS_FIXED_ADDRESSES;
}

static enum exit_status check_addresses(const struct options *options,
					const struct command *const *commands,
					const struct given *given)
{
	uint64_t others = 0;
	char list[OPTION_LIST];
	size_t i;

	for (i = 0; i < options->count && options->count > 1; i++)
		if (!strcmp(options->addresses[i], "-"))
			return complain(EXIT_USAGE, "- cannot be used with other addresses");
	if (options->count && options->command->arguments == ARGUMENTS_FIXED_ADDRESSES &&
	    !strcmp(options->addresses[0], "-"))
		return complain(EXIT_USAGE, "- cannot be used with %s: name the addresses",
				name_of(options->command, given));
	if (options->count)
		return EXIT_OK;
	if (options->command->arguments == ARGUMENTS_FIXED_ADDRESSES)
		return complain(EXIT_USAGE, "an address is required");
	if (options->command->arguments == ARGUMENTS_PHYSICAL && !*options->device)
		return complain(EXIT_USAGE,
				"a physical address is required, or - to read them from standard input");
	if (name_of(options->command, given))
		return complain(EXIT_USAGE,
				"an address is required, or - to read them from standard input");
	for (i = 0; commands[i]; i++)
		if (!takes_addresses(commands[i]) &&
		    commands[i]->arguments != ARGUMENTS_PHYSICAL &&
		    command_options(commands[i]) & OPTIONS_TARGET)
			others |= commands[i]->spellings;
	option_list(list, others);
	return complain(EXIT_USAGE,
			"an address is required, - to read them from standard input, or %s", list);
}

/* Move an argument that is no address to the member for it. */
static enum exit_status take_arguments(struct options *options, struct given *given)
{
	enum arguments arguments = options->command->arguments;
	bool range = arguments == ARGUMENTS_RANGE || arguments == ARGUMENTS_ONE_RANGE;
	uint64_t option = range ? OPTION(RANGE) : arguments == ARGUMENTS_FILE ? OPTION(PLOT) : 0;
	uint64_t given_already = option == OPTION(RANGE) ? OPTIONS_RANGE : option;
	size_t most = option && !(given->seen & given_already);

	if (takes_addresses(options->command) || arguments == ARGUMENTS_PHYSICAL)
		return EXIT_OK;
	if (options->count > most)
		return complain(EXIT_USAGE, "unexpected argument '%.200s'",
				options->addresses[most]);
	if (!options->count)
		return EXIT_OK;
	*(option == OPTION(RANGE) ? &options->range : &options->plot) = options->addresses[0];
	options->count = 0;
	given->seen |= option;
	return EXIT_OK;
}

/* Whether the name ends as those of pictures in another format do. */
static bool is_other_picture(const char *path)
{
	static const char *const others[] = {
		"apng", "avif", "bmp", "eps", "gif", "heic", "ico", "jfif", "jp2", "jpe", "jpeg",
		"jpg", "jxl", "pbm", "pdf", "pgm", "png", "pnm", "ppm", "ps", "svgz", "tga",
		"tif", "tiff", "webp", "xbm", "xpm",
	};
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');
	size_t i;

	for (i = 0; dot && i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcasecmp(dot + 1, others[i]))
			return true;
	return false;
}

static enum exit_status check_file(const char *path)
{
	if (path && !*path)
		return complain(EXIT_USAGE, "an empty file name");
	if (path && is_other_picture(path))
		return complain(EXIT_USAGE,
				"%.200s: the picture is an SVG: give a name that ends with .svg",
				path);
	return EXIT_OK;
}

enum exit_status rules_check(struct options *options, const struct command *const *commands,
			     const struct given *given)
{
	struct given all = *given;
	enum exit_status status = check_groups(given->seen);

	if (status == EXIT_OK)
		status = check_allowed(options->command, commands, given);
	/* What columns there are has nothing to do with the rest. */
	if (status == EXIT_OK && options->columns && !strcmp(options->columns, "help")) {
		options->explain = options->command;
		options->command = NULL;
		return EXIT_OK;
	}
	if (status == EXIT_OK)
		status = check_target(options, commands, given->seen);
	if (status == EXIT_OK)
		status = take_arguments(options, &all);
	if (status == EXIT_OK)
		status = check_needs(all.seen);
	if (status == EXIT_OK && (takes_addresses(options->command) ||
				  options->command->arguments == ARGUMENTS_PHYSICAL))
		status = check_addresses(options, commands, given);
	if (status == EXIT_OK && options->command->arguments == ARGUMENTS_ONE_RANGE &&
	    !options->range)
		status = complain(EXIT_USAGE, "a range is required");
	return status == EXIT_OK ? check_file(options->plot) : status;
}
