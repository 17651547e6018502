/* SPDX-License-Identifier: GPL-2.0 */
/* Results of tests, in the Test Anything Protocol. */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>

/* Report one result; returns @good. */
bool ok(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Compare, and report both where they differ. */
bool same_number(unsigned long long got, unsigned long long wanted, const char *name);
bool same_text(const char *got, const char *wanted, const char *name);

/* Print the plan; returns the exit status. */
int tap_end(void);

#endif /* TAP_H */
