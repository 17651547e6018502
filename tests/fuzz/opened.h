/* SPDX-License-Identifier: GPL-2.0 */
/* Descriptors that the operation open gave, and whether there are others. */
#ifndef OPENED_H
#define OPENED_H

#include <stdbool.h>

/* A number above all that are in use. */
int opened_floor(void);

/* Leaves no number below it unused, so that they are given from there on. */
void opened_fill(int floor);

/* Closes them all. False after tally_break(), where there are more or fewer than so many. */
bool opened_are(int floor, unsigned int count);
void opened_close(int floor);

#endif /* OPENED_H */
