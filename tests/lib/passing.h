/* SPDX-License-Identifier: GPL-2.0 */
/* A descriptor goes from one process to another, through a unix socket. */
#ifndef PASSING_H
#define PASSING_H

#include <stdbool.h>

bool passing_give(int channel, int fd);

/* Returns the descriptor, or -1. */
int passing_take(int channel);

#endif /* PASSING_H */
