/* SPDX-License-Identifier: GPL-2.0 */
/* The column FLAGS of all tables. */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include <limits.h>

#include "base/text.h"

#define DESCRIPTION (TEXT_FLAGS + PATH_MAX + 64)

enum describe_style {
	DESCRIBE_LETTERS,
	DESCRIBE_WORDS,
};

/**
 * describe() - what an entry allows and records, and where its content is instead
 * @text: filled in; "-" for nothing
 * @answer: of its members, page size, address and length do not matter
 * @swap_file: of the area of a swap entry, NULL where it is not known
 * @style: flags are words, or have a letter each; with letters, the memory type of ordinary
 *	memory is not told
 */
void describe(char text[DESCRIPTION], const struct v2p_extent *answer, const char *swap_file,
	      enum describe_style style);

#endif /* DESCRIBE_H */
