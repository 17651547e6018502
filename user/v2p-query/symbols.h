/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's symbols, as /proc/kallsyms lists them. */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol;

/**
 * struct symbols - a loaded list
 * @hidden: every address reads as zero: the reader may not see them
 */
struct symbols {
	struct symbol *list;
	uint32_t count;
	uint32_t *buckets;
	uint32_t mask;
	char *text;
	bool hidden;
};

/**
 * symbols_load() - read the list
 * @symbols: filled in; to be freed with symbols_free() where 0 is returned
 * @path: /proc/kallsyms
 *
 * Return: 0 or a negative errno.
 */
int symbols_load(struct symbols *symbols, const char *path);
void symbols_free(struct symbols *symbols);

/**
 * symbols_find() - look a symbol up
 * @name: its name; with "module:" before it, only that module's; with
 *	"vmlinux:", only the kernel's own
 * @address: set to the address of one of them
 *
 * Return: how many different addresses have that name.
 */
size_t symbols_find(const struct symbols *symbols, const char *name, uint64_t *address);

#endif /* SYMBOLS_H */
