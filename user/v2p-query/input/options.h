/* SPDX-License-Identifier: GPL-2.0 */
/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

#include <v2p.h>

#include "base/complain.h"
#include "base/target.h"

enum mode {
	MODE_TRANSLATE,
	MODE_WALK,
	MODE_MAP,
	MODE_INFO,
	MODE_HELP,
	MODE_VERSION,
};

enum format {
	FORMAT_TABLE,
	FORMAT_QUIET,
	FORMAT_JSON,
	FORMAT_JSON_LINES,
};

/**
 * struct options - what is wanted
 * @mode: what to do
 * @format: how to write it
 * @pretty: JSON for people
 * @target: whose addresses
 * @range: what the user wrote for a range, from argv; NULL for everything
 * @every: the range is all mappings of a name
 * @filter: what of it is wanted
 * @summary: sums alone
 * @plot: where a picture goes, from argv; or NULL
 * @addresses: what the user wrote, from argv; one "-" alone for a stream
 * @count: how many
 */
struct options {
	enum mode mode;
	enum format format;
	bool pretty;
	struct v2p_target target;
	const char *range;
	bool every;
	struct v2p_range filter;
	bool summary;
	const char *plot;
	char **addresses;
	size_t count;
};

/**
 * options_parse() - read the command line
 * @options: filled in; its addresses stand at the front of @argv
 *
 * Return: EXIT_OK, or EXIT_USAGE after a complaint.
 */
enum exit_status options_parse(struct options *options, int argc, char **argv);

#endif /* OPTIONS_H */
