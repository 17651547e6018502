/* SPDX-License-Identifier: GPL-2.0 */
/* Results of tests, in the Test Anything Protocol. */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>

/* Say before any result how many there will be; else tap_end() says how many there were. */
void tap_plan(unsigned int results);

/* Report one result; returns @good. */
bool ok(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Report a test that cannot run, and why. */
void ok_skip(const char *name, const char *why);

/* Compare, and report both where they differ. */
bool same_number(unsigned long long got, unsigned long long wanted, const char *name);
bool same_text(const char *got, const char *wanted, const char *name);

/* Print the plan, if there was none; returns the exit status. */
int tap_end(void);

#endif /* TAP_H */
