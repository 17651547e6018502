/* SPDX-License-Identifier: GPL-2.0 */
/* Descriptors that the operation open gave, and whether there are others. */
#ifndef OPENED_H
#define OPENED_H

#include <stdbool.h>

/* Leaves no number unused below one, which it returns: from there on they are given. */
int opened_floor(void);

/* Closes them all. False after tally_break(), where there are more or fewer than so many. */
bool opened_are(int floor, unsigned int count);
void opened_close(int floor);

#endif /* OPENED_H */
