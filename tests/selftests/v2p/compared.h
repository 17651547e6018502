/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many translations were compared, over all tests of a program, each of
 * which is a process of its own. A program's last line of output is
 * "# compared: pagemap=N kernel=N monitor=N".
 */
#ifndef COMPARED_H
#define COMPARED_H

enum compared_with { COMPARED_PAGEMAP, COMPARED_KERNEL, COMPARED_MONITOR, COMPARED_COUNT };

void compared(enum compared_with oracle, unsigned long count);

#endif /* COMPARED_H */
