/* SPDX-License-Identifier: GPL-2.0 */
/* What the commands share that answer for ranges: extents from the module to a writer. */
#ifndef RANGES_H
#define RANGES_H

#include "commands/session.h"
#include "input/options.h"

/**
 * struct ranges - what became of them
 * @size: bytes in them
 * @covered: bytes of them that are as wanted
 * @mapped: bytes of them that are known to have a page
 * @extents: runs that were found
 */
struct ranges {
	uint64_t size;
	uint64_t covered;
	uint64_t mapped;
	uint64_t extents;
};

/**
 * ranges_run() - ask for what the user wrote, write what comes
 * @ranges: filled in
 * @path: the file to write, for a writer that writes one
 * @without_maps: what the answer lacks where mappings cannot be read, in words; NULL for
 *	their names alone
 */
enum exit_status ranges_run(struct ranges *ranges, const struct options *options,
			    const char *path, const char *without_maps);

#endif /* RANGES_H */
