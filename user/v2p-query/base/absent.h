/* SPDX-License-Identifier: GPL-2.0 */
/* How much has which status instead of a physical page. */
#ifndef ABSENT_H
#define ABSENT_H

#include <stdint.h>

/* As many as the library can name, and those of a module that is newer than all. */
#define ABSENT_STATUSES 256

typedef void absent_fn(void *data, const char *status, uint64_t bytes);

/**
 * absent_each() - tell of each status but mapped that some bytes have
 * @by_status: bytes by status
 * @tell: told them in the order of the statuses; what has no name comes last, as one
 * @data: for @tell
 */
void absent_each(const uint64_t by_status[ABSENT_STATUSES], absent_fn *tell, void *data);

#endif /* ABSENT_H */
