// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "input/filter.h"
#include "input/option-table.h"
#include "input/options.h"
#include "input/rules.h"

/* getopt's code for the first long option, above those of all letters. */
#define FIRST_CODE 256

/* Each may have two names, and a letter with a colon behind it; then what ends the list. */
#define MOST_NAMES (2 * OPTION_COUNT + 1)
#define MOST_LETTERS (2 * OPTION_COUNT + 3)

/* Options that may be given only once. */
#define ONCE (OPTIONS_DEVICE | OPTION(RANGE) | OPTION(PLOT) | OPTION(OUTPUT))

static enum exit_status parse_pid(struct options *options, const char *text)
{
	uint64_t pid;
	const char *wrong = number_parse(text, &pid);

	/* Nobody writes a process id in hexadecimal, so that only the zero is at fault. */
	if (wrong && *text == '0' && strspn(text, "0123456789") == strlen(text))
		return complain(EXIT_USAGE, "--pid %s: ambiguous: write %s, without the zero", text,
				text + strspn(text, "0"));
	if (wrong)
		return complain(EXIT_USAGE, "--pid %s: %s", text, wrong);
	if (!pid || pid > INT_MAX)
		return complain(EXIT_USAGE, "--pid %s: a process id is from 1 to %d", text,
				INT_MAX);
	options->target = v2p_pid(pid);
	options->processes[options->process_count++].pid = pid;
	return EXIT_OK;
}

static enum exit_status take_comm(struct options *options, const char *comm)
{
	if (!*comm)
		return complain(EXIT_USAGE, "--comm: an empty name");
	options->processes[options->process_count++].comm = comm;
	return EXIT_OK;
}

static enum exit_status parse_device(struct options *options, const char *text)
{
	if (!v2p_device_name(text, options->device))
		return EXIT_OK;
	return complain(EXIT_USAGE,
			"--device %.150s: a device is 03:00.0, pci/0000:03:00.0 or platform/NAME, as in /sys/bus/*/devices",
			text);
}

static enum exit_status parse_pasid(struct options *options, const char *text)
{
	uint64_t pasid;
	const char *wrong = number_parse(text, &pasid);

	if (wrong)
		return complain(EXIT_USAGE, "--pasid %s: %s", text, wrong);
	if (pasid > V2P_MAX_PASID)
		return complain(EXIT_USAGE, "--pasid %s: a PASID is from 0 to %d", text,
				V2P_MAX_PASID);
	options->pasid = pasid;
	return EXIT_OK;
}

/* @next: the argument behind it, which is not its value. */
static enum exit_status parse_watch(struct options *options, const char *text, const char *next)
{
	const char *wrong;
	uint64_t meant;

	if (!text) {
		if (next && !seconds_parse(next, &meant) && meant <= WATCH_MOST)
			return complain(EXIT_USAGE,
					"--watch %s: write --watch=%s; an address like that stands before --watch",
					next, next);
		return EXIT_OK;
	}
	wrong = seconds_parse(text, &options->watch);
	if (!wrong && (options->watch < WATCH_LEAST || options->watch > WATCH_MOST))
		wrong = "seconds are from 0.001 to 86400";
	return wrong ? complain(EXIT_USAGE, "--watch=%s: %s", text, wrong) : EXIT_OK;
}

static enum exit_status parse_looks(struct options *options, const char *text)
{
	const char *wrong = number_parse(text, &options->looks);

	if (!wrong && !options->looks)
		wrong = "a number of looks is from 1";
	return wrong ? complain(EXIT_USAGE, "--count %s: %s", text, wrong) : EXIT_OK;
}

static enum exit_status take_watch_flags(struct options *options, const char *list)
{
	struct v2p_range wanted = { .with_flags = options->watch_flags };
	const enum exit_status status = filter_use(&wanted, OPTION_WATCH_FLAGS, list);

	options->watch_flags = wanted.with_flags;
	return status;
}

/* In the place of getopt's own messages. It takes a negative number for an option. */
static enum exit_status complain_option(int code, const char *argument)
{
	if (argument[0] == '-' && isdigit((unsigned char)argument[1]))
		return complain(EXIT_USAGE, "%s: negative", argument);
	if (code == ':')
		return complain(EXIT_USAGE, "option '%s' requires an argument", argument);
	if (argument[0] == '-' && argument[1] != '-' && optopt && optopt < FIRST_CODE)
		return complain(EXIT_USAGE, "unknown option '-%c'", optopt);
	if (optopt)
		return complain(EXIT_USAGE, "option '%.*s' doesn't allow an argument",
				(int)strcspn(argument, "="), argument);
	return complain(EXIT_USAGE, "unknown or ambiguous option '%s'", argument);
}

/* A value that looks like an option most likely is one, and the value was forgotten. */
static enum exit_status check_value(enum option_id id, const char *value)
{
	if (value[0] != '-' || !value[1] || isdigit((unsigned char)value[1]))
		return EXIT_OK;
	if (id == OPTION_PLOT)
		return complain(EXIT_USAGE,
				"option '--plot' requires an argument (or is the file ./%.100s?)",
				value);
	if (id == OPTION_RANGE || id == OPTION_OUTPUT)
		return complain(EXIT_USAGE, "option '--%s' requires an argument",
				option_table[id].name);
	return EXIT_OK;
}

static enum exit_status use_option(struct options *options, enum option_id id, const char *value,
				   const char *next)
{
	switch (id) {
	case OPTION_PID:
		return parse_pid(options, value);
	case OPTION_COMM:
		return take_comm(options, value);
	case OPTION_ALL_PROCESSES:
		options->all_processes = true;
		break;
	case OPTION_KERNEL:
		options->target = v2p_kernel();
		break;
	case OPTION_USER_ROOT:
		options->user_root = true;
		break;
	case OPTION_DEVICE:
		return parse_device(options, value);
	case OPTION_PASID:
		return parse_pasid(options, value);
	case OPTION_WATCH:
		return parse_watch(options, value, next);
	case OPTION_LOOKS:
		return parse_looks(options, value);
	case OPTION_WATCH_FLAGS:
		return take_watch_flags(options, value);
	case OPTION_RANGE:
		options->range = value;
		return check_value(id, value);
	case OPTION_EVERY:
		options->every = true;
		break;
	case OPTION_STATUS:
	case OPTION_PAGE_SIZE:
	case OPTION_FLAGS:
	case OPTION_MEMORY_TYPE:
		return filter_use(&options->filter, id, value);
	case OPTION_MERGE:
		options->filter.merge = 1;
		break;
	case OPTION_PLOT:
		options->plot = value;
		return check_value(id, value);
	case OPTION_SYMBOLS:
		options->symbols = true;
		break;
	case OPTION_QUIET:
		options->format = FORMAT_QUIET;
		break;
	case OPTION_PRETTY:
		options->pretty = true;
		/* fall through */
	case OPTION_JSON:
		options->format = FORMAT_JSON;
		break;
	case OPTION_JSON_LINES:
		options->format = FORMAT_JSON_LINES;
		break;
	case OPTION_OUTPUT:
		options->columns = value;
		return check_value(id, value);
	case OPTION_NO_HEADINGS:
		options->no_headings = true;
		break;
	case OPTION_HELP:
		options->help = true;
		break;
	case OPTION_VERSION:
		options->version = true;
		break;
	case OPTION_COMPLETE:
		options->complete = value;
		break;
	case OPTION_WALK:
	case OPTION_ALL:
	case OPTION_SUMMARY:
	case OPTION_CONTIGUOUS:
	case OPTION_OWNERS:
	case OPTION_INFO:
	case OPTION_COUNT:
		break;
	}
	return EXIT_OK;
}

/* The table of options for getopt. The leading minus makes it return arguments in their order. */
static void make_getopt(struct option list[MOST_NAMES], char letters[MOST_LETTERS])
{
	unsigned int id;

	*letters++ = '-';
	*letters++ = ':';
	for (id = 0; id < OPTION_COUNT; id++) {
		const struct option_entry *entry = &option_table[id];

		*list = (struct option){ .name = entry->name, .val = FIRST_CODE + id };
		list->has_arg = entry->optional ? optional_argument :
				entry->value ? required_argument : no_argument;
		if (entry->also) {
			list[1] = list[0];
			(++list)->name = entry->also;
		}
		list++;
		if (entry->letter)
			*letters++ = entry->letter;
		if (entry->letter && entry->value)
			*letters++ = ':';
	}
	*list = (struct option){ .name = NULL };
	*letters = '\0';
}

static enum option_id id_of(int code)
{
	unsigned int id = 0;

	if (code >= FIRST_CODE)
		return code - FIRST_CODE;
	while (option_table[id].letter != code)
		id++;
	return id;
}

static const struct command *find_command(const struct command *const *commands, const char *word)
{
	for (; *commands; commands++)
		if (!strcmp((*commands)->name, word))
			return *commands;
	return NULL;
}

static bool is_like_a_command(const char *word)
{
	size_t length = strspn(word, "abcdefghijklmnopqrstuvwxyz-");

	return *word && *word != '-' && !word[length];
}

static enum exit_status parse_options(struct options *options, struct given *given, int argc,
				      char **argv)
{
	struct option list[MOST_NAMES];
	char letters[MOST_LETTERS];
	enum exit_status status;
	int code, before = 1;

	make_getopt(list, letters);
	opterr = 0;
	optind = 1;
	while ((code = getopt_long(argc, argv, letters, list, NULL)) != -1) {
		enum option_id id;

		if (code == '?' || code == ':')
			return complain_option(code, argv[before]);
		before = optind;
		if (code == 1) {
			options->addresses[options->count++] = optarg;
			continue;
		}
		id = id_of(code);
		if (given->seen & ONCE & OPTION_BIT(id))
			return complain(EXIT_USAGE, "option '--%s' is given more than once",
					option_table[id].name);
		given->seen |= OPTION_BIT(id);
		given->pids += id == OPTION_PID;
		status = use_option(options, id, optarg, argv[optind]);
		/* --help and the like are done without a look at the rest of the line. */
		if (status != EXIT_OK || options->help || options->version || options->complete)
			return status;
	}
	while (optind < argc)
		options->addresses[options->count++] = argv[optind++];
	return EXIT_OK;
}

enum exit_status options_parse(struct options *options, const struct command *const *commands,
			       int argc, char **argv)
{
	struct given given = { 0 };
	enum exit_status status;

	*options = (struct options){
		.commands = commands, .addresses = argv, .watch = WATCH_USUAL, .pasid = -1,
	};
	options->processes = calloc(argc, sizeof(*options->processes));
	if (!options->processes && argc)
		return complain(EXIT_TROUBLE, "out of memory");
	if (argc > 1)
		given.word = find_command(commands, argv[1]);
	if (given.word) {
		argc--;
		argv++;
	} else if (argc > 1 && is_like_a_command(argv[1])) {
		options->no_command = argv[1];
	}
	status = parse_options(options, &given, argc, argv);
	if (options->complete)
		options->explain = given.word;
	if (status != EXIT_OK || options->help || options->version || options->complete)
		return status;
	if (options->user_root)
		options->target = v2p_user_root(target_pid(options->target));
	else if (*options->device)
		options->target = options->pasid < 0 ?
			v2p_device(options->device) :
			v2p_device_pasid(options->device, options->pasid);
	options->command = rules_choose(commands, &given);
	options->many = given.seen & OPTIONS_MANY || given.pids > 1;
	filter_complete(&options->filter);
	return rules_check(options, commands, &given);
}

void options_free(struct options *options)
{
	free(options->processes);
}
