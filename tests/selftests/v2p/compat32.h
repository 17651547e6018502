/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMPAT32_H
#define COMPAT32_H

/* Above what ADDR_LIMIT_3GB allows, below 4 GiB. */
#define COMPAT32_ADDRESS 0xd0000000UL

#endif /* COMPAT32_H */
