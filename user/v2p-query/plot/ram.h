/* SPDX-License-Identifier: GPL-2.0 */
/* Where the machine has memory. */
#ifndef PLOT_RAM_H
#define PLOT_RAM_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct ram_range - from a physical address up to, but not including, another
 */
struct ram_range {
	uint64_t start;
	uint64_t end;
};

/**
 * struct ram - ranges in order of address, with something else between them
 */
struct ram {
	struct ram_range *list;
	size_t count;
};

/* Above what any processor addresses, and far from overflow. */
#define RAM_LIMIT_SHIFT 60

/**
 * ram_load() - read where the memory is
 * @ram: filled in; to be freed with ram_free() where 0 is returned
 * @path: /proc/iomem
 *
 * Return: 0; -EACCES where the addresses are hidden from this user; -ENODATA
 * where no memory is listed; or another negative errno.
 */
int ram_load(struct ram *ram, const char *path);
void ram_free(struct ram *ram);

/* The first range that ends above an address; the count where there is none. */
size_t ram_find(const struct ram *ram, uint64_t address);

#endif /* PLOT_RAM_H */
