/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's symbols, as /proc/kallsyms lists them. */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol;

/**
 * enum symbol_kind - what a symbol's address is
 * @SYMBOL_PLAIN: the address
 * @SYMBOL_PER_CPU: of a per-CPU variable: each CPU's own is at an offset from it, and
 *	nothing of it at the address itself
 * @SYMBOL_FREED: in memory for the kernel's start (init), which was freed after it
 */
enum symbol_kind {
	SYMBOL_PLAIN,
	SYMBOL_PER_CPU,
	SYMBOL_FREED,
};

/* Addresses from @start on, to before @end. */
struct section {
	uint64_t start;
	uint64_t end;
};

/**
 * struct symbols - a loaded list
 * @hidden: every address reads as zero: the reader may not see them
 * @per_cpu: where the kernel's own per-CPU variables are linked to
 * @init, @init_text: what is freed once the kernel has started
 * @by_address: numbers in @list, in the order of addresses, once that was needed: of all but
 *	labels
 * @sorted: how many these are
 */
struct symbols {
	struct symbol *list;
	uint32_t count;
	uint32_t *buckets;
	uint32_t mask;
	char *text;
	bool hidden;
	struct section per_cpu;
	struct section init;
	struct section init_text;
	uint32_t *by_address;
	uint32_t sorted;
};

/**
 * struct symbol_near - the symbol that an address lies in
 * @name: its name
 * @module: its module, NULL for the kernel itself
 * @offset: from it to the address
 */
struct symbol_near {
	const char *name;
	const char *module;
	uint64_t offset;
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
 * @kind: set to what that is
 *
 * Return: how many different addresses have that name.
 */
size_t symbols_find(const struct symbols *symbols, const char *name, uint64_t *address,
		    enum symbol_kind *kind);

/**
 * symbols_near() - find the last symbol that is not behind an address
 * @address: of something that is there
 * @near: filled in, with what kallsyms lists first where several have that address
 *
 * Where a symbol ends is not listed: it reaches to the next one, the last one of the kernel itself
 * to the end of its image. Behind a module's there may be something else soon: it reaches no
 * further than to the end of the page after its first.
 *
 * Return: 0; -ENOENT where there is none; -ENOMEM.
 */
int symbols_near(struct symbols *symbols, uint64_t address, struct symbol_near *near);

#endif /* SYMBOLS_H */
