// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "input/address.h"
#include "input/filter.h"
#include "input/options.h"

enum {
	OPTION_PID = 256,
	OPTION_KERNEL,
	OPTION_WALK,
	OPTION_INFO,
	OPTION_RANGE,
	OPTION_EVERY,
	OPTION_ALL,
	OPTION_STATUS,
	OPTION_PAGE_SIZE,
	OPTION_FLAGS,
	OPTION_MERGE,
	OPTION_SUMMARY,
	OPTION_PLOT,
	OPTION_JSON_LINES,
};

static const struct option long_options[] = {
	{ "pid", required_argument, NULL, OPTION_PID },
	{ "kernel", no_argument, NULL, OPTION_KERNEL },
	{ "walk", no_argument, NULL, OPTION_WALK },
	{ "info", no_argument, NULL, OPTION_INFO },
	{ "range", required_argument, NULL, OPTION_RANGE },
	{ "every", no_argument, NULL, OPTION_EVERY },
	{ "all", no_argument, NULL, OPTION_ALL },
	{ "status", required_argument, NULL, OPTION_STATUS },
	{ "page-size", required_argument, NULL, OPTION_PAGE_SIZE },
	{ "flags", required_argument, NULL, OPTION_FLAGS },
	{ "merge", no_argument, NULL, OPTION_MERGE },
	{ "summary", no_argument, NULL, OPTION_SUMMARY },
	{ "plot", required_argument, NULL, OPTION_PLOT },
	{ "json-lines", no_argument, NULL, OPTION_JSON_LINES },
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
	bool all;
	bool filter;
	bool quiet;
	bool json;
	bool json_lines;
};

static enum exit_status parse_pid(struct options *options, const char *text)
{
	uint64_t pid;
	const char *wrong = number_parse(text, &pid);

	if (wrong)
		return complain(EXIT_USAGE, "--pid %s: %s", text, wrong);
	if (!pid || pid > INT_MAX)
		return complain(EXIT_USAGE, "--pid %s: a process id is from 1 to %d", text,
				INT_MAX);
	options->target = v2p_pid(pid);
	return EXIT_OK;
}

/* getopt's own messages are not ours, and it takes a negative number for an option. */
static enum exit_status complain_option(int option, const char *argument)
{
	if (argument[0] == '-' && isdigit((unsigned char)argument[1]))
		return complain(EXIT_USAGE, "%s: negative", argument);
	if (option == ':')
		return complain(EXIT_USAGE, "%s: what follows it is missing", argument);
	if (argument[0] == '-' && argument[1] != '-' && optopt && optopt < 256)
		return complain(EXIT_USAGE, "-%c: no such option", optopt);
	if (optopt)
		return complain(EXIT_USAGE, "%s: takes nothing after it", argument);
	return complain(EXIT_USAGE, "%s: no such option, or short for several", argument);
}

/* What goes with addresses alone, and with what it does not go. */
static enum exit_status check_range(const struct options *options, const struct seen *seen)
{
	unsigned int outputs = seen->quiet + seen->json + seen->json_lines;
	unsigned int views = options->summary + (options->plot != NULL) + options->filter.merge;

	if (options->range && seen->all)
		return complain(EXIT_USAGE, "--range and --all exclude each other");
	if (options->count || seen->walk)
		return complain(EXIT_USAGE, "%s: goes with no range",
				seen->walk ? "--walk" : options->addresses[0]);
	if (views > 1)
		return complain(EXIT_USAGE, "--merge, --summary and --plot exclude each other");
	if (options->plot && outputs)
		return complain(EXIT_USAGE, "--plot goes with no other output");
	if (options->summary && (seen->quiet || seen->json_lines))
		return complain(EXIT_USAGE, "--summary goes with --json and --pretty alone");
	return EXIT_OK;
}

static bool is_about_a_range(const struct options *options, const struct seen *seen)
{
	return options->range || seen->all || options->summary || options->plot;
}

static enum exit_status check(struct options *options, const struct seen *seen)
{
	bool ranged = is_about_a_range(options, seen);
	size_t i;

	if (seen->quiet + seen->json + seen->json_lines > 1)
		return complain(EXIT_USAGE, "--quiet, --json-lines and JSON exclude each other");
	if (seen->info) {
		if (seen->pid || seen->kernel || seen->walk || seen->quiet || options->count ||
		    ranged || options->every || seen->filter || seen->json_lines)
			return complain(EXIT_USAGE, "--info goes with --json and --pretty alone");
		return EXIT_OK;
	}
	if (options->every && (!options->range || seen->kernel))
		return complain(EXIT_USAGE, "--every goes with --pid and --range NAME");
	if (seen->pid == seen->kernel)
		return complain(EXIT_USAGE, seen->pid ? "--pid and --kernel exclude each other" :
							  "give --pid PID or --kernel");
	if (ranged)
		return check_range(options, seen);
	if (options->filter.merge || seen->json_lines)
		return complain(EXIT_USAGE, "%s goes with --range or --all",
				seen->json_lines ? "--json-lines" : "--merge");
	if (seen->filter)
		return complain(EXIT_USAGE,
				"a filter goes with --range, --all, --summary or --plot");
	if (seen->walk && seen->quiet)
		return complain(EXIT_USAGE, "--walk and --quiet exclude each other");
	if (!options->count)
		return complain(EXIT_USAGE,
				"give an address, - to read them from standard input, --range, --all, --summary or --plot");
	for (i = 0; i < options->count && options->count > 1; i++)
		if (!strcmp(options->addresses[i], "-"))
			return complain(EXIT_USAGE, "- goes with no other address");
	return EXIT_OK;
}

/* Whether the name ends as that of a picture which is no SVG. */
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

static enum exit_status use_range_option(struct options *options, struct seen *seen, int option)
{
	switch (option) {
	case OPTION_RANGE:
		/* No range starts so, but what follows a forgotten one does. */
		if (optarg[0] == '-' && !isdigit((unsigned char)optarg[1]))
			return complain(EXIT_USAGE, "--range: what follows it is missing");
		if (options->range)
			return complain(EXIT_USAGE, "--range is given twice");
		options->range = optarg;
		break;
	case OPTION_EVERY:
		options->every = true;
		break;
	case OPTION_ALL:
		seen->all = true;
		break;
	case OPTION_STATUS:
		seen->filter = true;
		return filter_statuses(&options->filter, optarg);
	case OPTION_PAGE_SIZE:
		seen->filter = true;
		return filter_page_sizes(&options->filter, optarg);
	case OPTION_FLAGS:
		seen->filter = true;
		return filter_flags(&options->filter, optarg);
	case OPTION_MERGE:
		seen->filter = true;
		options->filter.merge = 1;
		break;
	case OPTION_SUMMARY:
		options->summary = true;
		break;
	case OPTION_PLOT:
		if (!*optarg)
			return complain(EXIT_USAGE, "--plot: the file has no name");
		if (optarg[0] == '-' && optarg[1])
			return complain(EXIT_USAGE,
					"--plot: what follows it is missing (or is the file ./%.100s?)",
					optarg);
		if (options->plot)
			return complain(EXIT_USAGE, "--plot is given twice");
		if (is_other_picture(optarg))
			return complain(EXIT_USAGE,
					"--plot %.200s: the picture is an SVG: give a name that ends with .svg",
					optarg);
		options->plot = optarg;
		break;
	case OPTION_JSON_LINES:
		seen->json_lines = true;
		options->format = FORMAT_JSON_LINES;
		break;
	}
	return EXIT_OK;
}

enum exit_status options_parse(struct options *options, int argc, char **argv)
{
	struct seen seen = { false };
	enum exit_status status;
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
				return complain(EXIT_USAGE, "--pid is given twice");
			seen.pid = true;
			if (parse_pid(options, optarg))
				return EXIT_USAGE;
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
			return EXIT_OK;
		case 'V':
			options->mode = MODE_VERSION;
			return EXIT_OK;
		case '?':
		case ':':
			return complain_option(option, argv[before]);
		default:
			status = use_range_option(options, &seen, option);
			if (status != EXIT_OK)
				return status;
		}
		before = optind;
	}
	/* Behind --. */
	while (optind < argc)
		options->addresses[options->count++] = argv[optind++];

	if (seen.info)
		options->mode = MODE_INFO;
	else if (is_about_a_range(options, &seen))
		options->mode = MODE_MAP;
	filter_complete(&options->filter);
	return check(options, &seen);
}
