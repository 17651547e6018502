/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NARROW_H
#define NARROW_H

/* Above what ADDR_LIMIT_3GB allows, below 4 GiB. */
#define NARROW_ADDRESS 0xd0000000UL

#endif /* NARROW_H */
