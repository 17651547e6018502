/* SPDX-License-Identifier: GPL-2.0 */
/* What standard output is, if it is a terminal. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>

/* How words look, where terminal_has_colour(). */
#define TERMINAL_STRONG "\033[1m"
#define TERMINAL_GOOD "\033[1;32m"
#define TERMINAL_BAD "\033[1;33m"
#define TERMINAL_DIM "\033[2m"
#define TERMINAL_PLAIN "\033[0m"

/* Whether colours are shown and wanted. */
bool terminal_has_colour(void);

/* Whether more than ASCII is shown, on a terminal or not. */
bool terminal_has_utf8(void);

/* Columns of it, or the usual ones. */
unsigned int terminal_width(void);

#endif /* TERMINAL_H */
