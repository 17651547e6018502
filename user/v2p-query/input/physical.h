/* SPDX-License-Identifier: GPL-2.0 */
/* What the user writes for physical memory. */
#ifndef INPUT_PHYSICAL_H
#define INPUT_PHYSICAL_H

#include <v2p.h>

#include "base/complain.h"
#include "input/lines.h"
#include "input/options.h"

/**
 * physical_parse() - a NUMBER, pfn:NUMBER, START-END or START+LENGTH
 * @text: what the user wrote
 * @range: filled in; of a NUMBER that byte, of a frame all of it
 * @problem: what is wrong, where EXIT_OK is not returned
 *
 * Return: EXIT_OK where @range is good, not empty and does not wrap; EXIT_USAGE or EXIT_TROUBLE.
 */
enum exit_status physical_parse(const char *text, struct v2p_physical_range *range,
				char problem[PROBLEM_SIZE]);

/**
 * physical_check() - find what is wrong with arguments before any of them is answered
 * @options: their addresses are looked at
 * @take: as of a stream of them; it adds what is asked, at @count
 * @data: of @take
 * @count: how much is asked; 0 behind each
 *
 * Return: EXIT_OK, or another status after a complaint.
 */
enum exit_status physical_check(const struct options *options, lines_take *take, void *data,
				size_t *count);

#endif /* INPUT_PHYSICAL_H */
