/* SPDX-License-Identifier: GPL-2.0 */
/* The column FLAGS of both tables. */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include <limits.h>

#include "base/text.h"

#define DESCRIPTION (TEXT_FLAGS + PATH_MAX + 64)

/**
 * describe() - what an entry allows and records, and where its content is instead
 * @text: filled in; "-" for nothing
 * @answer: of its members, page size, address and length do not matter
 * @swap_file: of the area of a swap entry, NULL where it is not known
 */
void describe(char text[DESCRIPTION], const struct v2p_extent *answer, const char *swap_file);

#endif /* DESCRIBE_H */
