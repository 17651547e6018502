/* SPDX-License-Identifier: GPL-2.0 */
/* What the user writes for physical memory. */
#ifndef INPUT_PHYSICAL_H
#define INPUT_PHYSICAL_H

#include <v2p.h>

#include "base/complain.h"

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

#endif /* INPUT_PHYSICAL_H */
