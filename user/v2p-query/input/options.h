/* SPDX-License-Identifier: GPL-2.0 */
/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <v2p.h>

#include "base/number.h"
#include "base/target.h"
#include "input/command.h"

/* Nanoseconds between looks, at least, at most, and where nothing is said. */
#define WATCH_LEAST (SECOND / 1000)
#define WATCH_MOST (86400 * SECOND)
#define WATCH_USUAL SECOND

/**
 * struct process_named - an argument of --pid or --comm
 * @pid: a process, or 0
 * @comm: what processes are called, from argv; or NULL
 */
struct process_named {
	pid_t pid;
	const char *comm;
};

/**
 * struct options - what is wanted
 * @commands: what could be done
 * @command: what to do; NULL where one of the four below is wanted instead
 * @help: the usage
 * @version: the version
 * @complete: what a shell can complete behind this word, or NULL
 * @explain: a command whose columns are to be told, or NULL; with @complete, the one that
 *	was named
 * @format: how to write it
 * @pretty: JSON for people
 * @columns: what the user wrote for them, from argv; or NULL
 * @no_headings: without their names
 * @target: whose addresses, where @many is not set
 * @many: answers are about several processes, however many of them there turn out to be
 * @processes: those of --pid and --comm, in their order
 * @process_count: how many
 * @all_processes: all that there are, rather
 * @user_root: it is to be a process by the page table that user mode runs on
 * @device: the name of a device, which @target points to; or ""
 * @pasid: with that, the number of a process address space; -1 for none
 * @range: what the user wrote for a range, from argv; NULL for everything
 * @every: the range is all mappings of a name
 * @filter: what of it is wanted
 * @watch: nanoseconds from one look to the next, where there are several
 * @looks: there are so many of them, 0 for any number
 * @watch_flags: enum v2p_flag, those of which a change counts
 * @symbols: addresses are to be named by the symbol that they are in
 * @plot: where a picture goes, from argv; or NULL
 * @addresses: what the user wrote, from argv; one "-" alone for a stream
 * @count: how many
 * @no_command: the first of them, where it may have been meant for a command; or NULL
 */
struct options {
	const struct command *const *commands;
	const struct command *command;
	bool help;
	bool version;
	const char *complete;
	const struct command *explain;
	enum format format;
	bool pretty;
	const char *columns;
	bool no_headings;
	struct v2p_target target;
	bool many;
	struct process_named *processes;
	size_t process_count;
	bool all_processes;
	bool user_root;
	char device[V2P_DEVICE_NAME_SIZE];
	int64_t pasid;
	const char *range;
	bool every;
	struct v2p_range filter;
	uint64_t watch;
	uint64_t looks;
	uint32_t watch_flags;
	bool symbols;
	const char *plot;
	char **addresses;
	size_t count;
	const char *no_command;
};

/**
 * options_parse() - read the command line
 * @options: filled in; its addresses stand at the front of @argv
 * @commands: what there is, a list that ends with NULL; the first one is meant where
 *	none is named
 *
 * options_free() it, whatever is returned.
 *
 * Return: EXIT_OK, or EXIT_USAGE or EXIT_TROUBLE after a complaint.
 */
enum exit_status options_parse(struct options *options, const struct command *const *commands,
			       int argc, char **argv);
void options_free(struct options *options);

#endif /* OPTIONS_H */
