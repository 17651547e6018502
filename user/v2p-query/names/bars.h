/* SPDX-License-Identifier: GPL-2.0 */
/* Which PCI device's memory a physical address is, by sysfs. */
#ifndef BARS_H
#define BARS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct bar - memory behind a base address register
 * @start: its first address
 * @last: its last one
 * @number: of the register; PAGE_ROM is the device's ROM
 * @device: "0000:00:02.0"
 */
struct bar {
	uint64_t start;
	uint64_t last;
	unsigned int number;
	char device[32];
};

struct bars {
	struct bar *list;
	size_t count;
};

/* Read those of all devices; where there are none, or they cannot be read, there are none. */
void bars_load(struct bars *bars);
void bars_free(struct bars *bars);

/**
 * bars_at() - whose an address is
 * @last: lowered to the last address of which this is true
 *
 * Return: NULL where it is no device's.
 */
const struct bar *bars_at(const struct bars *bars, uint64_t address, uint64_t *last);

/* The name of the device's driver, "" where it has none. */
void bar_driver(const struct bar *bar, char *driver, size_t size);

#endif /* BARS_H */
