/* SPDX-License-Identifier: GPL-2.0 */
/* What the user writes for a range. */
#ifndef RANGE_H
#define RANGE_H

#include <stddef.h>
#include <stdint.h>

#include <v2p.h>

#include "input/address.h"

/**
 * range_parse() - START-END, START+LENGTH or NAME
 * @text: what the user wrote
 * @names: for names
 * @range: its start and size are filled in
 * @problem: what is wrong, where EXIT_OK is not returned
 *
 * Where several mappings have the name, the note of @names tells which it took.
 *
 * Return: EXIT_OK where @range is good, EXIT_USAGE or EXIT_TROUBLE.
 */
enum exit_status range_parse(const char *text, struct names *names, struct v2p_range *range,
			     char problem[PROBLEM_SIZE]);

/**
 * range_parse_numbers() - START-END or START+LENGTH, where START is a number
 * @text: what the user wrote
 * @names: for an END that is a name; NULL where that is to be a number, too
 * @range: its start and size are filled in
 * @problem: what is wrong, where EXIT_OK is not returned
 *
 * Return: as range_parse().
 */
enum exit_status range_parse_numbers(const char *text, struct names *names,
				     struct v2p_range *range, char problem[PROBLEM_SIZE]);

/**
 * range_parse_every() - all mappings of a name
 * @name: what the user wrote
 * @names: for names
 * @ranges: set to an array for the caller to free, in the order of addresses; mappings
 *	side by side are one
 * @count: of its elements
 * @problem: what is wrong, where EXIT_OK is not returned
 *
 * Return: as range_parse().
 */
enum exit_status range_parse_every(const char *name, struct names *names, struct v2p_range **ranges,
				   size_t *count, char problem[PROBLEM_SIZE]);

#endif /* RANGE_H */
