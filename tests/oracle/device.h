/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_ORACLE_DEVICE_H
#define V2P_ORACLE_DEVICE_H

#include <linux/types.h>

int device_init(void);
void device_exit(void);

/* Moves some pages of the caller's into device memory. */
int device_take(unsigned long start, unsigned int pages);

#endif /* V2P_ORACLE_DEVICE_H */
