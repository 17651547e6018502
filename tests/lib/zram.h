/* SPDX-License-Identifier: GPL-2.0 */
/* Swap space in memory. */
#ifndef ZRAM_H
#define ZRAM_H

#include <stdbool.h>

/* False where the kernel has none, or it is on already. */
bool zram_on(unsigned int megabytes);
void zram_off(void);

#endif /* ZRAM_H */
