/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Both return 0 or a negative errno. */
int write_file(const char *path, const char *text);
int read_file(const char *path, char *text, size_t size);

/* Runs a program, quietly, and returns its exit status. */
int run(const char *const argv[]);

/* Loads a module; false where there is none. */
bool load_module(const char *name);

/* Unloads it, if nobody uses it. Returns 0 or a negative errno. */
int unload_module(const char *name);

/* The address of a symbol of the kernel itself, or 0. */
uint64_t kernel_symbol(const char *wanted);

/* The same of a module's. */
uint64_t module_symbol(const char *module, const char *wanted);

/*
 * Whether KASAN checks what the kernel does: slowly, with what was freed kept for a
 * time, and with one page mapped all over a sixteenth of the kernel's half.
 */
bool has_kasan(void);

/* Whether the machine has more than one NUMA node. */
bool has_two_nodes(void);

/* Where the machine's memory begins, of all its physical addresses, or UINT64_MAX. */
uint64_t ram_start(void);

/* The same of where it ends, or 0. */
uint64_t ram_end(void);

#endif /* FILES_H */
