// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "address.h"
#include "options.h"

enum {
	OPTION_PID = 256,
	OPTION_KERNEL,
	OPTION_WALK,
	OPTION_INFO,
};

static const struct option long_options[] = {
	{ "pid", required_argument, NULL, OPTION_PID },
	{ "kernel", no_argument, NULL, OPTION_KERNEL },
	{ "walk", no_argument, NULL, OPTION_WALK },
	{ "info", no_argument, NULL, OPTION_INFO },
	{ "quiet", no_argument, NULL, 'q' },
	{ "json", no_argument, NULL, 'j' },
	{ "pretty", no_argument, NULL, 'p' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

/**
 * struct seen - what was given, before it is checked as a whole
 */
struct seen {
	bool pid;
	bool kernel;
	bool walk;
	bool info;
	bool quiet;
	bool json;
};

static enum status parse_pid(struct options *options, const char *text)
{
	uint64_t pid;
	const char *wrong = number_parse(text, &pid);

	if (wrong)
		return complain(STATUS_USAGE, "--pid %s: %s", text, wrong);
	if (!pid || pid > INT_MAX)
		return complain(STATUS_USAGE, "--pid %s: a process id is from 1 to %d", text,
				INT_MAX);
	options->target = v2p_pid(pid);
	return STATUS_MAPPED;
}

/* getopt's own messages are not ours, and it takes a negative number for an option. */
static enum status complain_option(int option, const char *argument)
{
	if (argument[0] == '-' && isdigit((unsigned char)argument[1]))
		return complain(STATUS_USAGE, "%s: negative", argument);
	if (option == ':')
		return complain(STATUS_USAGE, "%s: what follows it is missing", argument);
	if (argument[0] == '-' && argument[1] != '-' && optopt && optopt < 256)
		return complain(STATUS_USAGE, "-%c: no such option", optopt);
	if (optopt)
		return complain(STATUS_USAGE, "%s: takes nothing after it", argument);
	return complain(STATUS_USAGE, "%s: no such option, or short for several", argument);
}

static enum status check(struct options *options, const struct seen *seen)
{
	size_t i;

	if (seen->quiet && seen->json)
		return complain(STATUS_USAGE, "--quiet and JSON exclude each other");
	if (seen->info) {
		if (seen->pid || seen->kernel || seen->walk || seen->quiet || options->count)
			return complain(STATUS_USAGE, "--info goes with --json and --pretty alone");
		return STATUS_MAPPED;
	}
	if (seen->pid == seen->kernel)
		return complain(STATUS_USAGE, seen->pid ? "--pid and --kernel exclude each other" :
							  "give --pid PID or --kernel");
	if (seen->walk && seen->quiet)
		return complain(STATUS_USAGE, "--walk and --quiet exclude each other");
	if (!options->count)
		return complain(STATUS_USAGE, "give an address, or - to read them from standard input");
	for (i = 0; i < options->count && options->count > 1; i++)
		if (!strcmp(options->addresses[i], "-"))
			return complain(STATUS_USAGE, "- goes with no other address");
	return STATUS_MAPPED;
}

enum status options_parse(struct options *options, int argc, char **argv)
{
	struct seen seen = { false };
	int option, before = 1;

	*options = (struct options){ .addresses = argv };
	opterr = 0;
	optind = 1;
	/* The leading minus hands out addresses, too, in their order. */
	while ((option = getopt_long(argc, argv, "-:qjphV", long_options, NULL)) != -1) {
		switch (option) {
		case 1:
			options->addresses[options->count++] = optarg;
			break;
		case OPTION_PID:
			if (seen.pid)
				return complain(STATUS_USAGE, "--pid is given twice");
			seen.pid = true;
			if (parse_pid(options, optarg))
				return STATUS_USAGE;
			break;
		case OPTION_KERNEL:
			seen.kernel = true;
			options->target = v2p_kernel();
			break;
		case OPTION_WALK:
			seen.walk = true;
			options->mode = MODE_WALK;
			break;
		case OPTION_INFO:
			seen.info = true;
			break;
		case 'q':
			seen.quiet = true;
			options->format = FORMAT_QUIET;
			break;
		case 'p':
			options->pretty = true;
			/* fall through */
		case 'j':
			seen.json = true;
			options->format = FORMAT_JSON;
			break;
		case 'h':
			options->mode = MODE_HELP;
			return STATUS_MAPPED;
		case 'V':
			options->mode = MODE_VERSION;
			return STATUS_MAPPED;
		default:
			return complain_option(option, argv[before]);
		}
		before = optind;
	}
	/* Behind --. */
	while (optind < argc)
		options->addresses[options->count++] = argv[optind++];

	if (seen.info)
		options->mode = MODE_INFO;
	return check(options, &seen);
}
