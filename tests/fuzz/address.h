/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses to ask for. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "random.h"

/* Where the kernel has something, at the beginning of it. */
uint64_t address_in_kernel(struct random *random);

/* Any; if @kernel, one of the kernel's more often than not. */
uint64_t address_any(struct random *random, bool kernel);

#endif /* ADDRESS_H */
